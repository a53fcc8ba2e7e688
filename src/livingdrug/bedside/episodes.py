"""Episodes within a record: when signs begin, when they are gone for long enough, the worst meanwhile."""

from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.answers import NOT_ASSESSABLE, Graded, choose, tri
from livingdrug.bedside.bounds import Grade
from livingdrug.bedside.crs_axes import CrsCriterion
from livingdrug.evidence import Edition
from livingdrug.observations import Observations, require_rising_days


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


@dataclass(frozen=True)
class EpisodeWindow:
    """What delimits an episode in a record, in days.

    Attributes
    ----------
    onset_until_day : float
        Last day on which an episode may begin.
    clear_for_days : float
        It is over after so long without signs.
    longest_gap_days : float
        So long a record may be silent between two assessable times without interrupting clear time.
    """

    onset_until_day: float
    clear_for_days: float
    longest_gap_days: float


def crs_window(rules: Edition) -> EpisodeWindow:
    """Return what delimits an episode of cytokine release syndrome."""
    return _window("scales.crs_episode", rules)


def icans_window(rules: Edition) -> EpisodeWindow:
    """Return what delimits an episode of neurotoxicity."""
    return _window("scales.icans_episode", rules)


def _window(scale: str, rules: Edition) -> EpisodeWindow:
    return EpisodeWindow(
        onset_until_day=rules.number(f"{scale}.onset_until_day"),
        clear_for_days=rules.number(f"{scale}.clear_for_days"),
        longest_gap_days=rules.number(f"{scale}.longest_gap_days"),
    )


def find_episode(
    sick: np.ndarray,
    clear: np.ndarray,
    day: np.ndarray,
    window: EpisodeWindow,
    doubtful: np.ndarray | bool = False,
) -> Episode:
    """Find the first episode of signs in each row.

    It begins at the first time with signs, not later than the window allows, and is over once no signs
    have been seen for as long as it asks. A time that is neither sick nor clear (not assessable) says
    nothing: it neither begins nor ends an episode nor interrupts clear time, but a gap without any
    assessable time that is too long does.

    Parameters
    ----------
    sick, clear : bool array (patients, times)
    day : array (patients, times), day
    window : EpisodeWindow
    doubtful : bool array (patients, times), optional
        Not assessable, yet something was seen that may be a sign: interrupts clear time.
    """
    n, times = sick.shape
    onset, resolved = np.full(n, np.nan), np.full(n, np.nan)
    clear_since, assessed = np.full(n, np.inf), np.full(n, -np.inf)
    active, disturbed = np.zeros(n, dtype=bool), np.broadcast_to(doubtful, sick.shape)
    inside = np.zeros_like(sick)
    for j in range(times):
        now = day[:, j]
        begins = np.isnan(onset) & sick[:, j] & (now <= window.onset_until_day)
        onset = np.where(begins, now, onset)
        active = active | begins
        interrupted = sick[:, j] | disturbed[:, j] | (now - assessed > window.longest_gap_days)
        clear_since = np.where(interrupted, np.inf, clear_since)
        clear_since = np.where(clear[:, j], np.minimum(clear_since, now), clear_since)
        assessed = np.where(sick[:, j] | clear[:, j], now, assessed)
        over = active & clear[:, j] & (now - clear_since >= window.clear_for_days)
        resolved = np.where(over, clear_since, resolved)
        inside[:, j] = active
        active = active & ~over
    return Episode(onset, resolved, inside)


def find_episodes(
    sick: np.ndarray,
    clear: np.ndarray,
    day: np.ndarray,
    window: EpisodeWindow,
    doubtful: np.ndarray | bool = False,
) -> tuple[Episode, ...]:
    """Find every episode of signs in each row: the first of each patient, then the second, and so on.

    Parameters as in ``find_episode``, which finds the first. An episode that is not known to be over goes
    on to the end of the record.
    """
    episodes: list[Episode] = []
    remaining = sick
    while np.any(remaining):
        episode = find_episode(remaining, clear, day, window, doubtful)
        still_to_come = np.logical_or.accumulate(episode.inside[:, ::-1], axis=1)[:, ::-1]
        began = np.any(episode.inside, axis=1)
        if not np.any(began):
            break
        episodes.append(episode)
        remaining = remaining & ~still_to_come & began[:, None]
    return tuple(episodes)


@dataclass(frozen=True)
class GradedCourse:
    """The episodes of each patient on one scale, in the order in which they began.

    Attributes
    ----------
    n_episodes : array (patients,)
        -1 where no time could be graded.
    onset_day, peak_day, resolved_day : array (patients, episodes), day
        First day with signs, first day at the worst grade, first day without signs; NaN where there is no
        such episode, and for one that was never seen to be over.
    peak_grade : int8 array (patients, episodes)
        Worst grade that is certain; -1 where there is no such episode.
    peak_may_be_higher : int8 array (patients, episodes)
        1 where what is not known at a time with signs leaves a worse grade possible: then ``peak_grade`` is
        "at least"; 0 not; -1 where there is no such episode.
    signs_before_infusion_day, signs_after_window_day : array (patients,), day
        First day with signs that belong to no episode, because they came before the infusion, or first
        came after the last day on which an episode may begin; NaN where there are none.
    """

    n_episodes: np.ndarray
    onset_day: np.ndarray
    peak_day: np.ndarray
    peak_grade: np.ndarray
    resolved_day: np.ndarray
    peak_may_be_higher: np.ndarray
    signs_before_infusion_day: np.ndarray
    signs_after_window_day: np.ndarray


def crs_course(observations: Observations, graded: Graded, rules: Edition) -> GradedCourse:
    """Say when cytokine release syndrome began, was worst and was over, for every episode.

    No episode begins before the infusion (day 0), or after the last day of the window.

    Parameters
    ----------
    observations : Observations (patients, times)
        On rising days.
    graded : Graded (patients, times)
        On any of the scales. A time whose lowest grade is certain to be 1 or more has signs, whatever is
        missing; any other time that is not assessable neither begins nor ends an episode. Support without
        a fever that counts is not clear time either.
    rules : Edition

    Raises
    ------
    BadInput
        Days that fall.
    """
    return _graded_course(observations.day, graded, crs_window(rules), supported_without_fever(graded))


def supported_without_fever(graded: Graded) -> np.ndarray:
    """Return where CRS is not assessable because support was seen without a fever that counts."""
    return graded.criterion == CrsCriterion.SUPPORT_WITHOUT_FEVER.value


def icans_course(observations: Observations, graded: Graded, rules: Edition) -> GradedCourse:
    """Say when neurotoxicity began, was worst and was over, for every episode; as ``crs_course``."""
    return _graded_course(observations.day, graded, icans_window(rules))


def _graded_course(
    day: np.ndarray, graded: Graded, window: EpisodeWindow, doubtful: np.ndarray | bool = False
) -> GradedCourse:
    require_rising_days(day)
    grade = graded.grade
    lowest = grade if graded.lowest is None else graded.lowest
    highest = grade if graded.highest is None else graded.highest
    clear, sick = grade == Grade.NONE.value, lowest >= Grade.ONE.value
    infused = day >= 0
    episodes = find_episodes(sick & infused, clear, day, window, doubtful)
    n, number = len(grade), len(episodes)
    onset = np.full((n, number), np.nan)
    peak_day, resolved = onset.copy(), onset.copy()
    peak_grade = np.full((n, number), NOT_ASSESSABLE, dtype=np.int8)
    peak_may_be_higher, counted = peak_grade.copy(), np.zeros_like(sick)
    for k, episode in enumerate(episodes):
        onset[:, k], resolved[:, k] = episode.onset_day, episode.resolved_day
        counted = counted | episode.inside
        peak_grade[:, k] = worst_inside(lowest, episode.inside)
        peak_day[:, k] = first_day(lowest == peak_grade[:, [k]], episode.inside, day)
        possible = worst_inside(highest, episode.inside & sick)
        began = ~np.isnan(episode.onset_day)
        peak_may_be_higher[:, k] = choose(began, tri(possible > peak_grade[:, k]), NOT_ASSESSABLE)
    assessed = np.any((grade != NOT_ASSESSABLE) | sick, axis=1)
    n_episodes = np.where(assessed, np.sum(~np.isnan(onset), axis=1), NOT_ASSESSABLE)
    return GradedCourse(
        n_episodes=n_episodes,
        onset_day=onset,
        peak_day=peak_day,
        peak_grade=peak_grade,
        resolved_day=resolved,
        peak_may_be_higher=peak_may_be_higher,
        signs_before_infusion_day=first_day(sick, ~infused, day),
        signs_after_window_day=first_day(sick, infused & ~counted, day),
    )


def first_day(condition: np.ndarray, inside: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Return the first of the masked days on which a condition held, (patients,); NaN if it never did."""
    held = condition & inside
    return np.where(np.any(held, axis=1), day[np.arange(len(day)), np.argmax(held, axis=1)], np.nan)


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
