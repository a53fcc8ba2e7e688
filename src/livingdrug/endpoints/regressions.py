"""Ratios that compare patients: odds by exposure, hazards before and after a change, means of two groups."""

import numpy as np

from livingdrug.units import PERCENT

_STEPS = 60
"""Halvings of the interval in which the logarithm of a hazard ratio is sought."""
_NEWTON_STEPS = 25
_SMALLEST_SCORE = 1e-6
"""Slope of the likelihood at which a logistic regression counts as solved."""
_WIDEST_LOG = 20.0
"""Logarithm of the largest hazard ratio that is looked for."""


def odds_ratios(covariate: np.ndarray, event: np.ndarray) -> np.ndarray:
    """Return the odds ratio per unit of one covariate, by a logistic regression a trial.

    Parameters
    ----------
    covariate, event : array (trials, patients)
        Event 1 or 0.

    Returns
    -------
    array (trials,)
        NaN where nobody or everybody has the event, or where the covariate parts those with it from the
        others.
    """
    x = covariate - covariate.mean(axis=1, keepdims=True)
    intercept, slope = np.zeros(len(x)), np.zeros(len(x))
    first, second = np.full(len(x), np.nan), np.full(len(x), np.nan)
    with np.errstate(all="ignore"):
        for _ in range(_NEWTON_STEPS):
            p = 1 / (1 + np.exp(-(intercept[:, None] + slope[:, None] * x)))
            weight = p * (1 - p)
            a, b, c = weight.sum(axis=1), (weight * x).sum(axis=1), (weight * x * x).sum(axis=1)
            first, second = (event - p).sum(axis=1), ((event - p) * x).sum(axis=1)
            determinant = a * c - b * b
            intercept = intercept + (c * first - b * second) / determinant
            slope = slope + (a * second - b * first) / determinant
        solved = np.abs(first) + np.abs(second) < _SMALLEST_SCORE
        return np.where(solved & _overlapping(covariate, event), np.exp(slope), np.nan)


def _overlapping(covariate: np.ndarray, event: np.ndarray) -> np.ndarray:
    """Tell in which trials the covariate of those with and of those without the event overlaps."""
    ones = event == 1
    with_low, with_high = _limits(covariate, ones)
    without_low, without_high = _limits(covariate, ~ones)
    return (with_low < without_high) & (without_low < with_high)


def _limits(covariate: np.ndarray, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.where(of, covariate, np.inf).min(axis=1), np.where(of, covariate, -np.inf).max(axis=1)


def excess_of_geometric_means(values: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return by how many percent the geometric mean of a group exceeds that of the others.

    Parameters
    ----------
    values, first : array (trials, patients)
        ``first``: 1 in the group, 0 among the others.

    Returns
    -------
    array (trials,), percent
        NaN where a trial has none of the one or of the other.
    """
    logs, ones = np.log(values), first == 1
    with np.errstate(invalid="ignore"):
        mean = (logs * ones).sum(axis=1) / ones.sum(axis=1)
        other = (logs * ~ones).sum(axis=1) / (~ones).sum(axis=1)
    return PERCENT * np.expm1(mean - other)


def hazard_ratios_of_change(change: np.ndarray, months: np.ndarray, event: np.ndarray) -> np.ndarray:
    """Return the hazard ratio after against before a change, by a Cox regression a trial.

    The covariate is 0 until each patient's own change and 1 thereafter; ties are handled as by Efron.

    Parameters
    ----------
    change : array (trials, patients), month
        When the covariate changes; infinite where it never does, 0 where it is 1 from the start.
    months, event : array (trials, patients)
        Time at risk, and whether the event (1) or censoring (0) ended it.

    Returns
    -------
    array (trials,)
        Infinite or 0 where all events of a trial fall on one side although both were at risk; NaN where
        there is no event, or nobody at risk on one side.
    """
    rows = zip(change, months, event, strict=True)
    return np.array([_hazard_ratio_of_change(*row) for row in rows])


def _hazard_ratio_of_change(change: np.ndarray, months: np.ndarray, event: np.ndarray) -> float:
    """Solve the score equation of a Cox regression with one covariate of 0 and 1."""
    times = np.unique(months[event == 1])
    at_risk = months[None, :] >= times[:, None]
    after = change[None, :] < times[:, None]
    dies = (months[None, :] == times[:, None]) & (event == 1)[None, :]
    n1, n0 = (at_risk & after).sum(axis=1), (at_risk & ~after).sum(axis=1)
    d1, d0 = (dies & after).sum(axis=1), (dies & ~after).sum(axis=1)
    both = (n1 > 0) & (n0 > 0)
    if not both.any():
        return np.nan
    n1, n0, d1, d0 = n1[both], n0[both], d1[both], d0[both]
    tied = d1 + d0
    which = np.repeat(np.arange(len(tied)), tied)
    share = (np.arange(len(which)) - np.repeat(np.cumsum(tied) - tied, tied)) / tied[which]
    exposed, others = n1[which] - share * d1[which], n0[which] - share * d0[which]
    if d1.sum() in (0, tied.sum()):
        return 0.0 if d1.sum() == 0 else np.inf
    low, high = -_WIDEST_LOG, _WIDEST_LOG
    for _ in range(_STEPS):
        middle = (low + high) / 2
        ratio = np.exp(middle)
        expected = (exposed * ratio / (exposed * ratio + others)).sum()
        low, high = (middle, high) if expected < d1.sum() else (low, middle)
    return float(np.exp((low + high) / 2))
