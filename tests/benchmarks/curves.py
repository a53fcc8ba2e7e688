"""Rates at the same achieved accuracy, read off each engine's work-precision curve."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from tests.benchmarks.reference import Error
from tests.benchmarks.results import Curve, Point

Measure = Callable[[Error], float]


def median_error(error: Error) -> float:
    """Return the error that half of all numbers stay below."""
    return error.median


def worst_error(error: Error) -> float:
    """Return the error that all but one number in a thousand stay below."""
    return error.percentile_99_9


def usable(curve: Curve) -> list[Point]:
    """Return the points at which every patient was solved, loosest first."""
    whole = [point for point in curve.points if point.error.n_failed == 0]
    return sorted(whole, key=lambda point: -point.tolerance)


def rate_at(curve: Curve, measure: Measure, error: float) -> float | None:
    """Return the median rate at which an engine reaches an error, or None outside its measured range.

    Log rate is taken as straight in log error between the two tolerances on either side.
    """
    points = usable(curve)
    for loose, tight in pairwise(points):
        high, low = measure(loose.error), measure(tight.error)
        if low <= error <= high and low < high:
            share = np.log(high / error) / np.log(high / low)
            return float(np.exp((1 - share) * np.log(loose.rate) + share * np.log(tight.rate)))
    return None
