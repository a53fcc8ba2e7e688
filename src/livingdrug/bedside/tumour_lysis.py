"""Tumour lysis syndrome by Cairo and Bishop: from the laboratory, and as a clinical grade."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import MET, NOT_MET, Graded, Reason, Verdict, any_of, choose, enough_of, tri
from livingdrug.bedside.bounds import Bounds, Grade, bounds, per_patient, steps, steps_of_code, worst
from livingdrug.bedside.grounds import Ground
from livingdrug.bedside.limits import at_least, at_most
from livingdrug.evidence import Edition
from livingdrug.observations import Observations
from livingdrug.units import PERCENT

_SCALE = "scales.tumour_lysis"
_CLINICAL = f"{_SCALE}.clinical"
Limit = float | np.ndarray | None
"""A laboratory's own limit, of all patients or each; None or NaN where it gives none."""


class Arrhythmia(IntEnum):
    """An arrhythmia by the care it needs; ``SYMPTOMATIC`` takes in those that a device controls."""

    UNKNOWN = -1
    NONE = 0
    UNTREATED = 1
    NON_URGENT = 2
    SYMPTOMATIC = 3
    LIFE_THREATENING = 4


class TumourLysisCriterion(IntEnum):
    """What decided the clinical grade."""

    NOT_ASSESSABLE = -1
    NO_LABORATORY_LYSIS = 0
    CREATININE = 1
    SEIZURE = 2
    DIALYSIS = 3
    ARRHYTHMIA = 4
    DEATH = 5
    NO_ORGAN = 6
    CREATININE_UNKNOWN = 20
    SEIZURE_UNKNOWN = 21
    ARRHYTHMIA_UNKNOWN = 22
    DEATH_UNKNOWN = 23


_UPPER_LIMIT = f"{_CLINICAL}.creatinine_upper_limit"
_LEAST = "(the least grade, where arrhythmia is not given)"
GROUNDS = {
    TumourLysisCriterion.NOT_ASSESSABLE: Ground("not assessable: laboratory lysis or none"),
    TumourLysisCriterion.NO_LABORATORY_LYSIS: Ground("no laboratory lysis"),
    TumourLysisCriterion.NO_ORGAN: Ground(
        f"laboratory lysis, no organ affected {_LEAST}",
        ("creatinine_x_uln", "seizure", "seizure_uncontrolled", "arrhythmia"),
        (f"{_CLINICAL}.grade1_from", _UPPER_LIMIT),
    ),
    TumourLysisCriterion.CREATININE: Ground(
        f"creatinine {_LEAST}",
        ("creatinine_x_uln",),
        (
            *(
                f"{_CLINICAL}.{step}"
                for step in ("grade1_from", "grade2_above", "grade3_above", "grade4_above")
            ),
            _UPPER_LIMIT,
        ),
    ),
    TumourLysisCriterion.SEIZURE: Ground(
        f"seizure {_LEAST}",
        ("seizure", "seizure_uncontrolled"),
        tuple(f"{_CLINICAL}.seizure_{name}" for name in ("resolved", "uncontrolled", "prolonged")),
    ),
    TumourLysisCriterion.ARRHYTHMIA: Ground(
        "arrhythmia",
        ("arrhythmia",),
        tuple(
            f"{_CLINICAL}.arrhythmia_{name}"
            for name in ("untreated", "non_urgent", "symptomatic", "life_threatening")
        ),
    ),
    TumourLysisCriterion.DEATH: Ground("death of it", ("died",), (f"{_CLINICAL}.death",)),
    TumourLysisCriterion.DIALYSIS: Ground(
        "dialysis", ("dialysis",), (f"{_SCALE}.ctcae.grade_life_threatening",)
    ),
    TumourLysisCriterion.CREATININE_UNKNOWN: Ground(
        "not assessable: creatinine, or a child's own upper limit of it", ("creatinine_x_uln",)
    ),
    TumourLysisCriterion.SEIZURE_UNKNOWN: Ground(
        "not assessable: seizure or none", ("seizure", "seizure_uncontrolled")
    ),
    TumourLysisCriterion.ARRHYTHMIA_UNKNOWN: Ground("not assessable: arrhythmia or none", ("arrhythmia",)),
    TumourLysisCriterion.DEATH_UNKNOWN: Ground("not assessable: alive or not", ("died",)),
}
"""What each criterion means and rests on; its inputs are fields of ``LysisFindings``."""


@dataclass(frozen=True)
class LysisFindings:
    """The worst of each organ inside the window, columns (n,).

    Attributes
    ----------
    creatinine_x_uln : float
        NaN where unknown, also for want of the limit that holds for a child.
    seizure : int8
        Member of ``Seizure``.
    dialysis : int8
        1, 0, or -1 unknown.
    seizure_uncontrolled : int8, optional
        A seizure with altered consciousness, or poorly controlled: 1, 0, or -1 unknown.
    arrhythmia : int8, optional
        Member of ``Arrhythmia``.
    died : int8, optional
        Of tumour lysis: 1, 0, or -1 unknown.

    An optional column that is not there is left out of the grade, which is then a lower bound.
    """

    creatinine_x_uln: np.ndarray
    seizure: np.ndarray
    dialysis: np.ndarray
    seizure_uncontrolled: np.ndarray | None = None
    arrhythmia: np.ndarray | None = None
    died: np.ndarray | None = None


def corrected_calcium_mg_per_dl(
    calcium_mg_per_dl: np.ndarray, albumin_g_per_dl: np.ndarray, rules: Edition
) -> np.ndarray:
    """Correct calcium for albumin: calcium + 0.8 * (4.0 - albumin); NaN where either is unknown.

    Source
    ------
    corrected_calcium_formula, unverified. Ionised calcium is the better measure in severe illness.
    """
    slope, usual = (rules.number(f"{_SCALE}.calcium.{name}") for name in ("per_g_per_dl", "usual_albumin"))
    return calcium_mg_per_dl + slope * (usual - albumin_g_per_dl)


def _inside(observations: Observations, rules: Edition) -> np.ndarray:
    """Return which observations lie in the window around the start of treatment."""
    first = rules.number(f"{_SCALE}.laboratory.first_day")
    last = rules.number(f"{_SCALE}.laboratory.last_day")
    return (observations.day >= first) & (observations.day <= last)


def _ever(answer: np.ndarray, value: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Say whether something was so at any time inside; what was measured but not judged stays open."""
    measured = inside & ~np.isnan(value)
    ever = (measured & (answer == MET)).any(axis=1)
    judged = measured.any(axis=1) & ~(measured & (answer < NOT_MET)).any(axis=1)
    return tri(ever, ever | judged)


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
        Calcium corrected for albumin where that is known (``corrected_calcium_mg_per_dl``).
    baseline : Observations (patients,)
        Values before the start; without one, a value inside the fixed limit is not assessable.
    age_years : array (patients,)
    rules : Edition
        The evidence.

    Returns
    -------
    Verdict (patients,)
        Not assessable when what is unknown could decide it.

    Source
    ------
    tumour_lysis_criteria_page
    """
    inside = _inside(observations, rules)

    def limit(name: str) -> float:
        return rules.number(f"{_SCALE}.laboratory.{name}")

    rise = 1 + limit("change_percent") / PERCENT
    fall = 1 - limit("change_percent") / PERCENT
    phosphate, calcium = observations.phosphate_mg_per_dl, observations.calcium_mg_per_dl
    risen = (
        ("URATE", "Uric acid high or risen.", observations.urate_mg_per_dl, baseline.urate_mg_per_dl),
        (
            "POTASSIUM",
            "Potassium high or risen.",
            observations.potassium_mmol_per_l,
            baseline.potassium_mmol_per_l,
        ),
        ("PHOSPHATE", "Phosphate high or risen.", phosphate, baseline.phosphate_mg_per_dl),
    )
    high = {
        "URATE": at_least(observations.urate_mg_per_dl, limit("urate_from")),
        "POTASSIUM": at_least(observations.potassium_mmol_per_l, limit("potassium_from")),
        "PHOSPHATE": _phosphate(phosphate, age_years, rules),
    }
    changed = [
        (code, text, value, any_of([high[code], at_least(value, rise * before[:, None])]))
        for code, text, value, before in risen
    ]
    low = any_of(
        [
            at_most(calcium, limit("calcium_at_most")),
            at_most(calcium, fall * baseline.calcium_mg_per_dl[:, None]),
        ]
    )
    changed.append(("CALCIUM", "Corrected calcium low or fallen.", calcium, low))
    source = rules.sourced(f"{_SCALE}.laboratory.needed").source
    reasons = tuple(
        Reason(code, text, source, _ever(answer, value, inside)) for code, text, value, answer in changed
    )
    return Verdict(enough_of([reason.answer for reason in reasons], limit("needed")), reasons)


def _phosphate(phosphate: np.ndarray, age_years: np.ndarray, rules: Edition) -> np.ndarray:
    """Hold phosphate against the limit of the patient's age; of an unknown age both limits must agree."""
    adult = at_least(phosphate, rules.number(f"{_SCALE}.laboratory.phosphate_from"))
    child = at_least(phosphate, rules.number(f"{_SCALE}.laboratory.phosphate_child_from"))
    is_adult = at_least(age_years, rules.number(f"{_SCALE}.laboratory.adult_from_years"))[:, None]
    either = choose(adult == child, adult, int(Grade.NOT_ASSESSABLE))
    is_adult = np.broadcast_to(is_adult, adult.shape)
    return choose(is_adult == MET, adult, choose(is_adult == NOT_MET, child, either))


def _upper_limit(own: Limit, age_years: np.ndarray | None, rules: Edition) -> float | np.ndarray:
    """Return the laboratory's own limit of creatinine, else the usual one of adults, NaN for a child."""
    usual = rules.number(_UPPER_LIMIT)
    if age_years is not None:
        is_adult = age_years >= rules.number(f"{_SCALE}.laboratory.adult_from_years")
        usual = np.where(is_adult, usual, np.nan)
    own = np.asarray(np.nan if own is None else own, dtype=float)
    return np.where(np.isnan(own), usual, own)


def findings_in_window(
    observations: Observations,
    rules: Edition,
    creatinine_upper_limit_mg_per_dl: Limit = None,
    age_years: np.ndarray | None = None,
) -> LysisFindings:
    """Return the worst of each organ inside the window, of what observations hold.

    Parameters
    ----------
    observations : Observations (patients, times)
    rules : Edition
    creatinine_upper_limit_mg_per_dl : float or array (patients,), optional
        The laboratory's limit, NaN where it gives none: then a usual adult limit (assumed).
    age_years : array (patients,), optional
        The usual limit holds for adults alone: below their age, or at an unknown one, creatinine counts as
        unknown without a limit of the laboratory. Without ages everybody is taken for an adult.
    """
    upper = _upper_limit(creatinine_upper_limit_mg_per_dl, age_years, rules)
    inside = _inside(observations, rules)
    creatinine = observations.creatinine_mg_per_dl
    ratio = np.where(inside, creatinine / per_patient(upper, creatinine), np.nan)
    return LysisFindings(
        creatinine_x_uln=np.fmax.reduce(ratio, axis=1, initial=np.nan),
        seizure=np.where(inside, observations.seizure, np.int8(-1)).max(axis=1),
        dialysis=np.where(inside, observations.dialysis, np.int8(-1)).max(axis=1),
    )


def grade_tumour_lysis(findings: LysisFindings, laboratory: Verdict, rules: Edition) -> Graded:
    """Grade clinical tumour lysis: laboratory lysis with a failing kidney, an arrhythmia or a seizure.

    Creatinine from 1.5 times the upper limit I, above 1.5 II, above 3 III, above 6 IV; arrhythmia without
    treatment I, not urgent II, symptomatic III, life-threatening IV; a seizure brief or well controlled
    II, poorly controlled III, status IV; death V. The worst decides.

    Parameters
    ----------
    findings : LysisFindings, (n,) columns
    laboratory : Verdict
        From ``laboratory_tumour_lysis``; without laboratory lysis the grade is 0.
    rules : Edition
        The evidence.

    Returns
    -------
    Graded
        ``criterion`` is a ``TumourLysisCriterion``.

    Source
    ------
    cairo_bishop_table_2016.
    """
    organs = worst(_axes(findings, rules))
    definite = organs.low == organs.high
    grade = choose(definite, organs.low, Grade.NOT_ASSESSABLE)
    decided = choose(organs.low > 0, organs.criterion, TumourLysisCriterion.NO_ORGAN)
    criterion = choose(definite, decided, organs.missing)
    there, absent = laboratory.answer == MET, laboratory.answer == NOT_MET
    grade = choose(there, grade, choose(absent, Grade.NONE, Grade.NOT_ASSESSABLE))
    without = choose(absent, TumourLysisCriterion.NO_LABORATORY_LYSIS, TumourLysisCriterion.NOT_ASSESSABLE)
    source = rules.sourced(f"{_CLINICAL}.grade1_from").source
    return Graded(grade, choose(there, criterion, without), source)


def _axes(findings: LysisFindings, rules: Edition) -> list[Bounds]:
    def limit(name: str) -> float:
        return rules.number(f"{_CLINICAL}.{name}")

    def grades(*names: str) -> tuple[int, ...]:
        return (Grade.NONE, *(int(limit(name)) for name in names))

    axes = [_kidney(findings.creatinine_x_uln, rules)]
    named = TumourLysisCriterion
    seizure = grades("seizure_resolved", "seizure_prolonged")
    axes.append(bounds(*steps_of_code(findings.seizure, seizure), named.SEIZURE, named.SEIZURE_UNKNOWN))
    kinds = ("untreated", "non_urgent", "symptomatic", "life_threatening")
    optional = (
        (findings.seizure_uncontrolled, ("seizure_uncontrolled",), named.SEIZURE, named.SEIZURE_UNKNOWN),
        (
            findings.arrhythmia,
            tuple(f"arrhythmia_{kind}" for kind in kinds),
            named.ARRHYTHMIA,
            named.ARRHYTHMIA_UNKNOWN,
        ),
        (findings.died, ("death",), named.DEATH, named.DEATH_UNKNOWN),
    )
    for code, names, criterion, missing in optional:
        if code is not None:
            axes.append(bounds(*steps_of_code(code, grades(*names)), criterion, missing))
    return axes


def _kidney(ratio: np.ndarray, rules: Edition) -> Bounds:
    """Return the grade of creatinine; grade I is exactly its own limit, what lies above is more."""
    limits = [rules.number(f"{_CLINICAL}.grade{n}_above") for n in (Grade.TWO, Grade.THREE, Grade.FOUR)]
    low, high = steps(ratio, limits, (Grade.TWO, Grade.THREE, Grade.FOUR))
    first = ratio >= rules.number(f"{_CLINICAL}.grade1_from")
    low = np.maximum(low, choose(first, Grade.ONE, Grade.NONE))
    return bounds(low, high, TumourLysisCriterion.CREATININE, TumourLysisCriterion.CREATININE_UNKNOWN)


def ctcae_tumour_lysis(findings: LysisFindings, clinical: Graded, rules: Edition) -> Graded:
    """Grade tumour lysis by CTCAE v5: 3 when clinically present, 4 with dialysis or clinical grade IV.

    Parameters
    ----------
    findings : LysisFindings, (n,) columns
        Dialysis that is not known counts for nothing where the clinical grade already decides.
    clinical : Graded
        From ``grade_tumour_lysis``.
    rules : Edition

    Source
    ------
    ctcae_v5. "Life-threatening" is read as dialysis or the worst clinical grade.
    """

    def grade(name: str) -> int:
        return int(rules.number(f"{_SCALE}.ctcae.{name}"))

    present, worst_grade = clinical.grade >= Grade.ONE, clinical.grade >= Grade.FOUR
    dialysed = present & ~worst_grade & (findings.dialysis == MET)
    open_question = present & ~worst_grade & (findings.dialysis < NOT_MET)
    result = choose(present, grade("grade_present"), clinical.grade)
    result = choose(dialysed | worst_grade, grade("grade_life_threatening"), result)
    result = choose(clinical.grade == Grade.FIVE, Grade.FIVE, result)
    result = choose(open_question, Grade.NOT_ASSESSABLE, result)
    criterion = choose(dialysed | open_question, TumourLysisCriterion.DIALYSIS, clinical.criterion)
    return Graded(result, criterion, rules.sourced(f"{_SCALE}.ctcae.grade_present").source)
