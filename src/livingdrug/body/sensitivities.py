"""How strongly each patient's body shows what goes on inside it, and what it showed before."""

from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.crs_axes import systolic_limit_mmhg
from livingdrug.body.known import Known
from livingdrug.body.values import individual, known_or_drawn, typical
from livingdrug.draws import Draws
from livingdrug.evidence import Edition


@dataclass(frozen=True)
class Sensitivities:
    """Arrays (patients,): half-points (low = sensitive), gains and baselines of what is observed.

    ``systolic_limit_mmhg`` is the lower limit for age; ``tumour_cells`` the burden to which the
    baseline size belongs.
    """

    indication: np.ndarray
    age_years: np.ndarray
    vector_copies_per_cell: np.ndarray
    other_white_cells_e9_per_l: np.ndarray
    temperature_half_il6: np.ndarray
    systolic_limit_mmhg: np.ndarray
    systolic_above_limit_mmhg: np.ndarray
    pressure_sensitivity: np.ndarray
    lung_sensitivity: np.ndarray
    spo2_rest_percent: np.ndarray
    neuro_threshold: np.ndarray
    seizure_tendency: np.ndarray
    creatinine_mg_per_dl: np.ndarray
    creatinine_gain: np.ndarray
    alt_x_uln: np.ndarray
    alt_gain: np.ndarray
    bilirubin_mg_per_dl: np.ndarray
    bilirubin_gain: np.ndarray
    fibrinogen_mg_per_dl: np.ndarray
    fibrinogen_use: np.ndarray
    ldh_u_per_l: np.ndarray
    urate_mg_per_dl: np.ndarray
    potassium_mmol_per_l: np.ndarray
    phosphate_mg_per_dl: np.ndarray
    calcium_mg_per_dl: np.ndarray
    sum_product_diameters_cm2: np.ndarray
    tumour_cells: np.ndarray


_DRAWN = (
    "other_white_cells_e9_per_l",
    "temperature_half_il6",
    "systolic_above_limit_mmhg",
    "pressure_sensitivity",
    "lung_sensitivity",
    "neuro_threshold",
    "seizure_tendency",
    "creatinine_gain",
    "alt_gain",
    "bilirubin_gain",
    "fibrinogen_mg_per_dl",
    "fibrinogen_use",
    "urate_mg_per_dl",
    "potassium_mmol_per_l",
    "phosphate_mg_per_dl",
    "calcium_mg_per_dl",
)
_CHARTED = ("creatinine_mg_per_dl", "alt_x_uln", "bilirubin_mg_per_dl", "ldh_u_per_l")


def least_systolic_mmhg(age_years: np.ndarray, rules: Edition) -> np.ndarray:
    """Return the lower limit of systolic pressure for age; infants, whom no rule names, have that at one."""
    age = np.maximum(age_years, rules.number("scales.crs_astct.hypotension.child_from_years"))
    return systolic_limit_mmhg(age, age, rules)


def draw_sensitivities(known: Known, tumour_cells: np.ndarray, rules: Edition, draws: Draws) -> Sensitivities:
    """Draw each patient's sensitivities and collect the baselines."""
    who = known.indication
    drawn = {name: individual(f"body.observe.{name}", who, rules, draws) for name in _DRAWN}
    charted = {
        name: known_or_drawn(getattr(known, name), f"body.observe.{name}", who, rules, draws)
        for name in _CHARTED
    }
    millilitres = tumour_cells / rules.number("body.size.cells_per_ml_tumour")
    relative = millilitres / rules.number("body.observe.reference_volume_ml")
    by_volume = rules.number("body.observe.sum_product_diameters_cm2") * np.exp(
        2 * np.log(relative) / (2 + 1)
    )
    return Sensitivities(
        indication=who,
        age_years=known.age_years,
        vector_copies_per_cell=known_or_drawn(
            known.vector_copies_per_cell, "body.car_t.vector_copies_per_cell", who, rules, draws
        ),
        systolic_limit_mmhg=least_systolic_mmhg(known.age_years, rules),
        spo2_rest_percent=np.where(
            np.isnan(known.spo2_percent),
            typical("body.observe.spo2_rest_percent", who, rules),
            known.spo2_percent,
        ),
        sum_product_diameters_cm2=np.where(
            np.isnan(known.sum_product_diameters_cm2), by_volume, known.sum_product_diameters_cm2
        ),
        tumour_cells=tumour_cells,
        **drawn,
        **charted,
    )
