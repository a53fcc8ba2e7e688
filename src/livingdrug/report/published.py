"""Published shares that belong on a picture, found by the keys of their definitions."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from livingdrug.endpoints import Definition
from livingdrug.report.figures import INK
from livingdrug.report.forest import is_share, share_scale
from livingdrug.report.words import number, span
from livingdrug.trial import Row, TrialResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D


@dataclass(frozen=True)
class Share:
    """A published share of patients in percent, with its interval (NaN where there is none)."""

    row: Row
    definition: Definition
    percent: float
    low: float
    high: float


def share_of(row: Row, definition: Definition) -> Share:
    """Return a row that is a share of patients, in percent."""
    scale = share_scale(row)
    return Share(row, definition, row.target.value * scale, row.ci_low * scale, row.ci_high * scale)


def published_shares(result: TrialResult, definitions: tuple[str, ...]) -> list[Share]:
    """Return the published shares of patients that some definitions describe, the largest n first.

    Parameters
    ----------
    result : TrialResult
    definitions : tuple of str
        Keys of ``targets.definitions``.
    """
    found = [
        share_of(row, row.definition)
        for row in result.comparison.rows
        if row.definition and row.definition.key in definitions
        if row.target.use == "output" and is_share(row)
    ]
    return sorted(found, key=lambda share: -share.row.target.n if math.isfinite(share.row.target.n) else 0)


def share_text(share: Share) -> str:
    """Write a published share in percent with its interval and its n."""
    written = span(share.low, share.high)
    if share.row.interval == "computed":
        written = written.replace("(", "(~", 1)
    of = f", n\u00a0=\u00a0{share.row.target.n:g}" if math.isfinite(share.row.target.n) else ""
    return f"{number(share.percent)}{written}{of}"


def marks_of_shares(*named: tuple[str, str]) -> "list[Line2D]":
    """Return what stands in a key for published shares: of each, its mark and its words."""
    from matplotlib.lines import Line2D

    look: dict[str, Any] = {"color": INK, "markerfacecolor": "white", "linewidth": 1.3}
    return [Line2D([], [], marker=mark, label=f"published, {words}", **look) for mark, words in named]


def draw_share(axes: "Axes", share: Share, at: float, marker: str, level: bool) -> None:
    """Draw a published share as an open mark with its interval, along an axis of percent."""
    arms = None if math.isnan(share.low) else [[share.percent - share.low], [share.high - share.percent]]
    x, y = (share.percent, at) if level else (at, share.percent)
    axes.errorbar(
        x, y, xerr=arms if level else None, yerr=None if level else arms, fmt=marker, markersize=6.5,
        markerfacecolor="white", markeredgecolor=INK, ecolor=INK, elinewidth=1.3, capsize=2.5, zorder=6,
        clip_on=False,
    )  # fmt: skip
