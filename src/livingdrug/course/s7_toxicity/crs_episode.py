"""Cytokine release syndrome: one episode a patient, its worst grade on three scales, counted in two ways."""

from dataclasses import dataclass, replace

import numpy as np

from livingdrug.bedside.answers import choose
from livingdrug.bedside.crs import grade_astct, grade_lee, grade_penn
from livingdrug.bedside.crs_axes import hypotension, raised_temperature, read_signs
from livingdrug.bedside.crs_support import axes_penn
from livingdrug.bedside.episodes import (
    Episode,
    crs_window,
    ever,
    find_episode,
    supported_without_fever,
    worst_inside,
)
from livingdrug.evidence import Edition
from livingdrug.observations import Observations, OxygenDevice, PlaceOfCare

_KEY = "course.toxicity"


@dataclass(frozen=True)
class CrsEpisode:
    """The CRS episode of each patient; fields as in ``Toxicity``, ``episode`` with the times inside.

    ``penn_at_each_time`` is the Penn grade, (patients, times).
    """

    episode: Episode
    penn_at_each_time: np.ndarray
    penn: np.ndarray
    lee: np.ndarray
    astct: np.ndarray
    as_fda_penn: np.ndarray
    as_fda_onset_day: np.ndarray
    with_fever: np.ndarray
    with_hypotension: np.ndarray
    with_hypoxia: np.ndarray
    with_tachycardia: np.ndarray
    icu: np.ndarray
    oxygen_given: np.ndarray
    intubated: np.ndarray
    high_dose_vasopressor: np.ndarray
    dialysis: np.ndarray


def _worst(grade: np.ndarray, inside: np.ndarray, day: np.ndarray, rules: Edition) -> np.ndarray:
    """Worst grade of the episode; without an episode 0, or -1 when the early record could not be graded."""
    early = day <= rules.number("scales.crs_episode.onset_until_day")
    assessed = worst_inside(np.minimum(grade, 0), early)
    return np.maximum(worst_inside(grade, inside), assessed).astype(np.int8)


def crs_episode(observations: Observations, age_years: np.ndarray, rules: Edition) -> CrsEpisode:
    """Find and grade the CRS episode of each patient.

    Investigators' counting: signs are those that the Penn scale grades, so fever explained by an infection is
    left out. The FDA's counting: any fever, hypotension or hypoxia, whatever explains it. The signs of CRS
    are noted within the episode of either counting, care only within that of the investigators.

    Parameters
    ----------
    observations : Observations (patients, times)
    age_years : array (patients,)
        Sets the limit of low systolic pressure in children.
    rules : Edition
        The evidence.

    Source
    ------
    The JULIET regrading (58 or 74% by who counts). When an episode ends is assumed.
    """
    day = observations.day
    signs = read_signs(observations, rules)
    axes = axes_penn(observations, signs, rules)
    graded = grade_penn(observations, rules, signs, axes)
    penn = graded.grade
    doubtful = supported_without_fever(graded)
    episode = find_episode(penn >= 1, penn == 0, day, crs_window(rules), doubtful)
    inside = episode.inside
    oxygen = observations.oxygen_device > OxygenDevice.NONE
    low_pressure = (hypotension(observations, age_years, rules) == 1) | (signs.least >= 1)
    hot = raised_temperature(observations.temperature_c, rules)
    granted = replace(signs, fever=hot, counts=np.ones_like(hot))
    severity = grade_penn(observations, rules, granted, axes).grade
    fda_grade, fda = _fda_counting(severity, hot, low_pressure | oxygen, day, rules)
    counted = inside | fda.inside
    fast = observations.heart_rate_per_min >= rules.number(f"{_KEY}.tachycardia_from")
    return CrsEpisode(
        episode=episode,
        penn_at_each_time=penn,
        penn=_worst(penn, inside, day, rules),
        lee=_worst(grade_lee(observations, rules, age_years, signs).grade, inside, day, rules),
        astct=_worst(grade_astct(observations, rules, age_years, signs).grade, inside, day, rules),
        as_fda_penn=fda_grade,
        as_fda_onset_day=fda.onset_day,
        with_fever=ever(hot == 1, counted),
        with_hypotension=ever(low_pressure, counted),
        with_hypoxia=ever(oxygen, counted),
        with_tachycardia=ever(fast, counted),
        icu=ever(observations.place_of_care == PlaceOfCare.ICU, inside),
        oxygen_given=ever(oxygen, inside),
        intubated=ever(observations.oxygen_device == OxygenDevice.VENTILATOR, inside),
        high_dose_vasopressor=ever(signs.high_dose == 1, inside),
        dialysis=ever(observations.dialysis == 1, inside),
    )


def _fda_counting(
    severity: np.ndarray, hot: np.ndarray, supported: np.ndarray, day: np.ndarray, rules: Edition
) -> tuple[np.ndarray, Episode]:
    """Grade and episode when every sign counts: ``severity`` grants the fever that Penn asks for."""
    signs = (hot == 1) | supported
    known = hot >= 0
    grade = choose(signs, np.maximum(severity, 1), choose(known, 0, -1))
    episode = find_episode(signs, known & ~signs, day, crs_window(rules))
    return _worst(grade, episode.inside, day, rules), episode
