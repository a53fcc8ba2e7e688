"""Blood counts graded by CTCAE v5, and cytopenia that has not resolved at a landmark."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import NOT_ASSESSABLE, Graded, any_of, choose, tri
from livingdrug.bedside.bounds import per_patient
from livingdrug.bedside.grounds import Ground
from livingdrug.evidence import Edition
from livingdrug.observations import Observations

_SCALE = "scales.ctcae_blood"
_USUAL = {"cd4": "grade2_below"}
"""What stands for the lower limit of normal where no usual one is assumed."""
_STEPS = ("grade2_below", "grade3_below", "grade4_below")
Limit = float | np.ndarray | None
"""A laboratory's own lower limit of normal, of one patient or each; None or NaN where it gives none."""


class CountCriterion(IntEnum):
    """What decided the grade of a blood count: the last limit below which it lies."""

    UNKNOWN = -1
    NORMAL = 0
    BELOW_NORMAL = 1
    BELOW_GRADE_2_LIMIT = 2
    BELOW_GRADE_3_LIMIT = 3
    BELOW_GRADE_4_LIMIT = 4
    TRANSFUSION = 5
    TRANSFUSION_UNKNOWN = 6
    NORMAL_BY_OWN_LIMIT = 10
    BELOW_OWN_LIMIT = 11
    OWN_LIMIT_UNKNOWN = 12


@dataclass(frozen=True)
class LymphocyteSubsets:
    """Lymphocyte subsets that are not among the observations; NaN where not measured.

    Attributes
    ----------
    cd4_cells_per_ul : array (any shape), cells/uL
    """

    cd4_cells_per_ul: np.ndarray


def _grounds(what: str, name: str, inputs: tuple[str, ...], steps: tuple[str, ...] = _STEPS) -> dict:
    """Return what each criterion of a count means: the limits on either side of the value."""
    key = f"{_SCALE}.{name}."
    usual = f"{key}{_USUAL.get(name, 'lower_limit')}"
    limits = (_USUAL.get(name, "lower_limit"), *steps)
    found = {
        CountCriterion.UNKNOWN: Ground(f"not assessable: {what} not known", inputs[:1]),
        CountCriterion.NORMAL: Ground(f"{what} not below the usual lower limit", inputs, (usual,)),
        CountCriterion.NORMAL_BY_OWN_LIMIT: Ground(f"{what} not below the laboratory's lower limit", inputs),
        CountCriterion.BELOW_OWN_LIMIT: Ground(
            f"{what} below the laboratory's lower limit", inputs[:1], (f"{key}grade2_below",)
        ),
    }
    for grade in range(1, len(limits) + 1):
        sides = tuple(f"{key}{limit}" for limit in limits[grade - 1 : grade + 1])
        text = f"{what} below the limit of grade {grade}"
        found[CountCriterion(grade)] = Ground(text, inputs[:1], sides)
    return found


NEUTROPENIA_GROUNDS = _grounds("neutrophils", "neutrophils", ("anc_e9_per_l",))
THROMBOCYTOPENIA_GROUNDS = _grounds("platelets", "platelets", ("platelets_e9_per_l",))
LYMPHOPENIA_GROUNDS = _grounds("lymphocytes", "lymphocytes", ("alc_e9_per_l",))
LEUKOPENIA_GROUNDS = _grounds("white cells", "white_cells", ("white_cells_e9_per_l",))
CD4_GROUNDS = {
    **_grounds("CD4 cells", "cd4", ("cd4_cells_per_ul",)),
    CountCriterion.OWN_LIMIT_UNKNOWN: Ground(
        "not assessable: CD4 cells may be below the laboratory's lower limit, which is not known",
        ("cd4_cells_per_ul",),
        (f"{_SCALE}.cd4.grade2_below",),
    ),
}
_ANAEMIA_INPUTS = ("haemoglobin_g_per_dl", "red_cells_transfused")
ANAEMIA_GROUNDS = {
    **_grounds("haemoglobin", "haemoglobin", _ANAEMIA_INPUTS, _STEPS[:-1]),
    CountCriterion.TRANSFUSION: Ground(
        "red cells given", _ANAEMIA_INPUTS, (f"{_SCALE}.haemoglobin.grade3_below",)
    ),
    CountCriterion.TRANSFUSION_UNKNOWN: Ground(
        "not assessable: not known whether red cells were given", _ANAEMIA_INPUTS
    ),
}


def _graded(
    value: np.ndarray, name: str, rules: Edition, own: Limit, steps: tuple[str, ...] = _STEPS
) -> Graded:
    """Grade a count by the last limit that it lies below (strictly); -1 where it is unknown."""
    lower: float | np.ndarray = rules.number(f"{_SCALE}.{name}.{_USUAL.get(name, 'lower_limit')}")
    if own is not None:
        own = per_patient(own, value)
        lower = np.where(np.isnan(own), lower, own)
    grade = np.asarray(value < lower).view(np.int8)
    for k, step in enumerate(steps, start=2):
        grade = choose(value < rules.number(f"{_SCALE}.{name}.{step}"), k, grade)
    grade = choose(np.isnan(value), -1, grade)
    criterion = grade
    if own is not None:
        by_own = choose(grade == 1, CountCriterion.BELOW_OWN_LIMIT, CountCriterion.NORMAL_BY_OWN_LIMIT)
        criterion = choose(~np.isnan(own) & ((grade == 0) | (grade == 1)), by_own, grade)
    return Graded(grade, criterion, rules.sourced(f"{_SCALE}.{name}.grade2_below").source)


def grade_neutropenia(
    observations: Observations, rules: Edition, lower_limit_e9_per_l: Limit = None
) -> Graded:
    """Grade low neutrophils by CTCAE v5: below 1.5, 1.0 and 0.5e9/L are grades 2, 3 and 4."""
    return _graded(observations.anc_e9_per_l, "neutrophils", rules, lower_limit_e9_per_l)


def grade_thrombocytopenia(
    observations: Observations, rules: Edition, lower_limit_e9_per_l: Limit = None
) -> Graded:
    """Grade low platelets by CTCAE v5: below 75, 50 and 25e9/L are grades 2, 3 and 4."""
    return _graded(observations.platelets_e9_per_l, "platelets", rules, lower_limit_e9_per_l)


def grade_lymphopenia(
    observations: Observations, rules: Edition, lower_limit_e9_per_l: Limit = None
) -> Graded:
    """Grade low lymphocytes by CTCAE v5: below 0.8, 0.5 and 0.2e9/L are grades 2, 3 and 4."""
    return _graded(observations.alc_e9_per_l, "lymphocytes", rules, lower_limit_e9_per_l)


def grade_leukopenia(
    observations: Observations, rules: Edition, lower_limit_e9_per_l: Limit = None
) -> Graded:
    """Grade low white cells by CTCAE v5: below 3.0, 2.0 and 1.0e9/L are grades 2, 3 and 4."""
    return _graded(observations.white_cells_e9_per_l, "white_cells", rules, lower_limit_e9_per_l)


def grade_cd4_lymphopenia(
    subsets: LymphocyteSubsets, rules: Edition, lower_limit_cells_per_ul: Limit = None
) -> Graded:
    """Grade low CD4 cells by CTCAE v5: below 500, 200 and 50/uL are grades 2, 3 and 4.

    No usual lower limit is assumed: without the laboratory's own a count of 500 and more is not assessable.
    """
    value = subsets.cd4_cells_per_ul
    own = per_patient(np.nan if lower_limit_cells_per_ul is None else lower_limit_cells_per_ul, value)
    graded = _graded(value, "cd4", rules, own)
    unknown = np.isnan(own) & (graded.grade == 0)
    return Graded(
        choose(unknown, -1, graded.grade),
        choose(unknown, CountCriterion.OWN_LIMIT_UNKNOWN, graded.criterion),
        graded.source,
    )


def grade_anaemia(observations: Observations, rules: Edition, lower_limit_g_per_dl: Limit = None) -> Graded:
    """Grade low haemoglobin by CTCAE v5: below 10 g/dL grade 2, below 8 or red cells given grade 3.

    Grade 4 is a judgement at the bedside (life-threatening) and is never given here. Where it is not known
    whether red cells were given, only a haemoglobin below 8 g/dL is graded.

    Source
    ------
    ctcae_v5, Anemia. "Transfusion indicated" is read as red cells given.
    """
    steps = _STEPS[:-1]
    counted = _graded(observations.haemoglobin_g_per_dl, "haemoglobin", rules, lower_limit_g_per_dl, steps)
    worst = len(steps) + 1
    open_to_it = counted.grade < worst
    given = (observations.red_cells_transfused == 1) & open_to_it
    unknown = (observations.red_cells_transfused < 0) & open_to_it
    grade = choose(unknown, -1, choose(given, worst, counted.grade))
    criterion = choose(given, CountCriterion.TRANSFUSION, counted.criterion)
    criterion = choose(unknown & (counted.grade >= 0), CountCriterion.TRANSFUSION_UNKNOWN, criterion)
    return Graded(grade, criterion, counted.source)


def grade_near(grade: np.ndarray, day: np.ndarray, landmark_day: float, rules: Edition) -> np.ndarray:
    """Return the grade seen nearest to a landmark, -1 if none is near.

    Of two equally near the earlier stands, of two at the same time the worse.

    Parameters
    ----------
    grade, day : array (patients, times)
    landmark_day : float, day
    """
    nearest = np.full(grade.shape[0], rules.number(f"{_SCALE}.prolonged.window_day"))
    found = np.full(grade.shape[0], -1, dtype=np.int8)
    found_day = np.full(grade.shape[0], np.inf)
    for j in range(grade.shape[1]):
        distance = np.abs(day[:, j] - landmark_day)
        as_near = (distance == nearest) & (day[:, j] < found_day)
        closer = (grade[:, j] != NOT_ASSESSABLE) & ((distance < nearest) | as_near)
        nearest, found_day = np.where(closer, distance, nearest), np.where(closer, day[:, j], found_day)
        found = choose(closer, grade[:, j], found)
        same = (distance == nearest) & (day[:, j] == found_day)
        found = choose(same, np.maximum(found, grade[:, j]), found)
    return found


@dataclass(frozen=True)
class ProlongedCytopenia:
    """CTCAE grades at a landmark, and whether any of the three counts is still at grade 3 or worse.

    Arrays (patients,), int8; -1 not assessable.
    """

    neutropenia_grade: np.ndarray
    thrombocytopenia_grade: np.ndarray
    anaemia_grade: np.ndarray
    prolonged: np.ndarray


def prolonged_cytopenia(
    observations: Observations, landmark_day: float, rules: Edition
) -> ProlongedCytopenia:
    """Say how low the counts still are at a landmark (day 28, month 3).

    Parameters
    ----------
    observations : Observations (patients, times)
    landmark_day : float, day

    Source
    ------
    us_pi_2025_06: grade 3 or higher that has not resolved by day 28.
    """
    graders = (grade_neutropenia, grade_thrombocytopenia, grade_anaemia)
    near = [
        grade_near(by(observations, rules).grade, observations.day, landmark_day, rules) for by in graders
    ]
    limit = rules.number(f"{_SCALE}.prolonged.from_grade")
    return ProlongedCytopenia(*near, prolonged=any_of([tri(grade >= limit, grade >= 0) for grade in near]))
