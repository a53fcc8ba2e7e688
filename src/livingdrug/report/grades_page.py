"""Grades of a chart as one page that loads nothing."""

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
from livingdrug.report.markup import Column, Content, Markup, element, join, listing, section, table
from livingdrug.report.patient_page import head_of
from livingdrug.report.verdict_blocks import STATUS


def _cell(grade: int) -> Content:
    """Return a grade; one not assessable is said in words to those who listen."""
    if grade < 0:
        return element("span", "?", title="not assessable", aria_label="not assessable")
    return element("strong", str(grade)) if grade else "0"


def _times(result: GradedChart, i: int) -> tuple[Content, ...]:
    shown = times_shown(result, i, all_times=True)
    columns = [Column("Day", "figure"), *(Column(SHORT[key], "figure") for key in shown.keys)]
    rows = [
        [day_text(result, row), *(_cell(int(result.grades.by_row[key].grade[row])) for key in shown.keys)]
        for row in shown.rows
    ]
    return table("Grades over time", columns, rows), element("p", shown.note)


def _why(found: Finding) -> Markup:
    marks = marks_text(found.why)
    parts = [element("span", why_text(found.why))]
    parts += [element("em", marks)] if marks else []
    parts.append(element("small", places_text(found.why)))
    return Markup("<br>".join(part.html for part in parts))


def _worst(result: GradedChart, i: int) -> Markup:
    findings = [*worst_findings(result, [i])[0], *record_findings(result, i)]
    rows = []
    for found in findings:
        grade = worst_text(found)
        still_open = open_text(found) if found.why.answer >= 0 else ""
        day = "whole record" if found.row is None else f"day {day_text(result, found.row)}"
        rows.append([found.scale.title, f"{grade} ({still_open})" if still_open else grade, day, _why(found)])
    heads = ("Scale", "Worst grade", "When", "Why, and where the limit stands")
    return table("Worst grade on each scale", [Column(head) for head in heads], rows)


def _patient(result: GradedChart, i: int) -> Markup:
    lines = listing([*course_lines(result, i), *baseline_lines(result, i)])
    return section(f"patient-{i}", patient_title(result, i), *_times(result, i), _worst(result, i), lines)


def _counts(result: GradedChart) -> Markup:
    columns = [Column(head, "figure" if k else "") for k, head in enumerate(COUNT_HEADS)]
    counts = table("Patients by worst grade", columns, counts_by_worst_grade(result))
    return section("counts", "Patients by worst grade", counts, element("p", LEAST))


def grades_page(result: GradedChart) -> str:
    """Return the grades of a chart as one page of HTML: every patient where they are few, else counts."""
    n = len(result.chart.patients)
    warning = result.rules.info.warning
    notes = [element("p", STATUS, class_="note")]
    notes += [element("p", f"Edition {result.rules.name}: {warning}", class_="note")] if warning else []
    header = element(
        "header",
        element("p", "livingdrug: a chart graded on every scale", class_="brand"),
        element("h1", chart_title(result)),
        element("p", computed_from(result), class_="lead"),
        join(notes),
    )
    main = [_counts(result)] if n > MANY else [_patient(result, i) for i in range(n)]
    body = element("body", header, element("main", join(main)))
    page = element("html", element("head", head_of(chart_title(result))), body, lang="en")
    return f"<!DOCTYPE html>\n{page.html}\n"
