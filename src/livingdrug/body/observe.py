"""From the body's states to what a ward or a laboratory measures, through each patient's own sensitivity."""

from typing import Any

import numpy as np

from livingdrug.body.cytokines import effective_il6
from livingdrug.body.drugs import receptor_occupancy
from livingdrug.body.marrow import marrow_share
from livingdrug.body.sensitivities import Sensitivities
from livingdrug.body.support import neurological_signs, oxygen_support, pressure_support
from livingdrug.body.system import Parameters, State
from livingdrug.draws import Draws
from livingdrug.evidence import Edition
from livingdrug.observations import Observations, observations_with
from livingdrug.patients import Indication
from livingdrug.units import CELLS_PER_UL_PER_E9_PER_L, PERCENT

NOISE_NAMES = (
    "transgene",
    "temperature",
    "neutrophils",
    "lymphocytes",
    "platelets",
    "haemoglobin",
    "il6",
    "crp",
    "ferritin",
    "igg",
    "size",
)
"""Measurements that carry noise."""


def draw_noise(draws: Draws, k: int, with_scan: bool = True) -> dict[str, np.ndarray]:
    """Draw the measurement noise of the k-th decision time: standard normal numbers by name.

    ``with_scan``: also that of the lesions, which only a scan measures.
    """
    names = NOISE_NAMES if with_scan else NOISE_NAMES[: NOISE_NAMES.index("size")]
    return {name: draws.normal(f"observe/{name}", k) for name in names}


def _blood_cells(
    state: State, p: Parameters, who: Sensitivities, noise: dict[str, np.ndarray], rules: Edition
) -> dict[str, Any]:
    """Observe counts and transgene: genomes/ug x copies per CAR-T cell x its share in white cells."""
    pool = rules.number("body.size.cells_per_cell_per_ul") * p.size
    blood = rules.number("body.size.blood_volume_ul") * p.size
    spread = rules.number("body.observe.count_noise")
    car = (
        np.exp(state.log_effector) + state.memory + state.exhausted
    ) / pool + state.infused_in_blood / blood
    b_cells = state.b_cells / pool
    own = np.exp(state.log_lymphocytes) / pool
    alc = (own + car + b_cells) / CELLS_PER_UL_PER_E9_PER_L
    anc = state.neutrophils * np.exp(spread * noise["neutrophils"])
    white = anc + alc + who.other_white_cells_e9_per_l * state.neutrophils / p.neutrophil_baseline
    share = car / (white * CELLS_PER_UL_PER_E9_PER_L)
    copies = rules.number("body.observe.genomes_per_ug") * who.vector_copies_per_cell * share
    copies = copies * np.exp(rules.number("body.observe.transgene_noise") * noise["transgene"])
    return {
        "transgene_copies_per_ug": np.where(copies < rules.number("body.observe.transgene_limit"), 0, copies),
        "white_cells_e9_per_l": white,
        "anc_e9_per_l": anc,
        "alc_e9_per_l": alc * np.exp(spread * noise["lymphocytes"]),
        "platelets_e9_per_l": state.platelets * np.exp(spread * noise["platelets"]),
        "haemoglobin_g_per_dl": state.haemoglobin * np.exp(spread * noise["haemoglobin"] / 2),
        "b_cells_per_ul": b_cells,
    }


def _fever_and_levels(
    state: State, p: Parameters, who: Sensitivities, noise: dict[str, np.ndarray], rules: Edition
) -> dict[str, Any]:
    """Temperature rises with effective IL-6 above rest; levels carry log noise."""
    spread = rules.number("body.observe.level_noise")
    signal = np.maximum(effective_il6(state, p, receptor_occupancy(state, p)) - p.il6_baseline, 0)
    rise = rules.number("body.observe.temperature_rise_c") * signal / (signal + who.temperature_half_il6)
    rest = rules.number("body.observe.temperature_rest_c")
    jitter = rules.number("body.observe.temperature_noise_c") * noise["temperature"]
    infused = state.ivig_central / p.ivig_central_l
    return {
        "temperature_c": rest + rise + jitter,
        "il6_pg_per_ml": state.il6 * np.exp(spread * noise["il6"]),
        "ifn_gamma_pg_per_ml": state.interferon_gamma,
        "crp_mg_per_l": state.crp * np.exp(spread * noise["crp"]),
        "ferritin_ug_per_l": state.ferritin * np.exp(spread * noise["ferritin"]),
        "igg_g_per_l": (state.igg + infused) * np.exp(spread * noise["igg"] / 2),
    }


def _organs(
    state: State,
    p: Parameters,
    who: Sensitivities,
    collapse: np.ndarray,
    tumour_cells: np.ndarray,
    rules: Edition,
) -> dict[str, Any]:
    """Kidney follows the fall of pressure; liver and clotting, macrophages; salts, lysed cells."""
    activated = state.macrophages * state.macrophages
    lysed = state.lysis_products / (rules.number("body.observe.lysis_reference_cells") * p.size)
    salts = lysed / (1 + lysed)
    ratio = 1 + who.creatinine_gain * collapse * collapse * collapse
    acute_phase = state.crp / (state.crp + rules.number("body.observe.fibrinogen_half_crp"))
    normal = rules.number("body.observe.ldh_normal_u_per_l")
    burden = tumour_cells / who.tumour_cells
    dialysed = ratio >= rules.number("body.observe.dialysis_from")
    return {
        "creatinine_mg_per_dl": who.creatinine_mg_per_dl * ratio,
        "creatinine_x_baseline": ratio,
        "dialysis": dialysed.astype(np.int8),
        "alt_x_uln": who.alt_x_uln + who.alt_gain * activated,
        "bilirubin_mg_per_dl": who.bilirubin_mg_per_dl + who.bilirubin_gain * activated,
        "fibrinogen_mg_per_dl": who.fibrinogen_mg_per_dl
        * (1 + rules.number("body.observe.fibrinogen_gain") * acute_phase)
        / (1 + who.fibrinogen_use * activated * activated),
        "ldh_u_per_l": normal
        + np.maximum(who.ldh_u_per_l - normal, 0) * burden
        + rules.number("body.observe.ldh_gain_u_per_l") * lysed,
        "urate_mg_per_dl": who.urate_mg_per_dl + rules.number("body.observe.urate_gain_mg_per_dl") * salts,
        "potassium_mmol_per_l": who.potassium_mmol_per_l
        + rules.number("body.observe.potassium_gain_mmol_per_l") * salts,
        "phosphate_mg_per_dl": who.phosphate_mg_per_dl
        + rules.number("body.observe.phosphate_gain_mg_per_dl") * salts,
        "calcium_mg_per_dl": who.calcium_mg_per_dl
        - rules.number("body.observe.calcium_loss_mg_per_dl") * salts,
    }


def _cd19_positive_percent(tumour_cells: np.ndarray, without_cd19: np.ndarray, rules: Edition) -> np.ndarray:
    """Share of tumour cells with CD19; unknown where there is too little tumour to take a sample of."""
    sampled = tumour_cells >= rules.number("body.observe.sampled_from_cells")
    with_cd19 = 1 - without_cd19 / np.where(sampled, tumour_cells, 1)
    return np.where(sampled, PERCENT * with_cd19, np.nan)


def _disease(
    p: Parameters,
    who: Sensitivities,
    tumour_cells: np.ndarray,
    without_cd19: np.ndarray,
    noise: dict[str, np.ndarray],
    rules: Edition,
) -> dict[str, Any]:
    """Lesion size ~ volume^(2/3) from the patient's own baseline; uptake by volume; blasts in leukaemia.

    The body has one tumour, without places: a lymphoma never shows a new lesion.
    """
    leukaemia = who.indication == Indication.ALL
    relative = np.maximum(tumour_cells / who.tumour_cells, np.finfo(float).tiny)
    size = who.sum_product_diameters_cm2 * np.exp(2 * np.log(relative) / (2 + 1))
    size = size * np.exp(rules.number("body.observe.size_noise") * noise["size"])
    millilitres = tumour_cells / rules.number("body.size.cells_per_ml_tumour")
    uptake = np.ones(len(tumour_cells))
    for volume in rules.numbers("body.observe.deauville_volumes_ml"):
        uptake = uptake + (millilitres > volume)
    weight_kg = p.size * rules.number("body.size.reference_weight_kg")
    marrow = marrow_share(tumour_cells, weight_kg, rules)
    return {
        "sum_product_diameters_cm2": np.where(leukaemia, np.nan, size),
        "deauville_score": np.where(leukaemia, np.nan, uptake),
        "new_lesion": np.where(leukaemia, -1, 0).astype(np.int8),
        "marrow_blasts_percent": np.where(leukaemia, PERCENT * marrow, np.nan),
        "mrd_fraction": np.where(leukaemia, marrow, np.nan),
        "cd19_positive_percent": _cd19_positive_percent(tumour_cells, without_cd19, rules),
    }


def observe(
    day: np.ndarray,
    state: np.ndarray,
    parameters: np.ndarray,
    tumour_cells: np.ndarray,
    without_cd19: np.ndarray,
    sensitivities: Sensitivities,
    noise: dict[str, np.ndarray],
    rules: Edition,
    with_scan: bool = True,
) -> Observations:
    """Return what a ward and a laboratory would measure in each patient at one time.

    Fields that the body does not decide are left unknown: whether infection explains a fever, which
    drugs were given, transfusions, infection, place of care.

    Parameters
    ----------
    day : array (patients,), day
    state : array (states, patients)
    parameters : array (parameters, patients)
    tumour_cells, without_cd19 : array (patients,), cells
        Living tumour cells (see ``cure.living_tumour_cells``), and those of them that lack CD19.
    sensitivities : Sensitivities
    noise : dict of arrays (patients,)
        Standard normal numbers by name (``draw_noise``).
    rules : Edition
    with_scan : bool
        Whether a scan and a marrow sample are taken; without them what they show is left unknown.

    Returns
    -------
    Observations, arrays (patients,)
    """
    now, p = State(*state), Parameters(*parameters)
    pressure, collapse = pressure_support(now.endothelium, sensitivities, rules)
    fields = (
        _blood_cells(now, p, sensitivities, noise, rules)
        | _fever_and_levels(now, p, sensitivities, noise, rules)
        | _organs(now, p, sensitivities, collapse, tumour_cells, rules)
        | pressure
        | oxygen_support(now.endothelium, sensitivities, rules)
        | neurological_signs(now.neuro, sensitivities, rules)
    )
    fever = fields["temperature_c"] - rules.number("body.observe.temperature_rest_c")
    fall = (
        sensitivities.systolic_limit_mmhg + sensitivities.systolic_above_limit_mmhg - fields["systolic_mmhg"]
    )
    fields["heart_rate_per_min"] = (
        rules.number("body.observe.heart_rate_rest")
        + rules.number("body.observe.heart_rate_per_degree") * np.maximum(fever, 0)
        + rules.number("body.observe.heart_rate_per_mmhg") * np.maximum(fall, 0)
    )
    if with_scan:
        fields |= _disease(p, sensitivities, tumour_cells, without_cd19, noise, rules)
    fields["day"] = np.broadcast_to(np.asarray(day, dtype=float), tumour_cells.shape).copy()
    return observations_with(tumour_cells.shape, fields)
