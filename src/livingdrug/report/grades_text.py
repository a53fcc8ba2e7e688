"""Grades of a chart in the terminal: a table of times, worst grades with why, or a count of many patients."""

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from livingdrug.bedside.chart_grades import ROW_SCALES, worst_rows
from livingdrug.report.graded_chart import (
    Finding,
    GradedChart,
    baseline_lines,
    course_lines,
    marks_text,
    open_text,
    places_text,
    provenance_of,
    record_findings,
    why_text,
    worst_findings,
    worst_text,
)
from livingdrug.report.verdict_blocks import STATUS

MANY = 5
"""More patients than this are counted, not shown one by one."""
_WIDTH = 110
_STYLES = {-1: "dim", 0: "", 1: "yellow", 2: "bold yellow", 3: "red", 4: "bold red", 5: "bold white on red"}
_SHORT = {
    "crs_astct": "CRS ASTCT", "crs_lee": "CRS Lee", "crs_penn": "CRS Penn", "crs_ctcae": "CRS CTCAE",
    "icans": "ICANS", "neutropenia": "ANC", "thrombocytopenia": "PLT", "lymphopenia": "ALC",
    "leukopenia": "WBC", "anaemia": "Hb", "febrile_neutropenia": "FN", "hypogammaglobulinaemia": "IgG",
}  # fmt: skip


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
    chart = result.chart
    rows = np.arange(chart.starts[i], chart.starts[i + 1])
    grades = {scale.key: result.grades.by_row[scale.key].grade[rows] for scale in ROW_SCALES}
    shown = [key for key, grade in grades.items() if (grade >= 0).any()]
    table = _table("Grades over time", "Day", *(_SHORT[key] for key in shown))
    stacked = np.stack([grades[key] for key in shown] or [np.zeros(len(rows))])
    changed = np.concatenate([[True], (stacked[:, 1:] != stacked[:, :-1]).any(axis=0)])
    kept = np.flatnonzero(changed | all_times)
    for j in kept:
        cells = (_grade(int(grades[key][j])) for key in shown)
        table.add_row(f"{chart.observations.day[rows[j]]:.4g}", *cells)
    left_out = len(rows) - len(kept)
    notes = ["?: not assessable, never the same as none."]
    if left_out:
        notes.append(f"{left_out} times left out at which no grade changed (--all-times shows them).")
    return table, " ".join(notes)


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
        day = "" if found.row is None else f"{result.chart.observations.day[found.row]:.4g}"
        worst = Text(worst_text(found), style=_STYLES[found.why.answer])
        if found.n_open and found.why.answer >= 0:
            worst.append(f"\n{open_text(found)}", style="dim")
        table.add_row(found.scale.title, worst, day, _why_cell(found))
    return table


def _print_patient(console: Console, result: GradedChart, i: int, all_times: bool) -> None:
    chart = result.chart
    age = chart.age_years[i]
    told = "age not known" if np.isnan(age) else f"{age:g} years"
    console.rule(
        Text(f"{chart.patients[i]}: {told}, {chart.n_times[i]} times", style="bold"),
        align="left",
        style="dim",
    )
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
    heads = ("None", "1", "2", "3", "4", "5", "Not assessable", "3 or more")
    table = _table("Patients by worst grade", "Scale", *heads)
    n = len(result.chart.patients)
    for scale in ROW_SCALES:
        graded = result.grades.by_row[scale.key]
        worst = graded.grade[worst_rows(result.chart, graded)]
        counts = [int((worst == grade).sum()) for grade in (0, 1, 2, 3, 4, 5, -1)]
        severe = int((worst >= 3).sum())
        table.add_row(scale.title, *(str(count) for count in counts), f"{severe} ({severe / n:.1%})")
    console.print(table)
    console.print(
        Text("A worst grade is the least that is certain: times that cannot be graded may hide more.")
    )


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
    chart = result.chart
    n = len(chart.patients)
    console.print(
        Text(
            f"{chart.place}: {n} {'patient' if n == 1 else 'patients'}, {len(chart.lines)} times",
            style="bold",
        )
    )
    of = provenance_of(result)
    console.print(
        Text(f"Edition {of['edition']} ({of['edition_hash']}), code {of['code_version']} ({of['code_hash']})")
    )
    if result.rules.info.warning:
        console.print(Text(f"Warning: {result.rules.info.warning}", style="yellow"))
    console.print(Text(STATUS), end="\n\n")
    if n > MANY:
        _print_counts(console, result)
        return
    for i in range(n):
        _print_patient(console, result, i, all_times)
