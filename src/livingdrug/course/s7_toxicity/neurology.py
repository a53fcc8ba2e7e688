"""Neurological events: ICANS as observed, and the label's wide sense with drawn symptoms added."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from livingdrug.bedside.episodes import find_episode, icans_window, worst_inside
from livingdrug.bedside.icans import grade_icans
from livingdrug.bedside.limits import by_indication
from livingdrug.course.s7_toxicity.chance import neurological_names
from livingdrug.draws import Draws
from livingdrug.evidence import Edition
from livingdrug.observations import Observations

_KEY = "course.toxicity"


@dataclass(frozen=True)
class NeurologicalEvent:
    """Worst grade, first day and first day without signs, arrays (patients,)."""

    grade: np.ndarray
    onset_day: np.ndarray
    resolved_day: np.ndarray


def icans_episode(observations: Observations, age_years: np.ndarray, rules: Edition) -> NeurologicalEvent:
    """Find and grade the ICANS episode of each patient from the observations.

    Parameters
    ----------
    observations : Observations (patients, times)
    age_years : array (patients,)
        Chooses between ICE and CAPD.
    rules : Edition
        The evidence.
    """
    grade = grade_icans(observations, age_years, rules).grade
    window = icans_window(rules)
    episode = find_episode(grade >= 1, grade == 0, observations.day, window)
    assessed = worst_inside(np.minimum(grade, 0), observations.day <= window.onset_until_day)
    worst = np.maximum(worst_inside(grade, episode.inside), assessed)
    return NeurologicalEvent(worst.astype(np.int8), episode.onset_day, episode.resolved_day)


def _of_indication(indication: np.ndarray, key: str, rules: Edition) -> np.ndarray:
    return by_indication(indication, lambda kind: rules.number(f"{_KEY}.neurological.{key}.{kind.key}"))


def _drawn_times(
    indication: np.ndarray, followed_until_day: np.ndarray, rules: Edition, draws: Draws
) -> tuple[np.ndarray, np.ndarray]:
    """Draw onset and end of a symptom: log-normal around the label's medians, onset within follow-up.

    The onset is drawn from its distribution cut at the end of follow-up, since nothing is seen afterwards.
    """
    sd = rules.number(f"{_KEY}.neurological.onset_log_sd")
    median = _of_indication(indication, "onset_median", rules)
    first = rules.number(f"{_KEY}.neurological.first_day")
    last = np.maximum(followed_until_day, first)
    within = ndtr(np.log(last / median) / sd)
    z = ndtri(draws.uniform("toxicity/neurological_onset") * within)
    onset = np.minimum(np.maximum(median * np.exp(sd * z), first), followed_until_day)
    duration_sd = rules.number(f"{_KEY}.neurological.duration_log_sd")
    duration = _of_indication(indication, "duration_median", rules) * np.exp(
        duration_sd * draws.normal("toxicity/neurological_duration")
    )
    end = onset + duration
    return onset, np.where(end <= followed_until_day, end, np.nan)


def wide_event(
    icans: NeurologicalEvent,
    reactions: np.ndarray,
    reaction_names: tuple[str, ...],
    indication: np.ndarray,
    followed_until_day: np.ndarray,
    rules: Edition,
    draws: Draws,
) -> NeurologicalEvent:
    """Join ICANS with the drawn neurological symptoms: the label's wide sense of a neurological event.

    Rests on drawn rates: an input, never a prediction.

    Parameters
    ----------
    icans : NeurologicalEvent
    reactions : int8 array (patients, reactions)
    reaction_names : tuple of str
    indication, followed_until_day : array (patients,)
    """
    drawn = np.full(len(indication), -1, dtype=np.int8)
    for name in neurological_names(rules):
        if name in reaction_names:
            drawn = np.maximum(drawn, reactions[:, reaction_names.index(name)])
    onset, end = _drawn_times(indication, followed_until_day, rules, draws)
    onset = np.where(drawn >= 1, onset, np.nan)
    end = np.where(drawn >= 1, end, np.nan)
    grade = np.maximum(icans.grade, drawn)
    unknown = (grade < 1) & ((icans.grade < 0) | (drawn < 0))
    open_end = ((icans.grade >= 1) & np.isnan(icans.resolved_day)) | ((drawn >= 1) & np.isnan(end))
    return NeurologicalEvent(
        grade=np.where(unknown, -1, grade).astype(np.int8),
        onset_day=np.fmin(icans.onset_day, onset),
        resolved_day=np.where(open_end, np.nan, np.fmax(icans.resolved_day, end)),
    )
