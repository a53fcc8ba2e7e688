"""Haematotoxicity after CAR-T (ICAHT) by neutrophils: early, days 0 to 30, and late, to day 100."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import Graded
from livingdrug.bedside.bounds import Grade
from livingdrug.evidence import Edition
from livingdrug.observations import Observations

_SCALE = "scales.icaht"


class IcahtCriterion(IntEnum):
    """What decided an ICAHT grade."""

    NOT_ASSESSABLE = -1
    NONE = 0
    NEUTROPENIA = 1
    PROFOUND_NEUTROPENIA = 2
    TO_THE_END = 3


@dataclass(frozen=True)
class Icaht:
    """Early and late ICAHT, with the runs of days behind the early grade.

    Attributes
    ----------
    early, late : Graded (patients,)
    longest_run_days, longest_profound_run_days : array (patients,), day
        Longest run at or below 0.5 and 0.1e9/L; runs are joined over short recoveries.
    cumulative_days : array (patients,), day
        Days at or below 0.5e9/L, whether or not in one run.
    """

    early: Graded
    late: Graded
    longest_run_days: np.ndarray
    longest_profound_run_days: np.ndarray
    cumulative_days: np.ndarray


def daily_lowest(day: np.ndarray, value: np.ndarray, last_day: int, longest_gap_days: float) -> np.ndarray:
    """Return the lowest value of each day 0 to last_day, short gaps bridged by a straight line.

    Parameters
    ----------
    day, value : array (patients, times)
    last_day : int, day
    longest_gap_days : float, day
        Gaps between measured days up to this long are bridged; longer ones stay unknown.

    Returns
    -------
    array (patients, last_day + 1)
        NaN where unknown.
    """
    n = value.shape[0]
    lowest = np.full((n, last_day + 1), np.nan)
    rows = np.arange(n)
    for j in range(value.shape[1]):
        inside = (day[:, j] >= 0) & (day[:, j] < last_day + 1) & ~np.isnan(value[:, j])
        column = np.where(inside, day[:, j], 0).astype(int)
        lower = np.fmin(lowest[rows, column], value[:, j])
        lowest[rows, column] = np.where(inside, lower, lowest[rows, column])
    return _bridge(lowest, longest_gap_days)


def _bridge(lowest: np.ndarray, longest_gap_days: float) -> np.ndarray:
    """Fill unknown days between two known ones that are near enough to each other."""
    n, days = lowest.shape
    next_day = np.full((n, days), np.inf)
    next_value = np.full((n, days), np.nan)
    ahead_day, ahead_value = np.full(n, np.inf), np.full(n, np.nan)
    for d in range(days - 1, -1, -1):
        known = ~np.isnan(lowest[:, d])
        ahead_day = np.where(known, d, ahead_day)
        ahead_value = np.where(known, lowest[:, d], ahead_value)
        next_day[:, d], next_value[:, d] = ahead_day, ahead_value
    filled = lowest.copy()
    behind_day, behind_value = np.full(n, -np.inf), np.full(n, np.nan)
    for d in range(days):
        known = ~np.isnan(lowest[:, d])
        behind_day = np.where(known, d, behind_day)
        behind_value = np.where(known, lowest[:, d], behind_value)
        gap = next_day[:, d] - behind_day
        near = ~known & np.isfinite(gap) & (gap <= longest_gap_days)
        share = (d - behind_day[near]) / gap[near]
        filled[near, d] = behind_value[near] + share * (next_value[near, d] - behind_value[near])
    return filled


@dataclass(frozen=True)
class _Runs:
    longest: np.ndarray
    cumulative: np.ndarray
    starts_early_and_lasts: np.ndarray


def _runs(lowest: np.ndarray, at_most: float, rules: Edition) -> _Runs:
    """Walk the days and measure the runs at or below a limit; a recovery ends a run only when it lasts."""
    recovery = rules.number(f"{_SCALE}.early.recovery_days")
    n, days = lowest.shape
    length, above = np.zeros(n), np.zeros(n)
    longest, cumulative = np.zeros(n), np.zeros(n)
    start = np.full(n, np.inf)
    for d in range(days):
        known = ~np.isnan(lowest[:, d])
        low = known & (lowest[:, d] <= at_most)
        goes_on = low & (length > 0) & (above < recovery)
        start = np.where(low & ~goes_on, d, start)
        length = np.where(goes_on, length + above + 1, np.where(low, 1, length))
        above = np.where(low, 0, np.where(known, above + 1, above))
        longest = np.maximum(longest, length)
        cumulative = cumulative + low
    lasts = (length > 0) & (above == 0) & (start <= rules.number(f"{_SCALE}.early.start_by_day"))
    return _Runs(longest, cumulative, lasts)


def _steps(value: np.ndarray, limits: tuple[float, ...], first_grade: int) -> np.ndarray:
    grade = np.where(value >= limits[0], first_grade, 0)
    for k, limit in enumerate(limits[1:], start=first_grade + 1):
        grade = np.where(value >= limit, k, grade)
    return grade


def _grade_early(
    lowest: np.ndarray, died_in_window: np.ndarray, rules: Edition
) -> tuple[Graded, _Runs, _Runs]:
    def limit(name: str) -> float:
        return rules.number(f"{_SCALE}.early.{name}")

    runs = _runs(lowest, limit("neutropenic_at_most"), rules)
    profound = _runs(lowest, limit("profound_at_most"), rules)
    by_run = _steps(runs.longest, (1, limit("grade2_from"), limit("grade3_from"), limit("grade4_from")), 1)
    third = (limit("profound_grade3_from"), limit("profound_grade4_from"))
    by_depth = _steps(profound.longest, third, Grade.THREE)
    grade = np.maximum(by_run, by_depth)
    criterion = np.where(by_depth > by_run, IcahtCriterion.PROFOUND_NEUTROPENIA, np.minimum(by_run, 1))
    to_the_end = runs.starts_early_and_lasts & died_in_window
    criterion = np.where(to_the_end & (grade < Grade.FOUR), IcahtCriterion.TO_THE_END, criterion)
    grade = np.where(to_the_end, Grade.FOUR, grade)
    known = ~np.isnan(lowest)
    complete = known[:, 0].copy()
    for d in range(1, lowest.shape[1]):
        complete = complete & known[:, d]
    open_end = ~complete & ~died_in_window & (grade == 0)
    unknown = open_end | ~_any_day(known)
    grade = np.where(unknown, -1, grade).astype(np.int8)
    criterion = np.where(unknown, IcahtCriterion.NOT_ASSESSABLE, criterion).astype(np.int8)
    return Graded(grade, criterion, rules.sourced(f"{_SCALE}.early.grade2_from").source), runs, profound


def _any_day(mask: np.ndarray) -> np.ndarray:
    found = np.zeros(mask.shape[0], dtype=bool)
    for d in range(mask.shape[1]):
        found = found | mask[:, d]
    return found


def _grade_late(observations: Observations, rules: Edition) -> Graded:
    """Grade by the lowest count after day 30, unless the second-lowest shows it to be transient."""
    first, last = rules.number(f"{_SCALE}.early.last_day"), rules.number(f"{_SCALE}.late.last_day")
    n = observations.day.shape[0]
    lowest, second = np.full(n, np.inf), np.full(n, np.inf)
    for j in range(observations.day.shape[1]):
        day, anc = observations.day[:, j], observations.anc_e9_per_l[:, j]
        inside = (day > first) & (day <= last) & ~np.isnan(anc)
        count = np.where(inside, anc, np.inf)
        second = np.minimum(second, np.maximum(lowest, count))
        lowest = np.minimum(lowest, count)
    steps = ("grade1_at_most", "grade2_at_most", "grade3_at_most", "grade4_at_most")
    limits = [rules.number(f"{_SCALE}.late.{step}") for step in steps]
    grade = np.zeros(n, dtype=np.int8)
    for limit in limits:
        grade = grade + (lowest <= limit)
    lasting = (second <= limits[0]) | np.isinf(second)
    grade = np.where(np.isinf(lowest), -1, np.where(lasting, grade, 0)).astype(np.int8)
    return Graded(grade, np.minimum(grade, 1), rules.sourced(f"{_SCALE}.late.grade1_at_most").source)


def grade_icaht(observations: Observations, died_day: np.ndarray, rules: Edition) -> Icaht:
    """Grade early and late haematotoxicity from a record of neutrophil counts.

    Early (days 0 to 30), by the longest run of days at or below 0.5e9/L: under 7 days I, 7 to 13 II, 14 to 30
    III, never above IV; at or below 0.1e9/L for 7 days III, for 14 IV. Recoveries shorter than three
    days are joined. A run from the first days that lasts until death is IV. Late (days 31 to 100), by the
    lowest count, if not transient: up to 1.5 I, 1.0 II, 0.5 III, 0.1 IV.

    Parameters
    ----------
    observations : Observations (patients, times)
    died_day : array (patients,), day
        NaN for those alive. An incomplete record of a patient alive without neutropenia is not assessable.
    rules : Edition
        The evidence.

    Source
    ------
    liang_icaht, which cites the EHA/EBMT consensus. Progression and new therapy do not end the late window.
    """
    last_day = int(rules.number(f"{_SCALE}.early.last_day"))
    gap = rules.number(f"{_SCALE}.early.longest_gap_days")
    lowest = daily_lowest(observations.day, observations.anc_e9_per_l, last_day, gap)
    early, runs, profound = _grade_early(lowest, died_day <= last_day, rules)
    return Icaht(
        early=early,
        late=_grade_late(observations, rules),
        longest_run_days=runs.longest,
        longest_profound_run_days=profound.longest,
        cumulative_days=runs.cumulative,
    )
