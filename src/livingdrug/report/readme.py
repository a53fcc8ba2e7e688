"""The README's own picture and tables, written from runs with default settings."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from livingdrug.errors import BadInput
from livingdrug.report.curves import TITLE_PAD, draw_curves
from livingdrug.report.figures import FAINT, INK, INSIDE, OUTSIDE, RULE, canvas, finished, style, written
from livingdrug.report.forest import is_share, share_scale
from livingdrug.report.lines import panels_of
from livingdrug.report.words import name, number, published_text, span
from livingdrug.runs import write_atomically
from livingdrug.trial import Row, RunSettings, TrialResult, load_design, run_trial
from livingdrug.trial.groups import counted_by_topic, driven_by_inputs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

START, END = "<!-- juliet: written by make readme -->", "<!-- juliet: end -->"
OTHERS_START, OTHERS_END = "<!-- other designs: written by make readme -->", "<!-- other designs: end -->"
OTHERS = ("eliana", "elara", "cibmtr_lbcl")
PICTURE = Path("docs/images/juliet.svg")
HEADLINES = (
    "best_orr_40m", "best_cr_40m", "orr_month_3", "orr_month_6", "os_14m", "os_19m", "os_74m",
    "os_responders_74m", "median_os_40m", "median_pfs_40m", "pfs_40m", "rfs_14m", "crs_any_penn",
    "crs_grade_3_4_penn", "crs_onset", "tocilizumab", "icu", "icans_astct", "neutropenia_day_28",
    "thrombocytopenia_day_28", "cmax_mean_responders", "half_life_mean_responders",
)  # fmt: skip
"""Definitions in the open part of the table: chosen for what they are about, never by how they came out."""

_ALL = (0.0, 100.0)
_MARGIN = 2.0


def _draw_shares(axes: "Axes", rows: list[Row]) -> None:
    axes.plot(_ALL, _ALL, color=FAINT, linewidth=1, zorder=1)
    for inside, colour, mark, word in ((True, INSIDE, "o", "inside"), (False, OUTSIDE, "D", "outside")):
        chosen = [row for row in rows if bool(row.inside) == inside]
        scale = np.array([share_scale(row) for row in chosen])
        x = scale * np.array([row.target.value for row in chosen])
        y, low, high = (
            scale * np.array([getattr(row, key) for row in chosen])
            for key in ("simulated", "pi_low", "pi_high")
        )
        axes.errorbar(
            x, y, yerr=np.array([y - low, high - y]), fmt=mark, color=colour, ecolor=colour, elinewidth=1.1,
            markersize=5, markeredgecolor="white" if inside else INK, markeredgewidth=0.6,
            zorder=4 - inside, label=f"published {word} PI: {len(chosen)}",
        )  # fmt: skip
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.02),
        ncols=2,
        frameon=False,
        fontsize=8,
        borderaxespad=0,
        handletextpad=0.2,
        columnspacing=1.2,
    )


def draw_overview(result: TrialResult) -> "Figure":
    """Return survival of the infused, and every percentage against its published figure."""
    shares = [row for row in result.comparison.rows if row.counted and is_share(row)]
    with style("overview", text_as_paths=True):
        figure = canvas(8.6, 4.1)
        left = figure.add_axes((0.14, 0.27, 0.355, 0.585))
        for panel in panels_of(result)[:1]:
            draw_curves(left, panel)
        right = figure.add_axes((0.605, 0.27, 0.375, 0.585))
        right.set_title(
            f"Shares of patients, {len(shares)} figures",
            fontsize=9.5,
            fontweight="bold",
            loc="left",
            pad=TITLE_PAD,
        )
        _draw_shares(right, shares)
        right.set_xlim(-_MARGIN, _ALL[1] + _MARGIN)
        right.set_ylim(-_MARGIN, _ALL[1] + _MARGIN)
        right.set_xlabel("published, %", fontsize=8.5)
        right.set_ylabel("simulated, % (95% PI)", fontsize=8.5)
        right.grid(color=RULE, linewidth=0.7)
        right.set_axisbelow(True)
        return finished(figure)


def _line(row: Row) -> str:
    month = f", month {number(row.target.time_months)}" if np.isfinite(row.target.time_months) else ""
    role = " (validation)" if row.target.role == "validation" else ""
    found = number(row.simulated) + span(row.pi_low, row.pi_high)
    verdict = "not counted" if row.inside is None else "✓" if row.inside else "✗"
    cells = (name(row) + month + role, published_text(row), found, verdict)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("~", "\\~") for cell in cells) + " |"


def _table(rows: list[Row]) -> str:
    head = "| | published (95%) | simulated (95% PI) | inside |\n| --- | --- | --- | :-: |\n"
    return head + "\n".join(_line(row) for row in rows)


def _counts(result: TrialResult) -> str:
    counts = [
        f"{inside} of {of} {role} figures"
        for role in ("calibration", "validation")
        for inside, of in [result.comparison.inside(role)]
        if of
    ]
    return " and ".join(counts) + " lie inside" if counts else "figures are shown and not counted"


def _folded(summary: str, rows: list[Row]) -> list[str]:
    return [f"<details>\n<summary>{summary}</summary>", _table(rows), "</details>"]


def readme_table(result: TrialResult) -> str:
    """Return every counted row as Markdown: the headlines, then all others folded away."""
    comparison = result.comparison
    rows = [row for topic in counted_by_topic(comparison.rows).values() for row in topic]
    first = [row for row in rows if row.target.definition in HEADLINES]
    others = [row for row in rows if row.target.definition not in HEADLINES]
    size = f"{result.provenance['n']} virtual patients, seed {result.provenance['seed']}"
    return "\n\n".join(
        [
            f"{_counts(result)} their 95% prediction interval (PI): the middle 95% of "
            f"{comparison.replicates} trials of the published size drawn from {size}. Calibration figures "
            "helped to set the model's values; validation figures did not. "
            "\\~: interval computed here. ∞: never reached.",
            _table(first),
            *_folded(f"The other {len(others)} figures", others),
        ]
    )


def _shown(result: TrialResult) -> list[Row]:
    """Return the rows that count, or where none does those that are shown without counting."""
    counted = [row for topic in counted_by_topic(result.comparison.rows).values() for row in topic]
    return counted or driven_by_inputs(result.comparison.rows)


def others_table(results: list[TrialResult]) -> str:
    """Return how the other designs compare, as Markdown: the counts, and every figure folded away."""
    parts = []
    for result in results:
        rows = _shown(result)
        parts += [f"**{result.design.title}**: {_counts(result)}."]
        parts += _folded(f"{len(rows)} figures", rows)
    return "\n\n".join(parts)


def _between(text: str, start: str, end: str, content: str) -> str:
    return f"{text.split(start)[0]}{start}\n\n{content}\n\n{end}{text.split(end)[1]}"


def write_readme(root: Path = Path(), settings: RunSettings | None = None) -> None:
    """Run every design with default settings and write picture and tables into the repository at ``root``."""
    readme = root / "README.md"
    text = readme.read_text(encoding="utf-8")
    for marker in (START, END, OTHERS_START, OTHERS_END):
        if marker not in text:
            raise BadInput(f"{readme}: expected the marker {marker}")
    settings = settings or RunSettings(workers=len(os.sched_getaffinity(0)))
    result = run_trial(load_design("juliet"), settings)
    others = [run_trial(load_design(name), settings) for name in OTHERS]
    text = _between(text, START, END, readme_table(result))
    text = _between(text, OTHERS_START, OTHERS_END, others_table(others))
    write_atomically(root / PICTURE, written(draw_overview(result)).encode())
    write_atomically(readme, text.encode())
