"""Cases written as data: what is known, under which edition, what a rule should answer, and who says so.

``because`` names what decided, as a list; in a case with several questions, as a table by question.
A file of cases may hold tables ``[base.NAME]``; a case with ``like = "NAME"`` starts from that table, one
subtable at a time, and states only what differs. An answer may also be "refused" (the rule must not take
such an input) or "not stated" (the edition says nothing).
"""

import copy
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livingdrug.errors import BadInput, NotStated
from livingdrug.evidence import DEFAULT_EDITION, Edition

FOLDER = Path(__file__).parent
WORDS = {"yes": 1, "no": 0, "not assessable": -1}
ERRORS = {"not stated": NotStated, "refused": BadInput}
"""Answers that are errors: of a case by itself, for it would leave no answer to the others."""


@dataclass(frozen=True)
class Answer:
    """What a rule answered to one case: a number, code or text, and the names of what decided."""

    value: Any
    because: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Case:
    """One question of a case, with what is given and what is expected."""

    file: str
    name: str
    edition: str
    question: str
    given: dict[str, Any]
    expected: Any
    because: frozenset[str] | None
    source: str


Question = Callable[[Sequence[dict[str, Any]], Edition], Sequence[Answer]]
"""From what is given in several cases, and an edition, to an answer for each."""


def answers_to(question: Question, cases: Sequence[Case], edition: Edition) -> list[Answer]:
    """Return the answers to several cases asked together, and those that are errors one at a time."""
    together = [case for case in cases if _error(case) is None]
    answers = iter(question([case.given for case in together], edition) if together else ())
    return [_refusal(question, case, edition) if _error(case) else next(answers) for case in cases]


def _error(case: Case) -> type[Exception] | None:
    return ERRORS.get(case.expected) if isinstance(case.expected, str) else None


def _refusal(question: Question, case: Case, edition: Edition) -> Answer:
    try:
        return question([case.given], edition)[0]
    except tuple(ERRORS.values()) as problem:
        return Answer(next(name for name, kind in ERRORS.items() if isinstance(problem, kind)))


def _given(raw: dict[str, Any], bases: dict[str, Any]) -> dict[str, Any]:
    """Return what is given in a case, laid over the base that it names."""
    given = copy.deepcopy(bases[raw["like"]]) if "like" in raw else {}
    for name, value in raw.items():
        given[name] = {**given.get(name, {}), **value} if isinstance(value, dict) else value
    return given


def _because(raw: dict[str, Any], question: str) -> frozenset[str] | None:
    named = raw.get("because")
    if isinstance(named, dict):
        named = named.get(question)
    return None if named is None else frozenset(named)


def read_cases(path: Path) -> tuple[Case, ...]:
    """Return every question of every case of a file."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    found = []
    for raw in document["case"]:
        for question, expected in raw["expected"].items():
            found.append(
                Case(
                    file=path.stem,
                    name=raw["name"],
                    edition=raw.get("edition", DEFAULT_EDITION),
                    question=question,
                    given=_given(raw, document.get("base", {})),
                    expected=WORDS.get(expected, expected) if isinstance(expected, str) else expected,
                    because=_because(raw, question),
                    source=raw["source"],
                )
            )
    return tuple(found)


def all_cases() -> tuple[Case, ...]:
    """Return the cases of every file."""
    return tuple(case for path in sorted(FOLDER.glob("*.toml")) for case in read_cases(path))
