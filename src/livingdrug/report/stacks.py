"""Stacked bars whose parts are told apart by shade and by hatching, so that they read in black and white."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livingdrug.report.figures import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDEST = 100.0
_IN_A_ROW = 5
"""Most entries of a key in one row."""
_FEWEST_WRITTEN = 4.5
"""Percent below which a part has no room for its number."""


@dataclass(frozen=True)
class Part:
    """One part of a stacked bar: what it stands for, its shade and its hatching."""

    name: str
    shade: str
    hatch: str = ""
    ink: str = INK


UNKNOWN = Part("not assessable", "#f1f1f1", "xxx")


def draw_bar(
    axes: "Axes", place: float, parts: Sequence[Part], percent: Sequence[float], thickness: float,
    level: bool, written: bool = True,
) -> None:  # fmt: skip
    """Draw one bar: lying if ``level``, else standing; the first part starts at nought.

    Parts wide enough carry their number, if ``written``.
    """
    start = 0.0
    for part, share in zip(parts, percent, strict=True):
        look = {"color": part.shade, "edgecolor": INK, "linewidth": 0.8, "hatch": part.hatch}
        if share > 0 and level:
            axes.barh(place, share, thickness, left=start, **look)  # type: ignore[arg-type]
        elif share > 0:
            axes.bar(place, share, thickness, bottom=start, **look)  # type: ignore[arg-type]
        if written and share >= _FEWEST_WRITTEN:
            middle = start + share / 2
            at = (middle, place) if level else (place, middle)
            box = {"facecolor": part.shade, "edgecolor": "none", "pad": 1.0}
            axes.text(*at, f"{share:.0f}", ha="center", va="center", fontsize=7.5, color=part.ink, bbox=box)
        start += share


def draw_parts_key(
    figure: "Figure", parts: Sequence[Part], others: Sequence[object] = (), top: float = 1.0
) -> None:
    """Draw what shades and hatches mean along the top of a picture, in rows of at most five."""
    from matplotlib.patches import Patch

    marks = [
        Patch(facecolor=part.shade, edgecolor=INK, linewidth=0.8, hatch=part.hatch, label=part.name)
        for part in parts
    ]
    handles = [*marks, *others]
    rows = -(-len(handles) // _IN_A_ROW)
    figure.legend(
        handles=handles, loc="upper center", bbox_to_anchor=(0.5, top), ncols=-(-len(handles) // rows),
        frameon=False, fontsize=8, handlelength=2.4, handleheight=1.1, columnspacing=1.3, borderaxespad=0.3,
        handletextpad=0.5,
    )  # fmt: skip


def prepare_percent_axis(axes: "Axes", level: bool, words: str) -> None:
    """Draw the axis from 0 to 100%."""
    ticks = range(0, 101, 20)
    if level:
        axes.set_xlim(0, _WIDEST)
        axes.set_xticks(ticks)
        axes.set_xlabel(words, fontsize=8.5)
    else:
        axes.set_ylim(0, _WIDEST)
        axes.set_yticks(ticks)
        axes.set_ylabel(words, fontsize=8.5)
