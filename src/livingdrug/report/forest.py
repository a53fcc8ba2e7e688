"""The forest picture: each published figure above its simulated one, with both intervals."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livingdrug.report.figures import BAND, FAINT, INK, INSIDE, OUTSIDE, RULE, canvas, finished, style
from livingdrug.report.words import name, number
from livingdrug.trial import Row
from livingdrug.units import PERCENT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 8.2
_LEFT = 3.55
LABEL_WIDTH = 3.4
"""Inches for the label of a row."""
_RIGHT = 0.25
_TOP = 0.42
_ROW = 0.33
_AXIS = 0.58
_OFFSET = 0.17
_SHARES = (0.0, 100.0)
_RATIOS = (0.1, 10.0)
_RATIO_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10)


@dataclass(frozen=True)
class _Bar:
    """A row on the axis of its panel: two figures with their intervals, all scaled alike."""

    label: str
    published: tuple[float, float, float]
    simulated: tuple[float, float, float]
    inside: bool
    validation: bool


@dataclass(frozen=True)
class _Panel:
    bars: list[_Bar]
    limits: tuple[float, float]
    title: str


def is_share(row: Row) -> bool:
    """Return whether a row is a share of patients: a percentage, or a count of a known number."""
    method = row.definition.method if row.definition else ""
    percentage = row.target.unit == "percent" and method in {"proportion", "kaplan_meier"}
    return percentage or (row.target.unit == "count" and math.isfinite(row.target.n))


def label(row: Row) -> str:
    """Return what a row is about, with its month and, for counts, of how many."""
    text = name(row)
    if is_share(row):
        text = text.rpartition(",")[0]
    if row.target.unit == "count":
        text += f" (of {number(row.target.n)})"
    if math.isfinite(row.target.time_months):
        text += f", month {number(row.target.time_months)}"
    return text


def _bar(row: Row, scale: float) -> _Bar:
    return _Bar(
        label(row),
        (row.target.value * scale, row.ci_low * scale, row.ci_high * scale),
        (row.simulated * scale, row.pi_low * scale, row.pi_high * scale),
        bool(row.inside),
        row.target.role == "validation",
    )


def share_scale(row: Row) -> float:
    """Return what turns a row that is a share into a percentage."""
    return PERCENT / row.target.n if row.target.unit == "count" else 1.0


def _panels(rows: list[Row]) -> list[_Panel]:
    shares = [_bar(row, share_scale(row)) for row in rows if is_share(row)]
    ratios = [_bar(row, 1 / row.target.value) for row in rows if not is_share(row) and row.target.value > 0]
    panels = [
        _Panel(shares, _SHARES, "% of patients"),
        _Panel(ratios, _RATIOS, "ratio to the published figure (log scale)"),
    ]
    return [panel for panel in panels if panel.bars]


def _height(panels: list[_Panel]) -> float:
    return _TOP + sum(_ROW * len(panel.bars) + _AXIS for panel in panels)


def _draw_interval(axes: "Axes", y: float, low: float, high: float, colour: str, width: float) -> None:
    """Draw an interval as a line; an arrow where it leaves the axis."""
    if math.isnan(low) or math.isnan(high):
        return
    left, right = axes.get_xlim()
    ends = [min(max(end, left), right) for end in (low, high)]
    axes.plot(ends, [y, y], color=colour, linewidth=width, solid_capstyle="butt", zorder=3)
    for end, marker, beyond in ((left, "<", low < left), (right, ">", high > right)):
        if beyond:
            axes.plot(end, y, marker, color=colour, markersize=5, markeredgewidth=0, clip_on=False, zorder=4)


def _draw_point(axes: "Axes", x: float, y: float, **look: object) -> None:
    left, right = axes.get_xlim()
    axes.plot(min(max(x, left), right), y, linestyle="", clip_on=False, zorder=5, **look)  # type: ignore[arg-type]


_PUBLISHED = {
    "marker": "s",
    "markersize": 4.5,
    "color": "white",
    "markeredgecolor": INK,
    "markeredgewidth": 1.1,
}
_FOUND = {
    True: {"marker": "o", "markersize": 6, "color": INSIDE, "markeredgewidth": 0},
    False: {"marker": "D", "markersize": 6, "color": OUTSIDE, "markeredgecolor": INK, "markeredgewidth": 0.8},
}


def _draw_bar(axes: "Axes", y: float, bar: _Bar) -> None:
    value, low, high = bar.published
    _draw_interval(axes, y - _OFFSET, low, high, INK, 1.1)
    _draw_point(axes, value, y - _OFFSET, **_PUBLISHED)
    value, low, high = bar.simulated
    look = _FOUND[bar.inside]
    _draw_interval(axes, y + _OFFSET, low, high, str(look["color"]), 2.6)
    _draw_point(axes, value, y + _OFFSET, **look)


def _prepare(axes: "Axes", panel: _Panel) -> None:
    axes.set_ylim(len(panel.bars) - 0.5, -0.5)
    if panel.limits == _RATIOS:
        axes.set_xscale("log")
        axes.set_xticks(_RATIO_TICKS, [f"{tick:g}" for tick in _RATIO_TICKS])
        axes.minorticks_off()
        axes.axvline(1, color=FAINT, linewidth=1, zorder=2)
    axes.set_xlim(panel.limits)
    axes.set_xlabel(panel.title, fontsize=8.5)
    axes.grid(axis="x", color=RULE, linewidth=0.7, zorder=1)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0, pad=8)
    axes.tick_params(axis="x", length=3)


def _draw_panel(figure: "Figure", panel: _Panel, top: float) -> None:
    width, height = figure.get_size_inches()
    rows = _ROW * len(panel.bars)
    place = (_LEFT / width, 1 - (top + rows) / height, (width - _LEFT - _RIGHT) / width, rows / height)
    axes = figure.add_axes(place)
    _prepare(axes, panel)
    for y in range(0, len(panel.bars), 2):
        axes.axhspan(y - 0.5, y + 0.5, color=BAND, linewidth=0, zorder=0)
    labels = [f"{bar.label} †" if bar.validation else bar.label for bar in panel.bars]
    axes.set_yticks(range(len(panel.bars)), labels)
    for tick, bar in zip(axes.get_yticklabels(), panel.bars, strict=True):
        tick.set_fontweight("bold" if bar.validation else "normal")
    for y, bar in enumerate(panel.bars):
        _draw_bar(axes, y, bar)


def draw_key(figure: "Figure", found: set[bool], validation: bool) -> None:
    """Draw what the marks of a forest picture mean, along its top; ``found``: inside, outside or both."""
    from matplotlib.lines import Line2D

    published = {**_PUBLISHED, "color": INK, "markerfacecolor": "white"}
    marks = [
        Line2D([], [], linewidth=1.1, label="published, 95% interval", **published),
        *(
            Line2D([], [], linewidth=2.6, label=f"simulated, 95% PI (published {word})", **_FOUND[inside])
            for inside, word in ((True, "inside"), (False, "OUTSIDE"))
            if inside in found
        ),
    ]
    if validation:
        marks.append(Line2D([], [], linestyle="", label="† validation"))
    figure.legend(
        handles=marks, loc="upper center", ncols=len(marks), frameon=False, fontsize=8, handlelength=2.4,
        columnspacing=1.2, borderaxespad=0.2, handletextpad=0.6,
    )  # fmt: skip


def draw_forest(rows: list[Row], salt: str) -> "Figure":
    """Return the forest picture of some compared rows.

    Shares of patients stand on one axis in percent; all other figures, whatever their unit, on a second
    one as ratios to the published figure. A published figure of nought has no ratio and is left out.
    """
    panels = _panels(rows)
    with style(salt, text_as_paths=False):
        figure = canvas(WIDTH, _height(panels))
        bars = [bar for panel in panels for bar in panel.bars]
        draw_key(figure, {bar.inside for bar in bars}, any(bar.validation for bar in bars))
        top = _TOP
        for panel in panels:
            _draw_panel(figure, panel, top)
            top += _ROW * len(panel.bars) + _AXIS
        return finished(figure)
