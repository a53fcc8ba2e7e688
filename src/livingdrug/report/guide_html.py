"""The patient guide as one page: large type, for a screen, a phone or paper, in light and in dark."""

from datetime import date
from importlib.resources import files

from livingdrug.bedside.guide import Card, Guide, Kind, Section, Statement
from livingdrug.report.guide_words import (
    HELP,
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
from livingdrug.report.markup import Content, Markup, element, join, section

_LOOKS = {Kind.URGENT: "urgent", Kind.PLAIN: "plain", Kind.DO: "do", Kind.DONT: "dont"}
_BLANK = element("span", Markup("&nbsp;"), class_="blank")


def _mark(text: str) -> Markup:
    return element("span", text, class_="mark")


def _references(statement: Statement, guide: Guide) -> Content:
    links = [
        element("a", str(n), href=f"#source-{n}", aria_label=f"source {n}")
        for n in numbers_of(statement, guide)
    ]
    return element("sup", Markup(", ".join(link.html for link in links))) if links else ""


def _said(statement: Statement, within: Section, guide: Guide) -> Markup:
    marks = [_mark(text) for text in own_marks(statement, within)]
    return element("li", statement.text, _references(statement, guide), *marks)


def _section(found: Section, guide: Guide) -> Markup:
    items = element(
        "ul", join(_said(one, found, guide) for one in found.statements), class_=_LOOKS[found.kind]
    )
    marks = [element("p", _mark(text)) for text in found.shared_marks]
    whole = section(found.key, found.title, *marks, items)
    return element("div", whole, class_="alarm") if found.kind is Kind.URGENT else whole


def _local(guide: Guide) -> Markup:
    lines = [element("p", part) for part in guide.local.splitlines() if part.strip()]
    space = [element("p", LOCAL_EMPTY), element("div", Markup("&nbsp;"), class_="space")]
    phone = element("p", element("strong", f"{PHONE}: "), guide.phone or _BLANK, class_="phone")
    return element("div", section("local", LOCAL, *(lines or space), phone), class_="local")


def _card(card: Card) -> Markup:
    lines = []
    for line in card.lines:
        lines.append(element("p", line, " ", _BLANK) if line.endswith(":") else element("p", line))
    return section("card", card.title, element("div", join(lines), class_="card"))


def _style() -> str:
    """Return the style, with the status that stands below every printed page."""
    text = files("livingdrug.report").joinpath("guide.css").read_text(encoding="utf-8")
    return text.replace("STATUS", STATUS)


def guide_page(guide: Guide, made: date) -> str:
    """Return the guide as one page of HTML that loads nothing: same guide and day, same bytes.

    Parameters
    ----------
    guide : Guide
    made : date
        The day that the guide names as its own.
    """
    warning = guide.info.warning
    notes = [element("p", STATUS, class_="note"), element("p", edition_words(guide, made), class_="edition")]
    notes += [element("p", element("strong", "Warning: "), warning, class_="note")] if warning else []
    header = element("header", element("h1", title(guide)), join(notes))
    numbered = enumerate(source_lines(guide), start=1)
    sources = element("ol", join(element("li", line, id=f"source-{n}") for n, line in numbered))
    help_first = element(
        "div", join(_section(f, guide) for f in guide.sections if f.key in HELP), class_="help"
    )
    parts = [_local(guide), help_first]
    parts += [_section(found, guide) for found in guide.sections if found.key not in HELP]
    parts += [_card(guide.card)] if guide.card is not None else []
    main = element(
        "main", join([*parts, element("div", section("sources", SOURCES, sources), class_="sources")])
    )
    head = join(
        [
            Markup('<meta charset="utf-8">'),
            Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            Markup('<meta name="color-scheme" content="light dark">'),
            element("title", title(guide)),
            element("style", Markup(_style())),
        ]
    )
    footer = element("footer", element("p", STATUS))
    page = element("html", element("head", head), element("body", header, main, footer), lang="en")
    return f"<!DOCTYPE html>\n{page.html}\n"
