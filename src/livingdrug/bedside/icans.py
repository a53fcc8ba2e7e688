"""Neurotoxicity (ICANS) graded by the ASTCT consensus: the worst of five domains.

Orientation and attention by ICE (10 points) or, below an age limit, by CAPD; consciousness; seizure;
deep focal weakness; raised intracranial pressure. Tremor, myoclonus and bleeding do not count.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import MET, NOT_ASSESSABLE, Graded, all_of, any_of, choose
from livingdrug.bedside.bounds import Bounds, Grade, bounds, per_patient, steps_of_code, with_death_of, worst
from livingdrug.bedside.grounds import Ground
from livingdrug.bedside.limits import at_most, below
from livingdrug.bedside.mental_scores import ScoreBounds, exactly
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition
from livingdrug.observations import Observations


class IcansCriterion(IntEnum):
    """What decided an ICANS grade, or what is missing for one."""

    NONE = 0
    ICE = 1
    CAPD = 2
    CAPD_HIGH = 3
    CONSCIOUSNESS = 4
    SEIZURE = 5
    WEAKNESS = 6
    OEDEMA = 7
    DEATH = 8
    ICE_OR_CAPD_UNKNOWN = 20
    CONSCIOUSNESS_UNKNOWN = 21
    SEIZURE_UNKNOWN = 22
    WEAKNESS_UNKNOWN = 23
    OEDEMA_UNKNOWN = 24
    CAUSE_OF_DEATH_UNKNOWN = 25


GROUNDS: dict[IcansCriterion, Ground] = {
    IcansCriterion.NONE: Ground(
        "no sign in any of the five domains",
        ("ice_score", "capd_score", "consciousness", "seizure", "focal_weakness", "cerebral_oedema"),
    ),
    IcansCriterion.ICE: Ground(
        "ICE score",
        ("ice_score",),
        ("scales.icans.ice.normal", "scales.icans.ice.grade_one_from", "scales.icans.ice.grade_two_from"),
    ),
    IcansCriterion.CAPD: Ground(
        "CAPD score below that of delirium: that a score of 0 is no sign is a reading",
        ("capd_score",),
        (
            "scales.icans.capd.below_age_years",
            "scales.icans.capd.grade_one_from",
            "scales.icans.capd.grade_three_from",
        ),
    ),
    IcansCriterion.CAPD_HIGH: Ground(
        "CAPD score of delirium",
        ("capd_score",),
        ("scales.icans.capd.below_age_years", "scales.icans.capd.grade_three_from"),
    ),
    IcansCriterion.CONSCIOUSNESS: Ground("level of consciousness", ("consciousness",)),
    IcansCriterion.SEIZURE: Ground("seizure", ("seizure",)),
    IcansCriterion.WEAKNESS: Ground("deep focal weakness", ("focal_weakness",)),
    IcansCriterion.OEDEMA: Ground("cerebral oedema or raised intracranial pressure", ("cerebral_oedema",)),
    IcansCriterion.DEATH: Ground("death due to neurotoxicity"),
    IcansCriterion.CAUSE_OF_DEATH_UNKNOWN: Ground(
        "not assessable: whether neurotoxicity was the cause of death"
    ),
    IcansCriterion.ICE_OR_CAPD_UNKNOWN: Ground(
        "not assessable: ICE (CAPD in a child) or age not known", ("ice_score", "capd_score")
    ),
    IcansCriterion.CONSCIOUSNESS_UNKNOWN: Ground(
        "not assessable: level of consciousness not known", ("consciousness",)
    ),
    IcansCriterion.SEIZURE_UNKNOWN: Ground("not assessable: seizure or none not known", ("seizure",)),
    IcansCriterion.WEAKNESS_UNKNOWN: Ground(
        "not assessable: focal weakness or none not known", ("focal_weakness",)
    ),
    IcansCriterion.OEDEMA_UNKNOWN: Ground(
        "not assessable: signs of raised intracranial pressure or none not known", ("cerebral_oedema",)
    ),
}


@dataclass(frozen=True)
class Examination:
    """How ICE and CAPD are to be read, where that is not by one score and the age alone.

    Attributes
    ----------
    ice, capd : ScoreBounds (shape of the observations), optional
        Scores of which some items are missing; they stand for those of the observations.
    developmental_delay : int8 array (n,), optional
        1 for a patient in whom CAPD stands for ICE beyond childhood, 0 not, -1 unknown. Without it, none.
    capd_below_age_years : float, optional
        Age below which CAPD stands for ICE: 12 by the consensus; 13 reads the NCI thesaurus, which says 12
        and under.
    """

    ice: ScoreBounds | None = None
    capd: ScoreBounds | None = None
    developmental_delay: np.ndarray | None = None
    capd_below_age_years: float | None = None


BY_AGE = Examination()
"""Scores as observed, CAPD below the age of the consensus."""


def grade_icans(
    observations: Observations, age_years: np.ndarray, rules: Edition, examination: Examination = BY_AGE
) -> Graded:
    """Grade neurotoxicity: the worst domain decides, and a missing domain may hide a worse one.

    Parameters
    ----------
    observations : Observations
        Of shape (n,) or (n, t). Consciousness is that which no sedating drug explains.
    age_years : array (n,)
        Chooses between ICE and CAPD.
    rules : Edition
        The evidence.
    examination : Examination, optional
        Scores with missing items, developmental delay, another age for CAPD.

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
            _cognition(observations, age_years, rules, examination),
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
    decided = choose(domains.low > Grade.NONE.value, domains.criterion, IcansCriterion.NONE)
    criterion = choose(definite, decided, domains.missing)
    source = rules.sourced("scales.icans.ice.normal").source
    return Graded(grade, criterion, source, domains.low, domains.high)


def with_death(graded: Graded, died_of_icans: np.ndarray) -> Graded:
    """Return the grades with a death due to neurotoxicity as grade 5 (see ``with_death_of``)."""
    return with_death_of(graded, died_of_icans, IcansCriterion.DEATH, IcansCriterion.CAUSE_OF_DEATH_UNKNOWN)


def _domain(
    code: np.ndarray, grades: tuple[Grade, ...], criterion: IcansCriterion, missing: IcansCriterion
) -> Bounds:
    low, high = steps_of_code(code, grades)
    return bounds(low, high, criterion, missing)


def _cognition(
    observations: Observations, age_years: np.ndarray, rules: Edition, examination: Examination
) -> Bounds:
    ice = examination.ice or exactly(observations.ice_score)
    capd = examination.capd or exactly(observations.capd_score)
    normal, highest = rules.number("scales.icans.ice.normal"), rules.number("scales.icans.capd.highest")
    _check_range(ice, "ice_score", normal)
    _check_range(capd, "capd_score", highest)
    age = per_patient(age_years, ice.least)
    child = np.broadcast_to(_capd_stands(age, examination, rules), np.shape(ice.least))
    young, either = child == MET, child == NOT_ASSESSABLE
    ice_low, ice_high = _range(_by_ice, ice.greatest, ice.least, rules)
    capd_low, capd_high = _range(_by_capd, capd.least, capd.greatest, rules)
    low = choose(either, np.minimum(ice_low, capd_low), choose(young, capd_low, ice_low))
    high = choose(either, np.maximum(ice_high, capd_high), choose(young, capd_high, ice_high))
    of_capd = choose(low == Grade.THREE.value, IcansCriterion.CAPD_HIGH, IcansCriterion.CAPD)
    criterion = choose(young, of_capd, IcansCriterion.ICE)
    return bounds(low, high, criterion, IcansCriterion.ICE_OR_CAPD_UNKNOWN)


def _range(
    grade_of: Callable[[np.ndarray, Edition], np.ndarray],
    best: np.ndarray,
    worst_score: np.ndarray,
    rules: Edition,
) -> tuple[np.ndarray, np.ndarray]:
    """Return (low, high) grade of a score between its best and its worst; NaN may be any up to 3."""
    low = grade_of(best, rules)
    high = low if worst_score is best else grade_of(worst_score, rules)
    return low, choose(np.isnan(worst_score), Grade.THREE, high)


def _capd_stands(age: np.ndarray, examination: Examination, rules: Edition) -> np.ndarray:
    """Return whether CAPD stands for ICE: 1, 0 or -1 (age or developmental delay not known)."""
    cut = examination.capd_below_age_years
    cut = rules.number("scales.icans.capd.below_age_years") if cut is None else cut
    child = below(age, cut)
    if examination.developmental_delay is None:
        return child
    delayed = per_patient(examination.developmental_delay, age).astype(np.int8)
    until = at_most(age, rules.number("scales.icans.capd.with_delay_to_age_years"))
    return any_of([child, all_of([delayed, until])])


def _by_ice(score: np.ndarray, rules: Edition) -> np.ndarray:
    grade = choose(score < rules.number("scales.icans.ice.normal"), Grade.ONE, Grade.NONE)
    grade = choose(score < rules.number("scales.icans.ice.grade_one_from"), Grade.TWO, grade)
    return choose(score < rules.number("scales.icans.ice.grade_two_from"), Grade.THREE, grade)


def _by_capd(score: np.ndarray, rules: Edition) -> np.ndarray:
    grade = choose(score >= rules.number("scales.icans.capd.grade_one_from"), Grade.ONE, Grade.NONE)
    return choose(score >= rules.number("scales.icans.capd.grade_three_from"), Grade.THREE, grade)


def _check_range(score: ScoreBounds, field: str, highest: float) -> None:
    for value in (score.least, score.greatest):
        wrong = (value < 0) | (value > highest)
        if np.any(wrong):
            raise BadInput(f"observations: {field}: got {value[wrong][0]:g}, expected 0 to {highest:g}")
