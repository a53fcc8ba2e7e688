"""Liver, kidney and fibrinogen by CTCAE v5: laboratory terms that a chart needs beside the blood counts."""

from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import choose
from livingdrug.bedside.bounds import Bounds, Grade, bounds, per_patient, steps, worst
from livingdrug.bedside.grade_range import GradeRange, grade_within
from livingdrug.bedside.grounds import Ground
from livingdrug.evidence import Edition
from livingdrug.observations import Observations
from livingdrug.units import PERCENT

_OWN = "scales.ctcae_laboratory"
_SHARED = "scales.crs_ctcae"
_UP = ("above_grade_one", "above_grade_two", "above_grade_three")
Value = float | np.ndarray | None
"""A baseline or a laboratory's own limit, of one patient or each."""


class LaboratoryCriterion(IntEnum):
    """What decided the grade of a laboratory value, or what is missing."""

    NORMAL = 0
    MULTIPLE_OF_LIMIT = 1
    MULTIPLE_OF_BASELINE = 2
    FALL_FROM_BASELINE = 3
    FIXED_LIMIT = 4
    VALUE_UNKNOWN = 20
    BASELINE_UNKNOWN = 21
    CONSEQUENCES_UNKNOWN = 22


def _shared(name: str, n_steps: int | None = None) -> tuple[str, ...]:
    return tuple(f"{_SHARED}.{name}.{step}" for step in _UP[:n_steps])


def _grounds(what: str, field: str, **keys: tuple[str, ...]) -> dict[LaboratoryCriterion, Ground]:
    """Return the grounds of a term; ``keys`` by name of the criterion in small letters."""
    texts = {
        LaboratoryCriterion.NORMAL: f"{what} not beyond the limit of normal",
        LaboratoryCriterion.MULTIPLE_OF_LIMIT: f"{what} as a multiple of the limit of normal",
        LaboratoryCriterion.MULTIPLE_OF_BASELINE: f"{what} as a multiple of its baseline",
        LaboratoryCriterion.FALL_FROM_BASELINE: f"{what} by its fall from baseline",
        LaboratoryCriterion.FIXED_LIMIT: f"{what} by a fixed limit",
        LaboratoryCriterion.VALUE_UNKNOWN: f"not assessable: {what} not known",
        LaboratoryCriterion.BASELINE_UNKNOWN: f"not assessable: baseline of {what} not known",
        LaboratoryCriterion.CONSEQUENCES_UNKNOWN: f"not assessable: consequences of {what} not known",
    }
    return {code: Ground(text, (field,), keys.get(code.name.lower(), ())) for code, text in texts.items()}


_CREATININE_ULN = f"{_SHARED}.creatinine_upper_limit_mg_per_dl"
_BILIRUBIN_ULN = f"{_SHARED}.bilirubin_upper_limit_mg_per_dl"
_ABNORMAL_FROM = f"{_OWN}.aminotransferase.abnormal_grade1_from"
_FIBRINOGEN = f"{_OWN}.fibrinogen"
_FIBRINOGEN_LOWER = f"{_FIBRINOGEN}.lower_limit"
_FIBRINOGEN_LEAST = f"{_FIBRINOGEN}.grade4_below"
_FIBRINOGEN_STEPS = tuple(f"{_FIBRINOGEN}.grade{grade}_below_x_lower" for grade in range(2, Grade.FIVE))
_FIBRINOGEN_FALLS = tuple(f"{_FIBRINOGEN}.grade{grade}_fall_percent" for grade in range(2, Grade.FIVE))
AMINOTRANSFERASE_GROUNDS = _grounds(
    "aminotransferase",
    "alt_x_uln",
    multiple_of_limit=_shared("alt_x_uln"),
    multiple_of_baseline=(_ABNORMAL_FROM, *_shared("alt_x_uln")),
)
BILIRUBIN_GROUNDS = _grounds(
    "bilirubin",
    "bilirubin_mg_per_dl",
    normal=(_BILIRUBIN_ULN,),
    multiple_of_limit=(_BILIRUBIN_ULN, *_shared("bilirubin_x_uln")),
    multiple_of_baseline=(_BILIRUBIN_ULN, *_shared("bilirubin_x_uln")),
)
CREATININE_GROUNDS = _grounds(
    "creatinine",
    "creatinine_mg_per_dl",
    normal=(_CREATININE_ULN,),
    multiple_of_limit=(_CREATININE_ULN, *_shared("creatinine_x_uln")),
    multiple_of_baseline=_shared("creatinine_x_baseline", 2),
)
FIBRINOGEN_GROUNDS = _grounds(
    "fibrinogen",
    "fibrinogen_mg_per_dl",
    normal=(_FIBRINOGEN_LOWER,),
    multiple_of_limit=(_FIBRINOGEN_LOWER, *_FIBRINOGEN_STEPS),
    fall_from_baseline=(_FIBRINOGEN_LOWER, *_FIBRINOGEN_FALLS),
    fixed_limit=(_FIBRINOGEN_LEAST,),
)


def limit_of_normal(own: Value, key: str, value: np.ndarray, rules: Edition) -> float | np.ndarray:
    """Return the laboratory's own limit of normal, or the usual one where it gives none."""
    usual = rules.number(key)
    if own is None:
        return usual
    limit = per_patient(own, value)
    return np.where(np.isnan(limit), usual, limit)


def _ratio(value: np.ndarray, reference: float | np.ndarray, rules: Edition) -> np.ndarray:
    """Return value / reference without the noise of the division, so that a value on a limit stays on it."""
    return np.round(value / per_patient(reference, value), int(rules.number(f"{_OWN}.digits")))


def _multiple(
    ratio: np.ndarray, keys: tuple[str, ...], criterion: LaboratoryCriterion, rules: Edition
) -> Bounds:
    """Grade a multiple: above 1 grade 1, above the n-th limit grade n + 1."""
    grades = tuple(range(1, len(keys) + 2))
    low, high = steps(ratio, (1, *(rules.number(key) for key in keys)), grades)
    return bounds(low, high, criterion, LaboratoryCriterion.VALUE_UNKNOWN)


def _beside_baseline(
    by_limit: Bounds, by_baseline: Bounds, abnormal: np.ndarray, unknown: np.ndarray
) -> Bounds:
    """Take the multiple of an abnormal baseline; where the baseline is not known, the grade may be less."""
    low = choose(abnormal, by_baseline.low, by_limit.low)
    high = choose(abnormal, by_baseline.high, by_limit.high)
    criterion = choose(
        abnormal, LaboratoryCriterion.MULTIPLE_OF_BASELINE, LaboratoryCriterion.MULTIPLE_OF_LIMIT
    )
    missing = choose(
        unknown & (by_limit.low == by_limit.high),
        LaboratoryCriterion.BASELINE_UNKNOWN,
        LaboratoryCriterion.VALUE_UNKNOWN,
    )
    return Bounds(choose(unknown, Grade.NONE, low), high, criterion, missing)


def grade_aminotransferase(
    value_x_uln: np.ndarray, rules: Edition, baseline_x_uln: Value = None
) -> GradeRange:
    """Grade raised ALT or AST by CTCAE v5: above 1, 3, 5 and 20 times the upper limit.

    Over an abnormal baseline: from 1.5, and above 3, 5 and 20 times that.

    Parameters
    ----------
    value_x_uln : array (any shape), multiples of the upper limit
        ``alt_x_uln`` of the observations, or an AST in the same form.
    rules : Edition
    baseline_x_uln : float or array (patients,), optional
        Abnormal above 1. Without the argument it is taken as normal; NaN leaves open whether it was.

    Source
    ------
    ctcae_v5, Alanine and Aspartate aminotransferase increased.
    """
    keys = _shared("alt_x_uln")
    by_limit = _multiple(value_x_uln, keys, LaboratoryCriterion.MULTIPLE_OF_LIMIT, rules)
    source = rules.sourced(_ABNORMAL_FROM).source
    if baseline_x_uln is None:
        return grade_within(by_limit, LaboratoryCriterion.NORMAL, source)
    baseline = per_patient(baseline_x_uln, value_x_uln)
    ratio = _ratio(value_x_uln, baseline, rules)
    by_baseline = _multiple(ratio, keys, LaboratoryCriterion.MULTIPLE_OF_BASELINE, rules)
    little = ratio < rules.number(_ABNORMAL_FROM)
    by_baseline = Bounds(
        choose(little, Grade.NONE, by_baseline.low),
        choose(little, Grade.NONE, by_baseline.high),
        by_baseline.criterion,
        by_baseline.missing,
    )
    found = _beside_baseline(by_limit, by_baseline, baseline > 1, np.isnan(baseline))
    return grade_within(found, LaboratoryCriterion.NORMAL, source)


def grade_bilirubin(
    observations: Observations,
    rules: Edition,
    upper_limit_mg_per_dl: Value = None,
    baseline_mg_per_dl: Value = None,
) -> GradeRange:
    """Grade raised bilirubin by CTCAE v5: above 1, 1.5, 3 and 10 times the limit, or an abnormal baseline.

    Parameters
    ----------
    observations : Observations
    rules : Edition
    upper_limit_mg_per_dl : float or array (patients,), optional
        The laboratory's; without it a usual adult limit (assumed).
    baseline_mg_per_dl : float or array (patients,), optional
        Without the argument the baseline is taken as normal; NaN leaves open whether it was.

    Source
    ------
    ctcae_v5, Blood bilirubin increased.
    """
    value, keys = observations.bilirubin_mg_per_dl, _shared("bilirubin_x_uln")
    upper = limit_of_normal(upper_limit_mg_per_dl, _BILIRUBIN_ULN, value, rules)
    by_limit = _multiple(_ratio(value, upper, rules), keys, LaboratoryCriterion.MULTIPLE_OF_LIMIT, rules)
    source = rules.sourced(keys[0]).source
    if baseline_mg_per_dl is None:
        return grade_within(by_limit, LaboratoryCriterion.NORMAL, source)
    baseline = per_patient(baseline_mg_per_dl, value)
    ratio = _ratio(value, baseline, rules)
    by_baseline = _multiple(ratio, keys, LaboratoryCriterion.MULTIPLE_OF_BASELINE, rules)
    found = _beside_baseline(by_limit, by_baseline, baseline > upper, np.isnan(baseline))
    return grade_within(found, LaboratoryCriterion.NORMAL, source)


def grade_creatinine(
    observations: Observations, rules: Edition, upper_limit_mg_per_dl: Value = None
) -> GradeRange:
    """Grade raised creatinine by CTCAE v5: above 1, 1.5, 3 and 6 times the limit, 1.5 and 3 times baseline.

    The worse of the two clauses decides; over baseline the grade is 2 or 3. An unknown ratio to baseline
    may hide a grade of 3.

    Parameters
    ----------
    observations : Observations
    rules : Edition
    upper_limit_mg_per_dl : float or array (patients,), optional
        The laboratory's; without it a usual adult limit (assumed).

    Source
    ------
    ctcae_v5, Creatinine increased.
    """
    value, keys = observations.creatinine_mg_per_dl, _shared("creatinine_x_uln")
    upper = limit_of_normal(upper_limit_mg_per_dl, _CREATININE_ULN, value, rules)
    ratio = _ratio(value, upper, rules)
    by_limit = _multiple(ratio, keys, LaboratoryCriterion.MULTIPLE_OF_LIMIT, rules)
    limits = [rules.number(key) for key in _shared("creatinine_x_baseline", 2)]
    low, high = steps(observations.creatinine_x_baseline, limits, (Grade.TWO, Grade.THREE))
    by_baseline = bounds(
        low, high, LaboratoryCriterion.MULTIPLE_OF_BASELINE, LaboratoryCriterion.BASELINE_UNKNOWN
    )
    source = rules.sourced(keys[0]).source
    return grade_within(worst([by_limit, by_baseline]), LaboratoryCriterion.NORMAL, source)


def _falling(
    value: np.ndarray, limits: tuple[float, ...], grades: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    return steps(-value, tuple(-limit for limit in limits), grades)


def grade_fibrinogen(
    observations: Observations,
    rules: Edition,
    lower_limit_mg_per_dl: Value = None,
    baseline_mg_per_dl: Value = None,
) -> GradeRange:
    """Grade low fibrinogen by CTCAE v5: below 1, 0.75, 0.5 and 0.25 times the lower limit, or below 50 mg/dL.

    A value below the lower limit is also graded by its fall from baseline: from 25, 50 and 75% 2, 3 and 4.

    Parameters
    ----------
    observations : Observations
    rules : Edition
    lower_limit_mg_per_dl : float or array (patients,), optional
        The laboratory's; without it a usual adult limit (assumed).
    baseline_mg_per_dl : float or array (patients,), optional
        Without the argument the fall is left out; NaN leaves open how far a low value fell.

    Source
    ------
    ctcae_v5, Fibrinogen decreased. "If abnormal" is read of the value, not of the baseline.
    """
    value = observations.fibrinogen_mg_per_dl
    lower = limit_of_normal(lower_limit_mg_per_dl, _FIBRINOGEN_LOWER, value, rules)
    ratio = _ratio(value, lower, rules)
    limits = (1.0, *(rules.number(key) for key in _FIBRINOGEN_STEPS))
    unknown = LaboratoryCriterion.VALUE_UNKNOWN
    low, high = _falling(ratio, limits, (Grade.ONE, Grade.TWO, Grade.THREE, Grade.FOUR))
    clauses = [bounds(low, high, LaboratoryCriterion.MULTIPLE_OF_LIMIT, unknown)]
    low, high = _falling(value, (rules.number(_FIBRINOGEN_LEAST),), (Grade.FOUR,))
    clauses.append(bounds(low, high, LaboratoryCriterion.FIXED_LIMIT, unknown))
    if baseline_mg_per_dl is not None:
        remaining = _ratio(value, baseline_mg_per_dl, rules)
        fallen = np.array([rules.number(key) for key in _FIBRINOGEN_FALLS]) / PERCENT
        low = np.zeros_like(value, dtype=np.int8)
        for grade, fall in enumerate(fallen, start=Grade.TWO):
            low = choose(remaining <= 1 - fall, grade, low)
        high = choose(np.isnan(remaining), Grade.FOUR, low)
        normal = ratio >= 1
        low, high = choose(normal, Grade.NONE, low), choose(normal, Grade.NONE, high)
        missing = LaboratoryCriterion.BASELINE_UNKNOWN
        clauses.append(bounds(low, high, LaboratoryCriterion.FALL_FROM_BASELINE, missing))
    source = rules.sourced(_FIBRINOGEN_LEAST).source
    return grade_within(worst(clauses), LaboratoryCriterion.NORMAL, source)
