"""Questions about response, relapse and B cells."""

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any

import numpy as np
from tests.rules.cases import Answer, Question
from tests.rules.questions.columns import columns
from tests.rules.questions.scores import met

from livingdrug.bedside.answers import Graded
from livingdrug.bedside.b_cells import BCellSeries, b_cell_aplasia, b_cells_recovered
from livingdrug.bedside.lugano import (
    LuganoCriterion,
    NonMeasured,
    OtherSites,
    PetFindings,
    TargetLesions,
    Uptake,
    classify_by_ct,
    classify_by_pet,
)
from livingdrug.bedside.remission import (
    LeukaemiaFindings,
    Remission,
    RemissionCriterion,
    Series,
    classify_remission,
    read_residual_disease,
    remission_held,
)
from livingdrug.bedside.response import Response, cd19_positive, classify_all, classify_lugano, mrd_negative
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition


def _named(graded: Graded, outcomes: type[IntEnum], criteria: type[IntEnum]) -> list[Answer]:
    pairs = zip(graded.grade, graded.criterion, strict=True)
    return [Answer(outcomes(int(g)).name.lower(), frozenset({criteria(int(c)).name})) for g, c in pairs]


def _numbers(cases: Sequence[dict[str, Any]], *names: str) -> Any:
    return [np.array([float(given["given"].get(name, np.nan)) for given in cases]) for name in names]


def _flags(cases: Sequence[dict[str, Any]], *names: str) -> Any:
    words = {"yes": 1, "no": 0, "unknown": -1}
    return [
        np.array([words[given["given"].get(name, "no")] for given in cases], dtype=np.int8) for name in names
    ]


def _answers(found: np.ndarray) -> list[Answer]:
    return [Answer(int(answer)) for answer in found]


def _responses(found: np.ndarray) -> list[Answer]:
    return [Answer(Response(int(answer)).name.lower()) for answer in found]


def _remission(series: Series) -> Question:
    return lambda cases, rules: _named(
        classify_remission(columns(LeukaemiaFindings, cases, "assessment"), series, rules),
        Remission,
        RemissionCriterion,
    )


def _visit(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    """Answer as the simulation reads a visit of a patient with leukaemia."""
    blasts, anc, platelets = _numbers(cases, "marrow_blasts_percent", "anc_e9_per_l", "platelets_e9_per_l")
    transfused, extramedullary, before = _flags(cases, "transfused", "extramedullary", "was_in_remission")
    return _responses(classify_all(blasts, anc, platelets, transfused, extramedullary, before == 1, rules))


def _sum(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    """Answer as the simulation reads a visit of a patient with lymphoma."""
    now, before, nadir = _numbers(cases, "spd_cm2", "baseline_spd_cm2", "nadir_spd_cm2")
    (deauville,), (new_lesion,) = _numbers(cases, "deauville_score"), _flags(cases, "new_lesion")
    return _responses(classify_lugano(now, before, nadir, deauville, new_lesion, rules))


def _pet(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    pet = columns(PetFindings, cases, "pet", {"uptake": Uptake})
    return _named(classify_by_pet(pet, rules), Response, LuganoCriterion)


def _ct(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    targets = columns(TargetLesions, cases, "targets")
    sites = columns(OtherSites, cases, "sites", {"non_measured": NonMeasured})
    return _named(classify_by_ct(targets, sites, rules), Response, LuganoCriterion)


def _accepted(ask: Question) -> Question:
    """Answer 1 where the rule takes what is given, 0 where it refuses it."""

    def answer(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
        found = []
        for given in cases:
            try:
                ask([given], rules)
            except BadInput:
                found.append(Answer(0))
            else:
                found.append(Answer(1))
        return found

    return answer


def _residual(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    found, limit = _numbers(cases, "found", "assay_limit")
    return _answers(read_residual_disease(found, limit, rules).negative)


def _residual_level(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    found, limit = _numbers(cases, "found", "assay_limit")
    return [Answer(float(x)) for x in read_residual_disease(found, limit, rules).level_log10]


def _of_numbers(rule: Callable[..., np.ndarray], *names: str) -> Question:
    return lambda cases, rules: _answers(rule(*_numbers(cases, *names), rules))


def _aplasia(series: BCellSeries) -> Question:
    def answer(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
        b_cells, white, lymphocytes = _numbers(
            cases, "b_cells_per_ul", "white_cells_e9_per_l", "alc_e9_per_l"
        )
        return met(b_cell_aplasia(b_cells, white, lymphocytes, series, rules))

    return answer


QUESTIONS: dict[str, Question] = {
    "remission_registry": _remission(Series.CIBMTR),
    "remission_trials": _remission(Series.TRIALS),
    "remission_eln": _remission(Series.ELN),
    "leukaemia_visit": _visit,
    "remission_held": _of_numbers(remission_held, "first_day", "last_day"),
    "residual_disease_negative": _residual,
    "residual_disease_log10": _residual_level,
    "mrd_negative_at_a_visit": _of_numbers(mrd_negative, "found"),
    "cd19_positive": _of_numbers(cd19_positive, "cd19_positive_percent"),
    "lugano_pet": _pet,
    "lugano_ct": _ct,
    "lugano_pet_takes_it": _accepted(_pet),
    "lugano_ct_takes_it": _accepted(_ct),
    "lymphoma_visit": _sum,
    "b_cells_recovered": _of_numbers(b_cells_recovered, "b_cells_per_ul", "white_cells_e9_per_l"),
    "b_cell_aplasia_trials": _aplasia(BCellSeries.TRIALS),
    "b_cell_aplasia_penn": _aplasia(BCellSeries.PENN),
}
