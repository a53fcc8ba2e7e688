"""The comparison of a trial with what was published, as a table in the terminal."""

import math
import textwrap

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from livingdrug.report.pool import print_estimates, print_flow
from livingdrug.report.words import name, number, published_text, span
from livingdrug.trial import LIMITS, Row, TrialResult
from livingdrug.trial.groups import (
    counted_by_topic,
    driven_by_inputs,
    kept_but_not_compared,
    not_simulated,
)

WIDTH = 110
_ROLES = {"calibration": "cal", "validation": "val"}


def verdict(row: Row) -> str:
    """Say in a word and a sign whether the published figure lies inside the prediction interval."""
    if row.inside is None:
        return ""
    return "[green]✓ inside[/]" if row.inside else "[bold red]✗ OUTSIDE[/]"


def _columns(title: str) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, width=WIDTH,
        show_edge=False, pad_edge=False, padding=0,
    )  # fmt: skip
    table.add_column("endpoint", ratio=1)
    table.add_column("month", justify="right", width=5)
    table.add_column("published (95%)", width=22)
    table.add_column("simulated (95% PI)", width=25)
    table.add_column("", width=9)
    table.add_column("", width=3)
    return table


def _print_rows(console: Console, title: str, rows: list[Row]) -> None:
    if not rows:
        return
    table = _columns(title)
    for row in rows:
        month = row.target.time_months
        table.add_row(
            escape(name(row)),
            number(month) if math.isfinite(month) else "",
            escape(published_text(row)),
            number(row.simulated) + span(row.pi_low, row.pi_high),
            verdict(row),
            _ROLES[row.target.role],
        )
    console.print(table)
    console.print()


def _print_compared(console: Console, rows: tuple[Row, ...]) -> None:
    for topic, counted in counted_by_topic(rows).items():
        _print_rows(console, topic, counted)
    _print_rows(console, "Simulated from what was put in: shown, not counted", driven_by_inputs(rows))


def _listed(row: Row, study: str) -> str:
    of = "" if row.target.study == study else f"{row.target.study}: "
    stratum = f" ({row.target.stratum})" if row.target.stratum else ""
    return f"{of}{row.target.endpoint}{stratum} {published_text(row)}"


def _print_not_simulated(console: Console, result: TrialResult) -> None:
    """Print the published outputs that were not simulated, those of one reason together."""
    rows = result.comparison.rows
    left = not_simulated(rows)
    if left:
        console.print("Published, not simulated", style="bold")
    for reason in dict.fromkeys(row.reason for row in left):
        study = result.design.compare[0].study
        named = "; ".join(_listed(row, study) for row in left if row.reason == reason)
        text = textwrap.fill(f"{named}: {reason}.", WIDTH, initial_indent="  • ", subsequent_indent="    ")
        console.print(escape(text))
    counts = [f"{n} {use}" for use, n in kept_but_not_compared(rows).items()]
    if counts:
        console.print(f"Kept in the evidence and not compared: {', '.join(counts)} rows.")
    console.print()


def _print_causes(console: Console, rows: tuple[Row, ...]) -> None:
    """Print the likely causes of what lies outside, the figures of one cause together."""
    out = [row for topic in counted_by_topic(rows).values() for row in topic if not row.inside and row.reason]
    if not out:
        return
    console.print("Outside, and the likely cause", style="bold")
    for reason in dict.fromkeys(row.reason for row in out):
        named = "; ".join(dict.fromkeys(name(row) for row in out if row.reason == reason))
        text = textwrap.fill(f"{named}: {reason}.", WIDTH, initial_indent="  • ", subsequent_indent="    ")
        console.print(escape(text))
    console.print()


def _print_counts(console: Console, result: TrialResult) -> None:
    comparison = result.comparison
    for role in _ROLES:
        inside, of = comparison.inside(role)
        if of:
            console.print(
                f"{role.capitalize()}: {inside} of {of} published figures inside their prediction interval, "
                f"{of - inside} outside.",
                style="bold",
            )
    spread = [
        row.monte_carlo_error / (row.pi_high - row.pi_low)
        for row in comparison.rows
        if row.counted and math.isfinite(row.monte_carlo_error) and 0 < row.pi_high - row.pi_low < math.inf
    ]
    if spread:
        console.print(
            f"Monte Carlo error of the pool, as a share of the width of the PI: "
            f"median {sorted(spread)[len(spread) // 2]:.0%}, at most {max(spread):.0%}; "
            f"{comparison.replicates} trials a row."
        )


def _print_footer(console: Console, result: TrialResult) -> None:
    _print_counts(console, result)
    of = result.provenance
    console.print(
        f"Edition {of['edition']} ({of['edition_hash']}), code {of['code_version']} ({of['code_hash']}),\n"
        f"design {of['design']} ({of['design_hash']}), seed {of['seed']}, n {of['n']}."
    )
    console.print(
        "PI: 95% prediction interval, the middle 95% of trials of the published size drawn from the pool.\n"
        "~: interval computed here from rate and n. cal, val: calibration, validation. ∞: never reached."
    )
    for note in result.notes:
        console.print(f"Note: {note}", style="yellow")
    console.print(LIMITS)


def print_trial(result: TrialResult, console: Console | None = None) -> None:
    """Print the comparison, what was not simulated and why, and where the numbers come from."""
    console = console or Console(width=WIDTH, highlight=False)
    console.print(escape(result.design.title), style="bold", end="\n\n")
    print_flow(console, result)
    _print_compared(console, result.comparison.rows)
    _print_causes(console, result.comparison.rows)
    print_estimates(console, result, WIDTH)
    _print_not_simulated(console, result)
    _print_footer(console, result)
