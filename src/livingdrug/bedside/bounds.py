"""Grades known only within bounds: the least and the most severe grade that what is known allows.

A missing input widens the bounds; it never stands for a normal finding. A grade is definite only
where the bounds meet, so grade 4 on one axis stands whatever is missing on another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import MET, NOT_ASSESSABLE, Graded, choose
from livingdrug.errors import BadInput


class Grade(IntEnum):
    """Grades of a toxicity scale."""

    NOT_ASSESSABLE = -1
    NONE = 0
    ONE = 1
    TWO = 2
    THREE = 3
    FOUR = 4
    FIVE = 5


@dataclass(frozen=True)
class Bounds:
    """Lowest and highest grade possible on one axis, what decided the lowest, and what is missing.

    ``criterion`` and ``missing`` are arrays like the grades, or one number that holds for all of them.
    """

    low: np.ndarray
    high: np.ndarray
    criterion: np.ndarray | int
    missing: np.ndarray | int


def bounds(low: np.ndarray, high: np.ndarray, criterion: np.ndarray | int, missing: int) -> Bounds:
    """Return bounds from int8 arrays; ``missing`` is the criterion to name where they do not meet."""
    return Bounds(low=low, high=np.maximum(low, high), criterion=criterion, missing=missing)


def worst(axes: Sequence[Bounds]) -> Bounds:
    """Return the bounds of the worst axis: the grade of a scale is that of its most severe axis.

    What is missing is named by the first axis that could be the most severe.
    """
    result = axes[0]
    for axis in axes[1:]:
        result = Bounds(
            low=np.maximum(axis.low, result.low),
            high=np.maximum(axis.high, result.high),
            criterion=choose(axis.low > result.low, axis.criterion, result.criterion),
            missing=choose(axis.high > result.high, axis.missing, result.missing),
        )
    return result


def grade_with_death(grade: np.ndarray, died_of_it: np.ndarray) -> np.ndarray:
    """Return grades, int8, in which a death due to what is graded is 5, and -1 where that is not known."""
    return choose(
        died_of_it == NOT_ASSESSABLE,
        Grade.NOT_ASSESSABLE,
        choose(died_of_it == MET, Grade.FIVE, grade.astype(np.int8, copy=False)),
    )


def with_death_of(graded: Graded, died_of_it: np.ndarray, death: int, unknown: int) -> Graded:
    """Return grades in which a death due to what is graded is grade 5.

    Parameters
    ----------
    graded : Graded
    died_of_it : int8 array (its shape)
        1 died of it, 0 did not, -1 died and whether of it is not known: then there is no grade.
    death, unknown : int
        Criteria to name.
    """
    died, perhaps = died_of_it == MET, died_of_it == NOT_ASSESSABLE
    criterion = choose(died, death, graded.criterion)
    lowest, highest = graded.lowest, graded.highest
    return Graded(
        grade=grade_with_death(graded.grade, died_of_it),
        criterion=choose(perhaps, unknown, criterion),
        source=graded.source,
        lowest=None if lowest is None else choose(died, Grade.FIVE, lowest),
        highest=None if highest is None else choose(died | perhaps, Grade.FIVE, highest),
    )


def steps(value: np.ndarray, limits: Sequence[float], grades: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return (low, high) grade of a number: the last grade whose limit it exceeds; NaN may be any of them."""
    grade = np.zeros_like(value, dtype=np.int8)
    for limit, reached in zip(limits, grades, strict=True):
        grade = choose(value > limit, reached, grade)
    return grade, choose(np.isnan(value), max(grades), grade)


def steps_of_code(code: np.ndarray, grades: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return (low, high) grade of a flag or code 0, 1, ...; -1 (unknown) may be any of them.

    Raises
    ------
    BadInput
        A code for which there is no grade.
    """
    highest = np.max(code, initial=0)
    if highest not in range(len(grades)):
        raise BadInput(f"observations: got code {highest}, expected 0 to {len(grades) - 1}, or -1 if unknown")
    grade = min(grades)
    low = np.full_like(code, int(grade), dtype=np.int8)
    for value, reached in enumerate(grades):
        if reached != grade:
            low, grade = choose(code >= value, reached, low), reached
    return low, choose(code < 0, max(grades), low)


def per_patient(value: np.ndarray | float, like: np.ndarray) -> np.ndarray:
    """Return one number a patient, shaped to go with observations (n,) or (n, t)."""
    column = np.asarray(value, dtype=float)
    if column.ndim == 0 or column.ndim == np.ndim(like):
        return column
    if column.shape[0] != like.shape[0]:
        raise BadInput(
            f"observations: {like.shape[0]} patients, but {column.shape[0]} values a patient were given"
        )
    return column.reshape(column.shape + (1,) * (np.ndim(like) - column.ndim))
