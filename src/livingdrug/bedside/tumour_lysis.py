"""Tumour lysis syndrome by Cairo and Bishop: from the laboratory, and as a clinical grade."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import Graded, Reason, Verdict, tri
from livingdrug.bedside.bounds import Grade
from livingdrug.evidence import Edition
from livingdrug.observations import Observations, Seizure
from livingdrug.units import PERCENT

_SCALE = "scales.tumour_lysis"


class TumourLysisCriterion(IntEnum):
    """What decided the clinical grade."""

    NOT_ASSESSABLE = -1
    NONE = 0
    CREATININE = 1
    SEIZURE = 2
    DIALYSIS = 3


@dataclass(frozen=True)
class _Window:
    """The observations of the window, as (patients, times), and a mask of what lies inside."""

    observations: Observations
    inside: np.ndarray

    def met(self, condition: np.ndarray, value: np.ndarray) -> np.ndarray:
        """Say whether a condition held at any time inside: -1 where the value was never measured."""
        ever = np.zeros(condition.shape[0], dtype=bool)
        measured = ever.copy()
        for j in range(condition.shape[1]):
            measured = measured | (self.inside[:, j] & ~np.isnan(value[:, j]))
            ever = ever | (self.inside[:, j] & condition[:, j])
        return tri(ever, measured)


def _window(observations: Observations, rules: Edition) -> _Window:
    first = rules.number(f"{_SCALE}.laboratory.first_day")
    last = rules.number(f"{_SCALE}.laboratory.last_day")
    return _Window(observations, (observations.day >= first) & (observations.day <= last))


def laboratory_tumour_lysis(
    observations: Observations, baseline: Observations, age_years: np.ndarray, rules: Edition
) -> Verdict:
    """Say whether the laboratory shows tumour lysis: two of four analytes changed near the start.

    Within 3 days before to 7 days after the start (day 0): uric acid at least 8 mg/dL, potassium at
    least 6 mmol/L, phosphate at least 4.5 (children 6.5) mg/dL, corrected calcium at most 7 mg/dL, or a
    change of 25% from baseline in the same direction.

    Parameters
    ----------
    observations : Observations (patients, times)
    baseline : Observations (patients,)
        Values before the start; unknown ones leave the fixed limits alone.
    age_years : array (patients,)
    rules : Edition
        The evidence.

    Returns
    -------
    Verdict (patients,)
        Not assessable when the analytes never measured could decide it.

    Source
    ------
    cairo_bishop, unverified.
    """
    window = _window(observations, rules)

    def limit(name: str) -> float:
        return rules.number(f"{_SCALE}.laboratory.{name}")

    child = (age_years < limit("child_below_years"))[:, None]
    unknown_age = np.isnan(age_years)[:, None]
    low, high = limit("phosphate_from"), limit("phosphate_child_from")
    phosphate = np.where(child, high, np.where(unknown_age, max(low, high), low))
    rise = 1 + limit("change_percent") / PERCENT
    fall = 1 - limit("change_percent") / PERCENT
    urate, potassium = observations.urate_mg_per_dl, observations.potassium_mmol_per_l
    calcium, phosphate_now = observations.calcium_mg_per_dl, observations.phosphate_mg_per_dl
    changed = (
        (
            "URATE",
            "Uric acid high or risen.",
            urate,
            (urate >= limit("urate_from")) | (urate >= rise * baseline.urate_mg_per_dl[:, None]),
        ),
        (
            "POTASSIUM",
            "Potassium high or risen.",
            potassium,
            (potassium >= limit("potassium_from"))
            | (potassium >= rise * baseline.potassium_mmol_per_l[:, None]),
        ),
        (
            "PHOSPHATE",
            "Phosphate high or risen.",
            phosphate_now,
            (phosphate_now >= phosphate) | (phosphate_now >= rise * baseline.phosphate_mg_per_dl[:, None]),
        ),
        (
            "CALCIUM",
            "Corrected calcium low or fallen.",
            calcium,
            (calcium <= limit("calcium_at_most")) | (calcium <= fall * baseline.calcium_mg_per_dl[:, None]),
        ),
    )
    source = rules.sourced(f"{_SCALE}.laboratory.needed").source
    reasons = tuple(
        Reason(code, text, source, window.met(condition, value)) for code, text, value, condition in changed
    )
    met, possible = np.zeros(len(age_years)), np.zeros(len(age_years))
    for reason in reasons:
        met = met + (reason.answer == 1)
        possible = possible + (reason.answer != 0)
    needed = limit("needed")
    return Verdict(tri(met >= needed, (met >= needed) | (possible < needed)), reasons)


def grade_tumour_lysis(
    observations: Observations,
    laboratory: Verdict,
    rules: Edition,
    creatinine_upper_limit_mg_per_dl: float | np.ndarray | None = None,
) -> Graded:
    """Grade clinical tumour lysis: laboratory lysis with a failing kidney or a seizure.

    Creatinine from 1.5 times the upper limit I, above 1.5 II, above 3 III, above 6 IV; a brief seizure
    II, status IV.
    Arrhythmia belongs to the scale but is not among the observations, so a grade is a lower bound.

    Parameters
    ----------
    observations : Observations (patients, times)
    laboratory : Verdict
        From ``laboratory_tumour_lysis``; without laboratory lysis the grade is 0.
    rules : Edition
        The evidence.
    creatinine_upper_limit_mg_per_dl : float or array (patients,), optional
        The laboratory's limit; without it a usual adult limit (assumed).

    Source
    ------
    cairo_bishop_table_2016.
    """
    window = _window(observations, rules)

    def limit(name: str) -> float:
        return rules.number(f"{_SCALE}.clinical.{name}")

    upper = creatinine_upper_limit_mg_per_dl
    upper = limit("creatinine_upper_limit") if upper is None else upper
    grade = np.zeros(len(laboratory.answer))
    criterion = np.full(len(grade), TumourLysisCriterion.NONE)
    seizures = (np.nan, 0, limit("seizure_resolved"), limit("seizure_prolonged"))
    for j in range(observations.day.shape[1]):
        inside = window.inside[:, j]
        ratio = observations.creatinine_mg_per_dl[:, j] / upper
        kidney = np.where(ratio >= limit("grade1_from"), Grade.ONE, Grade.NONE)
        for k, step in enumerate(("grade2_above", "grade3_above", "grade4_above"), start=Grade.TWO):
            kidney = np.where(ratio > limit(step), k, kidney)
        fit = np.array(seizures)[observations.seizure[:, j].astype(int) - Seizure.UNKNOWN]
        for found, what in ((kidney, TumourLysisCriterion.CREATININE), (fit, TumourLysisCriterion.SEIZURE)):
            worse = inside & (found > grade)
            grade, criterion = np.where(worse, found, grade), np.where(worse, what, criterion)
    unknown = laboratory.answer == -1
    none = laboratory.answer == 0
    grade = np.where(unknown, -1, np.where(none, 0, grade)).astype(np.int8)
    criterion = np.where(unknown, TumourLysisCriterion.NOT_ASSESSABLE, np.where(none, 0, criterion))
    return Graded(grade, criterion.astype(np.int8), rules.sourced(f"{_SCALE}.clinical.grade1_from").source)


def ctcae_tumour_lysis(observations: Observations, clinical: Graded, rules: Edition) -> Graded:
    """Grade tumour lysis by CTCAE v5: 3 when clinically present, 4 with dialysis or clinical grade IV.

    Source
    ------
    ctcae_v5. "Life-threatening" is read as dialysis or the worst clinical grade.
    """
    window = _window(observations, rules)
    dialysis = np.zeros(len(clinical.grade), dtype=bool)
    for j in range(observations.day.shape[1]):
        dialysis = dialysis | (window.inside[:, j] & (observations.dialysis[:, j] == 1))
    present = clinical.grade >= Grade.ONE
    worst = present & (dialysis | (clinical.grade == Grade.FOUR))
    grade = np.where(present, rules.number(f"{_SCALE}.ctcae.grade_present"), clinical.grade)
    grade = np.where(worst, rules.number(f"{_SCALE}.ctcae.grade_life_threatening"), grade)
    criterion = np.where(present & dialysis, TumourLysisCriterion.DIALYSIS, clinical.criterion)
    source = rules.sourced(f"{_SCALE}.ctcae.grade_present").source
    return Graded(grade.astype(np.int8), criterion.astype(np.int8), source)
