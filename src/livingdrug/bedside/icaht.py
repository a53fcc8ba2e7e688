"""Haematotoxicity after CAR-T (ICAHT) by neutrophils: early, days 0 to 30, and late, to day 100."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import Graded, choose
from livingdrug.bedside.bounds import Grade
from livingdrug.bedside.daily_counts import Days, Runs, days_of, days_unseen, runs_of
from livingdrug.bedside.grade_range import GradeRange
from livingdrug.bedside.grounds import Ground
from livingdrug.evidence import Edition
from livingdrug.observations import Observations

_SCALE = "scales.icaht"


class Duration(IntEnum):
    """How the days of early neutropenia are counted: the longest run, or all low days together."""

    LONGEST_RUN = 0
    CUMULATIVE = 1


class IcahtCriterion(IntEnum):
    """What decided an ICAHT grade."""

    LATE_UNKNOWN = -2
    EARLY_UNKNOWN = -1
    NONE = 0
    NEUTROPENIA = 1
    PROFOUND_NEUTROPENIA = 2
    TO_THE_END = 3
    LATE_NEUTROPENIA = 4
    LATE_TRANSIENT = 5
    LATE_NONE = 6


@dataclass(frozen=True)
class Icaht:
    """Early and late ICAHT, with what lies behind the grades.

    Attributes
    ----------
    early, late_range : GradeRange (patients,)
        Their bounds differ where days without a count could change the grade.
    early_days_unknown, late_days_unknown : array (patients,), day
        Days without a count, or any near enough to stand for them.
    longest_run_days, longest_profound_run_days : array (patients,), day
        Longest run at or below 0.5 and 0.1e9/L; runs are joined over short recoveries.
    cumulative_days, cumulative_profound_days : array (patients,), day
        Days at or below 0.5 and 0.1e9/L, whether or not in one run.
    lowest_late_anc_e9_per_l, second_late_anc_e9_per_l : array (patients,), e9/L
        The two lowest counts of different days after day 30; NaN where there is none.
    """

    early: GradeRange
    late_range: GradeRange
    early_days_unknown: np.ndarray
    late_days_unknown: np.ndarray
    longest_run_days: np.ndarray
    longest_profound_run_days: np.ndarray
    cumulative_days: np.ndarray
    cumulative_profound_days: np.ndarray
    lowest_late_anc_e9_per_l: np.ndarray
    second_late_anc_e9_per_l: np.ndarray

    @property
    def late(self) -> Graded:
        """The late grade, without its bounds."""
        return self.late_range.graded


_EARLY_STEPS = ("grade2_from", "grade3_from", "grade4_from")
_PROFOUND_STEPS = ("profound_grade3_from", "profound_grade4_from")
_LATE_STEPS = ("grade1_at_most", "grade2_at_most", "grade3_at_most", "grade4_at_most")


def _keys(part: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{_SCALE}.{part}.{name}" for name in names)


_RUNS = ("longest_run_days", "longest_profound_run_days", "cumulative_days", "cumulative_profound_days")
_LATE_INPUTS = ("lowest_late_anc_e9_per_l", "second_late_anc_e9_per_l")
_RECOVERY = ("recovery_days", "longest_missing_days")
GROUNDS = {
    IcahtCriterion.EARLY_UNKNOWN: Ground(
        "not assessable: days without a neutrophil count (anc_e9_per_l)",
        ("early_days_unknown",),
        _keys("early", "longest_missing_days"),
    ),
    IcahtCriterion.LATE_UNKNOWN: Ground(
        "not assessable: no neutrophil count after day 30, or too long without one (anc_e9_per_l)",
        ("late_days_unknown",),
        _keys("late", "longest_gap"),
    ),
    IcahtCriterion.NONE: Ground(
        "neutrophils not low enough", _RUNS, _keys("early", "neutropenic_at_most", "longest_missing_days")
    ),
    IcahtCriterion.LATE_NONE: Ground(
        "no late count low enough", _LATE_INPUTS, _keys("late", "grade1_at_most", "longest_gap")
    ),
    IcahtCriterion.NEUTROPENIA: Ground(
        "days at or below 0.5e9/L", _RUNS, _keys("early", "neutropenic_at_most", *_RECOVERY, *_EARLY_STEPS)
    ),
    IcahtCriterion.PROFOUND_NEUTROPENIA: Ground(
        "days at or below 0.1e9/L", _RUNS, _keys("early", "profound_at_most", *_RECOVERY, *_PROFOUND_STEPS)
    ),
    IcahtCriterion.TO_THE_END: Ground(
        "neutropenia from the first days to the last count",
        _RUNS,
        _keys("early", "neutropenic_at_most", "start_by_day"),
    ),
    IcahtCriterion.LATE_NEUTROPENIA: Ground(
        "lowest late count", _LATE_INPUTS, _keys("late", *_LATE_STEPS, "longest_gap")
    ),
    IcahtCriterion.LATE_TRANSIENT: Ground(
        "one low late count only", _LATE_INPUTS, _keys("late", "grade1_at_most", "longest_gap")
    ),
}
"""Inputs are fields of ``Icaht``."""


@dataclass(frozen=True)
class _Early:
    grade: np.ndarray
    criterion: np.ndarray
    runs: Runs
    profound: Runs


def _steps(value: np.ndarray, limits: tuple[float, ...], first_grade: int) -> np.ndarray:
    grade = np.zeros(value.shape, dtype=np.int8)
    for k, limit in enumerate(limits, start=first_grade):
        grade = choose(value >= limit, k, grade)
    return grade


def _grade_early(days: Days, unknown_is_low: bool, duration: Duration, rules: Edition) -> _Early:
    """Grade with unknown days taken as low, or as above every limit."""

    def limit(name: str) -> float:
        return rules.number(f"{_SCALE}.early.{name}")

    found = []
    for at_most in (limit("neutropenic_at_most"), limit("profound_at_most")):
        above = days.lowest > at_most
        low = days.present & (~above if unknown_is_low else days.lowest <= at_most)
        found.append(runs_of(low, days.present & ~low, days.present, limit("recovery_days")))
    runs, profound = found
    lasted = [run.cumulative if duration is Duration.CUMULATIVE else run.longest for run in found]
    by_run = _steps(lasted[0], (1, *(limit(step) for step in _EARLY_STEPS)), Grade.ONE)
    by_depth = _steps(lasted[1], tuple(limit(step) for step in _PROFOUND_STEPS), Grade.THREE)
    grade = np.maximum(by_run, by_depth)
    to_the_end = runs.open_since <= limit("start_by_day")
    criterion = choose(by_depth > by_run, IcahtCriterion.PROFOUND_NEUTROPENIA, np.minimum(by_run, np.int8(1)))
    criterion = choose(to_the_end & (grade < Grade.FOUR), IcahtCriterion.TO_THE_END, criterion)
    return _Early(choose(to_the_end, Grade.FOUR, grade), criterion, runs, profound)


def _early_range(days: Days, least: _Early, duration: Duration, rules: Edition) -> GradeRange:
    """Return the early grade where no unknown day can change it."""
    unknown = days.present & np.isnan(days.lowest)
    highest = least.grade
    if np.any(unknown):
        highest = _grade_early(days, True, duration, rules).grade
    highest = choose(_any_day(days.present), highest, Grade.FOUR)
    definite = highest == least.grade
    graded = Graded(
        choose(definite, least.grade, Grade.NOT_ASSESSABLE),
        choose(definite, least.criterion, IcahtCriterion.EARLY_UNKNOWN),
        rules.sourced(f"{_SCALE}.early.grade2_from").source,
    )
    return GradeRange(graded, least.grade, highest)


def _any_day(mask: np.ndarray) -> np.ndarray:
    found = np.zeros(mask.shape[0], dtype=bool)
    for d in range(mask.shape[1]):
        found = found | mask[:, d]
    return found


def _two_lowest(
    observations: Observations, end_day: np.ndarray, rules: Edition
) -> tuple[np.ndarray, np.ndarray]:
    """Return the two lowest counts of different days of the late window; infinite where there is none."""
    first, last = rules.number(f"{_SCALE}.early.last_day"), rules.number(f"{_SCALE}.late.last_day")
    n = observations.day.shape[0]
    lowest, second = np.full(n, np.inf), np.full(n, np.inf)
    day_of_lowest = np.full(n, -1.0)
    end = np.where(np.isnan(end_day), last, np.minimum(last, np.floor(end_day)))
    for j in range(observations.day.shape[1]):
        day, anc = np.floor(observations.day[:, j]), observations.anc_e9_per_l[:, j]
        inside = (day > first) & (day <= end) & ~np.isnan(anc)
        count = np.where(inside, anc, np.inf)
        other = np.where(day == day_of_lowest, np.inf, np.maximum(lowest, count))
        second = np.minimum(second, other)
        lower = np.minimum(lowest, count)
        day_of_lowest = np.where(lower == lowest, day_of_lowest, day)
        lowest = lower
    return lowest, second


def _grade_late(lowest: np.ndarray, second: np.ndarray, unknown: np.ndarray, rules: Edition) -> GradeRange:
    """Grade by the lowest count after day 30, unless the second-lowest shows it to be transient.

    Days not seen may hold any count: they can make a grade worse, and a single low count transient.
    """
    limits = [rules.number(f"{_SCALE}.late.{step}") for step in _LATE_STEPS]
    grade = np.zeros(lowest.shape, dtype=np.int8)
    for limit in limits:
        grade = grade + (lowest <= limit)
    single = np.isinf(second)
    transient = (second > limits[0]) & ~single
    criterion = choose(grade > 0, IcahtCriterion.LATE_NEUTROPENIA, IcahtCriterion.LATE_NONE)
    criterion = choose(transient & (grade > 0), IcahtCriterion.LATE_TRANSIENT, criterion)
    grade = choose(transient, Grade.NONE, grade)
    perhaps = (unknown > 0) | np.isinf(lowest)
    low, high = choose(perhaps & single, Grade.NONE, grade), choose(perhaps, Grade.FOUR, grade)
    definite = low == high
    graded = Graded(
        choose(definite, low, Grade.NOT_ASSESSABLE),
        choose(definite, criterion, IcahtCriterion.LATE_UNKNOWN),
        rules.sourced(f"{_SCALE}.late.grade1_at_most").source,
    )
    return GradeRange(graded, low, high)


def grade_icaht(
    observations: Observations,
    died_day: np.ndarray,
    rules: Edition,
    duration: Duration = Duration.LONGEST_RUN,
    late_end_day: np.ndarray | None = None,
) -> Icaht:
    """Grade early and late haematotoxicity from a record of neutrophil counts.

    Early (days 0 to 30), by days at or below 0.5e9/L: under 7 days I, 7 to 13 II, 14 to 30 III, never above
    IV; at or below 0.1e9/L for 7 days III, for 14 IV. Of the longest run (recoveries shorter than three
    days are joined) or of all low days together. A run from the first days to the end of the window or of
    life is IV. Late (days 31 to 100), by the lowest count, if not transient: up to 1.5 I, 1.0 II, 0.5
    III, 0.1 IV; a single late count is graded as it stands where none other can have been missed.

    Parameters
    ----------
    observations : Observations (patients, times)
    died_day : array (patients,), day
        Or the end of follow-up for another reason; NaN where it did not end.
    rules : Edition
        The evidence.
    duration : Duration
        How early days are counted.
    late_end_day : array (patients,), day, optional
        Of progression, a new therapy or the last follow-up, which end the late window as death does; NaN for
        none. Without an end, days after the last count are not seen.

    Source
    ------
    liang_icaht, which cites the EHA/EBMT consensus.
    """
    window = (0, int(rules.number(f"{_SCALE}.early.last_day")))
    missing = rules.number(f"{_SCALE}.early.longest_missing_days")
    days = days_of(observations.day, observations.anc_e9_per_l, window, missing, died_day)
    least = _grade_early(days, False, duration, rules)
    end_day = died_day if late_end_day is None else np.fmin(died_day, late_end_day)
    lowest, second = _two_lowest(observations, end_day, rules)
    late = (window[1] + 1, int(rules.number(f"{_SCALE}.late.last_day")))
    gap = rules.number(f"{_SCALE}.late.longest_gap")
    unseen = days_unseen(observations.day, observations.anc_e9_per_l, late, gap, end_day)
    return Icaht(
        early=_early_range(days, least, duration, rules),
        late_range=_grade_late(lowest, second, unseen, rules),
        early_days_unknown=(days.present & np.isnan(days.lowest)).sum(axis=1).astype(float),
        late_days_unknown=unseen,
        longest_run_days=least.runs.longest,
        longest_profound_run_days=least.profound.longest,
        cumulative_days=least.runs.cumulative,
        cumulative_profound_days=least.profound.cumulative,
        lowest_late_anc_e9_per_l=np.where(np.isinf(lowest), np.nan, lowest),
        second_late_anc_e9_per_l=np.where(np.isinf(second), np.nan, second),
    )
