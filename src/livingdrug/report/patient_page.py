"""The report of one patient as one page that holds all it needs."""

import re
from importlib.resources import files

from livingdrug.report.figures import inlined, written
from livingdrug.report.markup import (
    Column,
    Content,
    Markup,
    element,
    figure,
    join,
    listing,
    section,
    table,
)
from livingdrug.report.patient_blocks import Block, Grid, Listed, Part, Picture, Words
from livingdrug.report.patient_course import infusion_date, lead
from livingdrug.report.patient_document import patient_parts, title
from livingdrug.report.patient_figure import STATES, draw_course, states_at
from livingdrug.report.verdict_blocks import STATUS, edition_line
from livingdrug.runs import OnePatient
from livingdrug.tables import take

_UNBROKEN = re.compile(r"(by |from )?\d{4}-\d{2}-\d{2}(\nto \d{4}-\d{2}-\d{2})?|−?\d+( on| to −?\d+)?")
"""Dates, and days relative to the infusion."""
_ALARMS = ("NOT MET", "REFUSED", "DELAY", "LOW (advice)")


_NO_BREAK = str.maketrans({"-": "\u2011", " ": "\u00a0"})


def _cell(text: str) -> Content:
    if text in _ALARMS:
        return element("span", text, class_="outside")
    if _UNBROKEN.fullmatch(text):
        lines = [element("span", line.translate(_NO_BREAK)) for line in text.split("\n")]
        return Markup("<br>".join(line.html for line in lines))
    if text.startswith(" "):
        return f"– {text.strip()}"
    return text or Markup("&nbsp;")


def _table(grid: Grid) -> Markup:
    heads = grid.heads if grid.caption else ("what", *grid.heads[1:])
    columns = [Column(head or "answer") for head in heads]
    rows = [[_cell(text) for text in row] for row in grid.rows]
    return table(grid.caption or grid.heads[0].capitalize(), columns, rows)


def _written(block: Block) -> Content:
    if isinstance(block, Words):
        return element("p", element("strong", block.text) if block.loud else block.text)
    if isinstance(block, Listed):
        return listing(block.items)
    if isinstance(block, Picture):
        return figure(inlined(block.svg, block.alt), block.caption)
    return _table(block)


def _states(result: OnePatient) -> Grid:
    """Return the numbers behind the bars of the figure."""
    assert result.alike is not None
    record = take(result.alike.record, result.alike.record.infused)
    rows = tuple((f"month {at.month}", *(str(n) for n in at.counts)) for at in states_at(record))
    heads = ("visit", *STATES)
    return Grid("State at each visit, patients of those infused", heads, (1,) * len(heads), rows)


def _with_figure(part: Part, result: OnePatient) -> Part:
    """Return the course with its figure after the first paragraphs and the numbers of its bars last."""
    if result.alike is None or not result.alike.record.infused.any():
        return part
    day = infusion_date(result)
    alt = (
        f"Ten panels over time since the infusion on {day}: temperature, CRP, IL-6, neutrophils and "
        "platelets in the first five weeks; transgene, B cells, IgG, survival and the state at each visit "
        "over two years. "
        f"{lead(result)} The numbers stand in the tables below."
    )
    caption = (
        "Line: median; dark and light grey: middle 50% and 90% of those still followed. Dates follow the "
        "plan above and move with the infusion."
    )
    picture = Picture(written(draw_course(result)), alt, caption)
    blocks = (*part.blocks[:2], picture, *part.blocks[2:], _states(result))
    return Part(part.key, part.title, blocks)


def _style() -> str:
    return files("livingdrug.report").joinpath("page.css").read_text(encoding="utf-8")


def head_of(name: str) -> Markup:
    """Return the head of a page of this name, with all that it needs to look as it does."""
    return join(
        [
            Markup('<meta charset="utf-8">'),
            Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            element("title", name),
            element("style", Markup(_style())),
        ]
    )


def patient_page(result: OnePatient) -> str:
    """Return the report of one patient as one page of HTML that loads nothing: same result, same bytes."""
    parts = [_with_figure(part, result) if part.key == "course" else part for part in patient_parts(result)]
    warning = result.rules.info.warning
    notes = [element("p", STATUS, class_="note")]
    notes += [element("p", f"Edition {result.rules.name}: {warning}", class_="note")] if warning else []
    header = element(
        "header",
        element("p", "livingdrug: one patient, the rules and the simulated course", class_="brand"),
        element("h1", title(result)),
        element("p", edition_line(result.rules), class_="lead"),
        join(notes),
    )
    links = [element("li", element("a", part.title, href=f"#{part.key}")) for part in parts]
    contents = element("nav", element("ul", join(links)), aria_label="Contents")
    main = element(
        "main",
        join(section(part.key, part.title, *(_written(block) for block in part.blocks)) for part in parts),
    )
    name = f"One patient: {title(result)}"
    page = element("html", element("head", head_of(name)), element("body", header, contents, main), lang="en")
    return f"<!DOCTYPE html>\n{page.html}\n"
