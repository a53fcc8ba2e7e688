"""Blood counts, B cells and IgG over time in the infused patients, with the limits that matter."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livingdrug.endpoints.profiles import profile_days
from livingdrug.evidence import Edition
from livingdrug.report.bands import (
    Bands,
    bands_of,
    columns_over_time,
    day_in_words,
    draw_bands,
    draw_bands_key,
    draw_time_axis,
    number_from,
    rows_over_time,
    tabled_days,
)
from livingdrug.report.figures import INK, INSIDE, canvas, finished, inlined, style
from livingdrug.report.markup import Markup, figure, numbers, table
from livingdrug.report.whole import infused_of, rules_of
from livingdrug.report.words import number
from livingdrug.trial import TrialResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LAST_DAY = 1826.25
_DASHES = ("--", ":")


@dataclass(frozen=True)
class Measure:
    """One laboratory value: its place in the record, its words, and the evidence keys of its limits.

    ``lowest`` is where its axis ends, in its unit; ``log`` whether that axis is logarithmic.
    """

    field: str
    name: str
    unit: str
    limits: tuple[tuple[str, str], ...]
    lowest: float
    log: bool

    @property
    def limit(self) -> float:
        """The value below which figures are told only as below it: where a log axis ends."""
        return self.lowest if self.log else -math.inf


def _grades(value: str, *grades: int) -> tuple[tuple[str, str], ...]:
    return tuple(
        (f"scales.ctcae_blood.{value}.grade{grade}_below", f"grade {grade} below") for grade in grades
    )


COUNTS = (
    Measure("profile_anc_e9_per_l", "Neutrophils", "10⁹/L", _grades("neutrophils", 3, 4), 0.01, log=True),
    Measure("profile_platelets_e9_per_l", "Platelets", "10⁹/L", _grades("platelets", 3, 4), 5.0, log=True),
    Measure(
        "profile_haemoglobin_g_per_dl", "Haemoglobin", "g/dL", _grades("haemoglobin", 2, 3), 5.0, log=False
    ),
)
B_CELLS = Measure("profile_b_cells_per_ul", "B cells", "cells/µL", (), 0.01, log=True)
IGG = Measure(
    "profile_igg_g_per_l", "IgG", "g/L",
    (("scales.hypogammaglobulinaemia.lower_normal", "normal from"),
     ("scales.hypogammaglobulinaemia.treated_below", "often replaced below")),
    0.0, log=False,
)  # fmt: skip


def measure_bands(result: TrialResult, measure: Measure) -> Bands:
    """Return the bands of a laboratory value in the infused."""
    return bands_of(getattr(infused_of(result), measure.field), profile_days(rules_of(result)))


def _draw_limits(axes: "Axes", measure: Measure, rules: Edition) -> None:
    """Draw the limits of a value as dashed and dotted lines, named above the picture."""
    for (key, words), dash in zip(measure.limits, _DASHES, strict=False):
        value = rules.number(key)
        axes.axhline(
            value, color=INK, linewidth=1.0, linestyle=dash, zorder=3, label=f"{words} {number(value)}"
        )
    if measure.limits:
        axes.legend(
            loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=2, frameon=False, fontsize=7,
            handlelength=2.0, columnspacing=1.0, borderaxespad=0.1, handletextpad=0.4,
        )  # fmt: skip


def draw_measure(axes: "Axes", measure: Measure, bands: Bands, rules: Edition) -> None:
    """Draw one laboratory value over time with its limits."""
    known = bands.quantiles[~np.isnan(bands.quantiles)]
    highest = max(1.06 * float(known.max(initial=0.0)), 2 * measure.lowest, 1.0)
    axes.set_ylim(measure.lowest, highest)
    if measure.log:
        axes.set_yscale("log")
        ticks = [tick for tick in 10.0 ** np.arange(-3, 5) if measure.lowest <= tick <= highest]
        axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.set_ylim(measure.lowest, highest)
    draw_bands(axes, bands, INSIDE, measure.lowest)
    _draw_limits(axes, measure, rules)
    draw_time_axis(axes, LAST_DAY, narrow=True)
    axes.tick_params(axis="both", labelsize=7.5)
    axes.set_title(f"{measure.name}, {measure.unit}", fontsize=9, fontweight="bold", loc="left", pad=17)


def measures_table(result: TrialResult, measures: tuple[Measure, ...], caption: str) -> Markup:
    """Return laboratory values over time as a table."""
    rows = []
    for measure in measures:
        bands = measure_bands(result, measure)
        rows += rows_over_time(f"{measure.name}, {measure.unit}", bands, measure.limit)
    return table(caption, columns_over_time("Value"), rows)


def told_medians(result: TrialResult, measures: tuple[Measure, ...]) -> str:
    """Say in words the medians on days 0 and 28 and at month 12, for the text of a picture."""
    told = []
    for measure in measures:
        bands = measure_bands(result, measure)
        at = [
            f"{number_from(float(bands.quantiles[2, j]), measure.limit)} on {day_in_words(bands.days[j])}"
            for j in tabled_days(bands.days)
            if round(float(bands.days[j])) in (0, 28, 365)
        ]
        told.append(f"{measure.name} median {', '.join(at)} {measure.unit}")
    return "; ".join(told)


def draw_blood_counts(result: TrialResult) -> "Figure":
    """Return neutrophils, platelets and haemoglobin over time."""
    rules = rules_of(result)
    with style("blood counts", text_as_paths=False):
        drawn = canvas(8.6, 3.2)
        for k, measure in enumerate(COUNTS):
            axes = drawn.add_axes((0.05 + 0.328 * k, 0.14, 0.285, 0.63))
            draw_measure(axes, measure, measure_bands(result, measure), rules)
        draw_bands_key(drawn, INSIDE)
        return finished(drawn)


def show_blood_counts(result: TrialResult) -> Markup:
    """Return the blood counts as a picture with its numbers."""
    alt = (
        "Neutrophils, platelets and haemoglobin after infusion: median and bands of 50% and 90% of infused "
        f"patients, with grade limits. {told_medians(result, COUNTS)}. Numbers: table below."
    )
    caption = (
        "Blood counts of infused virtual patients, alive and followed; neutrophils and platelets on a log "
        "axis, what lies below it drawn at its end. Dashed and dotted: limits of CTCAE grades. The first "
        "month is drawn as wide as the later years."
    )
    counted = measures_table(result, COUNTS, "Blood counts after infusion")
    return figure(inlined(draw_blood_counts(result), alt), caption, numbers("Numbers over time", counted))
