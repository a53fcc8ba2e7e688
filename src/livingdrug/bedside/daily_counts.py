"""Counts by day, and the runs of days on which they are low: what the grades of haematotoxicity rest on."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Days:
    """The days of a window, from its first, as columns.

    Attributes
    ----------
    lowest : array (patients, days)
        Lowest count of each day, short gaps filled; NaN where unknown.
    measured : bool array (patients, days)
        Days with a count of their own.
    present : bool array (patients, days)
        Days until follow-up ended.
    """

    lowest: np.ndarray
    measured: np.ndarray
    present: np.ndarray


@dataclass(frozen=True)
class Runs:
    """Runs of low days, joined over days that make no recovery; arrays (patients,), day.

    Attributes
    ----------
    longest, joined : array
        Days of the longest run, and of all runs together.
    cumulative : array
        Low days alone.
    open_since : array
        Column at which the run began that lasts to the last day; infinite where none does.
    """

    longest: np.ndarray
    joined: np.ndarray
    cumulative: np.ndarray
    open_since: np.ndarray


def days_of(
    day: np.ndarray,
    value: np.ndarray,
    window: tuple[int, int],
    longest_missing_days: float,
    end_day: np.ndarray,
) -> Days:
    """Return the lowest count of each day of a window; unknown days are filled where few follow each other.

    Between two counts by a straight line, before the first and after the last by the nearest one; after the
    last only where the days are known to have passed: follow-up has ended, or a count follows the window.

    Parameters
    ----------
    day, value : array (patients, times)
        Day 3.7 belongs to day 3.
    window : (int, int), day
        First and last day.
    longest_missing_days : float, day
        So many unknown days in a row are filled; more stay unknown.
    end_day : array (patients,), day
        Of follow-up; NaN where it did not end.
    """
    first, last = window
    n, n_days = value.shape[0], last - first + 1
    lowest = np.full((n, n_days), np.nan)
    rows, passed = np.arange(n), ~np.isnan(end_day)
    for j in range(value.shape[1]):
        column = np.floor(day[:, j]) - first
        known = ~np.isnan(value[:, j])
        inside = (column >= 0) & (column < n_days) & known
        passed = passed | ((column >= n_days) & known)
        column = np.where(inside, column, 0).astype(int)
        lower = np.fmin(lowest[rows, column], value[:, j])
        lowest[rows, column] = np.where(inside, lower, lowest[rows, column])
    ends = np.where(np.isnan(end_day), np.inf, np.floor(end_day) - first)
    present = np.arange(n_days)[None, :] <= ends[:, None]
    lowest = np.where(present, lowest, np.nan)
    end = np.where(passed, present.sum(axis=1), np.inf)
    return Days(_filled(lowest, present, longest_missing_days, end), ~np.isnan(lowest), present)


def days_unseen(
    day: np.ndarray,
    value: np.ndarray,
    window: tuple[int, int],
    longest_gap_days: float,
    end_day: np.ndarray,
) -> np.ndarray:
    """Return how many days of a window lie in gaps between counts that are too long to be seen through.

    Parameters
    ----------
    day, value : array (patients, times)
    window : (int, int), day
        First and last day.
    longest_gap_days : float, day
        From one count to the next, or to the end of follow-up.
    end_day : array (patients,), day
        Of follow-up; NaN where it did not end: what comes after the last count is then not seen.

    Returns
    -------
    array (patients,), day
    """
    around = int(longest_gap_days)
    first, n_days = window[0] - around, window[1] - window[0] + 1
    wide = days_of(day, value, (first, window[1] + around), 0, end_day)
    columns = range(wide.lowest.shape[1])
    before, _ = _nearest(wide.lowest, columns)
    after, _ = _nearest(wide.lowest, columns[::-1])
    after = np.fmin(after, (np.floor(end_day) - first)[:, None])
    gap = after - np.where(np.isinf(before), -np.inf, before)
    unseen = wide.present & (gap > longest_gap_days)
    return unseen[:, around : around + n_days].sum(axis=1).astype(float)


def _nearest(lowest: np.ndarray, columns: range) -> tuple[np.ndarray, np.ndarray]:
    """Return, walking the columns, the last known column and value up to each; infinite and NaN if none."""
    at, value = np.full(lowest.shape, np.inf), np.full(lowest.shape, np.nan)
    last_at, last_value = np.full(lowest.shape[0], np.inf), np.full(lowest.shape[0], np.nan)
    for d in columns:
        known = ~np.isnan(lowest[:, d])
        last_at = np.where(known, d, last_at)
        last_value = np.where(known, lowest[:, d], last_value)
        at[:, d], value[:, d] = last_at, last_value
    return at, value


def _filled(
    lowest: np.ndarray, present: np.ndarray, longest_missing_days: float, end: np.ndarray
) -> np.ndarray:
    """Fill short gaps; ``end`` is the column that ends the last one, infinite where it may go on."""
    n_days = lowest.shape[1]
    before_at, before = _nearest(lowest, range(n_days))
    after_at, after = _nearest(lowest, range(n_days - 1, -1, -1))
    start_of_gap = np.where(np.isinf(before_at), -1, before_at)
    end_of_gap = np.where(np.isinf(after_at), end[:, None], after_at)
    few = end_of_gap - start_of_gap - 1 <= longest_missing_days
    between = np.isfinite(before_at) & np.isfinite(after_at)
    day = np.broadcast_to(np.arange(n_days), lowest.shape)
    share = np.zeros(lowest.shape)
    gap = np.where(between, after_at, 0) - np.where(between, before_at, 0)
    share = np.divide(day - before_at, gap, out=share, where=between & np.isnan(lowest))
    line = np.where(between, before + share * (after - before), np.where(np.isnan(before), after, before))
    return np.where(np.isnan(lowest) & few & present, line, lowest)


def runs_of(low: np.ndarray, recovering: np.ndarray, present: np.ndarray, recovery_days: float) -> Runs:
    """Walk the days and measure the runs of low ones; a recovery ends a run only when it lasts.

    Parameters
    ----------
    low, recovering, present : bool array (patients, days)
        A day that is neither low nor recovering neither ends a run nor counts towards a recovery.
    recovery_days : float, day
        Consecutive recovering days that end a run.
    """
    n, n_days = low.shape
    zero = np.zeros(n)
    length, gap, streak = zero, zero, zero
    longest, joined, cumulative = zero, zero, zero
    ended = np.ones(n, dtype=bool)
    start = np.full(n, np.inf)
    for d in range(n_days):
        now = low[:, d]
        goes_on = now & ~ended
        start = np.where(now & ended, d, start)
        added = np.where(goes_on, gap + 1, now)
        length = np.where(now, np.where(goes_on, length, 0) + added, length)
        joined, cumulative = joined + added, cumulative + now
        longest = np.maximum(longest, length)
        gap = np.where(now, 0, gap + present[:, d])
        streak = np.where(recovering[:, d], streak + 1, 0)
        ended = ~now & (ended | (streak >= recovery_days))
    return Runs(longest, joined, cumulative, np.where(gap == 0, start, np.inf))
