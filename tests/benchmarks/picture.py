"""The work-precision picture: patients per second against the error reached, one line an engine."""

from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.curves import Measure, median_error, usable, worst_error
from tests.benchmarks.results import Comparison
from tests.benchmarks.tables import KERNEL

from livingdrug.report.figures import FAINT, INK, INSIDE, RULE, canvas, finished, style, written

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PICTURE = Path("docs/images/speed.svg")
_LOOKS = (("o", "-"), ("s", "-"), ("^", "--"), ("v", "--"), ("D", ":"), ("P", ":"), ("X", "-."))
_GREYS = ("#1b1f24", "#1b1f24", "#4b5563", "#1b1f24", "#6b7280", "#1b1f24", "#6b7280")
"""Marks and dashes tell the engines apart; shades only help."""


def draw_work_precision(found: Comparison) -> "Figure":
    """Return two panels: by the median error, and by the error that one number in a thousand exceeds."""
    with style("speed", text_as_paths=True):
        figure = canvas(8.6, 4.6)
        left = figure.add_axes((0.085, 0.26, 0.4, 0.7))
        right = figure.add_axes((0.575, 0.26, 0.4, 0.7))
        _draw(left, found, median_error, "half of all numbers are closer than")
        _draw(right, found, worst_error, "999 of 1,000 numbers are closer than")
        left.set_ylabel("patient-years per second of one processor", fontsize=8.5)
        figure.legend(
            *left.get_legend_handles_labels(),
            loc="lower center",
            ncols=4,
            frameon=False,
            fontsize=8,
            handlelength=3.2,
        )
        return finished(figure)


def _draw(axes: "Axes", found: Comparison, measure: Measure, label: str) -> None:
    peers = [curve for curve in found.curves if curve.engine != KERNEL]
    for curve in found.curves:
        points = [point for point in usable(curve) if measure(point.error) < 1]
        errors, rates = [measure(point.error) for point in points], [point.rate for point in points]
        if curve.engine == KERNEL:
            axes.plot(errors, rates, color=INSIDE, linewidth=3, marker="o", markersize=6, label=curve.engine)
            continue
        k = peers.index(curve)
        mark, dash = _LOOKS[k % len(_LOOKS)]
        axes.plot(
            errors, rates, color=_GREYS[k % len(_GREYS)], linewidth=1.2, linestyle=dash, marker=mark,
            markersize=5, markerfacecolor="white" if k % 2 else None, label=curve.engine,
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.invert_xaxis()
    axes.set_xlabel(f"{label} (→ more exact)", fontsize=8.5, color=INK)
    axes.grid(color=RULE, linewidth=0.7)
    axes.tick_params(labelcolor=FAINT)
    axes.set_axisbelow(True)


def write_picture(found: Comparison, path: Path = PICTURE) -> None:
    """Write the picture into the documents."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(written(draw_work_precision(found)), encoding="utf-8")
