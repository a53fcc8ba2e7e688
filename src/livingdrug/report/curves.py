"""Survival in the simulated pool, with the published points."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from livingdrug.endpoints import PatientRecord
from livingdrug.endpoints.survival import (
    TimeToEvent,
    kaplan_meier,
    overall_survival,
    progression_free_survival,
    relapse_free_survival,
)
from livingdrug.report.figures import FAINT, INK, INSIDE, OUTSIDE, RULE, canvas, style, written
from livingdrug.tables import take
from livingdrug.trial import Row, TrialResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MONTHS = tuple(float(month) for month in np.arange(0, 60.25, 0.25))
_TICKS = tuple(range(0, 61, 12))
_ALL = (0.0, 100.0)
TITLE_PAD = 24
"""Points between a picture and its title, where the key stands."""
_FEWEST_AT_RISK = 0.05
"""Share of a set below which its curve is no longer drawn: a handful of patients would move it."""


@dataclass(frozen=True)
class _Line:
    """One survival curve: its name, colour, dash and mark, how it is counted, and the rows that match it."""

    name: str
    colour: str
    dash: Literal["-", "--"]
    mark: str
    clock: Callable[[PatientRecord], TimeToEvent]
    definitions: tuple[str, ...]


INFUSED = (
    _Line("overall survival", INSIDE, "-", "s", overall_survival, ("os_14m", "os_19m", "os_74m")),
    _Line("progression-free", OUTSIDE, "--", "^", progression_free_survival, ("pfs_40m",)),
)  # fmt: skip
RESPONDERS = (
    _Line("overall survival", INSIDE, "-", "s", overall_survival, ("os_responders_74m",)),
    _Line(
        "relapse-free", OUTSIDE, "--", "^", relapse_free_survival, ("rfs_dec2017", "rfs_14m"),
    ),
)  # fmt: skip


def _draw_published(axes: "Axes", line: _Line, rows: tuple[Row, ...]) -> None:
    look = {
        "fmt": line.mark, "color": line.colour, "markerfacecolor": "white", "markeredgecolor": INK,
        "ecolor": INK, "elinewidth": 1.0, "capsize": 2.5, "markersize": 6, "zorder": 6,
    }  # fmt: skip
    for row in rows:
        if row.target.definition in line.definitions:
            value = row.target.value
            arms = None if math.isnan(row.ci_low) else [[value - row.ci_low], [row.ci_high - value]]
            axes.errorbar(row.target.time_months, value, yerr=arms, **look)  # type: ignore[arg-type]


def _draw_line(axes: "Axes", line: _Line, times: TimeToEvent) -> None:
    enough = max(1.0, _FEWEST_AT_RISK * len(times.months))
    months = tuple(month for month in _MONTHS if (times.months >= month).sum() >= enough)
    found = kaplan_meier(times, months)
    value, low, high = (np.array([getattr(at, name) for at in found]) for name in ("value", "low", "high"))
    axes.fill_between(months, low, high, step="post", color=line.colour, alpha=0.15, linewidth=0)
    axes.step(months, value, where="post", color=line.colour, linestyle=line.dash, linewidth=1.8)


def _draw_at_risk(axes: "Axes", lines: tuple[_Line, ...], times: list[TimeToEvent]) -> None:
    axes.annotate(
        "at risk", (0, 0), (-20, -42), "axes fraction", "offset points", ha="right", fontsize=7, color=FAINT
    )
    for k, (line, time) in enumerate(zip(lines, times, strict=True)):
        axes.annotate(
            line.name, (0, 0), (-20, -54 - 12 * k), "axes fraction", "offset points",
            ha="right", fontsize=7, color=line.colour,
        )  # fmt: skip
        for month in _TICKS:
            axes.annotate(
                f"{int((time.months >= month).sum())}", (month, 0), (0, -54 - 12 * k),
                ("data", "axes fraction"), "offset points", ha="center", fontsize=7, color=line.colour,
            )  # fmt: skip


def _draw_key(axes: "Axes", lines: tuple[_Line, ...]) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], color=line.colour, linestyle=line.dash, linewidth=1.8, marker=line.mark,
               markerfacecolor="white", markeredgecolor=INK, label=line.name)
        for line in lines
    ]  # fmt: skip
    axes.legend(
        handles=marks, loc="lower left", bbox_to_anchor=(-0.02, 1.02), ncols=len(marks), frameon=False,
        fontsize=8, handlelength=3.2, columnspacing=1.2, borderaxespad=0, handletextpad=0.6,
    )  # fmt: skip


def draw_curves(
    axes: "Axes", record: PatientRecord, lines: tuple[_Line, ...], rows: tuple[Row, ...], title: str
) -> None:
    """Draw survival curves with published points, a key and the numbers at risk."""
    times = [line.clock(record) for line in lines]
    for line, time in zip(lines, times, strict=True):
        _draw_line(axes, line, time)
        _draw_published(axes, line, rows)
    axes.set_title(title, fontsize=9.5, fontweight="bold", loc="left", pad=TITLE_PAD)
    axes.set_xlim(0, _TICKS[-1] + 1)
    axes.set_ylim(*_ALL)
    axes.set_xticks(_TICKS)
    axes.set_xlabel("months", fontsize=8.5)
    axes.grid(axis="y", color=RULE, linewidth=0.7)
    axes.set_axisbelow(True)
    _draw_key(axes, lines)
    _draw_at_risk(axes, lines, times)


def analysis_sets(pool: PatientRecord) -> list[tuple[str, PatientRecord, tuple[_Line, ...]]]:
    """Return the infused and the responders, each with a title and its curves; none that is empty."""
    infused = take(pool, pool.infused)
    responders = take(pool, pool.infused & ~np.isnan(pool.first_response_day))
    found = [("All infused", infused, INFUSED), ("Responders", responders, RESPONDERS)]
    return [
        (f"{title}, % (n = {len(record):,})", record, lines) for title, record, lines in found if len(record)
    ]


def draw_survival(result: TrialResult) -> str:
    """Return survival of the infused and of the responders in the pool as an SVG file."""
    sets = analysis_sets(result.pool)
    with style("survival", text_as_paths=False):
        figure = canvas(8.6, 3.9)
        for k, (title, record, lines) in enumerate(sets):
            axes = figure.add_axes((0.135 + 0.5 * k, 0.28, 0.35, 0.58))
            draw_curves(axes, record, lines, result.comparison.rows, title)
        return written(figure)
