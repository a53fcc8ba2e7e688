"""Neurotoxicity (ICANS) graded by the ASTCT consensus: the worst of five domains.

Orientation and attention by ICE (10 points) or, below an age limit, by CAPD; consciousness; seizure;
deep focal weakness; raised intracranial pressure. Tremor, myoclonus and bleeding do not count.
"""

from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import Graded, choose
from livingdrug.bedside.bounds import Bounds, Grade, bounds, per_patient, steps_of_code, worst
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition
from livingdrug.observations import Observations


class IcansCriterion(IntEnum):
    """What decided an ICANS grade, or what is missing for one."""

    NONE = 0
    ICE = 1
    CAPD = 2
    CONSCIOUSNESS = 3
    SEIZURE = 4
    WEAKNESS = 5
    OEDEMA = 6
    ICE_OR_CAPD_UNKNOWN = 20
    CONSCIOUSNESS_UNKNOWN = 21
    SEIZURE_UNKNOWN = 22
    WEAKNESS_UNKNOWN = 23
    OEDEMA_UNKNOWN = 24


CRITERION_TEXT = {
    IcansCriterion.NONE: "no sign in any of the five domains",
    IcansCriterion.ICE: "ICE score",
    IcansCriterion.CAPD: "CAPD score",
    IcansCriterion.CONSCIOUSNESS: "level of consciousness",
    IcansCriterion.SEIZURE: "seizure",
    IcansCriterion.WEAKNESS: "deep focal weakness",
    IcansCriterion.OEDEMA: "cerebral oedema or raised intracranial pressure",
    IcansCriterion.ICE_OR_CAPD_UNKNOWN: "not assessable: ICE (CAPD in a child) or age not known",
    IcansCriterion.CONSCIOUSNESS_UNKNOWN: "not assessable: level of consciousness not known",
    IcansCriterion.SEIZURE_UNKNOWN: "not assessable: seizure or none not known",
    IcansCriterion.WEAKNESS_UNKNOWN: "not assessable: focal weakness or none not known",
    IcansCriterion.OEDEMA_UNKNOWN: "not assessable: signs of raised intracranial pressure or none not known",
}


def grade_icans(observations: Observations, age_years: np.ndarray, rules: Edition) -> Graded:
    """Grade neurotoxicity: the worst domain decides, and a missing domain may hide a worse one.

    Parameters
    ----------
    observations : Observations
        Of shape (n,) or (n, t).
    age_years : array (n,)
        Chooses between ICE and CAPD.
    rules : Edition
        The evidence.

    Returns
    -------
    Graded
        Grade 0 to 4, or -1; ``criterion`` is an ``IcansCriterion``. A patient who cannot be aroused is
        grade 4 whatever else is missing.

    Raises
    ------
    BadInput
        An ICE or CAPD score outside its range.

    Source
    ------
    lee_2019
    """
    domains = worst(
        [
            _cognition(observations, age_years, rules),
            _domain(
                observations.consciousness,
                (Grade.NONE, Grade.TWO, Grade.THREE, Grade.FOUR),
                IcansCriterion.CONSCIOUSNESS,
                IcansCriterion.CONSCIOUSNESS_UNKNOWN,
            ),
            _domain(
                observations.seizure,
                (Grade.NONE, Grade.THREE, Grade.FOUR),
                IcansCriterion.SEIZURE,
                IcansCriterion.SEIZURE_UNKNOWN,
            ),
            _domain(
                observations.focal_weakness,
                (Grade.NONE, Grade.FOUR),
                IcansCriterion.WEAKNESS,
                IcansCriterion.WEAKNESS_UNKNOWN,
            ),
            _domain(
                observations.cerebral_oedema,
                (Grade.NONE, Grade.THREE, Grade.FOUR),
                IcansCriterion.OEDEMA,
                IcansCriterion.OEDEMA_UNKNOWN,
            ),
        ]
    )
    definite = domains.low == domains.high
    grade = choose(definite, domains.low, Grade.NOT_ASSESSABLE)
    decided = choose(domains.low > 0, domains.criterion, IcansCriterion.NONE)
    criterion = choose(definite, decided, domains.missing)
    source = rules.sourced("scales.icans.ice.normal").source
    return Graded(grade, criterion, source)


def _domain(
    code: np.ndarray, grades: tuple[Grade, ...], criterion: IcansCriterion, missing: IcansCriterion
) -> Bounds:
    low, high = steps_of_code(code, grades)
    return bounds(low, high, criterion, missing)


def _cognition(observations: Observations, age_years: np.ndarray, rules: Edition) -> Bounds:
    ice = _in_range(observations.ice_score, "ice_score", rules.number("scales.icans.ice.normal"))
    capd = _in_range(observations.capd_score, "capd_score", rules.number("scales.icans.capd.highest"))
    age = per_patient(age_years, ice)
    child = np.broadcast_to(age < rules.number("scales.icans.capd.below_age_years"), np.shape(ice))
    by_ice = choose(ice < rules.number("scales.icans.ice.normal"), Grade.ONE, Grade.NONE)
    by_ice = choose(ice < rules.number("scales.icans.ice.grade_one_from"), Grade.TWO, by_ice)
    by_ice = choose(ice < rules.number("scales.icans.ice.grade_two_from"), Grade.THREE, by_ice)
    by_capd = choose(capd >= rules.number("scales.icans.capd.grade_one_from"), Grade.ONE, Grade.NONE)
    by_capd = choose(capd >= rules.number("scales.icans.capd.grade_three_from"), Grade.THREE, by_capd)
    unknown = np.isnan(np.where(child, capd, ice)) | np.isnan(age)
    low = choose(unknown, Grade.NONE, choose(child, by_capd, by_ice))
    high = choose(unknown, Grade.THREE, low)
    criterion = choose(child, IcansCriterion.CAPD, IcansCriterion.ICE)
    return bounds(low, high, criterion, IcansCriterion.ICE_OR_CAPD_UNKNOWN)


def _in_range(score: np.ndarray, field: str, highest: float) -> np.ndarray:
    wrong = (score < 0) | (score > highest)
    if np.any(wrong):
        raise BadInput(f"observations: {field}: got {score[wrong][0]:g}, expected 0 to {highest:g}")
    return score
