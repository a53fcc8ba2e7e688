"""Answers of scores and gradings for one patient, in one form whatever the rule: in words, and why."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from itertools import product
from typing import Any

import numpy as np

from livingdrug.bedside.answers import MET, NOT_ASSESSABLE, NOT_MET, Graded, Reason, Verdict
from livingdrug.bedside.grounds import Ground, Why, explain_grade
from livingdrug.bedside.mental_scores import ScoreBounds
from livingdrug.bedside.points import Score
from livingdrug.evidence import Edition

OPEN = "not assessable"
YES_OR_NO = {MET: "yes", NOT_MET: "no", NOT_ASSESSABLE: OPEN}
_FIRST = (0,)


@dataclass(frozen=True)
class Told:
    """One answer on one patient.

    Attributes
    ----------
    what : str
        What was asked.
    answer : str
        In words; "not assessable" where what is known does not decide.
    lowest, highest : float or None
        Between which a score lies, equal where nothing that matters is missing; None for other answers.
    criteria : tuple of Reason
        Each criterion or item: met, not met or not known.
    why : Why or None
        Of a grade: the criterion that decided, what was seen in it, and its limits.
    source : str
        Key of the source of the rule.
    note : str
        How the answer is to be read.
    """

    what: str
    answer: str
    lowest: float | None = None
    highest: float | None = None
    criteria: tuple[Reason, ...] = ()
    why: Why | None = None
    source: str = ""
    note: str = ""


def told_verdict(what: str, verdict: Verdict, source: str, note: str = "") -> Told:
    """Tell a verdict with its criteria."""
    answer = YES_OR_NO[int(verdict.answer[0])]
    return Told(what, answer, criteria=verdict.reasons, source=source, note=note)


def told_points(what: str, score: Score, source: str, note: str = "") -> Told:
    """Tell a score of points with its items."""
    low, high = float(score.lowest[0]), float(score.highest[0])
    return Told(what, _points(low, high), low, high, score.items, source=source, note=note)


def told_bounds(what: str, bounds: ScoreBounds, source: str, note: str = "") -> Told:
    """Tell a score of which only the bounds are known."""
    low, high = float(bounds.least[0]), float(bounds.greatest[0])
    return Told(what, _points(low, high), low, high, source=source, note=note)


def _points(low: float, high: float) -> str:
    return f"{low:g} points" if low == high else f"{OPEN}: {low:g} to {high:g} points"


def told_number(what: str, value: np.ndarray, unit: str, source: str) -> Told:
    """Tell a number with its unit."""
    known = not math.isnan(value[0])
    return Told(what, f"{value[0]:.3g} {unit}" if known else OPEN, source=source)


def told_grade(
    what: str,
    graded: Graded,
    grounds: Mapping[Any, Ground],
    seen: object,
    rules: Edition,
    words: Mapping[Any, str] | None = None,
    possible: Callable[[], np.ndarray] | None = None,
) -> Told:
    """Tell a grade, or an outcome in words, with the criterion that decided.

    Parameters
    ----------
    seen : record
        What the inputs of the grounds are fields of.
    words : mapping of int to str, optional
        For each code of an outcome that is no grade.
    possible : callable, optional
        Returns the grades that what is unknown allows; asked where the grade is not assessable.
    """
    why, code = explain_grade(graded, grounds, seen, _FIRST, rules), int(graded.grade[0])
    answer = OPEN if code == NOT_ASSESSABLE else words[code] if words else f"{code}" if code else "0 (none)"
    if code == NOT_ASSESSABLE and possible is not None:
        grades = possible()
        low, high = float(grades.min()), float(grades.max())
        return Told(what, f"{OPEN}: {low:g} to {high:g}", low, high, why=why, source=graded.source)
    bound = None if words or code == NOT_ASSESSABLE else float(code)
    return Told(what, answer, bound, bound, why=why, source=graded.source)


def graded_by(
    rule: Callable[[Any, Edition], Graded],
    record: type,
    grounds: Mapping[Any, Ground],
    words: Mapping[Any, str] | None = None,
) -> Callable[[Mapping[type, Any], Edition], tuple[Told, ...]]:
    """Return how a rule answers that grades one record; a grade (without words) must read flags alone."""

    def tell(given: Mapping[type, Any], rules: Edition) -> tuple[Told, ...]:
        what = "Grade" if words is None else "Outcome"
        seen = given[record]
        possible = None if words else lambda: rule(completed(seen), rules).grade
        return (told_grade(what, rule(seen, rules), grounds, seen, rules, words, possible),)

    return tell


def completed(seen: Any) -> Any:
    """Return a record of flags with one row for each way in which those that are unknown may be."""
    names = [field.name for field in fields(seen)]
    known = [int(getattr(seen, name)[0]) for name in names]
    ways = [(NOT_MET, MET) if flag == NOT_ASSESSABLE else (flag,) for flag in known]
    rows = np.array(list(product(*ways)), dtype=np.int8)
    return type(seen)(**{name: rows[:, k] for k, name in enumerate(names)})
