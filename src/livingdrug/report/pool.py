"""What became of the simulated pool itself: who was lost and why, survival, and what came first."""

from itertools import zip_longest

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from livingdrug.endpoints.survival import Estimate
from livingdrug.report.words import number, span
from livingdrug.trial import MONTHS, Loss, Series, TrialResult
from livingdrug.trial.words import infused_as_published


def _figure(estimate: Estimate) -> str:
    return number(estimate.value) + span(estimate.low, estimate.high)


def _table(title: str, series: tuple[Series, ...], width: int) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, width=width,
        show_edge=False, pad_edge=False, padding=0,
    )  # fmt: skip
    table.add_column("", ratio=1)
    table.add_column("n", justify="right", width=5)
    for month in MONTHS:
        table.add_column(f"month {month:g}", width=17)
    medians = [_figure(item.median_months) for item in series if item.median_months]
    if medians:
        table.add_column("median, months", width=17)
    for item, median in zip_longest(series, medians):
        figures = [_figure(found) for found in item.percent]
        table.add_row(item.name, str(item.n), *figures, *([median] if medians else []))
    return table


def _print_losses(console: Console, title: str, losses: tuple[Loss, ...], of: int) -> None:
    lost = sum(loss.n for loss in losses)
    if lost:
        console.print(f"{title}: {lost} of {of} ({lost / of:.1%})")
        for loss in losses:
            console.print(f"  {loss.n:6d}  {loss.n / of:6.1%}  {escape(loss.reason)}")


def print_flow(console: Console, result: TrialResult) -> None:
    """Print how many patients came how far, and the losses by cause."""
    flow, design = result.flow, result.design
    console.print("Patients", style="bold")
    console.print(
        f"  {flow.sampled} sampled → {flow.eligible} eligible → {flow.enrolled} enrolled → "
        f"{flow.released} product released → {flow.infused} infused → {flow.responded} responded"
    )
    share = f" ({flow.infused / flow.enrolled:.1%} of the enrolled)" if flow.enrolled else ""
    console.print(f"  infused: {flow.infused}{share}; published {infused_as_published(design)}")
    _print_losses(console, "  Lost before enrolment", flow.not_enrolled, flow.sampled)
    _print_losses(console, "  Lost between enrolment and infusion", flow.not_infused, flow.enrolled)
    console.print()


def print_estimates(console: Console, result: TrialResult, width: int) -> None:
    """Print survival (Kaplan-Meier) and cumulative incidence (Aalen-Johansen) of the whole pool."""
    if result.survival:
        title = "The pool itself, without a data cut: survival, % (95%)"
        console.print(_table(title, result.survival, width))
        console.print()
    if result.incidence:
        title = "The pool itself: cumulative incidence from response or infusion, % (95%), causes competing"
        console.print(_table(title, result.incidence, width))
        console.print()
