"""The flow of patients, as trials draw it: how far they came, and at the side who was lost and why."""

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livingdrug.course.causes import DeathCause
from livingdrug.course.stopping import StopReason
from livingdrug.endpoints import PatientRecord
from livingdrug.endpoints.records import responded
from livingdrug.report.figures import FAINT, INK, canvas, finished, inlined, style
from livingdrug.report.markup import Column, Markup, figure, numbers, table
from livingdrug.trial import TrialResult
from livingdrug.trial.words import infused_as_published
from livingdrug.units import DAYS_PER_MONTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDTH = 8.0
_LINE = 0.165
"""Inches from one line of text to the next."""
_PADDING = 0.16
_GAP = 0.24
_MAIN = (0.25, 3.3)
_SIDE = (4.25, 3.7)
_ARMS = ((0.05, 3.7), (4.25, 3.7))
"""Left edge and width, in inches, of the boxes in the middle, at the side, and after infusion."""
_WRAP = 66


@dataclass(frozen=True)
class Lost:
    """Patients who went no further than one step, by reason, most frequent first."""

    words: str
    n: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Step:
    """One step of the flow: how many reached it, what was published, and who was lost before the next."""

    words: str
    n: int
    published: int | None
    lost: Lost | None


@dataclass(frozen=True)
class Arm:
    """What became of the infused: of those who responded, and of those who did not."""

    words: str
    n: int
    lost: Lost
    followed: int


_CAUSES = {
    DeathCause.DISEASE: "of the disease", DeathCause.CRS: "of cytokine release syndrome",
    DeathCause.NEUROTOXICITY: "of neurotoxicity", DeathCause.INFECTION: "of infection",
    DeathCause.HLH: "of an HLH-like syndrome", DeathCause.TRANSPLANT: "after a transplant",
    DeathCause.SECOND_MALIGNANCY: "of a second malignancy", DeathCause.OTHER: "of another cause",
}  # fmt: skip


def _lost(pool: PatientRecord, words: str, lost: np.ndarray) -> Lost:
    counts = [(reason, int((lost & (pool.stop_reason == reason)).sum())) for reason in StopReason]
    found = [(reason.text.rstrip(".") if reason else "Reason not recorded", n) for reason, n in counts if n]
    return Lost(words, int(lost.sum()), tuple(sorted(found, key=lambda item: -item[1])))


def steps_of(result: TrialResult) -> tuple[Step, ...]:
    """Return the steps from sampling to infusion with the losses between them."""
    pool, design = result.pool, result.design
    every = np.ones(len(pool), dtype=bool)
    reached = (
        ("Sampled", every, None), ("Eligible", pool.eligible, None),
        ("Enrolled: cells collected and accepted", pool.enrolled, design.n_enrolled),
        ("Product released", pool.enrolled & pool.released, None),
        ("Infused", pool.infused, design.n_infused),
    )  # fmt: skip
    words = ("Not eligible", "Not enrolled", "No product released", "Not infused")
    steps = []
    for k, (name, here, published) in enumerate(reached):
        lost = None
        if k < len(words):
            lost = _lost(pool, words[k], here & ~reached[k + 1][1])
        steps.append(Step(name, int(here.sum()), published, lost))
    return tuple(steps)


def _arm(result: TrialResult, words: str, here: np.ndarray) -> Arm:
    pool = result.pool
    died = here & ~np.isnan(pool.death_day)
    last = np.nanmax(pool.followed_until_day, initial=0.0)
    followed = here & ~died & (pool.followed_until_day >= last)
    causes = [(f"Died {text}", int((died & (pool.death_cause == c)).sum())) for c, text in _CAUSES.items()]
    causes = sorted(((text, n) for text, n in causes if n), key=lambda item: -item[1])
    left = int((here & ~died & ~followed).sum())
    causes += [("Lost from follow-up, alive when last seen", left)] if left else []
    return Arm(words, int(here.sum()), Lost("Not followed to the end", int(died.sum()) + left, tuple(causes)),
               int(followed.sum()))  # fmt: skip


def arms_of(result: TrialResult) -> tuple[Arm, Arm]:
    """Return what became of responders and of the others until the end of follow-up."""
    pool = result.pool
    response = responded(pool)
    return (
        _arm(result, "Responded", response),
        _arm(result, "Did not respond", pool.infused & ~response),
    )


def last_month(result: TrialResult) -> int:
    """Return the month to which patients are followed."""
    last = np.nanmax(result.pool.followed_until_day, initial=0.0)
    return round(float(last) / DAYS_PER_MONTH)


def _step_lines(step: Step) -> list[str]:
    published = [] if step.published is None else [f"(published: {step.published:,})"]
    return [f"{step.words}: {step.n:,}", *published]


def _lost_lines(lost: Lost) -> list[str]:
    lines = [f"{lost.words}: {lost.n:,}"]
    for text, n in lost.reasons:
        lines += textwrap.wrap(f"{n:,}  {text}", _WRAP, initial_indent="   ", subsequent_indent="        ")
    return lines


def _height(lines: list[str]) -> float:
    return _LINE * len(lines) + _PADDING


def _draw_box(axes: "Axes", place: tuple[float, float], top: float, lines: list[str], dashed: bool) -> float:
    """Draw a box of text from its top edge down; return its lower edge."""
    from matplotlib.patches import Rectangle

    left, width = place
    height = _height(lines)
    axes.add_patch(
        Rectangle((left, top - height), width, height, facecolor="white", edgecolor=FAINT if dashed else INK,
                  linewidth=0.9 if dashed else 1.2, linestyle="--" if dashed else "-")
    )  # fmt: skip
    for k, line in enumerate(lines):
        axes.text(
            left + 0.1, top - _PADDING / 2 - _LINE * (k + 0.5), line, va="center",
            fontsize=8.5 if k == 0 else 7.6, fontweight="bold" if k == 0 else "normal", color=INK,
        )  # fmt: skip
    return top - height


def _draw_arrow(axes: "Axes", start: tuple[float, float], end: tuple[float, float]) -> None:
    look = {"arrowstyle": "-|>", "color": INK, "linewidth": 1.0, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops=look)


def _draw_steps(axes: "Axes", steps: tuple[Step, ...], top: float) -> float:
    middle = _MAIN[0] + _MAIN[1] / 2
    for step in steps:
        bottom = _draw_box(axes, _MAIN, top, _step_lines(step), dashed=False)
        if step.lost is None:
            return bottom
        lines = _lost_lines(step.lost)
        side_top = bottom - _GAP / 2
        side_bottom = _draw_box(axes, _SIDE, side_top, lines, dashed=True)
        _draw_arrow(
            axes, (middle, side_top - _height(lines[:1]) / 2), (_SIDE[0], side_top - _height(lines[:1]) / 2)
        )
        top = side_bottom - _GAP / 2
        _draw_arrow(axes, (middle, bottom), (middle, top))
    return top


def _arm_boxes(arm: Arm, month: int) -> tuple[list[str], list[str], list[str]]:
    return (
        [f"{arm.words}: {arm.n:,}"],
        _lost_lines(arm.lost),
        [f"Followed to month {month}: {arm.followed:,}"],
    )


def _draw_arms(axes: "Axes", arms: tuple[Arm, Arm], month: int, bottom: float) -> None:
    middle = _MAIN[0] + _MAIN[1] / 2
    boxes = [_arm_boxes(arm, month) for arm in arms]
    lost_height = max(_height(lost) for _, lost, _ in boxes)
    for place, (reached, lost, followed) in zip(_ARMS, boxes, strict=True):
        centre = place[0] + place[1] / 2
        axes.plot(
            [middle, middle, centre], [bottom, bottom - _GAP / 2, bottom - _GAP / 2], color=INK, linewidth=1
        )
        _draw_arrow(axes, (centre, bottom - _GAP / 2), (centre, bottom - _GAP - 0.08))
        under = _draw_box(axes, place, bottom - _GAP - 0.08, reached, dashed=False)
        _draw_box(axes, place, under - _GAP, lost, dashed=True)
        _draw_arrow(axes, (centre, under), (centre, under - _GAP))
        end = under - _GAP - lost_height - _GAP
        _draw_arrow(axes, (centre, under - _GAP - _height(lost)), (centre, end))
        _draw_box(axes, place, end, followed, dashed=False)


def _total_height(steps: tuple[Step, ...], arms: tuple[Arm, Arm], month: int) -> float:
    height = sum(_height(_step_lines(step)) for step in steps)
    height += sum(_height(_lost_lines(step.lost)) + _GAP for step in steps if step.lost)
    boxes = [_arm_boxes(arm, month) for arm in arms]
    return height + sum(max(_height(box) for box in row) + _GAP for row in zip(*boxes, strict=True)) + 0.3


def draw_flow(result: TrialResult) -> "Figure":
    """Return the flow of patients from sampling to the end of follow-up."""
    steps, arms, month = steps_of(result), arms_of(result), last_month(result)
    height = _total_height(steps, arms, month)
    with style("flow", text_as_paths=False):
        drawn = canvas(_WIDTH, height)
        axes = drawn.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, _WIDTH)
        axes.set_ylim(0, height)
        bottom = _draw_steps(axes, steps, height - 0.05)
        _draw_arms(axes, arms, month, bottom)
        return finished(drawn)


def _rows(result: TrialResult) -> list[tuple[str, str, str, str]]:
    rows = []
    for step in steps_of(result):
        published = "" if step.published is None else f"{step.published:,}"
        rows.append((step.words, f"{step.n:,}", "", published))
        rows += _lost_rows(step.lost, step.lost.words) if step.lost else []
    for arm in arms_of(result):
        rows.append((arm.words, f"{arm.n:,}", "", ""))
        rows += _lost_rows(arm.lost, f"{arm.words}, not followed to the end")
        rows.append((f"{arm.words}, followed to month {last_month(result)}", f"{arm.followed:,}", "", ""))
    return rows


def _lost_rows(lost: Lost, words: str) -> list[tuple[str, str, str, str]]:
    if not lost.reasons:
        return [(words, "", f"{lost.n:,}", "")]
    return [(f"{words}: {text}", "", f"{n:,}", "") for text, n in lost.reasons]


def show_flow(result: TrialResult) -> Markup:
    """Return the flow of patients as a picture with its numbers."""
    flow = result.flow
    share = f"{flow.infused / flow.enrolled:.1%}" if flow.enrolled else "none"
    alt = (
        f"Flow: {flow.sampled:,} sampled, {flow.eligible:,} eligible, {flow.enrolled:,} enrolled, "
        f"{flow.released:,} product released, {flow.infused:,} infused, {flow.responded:,} responded. "
        "Losses and their reasons stand in the table below."
    )
    published = infused_as_published(result.design)
    caption = (
        f"Flow of virtual patients. Infused of the enrolled: {share} (published: {published}). "
        "Dashed: patients who went no further."
    )
    columns = (
        Column("Step, or loss before the next"), Column("Reached it", "figure"), Column("Lost", "figure"),
        Column("Published", "figure"),
    )  # fmt: skip
    counted = table("Flow of virtual patients", columns, _rows(result))
    return figure(inlined(draw_flow(result), alt), caption, numbers("Numbers of the flow", counted))
