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
    numbers = _numbers(cases, "marrow_blasts_percent", "anc_e9_per_l", "platelets_e9_per_l")
    transfused, extramedullary, before = _flags(cases, "transfused", "extramedullary", "was_in_remission")
    return _responses(classify_all(*numbers, transfused, extramedullary, before == 1, rules))


def _sum(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    """Answer as the simulation reads a visit of a patient with lymphoma."""
    numbers = _numbers(cases, "spd_cm2", "baseline_spd_cm2", "nadir_spd_cm2", "deauville_score")
    return _responses(classify_lugano(*numbers, *_flags(cases, "new_lesion"), rules))


def _pet(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    pet = columns(PetFindings, cases, "pet", {"uptake": Uptake})
    return _named(classify_by_pet(pet, rules), Response, LuganoCriterion)


def _ct(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    targets = columns(TargetLesions, cases, "targets")
    sites = columns(OtherSites, cases, "sites", {"non_measured": NonMeasured})
    return _named(classify_by_ct(targets, sites, rules), Response, LuganoCriterion)


def _residual(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    return _answers(read_residual_disease(*_numbers(cases, "found", "assay_limit"), rules).negative)


def _residual_level(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    level = read_residual_disease(*_numbers(cases, "found", "assay_limit"), rules).level_log10
    return [Answer(float(x)) for x in level]


def _of_numbers(rule: Callable[..., np.ndarray], *names: str) -> Question:
    return lambda cases, rules: _answers(rule(*_numbers(cases, *names), rules))


def _aplasia(series: BCellSeries) -> Question:
    names = ("b_cells_per_ul", "white_cells_e9_per_l", "alc_e9_per_l")
    return lambda cases, rules: met(b_cell_aplasia(*_numbers(cases, *names), series, rules))


QUESTIONS: dict[str, Question] = {
    "remission_registry": _remission(Series.CIBMTR),
    "remission_trials": _remission(Series.TRIALS),
    "leukaemia_visit": _visit,
    "remission_held": _of_numbers(remission_held, "first_day", "last_day"),
    "residual_disease_negative": _residual,
    "residual_disease_log10": _residual_level,
    "mrd_negative_at_a_visit": _of_numbers(mrd_negative, "found"),
    "cd19_positive": _of_numbers(cd19_positive, "cd19_positive_percent"),
    "lugano_pet": _pet,
    "lugano_ct": _ct,
    "lymphoma_visit": _sum,
    "b_cells_recovered": _of_numbers(b_cells_recovered, "b_cells_per_ul", "white_cells_e9_per_l"),
    "b_cell_aplasia_trials": _aplasia(BCellSeries.TRIALS),
    "b_cell_aplasia_penn": _aplasia(BCellSeries.PENN),
}
