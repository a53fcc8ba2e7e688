"""Potassium, calcium, uric acid and phosphate by CTCAE v5."""

import numpy as np

from livingdrug.bedside.answers import choose
from livingdrug.bedside.bounds import Bounds, Grade
from livingdrug.bedside.ctcae_laboratory import LaboratoryCriterion, Value, limit_of_normal
from livingdrug.bedside.grade_range import GradeRange, grade_within
from livingdrug.bedside.grounds import Ground
from livingdrug.evidence import Edition
from livingdrug.observations import Observations

_SCALE = "scales.ctcae_laboratory"


def _keys(name: str, *limits: str) -> tuple[str, ...]:
    return tuple(f"{_SCALE}.{name}.{limit}" for limit in limits)


_LOW_POTASSIUM = _keys("potassium", "grade3_below", "grade4_below")
_HIGH_POTASSIUM = _keys("potassium", "grade2_above", "grade3_above", "grade4_above")
_LOW_CALCIUM = _keys("calcium", "grade2_below", "grade3_below", "grade4_below")
_URATE = _keys("urate", "grade_without_consequences", "grade_with_consequences")
_POTASSIUM_LOWER, _POTASSIUM_UPPER = _keys("potassium", "lower_limit", "upper_limit")
_CALCIUM_LOWER = f"{_SCALE}.calcium.lower_limit"
_URATE_UPPER = f"{_SCALE}.urate.upper_limit"
_PHOSPHATE_LOWER = f"{_SCALE}.phosphate.lower_limit"
_PHOSPHATE_WORST = f"{_SCALE}.phosphate.worst_grade"


def _grounds(what: str, field: str, limit: str, keys: tuple[str, ...]) -> dict[LaboratoryCriterion, Ground]:
    inputs = (field,)
    return {
        LaboratoryCriterion.NORMAL: Ground(f"{what} not beyond the limit of normal", inputs, (limit,)),
        LaboratoryCriterion.MULTIPLE_OF_LIMIT: Ground(
            f"{what} beyond the limit of normal", inputs, (limit, *keys)
        ),
        LaboratoryCriterion.FIXED_LIMIT: Ground(f"{what} beyond a fixed limit", inputs, keys),
        LaboratoryCriterion.VALUE_UNKNOWN: Ground(f"not assessable: {what} not known", inputs),
        LaboratoryCriterion.CONSEQUENCES_UNKNOWN: Ground(
            f"not assessable: {what} beyond the limit of normal, but what it led to is not known",
            inputs,
            (limit,),
        ),
    }


HYPOKALAEMIA_GROUNDS = _grounds("potassium", "potassium_mmol_per_l", _POTASSIUM_LOWER, _LOW_POTASSIUM)
HYPERKALAEMIA_GROUNDS = _grounds("potassium", "potassium_mmol_per_l", _POTASSIUM_UPPER, _HIGH_POTASSIUM)
HYPOCALCAEMIA_GROUNDS = _grounds("calcium", "calcium_mg_per_dl", _CALCIUM_LOWER, _LOW_CALCIUM)
HYPERURICAEMIA_GROUNDS = _grounds("uric acid", "urate_mg_per_dl", _URATE_UPPER, _URATE)
HYPOPHOSPHATAEMIA_GROUNDS = _grounds(
    "phosphate", "phosphate_mg_per_dl", _PHOSPHATE_LOWER, (_PHOSPHATE_WORST,)
)


def _graded(low: np.ndarray, high: np.ndarray, value: np.ndarray, fixed_from: int, source: str) -> GradeRange:
    """Return the grade of a value known within bounds; an unknown value may be of any grade up to 4."""
    unknown = np.isnan(value)
    criterion = choose(
        low >= fixed_from, LaboratoryCriterion.FIXED_LIMIT, LaboratoryCriterion.MULTIPLE_OF_LIMIT
    )
    missing = choose(unknown, LaboratoryCriterion.VALUE_UNKNOWN, LaboratoryCriterion.CONSEQUENCES_UNKNOWN)
    found = Bounds(low, choose(unknown, Grade.FOUR, high), criterion, missing)
    return grade_within(found, LaboratoryCriterion.NORMAL, source)


def _beyond(condition: np.ndarray) -> np.ndarray:
    """Return grade 1 where a value is beyond the limit of normal, otherwise 0."""
    return np.asarray(condition).view(np.int8)


def grade_hypokalaemia(
    observations: Observations,
    rules: Edition,
    lower_limit_mmol_per_l: Value = None,
    symptomatic: np.ndarray | None = None,
) -> GradeRange:
    """Grade low potassium by CTCAE v5: below normal 1, or 2 with symptoms; below 3.0 and 2.5 mmol/L 3 and 4.

    Parameters
    ----------
    observations : Observations
    rules : Edition
    lower_limit_mmol_per_l : float or array (patients,), optional
        The laboratory's; without it a usual adult limit (assumed).
    symptomatic : int8 array (like the observations), optional
        1 yes, 0 no, -1 unknown. Where it is not known grade 1 and 2 cannot be told apart.

    Source
    ------
    ctcae_v5, Hypokalemia.
    """
    value = observations.potassium_mmol_per_l
    low = _beyond(value < limit_of_normal(lower_limit_mmol_per_l, _POTASSIUM_LOWER, value, rules))
    felt = np.full_like(low, -1) if symptomatic is None else symptomatic
    high = choose((low == 1) & (felt != 0), Grade.TWO, low)
    low = choose((low == 1) & (felt == 1), Grade.TWO, low)
    for grade, key in enumerate(_LOW_POTASSIUM, start=Grade.THREE):
        below = value < rules.number(key)
        low, high = choose(below, grade, low), choose(below, grade, high)
    return _graded(low, high, value, Grade.THREE, rules.sourced(_LOW_POTASSIUM[0]).source)


def grade_hyperkalaemia(
    observations: Observations, rules: Edition, upper_limit_mmol_per_l: Value = None
) -> GradeRange:
    """Grade high potassium by CTCAE v5: above the upper limit 1, above 5.5, 6.0 and 7.0 mmol/L 2, 3 and 4.

    Source
    ------
    ctcae_v5, Hyperkalemia; what was done or needed (intervention, admission) is left out.
    """
    value = observations.potassium_mmol_per_l
    grade = _beyond(value > limit_of_normal(upper_limit_mmol_per_l, _POTASSIUM_UPPER, value, rules))
    for k, key in enumerate(_HIGH_POTASSIUM, start=Grade.TWO):
        grade = choose(value > rules.number(key), k, grade)
    return _graded(grade, grade, value, Grade.TWO, rules.sourced(_HIGH_POTASSIUM[0]).source)


def grade_hypocalcaemia(
    observations: Observations, rules: Edition, lower_limit_mg_per_dl: Value = None
) -> GradeRange:
    """Grade low corrected calcium by CTCAE v5: below normal 1, below 8.0, 7.0 and 6.0 mg/dL 2, 3 and 4.

    Source
    ------
    ctcae_v5, Hypocalcemia; symptoms and admission are left out.
    """
    value = observations.calcium_mg_per_dl
    grade = _beyond(value < limit_of_normal(lower_limit_mg_per_dl, _CALCIUM_LOWER, value, rules))
    for k, key in enumerate(_LOW_CALCIUM, start=Grade.TWO):
        grade = choose(value < rules.number(key), k, grade)
    return _graded(grade, grade, value, Grade.TWO, rules.sourced(_LOW_CALCIUM[0]).source)


def grade_hyperuricaemia(
    observations: Observations,
    rules: Edition,
    upper_limit_mg_per_dl: Value = None,
    has_consequences: np.ndarray | None = None,
) -> GradeRange:
    """Grade high uric acid by CTCAE v5: above the upper limit 1, or 3 with physiologic consequences.

    Parameters
    ----------
    observations : Observations
    rules : Edition
    upper_limit_mg_per_dl : float or array (patients,), optional
        The laboratory's; without it a usual adult limit (assumed).
    has_consequences : int8 array (like the observations), optional
        1 yes, 0 no, -1 unknown. Where it is not known grade 1 and 3 cannot be told apart.

    Source
    ------
    ctcae_v5, Hyperuricemia. Grade 4 (life-threatening) is never given here.
    """
    value = observations.urate_mg_per_dl
    high_value = value > limit_of_normal(upper_limit_mg_per_dl, _URATE_UPPER, value, rules)
    least, most = (int(rules.number(key)) for key in _URATE)
    felt = np.full(value.shape, -1, dtype=np.int8) if has_consequences is None else has_consequences
    low = choose(high_value, choose(felt == 1, most, least), Grade.NONE)
    high = choose(high_value, choose(felt == 0, least, most), Grade.NONE)
    return _graded(low, high, value, Grade.FIVE, rules.sourced(_URATE[0]).source)


def grade_hypophosphataemia(
    observations: Observations, rules: Edition, lower_limit_mg_per_dl: Value = None
) -> GradeRange:
    """Say whether phosphate is low: CTCAE v5 grades it by what it needs, so a low one is not assessable.

    Source
    ------
    ctcae_v5, Hypophosphatemia.
    """
    value = observations.phosphate_mg_per_dl
    low = _beyond(value < limit_of_normal(lower_limit_mg_per_dl, _PHOSPHATE_LOWER, value, rules))
    high = choose(low == 1, int(rules.number(_PHOSPHATE_WORST)), Grade.NONE)
    return _graded(low, high, value, Grade.FIVE, rules.sourced(_PHOSPHATE_WORST).source)
