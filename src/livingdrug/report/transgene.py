"""The transgene in blood over time by response, with the labels' exposure figures."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from livingdrug.endpoints.profiles import profile_days
from livingdrug.endpoints.records import responded
from livingdrug.report.bands import (
    Bands,
    bands_of,
    columns_over_time,
    draw_bands,
    draw_bands_key,
    draw_time_axis,
    place_in_time,
    rows_over_time,
)
from livingdrug.report.exposure import (
    CMAX,
    GROUPS,
    PARAMETERS,
    TMAX,
    Compared,
    Parameter,
    compared_exposures,
    exposure_table,
)
from livingdrug.report.figures import BAND, INK, INSIDE, RULE, canvas, finished, inlined, style
from livingdrug.report.markup import Markup, figure, join, numbers, table
from livingdrug.report.whole import rules_of
from livingdrug.report.words import number
from livingdrug.trial import TrialResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MARKS = ("s", "^", "v")
"""Marks of the labels, in the order in which they come up."""
_BELOW = 0.6
"""Where values below the limit of quantification are drawn, as a share of the limit."""
_PANELS = (0.075, 0.555)
"""Left edges of the profiles."""
_PANEL = (0.48, 0.405, 0.41)
"""Lower edge, width and height of a profile."""
_LAST_DAY = 1826.25


def limit_of(result: TrialResult) -> float:
    """Return the lower limit of quantification, copies/ug."""
    return rules_of(result).number("endpoints.sampling.lower_limit")


def transgene_bands(result: TrialResult) -> dict[str, Bands]:
    """Return the bands of the transgene in responders and in the others."""
    pool, days = result.pool, profile_days(rules_of(result))
    values = pool.profile_transgene_copies_per_ug
    groups = (responded(pool), pool.infused & ~responded(pool))
    return {name: bands_of(values[rows], days) for name, rows in zip(GROUPS, groups, strict=True)}


def _labels_in(exposures: tuple[Compared, ...]) -> list[str]:
    return list(dict.fromkeys(item.label for item in exposures if item.row))


def _draw_published_peak(axes: "Axes", exposures: tuple[Compared, ...], group: str) -> None:
    """Draw each label's mean Cmax, with its interval, at its median Tmax."""
    for k, label in enumerate(_labels_in(exposures)):
        found = {
            item.parameter.endpoint: item.row
            for item in exposures
            if item.row and item.label == label and item.group == group
        }
        peak, when = found.get(CMAX.endpoint), found.get(TMAX.endpoint)
        if peak is None or when is None:
            continue
        value = peak.target.value
        arms = None if math.isnan(peak.ci_low) else [[value - peak.ci_low], [peak.ci_high - value]]
        axes.errorbar(
            float(place_in_time(when.target.value)), value, yerr=arms, fmt=_MARKS[k], markersize=7,
            markerfacecolor="white", markeredgecolor=INK, ecolor=INK, elinewidth=1.3, capsize=3, zorder=6,
        )  # fmt: skip


def _draw_limit(axes: "Axes", limit: float) -> None:
    axes.axhspan(limit * _BELOW / 2, limit, color=BAND, zorder=0)
    axes.axhline(limit, color=INK, linewidth=0.9, linestyle=":")


def _draw_profile(axes: "Axes", bands: Bands, group: str, limit: float, top: float) -> None:
    axes.set_yscale("log")
    draw_bands(axes, bands, INSIDE, limit * _BELOW)
    _draw_limit(axes, limit)
    draw_time_axis(axes, _LAST_DAY)
    axes.set_ylim(limit * _BELOW / 2 * 1.5, top)
    axes.set_title(
        f"{group.capitalize()} (n = {bands.n.max():,})", fontsize=9.5, fontweight="bold", loc="left", pad=5
    )


def _place(item: Compared, k: int) -> float:
    """Return how far down in its panel a figure stands."""
    return 3.2 * GROUPS.index(item.group) + k


def _draw_figure(axes: "Axes", y: float, value: float, low: float, high: float, **look: object) -> None:
    if not math.isnan(low):
        axes.plot([low, high], [y, y], color=look["markeredgecolor"], linewidth=1.6, zorder=3)
    if not math.isnan(value):
        axes.plot(value, y, linestyle="", zorder=4, **look)  # type: ignore[arg-type]


def _draw_log_axis(axes: "Axes") -> None:
    """Draw a log axis with at most four ticks, at 1, 2 or 5 times a power of ten."""
    axes.set_xscale("log")
    axes.minorticks_off()
    steps = [step * 10.0**power for power in range(-3, 9) for step in (1, 2, 5)]
    low, high = axes.get_xlim()
    low, high = max(tick for tick in steps if tick <= low), min(tick for tick in steps if tick >= high)
    axes.set_xlim(0.97 * low, 1.03 * high)
    ticks = [tick for tick in steps if low <= tick <= high]
    while len(ticks) > 4:
        ticks = ticks[::2]
    axes.set_xticks(ticks, [f"{tick:,g}" if tick < 1e6 else f"{tick / 1e6:g}M" for tick in ticks])


def _draw_parameter(axes: "Axes", parameter: Parameter, exposures: tuple[Compared, ...]) -> None:
    """Draw one parameter: each label's figure (open) and under it the simulated one (filled)."""
    labels, rows = _labels_in(exposures), max(1, len(_labels_in(exposures)))
    chosen = [item for item in exposures if item.parameter == parameter]
    for item in chosen:
        k = labels.index(item.label) if item.row else 0
        y, row = _place(item, k), item.row
        if row is not None:
            look = {"marker": _MARKS[k], "markersize": 5.5, "color": "white", "markeredgecolor": INK}
            _draw_figure(axes, y, row.target.value, row.ci_low, row.ci_high, **look)
        low, high = (row.pi_low, row.pi_high) if row else (math.nan, math.nan)
        value = row.simulated if row and row.n_drawn else item.pool
        look = {"marker": "o", "markersize": 5, "color": INSIDE, "markeredgecolor": INSIDE}
        _draw_figure(axes, y + 0.42, value, low, high, **look)
    if parameter is not TMAX:
        _draw_log_axis(axes)
    axes.set_ylim(3.2 + rows + 0.3, -0.6)
    axes.set_title(f"{parameter.name},\n{parameter.unit}", fontsize=8, loc="left", pad=4)
    axes.tick_params(axis="x", labelsize=7.5)
    axes.grid(axis="x", color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.axhline(2.9 + (rows - 2) * 0.3, color=RULE, linewidth=0.8)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])


def _draw_parameters(drawn: "Figure", exposures: tuple[Compared, ...]) -> None:
    labels = max(1, len(_labels_in(exposures)))
    for k, parameter in enumerate(PARAMETERS):
        axes = drawn.add_axes((0.125 + 0.222 * k, 0.075, 0.19, 0.225))
        _draw_parameter(axes, parameter, exposures)
        if k == 0:
            places = [3.2 * group + (labels - 1) / 2 + 0.2 for group in range(len(GROUPS))]
            axes.set_yticks(places, [group.replace("-r", "-\nr") for group in GROUPS], fontsize=8)
            axes.tick_params(axis="y", length=0)


def _draw_keys(drawn: "Figure", exposures: tuple[Compared, ...], limit: float) -> None:
    from matplotlib.lines import Line2D

    names = list(enumerate(_labels_in(exposures)))
    look: dict[str, Any] = {"color": INK, "markerfacecolor": "white", "linewidth": 1.3}
    peaks = {item.label for item in exposures if item.parameter == CMAX}
    above = [
        Line2D([], [], marker=_MARKS[k], label=f"{name}: Cmax at Tmax", **look)
        for k, name in names
        if name in peaks
    ]
    above.append(Line2D([], [], color=INK, linewidth=0.9, linestyle=":", label=f"limit, {number(limit)}"))
    draw_bands_key(drawn, INSIDE, *above)
    published = [Line2D([], [], marker=_MARKS[k], label=f"{name} (95%)", **look) for k, name in names]
    size = "95% PI of a trial of that size" if names else "whole pool"
    found = Line2D([], [], color=INSIDE, marker="o", linewidth=1.6, label=f"simulated ({size})")
    drawn.legend(
        handles=[*published, found], loc="upper center", bbox_to_anchor=(0.5, 0.405), ncols=4, frameon=False,
        fontsize=8, handlelength=2.2, columnspacing=1.3, borderaxespad=0.2,
    )  # fmt: skip


def draw_transgene(result: TrialResult) -> "Figure":
    """Return the transgene over time by response, and exposure beside the labels' figures."""
    bands, limit, exposures = transgene_bands(result), limit_of(result), compared_exposures(result)
    highest = [float(np.nanmax(found.quantiles)) for found in bands.values() if (found.n >= 1).any()
               and not np.isnan(found.quantiles).all()]  # fmt: skip
    with style("transgene", text_as_paths=False):
        drawn = canvas(8.6, 5.9)
        for left, (group, found) in zip(_PANELS, bands.items(), strict=True):
            axes = drawn.add_axes((left, *_PANEL))
            _draw_profile(axes, found, group, limit, 2 * max(highest, default=limit))
            _draw_published_peak(axes, exposures, group)
            if left == _PANELS[0]:
                axes.set_ylabel("transgene, copies/µg (log scale)", fontsize=8.5)
        _draw_parameters(drawn, exposures)
        _draw_keys(drawn, exposures, limit)
        return finished(drawn)


def transgene_table(result: TrialResult) -> Markup:
    """Return the transgene over time by response as a table."""
    limit, rows = limit_of(result), []
    for group, bands in transgene_bands(result).items():
        rows += rows_over_time(group, bands, limit)
    return table("Transgene in blood, copies/µg, by response", columns_over_time("Group"), rows)


def _in_words(exposures: tuple[Compared, ...]) -> str:
    told = []
    for item in exposures:
        printed = f" (published {number(item.row.target.value)})" if item.row else ""
        told.append(f"{item.parameter.name}, {item.group} {number(item.pool)}{printed}")
    return "; ".join(dict.fromkeys(told))


def show_transgene(result: TrialResult) -> Markup:
    """Return the transgene over time and exposure by response as a picture with its numbers."""
    exposures = compared_exposures(result)
    alt = (
        "Transgene in blood over time in responders and non-responders, median and bands of 50% and 90% of "
        f"patients on a log axis, with the labels' mean Cmax at their median Tmax. {_in_words(exposures)}. "
        "Numbers: tables below."
    )
    caption = (
        "Above: transgene in those alive and followed; the first month is drawn as wide as the later years; "
        "dotted, the limit of quantification; what lies below is drawn just under it. Below: "
    )
    caption += (
        "exposure as the labels print it (open) and as simulated (filled; without an interval, the whole "
        "pool). Open marks above are a label's mean Cmax at its median Tmax."
        if _labels_in(exposures)
        else "exposure in the whole pool. No label prints figures for this design."
    )
    folded = numbers("Numbers over time", transgene_table(result))
    return figure(inlined(draw_transgene(result), alt), caption, join([exposure_table(exposures), folded]))
