"""What was measured over time, on a few nominal days shared by all patients."""

from typing import TYPE_CHECKING

import numpy as np

from livingdrug.evidence import Edition
from livingdrug.units import PERCENT

if TYPE_CHECKING:  # a stored record is read without loading the course
    from livingdrug.course import Course

PROFILED = (
    "transgene_copies_per_ug",
    "anc_e9_per_l",
    "platelets_e9_per_l",
    "haemoglobin_g_per_dl",
    "b_cells_per_ul",
    "igg_g_per_l",
)
"""The observations that the record keeps over time, each as ``profile_<name>``."""


def profile_days(rules: Edition) -> np.ndarray:
    """Return the nominal days of the profiles after infusion, shape (profile days,)."""
    return np.array(rules.numbers("endpoints.profile.days"))


def nearest_times(days: np.ndarray, nominal: np.ndarray, tolerance: float) -> tuple[np.ndarray, np.ndarray]:
    """Return for each nominal day the nearest decision time, and whether it is near enough to stand for it.

    Parameters
    ----------
    days : array (times,), day
        Decision times.
    nominal : array (profile days,), day
    tolerance : float, 1
        Greatest distance as a fraction of the nominal day.
    """
    nearest = np.abs(days[None, :] - nominal[:, None]).argmin(axis=1)
    return nearest, np.abs(days[nearest] - nominal) <= tolerance * nominal


def profiles(course: "Course", rules: Edition) -> dict[str, np.ndarray]:
    """Return the profiles of the record by field name, each (patients, profile days).

    ``profile_day`` is the day of the observation that stands for the nominal day; NaN where none does.
    """
    tolerance = rules.number("endpoints.profile.tolerance_percent") / PERCENT
    times, near = nearest_times(np.asarray(course.in_vivo.days), profile_days(rules), tolerance)
    seen = course.in_vivo.observations
    found = {"profile_day": np.where(near, seen.day[:, times], np.nan)}
    for name in PROFILED:
        found[f"profile_{name}"] = np.where(near, getattr(seen, name)[:, times], np.nan)
    return found
