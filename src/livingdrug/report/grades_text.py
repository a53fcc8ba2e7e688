"""Grades of a chart in the terminal: a table of times, worst grades with why, or a count of many patients."""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from livingdrug.report.graded_chart import (
    LEAST,
    MANY,
    SHORT,
    Finding,
    GradedChart,
    cell_text,
    chart_title,
    computed_from,
    count_heads,
    counts_by_worst_grade,
    day_text,
    line_heads,
    lines_by_patient,
    lines_note,
    patient_title,
    record_findings,
    times_shown,
    when_text,
    worst_findings,
)
from livingdrug.report.graded_words import (
    baseline_lines,
    course_lines,
    lysis_lines,
    marks_text,
    open_text,
    places_text,
    sources_lines,
    sources_of,
    unused_text,
    why_text,
    worst_text,
)
from livingdrug.report.verdict_blocks import STATUS

_WIDTH = 110
_STYLES = {-1: "dim", 0: "", 1: "yellow", 2: "bold yellow", 3: "red", 4: "bold red", 5: "bold white on red"}


def _grade(word: str) -> Text:
    return Text(word, style="dim" if word == "?" else _STYLES[int(word.rstrip("+"))])


def _table(title: str, *heads: str) -> Table:
    table = Table(
        title=Text(title, style="bold"), title_justify="left",
        min_width=len(title), box=box.SIMPLE_HEAD, show_edge=False,
        padding=(0, 1, 0, 0), pad_edge=False,
    )  # fmt: skip
    for head in heads:
        table.add_column(head, overflow="fold")
    return table


_GRADE_WIDTH, _SCALE_WIDTH, _NAME_WIDTH = 15, 27, 8
"""Characters of the columns of worst grades, so that the reasons have the room."""


def _times(result: GradedChart, i: int, all_times: bool) -> tuple[Table, str]:
    """Return the grades of one patient over time, and what the table leaves out."""
    shown = times_shown(result, i, all_times)
    table = _table("Grades over time", "Day", *(SHORT[key] for key in shown.keys))
    for row in shown.rows:
        cells = (_grade(cell_text(result.grades.by_row[key], row)) for key in shown.keys)
        table.add_row(day_text(result, row), *cells)
    return table, shown.note


def _why_cell(found: Finding) -> Text:
    text = Text(why_text(found.why))
    marks = marks_text(found.why)
    if marks:
        text.append(f"\n{marks}", style="yellow")
    text.append(f"\n{places_text(found.why)}", style="dim")
    return text


def _findings(result: GradedChart, findings: list[Finding], patient: int) -> Table:
    table = _table("Worst grade on each scale")
    table.add_column("Scale", width=_SCALE_WIDTH)
    table.add_column("Grade", width=_GRADE_WIDTH)
    table.add_column("Day", no_wrap=True)
    table.add_column("Why, and where the limit stands", overflow="fold", ratio=1)
    for found in findings:
        day = when_text(result, found, patient)
        worst = Text(worst_text(found), style=_STYLES[max(found.why.answer, found.between[0])])
        if found.n_open and found.why.answer >= 0:
            worst.append(f"\n{open_text(found)}", style="dim")
        table.add_row(found.scale.title, worst, day, _why_cell(found))
    return table


def _print_patient(console: Console, result: GradedChart, i: int, all_times: bool) -> list[str]:
    """Print one patient and return the keys of the sources that were named."""
    console.rule(Text(patient_title(result, i), style="bold"), align="left", style="dim")
    console.print()
    table, note = _times(result, i, all_times)
    if len(table.columns) > 1:
        console.print(table)
        console.print(Text(note, style="dim"), end="\n\n")
    found = [*worst_findings(result, [i])[0], *record_findings(result, i)]
    console.print(_findings(result, found, i))
    console.print()
    for line in (*course_lines(result, i), *lysis_lines(result, i), *baseline_lines(result, i)):
        console.print(Text(f"• {line}"))
    console.print()
    return sources_of(found)


def _print_counts(console: Console, result: GradedChart) -> None:
    table = _table("Patients by worst grade", *count_heads(result))
    for row in counts_by_worst_grade(result):
        table.add_row(*row)
    console.print(table)
    console.print(Text(LEAST), end="\n\n")
    table = _table("Worst grade of each patient")
    for k, head in enumerate(line_heads(result)):
        table.add_column(head, overflow="fold", min_width=0 if k else _NAME_WIDTH)
    for name, *words in lines_by_patient(result):
        table.add_row(name, *(_grade(word) for word in words))
    console.print(table)
    console.print(Text(lines_note(result), style="dim"))


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
    else:
        named = [key for i in range(n) for key in _print_patient(console, result, i, all_times)]
        console.print(Text("Sources", style="bold"))
        for line in sources_lines(named):
            console.print(Text(f"• {line}", style="dim"))
    console.print(Text(unused_text(result)))
