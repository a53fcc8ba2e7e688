"""The state of the body before lymphodepletion."""

import numpy as np
from scipy.special import pdtr

from livingdrug.body.known import Known
from livingdrug.body.system import STATE_NAMES, Parameters
from livingdrug.body.values import individual, known_or_drawn, typical
from livingdrug.draws import Draws
from livingdrug.evidence import Edition
from livingdrug.units import CELLS_PER_UL_PER_E9_PER_L, PERCENT

_LARGEST_COUNT = "body.tumour.counted_up_to"


def tumour_cells_at_start(known: Known, rules: Edition, draws: Draws) -> np.ndarray:
    """Return tumour cells as handed over, else from the tumour volume, else drawn."""
    volume = known_or_drawn(
        known.tumour_volume_ml, "body.observe.tumour_volume_ml", known.indication, rules, draws
    )
    from_volume = volume * rules.number("body.size.cells_per_ml_tumour")
    return np.where(np.isnan(known.tumour_cells), from_volume, known.tumour_cells)


def cells_without_cd19(expected: np.ndarray, luck: np.ndarray, rules: Edition) -> np.ndarray:
    """Draw how many tumour cells lack CD19: Poisson around an expected number, by inverting it.

    Large expectations are taken as they are: there chance no longer matters.
    """
    largest = int(rules.number(_LARGEST_COUNT))
    few = expected < largest
    mean = np.where(few, expected, 0)
    count = np.zeros(len(expected))
    for k in range(2 * largest):
        count = count + (luck > pdtr(k, mean))
    return np.where(few, count, expected)


def starting_state(known: Known, p: Parameters, rules: Edition, draws: Draws) -> np.ndarray:
    """Return the state before lymphodepletion, array (states, patients)."""
    n = len(known.indication)
    none = rules.number("body.tumour.extinct_log_cells")
    tumour = tumour_cells_at_start(known, rules, draws)
    share = individual("body.tumour.negative_log10_fraction", known.indication, rules, draws)
    expected = tumour * np.exp(share * np.log(PERCENT) / 2)
    negative = cells_without_cd19(expected, draws.uniform("body/tumour.negative_cells"), rules)
    alc = known_or_drawn(known.alc_e9_per_l, "body.blood_counts.alc_e9_per_l", known.indication, rules, draws)
    per_ul = typical("body.size.cells_per_cell_per_ul", known.indication, rules)
    lymphocytes = alc * CELLS_PER_UL_PER_E9_PER_L * per_ul * p.size
    progenitors = p.progenitor_input_cells_per_day * p.size / p.progenitor_exit_per_day
    one = np.ones(n)
    resting = p.il6_baseline * p.il6_baseline
    start = dict.fromkeys(STATE_NAMES, np.zeros(n))
    start |= dict.fromkeys([name for name in STATE_NAMES if "precursors" in name or "transit" in name], one)
    start |= {
        "log_effector": np.full(n, none),
        "log_lymphocytes": np.log(lymphocytes),
        "log_tumour_cd19_positive": np.log(tumour),
        "log_tumour_cd19_negative": np.where(negative > 0, np.log(np.where(negative > 0, negative, 1)), none),
        "growth_room_positive": one,
        "growth_room_negative": one,
        "b_progenitors": progenitors,
        "b_cells": p.b_cell_maturation_per_day * progenitors / p.b_cell_death_per_day,
        "il6": p.il6_baseline,
        "crp": p.crp_baseline + p.crp_gain * resting / (resting + p.crp_half_il6 * p.crp_half_il6),
        "ferritin": p.ferritin_baseline,
        "endothelium": p.il6_baseline / p.endothelium_reference_il6,
        "neutrophils": p.neutrophil_baseline,
        "platelets": p.platelet_baseline,
        "reticulocytes": one,
        "haemoglobin": p.haemoglobin_baseline,
        "plasma_short": one,
        "plasma_long": one,
        "igg": p.igg_baseline,
    }
    return np.array([start[name] for name in STATE_NAMES])
