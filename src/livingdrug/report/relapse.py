"""Cumulative incidence of relapse by CD19 antigen, and of death without relapse, among responders."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livingdrug.report.curves import told_percents
from livingdrug.report.figures import INK, INSIDE, OUTSIDE, RULE, canvas, finished, inlined, style
from livingdrug.report.markup import Column, Markup, element, figure, join, table
from livingdrug.report.words import name, number, published_text, span
from livingdrug.trial import MONTHS, Row, Series, TrialResult, incidence_in_pool

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_GRID = tuple(float(month) for month in range(61))
_TABLED = (6.0, 12.0, 24.0, 36.0, 60.0)
_TICKS = tuple(float(month) for month in range(0, 61, 12))
_TOLD = (12.0, 24.0)
_RESPONDERS = "responders"


@dataclass(frozen=True)
class Look:
    """How the curve of one cause is drawn."""

    colour: str
    dash: object
    mark: str


_LOOKS = (
    Look(INSIDE, "-", "o"), Look(OUTSIDE, "--", "s"), Look("#7a5195", (0, (1, 1.2)), "^"),
    Look(INK, (0, (5, 1.5, 1, 1.5)), "x"),
)  # fmt: skip


def relapse_series(result: TrialResult, at_months: tuple[float, ...]) -> list[Series]:
    """Return the cumulative incidence of each cause among responders."""
    found = incidence_in_pool(result.pool, int(result.provenance["seed"]), at_months)
    return [series for series in found if series.members == _RESPONDERS]


def _draw_at_risk(axes: "Axes", of: Series) -> None:
    axes.annotate("at risk", (0, 0), (-16, -46), "axes fraction", "offset points", ha="right", fontsize=7.5)
    for month in _TICKS:
        axes.annotate(
            f"{of.at_risk[_GRID.index(month)]:,}", (month, 0), (0, -46), ("data", "axes fraction"),
            "offset points", ha="center", fontsize=7.5,
        )  # fmt: skip


def _draw(axes: "Axes", series: list[Series]) -> None:
    for item, look in zip(series, _LOOKS, strict=True):
        value = np.array([at.value for at in item.percent])
        low, high = (np.array([getattr(at, end) for at in item.percent]) for end in ("low", "high"))
        known = ~np.isnan(value)
        months, value, low, high = (column[known] for column in (np.array(_GRID), value, low, high))
        axes.fill_between(months, low, high, step="post", color=look.colour, alpha=0.12, linewidth=0)
        axes.plot(
            months, value, drawstyle="steps-post", color=look.colour, linestyle=look.dash,  # type: ignore[arg-type]
            linewidth=1.9, marker=look.mark, markevery=12, markersize=5.5, markerfacecolor="white",
            markeredgecolor=look.colour, label=item.what,
        )  # fmt: skip
    highest = max(float(np.nanmax([at.high for at in item.percent] + [5.0])) for item in series)
    axes.set_ylim(0, min(100.0, 10 * np.ceil(highest / 10)))
    axes.set_xlim(0, _GRID[-1] + 0.5)
    axes.set_xticks(_TICKS)
    axes.set_xlabel("months after first response", fontsize=8.5)
    axes.set_ylabel(f"% of responders (n = {series[0].n:,})", fontsize=8.5)
    axes.grid(color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)


def draw_relapse(result: TrialResult) -> "Figure":
    """Return the cumulative incidence of relapse by antigen among responders."""
    with style("relapse", text_as_paths=False):
        drawn = canvas(7.6, 3.8)
        axes = drawn.add_axes((0.08, 0.2, 0.9, 0.68))
        series = relapse_series(result, _GRID)
        _draw(axes, series)
        _draw_at_risk(axes, series[0])
        drawn.legend(
            loc="upper center", ncols=4, frameon=False, fontsize=8, handlelength=3.2, columnspacing=1.3,
            borderaxespad=0.3,
        )  # fmt: skip
        return finished(drawn)


def published_antigen(result: TrialResult) -> list[Row]:
    """Return the published rows about the antigen at relapse."""
    return [row for row in result.comparison.rows if "CD19" in row.target.endpoint]


def _antigen_table(result: TrialResult) -> Markup:
    """Return the published figures about the antigen at relapse beside the simulated ones."""
    heads = ("Antigen at relapse", "Study", "Published (95%)", "Simulated (95% PI)")
    rows = [
        (
            name(row),
            row.target.study,
            published_text(row),
            number(row.simulated) + span(row.pi_low, row.pi_high),
        )
        for row in published_antigen(result)
    ]
    return table("Published figures on the antigen at relapse", [Column(head) for head in heads], rows)


def incidence_table(caption: str, series: list[Series], months: tuple[float, ...]) -> Markup:
    """Return cumulative incidences with their intervals, and the numbers at risk, as a table.

    A dash stands where too few are at risk for an estimate.
    """
    columns = [Column("What came first")]
    columns += [Column(f"Month {month:g}, % (95%)", "figure") for month in months]
    rows = [["At risk", *(f"{n:,}" for n in series[0].at_risk)]]
    for item in series:
        cells = [number(at.value) + span(at.low, at.high) for at in item.percent]
        rows.append([item.what, *cells])
    return table(f"{caption}, n = {series[0].n:,} (Aalen-Johansen)", columns, rows)


def show_relapse(result: TrialResult) -> Markup:
    """Return relapse by antigen as a picture with its numbers; a sentence where no one responded."""
    series = relapse_series(result, _TABLED)
    infused = [item for item in result.incidence if item.members != _RESPONDERS]
    caption = "Cumulative incidence among the infused, from infusion"
    among_infused = [incidence_table(caption, infused, MONTHS)] if infused else []
    if not series:
        return join([element("p", "No infused patient responded."), *among_infused])
    places = [_TABLED.index(month) for month in _TOLD]
    told = "; ".join(
        f"{item.what}: {told_percents(tuple(item.percent[k] for k in places), _TOLD)}" for item in series
    )
    alt = f"Curves of cumulative incidence among responders. {told}. Numbers: table below."
    caption = (
        "Relapse of responders by CD19 on the relapsed cells, and death without relapse, each competing with "
        "the others (Aalen-Johansen), from first response, with 95% intervals, while at least 5% are at risk."
    )
    antigen = [_antigen_table(result)] if published_antigen(result) else []
    counted = incidence_table("Cumulative incidence among responders, from first response", series, _TABLED)
    return figure(inlined(draw_relapse(result), alt), caption, counted, *antigen, *among_infused)
