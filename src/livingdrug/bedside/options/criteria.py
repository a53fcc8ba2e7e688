"""Criteria of an option held against a patient; what is not known leaves a criterion not assessable.

Each input is a pair, the least and the greatest value that what is known allows. A criterion is met, or
not met, only where both ends agree.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.answers import MET, NOT_ASSESSABLE, NOT_MET, any_of
from livingdrug.bedside.bounds import Grade
from livingdrug.bedside.care import SteroidOrder
from livingdrug.bedside.limits import above, at_least, at_most, below
from livingdrug.bedside.options.ledger import NOW_DAY, hours_since_first, room, unstated
from livingdrug.bedside.options.rows import CriterionRow, OptionRow, figure, is_key
from livingdrug.bedside.options.situation import SCALE_TITLES, Kind, Situation
from livingdrug.bedside.options.words import comparison_words, flag_words, said
from livingdrug.bedside.tocilizumab import hours_since
from livingdrug.evidence import Edition
from livingdrug.units import DL_PER_L, HOURS_PER_DAY, MG_PER_G

Range = tuple[float, float]
UNKNOWN: Range = (-np.inf, np.inf)
_UNKNOWN_FLAG: Range = (0.0, 1.0)
_BY_CLOCK = ("hours_since_first_tocilizumab", "hours_on_steroid")
_BY_LEDGER = "tocilizumab_room"
_COMPARE = {"at_least": at_least, "at_most": at_most, "above": above, "below": below}


@dataclass(frozen=True)
class Judged:
    """One criterion of an option: in words, 1 met, 0 not, -1 not assessable, and what was seen."""

    input: str
    text: str
    answer: int
    seen: str


def judge(row: OptionRow, situation: Situation, rules: Edition) -> tuple[Judged, ...]:
    """Hold every criterion of an option against a patient, the grade first."""
    grade = _judge_grade(row, situation, rules)
    return (*grade, *(_judge_one(criterion, row, situation, rules) for criterion in row.criteria))


def _judge_grade(row: OptionRow, situation: Situation, rules: Edition) -> tuple[Judged, ...]:
    first, last = (figure(row.figures[name], rules) for name in ("grade_from", "grade_to"))
    if first is None and last is None:
        return _judge_death(row, situation)
    text = f"grade from {first:g}" if last is None else f"grade {first:g} to {last:g}"
    text = f"grade {first:g}" if first == last else text
    seen = said("grade", _grade(situation, row))
    if _other_scale(situation, row):
        seen = f"graded by another scale, {situation.scale}"
    limits = [("at_least", first), ("at_most", last)]
    answers = [_compare(how, limit, _grade(situation, row)) for how, limit in limits if limit is not None]
    answer = NOT_MET if NOT_MET in answers else min(answers)
    by = f" by {SCALE_TITLES[row.scale]}" if row.scale else ""
    return (Judged("grade", text + by, answer, seen),)


def _judge_death(row: OptionRow, situation: Situation) -> tuple[Judged, ...]:
    """Rule out what has no grade of its own where the grade is 5, which is death; a caution stands."""
    if situation.grade != Grade.FIVE or row.kind is Kind.CAUTION:
        return ()
    return (Judged("grade", "not the grade of death", NOT_MET, said("grade", _field(situation.grade))),)


def _judge_one(criterion: CriterionRow, row: OptionRow, situation: Situation, rules: Edition) -> Judged:
    seen = read(criterion.input, row, situation, rules)
    if not criterion.limit:
        answer = _compare("at_least" if criterion.comparison == "yes" else "below", 1.0, seen)
        text = flag_words(criterion.input, criterion.comparison == "yes")
        missing = unstated(row, rules) if criterion.input == _BY_LEDGER else ""
        text += f" (this table as held states {missing})" if missing else ""
        return Judged(criterion.input, text, answer, said(criterion.input, seen))
    limit = figure(criterion.limit, rules)
    unit = rules.sourced(criterion.limit).unit if is_key(criterion.limit) else criterion.unit
    text = comparison_words(criterion.input, criterion.comparison, limit, unit)
    held = _by_clock(seen, rules) if criterion.input in _BY_CLOCK else seen
    answer = NOT_ASSESSABLE if limit is None else _compare(criterion.comparison, limit, held)
    return Judged(criterion.input, text, answer, said(criterion.input, seen))


def _by_clock(hours: Range, rules: Edition) -> Range:
    """Return hours passed with the tolerance with which the clock is read."""
    least, greatest = hours_since(-np.array(hours) / HOURS_PER_DAY, NOW_DAY, rules)
    return float(least), float(greatest)


def _compare(how: str, limit: float, seen: Range) -> int:
    """Answer a comparison where both ends of what is possible agree."""
    low, high = _COMPARE[how](np.array(seen), limit)
    return int(low) if low == high else NOT_ASSESSABLE


def read(name: str, row: OptionRow, situation: Situation, rules: Edition) -> Range:
    """Return the least and the greatest value that an input may have."""
    derived = _DERIVED.get(name)
    return _field(getattr(situation, name)) if derived is None else derived(situation, row, rules)


def _field(value: float | bool | None) -> Range:
    return UNKNOWN if value is None else (float(value), float(value))


def _other_scale(situation: Situation, row: OptionRow) -> bool:
    return None not in (situation.scale, row.scale) and situation.scale != row.scale


def _grade(situation: Situation, row: OptionRow) -> Range:
    return UNKNOWN if _other_scale(situation, row) else _field(situation.grade)


def _flag(answer: int) -> Range:
    return _UNKNOWN_FLAG if answer == NOT_ASSESSABLE else (float(answer), float(answer))


def _answer(flag: bool | None) -> np.ndarray:
    return np.array([NOT_ASSESSABLE if flag is None else int(flag)], dtype=np.int8)


def _doses(situation: Situation) -> Range:
    if situation.tocilizumab_doses is None:
        return float(len(situation.tocilizumab_hours_ago)), np.inf
    return _field(situation.tocilizumab_doses)


def _due(situation: Situation, row: OptionRow, rules: Edition) -> Range:
    """Answer whether a dose is the first, or nothing has become better since the last."""
    first = np.array([_compare("below", 1.0, _doses(situation))], dtype=np.int8)
    better = situation.better_since_last_dose
    return _flag(int(any_of([first, _answer(None if better is None else not better)])[0]))


def _aggressive(situation: Situation, row: OptionRow, rules: Edition) -> Range:
    """Answer whether CRS is of the moderate to aggressive presentation, by any of its three criteria."""
    flags = (situation.unstable_circulation, situation.respiratory_distress, situation.rapid_deterioration)
    return _flag(int(any_of([_answer(flag) for flag in flags])[0]))


def _with_crs(situation: Situation) -> Range:
    """Return whether there is CRS: as said, or by its grade."""
    if situation.with_crs is None and situation.crs_grade is not None:
        return _flag(MET if situation.crs_grade >= Grade.ONE else NOT_MET)
    return _UNKNOWN_FLAG if situation.with_crs is None else _field(situation.with_crs)


def _crs_grade(situation: Situation) -> Range:
    """Return the grade of CRS beside ICANS; where only its presence is known, from grade 1 on."""
    if situation.crs_grade is None and situation.with_crs is not None:
        return (float(Grade.ONE), np.inf) if situation.with_crs else (0.0, 0.0)
    return _field(situation.crs_grade)


def _runs(order: SteroidOrder | None, least: SteroidOrder = SteroidOrder.DEXAMETHASONE_10_MG) -> Range:
    return _UNKNOWN_FLAG if order is None else _flag(MET if order >= least else NOT_MET)


def _any_steroid(situation: Situation, least: SteroidOrder = SteroidOrder.DEXAMETHASONE_10_MG) -> Range:
    sides = [_runs(order, least) for order in (situation.crs_steroid, situation.icans_steroid)]
    return max(low for low, _ in sides), max(high for _, high in sides)


def _upper_steroid(situation: Situation, row: OptionRow, rules: Edition) -> Range:
    order = situation.icans_steroid if row.toxicity == "icans" else situation.crs_steroid
    return _runs(order, SteroidOrder.METHYLPREDNISOLONE_1000_MG)


def _lower_steroid(situation: Situation, row: OptionRow, rules: Edition) -> Range:
    lower, order = SteroidOrder.METHYLPREDNISOLONE_2_MG_PER_KG, situation.crs_steroid
    return _UNKNOWN_FLAG if order is None else _flag(MET if order == lower else NOT_MET)


def _igg(situation: Situation, row: OptionRow, rules: Edition) -> Range:
    known = situation.igg_g_per_l
    return UNKNOWN if known is None else _field(known * MG_PER_G / DL_PER_L)


def _infections(situation: Situation) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the answers on recurrent, on serious, and on serious recurrent infections.

    Serious ones that recur are both, and there are none where there is none of either.
    """
    both = situation.serious_recurrent_infection
    recurrent, serious = (
        True if both else known for known in (situation.recurrent_infection, situation.serious_infection)
    )
    both = False if False in (recurrent, serious) else both
    return _answer(recurrent), _answer(serious), _answer(both)


def _recurrent(situation: Situation, row: OptionRow, rules: Edition) -> Range:
    return _flag(int(_infections(situation)[0][0]))


def _serious_recurrent(situation: Situation, row: OptionRow, rules: Edition) -> Range:
    return _flag(int(_infections(situation)[2][0]))


def _serious_or_recurrent(situation: Situation, row: OptionRow, rules: Edition) -> Range:
    return _flag(int(any_of(list(_infections(situation)[:2]))[0]))


_DERIVED: dict[str, Callable[[Situation, OptionRow, Edition], Range]] = {
    "grade": lambda situation, row, rules: _grade(situation, row),
    "with_crs": lambda situation, row, rules: _with_crs(situation),
    "crs_grade": lambda situation, row, rules: _crs_grade(situation),
    "tocilizumab_doses": lambda situation, row, rules: _doses(situation),
    "tocilizumab_due": _due,
    "tocilizumab_room": lambda situation, row, rules: _flag(room(situation, row, rules)),
    "hours_since_first_tocilizumab": lambda situation, row, rules: hours_since_first(situation),
    "moderate_to_aggressive": _aggressive,
    "crs_steroid_running": lambda situation, row, rules: _runs(situation.crs_steroid),
    "icans_steroid_running": lambda situation, row, rules: _runs(situation.icans_steroid),
    "upper_steroid_running": _upper_steroid,
    "lower_steroid_running": _lower_steroid,
    "on_steroid": lambda situation, row, rules: _any_steroid(situation),
    "igg_mg_per_dl": _igg,
    "recurrent_infection": _recurrent,
    "serious_or_recurrent_infection": _serious_or_recurrent,
    "serious_recurrent_infection": _serious_recurrent,
}
"""Inputs that are not a field of the situation as such."""
