"""Questions about neurotoxicity: ICANS, the scores that it reads, and the CTCAE terms beside it."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from tests.rules.cases import Answer, Question
from tests.rules.questions.grading import between, died, told
from tests.rules.questions.observed import ages, at_one_time

from livingdrug.bedside.ctcae_neurology import (
    Limitation,
    NeurologyCriterion,
    SeizureKind,
    Term,
    grade_seizure,
    grade_symptom,
)
from livingdrug.bedside.icans import Examination, IcansCriterion, grade_icans, with_death
from livingdrug.bedside.mental_scores import CapdItems, IceItems, ScoreBounds, capd_score, exactly, ice_score
from livingdrug.evidence import Edition

_FLAGS = {"yes": 1, "no": 0, "unknown": -1}
_ICE = ("orientation", "naming", "command", "writing", "attention")
_CAPD = (
    *("eye_contact", "purposeful_actions", "awareness", "communication"),
    *("restlessness", "inconsolability", "underactivity", "slow_response"),
)
_NCI_AGE = 13.0

Cases = Sequence[dict[str, Any]]


def _items(cases: Cases, table: str, names: Sequence[str]) -> list[np.ndarray]:
    """Return what each case says of each item, NaN where it says nothing."""
    return [np.array([float(given.get(table, {}).get(name, np.nan)) for given in cases]) for name in names]


def _ice(cases: Cases, rules: Edition) -> ScoreBounds:
    return ice_score(IceItems(*_items(cases, "ice", _ICE)), rules)


def _capd(cases: Cases, rules: Edition) -> ScoreBounds:
    return capd_score(CapdItems(*_items(cases, "capd", _CAPD)), rules)


def _told_score(score_of: Callable[[Cases, Edition], ScoreBounds]) -> Question:
    """Answer with the least and the greatest score, and with the score itself."""

    def ask(cases: Cases, rules: Edition) -> list[Answer]:
        score = score_of(cases, rules)
        rows = zip(score.least, score.greatest, score.score(), strict=True)
        return [Answer([float(value) for value in row]) for row in rows]

    return ask


def _examined(cases: Cases, table: str, score: np.ndarray, found: ScoreBounds) -> ScoreBounds:
    """Return the bounds by items of the cases that give items, otherwise the score that is observed."""
    by_items = np.array([table in given for given in cases])
    seen = exactly(score)
    return ScoreBounds(
        np.where(by_items, found.least, seen.least), np.where(by_items, found.greatest, seen.greatest)
    )


def _grade(cases: Cases, rules: Edition, below_age_years: float | None) -> list[Answer]:
    observations = at_one_time(cases)
    delay = [_FLAGS[given.get("developmental_delay", "no")] for given in cases]
    examination = Examination(
        ice=_examined(cases, "ice", observations.ice_score, _ice(cases, rules)),
        capd=_examined(cases, "capd", observations.capd_score, _capd(cases, rules)),
        developmental_delay=np.array(delay, dtype=np.int8),
        capd_below_age_years=below_age_years,
    )
    return told(grade_icans(observations, ages(cases), rules, examination), IcansCriterion)


def _plain(cases: Cases, rules: Edition) -> list[Answer]:
    return told(grade_icans(at_one_time(cases), ages(cases), rules), IcansCriterion)


def _and_death(cases: Cases, rules: Edition) -> list[Answer]:
    graded = grade_icans(at_one_time(cases), ages(cases), rules)
    return told(with_death(graded, died(cases)), IcansCriterion)


def _between(cases: Cases, rules: Edition) -> list[Answer]:
    return between(grade_icans(at_one_time(cases), ages(cases), rules))


def _seizure(cases: Cases, rules: Edition) -> list[Answer]:
    names = ("first", "several_despite_treatment", "generalised")
    kind = SeizureKind(
        *(
            np.array([_FLAGS[given.get("kind", {}).get(name, "unknown")] for given in cases], dtype=np.int8)
            for name in names
        )
    )
    return told(grade_seizure(at_one_time(cases), kind, rules), NeurologyCriterion)


def _symptom(term: Term) -> Question:
    def ask(cases: Cases, rules: Edition) -> list[Answer]:
        said = [given.get("limits", "unknown") for given in cases]
        codes = [word if isinstance(word, int) else Limitation[word.upper()] for word in said]
        limitation = np.array(codes, dtype=np.int8)
        return told(grade_symptom(term, limitation, at_one_time(cases), rules), NeurologyCriterion)

    return ask


QUESTIONS: dict[str, Question] = {
    "icans": _plain,
    "icans_between": _between,
    "icans_and_death": _and_death,
    "icans_examined": lambda cases, rules: _grade(cases, rules, None),
    "icans_capd_to_12": lambda cases, rules: _grade(cases, rules, _NCI_AGE),
    "ice_score": _told_score(_ice),
    "capd_score": _told_score(_capd),
    "ctcae_seizure": _seizure,
    **{f"ctcae_{term.key}": _symptom(term) for term in Term},
}
