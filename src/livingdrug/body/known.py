"""What is known of a patient when lymphodepletion begins: plain arrays, NaN where unknown."""

from dataclasses import dataclass

import numpy as np

from livingdrug.patients import Patients


@dataclass(frozen=True)
class Known:
    """What the course hands to the body, arrays (patients,); NaN is drawn where not marked required.

    Attributes
    ----------
    indication : int8, required
    age_years, weight_kg : required
    tumour_cells : cells
        At the start of lymphodepletion; from the tumour volume where unknown.
    growth_per_day : 1/day
    dose_cells, memory_fraction, vector_copies_per_cell
        Of the product; dose 0 where none is infused.
    fludarabine_auc_mg_h_per_l, cyclophosphamide_mg_per_m2, bendamustine_mg_per_m2 : required
        0 where not given.
    cytarabine_etoposide : bool
    lymphodepletion_start_day, lymphodepletion_end_day : day
        Negative; NaN where none is given.
    anc_e9_per_l ... sum_product_diameters_cm2
        The chart before lymphodepletion.
    """

    indication: np.ndarray
    age_years: np.ndarray
    weight_kg: np.ndarray
    tumour_cells: np.ndarray
    growth_per_day: np.ndarray
    dose_cells: np.ndarray
    memory_fraction: np.ndarray
    vector_copies_per_cell: np.ndarray
    fludarabine_auc_mg_h_per_l: np.ndarray
    cyclophosphamide_mg_per_m2: np.ndarray
    bendamustine_mg_per_m2: np.ndarray
    cytarabine_etoposide: np.ndarray
    lymphodepletion_start_day: np.ndarray
    lymphodepletion_end_day: np.ndarray
    anc_e9_per_l: np.ndarray
    alc_e9_per_l: np.ndarray
    platelets_e9_per_l: np.ndarray
    haemoglobin_g_per_dl: np.ndarray
    crp_mg_per_l: np.ndarray
    ferritin_ug_per_l: np.ndarray
    ldh_u_per_l: np.ndarray
    creatinine_mg_per_dl: np.ndarray
    alt_x_uln: np.ndarray
    bilirubin_mg_per_dl: np.ndarray
    spo2_percent: np.ndarray
    igg_g_per_l: np.ndarray
    b_cells_per_ul: np.ndarray
    tumour_volume_ml: np.ndarray
    sum_product_diameters_cm2: np.ndarray


FROM_CHART = (
    "indication",
    "age_years",
    "weight_kg",
    "anc_e9_per_l",
    "alc_e9_per_l",
    "platelets_e9_per_l",
    "haemoglobin_g_per_dl",
    "crp_mg_per_l",
    "ferritin_ug_per_l",
    "ldh_u_per_l",
    "creatinine_mg_per_dl",
    "alt_x_uln",
    "bilirubin_mg_per_dl",
    "spo2_percent",
    "igg_g_per_l",
    "b_cells_per_ul",
    "tumour_volume_ml",
    "sum_product_diameters_cm2",
)
"""Fields taken from the patients' chart as they are."""


NOTHING_GIVEN = (
    "dose_cells",
    "fludarabine_auc_mg_h_per_l",
    "cyclophosphamide_mg_per_m2",
    "bendamustine_mg_per_m2",
)
"""Fields that are 0 where nothing was given."""


def known_of(patients: Patients, **of_course: np.ndarray) -> Known:
    """Return what is known: the chart, and from the course whatever else ``Known`` asks for.

    Parameters
    ----------
    patients : Patients
    **of_course : arrays (patients,)
        Every field of ``Known`` that is not in ``FROM_CHART``.
    """
    return Known(**{name: getattr(patients, name) for name in FROM_CHART}, **of_course)


def known_only(**given: np.ndarray) -> Known:
    """Return what is known when only these fields are: the others unknown, no product and no chemotherapy.

    Parameters
    ----------
    **given : arrays (patients,)
        At least ``indication``, ``age_years`` and ``weight_kg``.
    """
    n = len(given["indication"])
    fields = {name: np.full(n, np.nan) for name in Known.__dataclass_fields__}
    fields |= {name: np.zeros(n) for name in NOTHING_GIVEN}
    fields["cytarabine_etoposide"] = np.zeros(n, dtype=bool)
    return Known(**(fields | given))
