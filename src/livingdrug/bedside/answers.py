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
    lowest, highest : int8 array (same shape), optional
        The grades between which what is known places the patient; equal where the grade is assessable.
        None where the rule tells no bounds.
    """

    grade: np.ndarray
    criterion: np.ndarray
    source: str
    lowest: np.ndarray | None = None
    highest: np.ndarray | None = None


@dataclass(frozen=True)
class Reason:
    """One criterion of a verdict: 1 met, 0 not met, -1 not assessable, for each patient.

    ``source`` is the key of the source, ``where`` the place in it, empty where it differs by patient;
    ``unverified`` says that the limit was not read at its source.
    """

    code: str
    text: str
    source: str
    answer: np.ndarray
    where: str = ""
    unverified: bool = False


@dataclass(frozen=True)
class Verdict:
    """Yes (1), no (0) or not assessable (-1) for each patient, with the criteria behind it."""

    answer: np.ndarray
    reasons: tuple[Reason, ...]


def tri(condition: np.ndarray, known: np.ndarray | bool = True) -> np.ndarray:
    """Return 1 where a condition holds, 0 where it does not, -1 where its input is unknown."""
    known = np.asarray(known, dtype=bool)
    return _three_valued(np.asarray(condition, dtype=bool) & known, ~known)


def _three_valued(yes: np.ndarray, unknown: np.ndarray) -> np.ndarray:
    """Return 1 for yes, -1 for unknown (never both), otherwise 0."""
    return np.asarray(yes).view(np.int8) - np.asarray(unknown).view(np.int8)


def choose(condition: np.ndarray, code: np.ndarray | int, otherwise: np.ndarray | int) -> np.ndarray:
    """Return a small code (int8) where a condition holds and another elsewhere.

    Parameters
    ----------
    condition : bool array (any shape)
    code, otherwise : int8 array (that shape), or a member of an enumeration
    """
    one = code if isinstance(code, np.ndarray) else int(code)  # NumPy is slow with members of enumerations
    other = otherwise if isinstance(otherwise, np.ndarray) else int(otherwise)
    # By logic on bytes, many times faster than np.where: a xor (a xor b) is b, a xor 0 is a.
    return other ^ ((other ^ one) * condition.view(np.int8))


def all_of(answers: Sequence[np.ndarray]) -> np.ndarray:
    """Return 1 where all answers are 1, 0 where any is 0, otherwise -1: unknown is never a yes or a no."""
    refused, unknown = answers[0] == NOT_MET, answers[0] == NOT_ASSESSABLE
    for answer in answers[1:]:
        refused, unknown = refused | (answer == NOT_MET), unknown | (answer == NOT_ASSESSABLE)
    return _three_valued(~(refused | unknown), unknown & ~refused)


def any_of(answers: Sequence[np.ndarray]) -> np.ndarray:
    """Return 1 where any answer is 1, 0 where all are 0, otherwise -1."""
    yes, unknown = answers[0] == MET, answers[0] == NOT_ASSESSABLE
    for answer in answers[1:]:
        yes, unknown = yes | (answer == MET), unknown | (answer == NOT_ASSESSABLE)
    return _three_valued(yes, unknown & ~yes)


def enough_of(answers: Sequence[np.ndarray], needed: float) -> np.ndarray:
    """Return 1 where enough answers are 1, 0 where the unknown ones would not suffice either, else -1."""
    met = np.zeros(answers[0].shape)
    possible = met
    for answer in answers:
        met = met + (answer == MET)
        possible = possible + (answer != NOT_MET)
    return tri(met >= needed, (met >= needed) | (possible < needed))


def negated(answer: np.ndarray) -> np.ndarray:
    """Return no for yes and yes for no; unknown stays unknown."""
    return _three_valued(answer == NOT_MET, answer == NOT_ASSESSABLE)


def combine(reasons: Sequence[Reason]) -> Verdict:
    """Join criteria that must all be met into one verdict; one that is not met outweighs an unknown one."""
    return Verdict(answer=all_of([reason.answer for reason in reasons]), reasons=tuple(reasons))
