"""Scores of a file in the terminal and as JSON: the answer in words, why, and where it stands."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from livingdrug.bedside.answers import Reason
from livingdrug.bedside.grounds import Why
from livingdrug.bedside.score_answers import Told
from livingdrug.bedside.score_fields import meanings
from livingdrug.bedside.score_tables import SHEETS, forms, left_out
from livingdrug.charts.score_file import Field, ScoreFile
from livingdrug.evidence import Basis, Edition, Sourced, is_unverified
from livingdrug.evidence.queries import is_below
from livingdrug.report.graded_words import marks_text, places_text
from livingdrug.report.patient_blocks import NOT_KNOWN, Block, Grid, Listed, Part, Words
from livingdrug.report.patient_text import print_block, print_document, screen
from livingdrug.report.verdict_blocks import PLAIN_ANSWERS, STATUS, place

_SEEN = {1: "yes", 0: "no", -1: NOT_KNOWN}


@dataclass(frozen=True)
class Scored:
    """A file of scores with the answers to each of its tables, and the edition asked."""

    file: ScoreFile
    answers: dict[str, tuple[Told, ...]]
    rules: Edition


def _shown(field: Field, value: float) -> str:
    if math.isinf(value):
        return "never"
    return next((word for word, code in field.words.items() if code == value), f"{value:g}")


def _inputs(fields: Iterable[Field], values: dict[str, float]) -> str:
    return ", ".join(f"{one.name} {_shown(one, values[one.name])}" for one in fields if one.name in values)


def _given(result: Scored, name: str) -> list[str]:
    """Return what the file says in one table, and what it leaves out."""
    form, filled = forms()[name], result.file.tables[name]
    told = [f"Seen: {_inputs(form.fields.values(), filled.values) or 'nothing'}."]
    for inner, rows in filled.lists.items():
        fields = form.lists[inner].values()
        told += [f"{inner} {k}: {_inputs(fields, row)}." for k, row in enumerate(rows, start=1)]
        told += [] if rows else [f"{inner}: none."]
    missing = left_out(name, filled)
    return [*told, f"Not known: {', '.join(missing)}."] if missing else told


def _limits(result: Scored, name: str) -> tuple[list[Sourced], list[Sourced], int]:
    """Return the limits of a score that are unverified, those that are assumed, and how many it has."""
    found = [
        limit
        for key, limit in result.rules.values.items()
        if any(is_below(key, group) for group in SHEETS[name].grounds)
    ]
    assumed = [limit for limit in found if limit.basis is Basis.ASSUMED]
    return [limit for limit in found if is_unverified(limit)], assumed, len(found)


def _standing(result: Scored, name: str) -> list[str]:
    unverified, assumed, n = _limits(result, name)
    groups = ", ".join(SHEETS[name].grounds)
    told = []
    if unverified:
        told.append(
            f"Unverified: {len(unverified)} of its {n} limits were not read at their source "
            f"(livingdrug evidence show {groups})."
        )
    if assumed:
        told.append(f"Assumed: {', '.join(limit.label for limit in assumed)}.")
    return told


def _criteria(reasons: tuple[Reason, ...]) -> Grid:
    rows = [(_SEEN[int(reason.answer[0])], reason.text, place(reason)) for reason in reasons]
    return Grid("", ("", "criterion", "source"), (0, 5, 4), tuple(rows))


def _why(why: Why, fields: Mapping[str, Field]) -> str:
    """Write the criterion that decided and what was seen, or what is missing."""
    missing = [key for key, value in why.inputs.items() if value is None]
    seen = {key: value for key, value in why.inputs.items() if value is not None}
    told = f"{why.text} ({_inputs((fields[key] for key in seen), seen)})" if seen else why.text
    return f"{told}; missing: {', '.join(missing)}" if missing and why.answer < 0 else told


def _answer(told: Told, fields: Mapping[str, Field]) -> list[Block]:
    blocks: list[Block] = [Words(f"{told.what}: {told.answer}", loud=True)]
    lines = []
    if told.why is not None:
        marks = marks_text(told.why)
        lines += [
            f"Why: {_why(told.why, fields)}",
            f"Source: {places_text(told.why)}",
            *([marks] if marks else []),
        ]
    elif not told.criteria:
        lines.append(f"Source: {told.source}")
    lines += [told.note] if told.note else []
    blocks += [Listed(tuple(lines))] if lines else []
    return [*blocks, _criteria(told.criteria)] if told.criteria else blocks


def score_parts(result: Scored) -> tuple[Part, ...]:
    """Return the report of a file of scores, one part a score."""
    parts = []
    for name, answers in result.answers.items():
        blocks = [block for told in answers for block in _answer(told, forms()[name].fields)]
        note = [SHEETS[name].note] if SHEETS[name].note else []
        lines = (*note, *_given(result, name), *_standing(result, name))
        parts.append(Part(name, SHEETS[name].title, (*blocks, Listed(lines))))
    about = Listed((f"File {result.file.place} ({result.file.digest})",))
    return (*parts, Part("about", "Where it comes from", (about,)))


def print_scores(result: Scored, console: Console | None = None) -> None:
    """Print the answers to a file of scores."""
    print_document("Scores of one patient", result.rules, score_parts(result), console)


def print_fields(name: str, console: Console | None = None) -> None:
    """Print the fields that the table of one score may hold, with meaning and unit."""
    console, form = console or screen(), forms()[name]
    sheet = SHEETS[name]
    blocks: list[Block] = [Words(f"{sheet.title}: fields of [{name}]", loud=True)]
    blocks.append(_fields_grid("", form.fields))
    blocks += [_fields_grid(f"Each [[{name}.{inner}]]", fields) for inner, fields in form.lists.items()]
    notes = [
        f"{', '.join(names)}: {text}"
        for record in (*sheet.records, *sheet.lists.values())
        for names, text in meanings(record).items()
        if len(names) > 1 and text
    ]
    lines = (*notes, 'What is left out, or "unknown", is not known: never negative or normal.')
    for block in (*blocks, Listed(lines), Words(STATUS)):
        print_block(console, block)


def _fields_grid(caption: str, fields: Mapping[str, Field]) -> Grid:
    rows = [(one.name, one.unit, one.expected, one.meaning) for one in fields.values()]
    return Grid(caption, ("field", "unit", "expected", "meaning"), (0, 2, 4, 5), tuple(rows))


def _plain_why(why: Why, fields: Mapping[str, Field]) -> dict[str, Any]:
    return {
        "text": why.text,
        "inputs": {
            key: None if value is None else _plain(fields[key], value) for key, value in why.inputs.items()
        },
        "source": places_text(why),
        "unverified": list(why.unverified),
        "assumed": list(why.assumed),
    }


def _plain_told(told: Told, fields: Mapping[str, Field]) -> dict[str, Any]:
    return {
        "what": told.what,
        "answer": told.answer,
        "lowest": told.lowest,
        "highest": told.highest,
        "criteria": [
            {
                "code": reason.code,
                "criterion": reason.text,
                "answer": PLAIN_ANSWERS[int(reason.answer[0])],
                "source": place(reason),
                "unverified": reason.unverified,
            }
            for reason in told.criteria
        ],
        "why": None if told.why is None else _plain_why(told.why, fields),
        "source": told.source,
        "note": told.note,
    }


def _plain_score(result: Scored, name: str) -> dict[str, Any]:
    form, filled = forms()[name], result.file.tables[name]
    unverified, assumed, _ = _limits(result, name)
    lists = {
        inner: [{key: _plain(form.lists[inner][key], value) for key, value in row.items()} for row in rows]
        for inner, rows in filled.lists.items()
    }
    return {
        "title": SHEETS[name].title,
        "note": SHEETS[name].note,
        "given": {key: _plain(form.fields[key], value) for key, value in filled.values.items()} | lists,
        "not_known": list(left_out(name, filled)),
        "answers": [_plain_told(told, form.fields) for told in result.answers[name]],
        "unverified": [limit.key for limit in unverified],
        "assumed": [limit.key for limit in assumed],
    }


def _plain(field: Field, value: float) -> float | str:
    return _shown(field, value) if field.words or math.isinf(value) else value


def scores_json(result: Scored) -> str:
    """Return the answers to a file of scores as JSON: same input, same bytes."""
    content = {
        "status": STATUS,
        "scores": {name: _plain_score(result, name) for name in result.answers},
        "provenance": {
            "file": result.file.place,
            "file_hash": result.file.digest,
            "edition": result.rules.name,
            "edition_hash": result.rules.hash,
        },
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
