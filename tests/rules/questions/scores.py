"""Questions about scores, hyperinflammation, tumour lysis and reactions."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from tests.rules.cases import WORDS, Answer, Question
from tests.rules.questions.columns import columns
from tests.rules.questions.grading import told
from tests.rules.questions.observed import ages, at_one_time, over_time

from livingdrug.bedside.answers import Graded, Verdict
from livingdrug.bedside.hct_ci import Comorbidities, HctCiGroup, score_comorbidity
from livingdrug.bedside.hlh_2004 import Hlh2004Inputs, meets_hlh_2004
from livingdrug.bedside.hscore import HScoreInputs, score_haemophagocytosis
from livingdrug.bedside.hypersensitivity import (
    Reaction,
    ReactionCriterion,
    grade_allergic_reaction,
    grade_anaphylaxis,
    grade_infusion_reaction,
)
from livingdrug.bedside.iec_hs import (
    IecHsCourse,
    IecHsCriterion,
    IecHsFindings,
    SupportingFindings,
    grade_iec_hs,
    meets_iec_hs,
    supporting_findings,
)
from livingdrug.bedside.points import Score
from livingdrug.bedside.sepsis import BloodCulture, SepsisCriterion, grade_sepsis
from livingdrug.bedside.tumour_lysis import (
    Arrhythmia,
    LysisFindings,
    TumourLysisCriterion,
    corrected_calcium_mg_per_dl,
    ctcae_tumour_lysis,
    findings_in_window,
    grade_tumour_lysis,
    laboratory_tumour_lysis,
)
from livingdrug.evidence import Edition
from livingdrug.observations import Observations, Seizure


def met(verdict: Verdict) -> list[Answer]:
    """Return each answer with the criteria that are met."""
    return [
        Answer(int(answer), frozenset(r.code for r in verdict.reasons if r.answer[row] == 1))
        for row, answer in enumerate(verdict.answer)
    ]


def scored(score: Score) -> list[Answer]:
    """Return the least and the most points of each case, with the items that give some."""
    return [
        Answer([float(low), float(high)], frozenset(r.code for r in score.items if r.answer[row] == 1))
        for row, (low, high) in enumerate(zip(score.lowest, score.highest, strict=True))
    ]


def _hscore(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    return scored(score_haemophagocytosis(columns(HScoreInputs, cases, "hscore"), rules).score)


def _reaches(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    return met(score_haemophagocytosis(columns(HScoreInputs, cases, "hscore"), rules).reaches_cut_off)


def _cut_off(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    found = score_haemophagocytosis(columns(HScoreInputs, cases, "hscore"), rules)
    return [Answer([found.sensitivity_percent, found.specificity_percent]) for _ in cases]


def _hlh_2004(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    return met(meets_hlh_2004(columns(Hlh2004Inputs, cases, "hlh"), rules))


def _hct_ci(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    return scored(score_comorbidity(columns(Comorbidities, cases, "conditions"), rules).score)


def _hct_ci_group(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    group = score_comorbidity(columns(Comorbidities, cases, "conditions"), rules).group
    return [Answer(HctCiGroup(int(g)).name.lower()) for g in np.ravel(group)]


def _before(cases: Sequence[dict[str, Any]]) -> Observations:
    return at_one_time([{"observations": given.get("before", {})} for given in cases])


def _syndrome(cases: Sequence[dict[str, Any]], rules: Edition) -> Verdict:
    findings = columns(IecHsFindings, cases, "findings")
    return meets_iec_hs(at_one_time(cases), _before(cases), rules, findings)


def _iec_hs(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    return met(_syndrome(cases, rules))


def _iec_hs_of_a_record(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    """Answer at each day, without findings beyond the observations, as the simulation asks."""
    answers = [meets_iec_hs(over_time(given), _before([given]), rules).answer[0] for given in cases]
    return [Answer([int(a) for a in answer]) for answer in answers]


def _iec_hs_grade(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    course = columns(IecHsCourse, cases, "course")
    return told(grade_iec_hs(_syndrome(cases, rules), course, rules), IecHsCriterion)


def _supporting(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    reasons = supporting_findings(columns(SupportingFindings, cases, "supporting"), rules)
    return [Answer(sorted(r.code for r in reasons if r.answer[row] == 1)) for row in range(len(cases))]


def _reaction(grader: Callable[[Reaction, Edition], Graded]) -> Question:
    return lambda cases, rules: told(grader(columns(Reaction, cases, "reaction"), rules), ReactionCriterion)


def _laboratory(given: dict[str, Any], rules: Edition) -> Verdict:
    return laboratory_tumour_lysis(over_time(given), _before([given]), ages([given]), rules)


def _lysis_laboratory(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    return [met(_laboratory(given, rules))[0] for given in cases]


def _organs(cases: Sequence[dict[str, Any]]) -> LysisFindings:
    return columns(LysisFindings, cases, "organs", {"seizure": Seizure, "arrhythmia": Arrhythmia})


def _lysis_grade(cases: Sequence[dict[str, Any]], rules: Edition) -> Graded:
    laboratory = np.array([WORDS[given["laboratory"]] for given in cases], dtype=np.int8)
    return grade_tumour_lysis(_organs(cases), Verdict(laboratory, ()), rules)


def _lysis_clinical(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    return told(_lysis_grade(cases, rules), TumourLysisCriterion)


def _lysis_ctcae(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    return told(ctcae_tumour_lysis(_organs(cases), _lysis_grade(cases, rules), rules), TumourLysisCriterion)


def _on_record(given: dict[str, Any], rules: Edition, age_years: np.ndarray | None) -> Answer:
    limit = given.get("creatinine_upper_limit_mg_per_dl")
    findings = findings_in_window(over_time(given), rules, limit, age_years)
    return told(grade_tumour_lysis(findings, _laboratory(given, rules), rules), TumourLysisCriterion)[0]


def _lysis_of_a_record(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    """Answer from a record, without arrhythmia, as the simulation asks."""
    return [_on_record(given, rules, None) for given in cases]


def _lysis_by_age(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    """Answer from a record of a patient whose age says whether the usual limit of creatinine holds."""
    return [_on_record(given, rules, ages([given])) for given in cases]


def _corrected_calcium(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    calcium, albumin = (
        np.array([float(given["given"][name]) for given in cases]) for name in ("calcium", "albumin")
    )
    corrected = corrected_calcium_mg_per_dl(calcium, albumin, rules)
    return [Answer(float(value)) for value in corrected]


def _sepsis(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    return told(grade_sepsis(columns(BloodCulture, cases, "culture"), rules), SepsisCriterion)


QUESTIONS: dict[str, Question] = {
    "hscore": _hscore,
    "hscore_reaches_cut_off": _reaches,
    "hscore_cut_off_percent": _cut_off,
    "hlh_2004": _hlh_2004,
    "iec_hs": _iec_hs,
    "iec_hs_by_day": _iec_hs_of_a_record,
    "iec_hs_grade": _iec_hs_grade,
    "iec_hs_supporting": _supporting,
    "infusion_reaction": _reaction(grade_infusion_reaction),
    "allergic_reaction": _reaction(grade_allergic_reaction),
    "sepsis": _sepsis,
    "anaphylaxis": _reaction(grade_anaphylaxis),
    "tumour_lysis_laboratory": _lysis_laboratory,
    "tumour_lysis_grade": _lysis_clinical,
    "tumour_lysis_ctcae": _lysis_ctcae,
    "tumour_lysis_of_a_record": _lysis_of_a_record,
    "tumour_lysis_by_age": _lysis_by_age,
    "corrected_calcium_mg_per_dl": _corrected_calcium,
    "hct_ci": _hct_ci,
    "hct_ci_group": _hct_ci_group,
}
