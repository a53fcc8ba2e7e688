"""What cytokine release syndrome is graded on: fever and blood pressure (the rest: ``crs_support``).

Each function reads observations and answers with 1, 0 or -1, or with bounds (see ``bounds``): the grades
still possible.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import all_of, any_of, choose, negated, tri
from livingdrug.bedside.bounds import Bounds, Grade, bounds, per_patient
from livingdrug.evidence import Edition
from livingdrug.observations import Observations


class CrsCriterion(IntEnum):
    """What decided a CRS grade, or what is missing for one."""

    NO_CRS = 0
    FEVER = 1
    HYPOTENSION = 2
    VASOPRESSOR = 3
    VASOPRESSIN_ALONE = 4
    HIGH_DOSE_VASOPRESSOR = 5
    SEVERAL_VASOPRESSORS = 6
    LITTLE_OXYGEN = 7
    MUCH_OXYGEN = 8
    POSITIVE_PRESSURE = 9
    VENTILATOR = 10
    ORGAN = 11
    PLASMA_OR_FIBRINOGEN = 12
    TREATMENT_OR_ADMISSION = 13
    FEVER_UNKNOWN = 20
    SUPPORT_WITHOUT_FEVER = 21
    BLOOD_PRESSURE_UNKNOWN = 22
    OXYGEN_UNKNOWN = 23
    ORGANS_UNKNOWN = 24
    TREATMENT_UNKNOWN = 25


CRITERION_TEXT = {
    CrsCriterion.NO_CRS: "no fever that counts, no hypotension and no hypoxia",
    CrsCriterion.FEVER: "fever alone",
    CrsCriterion.HYPOTENSION: "hypotension without a vasopressor",
    CrsCriterion.VASOPRESSOR: "a vasopressor",
    CrsCriterion.VASOPRESSIN_ALONE: "vasopressin and no other vasopressor: the scale is silent, ask",
    CrsCriterion.HIGH_DOSE_VASOPRESSOR: "a high-dose vasopressor",
    CrsCriterion.SEVERAL_VASOPRESSORS: "several vasopressors",
    CrsCriterion.LITTLE_OXYGEN: "oxygen at low flow or low concentration",
    CrsCriterion.MUCH_OXYGEN: "oxygen at high flow, by mask or at high concentration",
    CrsCriterion.POSITIVE_PRESSURE: "positive pressure ventilation",
    CrsCriterion.VENTILATOR: "mechanical ventilation",
    CrsCriterion.ORGAN: "organ toxicity",
    CrsCriterion.PLASMA_OR_FIBRINOGEN: "plasma, cryoprecipitate or fibrinogen for coagulopathy",
    CrsCriterion.TREATMENT_OR_ADMISSION: "intravenous treatment or admission for CRS",
    CrsCriterion.FEVER_UNKNOWN: "not assessable: temperature, or what explains the fever, is not known",
    CrsCriterion.SUPPORT_WITHOUT_FEVER: "not assessable: support without a fever that counts, ask",
    CrsCriterion.BLOOD_PRESSURE_UNKNOWN: "not assessable: blood pressure, fluids or vasopressors not known",
    CrsCriterion.OXYGEN_UNKNOWN: "not assessable: oxygen device, flow or concentration not known",
    CrsCriterion.ORGANS_UNKNOWN: "not assessable: creatinine, bilirubin, ALT or dialysis not known",
    CrsCriterion.TREATMENT_UNKNOWN: "not assessable: intravenous treatment, admission or plasma not known",
}


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
    """Return whether CRS may be graded: a fever now (``hot``), or one that a drug may hide (1, 0 or -1)."""
    return any_of([hot, observations.anticytokine_given, observations.antipyretic_given])


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

    One drug above its own limit, or several whose norepinephrine equivalent is above the limit for a
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
    alone = (
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
    beside_vasopressin = equivalent >= limit("equivalent_with_vasopressin_ug_per_min")
    certain = alone | (equivalent >= limit("equivalent_combination_ug_per_min"))
    certain |= beside_vasopressin & (observations.vasopressin_given == 1)
    greatest = vasopressor_count(observations)[1] if greatest is None else greatest
    return tri(certain, certain | ~_dose_missing(observations, greatest, beside_vasopressin))


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


def _dose_missing(
    observations: Observations, greatest: np.ndarray, beside_vasopressin: np.ndarray
) -> np.ndarray:
    without_dose = greatest > _running(observations)
    return without_dose | (beside_vasopressin & (observations.vasopressin_given == -1))


def systolic_limit_mmhg(age_years: np.ndarray | None, like: np.ndarray, rules: Edition) -> np.ndarray:
    """Return the systolic pressure below which a patient of this age is hypotensive; NaN under one year."""
    adult = rules.number("scales.crs_astct.hypotension.adult_systolic_mmhg")
    if age_years is None:
        return np.asarray(adult)
    age = per_patient(age_years, like)
    child = rules.number("scales.crs_astct.hypotension.child_systolic_mmhg") + age * rules.number(
        "scales.crs_astct.hypotension.child_systolic_mmhg_per_year"
    )
    limit = np.where(age > rules.number("scales.crs_astct.hypotension.child_to_years"), adult, child)
    return np.where(age < rules.number("scales.crs_astct.hypotension.child_from_years"), np.nan, limit)


def hypotension(observations: Observations, age_years: np.ndarray | None, rules: Edition) -> np.ndarray:
    """Return whether blood pressure is low or needed a fluid bolus: 1, 0 or -1."""
    limit = systolic_limit_mmhg(age_years, observations.systolic_mmhg, rules)
    known = ~np.isnan(observations.systolic_mmhg) & ~np.isnan(limit)
    low = tri(observations.systolic_mmhg < limit, known)
    return any_of([low, observations.fluid_bolus])


@dataclass(frozen=True)
class Signs:
    """What several scales read of the same observations, arrays of their shape.

    Attributes
    ----------
    fever, counts : int8
        A fever that nothing else explains; whether CRS may be graded (see ``fever_counts``).
    least, greatest : count
        Vasopressors that run, at least and at most.
    high_dose : int8
        Whether a vasopressor runs at a high dose.
    """

    fever: np.ndarray
    counts: np.ndarray
    least: np.ndarray
    greatest: np.ndarray
    high_dose: np.ndarray


def read_signs(observations: Observations, rules: Edition) -> Signs:
    """Read once what several scales ask of the same observations, of any shape."""
    least, greatest = vasopressor_count(observations)
    hot = fever(observations, rules)
    return Signs(
        fever=hot,
        counts=fever_counts(observations, hot),
        least=least,
        greatest=greatest,
        high_dose=high_dose_vasopressor(observations, rules, greatest),
    )


def pressure_by_count(
    observations: Observations, signs: Signs, low_pressure: np.ndarray, rules: Edition
) -> Bounds:
    """Grade blood pressure by the number of vasopressors without vasopressin: none 2, one 3, several 4."""
    vasopressin = observations.vasopressin_given
    alone = int(rules.number("scales.crs_astct.vasopressin_alone_grade"))
    one, several = signs.least >= 1, signs.least >= 2
    low = choose(low_pressure == 1, Grade.TWO, Grade.NONE)
    low = choose(vasopressin == 1, alone, low)
    low = choose(one, Grade.THREE, low)
    low = choose(several, Grade.FOUR, low)
    high = choose(low_pressure != 0, Grade.TWO, Grade.NONE)
    high = choose(vasopressin != 0, alone, high)
    high = choose(signs.greatest >= 1, Grade.THREE, high)
    high = choose(signs.greatest >= 2, Grade.FOUR, high)
    criterion = choose(vasopressin == 1, CrsCriterion.VASOPRESSIN_ALONE, CrsCriterion.HYPOTENSION)
    criterion = choose(one, CrsCriterion.VASOPRESSOR, criterion)
    criterion = choose(several, CrsCriterion.SEVERAL_VASOPRESSORS, criterion)
    return bounds(low, high, criterion, CrsCriterion.BLOOD_PRESSURE_UNKNOWN)


def pressure_by_dose(
    observations: Observations,
    signs: Signs,
    low_pressure: np.ndarray,
    grades: tuple[int, int, int],
    several_are_high: bool,
) -> Bounds:
    """Grade blood pressure by vasopressor dose: ``grades`` for low pressure, low dose and high dose.

    ``low_pressure``: 1, 0 or -1, as the scale means it. ``several_are_high``: several vasopressors
    (vasopressin counted) grade as a high dose does.
    """
    pressure_grade, low_dose_grade, high_dose_grade = grades
    vasopressin = observations.vasopressin_given
    one, perhaps_one = signs.least >= 1, signs.greatest >= 1
    surely = one & (signs.high_dose == 1)
    perhaps = perhaps_one & (signs.high_dose != 0)
    several = np.zeros_like(one)
    if several_are_high:
        several = (signs.least >= 2) | (one & (vasopressin == 1))
        perhaps = perhaps | (signs.greatest >= 2) | (perhaps_one & (vasopressin != 0))
    low = choose(low_pressure == 1, pressure_grade, Grade.NONE)
    low = choose(one | (vasopressin == 1), low_dose_grade, low)
    low = choose(surely | several, high_dose_grade, low)
    high = choose(low_pressure != 0, pressure_grade, Grade.NONE)
    high = choose(perhaps_one | (vasopressin != 0), low_dose_grade, high)
    high = choose(perhaps, high_dose_grade, high)
    criterion = choose(vasopressin == 1, CrsCriterion.VASOPRESSIN_ALONE, CrsCriterion.HYPOTENSION)
    criterion = choose(one, CrsCriterion.VASOPRESSOR, criterion)
    criterion = choose(several, CrsCriterion.SEVERAL_VASOPRESSORS, criterion)
    criterion = choose(surely, CrsCriterion.HIGH_DOSE_VASOPRESSOR, criterion)
    return bounds(low, high, criterion, CrsCriterion.BLOOD_PRESSURE_UNKNOWN)
