"""The patient guide as plain text."""

import textwrap
from collections.abc import Iterator
from datetime import date

from livingdrug.bedside.guide import Card, Guide, Kind, Section, Statement
from livingdrug.report.guide_words import (
    LOCAL,
    LOCAL_EMPTY,
    PHONE,
    SOURCES,
    STATUS,
    edition_words,
    numbers_of,
    own_marks,
    source_lines,
    title,
)

_WIDTH = 80
_BLANK = "_" * 32
_SIGNS = {Kind.URGENT: "!", Kind.PLAIN: "-", Kind.DO: "+", Kind.DONT: "x"}


def _wrapped(text: str, first: str = "", then: str = "") -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=first, subsequent_indent=then, break_on_hyphens=False)


def _headed(name: str) -> list[str]:
    return ["", name.upper(), "=" * len(name)]


def _said(statement: Statement, section: Section, guide: Guide) -> Iterator[str]:
    numbers = ", ".join(str(n) for n in numbers_of(statement, guide))
    text = f"{statement.text} [{numbers}]" if numbers else statement.text
    yield _wrapped(text, f" {_SIGNS[section.kind]} ", "   ")
    for mark in own_marks(statement, section):
        yield _wrapped(f"({mark})", "     ", "     ")


def _section(section: Section, guide: Guide) -> Iterator[str]:
    yield from _headed(section.title)
    for mark in section.shared_marks:
        yield _wrapped(f"({mark})")
    for statement in section.statements:
        yield from _said(statement, section, guide)


def _card(card: Card) -> Iterator[str]:
    yield from _headed(card.title)
    bar = "+" + "-" * (_WIDTH - 2) + "+"
    yield bar
    for line in card.lines:
        blank = f" {_BLANK}" if line.endswith(":") else ""
        for part in textwrap.wrap(line + blank, _WIDTH - 4):
            yield f"| {part:<{_WIDTH - 4}} |"
    yield bar


def guide_text(guide: Guide, made: date) -> str:
    """Return the guide as plain text, with the centre's own words first.

    Parameters
    ----------
    guide : Guide
    made : date
        The day that the guide names as its own.
    """
    lines = [_wrapped(title(guide)), "", _wrapped(STATUS), _wrapped(edition_words(guide, made))]
    if guide.info.warning:
        lines.append(_wrapped(f"Warning: {guide.info.warning}"))
    lines += _headed(LOCAL)
    lines += [_wrapped(part) for part in guide.local.splitlines()] or [
        LOCAL_EMPTY,
        "_" * _WIDTH,
        "_" * _WIDTH,
    ]
    lines += ["", f"{PHONE}: {guide.phone or _BLANK}"]
    for section in guide.sections:
        lines += _section(section, guide)
    if guide.card is not None:
        lines += _card(guide.card)
    lines += _headed(SOURCES)
    lines += [_wrapped(line, f"{n:>2} ", "   ") for n, line in enumerate(source_lines(guide), start=1)]
    return "\n".join([*lines, "", _wrapped(STATUS), ""])
