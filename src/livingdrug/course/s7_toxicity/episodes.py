"""Episodes within a record: when signs begin, when they are gone for long enough, the worst meanwhile."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Episode:
    """The first episode of each patient; NaN and False where there is none.

    Attributes
    ----------
    onset_day, resolved_day : array (patients,), day
        ``resolved_day`` is the first day without signs; NaN when that was never seen to last.
    inside : bool array (patients, times)
        From onset until the episode is known to be over.
    """

    onset_day: np.ndarray
    resolved_day: np.ndarray
    inside: np.ndarray


def find_episode(
    sick: np.ndarray, clear: np.ndarray, day: np.ndarray, onset_until_day: float, clear_for_days: float
) -> Episode:
    """Find the first episode of signs in each row.

    It begins at the first time with signs, not later than ``onset_until_day``, and is over once nothing but
    clear times have been seen for ``clear_for_days``. A time that is neither sick nor clear (not
    assessable) neither begins nor ends an episode, and interrupts clear time.

    Parameters
    ----------
    sick, clear : bool array (patients, times)
    day : array (patients, times), day
    """
    n, times = sick.shape
    onset, resolved = np.full(n, np.nan), np.full(n, np.nan)
    clear_since = np.full(n, np.inf)
    active = np.zeros(n, dtype=bool)
    inside = np.zeros_like(sick)
    for j in range(times):
        now = day[:, j]
        begins = np.isnan(onset) & sick[:, j] & (now <= onset_until_day)
        onset = np.where(begins, now, onset)
        active = active | begins
        clear_since = np.where(clear[:, j], np.minimum(clear_since, now), np.inf)
        over = active & clear[:, j] & (now - clear_since >= clear_for_days)
        resolved = np.where(over, clear_since, resolved)
        inside[:, j] = active
        active = active & ~over
    return Episode(onset, resolved, inside)


def worst_inside(grade: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Return the worst grade of each row over the masked times; -1 where none was assessable."""
    worst = np.full(grade.shape[0], -1, dtype=np.int8)
    for j in range(grade.shape[1]):
        np.maximum(worst, grade[:, j], out=worst, where=inside[:, j])
    return worst


def ever(condition: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Return whether a condition held at any of the masked times, (patients,)."""
    found = np.zeros(condition.shape[0], dtype=bool)
    for j in range(condition.shape[1]):
        found = found | (condition[:, j] & inside[:, j])
    return found


def ever_tri(answer: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Return 1 where an answer was yes at a masked time, 0 where it was no at least once, else -1."""
    return worst_inside(answer.astype(np.int8), inside)


def span_days(condition: np.ndarray, inside: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Return how long something lasted over the masked times, (patients,), day; NaN if it never held.

    From the first time at which it held to the time after the last one, or to the last one itself where
    nothing was seen afterwards. Breaks count as part of it.
    """
    first, end = np.full(day.shape[0], np.nan), np.full(day.shape[0], np.nan)
    for j in range(day.shape[1]):
        held = condition[:, j] & inside[:, j]
        after = day[:, min(j + 1, day.shape[1] - 1)]
        first = np.where(held & np.isnan(first), day[:, j], first)
        end = np.where(held, np.where(np.isnan(after), day[:, j], after), end)
    return end - first


def days_with(condition: np.ndarray, known: np.ndarray, day: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Return the time during which a condition held, (patients,), day; NaN if never known.

    Each known time stands until the next.
    """
    total = np.zeros(day.shape[0])
    seen = np.zeros(day.shape[0], dtype=bool)
    for j in range(day.shape[1] - 1):
        lasts = inside[:, j + 1] & known[:, j] & known[:, j + 1]
        total = total + np.where(lasts & condition[:, j], day[:, j + 1] - day[:, j], 0)
        seen = seen | lasts
    return np.where(seen, total, np.nan)
