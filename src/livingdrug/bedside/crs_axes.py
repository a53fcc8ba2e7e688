"""What cytokine release syndrome is graded on: fever and blood pressure (the rest: ``crs_support``).

Each function reads observations and answers with 1, 0 or -1, or with bounds (see ``bounds``): the grades
still possible.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import (
    MET,
    NOT_ASSESSABLE,
    NOT_MET,
    all_of,
    any_of,
    choose,
    negated,
    tri,
)
from livingdrug.bedside.bounds import Bounds, Grade, bounds, per_patient
from livingdrug.evidence import Edition
from livingdrug.observations import Observations


class CrsCriterion(IntEnum):
    """What decided a CRS grade, or what is missing for one; each scale uses those that it has."""

    NO_CRS = 0
    FEVER = 1
    LOW_PRESSURE = 2
    LOW_PRESSURE_OF_A_CHILD = 3
    FLUIDS = 4
    VASOPRESSOR = 5
    VASOPRESSIN_ALONE = 6
    HIGH_DOSE_VASOPRESSOR = 7
    SEVERAL_VASOPRESSORS = 8
    ANY_OXYGEN = 9
    LOW_FLOW_OXYGEN = 10
    HIGH_FLOW_OXYGEN = 11
    BLOW_BY_OXYGEN = 12
    OXYGEN_MASK = 13
    LOW_FRACTION_OXYGEN = 14
    HIGH_FRACTION_OXYGEN = 15
    POSITIVE_PRESSURE = 16
    VENTILATOR = 17
    CREATININE_OVER_BASELINE = 18
    CREATININE = 19
    BILIRUBIN = 20
    ALT = 21
    DIALYSIS = 22
    PLASMA_OR_FIBRINOGEN = 23
    INTRAVENOUS_TREATMENT = 24
    ADMISSION = 25
    DEATH = 26
    FEVER_UNKNOWN = 40
    SUPPORT_WITHOUT_FEVER = 41
    BLOOD_PRESSURE_UNKNOWN = 42
    OXYGEN_UNKNOWN = 43
    ORGANS_UNKNOWN = 44
    TREATMENT_UNKNOWN = 45
    CAUSE_OF_DEATH_UNKNOWN = 46


def fever(observations: Observations, rules: Edition) -> np.ndarray:
    """Return whether there is a fever that nothing else explains: 1, 0 or -1."""
    hot = raised_temperature(observations.temperature_c, rules)
    return unexplained(hot, observations.fever_otherwise_explained)


def unexplained(hot: np.ndarray, fever_otherwise_explained: np.ndarray) -> np.ndarray:
    """Return whether a raised temperature is one that nothing else explains: 1, 0 or -1."""
    return all_of([hot, negated(fever_otherwise_explained)])


def raised_temperature(temperature_c: np.ndarray, rules: Edition) -> np.ndarray:
    """Return whether a temperature is that of a fever, whatever explains it: 1, 0 or -1."""
    return tri(temperature_c >= rules.number("scales.crs_astct.fever_c"), ~np.isnan(temperature_c))


def fever_counts(observations: Observations, hot: np.ndarray) -> np.ndarray:
    """Return whether CRS may be graded: a fever now (``hot``), or one that a drug may hide (1, 0 or -1).

    A fever that something else explains stays explained, whatever drug is given. What explains a fever is
    asked of a fever that is there: where there is none, and nobody explained any, a drug may hide one.
    """
    explained = observations.fever_otherwise_explained
    unasked = (explained == NOT_ASSESSABLE) & (hot == NOT_MET)
    drug = any_of([observations.anticytokine_given, observations.antipyretic_given])
    return any_of([hot, all_of([drug, choose(unasked, MET, negated(explained))])])


def vasopressor_count(observations: Observations) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the greatest number of vasopressors (vasopressin left out) that run."""
    running = _running(observations)
    known = ~np.isnan(observations.n_vasopressors)
    least = np.maximum(np.where(known, observations.n_vasopressors, 0), running)
    return least, np.where(known, least, np.inf)


def high_dose_vasopressor(
    observations: Observations, rules: Edition, greatest: np.ndarray | None = None
) -> np.ndarray:
    """Return whether a vasopressor runs at a high dose: 1, 0 or -1 (a dose is missing).

    One drug at or above its own limit, or several whose norepinephrine equivalent reaches the limit for a
    combination; the limit is lower beside vasopressin. With as many positive doses as vasopressors the
    other doses are zero.

    ``greatest`` is the greatest number of vasopressors, where it has been read before.
    """

    def limit(name: str) -> float:
        return rules.number(f"scales.crs_lee.high_dose.{name}")

    norepinephrine = observations.norepinephrine_ug_per_min
    dopamine = observations.dopamine_ug_per_kg_per_min
    epinephrine = observations.epinephrine_ug_per_min
    phenylephrine = observations.phenylephrine_ug_per_min
    certain = (
        (norepinephrine >= limit("norepinephrine_ug_per_min"))
        | (dopamine >= limit("dopamine_ug_per_kg_per_min"))
        | (epinephrine >= limit("epinephrine_ug_per_min"))
        | (phenylephrine >= limit("phenylephrine_ug_per_min"))
    )
    equivalent = (
        _known_dose(norepinephrine)
        + _known_dose(dopamine) * limit("equivalent_of_dopamine")
        + _known_dose(epinephrine)
        + _known_dose(phenylephrine) * limit("equivalent_of_phenylephrine")
    )
    running = _running(observations)
    certain |= (running >= 2) & (equivalent >= limit("equivalent_combination_ug_per_min"))
    beside_vasopressin = equivalent >= limit("equivalent_with_vasopressin_ug_per_min")
    certain |= beside_vasopressin & (observations.vasopressin_given == MET)
    greatest = vasopressor_count(observations)[1] if greatest is None else greatest
    missing = greatest > running
    missing |= beside_vasopressin & (observations.vasopressin_given == NOT_ASSESSABLE)
    return tri(certain, certain | ~missing)


def _known_dose(dose: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(dose), 0, dose)


def _running(observations: Observations) -> np.ndarray:
    """Return how many vasopressors (vasopressin left out) have a positive dose, int8."""
    return (
        (observations.norepinephrine_ug_per_min > 0).view(np.int8)
        + (observations.dopamine_ug_per_kg_per_min > 0).view(np.int8)
        + (observations.epinephrine_ug_per_min > 0).view(np.int8)
        + (observations.phenylephrine_ug_per_min > 0).view(np.int8)
    )


def systolic_limit_mmhg(age_years: np.ndarray | None, like: np.ndarray, rules: Edition) -> np.ndarray:
    """Return the systolic pressure below which a patient of this age is hypotensive; NaN under one year.

    In children it rises with age until it reaches the limit of adults, at ten years.
    """
    adult = rules.number("scales.crs_astct.hypotension.adult_systolic_mmhg")
    if age_years is None:
        return np.asarray(adult)
    age = per_patient(age_years, like)
    child = rules.number("scales.crs_astct.hypotension.child_systolic_mmhg") + age * rules.number(
        "scales.crs_astct.hypotension.child_systolic_mmhg_per_year"
    )
    limit = np.minimum(child, adult)
    return np.where(age < rules.number("scales.crs_astct.hypotension.child_from_years"), np.nan, limit)


def hypotension(observations: Observations, age_years: np.ndarray | None, rules: Edition) -> np.ndarray:
    """Return whether blood pressure is low or needed a fluid bolus: 1, 0 or -1."""
    limit = systolic_limit_mmhg(age_years, observations.systolic_mmhg, rules)
    known = ~np.isnan(observations.systolic_mmhg) & ~np.isnan(limit)
    low = tri(observations.systolic_mmhg < limit, known)
    return any_of([low, observations.fluid_bolus])


def hypotension_criterion(
    observations: Observations, age_years: np.ndarray | None, rules: Edition
) -> np.ndarray:
    """Return what makes blood pressure low where it is: a need of fluids before a low systolic pressure."""
    adult = rules.number("scales.crs_astct.hypotension.adult_systolic_mmhg")
    limit = systolic_limit_mmhg(age_years, observations.systolic_mmhg, rules)
    low = choose(limit == adult, CrsCriterion.LOW_PRESSURE, CrsCriterion.LOW_PRESSURE_OF_A_CHILD)
    return choose(observations.fluid_bolus == MET, CrsCriterion.FLUIDS, low)


@dataclass(frozen=True)
class Signs:
    """What several scales read of the same observations, arrays of their shape.

    Attributes
    ----------
    fever, counts : int8
        A fever that nothing else explains; whether CRS may be graded (see ``fever_counts``).
    least : count
        Vasopressors that run, at least.
    uncounted : bool
        Their number is not known: there may be more of them.
    high_dose : int8
        Whether a vasopressor runs at a high dose.
    """

    fever: np.ndarray
    counts: np.ndarray
    least: np.ndarray
    uncounted: np.ndarray
    high_dose: np.ndarray


def read_signs(observations: Observations, rules: Edition) -> Signs:
    """Read once what several scales ask of the same observations, of any shape."""
    least, greatest = vasopressor_count(observations)
    hot = fever(observations, rules)
    return Signs(
        fever=hot,
        counts=fever_counts(observations, hot),
        least=least,
        uncounted=np.isnan(observations.n_vasopressors),
        high_dose=high_dose_vasopressor(observations, rules, greatest),
    )


def pressure_by_count(
    observations: Observations,
    signs: Signs,
    low_pressure: np.ndarray,
    because: np.ndarray,
    vasopressin_alone_grade: int,
    several_grade: int,
) -> Bounds:
    """Grade blood pressure by the number of vasopressors without vasopressin: none 2, one 3, several more.

    ``because`` says what makes pressure low (see ``hypotension_criterion``). ``vasopressin_alone_grade``
    and ``several_grade`` are what the scale, or its reading, makes of vasopressin without another
    vasopressor and of several.
    """
    vasopressin = observations.vasopressin_given
    one, several = signs.least >= 1, signs.least >= 2
    low = choose(low_pressure == MET, Grade.TWO, Grade.NONE)
    low = choose(vasopressin == MET, vasopressin_alone_grade, low)
    low = choose(one, Grade.THREE, low)
    low = choose(several, several_grade, low)
    high = choose(low_pressure != NOT_MET, Grade.TWO, Grade.NONE)
    high = choose(vasopressin != NOT_MET, vasopressin_alone_grade, high)
    high = choose(signs.uncounted, several_grade, high)
    criterion = choose(vasopressin == MET, CrsCriterion.VASOPRESSIN_ALONE, because)
    criterion = choose(one, CrsCriterion.VASOPRESSOR, criterion)
    criterion = choose(several, CrsCriterion.SEVERAL_VASOPRESSORS, criterion)
    return bounds(low, high, criterion, CrsCriterion.BLOOD_PRESSURE_UNKNOWN)


def pressure_by_dose(
    observations: Observations,
    signs: Signs,
    low_pressure: np.ndarray,
    because: np.ndarray | int,
    grades: tuple[int, int, int, int],
    several_are_high: bool,
) -> Bounds:
    """Grade blood pressure by vasopressor dose.

    ``grades`` are those of low pressure, vasopressin alone, a low dose and a high dose. ``low_pressure``:
    1, 0 or -1, as the scale means it; ``because`` says what makes it so. ``several_are_high``: several
    vasopressors (vasopressin counted) grade as a high dose does.
    """
    pressure_grade, vasopressin_alone_grade, low_dose_grade, high_dose_grade = grades
    vasopressin = observations.vasopressin_given
    one = signs.least >= 1
    surely, perhaps = signs.high_dose == MET, signs.high_dose != NOT_MET
    several = np.zeros_like(one)
    if several_are_high:
        several = (signs.least >= 2) | (one & (vasopressin == MET))
        perhaps = perhaps | signs.uncounted | (one & (vasopressin != NOT_MET))
    low = choose(low_pressure == MET, pressure_grade, Grade.NONE)
    low = choose(vasopressin == MET, vasopressin_alone_grade, low)
    low = choose(one, low_dose_grade, low)
    low = choose(surely | several, high_dose_grade, low)
    high = choose(low_pressure != NOT_MET, pressure_grade, Grade.NONE)
    high = choose(vasopressin != NOT_MET, vasopressin_alone_grade, high)
    high = choose(perhaps, high_dose_grade, high)
    vasopressin_decides = (vasopressin == MET) & (low_pressure != MET)
    criterion = choose(vasopressin_decides, CrsCriterion.VASOPRESSIN_ALONE, because)
    criterion = choose(one, CrsCriterion.VASOPRESSOR, criterion)
    criterion = choose(several, CrsCriterion.SEVERAL_VASOPRESSORS, criterion)
    criterion = choose(surely, CrsCriterion.HIGH_DOSE_VASOPRESSOR, criterion)
    return bounds(low, high, criterion, CrsCriterion.BLOOD_PRESSURE_UNKNOWN)
