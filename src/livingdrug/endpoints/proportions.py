"""Intervals for published rates that were printed without one."""

import math

from scipy.stats import binomtest

from livingdrug.units import PERCENT


def wilson(percent: float, n: float) -> tuple[float, float]:
    """Return the Wilson 95% interval of a rate, in percent.

    Parameters
    ----------
    percent : float
        The rate; the number of patients behind it is rounded to a whole one.
    n : float, patients
    """
    patients = round(n)
    if patients < 1 or not 0 <= percent <= PERCENT:
        return math.nan, math.nan
    interval = binomtest(round(percent / PERCENT * patients), patients).proportion_ci(method="wilson")
    return float(interval.low * PERCENT), float(interval.high * PERCENT)


def survival_interval(percent: float, n: float, followed_fraction: float) -> tuple[float, float]:
    """Return a 95% interval for a Kaplan-Meier value of which only n is known.

    Binomial (Wilson) with n reduced to those followed as long as that at the data cut: without
    censoring Greenwood's variance is the binomial one.
    """
    return wilson(percent, max(1.0, n * followed_fraction))
