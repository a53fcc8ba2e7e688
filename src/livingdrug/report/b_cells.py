"""B cells and IgG over time, and how long B-cell aplasia lasts in responders."""

from typing import TYPE_CHECKING

import numpy as np

from livingdrug.endpoints.leukaemia_times import responders_in_aplasia
from livingdrug.endpoints.survival import TimeToEvent, b_cell_aplasia, kaplan_meier
from livingdrug.endpoints.times import curve_name
from livingdrug.report.bands import draw_bands_key
from livingdrug.report.blood import B_CELLS, IGG, draw_measure, measure_bands, measures_table, told_medians
from livingdrug.report.curves import months_drawn
from livingdrug.report.figures import INK, INSIDE, RULE, canvas, finished, inlined, style
from livingdrug.report.lines import rows_by_curve
from livingdrug.report.markup import Column, Markup, figure, numbers, table
from livingdrug.report.published import Share, draw_share, share_of, share_text
from livingdrug.report.whole import observed_whole, rules_of
from livingdrug.report.words import number, span
from livingdrug.tables import take
from livingdrug.trial import TrialResult
from livingdrug.trial.incidence import count_at_risk, survival_at_months

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TABLED = (3.0, 6.0, 9.0, 12.0, 24.0, 36.0, 60.0)
_TICKS = tuple(range(0, 61, 12))


def aplasia_times(result: TrialResult) -> TimeToEvent:
    """Return how long B-cell aplasia lasts in the responders who had it."""
    whole = observed_whole(result)
    return b_cell_aplasia(take(result.pool, responders_in_aplasia(whole)))


def published_aplasia(result: TrialResult) -> list[Share]:
    """Return the published shares of responders whose B-cell aplasia was maintained."""
    name = curve_name(b_cell_aplasia, responders_in_aplasia)
    rows = rows_by_curve(result, observed_whole(result)).get(name, [])
    return [share_of(row, row.definition) for row in rows if row.definition]


def _draw_aplasia(axes: "Axes", result: TrialResult) -> None:
    times = aplasia_times(result)
    months = months_drawn(times)
    if months:
        found = kaplan_meier(times, months)
        value, low, high = (
            np.array([getattr(at, name) for at in found]) for name in ("value", "low", "high")
        )
        axes.fill_between(months, low, high, step="post", color=INSIDE, alpha=0.18, linewidth=0)
        axes.step(months, value, where="post", color=INK, linewidth=1.7)
    for share in published_aplasia(result):
        draw_share(axes, share, share.row.target.time_months, "s", level=False)
    axes.set_xlim(0, _TICKS[-1] + 1)
    axes.set_ylim(0, 100)
    axes.set_xticks(_TICKS)
    axes.set_xlabel("months after infusion", fontsize=8)
    axes.tick_params(axis="both", labelsize=7.5)
    axes.grid(color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_title(
        f"B-cell aplasia, % (n = {len(times.months):,})",
        fontsize=9,
        fontweight="bold",
        loc="left",
        pad=17,
    )


def shows_aplasia(result: TrialResult) -> bool:
    """Return whether aplasia tells anything: B cells recovered in a responder, or a figure is published."""
    return bool(aplasia_times(result).event.any() or published_aplasia(result))


def draw_b_cells(result: TrialResult) -> "Figure":
    """Return B cells, IgG and, where it tells anything, the duration of B-cell aplasia."""
    from matplotlib.lines import Line2D

    rules, with_aplasia = rules_of(result), shows_aplasia(result)
    step, width = (0.328, 0.285) if with_aplasia else (0.5, 0.445)
    with style("b cells", text_as_paths=False):
        drawn = canvas(8.6, 3.2)
        for k, measure in enumerate((B_CELLS, IGG)):
            axes = drawn.add_axes((0.05 + step * k, 0.14, width, 0.63))
            draw_measure(axes, measure, measure_bands(result, measure), rules)
        if with_aplasia:
            _draw_aplasia(drawn.add_axes((0.05 + 2 * step, 0.14, width, 0.63)), result)
        mark = Line2D([], [], color=INK, marker="s", markerfacecolor="white", label="published (95%)")
        draw_bands_key(drawn, INSIDE, *([mark] if published_aplasia(result) else []))
        return finished(drawn)


def aplasia_table(result: TrialResult) -> Markup:
    """Return how many responders keep their B-cell aplasia, with what was published."""
    times = aplasia_times(result)
    printed = {share.row.target.time_months: share_text(share) for share in published_aplasia(result)}
    rows = []
    if len(times.months):
        at_risk = count_at_risk(times.months, _TABLED)
        for month, n, found in zip(_TABLED, at_risk, survival_at_months(times, _TABLED), strict=True):
            text = number(found.value) + span(found.low, found.high)
            rows.append([f"month {month:g}", f"{n:,}", text, printed.get(month, "")])
    columns = (
        Column("After infusion"), Column("At risk", "figure"), Column("Simulated, % (95%)", "figure"),
        Column("Published, % (95%)", "figure"),
    )  # fmt: skip
    return table("B-cell aplasia maintained, responders", columns, rows)


def show_b_cells(result: TrialResult) -> Markup:
    """Return B cells, IgG and B-cell aplasia as a picture with its numbers."""
    limit = rules_of(result).number("scales.b_cells.recovered_from")
    alt = (
        "B cells and IgG after infusion, median and bands of 50% and 90% of infused patients. "
        f"{told_medians(result, (B_CELLS, IGG))}. Numbers: tables below."
    )
    caption = (
        "B cells (log axis; what lies below it is drawn at its end) and IgG of infused virtual patients, "
        "alive and followed."
    )
    tables = []
    if shows_aplasia(result):
        caption += (
            f" Right: responders whose B-cell aplasia (below {number(limit)}% of white cells) lasts, "
            "censored at relapse, next therapy or transplant (Kaplan-Meier, 95% intervals)."
        )
        tables.append(aplasia_table(result))
    measured = measures_table(result, (B_CELLS, IGG), "B cells and IgG after infusion")
    tables.append(numbers("Numbers over time", measured))
    return figure(inlined(draw_b_cells(result), alt), caption, *tables)
