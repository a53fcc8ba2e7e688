"""How a bedside rule answers: a grade or a verdict, with what decided it and where the rule stands."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MET = 1
NOT_MET = 0
NOT_ASSESSABLE = -1


@dataclass(frozen=True)
class Graded:
    """A grade for each patient (and time), with the criterion that decided it.

    Attributes
    ----------
    grade : int8 array (any shape)
        1 to 5; 0 none; -1 not assessable from what is known.
    criterion : int8 array (same shape)
        Member of the rule's own IntEnum: what decided.
    source : str
        Key of the source of the scale.
    """

    grade: np.ndarray
    criterion: np.ndarray
    source: str


@dataclass(frozen=True)
class Reason:
    """One criterion of a verdict: 1 met, 0 not met, -1 not assessable, for each patient.

    ``source`` is the key of the source, ``where`` the place in it, empty where it differs by patient.
    """

    code: str
    text: str
    source: str
    answer: np.ndarray
    where: str = ""


@dataclass(frozen=True)
class Verdict:
    """Yes (1), no (0) or not assessable (-1) for each patient, with the criteria behind it."""

    answer: np.ndarray
    reasons: tuple[Reason, ...]


def tri(condition: np.ndarray, known: np.ndarray | bool = True) -> np.ndarray:
    """Return 1 where a condition holds, 0 where it does not, -1 where its input is unknown."""
    return np.where(known, np.where(condition, MET, NOT_MET), NOT_ASSESSABLE).astype(np.int8)


def all_of(answers: Sequence[np.ndarray]) -> np.ndarray:
    """Return 1 where all answers are 1, 0 where any is 0, otherwise -1: unknown is never a yes or a no."""
    result = answers[0].astype(np.int8)
    for answer in answers[1:]:
        refused = (result == NOT_MET) | (answer == NOT_MET)
        result = np.where(refused, NOT_MET, np.minimum(result, answer)).astype(np.int8)
    return result


def any_of(answers: Sequence[np.ndarray]) -> np.ndarray:
    """Return 1 where any answer is 1, 0 where all are 0, otherwise -1."""
    return negated(all_of([negated(answer) for answer in answers]))


def negated(answer: np.ndarray) -> np.ndarray:
    """Return no for yes and yes for no; unknown stays unknown."""
    return np.where(answer == NOT_ASSESSABLE, NOT_ASSESSABLE, 1 - answer).astype(np.int8)


def combine(reasons: Sequence[Reason]) -> Verdict:
    """Join criteria that must all be met into one verdict; one that is not met outweighs an unknown one."""
    return Verdict(answer=all_of([reason.answer for reason in reasons]), reasons=tuple(reasons))
