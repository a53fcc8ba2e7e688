"""What a reader must know of a statement: where the brief and the labels differ, and what was not read."""

from typing import Any

from livingdrug.bedside.guide.words import plain, stated
from livingdrug.evidence import NOT_READ, Basis, Edition, Sourced, library, load_table

BRIEF = "brief"
_RIGHT = "right"
_MISSING = "missing"
_NOT_SAID = "Not in the brief. From: {}."
_NOT_READ_HERE = "Not read in this edition. From: {}."
_UNREAD = "We have not read what this edition says on these points. Ask your team about:"
_SILENT = "The brief does not speak of these points, but the labels do. Ask your team about:"


def _is_below(key: str, above: str) -> bool:
    return key == above or key.startswith(f"{above}.")


def _rows(found: list[Sourced]) -> list[dict[str, str]]:
    """Return the brief's statements on what a sentence says, without those that it leaves out."""
    return [
        row
        for row in load_table("label.brief_statements")
        if row["verdict"] != _MISSING
        and any(_is_below(one.key, above) for one in found for above in row["key"].split(";"))
    ]


def _verdict(row: dict[str, str]) -> str:
    word = plain(row["verdict"])
    return f"{word[:1].upper()}{word[1:]}: {row['plain']}"


def _marks_of_brief(found: list[Sourced], rules: Edition) -> list[str]:
    """Return how the labels differ from what the brief says, or that it does not say it."""
    rows = _rows(found)
    if rows:
        return [_verdict(row) for row in rows if row["verdict"] != _RIGHT]
    others = [one for one in found if one.source != rules.info.source and one.basis != Basis.ASSUMED]
    return [_NOT_SAID.format(library().sources[one.source].title) for one in others]


def _lineage(rules: Edition) -> set[str]:
    """Return the sources of an edition and of those that it inherits from."""
    found, name = set(), rules.name
    while name is not None:
        info = library().editions[name]
        found.add(info.source)
        name = info.inherits
    return found


def marks(found: list[Sourced], rules: Edition, fact: bool) -> tuple[str, ...]:
    """Return what a reader must know: where the brief is dated or silent, or what another edition says.

    Parameters
    ----------
    found : list of Sourced
        What the sentence rests on.
    rules : Edition
    fact : bool
        It is the same in every edition; under the brief only its own statements are marked.

    Source
    ------
    label.brief_statements.
    """
    if rules.name == BRIEF:
        own = [one for one in found if one.source == rules.info.source] if fact else found
        return tuple(dict.fromkeys(_marks_of_brief(own, rules)))
    if fact:
        return ()
    others = {info.source for info in library().editions.values()} - _lineage(rules)
    return tuple(
        dict.fromkeys(
            _NOT_READ_HERE.format(library().sources[one.source].title)
            for one in found
            if one.source in others
        )
    )


def not_told(raw: list[dict[str, Any]], rules: Edition) -> list[str]:
    """Return what the guide leaves out, after a sentence that says why: not read, or not in the brief."""
    topics = []
    for one in raw:
        keys = [*one.get("values", {}).values(), *one.get("needs", ())]
        missing = [rules.sourced(key) for key in keys if not stated(rules, key)]
        if "topic" in one and any(_is_open(found, rules) for found in missing):
            topics.append(one["topic"])
    text = _SILENT if rules.name == BRIEF else _UNREAD
    return [text, *dict.fromkeys(topics)] if topics else []


def _is_open(found: Sourced, rules: Edition) -> bool:
    """Return whether a label may say it, though what was read of this edition does not."""
    return found.absent == NOT_READ or (rules.name == BRIEF and found.source == rules.info.source)
