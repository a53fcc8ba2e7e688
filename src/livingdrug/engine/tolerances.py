"""How exactly the body is integrated, and below which size a state no longer matters."""

import numpy as np

from livingdrug.body.system import PARAMETER_NAMES, STATE_NAMES

RELATIVE_TOLERANCE = 1e-6
"""Error allowed in one step, relative to scale + |state|."""

_CELLS = {
    "memory": 1e3,
    "exhausted": 1e3,
    "infused_in_blood": 1e3,
    "lysis_products": 1e6,
    "b_progenitors": 1e5,
    "b_cells": 1e5,
}
"""Whole-body cells, for a patient of reference weight."""

_OTHERS = {
    "log_effector": 1.0,
    "log_lymphocytes": 1.0,
    "log_tumour_cd19_positive": 1.0,
    "log_tumour_cd19_negative": 1.0,
    "log_alive_positive": 1.0,
    "growth_room_positive": 1e-3,
    "log_alive_negative": 1.0,
    "growth_room_negative": 1e-3,
    "contact": 1e-3,
    "interferon_gamma": 1.0,
    "desensitisation": 1.0,
    "macrophages": 1e-3,
    "il6": 1.0,
    "crp": 1.0,
    "ferritin": 10.0,
    "neuro": 1e-2,
    "endothelium": 1e-2,
    "tocilizumab_mg": 1e-1,
    "steroid": 1e-2,
    "neutrophil_precursors": 1e-2,
    "neutrophil_transit_1": 1e-2,
    "neutrophil_transit_2": 1e-2,
    "neutrophil_transit_3": 1e-2,
    "neutrophils": 1e-2,
    "platelet_precursors": 1e-2,
    "platelet_transit_1": 1e-2,
    "platelet_transit_2": 1e-2,
    "platelet_transit_3": 1e-2,
    "platelets": 1.0,
    "red_precursors": 1e-2,
    "reticulocytes": 1e-2,
    "haemoglobin": 1e-1,
    "marrow_suppression": 1e-2,
    "plasma_short": 1e-2,
    "plasma_long": 1e-2,
    "igg": 1e-1,
    "ivig_central": 1e-1,
    "ivig_peripheral": 1e-1,
}
"""In the unit of each state; a logarithm's 1 makes its error a relative one of the cells."""


def state_scales(parameters: np.ndarray) -> np.ndarray:
    """Return the size of each state below which its error counts as absolute, array (states, patients).

    A step's error may be ``relative tolerance x (scale + |state|)``; cells scale with body size.

    Parameters
    ----------
    parameters : array (parameters, patients)
    """
    size = parameters[PARAMETER_NAMES.index("size")]
    each = np.array([_CELLS.get(name, _OTHERS.get(name, np.nan)) for name in STATE_NAMES])
    of_cells = np.array([name in _CELLS for name in STATE_NAMES])
    return np.where(of_cells[:, None], each[:, None] * size, each[:, None])
