"""The simulated course of patients like one patient as a figure, with the dates of the plan on its axes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from livingdrug.bedside.dates import months_after
from livingdrug.bedside.response import Response, is_complete
from livingdrug.endpoints import PatientRecord
from livingdrug.endpoints.survival import kaplan_meier, left_open_day, overall_survival
from livingdrug.patients import Indication
from livingdrug.report.figures import FAINT, INK, INSIDE, OUTSIDE, RULE, canvas, finished, style, written
from livingdrug.report.patient_course import (
    LOWEST_TRANSGENE,
    Clock,
    free_of_disease,
    infused_of,
    infusion_date,
)
from livingdrug.runs import OnePatient, Seen
from livingdrug.tables import take
from livingdrug.units import DAYS_PER_MONTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BANDS = ((5.0, 95.0, "#d5dbe1"), (25.0, 75.0, "#a3aeba"))
"""Middle 90% and middle 50% of patients, light and dark grey."""
_DAYS = 35.0
_WEEK = 7
_DAY_TICKS = tuple(range(0, 36, 7))
_MONTHS = 24.0
_MONTH_TICKS = (0, 6, 12, 18, 24)
_FEWEST_SHARE = 0.05
_WIDE = 200.0
"""Ratio of the ends of a logarithmic axis above which only whole decades are written."""
_LEFT, _RIGHT, _WIDTH = 0.085, 0.585, 0.385
_TOP, _STEP, _HEIGHT = 0.915, 0.183, 0.112
_GREYS = ("#4a5560", "#8d98a4", "#dfe3e8", "white", "#1b1f24", "white")
_HATCHES = ("", "", "", "////", "", "....")

STATES = (
    "complete (CR, CRi)",
    "partial (PR)",
    "no response",
    "progressed or relapsed",
    "dead",
    "no longer followed",
)
"""States that exclude each other, in the order in which they are drawn."""
STATE_MONTHS = (1, 3, 6, 12, 18, 24)
_FIRST_MONTH_DAY = 30.0
"""The visit of month 1 falls on day 28, somewhat before a month is over."""


@dataclass(frozen=True)
class _Panel:
    """One level over time: its field, title, whether its scale is logarithmic, and a limit to draw.

    ``floor``: values below stand at the foot of the panel, for what is not found there has no number.
    """

    field: str
    title: str
    log: bool = False
    floor: float | None = None
    limit: float | None = None


def _first_weeks(result: OnePatient) -> tuple[_Panel, ...]:
    rules = result.rules
    fever = rules.number("scales.crs_astct.fever_c")
    anc = rules.number("scales.ctcae_blood.neutrophils.grade4_below")
    low = rules.number("scales.ctcae_blood.platelets.grade3_below")
    return (
        _Panel("temperature_c", f"Temperature, °C (dashed: {fever:g})", limit=fever),
        _Panel("crp_mg_per_l", "CRP, mg/L", log=True),
        _Panel("il6_pg_per_ml", "IL-6, pg/mL", log=True),
        _Panel("anc_e9_per_l", f"Neutrophils, e9/L (dashed: {anc:g})", log=True, limit=anc),
        _Panel("platelets_e9_per_l", f"Platelets, e9/L (dashed: {low:g})", log=True, limit=low),
    )


def _later(result: OnePatient) -> tuple[_Panel, ...]:
    ivig = result.plan.ivig_below_g_per_l
    limit = None if np.isnan(ivig) else ivig
    words = "" if limit is None else f" (dashed: replaced below {ivig:g}, plan)"
    seen = result.rules.number(LOWEST_TRANSGENE)
    title = f"Transgene in blood, copies/µg (foot: below {seen:g})"
    return (
        _Panel("transgene_copies_per_ug", title, log=True, floor=seen),
        _Panel("b_cells_per_ul", "B cells, per µL (foot: 0.01 or fewer)", log=True, floor=0.01),
        _Panel("igg_g_per_l", f"IgG, g/L{words}", limit=limit),
    )


def _dress(axes: "Axes", title: str) -> None:
    axes.set_title(title, fontsize=9, fontweight="bold", loc="left", pad=5)
    axes.grid(axis="y", color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=7.5, length=2.5)


def _date_ticks(axes: "Axes", at: tuple[int, ...], label: Callable[[int], str]) -> None:
    axes.set_xticks(at, [label(k) for k in at])


def _by_day(infusion: date) -> Callable[[int], str]:
    def label(k: int) -> str:
        day = infusion + timedelta(days=k)
        return f"{day.day} {day:%b}\nday {k}"

    return label


def _by_month(infusion: date) -> Callable[[int], str]:
    return lambda k: f"{months_after(infusion, k):%b %Y}\nmonth {k}"


def _log_scale(axes: "Axes") -> None:
    """Give a logarithmic axis plain numbers: 1, 2 and 5 of each decade where there is room."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    low, high = axes.get_ylim()
    subs = (1.0,) if high / low > _WIDE else (1.0, 2.0, 5.0)
    axes.yaxis.set_major_locator(LogLocator(subs=subs, numticks=9))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.yaxis.set_minor_locator(NullLocator())


def _readable(days: np.ndarray, until_day: float) -> np.ndarray:
    """Return which times are drawn: all in the first weeks, otherwise one a day, later one a week."""
    kept = days <= until_day
    if until_day > _DAYS:
        early = (days <= _DAYS) & (days == np.floor(days))
        weekly = (days > _DAYS) & ((np.floor(days) % _WEEK == 0) | (days != np.floor(days)))
        kept = kept & (early | weekly)
    return kept


def _draw_level(axes: "Axes", panel: _Panel, seen: Seen, until_day: float, scale: float, fewest: int) -> None:
    """Draw median and bands over patients; x in days divided by scale, while enough patients are seen."""
    days = np.asarray(seen.days)
    kept = _readable(days, until_day)
    values, days = getattr(seen, panel.field)[:, kept], days[kept]
    values = (
        values if panel.floor is None else np.fmax(values, np.where(np.isnan(values), np.nan, panel.floor))
    )
    enough = max(fewest, int(_FEWEST_SHARE * len(values)))
    shown = (~np.isnan(values)).sum(axis=0) >= min(enough, len(values))
    values, x = values[:, shown], days[shown] / scale
    if panel.log:
        axes.set_yscale("log")
    if x.size:
        for low, high, colour in BANDS:
            bottom, top = np.nanpercentile(values, (low, high), axis=0)
            axes.fill_between(x, bottom, top, color=colour, linewidth=0)
        axes.plot(x, np.nanmedian(values, axis=0), color=INK, linewidth=1.4)
    if panel.floor is not None:
        axes.set_ylim(bottom=panel.floor)
    if panel.log:
        _log_scale(axes)
    if panel.limit is not None:
        axes.axhline(panel.limit, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    _dress(axes, panel.title)


@dataclass(frozen=True)
class States:
    """Patients in each state at a month: ``counts`` follows ``STATES``."""

    month: int
    counts: tuple[int, ...]


def states_at(record: PatientRecord, months: tuple[int, ...] = STATE_MONTHS) -> tuple[States, ...]:
    """Count infused patients by state at some months; the last assessment until then decides.

    Whoever left the follow-up of the disease, by a next therapy, a transplant or loss, counts as no
    longer followed until death.
    """
    return tuple(States(month, _counts(record, month)) for month in months)


def _counts(record: PatientRecord, month: int) -> tuple[int, ...]:
    day = _FIRST_MONTH_DAY if month == 1 else month * DAYS_PER_MONTH
    dead = record.death_day <= day
    progressed = ~dead & (record.progression_day <= day)
    left = ~dead & ~progressed & (left_open_day(record) < day)
    open_ = ~dead & ~progressed & ~left
    last = _last_response(record, day)
    complete, partial = is_complete(last), last == Response.PR
    groups = (
        open_ & complete, open_ & partial, open_ & ~complete & ~partial, progressed, dead, left,
    )  # fmt: skip
    return tuple(int(group.sum()) for group in groups)


def _last_response(record: PatientRecord, day: float) -> np.ndarray:
    """Return the response at the last assessment until a day."""
    usable = (record.response >= 0) & (record.assessment_day <= day)
    last = np.full(len(record), int(Response.NOT_ASSESSED))
    for visit in range(record.response.shape[1]):
        last = np.where(usable[:, visit], record.response[:, visit], last)
    return last


def _draw_states(axes: "Axes", record: PatientRecord) -> None:
    """Draw the share of patients in each state at each visit, one bar a visit."""
    found = states_at(record)
    bottom = np.zeros(len(found))
    for k, name in enumerate(STATES):
        share = np.array([100 * at.counts[k] / len(record) for at in found])
        axes.bar(
            [at.month for at in found], share, bottom=bottom, width=1.5, color=_GREYS[k], hatch=_HATCHES[k],
            edgecolor=INK, linewidth=0.5, label=name,
        )  # fmt: skip
        bottom += share
    _dress(axes, "State at each visit, % of those infused")
    axes.set_ylim(0, 100)
    axes.legend(
        loc="upper left", bbox_to_anchor=(-0.02, -0.34), ncols=3, frameon=False, fontsize=6.5,
        handlelength=1.4, columnspacing=1.0, handletextpad=0.5, borderaxespad=0,
    )  # fmt: skip


def _draw_survival(axes: "Axes", record: PatientRecord) -> None:
    indication = Indication(int(record.indication[0]))
    words, clock = free_of_disease(indication)
    lines: tuple[tuple[str, str, str, Clock], ...] = (
        ("alive", INSIDE, "-", overall_survival),
        (words, OUTSIDE, "--", clock),
    )
    months = tuple(float(m) for m in np.arange(0, _MONTHS + 0.25, 0.25))
    for name, colour, dash, clock in lines:
        found = kaplan_meier(clock(record), months)
        value, low, high = (
            np.array([getattr(at, what) for at in found]) for what in ("value", "low", "high")
        )
        axes.fill_between(months, low, high, step="post", color=colour, alpha=0.15, linewidth=0)
        axes.step(months, value, where="post", color=colour, linestyle=dash, linewidth=1.6, label=name)
    _dress(axes, "Survival from infusion, % (95% interval)")
    axes.set_ylim(0, 100)
    axes.legend(loc="lower left", frameon=False, fontsize=6.5, handlelength=2.6)


def draw_course(result: OnePatient) -> "Figure":
    """Return the simulated course as a figure: first weeks on the left, two years on the right."""
    with style("patient", text_as_paths=False):
        return finished(_drawn(result))


def patient_picture(result: OnePatient) -> str:
    """Return the same figure as an SVG file that stands alone; a short note where nothing was simulated."""
    with style("patient", text_as_paths=True):
        return written(_drawn(result))


def _drawn(result: OnePatient) -> "Figure":
    if result.alike is None or not result.alike.record.infused.any():
        figure = canvas(6.0, 1.0)
        words = (
            "Not simulated: the rules refuse treatment." if result.refused else "Nobody reaches the infusion."
        )
        figure.text(0.5, 0.5, words, ha="center", va="center", color=INK)
        return figure
    figure = canvas(9.2, 9.8)
    infusion = infusion_date(result)
    _draw_heads(figure, result)
    infused, seen = infused_of(result.alike), take(result.alike.seen, result.alike.record.infused)
    fewest = int(result.rules.number("patients.alike.fewest_shown"))
    for k, panel in enumerate(_first_weeks(result)):
        axes = figure.add_axes((_LEFT, _bottom(k), _WIDTH, _HEIGHT))
        _draw_level(axes, panel, seen, _DAYS, 1.0, fewest)
        axes.set_xlim(0, _DAYS)
        _date_ticks(axes, _DAY_TICKS, _by_day(infusion))
    for k, panel in enumerate(_later(result)):
        axes = figure.add_axes((_RIGHT, _bottom(k), _WIDTH, _HEIGHT))
        _draw_level(axes, panel, seen, _MONTHS * DAYS_PER_MONTH, DAYS_PER_MONTH, fewest)
        _month_axis(axes, infusion)
    for k, draw in ((3, _draw_survival), (4, _draw_states)):
        axes = figure.add_axes((_RIGHT, _bottom(k), _WIDTH, _HEIGHT))
        draw(axes, infused)
        _month_axis(axes, infusion)
    return figure


def _draw_heads(figure: "Figure", result: OnePatient) -> None:
    """Write whom the figure shows and how it is read above the panels."""
    assert result.alike is not None
    record, infusion = result.alike.record, infusion_date(result)
    n = int(record.infused.sum())
    head = f"{n} infused of {len(record)} virtual patients like this one; day 0 is {infusion}"
    read = "Line: median. Dark and light grey: middle 50% and 90% of patients still followed."
    figure.text(_LEFT, 0.982, head, fontsize=10, fontweight="bold", va="center")
    figure.text(_LEFT, 0.961, read, fontsize=8, color=FAINT, va="center")


def _bottom(k: int) -> float:
    return _TOP - _HEIGHT - _STEP * k


def _month_axis(axes: "Axes", infusion: date) -> None:
    axes.set_xlim(-0.9, _MONTHS + 0.9)
    _date_ticks(axes, _MONTH_TICKS, _by_month(infusion))
    axes.tick_params(axis="x", labelsize=7)
