"""Febrile neutropenia by CTCAE v5: few neutrophils, and a high or a lasting fever."""

from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import MET, NOT_ASSESSABLE, Graded, all_of, choose, tri
from livingdrug.bedside.grounds import Ground
from livingdrug.evidence import Edition
from livingdrug.observations import Observations, require_rising_days
from livingdrug.units import HOURS_PER_DAY

_SCALE = "scales.ctcae_blood.febrile_neutropenia"
_TOLERANCE = "scales.tocilizumab.clock_tolerance_hours"


class FebrileNeutropeniaCriterion(IntEnum):
    """What decided whether there is febrile neutropenia, or what is missing."""

    NONE = 0
    SINGLE_TEMPERATURE = 1
    SUSTAINED_TEMPERATURE = 2
    NEUTROPHILS_UNKNOWN = 20
    TEMPERATURE_UNKNOWN = 21
    DURATION_UNKNOWN = 22


_INPUTS = ("anc_e9_per_l", "temperature_c")
_FEW, _HIGH, _WARM, _LONG, _GRADE = (
    f"{_SCALE}.{name}"
    for name in ("anc_below", "single_above", "sustained_from", "sustained_longer_than", "grade")
)
_HOLDS, _GAP = (f"{_SCALE}.{name}" for name in ("count_holds", "longest_gap"))
GROUNDS = {
    FebrileNeutropeniaCriterion.NONE: Ground(
        "no fever, or neutrophils not low enough (now or a little before)",
        _INPUTS,
        (_FEW, _HIGH, _WARM, _HOLDS),
    ),
    FebrileNeutropeniaCriterion.SINGLE_TEMPERATURE: Ground(
        "few neutrophils (now or a little before) and one high temperature",
        _INPUTS,
        (_FEW, _HIGH, _GRADE, _HOLDS),
    ),
    FebrileNeutropeniaCriterion.SUSTAINED_TEMPERATURE: Ground(
        "few neutrophils (now or a little before) and a lasting fever",
        _INPUTS,
        (_FEW, _WARM, _LONG, _GRADE, _TOLERANCE, _HOLDS, _GAP),
    ),
    FebrileNeutropeniaCriterion.NEUTROPHILS_UNKNOWN: Ground("not assessable: neutrophils not known", _INPUTS),
    FebrileNeutropeniaCriterion.TEMPERATURE_UNKNOWN: Ground("not assessable: temperature not known", _INPUTS),
    FebrileNeutropeniaCriterion.DURATION_UNKNOWN: Ground(
        "not assessable: not known for how long there has been fever", _INPUTS, (_WARM, _LONG, _GAP)
    ),
}


def grade_febrile_neutropenia(observations: Observations, rules: Edition) -> Graded:
    """Grade neutropenia with fever by CTCAE v5: neutrophils below 1.0e9/L and a fever (grade 3 or none).

    The fever is one temperature above 38.3 C, or readings of 38.0 C and above, none lower between them, over
    more than an hour. A count holds for a day, so that blood drawn in the morning meets the evening's fever.
    Fever of any cause counts; whether CRS explains it is for the reader to say.

    Parameters
    ----------
    observations : Observations
        (patients,) or (patients, times in order). Times without a temperature are passed over. A fever of
        38.0 to 38.3 C with no reading in the day before it may have lasted, so it is not assessable.

    Raises
    ------
    BadInput
        Days that fall.

    Source
    ------
    ctcae_v5, Febrile neutropenia. Grade 4 (life-threatening) is never given here.
    """
    temperature, anc = observations.temperature_c, observations.anc_e9_per_l
    warm = temperature >= rules.number(_WARM)
    single = temperature > rules.number(_HIGH)
    if np.ndim(temperature) == 1:
        sustained, since_unknown = np.zeros_like(warm), warm
    else:
        require_rising_days(observations.day)
        sustained, since_unknown = _sustained(observations.day, temperature, warm, rules)
        anc = _latest_count(observations.day, anc, rules)
    sustained = sustained & ~single
    since_unknown = since_unknown & ~single & ~sustained
    fever = tri(single | sustained, ~np.isnan(temperature) & ~since_unknown)
    few = tri(anc < rules.number(_FEW), ~np.isnan(anc))
    met = all_of([fever, few])
    grade = choose(met == MET, int(rules.number(_GRADE)), met)
    decided = choose(sustained, FebrileNeutropeniaCriterion.SUSTAINED_TEMPERATURE, single.view(np.int8))
    missing = choose(
        since_unknown,
        FebrileNeutropeniaCriterion.DURATION_UNKNOWN,
        FebrileNeutropeniaCriterion.TEMPERATURE_UNKNOWN,
    )
    missing = choose(fever == MET, FebrileNeutropeniaCriterion.NEUTROPHILS_UNKNOWN, missing)
    criterion = choose(met == MET, decided, FebrileNeutropeniaCriterion.NONE)
    return Graded(grade, choose(met == NOT_ASSESSABLE, missing, criterion), rules.sourced(_GRADE).source)


def _latest(known: np.ndarray) -> np.ndarray:
    """Return the latest place up to each time at which something is known; -1 where there is none."""
    place = np.where(known, np.arange(known.shape[1]), -1)
    return np.maximum.accumulate(place, axis=1)


def _beyond(key: str, day: np.ndarray, place: np.ndarray, rules: Edition) -> np.ndarray:
    """Return where the time at a place lies further back than an interval, or there is none."""
    then = np.take_along_axis(day, np.maximum(place, 0), axis=1)
    most_days = (rules.number(key) + rules.number(_TOLERANCE)) / HOURS_PER_DAY
    return (place == -1) | (day - then > most_days)


def _latest_count(day: np.ndarray, anc: np.ndarray, rules: Edition) -> np.ndarray:
    """Return the latest count up to each time, NaN where it is too old to hold."""
    place = _latest(~np.isnan(anc))
    latest = np.take_along_axis(anc, np.maximum(place, 0), axis=1)
    return np.where(_beyond(_HOLDS, day, place, rules), np.nan, latest)


def _sustained(
    day: np.ndarray, temperature: np.ndarray, warm: np.ndarray, rules: Edition
) -> tuple[np.ndarray, np.ndarray]:
    """Return where a fever has lasted long enough, and where it is not known when it began."""
    none = np.full((warm.shape[0], 1), -1)
    before = np.concatenate([none, _latest(~np.isnan(temperature))[:, :-1]], axis=1)
    unseen = _beyond(_GAP, day, before, rules)
    begins = warm & (unseen | ~np.take_along_axis(warm, np.maximum(before, 0), axis=1))
    # Days rise, so the latest beginning up to a time is that of the fever going on then.
    began = np.fmax.accumulate(np.where(begins, day, -np.inf), axis=1)
    began_unseen = np.fmax.accumulate(np.where(begins & unseen, day, -np.inf), axis=1)
    longer = rules.number(_LONG) + rules.number(_TOLERANCE)
    return warm & (HOURS_PER_DAY * (day - began) > longer), warm & (began_unseen == began)
