"""The comparison with published figures as parts of a page: a picture and a table for each topic."""

import math

from livingdrug.endpoints import Definition
from livingdrug.evidence import library
from livingdrug.report.figures import inlined
from livingdrug.report.forest import draw_forest
from livingdrug.report.markup import Column, Content, Markup, element, figure, join, listing, table
from livingdrug.report.words import name, number, published_text, span
from livingdrug.trial import Row, TrialResult
from livingdrug.trial.groups import (
    counted_by_topic,
    driven_by_inputs,
    kept_but_not_compared,
    not_simulated,
)

_FIGURE = "figure"
_COLUMNS = (
    Column("Endpoint"), Column("Month", _FIGURE), Column("Published (95%)", _FIGURE), Column("n", _FIGURE),
    Column("Simulated (95% PI)", _FIGURE), Column("Published is"), Column("Role"), Column("Source"),
)  # fmt: skip


def sources_of(rows: tuple[Row, ...]) -> dict[str, int]:
    """Return the sources of the published figures, numbered in the order in which they come up."""
    read = [row for topic in counted_by_topic(rows).values() for row in topic]
    read += driven_by_inputs(rows) + not_simulated(rows)
    return {source: k for k, source in enumerate(dict.fromkeys(row.target.source for row in read), start=1)}


def _reference(row: Row, sources: dict[str, int]) -> Markup:
    k = sources[row.target.source]
    return element("a", f"[{k}]", href=f"#source-{k}")


def _verdict(row: Row) -> Content:
    if row.inside is None:
        return "not counted"
    word, look = ("✓ inside", "inside") if row.inside else ("✗ OUTSIDE", "outside")
    return element("span", word, class_=look)


def _month(row: Row) -> str:
    return number(row.target.time_months) if math.isfinite(row.target.time_months) else ""


def _cells(row: Row, sources: dict[str, int]) -> tuple[Content, ...]:
    validation = row.target.role == "validation"
    return (
        f"{name(row)}\u00a0†" if validation else name(row),
        _month(row),
        published_text(row),
        str(row.n_drawn),
        number(row.simulated) + span(row.pi_low, row.pi_high),
        _verdict(row),
        element("strong", "validation") if validation else row.target.role,
        _reference(row, sources),
    )


def _topic(topic: str, rows: list[Row], sources: dict[str, int]) -> Markup:
    inside = sum(bool(row.inside) for row in rows)
    out = [name(row) for row in rows if not row.inside]
    alt = (
        f"{topic}: {len(rows)} published figures with their intervals beside simulated medians with 95% "
        f"prediction intervals. {inside} inside"
        + (f"; outside: {'; '.join(out)}" if out else "")
        + ". All numbers are in the table below."
    )
    caption = f"{topic}: {inside} of {len(rows)} published figures inside their prediction interval."
    listed = table(
        f"{topic}: published and simulated figures", _COLUMNS, [_cells(row, sources) for row in rows]
    )
    return join(
        [
            element("h3", topic),
            figure(inlined(draw_forest(rows, f"forest {topic}"), alt), caption, listed),
        ]
    )


def compared(result: TrialResult, sources: dict[str, int]) -> Markup:
    """Return picture and table of every topic; a sentence where nothing counts."""
    topics = counted_by_topic(result.comparison.rows)
    if not topics:
        return element("p", "No published figure is counted for this design.")
    return join(_topic(topic, rows, sources) for topic, rows in topics.items())


def driven(result: TrialResult, sources: dict[str, int]) -> Markup:
    """Return the table of rows that rest on rates that were put in."""
    columns = (*_COLUMNS[:5], Column("Why it is not counted"), _COLUMNS[-1])
    rows = [
        (*_cells(row, sources)[:5], row.reason or row.target.note, _reference(row, sources))
        for row in driven_by_inputs(result.comparison.rows)
    ]
    if not rows:
        return element("p", "No figure rests on what was put in.")
    return table("Figures that rest on what was put in: shown, not counted", columns, rows)


def left_out(result: TrialResult, sources: dict[str, int]) -> Markup:
    """Return the published outputs that were not simulated, each with its reason."""
    columns = (
        Column("Endpoint"), Column("Study"), Column("Published (95%)", _FIGURE), Column("Why not"),
        Column("Source"),
    )  # fmt: skip
    rows = [
        (_full_name(row), row.target.study, published_text(row), row.reason, _reference(row, sources))
        for row in not_simulated(result.comparison.rows)
    ]
    kept = kept_but_not_compared(result.comparison.rows)
    counts = ", ".join(f"{n} {use}" for use, n in kept.items())
    note = [element("p", f"Kept in the evidence and not compared: {counts} rows.")] if kept else []
    caption = "Published figures that were not simulated, and why"
    listed = table(caption, columns, rows) if rows else element("p", "Every published figure is simulated.")
    return join([listed, *note])


def _full_name(row: Row) -> str:
    stratum = f" ({row.target.stratum})" if row.target.stratum else ""
    return f"{row.target.endpoint}{stratum}"


def definitions(result: TrialResult) -> Markup:
    """Return how each simulated figure is counted, and where the published one stands."""
    heads = (
        "Endpoint",
        "Patients, from when",
        "What counts",
        "Censoring, other events",
        "Cut; where published",
    )
    rows = result.comparison.rows
    shown = [row for topic in counted_by_topic(rows).values() for row in topic] + driven_by_inputs(rows)
    body = [_definition(row, row.definition, result) for row in shown if row.definition]
    return table(
        "Who, from when, what counts, and where it was published", [Column(head) for head in heads], body
    )


def _definition(row: Row, found: Definition, result: TrialResult) -> tuple[str, ...]:
    return (
        f"{name(row)}, month {_month(row)}" if _month(row) else name(row),
        f"{found.analysis_set}, from {found.clock}",
        _said(found.event, found.scale, found.window),
        _said(found.censoring, found.intercurrent),
        _said(_cut(found.cut, result), row.target.where),
    )


def _said(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def _cut(cut: str, result: TrialResult) -> str:
    return f"{cut.replace('_', ' ')} (median {result.design.cuts_months[cut]:g} months)" if cut else "no cut"


def source_list(sources: dict[str, int]) -> Markup:
    """Return the sources of the published figures with their addresses."""
    items = []
    for key, k in sources.items():
        source = library().sources[key]
        address = [" ", element("a", source.url, href=source.url)] if source.url else []
        items.append(element("li", source.title, *address, id=f"source-{k}"))
    return element("ol", join(items))


def how_to_read(result: TrialResult) -> Markup:
    """Return what the pictures and tables of the comparison show."""
    return listing(
        [
            f"The prediction interval (PI) holds the middle 95% of {result.comparison.replicates} trials of "
            "the published size, drawn from the simulated pool. The simulated figure is their median.",
            "Inside: the published figure lies within the prediction interval. If the model were right, "
            "about 19 in 20 published figures would.",
            "Calibration: the figure helped to set the model's values, so agreement is no proof. "
            "Validation (†): it was held back, and is the test.",
            "Pictures: shares of patients on one axis in percent; all else as a ratio to the published one. "
            "An arrow means that an interval goes on beyond the axis.",
            "n: patients in each drawn trial. ~: interval computed here from rate and n. ∞: never reached.",
        ]
    )
