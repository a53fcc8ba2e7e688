"""A measured value over time in many patients: the median and the bands that hold most of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livingdrug.report.figures import INK, RULE
from livingdrug.report.markup import Column
from livingdrug.report.words import number
from livingdrug.units import DAYS_PER_MONTH, DAYS_PER_WEEK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_FEWEST = 10
"""Patients measured on a day, below which no band is drawn: the outer one would be one patient."""
_TICKS = {0.0: "0", 7.0: "7", 14.0: "14", 28.0: "28 d"} | {
    month * DAYS_PER_MONTH: word
    for month, word in ((3, "3 mo"), (6, "6 mo"), (12, "1 y"), (24, "2 y"), (60, "5 y"))
}
_FEW_TICKS = ("0", "7", "14", "28 d", "3 mo", "1 y", "5 y")
_TABLED_DAYS = (0.0, 7.0, 10.0, 14.0, 21.0, 28.0, 56.0, 91.0)
_TABLED_MONTHS = (6.0, 12.0, 24.0, 36.0, 60.0)


@dataclass(frozen=True)
class Bands:
    """Quantiles of a value on nominal days: of the patients measured on each; NaN where fewer than ten.

    ``quantiles`` has shape (5, days): 5%, 25%, 50%, 75%, 95%.
    """

    days: np.ndarray
    n: np.ndarray
    quantiles: np.ndarray


def bands_of(values: np.ndarray, days: np.ndarray) -> Bands:
    """Return the median and the bands that hold half and nine tenths of the patients.

    Parameters
    ----------
    values : array (patients, days)
        NaN where not seen.
    days : array (days,), day
    """
    found = np.full((len(_QUANTILES), len(days)), np.nan)
    n = (~np.isnan(values)).sum(axis=0)
    for j in np.flatnonzero(n >= _FEWEST):
        column = values[:, j]
        found[:, j] = np.quantile(column[~np.isnan(column)], _QUANTILES)
    return Bands(days, n, found)


def place_in_time(day: np.ndarray | float) -> np.ndarray:
    """Return where a day stands on an axis that gives the first month as much room as the next years."""
    return np.log1p(np.asarray(day) / DAYS_PER_WEEK)


def draw_time_axis(axes: "Axes", last_day: float, narrow: bool = False) -> None:
    """Draw the axis of days, months and years after infusion, up to a day; with fewer ticks if narrow."""
    ticks = {
        day: word
        for day, word in _TICKS.items()
        if day <= last_day * 1.01 and (word in _FEW_TICKS or not narrow)
    }
    axes.set_xticks([float(place_in_time(day)) for day in ticks], list(ticks.values()), fontsize=7.5)
    axes.set_xlim(float(place_in_time(0)), float(place_in_time(last_day * 1.02)))
    axes.set_xlabel("after infusion", fontsize=8)
    axes.grid(color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)


def draw_bands(axes: "Axes", bands: Bands, colour: str, lowest: float = -np.inf) -> None:
    """Draw the median as a line and both bands; what lies below ``lowest`` is drawn at it."""
    known = ~np.isnan(bands.quantiles[0])
    x = place_in_time(bands.days[known])
    outer_low, low, middle, high, outer_high = np.maximum(bands.quantiles[:, known], lowest)
    axes.fill_between(x, outer_low, outer_high, color=colour, alpha=0.16, linewidth=0)
    axes.fill_between(x, low, high, color=colour, alpha=0.34, linewidth=0)
    for edge in (outer_low, outer_high):
        axes.plot(x, edge, color=colour, linewidth=0.7, linestyle=(0, (4, 2)))
    axes.plot(x, middle, color=INK, linewidth=1.7)


def draw_bands_key(figure: object, colour: str, *others: object, top: float = 1.0) -> None:
    """Draw what line and bands mean along the top of a picture."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    marks = [
        Line2D([], [], color=INK, linewidth=1.7, label="median"),
        Patch(facecolor=colour, alpha=0.45, label="middle 50% of patients"),
        Patch(facecolor=colour, alpha=0.16, edgecolor=colour, linestyle="--", label="middle 90%"),
        *others,
    ]
    figure.legend(  # type: ignore[attr-defined]
        handles=marks, loc="upper center", bbox_to_anchor=(0.5, top), ncols=len(marks), frameon=False,
        fontsize=8, handlelength=2.2, columnspacing=1.3, borderaxespad=0.3, handletextpad=0.5,
    )  # fmt: skip


def columns_over_time(of: str) -> tuple[Column, ...]:
    """Return the columns of a table of bands on the days that a reader looks for."""
    figures = ("Measured", "Median", "Middle 50%", "Middle 90%")
    return Column(of), Column("After infusion"), *(Column(head, "figure") for head in figures)


def rows_over_time(of: str, bands: Bands, limit: float = -np.inf) -> list[list[str]]:
    """Return the rows of such a table, for the days on which anyone was measured."""
    return [
        [of, day_in_words(bands.days[j]), *written_quantiles(bands, j, limit)]
        for j in tabled_days(bands.days)
        if bands.n[j]
    ]


def tabled_days(days: np.ndarray) -> list[int]:
    """Return which of the nominal days stand in tables: those that a reader looks for."""
    wanted = np.array([*_TABLED_DAYS, *(month * DAYS_PER_MONTH for month in _TABLED_MONTHS)])
    return sorted({int(np.abs(days - day).argmin()) for day in wanted if day <= days[-1] * 1.01})


def day_in_words(day: float) -> str:
    """Write a nominal day: days in the first three months, then months."""
    months = day / DAYS_PER_MONTH
    return f"day {day:g}" if months < 3.5 else f"month {months:.3g}"


def number_from(value: float, limit: float) -> str:
    """Write a figure; below a limit as "<limit"."""
    return f"<{number(limit)}" if value < limit else number(value)


def written_quantiles(bands: Bands, j: int, limit: float = -np.inf) -> list[str]:
    """Write n, median, middle half and middle nine tenths on one day; below a limit as "<limit"."""
    if np.isnan(bands.quantiles[0, j]):
        return [f"{bands.n[j]:,}", "-", "-", "-"]
    outer_low, low, middle, high, outer_high = (number_from(float(q), limit) for q in bands.quantiles[:, j])
    return [f"{bands.n[j]:,}", middle, f"{low} to {high}", f"{outer_low} to {outer_high}"]
