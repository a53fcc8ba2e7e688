"""Figures of many trials at once: each function takes (trials, patients) and returns (trials,).

NaN marks a patient who does not enter the figure; a trial without any such patient gives NaN.
"""

import warnings
from collections.abc import Callable
from functools import partial

import numpy as np

from livingdrug.units import PERCENT


def _ignoring_empty(reduce: Callable[..., np.ndarray], values: np.ndarray) -> np.ndarray:
    """Reduce over patients with one of NumPy's functions that pass NaN over; only NaN gives NaN."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="All-NaN|Mean of empty|Degrees of freedom")
        return reduce(values, axis=1)


def percent(yes: np.ndarray) -> np.ndarray:
    """Return the percentage of ones among zeros and ones."""
    return PERCENT * _ignoring_empty(np.nanmean, yes)


def total(yes: np.ndarray) -> np.ndarray:
    """Return how many ones there are."""
    return np.nansum(yes, axis=1)


def median(values: np.ndarray) -> np.ndarray:
    """Return the median."""
    return _ignoring_empty(np.nanmedian, values)


def maximum(values: np.ndarray) -> np.ndarray:
    """Return the largest value."""
    return _ignoring_empty(np.nanmax, values)


def geometric_mean(values: np.ndarray) -> np.ndarray:
    """Return the geometric mean."""
    return np.exp(_ignoring_empty(np.nanmean, np.log(values)))


def geometric_cv(values: np.ndarray) -> np.ndarray:
    """Return the geometric coefficient of variation in percent: sqrt(exp(variance of logs) - 1)."""
    variance = _ignoring_empty(partial(np.nanvar, ddof=1), np.log(values))
    return PERCENT * np.sqrt(np.expm1(variance))
