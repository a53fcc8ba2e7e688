"""Haematotoxicity after CAR-T by platelets (T-ICAHT): early, days 0 to 30, and late, days 31 to 100."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import MET, NOT_ASSESSABLE, choose
from livingdrug.bedside.bounds import Bounds, Grade, bounds, worst
from livingdrug.bedside.daily_counts import Days, Runs, days_of, days_unseen, runs_of
from livingdrug.bedside.grade_range import GradeRange, grade_within
from livingdrug.bedside.grounds import Ground
from livingdrug.evidence import Edition
from livingdrug.observations import Observations

_SCALE = "scales.icaht_platelets"
_MISSING = "scales.icaht.early.longest_missing_days"
_GAP = "scales.icaht.late.longest_gap"


class PlateletCriterion(IntEnum):
    """What decided a T-ICAHT grade."""

    NONE = 0
    LOW_DAYS = 1
    VERY_LOW_DAYS = 2
    LATE_LOW = 3
    LATE_NONE = 4
    LATE_VERY_LOW_DAYS = 5
    TOO_FEW_COUNTS = 20
    LATE_TOO_FEW_COUNTS = 21


@dataclass(frozen=True)
class PlateletIcaht:
    """Early and late T-ICAHT, with the days behind the grades.

    Attributes
    ----------
    early, late : GradeRange (patients,)
    low_days, very_low_days : array (patients,), day
        Of days 0 to 30: cumulative days below 50 and 20e9/L, days of short recoveries counted.
    late_low_tests, late_very_low_days : array (patients,)
        Of days 31 to 100: days with a count below 100e9/L, cumulative days below 20e9/L.
    early_days_unknown, late_days_unknown : array (patients,), day
        Days without a count, or any near enough to stand for them.
    recovery_day : array (patients,), day
        First day of the recovery above 20e9/L after the first count below it; NaN where there is none.
    """

    early: GradeRange
    late: GradeRange
    low_days: np.ndarray
    very_low_days: np.ndarray
    late_low_tests: np.ndarray
    late_very_low_days: np.ndarray
    early_days_unknown: np.ndarray
    late_days_unknown: np.ndarray
    recovery_day: np.ndarray


def _keys(*names: str) -> tuple[str, ...]:
    return tuple(f"{_SCALE}.{name}" for name in names)


_VERY_LOW_KEYS = _keys("very_low_below", "grade4_from", "recovery_days", "days_without_transfusion")
_EARLY_INPUTS, _LATE_INPUTS = ("low_days", "very_low_days"), ("late_low_tests", "late_very_low_days")
GROUNDS = {
    PlateletCriterion.NONE: Ground(
        "platelets not low enough", _EARLY_INPUTS, (*_keys("early.low_below"), _MISSING)
    ),
    PlateletCriterion.LATE_NONE: Ground(
        "no late counts low enough", _LATE_INPUTS, (*_keys("late.grade1_below", "late.tests_needed"), _GAP)
    ),
    PlateletCriterion.LOW_DAYS: Ground(
        "days below 50e9/L", _EARLY_INPUTS, _keys("early.low_below", "early.grade2_from", "recovery_days")
    ),
    PlateletCriterion.VERY_LOW_DAYS: Ground("days below 20e9/L", _EARLY_INPUTS, _VERY_LOW_KEYS),
    PlateletCriterion.LATE_VERY_LOW_DAYS: Ground(
        "late days below 20e9/L", _LATE_INPUTS, (*_VERY_LOW_KEYS, _GAP)
    ),
    PlateletCriterion.LATE_LOW: Ground(
        "late counts below 100 or 50e9/L",
        _LATE_INPUTS,
        (*_keys("late.grade1_below", "late.grade2_below", "late.tests_needed"), _GAP),
    ),
    PlateletCriterion.TOO_FEW_COUNTS: Ground(
        "not assessable: days without a platelet count (platelets_e9_per_l), or transfusions not known",
        ("early_days_unknown",),
        (_MISSING,),
    ),
    PlateletCriterion.LATE_TOO_FEW_COUNTS: Ground(
        "not assessable: too few platelet counts after day 30 (platelets_e9_per_l), too long without one, or"
        " transfusions not known",
        ("late_days_unknown", "late_low_tests"),
        (*_keys("late.tests_needed"), _GAP),
    ),
}
"""Inputs are fields of ``PlateletIcaht``."""


HeldUp = tuple[np.ndarray, np.ndarray]
"""By day, whether platelets were given lately, and whether they may have been."""


def _held_up(observations: Observations, last: int, rules: Edition) -> HeldUp:
    """Return on which days from 0 on a transfusion holds the count up, for certain and possibly.

    Before the infusion a day without an entry counts as one without transfusion.
    """
    n, n_days = observations.day.shape[0], last + 1
    given, possibly = np.zeros((n, n_days), dtype=bool), np.ones((n, n_days), dtype=bool)
    since = np.full(n, np.inf)
    rows = np.arange(n)
    for j in range(observations.day.shape[1]):
        day, flag = np.floor(observations.day[:, j]), observations.platelets_transfused[:, j]
        before = day < 0
        since = np.where(before & (flag == MET), np.minimum(since, -1 - day), since)
        inside = ~before & (day < n_days) & (flag != NOT_ASSESSABLE)
        column = np.where(inside, day, 0).astype(int)
        given[rows, column] |= inside & (flag == MET)
        possibly[rows, column] &= ~inside
    lately = rules.number(f"{_SCALE}.days_without_transfusion")
    return _lately(given, since, lately), _lately(given | possibly, since, lately)


def _lately(given: np.ndarray, since: np.ndarray, n_days: float) -> np.ndarray:
    """Return on which days there was a transfusion on that day or one of those before it, so many together.

    ``since``: days from the last transfusion before the first day to the day before that.
    """
    found = np.zeros_like(given)
    for d in range(given.shape[1]):
        since = np.where(given[:, d], 0, since + 1)
        found[:, d] = since < n_days
    return found


def _runs(days: Days, below: float, held_up: np.ndarray, unknown_is_low: bool, rules: Edition) -> Runs:
    """Measure the runs below a limit; on days held up by transfusion there is no recovery."""
    low = days.present & (~(days.lowest >= below) if unknown_is_low else days.lowest < below)
    recovering = days.present & ~low & ~held_up
    return runs_of(low, recovering, days.present, rules.number(f"{_SCALE}.recovery_days"))


def _by_days(
    least: np.ndarray, most: np.ndarray, grades: tuple[int, int], limit: float, criterion: int
) -> Bounds:
    """Grade a number of days known within bounds: from one day the first grade, from a limit the second."""
    low, high = (
        choose(n_days >= limit, grades[1], choose(n_days >= 1, grades[0], Grade.NONE))
        for n_days in (least, most)
    )
    return bounds(low, high, criterion, PlateletCriterion.TOO_FEW_COUNTS)


def _very_low(days: Days, held_up: HeldUp, rules: Edition) -> tuple[np.ndarray, np.ndarray]:
    """Return the fewest and the most days below 20e9/L that the counts allow."""
    below = rules.number(f"{_SCALE}.very_low_below")
    fewest = _runs(days, below, held_up[0], False, rules).joined
    return fewest, _runs(days, below, held_up[1], True, rules).joined


def _tests(days: Days, below: float) -> np.ndarray:
    """Return the number of days with a count of their own below a limit."""
    n_tests = np.zeros(days.lowest.shape[0])
    for d in range(days.lowest.shape[1]):
        n_tests = n_tests + (days.measured[:, d] & (days.lowest[:, d] < below))
    return n_tests


def _grade_early(
    days: Days, low: np.ndarray, very_low: tuple[np.ndarray, np.ndarray], rules: Edition
) -> GradeRange:
    """Grade the early window by the days below each limit; unknown days widen the grade."""
    key = f"{_SCALE}.early.low_below"
    never = np.zeros_like(days.present)
    low_at_most = _runs(days, rules.number(key), never, True, rules).joined
    second, fourth = rules.number(f"{_SCALE}.early.grade2_from"), rules.number(f"{_SCALE}.grade4_from")
    axes = worst(
        [
            _by_days(low, low_at_most, (Grade.ONE, Grade.TWO), second, PlateletCriterion.LOW_DAYS),
            _by_days(*very_low, (Grade.THREE, Grade.FOUR), fourth, PlateletCriterion.VERY_LOW_DAYS),
        ]
    )
    high = choose(_tests(days, np.inf) > 0, axes.high, Grade.FOUR)
    found = Bounds(axes.low, high, axes.criterion, axes.missing)
    return grade_within(found, PlateletCriterion.NONE, rules.sourced(key).source)


def _grade_late(
    days: Days, very_low: tuple[np.ndarray, np.ndarray], unknown: np.ndarray, rules: Edition
) -> GradeRange:
    """Grade the late window: by counts on enough days below a limit, 4 by the days below the lowest.

    Days not seen may hold any count, so they can make a grade worse.
    """
    needed = rules.number(f"{_SCALE}.late.tests_needed")
    limits = [rules.number(key) for key in _keys("late.grade1_below", "late.grade2_below", "very_low_below")]
    grade = np.zeros(days.lowest.shape[0], dtype=np.int8)
    for limit in limits:
        grade = grade + (_tests(days, limit) >= needed)
    fourth = rules.number(f"{_SCALE}.grade4_from")
    low, high = (
        choose((grade == Grade.THREE) & (n_days >= fourth), Grade.FOUR, grade) for n_days in very_low
    )
    unseen = (_tests(days, np.inf) < needed) | (unknown > 0)
    named = PlateletCriterion
    criterion = choose(grade == Grade.THREE, named.LATE_VERY_LOW_DAYS, named.LATE_LOW)
    found = bounds(low, choose(unseen, Grade.FOUR, high), criterion, named.LATE_TOO_FEW_COUNTS)
    return grade_within(found, named.LATE_NONE, rules.sourced(f"{_SCALE}.late.grade1_below").source)


def _recovery_day(days: Days, held_up: np.ndarray, rules: Edition) -> np.ndarray:
    """Return the first of enough days in a row at or above 20e9/L without recent transfusion."""
    below = rules.number(f"{_SCALE}.very_low_below")
    needed = rules.number(f"{_SCALE}.recovery_days")
    n, n_days = days.lowest.shape
    streak, fallen, found = np.zeros(n), np.zeros(n, dtype=bool), np.full(n, np.nan)
    for d in range(n_days):
        fallen = fallen | (days.lowest[:, d] < below)
        free = fallen & (days.lowest[:, d] >= below) & ~held_up[:, d]
        streak = np.where(free, streak + 1, 0)
        found = np.where(np.isnan(found) & (streak == needed), d + 1 - needed, found)
    return found


def grade_icaht_platelets(observations: Observations, end_day: np.ndarray, rules: Edition) -> PlateletIcaht:
    """Grade early and late haematotoxicity from a record of platelet counts and transfusions.

    Early (days 0 to 30), by cumulative days: below 50e9/L 1 to 6 days 1, 7 or more 2; below 20e9/L 1 to 13
    days 3, 14 or more 4. Days of a recovery shorter than three days count as low; above 20e9/L a day within
    seven days of a transfusion is no recovery. Late (days 31 to 100): counts on two days below 100e9/L 1,
    below 50 2, below 20 3, and 4 from 14 cumulative days below 20.

    Parameters
    ----------
    observations : Observations (patients, times)
        A day on which it is not known whether platelets were given may have held the count up.
    end_day : array (patients,), day
        Of progression, the next therapy or death, which end both windows; NaN for none.
    rules : Edition
        The evidence.

    Source
    ------
    t_icaht_2025, Table 1; unknown days are filled as in liang_icaht.
    """
    last_early, last_late = (int(rules.number(key)) for key in _keys("early.last_day", "late.last_day"))
    late_from = last_early + 1

    def window(first: int, last: int) -> Days:
        missing = rules.number(_MISSING)
        return days_of(observations.day, observations.platelets_e9_per_l, (first, last), missing, end_day)

    early, late = window(0, last_early), window(late_from, last_late)
    certain, possible = _held_up(observations, last_late, rules)
    low_below = rules.number(f"{_SCALE}.early.low_below")
    low = _runs(early, low_below, np.zeros_like(early.present), False, rules).joined
    very_low = _very_low(early, (certain[:, :late_from], possible[:, :late_from]), rules)
    gap, counts = rules.number(_GAP), observations.platelets_e9_per_l
    unseen = days_unseen(observations.day, counts, (late_from, last_late), gap, end_day)
    late_very_low = _very_low(late, (certain[:, late_from:], possible[:, late_from:]), rules)
    return PlateletIcaht(
        early=_grade_early(early, low, very_low, rules),
        late=_grade_late(late, late_very_low, unseen, rules),
        low_days=low,
        very_low_days=very_low[0],
        late_low_tests=_tests(late, rules.number(f"{_SCALE}.late.grade1_below")),
        late_very_low_days=late_very_low[0],
        early_days_unknown=(early.present & np.isnan(early.lowest)).sum(axis=1).astype(float),
        late_days_unknown=unseen,
        recovery_day=_recovery_day(window(0, last_late), certain, rules),
    )
