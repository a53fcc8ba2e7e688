"""Questions about grades read off one time of a chart."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import numpy as np
from tests.rules.cases import Answer, Question
from tests.rules.questions.observed import ages, at_one_time

from livingdrug.bedside.answers import Graded
from livingdrug.bedside.crs import grade_astct, grade_ctcae, grade_lee, grade_penn, with_death
from livingdrug.bedside.crs_axes import CrsCriterion
from livingdrug.evidence import Edition


def told(graded: Graded, criteria: type[IntEnum]) -> list[Answer]:
    """Return each grade with the name of what decided it."""
    pairs = zip(np.ravel(graded.grade), np.ravel(graded.criterion), strict=True)
    return [Answer(int(grade), frozenset({criteria(int(why)).name})) for grade, why in pairs]


def _astct(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    return told(grade_astct(at_one_time(cases), rules, ages(cases)), CrsCriterion)


def _lee(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    return told(grade_lee(at_one_time(cases), rules, ages(cases)), CrsCriterion)


def _penn(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    return told(grade_penn(at_one_time(cases), rules), CrsCriterion)


def _ctcae(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    return told(grade_ctcae(at_one_time(cases), rules, ages(cases)), CrsCriterion)


def died(cases: Sequence[dict[str, Any]]) -> np.ndarray:
    """Return whether each case died of what is graded: 1, 0 (also where nothing is said) or -1."""
    words = {"yes": 1, "no": 0, "unknown": -1}
    return np.array([words[given.get("died_of_it", "no")] for given in cases], dtype=np.int8)


def _astct_and_death(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    graded = grade_astct(at_one_time(cases), rules, ages(cases))
    return told(with_death(graded, died(cases)), CrsCriterion)


def between(graded: Graded) -> list[Answer]:
    """Return the lowest and the highest grade that what is known allows."""
    assert graded.lowest is not None
    assert graded.highest is not None
    return [Answer([int(low), int(high)]) for low, high in zip(graded.lowest, graded.highest, strict=True)]


def _astct_between(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    graded = grade_astct(at_one_time(cases), rules, ages(cases))
    return between(with_death(graded, died(cases)))


def _lee_between(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    return between(grade_lee(at_one_time(cases), rules, ages(cases)))


def _penn_between(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    return between(grade_penn(at_one_time(cases), rules))


def _ctcae_between(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    return between(grade_ctcae(at_one_time(cases), rules, ages(cases)))


QUESTIONS: dict[str, Question] = {
    "crs_astct": _astct,
    "crs_astct_between": _astct_between,
    "crs_lee_between": _lee_between,
    "crs_penn_between": _penn_between,
    "crs_ctcae_between": _ctcae_between,
    "crs_astct_and_death": _astct_and_death,
    "crs_lee": _lee,
    "crs_penn": _penn,
    "crs_ctcae": _ctcae,
}
