"""Grades of a chart in the terminal: a table of times, worst grades with why, or a count of many patients."""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from livingdrug.report.graded_chart import (
    COUNT_HEADS,
    LEAST,
    MANY,
    SHORT,
    Finding,
    GradedChart,
    baseline_lines,
    chart_title,
    computed_from,
    counts_by_worst_grade,
    course_lines,
    day_text,
    marks_text,
    open_text,
    patient_title,
    places_text,
    record_findings,
    times_shown,
    why_text,
    worst_findings,
    worst_text,
)
from livingdrug.report.verdict_blocks import STATUS

_WIDTH = 110
_STYLES = {-1: "dim", 0: "", 1: "yellow", 2: "bold yellow", 3: "red", 4: "bold red", 5: "bold white on red"}


def _grade(grade: int) -> Text:
    return Text("?" if grade < 0 else str(grade), style=_STYLES[grade])


def _table(title: str, *heads: str) -> Table:
    table = Table(
        title=Text(title, style="bold"), title_justify="left", box=box.SIMPLE_HEAD, show_edge=False,
        padding=(0, 1, 0, 0), pad_edge=False,
    )  # fmt: skip
    for head in heads:
        table.add_column(head, overflow="fold")
    return table


_GRADE_WIDTH, _SCALE_WIDTH = 15, 27
"""Characters of the columns of worst grades, so that the reasons have the room."""


def _times(result: GradedChart, i: int, all_times: bool) -> tuple[Table, str]:
    """Return the grades of one patient over time, and what the table leaves out."""
    shown = times_shown(result, i, all_times)
    table = _table("Grades over time", "Day", *(SHORT[key] for key in shown.keys))
    for row in shown.rows:
        cells = (_grade(int(result.grades.by_row[key].grade[row])) for key in shown.keys)
        table.add_row(day_text(result, row), *cells)
    return table, shown.note


def _why_cell(found: Finding) -> Text:
    text = Text(why_text(found.why))
    marks = marks_text(found.why)
    if marks:
        text.append(f"\n{marks}", style="yellow")
    text.append(f"\n{places_text(found.why)}", style="dim")
    return text


def _findings(result: GradedChart, findings: list[Finding]) -> Table:
    table = _table("Worst grade on each scale")
    table.add_column("Scale", width=_SCALE_WIDTH)
    table.add_column("Grade", width=_GRADE_WIDTH)
    table.add_column("Day", no_wrap=True)
    table.add_column("Why, and where the limit stands", overflow="fold", ratio=1)
    for found in findings:
        day = "" if found.row is None else day_text(result, found.row)
        worst = Text(worst_text(found), style=_STYLES[found.why.answer])
        if found.n_open and found.why.answer >= 0:
            worst.append(f"\n{open_text(found)}", style="dim")
        table.add_row(found.scale.title, worst, day, _why_cell(found))
    return table


def _print_patient(console: Console, result: GradedChart, i: int, all_times: bool) -> None:
    console.rule(Text(patient_title(result, i), style="bold"), align="left", style="dim")
    console.print()
    table, note = _times(result, i, all_times)
    console.print(table)
    console.print(Text(note, style="dim"), end="\n\n")
    console.print(_findings(result, [*worst_findings(result, [i])[0], *record_findings(result, i)]))
    console.print()
    for line in (*course_lines(result, i), *baseline_lines(result, i)):
        console.print(Text(f"• {line}"))
    console.print()


def _print_counts(console: Console, result: GradedChart) -> None:
    table = _table("Patients by worst grade", *COUNT_HEADS)
    for row in counts_by_worst_grade(result):
        table.add_row(*row)
    console.print(table)
    console.print(Text(LEAST))


def _screen() -> Console:
    found = Console(highlight=False)
    return Console(width=min(_WIDTH, found.width) if found.is_terminal else _WIDTH, highlight=False)


def print_grades(result: GradedChart, all_times: bool = False, console: Console | None = None) -> None:
    """Print the grades of a chart: every patient where they are few, counts where they are many.

    Parameters
    ----------
    result : GradedChart
    all_times : bool
        Show every row, also where no grade changed.
    """
    console = console or _screen()
    console.print(Text(chart_title(result), style="bold"))
    console.print(Text(computed_from(result)))
    if result.rules.info.warning:
        console.print(Text(f"Warning: {result.rules.info.warning}", style="yellow"))
    console.print(Text(STATUS), end="\n\n")
    n = len(result.chart.patients)
    if n > MANY:
        _print_counts(console, result)
        return
    for i in range(n):
        _print_patient(console, result, i, all_times)
