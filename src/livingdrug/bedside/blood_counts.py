"""Blood counts: CTCAE grades, prolonged cytopenia, febrile neutropenia, CAR-HEMATOTOX and EASIX."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import Graded, all_of, any_of, choose, tri
from livingdrug.evidence import Edition
from livingdrug.observations import Observations
from livingdrug.units import HOURS_PER_DAY, MG_PER_DL_PER_MG_PER_L

_SCALE = "scales.ctcae_blood"


class CountCriterion(IntEnum):
    """What decided the grade of a blood count."""

    UNKNOWN = -1
    NORMAL = 0
    COUNT = 1
    TRANSFUSION = 2


def _source(rules: Edition, key: str) -> str:
    return rules.sourced(f"{_SCALE}.{key}").source


def _grade_by_steps(value: np.ndarray, name: str, steps: tuple[str, ...], rules: Edition) -> np.ndarray:
    """Grade = number of limits that a value lies below (strictly); -1 where it is unknown."""
    grade = np.zeros_like(value, dtype=np.int8)
    for step in steps:
        grade = grade + (value < rules.number(f"{_SCALE}.{name}.{step}"))
    return choose(np.isnan(value), -1, grade)


def _graded_count(value: np.ndarray, name: str, rules: Edition) -> Graded:
    steps = ("lower_limit", "grade2_below", "grade3_below", "grade4_below")
    grade = _grade_by_steps(value, name, steps, rules)
    criterion = np.minimum(grade, CountCriterion.COUNT.value)
    return Graded(grade, criterion, _source(rules, f"{name}.grade2_below"))


def grade_neutropenia(observations: Observations, rules: Edition) -> Graded:
    """Grade low neutrophils by CTCAE v5: below 1.5, 1.0 and 0.5e9/L are grades 2, 3 and 4."""
    return _graded_count(observations.anc_e9_per_l, "neutrophils", rules)


def grade_thrombocytopenia(observations: Observations, rules: Edition) -> Graded:
    """Grade low platelets by CTCAE v5: below 75, 50 and 25e9/L are grades 2, 3 and 4."""
    return _graded_count(observations.platelets_e9_per_l, "platelets", rules)


def grade_lymphopenia(observations: Observations, rules: Edition) -> Graded:
    """Grade low lymphocytes by CTCAE v5: below 0.8, 0.5 and 0.2e9/L are grades 2, 3 and 4."""
    return _graded_count(observations.alc_e9_per_l, "lymphocytes", rules)


def grade_anaemia(observations: Observations, rules: Edition) -> Graded:
    """Grade low haemoglobin by CTCAE v5: below 10 g/dL grade 2, below 8 or red cells given grade 3.

    Grade 4 is a judgement at the bedside (life-threatening) and is never given here.

    Source
    ------
    ctcae_v5, Anemia.
    """
    steps = ("lower_limit", "grade2_below", "grade3_below")
    by_count = _grade_by_steps(observations.haemoglobin_g_per_dl, "haemoglobin", steps, rules)
    transfused = (observations.red_cells_transfused == 1) & (by_count < len(steps))
    grade = choose(transfused, len(steps), by_count)
    counted = np.minimum(by_count, CountCriterion.COUNT.value)
    criterion = choose(transfused, CountCriterion.TRANSFUSION, counted)
    return Graded(grade, criterion, _source(rules, "haemoglobin.grade3_below"))


def grade_febrile_neutropenia(observations: Observations, rules: Edition) -> Graded:
    """Grade neutropenia with fever by CTCAE v5: neutrophils below 1.0e9/L and a fever (grade 3 or none).

    The fever is one temperature above 38.3 C, or 38.0 C and above at two successive observations more
    than an hour apart. Fever of any cause counts; whether CRS explains it is for the reader to say.

    Parameters
    ----------
    observations : Observations
        (patients,) or (patients, times); a sustained fever can only be seen in the latter.

    Source
    ------
    ctcae_v5, Febrile neutropenia. Grade 4 (life-threatening) is never given here.
    """
    key = f"{_SCALE}.febrile_neutropenia"
    temperature, anc = observations.temperature_c, observations.anc_e9_per_l
    warm = temperature >= rules.number(f"{key}.sustained_from")
    sustained = np.zeros_like(warm)
    if np.ndim(temperature) == 2:
        hours = HOURS_PER_DAY * (observations.day[:, 1:] - observations.day[:, :-1])
        apart = hours > rules.number(f"{key}.sustained_longer_than")
        sustained[:, 1:] = warm[:, 1:] & warm[:, :-1] & apart
    fever = tri((temperature > rules.number(f"{key}.single_above")) | sustained, ~np.isnan(temperature))
    few = tri(anc < rules.number(f"{key}.anc_below"), ~np.isnan(anc))
    met = all_of([fever, few])
    grade = choose(met == 1, int(rules.number(f"{key}.grade")), met)
    return Graded(grade, met, _source(rules, "febrile_neutropenia.grade"))


def grade_near(grade: np.ndarray, day: np.ndarray, landmark_day: float, rules: Edition) -> np.ndarray:
    """Return the grade seen nearest to a landmark (the earlier of two equally near), -1 if none is near.

    Parameters
    ----------
    grade, day : array (patients, times)
    landmark_day : float, day
    """
    nearest = np.full(grade.shape[0], rules.number(f"{_SCALE}.prolonged.window_day"))
    found = np.full(grade.shape[0], -1, dtype=np.int8)
    for j in range(grade.shape[1]):
        distance = np.abs(day[:, j] - landmark_day)
        closer = (grade[:, j] >= 0) & ((distance < nearest) | ((distance == nearest) & (found == -1)))
        nearest = np.where(closer, distance, nearest)
        found = choose(closer, grade[:, j], found)
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


@dataclass(frozen=True)
class Hematotox:
    """CAR-HEMATOTOX: the lowest and highest score that what is known allows (equal when complete).

    Arrays, int8. ``high_risk``: 1, 0, or -1 where missing values could decide it.
    """

    lowest: np.ndarray
    highest: np.ndarray
    n_missing: np.ndarray
    high_risk: np.ndarray
    source: str


def car_hematotox(observations: Observations, rules: Edition) -> Hematotox:
    """Score the risk of lasting cytopenia from counts, CRP and ferritin before lymphodepletion.

    Platelets: above 175e9/L 0, 75 to 175 1, below 75 2 points; neutrophils below 1.2e9/L 1; haemoglobin below
    9.0 g/dL 1; CRP of 3.0 mg/dL and more 1; ferritin below 650 ug/L 0, to 2000 1, above 2000 2.
    High risk from 2 points. Missing values widen the score to an interval; they never count as normal.

    Source
    ------
    rejeski_2021 (points and the unit of CRP unverified), hematotox_validation_2023 (high from 2).
    """
    key = "scales.car_hematotox"

    def limit(name: str) -> float:
        return rules.number(f"{key}.{name}")

    platelets, ferritin = observations.platelets_e9_per_l, observations.ferritin_ug_per_l
    crp_mg_per_dl = observations.crp_mg_per_l * MG_PER_DL_PER_MG_PER_L
    few_platelets = (platelets <= limit("platelets.one_point_at_most")).astype(np.int8)
    much_ferritin = (ferritin >= limit("ferritin.one_point_from")).astype(np.int8)
    items = (
        (platelets, few_platelets + (platelets < limit("platelets.two_points_below")), 2),
        (observations.anc_e9_per_l, observations.anc_e9_per_l < limit("neutrophils.one_point_below"), 1),
        (
            observations.haemoglobin_g_per_dl,
            observations.haemoglobin_g_per_dl < limit("haemoglobin.one_point_below"),
            1,
        ),
        (crp_mg_per_dl, crp_mg_per_dl >= limit("crp.one_point_from"), 1),
        (ferritin, much_ferritin + (ferritin > limit("ferritin.two_points_above")), 2),
    )
    lowest = np.zeros(np.shape(platelets), dtype=np.int8)
    highest, n_missing = lowest.copy(), lowest.copy()
    for value, points, most in items:
        unknown = np.isnan(value)
        lowest = lowest + np.where(unknown, 0, points).astype(np.int8)
        highest = highest + np.where(unknown, most, points).astype(np.int8)
        n_missing = n_missing + unknown.astype(np.int8)
    high = limit("high_from")
    high_risk = tri(lowest >= high, (lowest >= high) | (highest < high))
    return Hematotox(lowest, highest, n_missing, high_risk, rules.sourced(f"{key}.high_from").source)


@dataclass(frozen=True)
class Easix:
    """EASIX and two variants (dimensionless by convention); NaN where not computable."""

    easix: np.ndarray
    modified: np.ndarray
    simplified: np.ndarray
    sources: tuple[str, ...]


def easix(observations: Observations, rules: Edition) -> Easix:
    """Compute EASIX = LDH x creatinine / platelets and two variants.

    The modified index has CRP (mg/dL) for creatinine, the simplified one is LDH / platelets.
    Without platelets (0), or with a missing value, the index is NaN. No cut-off is published to rely on.

    Source
    ------
    pennisi_2021, greenbaum_2021.
    """
    platelets = np.where(observations.platelets_e9_per_l > 0, observations.platelets_e9_per_l, np.nan)
    ldh = observations.ldh_u_per_l
    crp_mg_per_dl = observations.crp_mg_per_l * MG_PER_DL_PER_MG_PER_L
    return Easix(
        easix=ldh * observations.creatinine_mg_per_dl / platelets,
        modified=ldh * crp_mg_per_dl / platelets,
        simplified=ldh / platelets,
        sources=(
            rules.sourced("scales.easix.formula").source,
            rules.sourced("scales.easix.simplified").source,
        ),
    )
