"""What was given for toxicity and later: tocilizumab by doses, steroids, organ support, next therapy."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livingdrug.endpoints import PatientRecord
from livingdrug.endpoints.safety import tocilizumab_and_steroid
from livingdrug.report.figures import INSIDE, RULE, canvas, finished, inlined, style
from livingdrug.report.markup import Column, Markup, figure, table
from livingdrug.report.published import Share, draw_share, marks_of_shares, published_shares, share_text
from livingdrug.report.stacks import Part, draw_bar, draw_parts_key
from livingdrug.report.whole import infused_of
from livingdrug.report.words import number, span
from livingdrug.trial import TrialResult
from livingdrug.units import PERCENT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ONE = Part("given, or one dose", "#b3cde3")
_TWO = Part("two doses", "#6f9cc4", "////")
_MORE = Part("three doses or more", "#2b4a6b", "", "#ffffff")
_BAR = 0.46


@dataclass(frozen=True)
class Treatment:
    """One treatment: in words, and in how many doses each patient had it; with the published shares.

    ``of_infused`` and ``of_crs`` are the keys of the definitions that count it among all infused, and
    among those with CRS, by the investigators or as the label counts.
    """

    name: str
    doses: Callable[[PatientRecord], np.ndarray]
    of_infused: tuple[str, ...] = ()
    of_crs: tuple[str, ...] = ()
    dosed: bool = False
    """Whether doses are counted, or only given or not."""


TREATMENTS = (
    Treatment(
        "Tocilizumab", lambda r: r.n_tocilizumab, ("tocilizumab",),
        ("tocilizumab_of_crs", "tocilizumab_of_crs_label"), dosed=True,
    ),
    Treatment("Corticosteroid", lambda r: r.steroid_given, (), ("steroid_of_crs",)),
    Treatment(
        "Tocilizumab and steroid", tocilizumab_and_steroid, ("tocilizumab_and_steroid",),
        ("tocilizumab_and_steroid_of_crs_label",),
    ),
    Treatment("Intensive care", lambda r: r.icu, ("icu",), ("icu_of_crs",)),
    Treatment("Oxygen", lambda r: r.oxygen_given, ("oxygen",), ("oxygen_of_crs",)),
    Treatment("Intubation", lambda r: r.intubated, ("intubation",), ("intubation_of_crs",)),
    Treatment(
        "High-dose vasopressors", lambda r: r.high_dose_vasopressor, ("high_dose_vasopressors",),
        ("high_dose_vasopressors_of_crs",),
    ),
    Treatment("Dialysis", lambda r: r.dialysis, ("dialysis",), ("dialysis_of_crs",)),
    Treatment("Immunoglobulin, any time", lambda r: ~np.isnan(r.ivig_first_day)),
    Treatment("Transplant, any time", lambda r: ~np.isnan(r.transplant_day)),
    Treatment("Next therapy, any time", lambda r: ~np.isnan(r.next_therapy_day)),
)  # fmt: skip


def treated_percent(result: TrialResult, treatment: Treatment) -> tuple[float, float, float]:
    """Return the percentage of infused patients given one dose, two, and three or more."""
    record = infused_of(result)
    doses = np.asarray(treatment.doses(record)).astype(int)
    n = max(1, len(doses))
    one, two, more = (float(found.sum()) for found in (doses == 1, doses == 2, doses > 2))
    return PERCENT * one / n, PERCENT * two / n, PERCENT * more / n


def published_with_crs(result: TrialResult, treatment: Treatment) -> list[Share]:
    """Return the published shares of patients with CRS who had a treatment, that are compared."""
    return [share for share in published_shares(result, treatment.of_crs) if share.row.n_drawn]


def _draw_treatment(axes: "Axes", result: TrialResult, treatment: Treatment, k: int) -> float:
    """Draw one treatment; return how far to the right it reaches."""
    percent = treated_percent(result, treatment)
    draw_bar(axes, k - 0.12, (_ONE, _TWO, _MORE), percent, _BAR, level=True, written=treatment.dosed)
    axes.text(
        sum(percent) + 0.6, k - 0.12, f"{sum(percent):.0f}%", va="center", fontsize=8, fontweight="bold"
    )
    reach = [sum(percent) + 5]
    for share in published_shares(result, treatment.of_infused)[:1]:
        draw_share(axes, share, k + 0.22, "s", level=True)
        reach += [share.percent, share.high]
    for share in published_with_crs(result, treatment)[:1]:
        draw_share(axes, share, k + 0.22, "^", level=True)
        found = Share(share.row, share.definition, share.row.simulated, share.row.pi_low, share.row.pi_high)
        axes.plot([found.low, found.high], [k + 0.4, k + 0.4], color=INSIDE, linewidth=2.2)
        axes.plot(found.percent, k + 0.4, "o", color=INSIDE, markersize=5.5)
        reach += [share.percent, share.high, found.high]
    return float(np.nanmax(reach))


def _of_infused(result: TrialResult) -> bool:
    return any(published_shares(result, treatment.of_infused) for treatment in TREATMENTS)


def _of_crs(result: TrialResult) -> bool:
    return any(published_with_crs(result, treatment) for treatment in TREATMENTS)


def _draw_treatments_key(drawn: "Figure", result: TrialResult) -> None:
    from matplotlib.lines import Line2D

    marks = marks_of_shares(("s", "of the infused")) if _of_infused(result) else []
    if _of_crs(result):
        marks += marks_of_shares(("^", "of those with CRS"))
        marks.append(
            Line2D([], [], color=INSIDE, marker="o", linewidth=2.2, label="simulated, of those with CRS")
        )
    draw_parts_key(drawn, (_ONE, _TWO, _MORE), marks)


def draw_treatments(result: TrialResult) -> "Figure":
    """Return the treatments given as a picture."""
    with style("treatments", text_as_paths=False):
        drawn = canvas(8.4, 4.7)
        axes = drawn.add_axes((0.215, 0.1, 0.745, 0.79))
        reach = max(_draw_treatment(axes, result, treatment, k) for k, treatment in enumerate(TREATMENTS))
        axes.set_ylim(len(TREATMENTS) - 0.4, -0.5)
        axes.set_xlim(0, min(100.0, 10 * np.ceil((reach + 1) / 10)))
        axes.set_yticks(range(len(TREATMENTS)), [treatment.name for treatment in TREATMENTS])
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("% of patients", fontsize=8.5)
        axes.grid(axis="x", color=RULE, linewidth=0.6)
        axes.set_axisbelow(True)
        _draw_treatments_key(drawn, result)
        return finished(drawn)


def treatments_table(result: TrialResult) -> Markup:
    """Return the treatments given as a table, in percent of the infused."""
    columns = [
        Column("Treatment"), Column("Given", "figure"), Column("One dose", "figure"), Column("Two", "figure"),
        Column("Three or more", "figure"),
    ]  # fmt: skip
    printed = _of_infused(result)
    columns += [Column("Published, of the infused (95%)")] if printed else []
    rows = []
    for treatment in TREATMENTS:
        one, two, more = treated_percent(result, treatment)
        doses = [f"{x:.1f}" for x in (one, two, more)] if treatment.dosed else ["", "", ""]
        shares = "; ".join(share_text(share) for share in published_shares(result, treatment.of_infused))
        rows.append([treatment.name, f"{one + two + more:.1f}", *doses, *([shares] if printed else [])])
    return table("Treatments given, % of infused patients", columns, rows)


def crs_treatments_table(result: TrialResult) -> list[Markup]:
    """Return the published treatments of patients with CRS beside the simulated ones, if known."""
    rows = [
        [
            treatment.name,
            share.definition.scale,
            share_text(share),
            number(share.row.simulated) + span(share.row.pi_low, share.row.pi_high),
        ]
        for treatment in TREATMENTS
        for share in published_with_crs(result, treatment)
    ]
    heads = ("Treatment", "CRS by", "Published (95%)", "Simulated (95% PI)")
    columns = [Column(head, "figure" if k > 1 else "") for k, head in enumerate(heads)]
    return [table("Treatments given, % of patients with CRS", columns, rows)] if rows else []


def show_treatments(result: TrialResult) -> Markup:
    """Return the treatments given as a picture with its numbers."""
    told = ", ".join(
        f"{treatment.name} {sum(treated_percent(result, treatment)):.0f}%" for treatment in TREATMENTS
    )
    alt = f"Bars of the treatments given to infused patients: {told}. Numbers: table below."
    caption = (
        "Bars: treatments given to infused virtual patients; organ support and drugs in the CRS period, "
        "transplant and next therapy while followed."
    )
    if _of_infused(result) or _of_crs(result):
        caption += " Open marks: published shares with 95% intervals."
    if _of_crs(result):
        caption += " Those of patients with CRS belong to the filled mark beside them, not to the bar."
    beside = (treatments_table(result), *crs_treatments_table(result))
    return figure(inlined(draw_treatments(result), alt), caption, *beside)
