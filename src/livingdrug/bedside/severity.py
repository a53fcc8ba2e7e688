"""Grades that are read off signs, each with a grade of its own: the worst of them decides.

A sign that is not known may hide a worse grade, so that a grade stands only where every possibility agrees.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.answers import MET, NOT_MET, Graded, choose
from livingdrug.bedside.bounds import Grade, bounds, steps_of_code, worst


@dataclass(frozen=True)
class Sign:
    """A flag (1, 0, -1), its grade, and what to name where it decides and where it is missing."""

    flag: np.ndarray
    grade: float
    criterion: int
    missing: int


@dataclass(frozen=True)
class Condition:
    """Whether what is graded is there at all, its least grade, and what to name where no sign decides."""

    present: np.ndarray
    least: float
    criterion: int
    absent: int
    missing: int


def grade_by_signs(condition: Condition, signs: Sequence[Sign], source: str) -> Graded:
    """Grade a condition by the worst of its signs; 0 where it is absent, -1 where that is not known."""
    axes = [
        bounds(*steps_of_code(sign.flag, (Grade.NONE, int(sign.grade))), sign.criterion, sign.missing)
        for sign in signs
    ]
    everything = worst(axes)
    least = np.full_like(everything.low, int(condition.least))
    low, high = np.maximum(everything.low, least), np.maximum(everything.high, least)
    decided = choose(everything.low > 0, everything.criterion, condition.criterion)
    grade = choose(low == high, low, Grade.NOT_ASSESSABLE)
    criterion = choose(low == high, decided, everything.missing)
    there, absent = condition.present == MET, condition.present == NOT_MET
    grade = choose(there, grade, choose(absent, Grade.NONE, Grade.NOT_ASSESSABLE))
    without = choose(absent, condition.absent, condition.missing)
    return Graded(grade, choose(there, criterion, without), source)
