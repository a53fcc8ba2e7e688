"""Questions about scores, hyperinflammation, tumour lysis and reactions."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from tests.rules.cases import Answer, Question
from tests.rules.questions.columns import columns

from livingdrug.bedside.answers import Verdict
from livingdrug.bedside.hct_ci import Comorbidities, HctCiGroup, score_comorbidity
from livingdrug.bedside.hlh_2004 import Hlh2004Inputs, meets_hlh_2004
from livingdrug.bedside.hscore import HScoreInputs, score_haemophagocytosis
from livingdrug.bedside.points import Score
from livingdrug.evidence import Edition


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


QUESTIONS: dict[str, Question] = {
    "hscore": _hscore,
    "hscore_reaches_cut_off": _reaches,
    "hscore_cut_off_percent": _cut_off,
    "hlh_2004": _hlh_2004,
    "hct_ci": _hct_ci,
    "hct_ci_group": _hct_ci_group,
}
