"""Leukaemia in the marrow: how many cells a share of blasts stands for, and the other way round."""

import numpy as np

from livingdrug.evidence import Edition
from livingdrug.units import PERCENT


def _half_cells(weight_kg: np.ndarray, rules: Edition) -> np.ndarray:
    size = weight_kg / rules.number("body.size.reference_weight_kg")
    return rules.number("body.observe.marrow_half_cells") * size


def marrow_share(leukaemia_cells: np.ndarray, weight_kg: np.ndarray, rules: Edition) -> np.ndarray:
    """Return the share of marrow cells that are blasts: T / (T + T_half size), 0 to 1.

    Parameters
    ----------
    leukaemia_cells : array (patients,), cells
    weight_kg : array (patients,), kg
    rules : Edition
    """
    return leukaemia_cells / (leukaemia_cells + _half_cells(weight_kg, rules))


def cells_from_marrow_blasts(blasts_percent: np.ndarray, weight_kg: np.ndarray, rules: Edition) -> np.ndarray:
    """Return how many leukaemia cells a share of marrow blasts stands for; NaN where it is unknown.

    Shares below what a microscope shows, and those at which the marrow holds nothing else, are taken as the
    nearest share that can be told apart.
    """
    least = rules.number("body.observe.marrow_blasts_least_percent")
    share = np.clip(blasts_percent, least, PERCENT - least) / PERCENT
    return _half_cells(weight_kg, rules) * share / (1 - share)
