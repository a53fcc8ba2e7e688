"""Survival in the simulated pool (Kaplan-Meier), with the published points and curves."""

import math
from typing import TYPE_CHECKING

import numpy as np

from livingdrug.endpoints.survival import Estimate, TimeToEvent, kaplan_meier
from livingdrug.report.figures import FAINT, INK, RULE, canvas, finished, inlined, style
from livingdrug.report.lines import Drawn, Line, Panel, panels_of
from livingdrug.report.markup import Column, Markup, element, figure, numbers, table
from livingdrug.report.words import number, published_text, span
from livingdrug.trial import Row, TrialResult
from livingdrug.trial.incidence import count_at_risk, enough_at_risk, median_of, survival_at_months

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MONTHS = tuple(float(month) for month in np.arange(0, 60.25, 0.25))
_TABLED = (3.0, 6.0, 12.0, 24.0, 36.0, 60.0)
_TOLD = (12.0, 60.0)
_TICKS = tuple(float(month) for month in range(0, 61, 12))
_ALL = (0.0, 100.0)
TITLE_PAD = 24
"""Points between a picture and its title, where the key stands."""


def _draw_points(axes: "Axes", line: Line, rows: tuple[Row, ...]) -> None:
    look = {
        "fmt": line.mark, "color": line.colour, "markerfacecolor": "white", "markeredgecolor": INK,
        "ecolor": INK, "elinewidth": 1.0, "capsize": 2.5, "markersize": 6, "zorder": 6,
    }  # fmt: skip
    for row in rows:
        value = row.target.value
        arms = None if math.isnan(row.ci_low) else [[value - row.ci_low], [row.ci_high - value]]
        axes.errorbar(row.target.time_months, value, yerr=arms, **look)  # type: ignore[arg-type]


def _draw_steps(axes: "Axes", rows: tuple[Row, ...]) -> None:
    """Draw a published curve that was read off its figure."""
    if rows:
        months = [row.target.time_months for row in rows]
        axes.step(
            months, [row.target.value for row in rows], where="post", color=INK, linewidth=1.1, linestyle=":"
        )


def months_drawn(times: TimeToEvent) -> tuple[float, ...]:
    """Return the months up to which enough patients are at risk for a curve to be drawn."""
    at_risk, enough = count_at_risk(times.months, _MONTHS), enough_at_risk(len(times.months))
    return tuple(month for month, n in zip(_MONTHS, at_risk, strict=True) if n >= enough)


def _draw_line(axes: "Axes", drawn: Drawn) -> None:
    months, line = months_drawn(drawn.times), drawn.line
    found = kaplan_meier(drawn.times, months)
    value, low, high = (np.array([getattr(at, name) for at in found]) for name in ("value", "low", "high"))
    axes.fill_between(months, low, high, step="post", color=line.colour, alpha=0.15, linewidth=0)
    axes.step(months, value, where="post", color=line.colour, linestyle=line.dash, linewidth=1.8)


def _draw_at_risk(axes: "Axes", panel: Panel) -> None:
    look = {"ha": "right", "fontsize": 7}
    axes.annotate("at risk", (0, 0), (-20, -42), "axes fraction", "offset points", color=FAINT, **look)  # type: ignore[arg-type]
    for k, drawn in enumerate(panel.drawn):
        below, short = -54 - 12 * k, drawn.line.clock.short
        axes.annotate(short, (0, 0), (-20, below), "axes fraction", "offset points", color=INK, **look)  # type: ignore[arg-type]
        for month, n in zip(_TICKS, count_at_risk(drawn.times.months, _TICKS), strict=True):
            axes.annotate(
                f"{n:,}", (month, 0), (0, below), ("data", "axes fraction"), "offset points", ha="center",
                fontsize=7, color=INK,
            )  # fmt: skip


def _draw_key(axes: "Axes", panel: Panel) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], color=line.colour, linestyle=line.dash, linewidth=1.8, marker=mark,
               markerfacecolor="white", markeredgecolor=INK, label=f"{line.clock.name} ({line.clock.short})")
        for line, mark in ((drawn.line, drawn.line.mark if drawn.points else "") for drawn in panel.drawn)
    ]  # fmt: skip
    if any(drawn.steps for drawn in panel.drawn):
        marks.append(Line2D([], [], color=INK, linestyle=":", linewidth=1.1, label="published curve"))
    axes.legend(
        handles=marks, loc="lower left", bbox_to_anchor=(-0.02, 1.02), ncols=len(marks), frameon=False,
        fontsize=8, handlelength=3.2 if len(marks) < 3 else 2.2, columnspacing=1.0, borderaxespad=0,
        handletextpad=0.6,
    )  # fmt: skip


def draw_curves(axes: "Axes", panel: Panel) -> None:
    """Draw survival curves of one set of patients with published points, a key and the numbers at risk."""
    for drawn in panel.drawn:
        _draw_line(axes, drawn)
        _draw_steps(axes, drawn.steps)
        _draw_points(axes, drawn.line, drawn.points)
    title = f"{panel.title}, % (n = {panel.n:,})"
    axes.set_title(title, fontsize=9.5, fontweight="bold", loc="left", pad=TITLE_PAD)
    axes.set_xlim(0, _TICKS[-1] + 1)
    axes.set_ylim(*_ALL)
    axes.set_xticks(_TICKS)
    axes.set_xlabel("months", fontsize=8.5)
    axes.grid(axis="y", color=RULE, linewidth=0.7)
    axes.set_axisbelow(True)
    _draw_key(axes, panel)
    _draw_at_risk(axes, panel)


def draw_survival(result: TrialResult) -> "Figure":
    """Return survival of the infused and of the responders in the pool."""
    with style("survival", text_as_paths=False):
        drawn = canvas(8.6, 3.9)
        for k, panel in enumerate(panels_of(result)):
            draw_curves(drawn.add_axes((0.075 + 0.505 * k, 0.28, 0.41, 0.58)), panel)
        return finished(drawn)


def _estimate(found: Estimate) -> str:
    return number(found.value) + span(found.low, found.high)


def told_percents(found: tuple[Estimate, ...], months: tuple[float, ...]) -> str:
    """Say estimates at some months in words, for the text of a picture."""
    return ", ".join(
        f"month {month:g} {'too few at risk' if math.isnan(at.value) else number(at.value) + '%'}"
        for at, month in zip(found, months, strict=True)
    )


def survival_table(panels: list[Panel]) -> Markup:
    """Return each curve at a few months, with the numbers at risk, and its median."""
    every = [(panel, drawn) for panel in panels for drawn in panel.drawn]
    columns = [Column("After the start")]
    columns += [
        Column(f"{panel.title}: {drawn.line.clock.name}, n = {panel.n:,}", "figure") for panel, drawn in every
    ]
    by_curve = [_at_months(drawn.times) for _, drawn in every]
    rows = [[f"Month {month:g}", *(cells[k] for cells in by_curve)] for k, month in enumerate(_TABLED)]
    medians = [_estimate(median_of(drawn.times)) for _, drawn in every]
    rows.append(["Median, months", *medians])
    return table("Survival in the simulated pool (Kaplan-Meier): % (95%) [at risk]", columns, rows)


def _at_months(times: TimeToEvent) -> list[str]:
    """Write the estimates with the numbers at risk; a dash where too few are left for an estimate."""
    found, at_risk = survival_at_months(times, _TABLED), count_at_risk(times.months, _TABLED)
    return [f"{_estimate(at)} [{n:,}]" for at, n in zip(found, at_risk, strict=True)]


def points_table(panels: list[Panel]) -> list[Markup]:
    """Return the published points of the curves beside the pool's own estimate at the same month, if any."""
    columns = (
        Column("Curve"), Column("Month", "figure"), Column("n", "figure"),
        Column("Published, % (95%)", "figure"), Column("Pool, without a cut, % (95%)", "figure"),
    )  # fmt: skip
    rows = []
    for panel in panels:
        for drawn in panel.drawn:
            for row in (*drawn.points, *drawn.steps):
                month = row.target.time_months
                name = f"{panel.title}: {drawn.line.clock.name}" + (
                    ", published curve" if row in drawn.steps else ""
                )
                at = _estimate(survival_at_months(drawn.times, (month,))[0])
                rows.append([name, number(month), number(row.target.n), published_text(row), at])
    listed = table("Published points and the pool at the same month", columns, rows)
    return [numbers("Published points", listed)] if rows else []


def show_survival(result: TrialResult) -> Markup:
    """Return the survival curves as a picture with their numbers; a sentence where no one was infused."""
    panels = panels_of(result)
    if not panels:
        return element("p", "No patient was infused.")
    told = "; ".join(
        f"{panel.title}, {drawn.line.clock.name}: "
        + told_percents(survival_at_months(drawn.times, _TOLD), _TOLD)
        for panel in panels
        for drawn in panel.drawn
    )
    alt = f"Kaplan-Meier curves of the simulated pool, and published points. {told}. Numbers: tables below."
    caption = (
        "Lines: the simulated pool, without a data cut, with 95% intervals, drawn while at least 5% are at "
        "risk; relapse-free survival and duration of response count from first response, the rest from "
        "infusion."
    )
    if any(drawn.points for panel in panels for drawn in panel.drawn):
        caption += " Open marks: published figures with 95% intervals."
    if any(drawn.steps for panel in panels for drawn in panel.drawn):
        caption += " Dotted: the published curve, read off its figure."
    points = points_table(panels)
    return figure(inlined(draw_survival(result), alt), caption, survival_table(panels), *points)
