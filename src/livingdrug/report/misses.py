"""What falls outside: the published figures that lie beyond their prediction interval, and by how much."""

import math

from livingdrug.report.figures import inlined
from livingdrug.report.forest import draw_forest, is_share, share_scale
from livingdrug.report.markup import Column, Content, Markup, element, figure, table
from livingdrug.report.words import name, number, published_text, span
from livingdrug.trial import Row, TrialResult
from livingdrug.trial.groups import counted_by_topic

_FIGURE = "figure"


def rows_outside(result: TrialResult) -> list[Row]:
    """Return the counted rows whose published figure lies outside its prediction interval."""
    topics = counted_by_topic(result.comparison.rows)
    return [row for rows in topics.values() for row in rows if not row.inside]


def difference(row: Row) -> str:
    """Say how far the simulated figure lies from the published one: in points, or as a ratio."""
    published, simulated = row.target.value, row.simulated
    if is_share(row):
        return f"{share_scale(row) * (simulated - published):+.1f} points".replace("-", "−")
    if published == 0 or not math.isfinite(simulated):
        return "published none" if published == 0 else "never reached"
    return f"{number(simulated / published)} times"


def beyond(row: Row) -> float:
    """Return how far the published figure lies beyond the interval, in widths of half the interval.

    0 at its edge; 1 as far again as the edge lies from the middle; NaN where the interval has no width.
    """
    width = (row.pi_high - row.pi_low) / 2
    if not 0 < width < math.inf:
        return math.nan
    gap = max(row.pi_low - row.target.value, row.target.value - row.pi_high)
    return gap / width


def _cells(row: Row, with_cause: bool, references: dict[str, int]) -> list[Content]:
    validation = row.target.role == "validation"
    source = references[row.target.source]
    direction = "too high" if row.simulated > row.target.value else "too low"
    title = name(row)
    if math.isfinite(row.target.time_months):
        title += f", month {number(row.target.time_months)}"
    return [
        f"{title}\u00a0†" if validation else title,
        published_text(row),
        number(row.simulated) + span(row.pi_low, row.pi_high),
        f"{direction}, {difference(row)}",
        f"{beyond(row):.2f}" if math.isfinite(beyond(row)) else "-",
        *([row.reason or "-"] if with_cause else []),
        element("a", f"[{source}]", href=f"#source-{source}"),
    ]  # fmt: skip


def show_misses(result: TrialResult, references: dict[str, int]) -> Markup:
    """Return what falls outside as a picture and a table, with the size of each miss.

    Parameters
    ----------
    result : TrialResult
    references : dict of str to int
        The number of each source.
    """
    rows = rows_outside(result)
    counted = sum(1 for row in result.comparison.rows if row.counted)
    if not counted:
        return element("p", "No published figure is counted for this design.")
    if not rows:
        return element("p", f"All {counted} published figures lie inside their prediction interval.")
    with_cause = any(row.reason for row in rows)
    columns = [
        Column("Endpoint"), Column("Published (95%)", _FIGURE), Column("Simulated (95% PI)", _FIGURE),
        Column("Simulated is"), Column("Beyond the PI by", _FIGURE),
        *([Column("Likely cause", "cause")] if with_cause else []), Column("Source"),
    ]  # fmt: skip
    told = "; ".join(
        f"{name(row)} published {published_text(row)}, simulated {number(row.simulated)}" for row in rows
    )
    alt = f"The {len(rows)} of {counted} figures outside their interval. {told}. Numbers: table below."
    caption = (
        f"{len(rows)} of {counted} published figures lie outside; if the model were right, about "
        f"{max(1, round(0.05 * counted))} would by chance. Beyond the PI by: distance from the published "
        "figure to the interval, in half-widths of the interval. †: validation, all others calibration."
    )
    listed = table(
        "Published figures outside their prediction interval",
        columns,
        [_cells(row, with_cause, references) for row in rows],
    )
    return figure(inlined(draw_forest(rows, "misses"), alt), caption, listed)
