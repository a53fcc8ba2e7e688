"""Grades of a chart as one page that loads nothing."""

from livingdrug.report.graded_chart import (
    LEAST,
    MANY,
    SECTIONS,
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
from livingdrug.report.markup import Column, Content, Markup, element, join, listing, section, table
from livingdrug.report.patient_page import head_of
from livingdrug.report.verdict_blocks import STATUS


def _cell(word: str) -> Content:
    """Return a grade; one not assessable is said in words to those who listen, a severe one has a mark."""
    if word == "?":
        return element("span", "?", title="not assessable", aria_label="not assessable")
    if word.endswith("+"):
        told = f"at least {word[:-1]}"
        return element("strong", word, title=told, aria_label=told)
    return element("strong", f"{word}!" if int(word) >= _SEVERE else word) if int(word) else "0"


_SEVERE = 3


def _times(result: GradedChart, i: int) -> tuple[Content, ...]:
    shown = times_shown(result, i, all_times=True)
    if not shown.keys:
        return ()
    columns = [Column("Day", "figure"), *(Column(SHORT[key], "figure") for key in shown.keys)]
    rows = [
        [day_text(result, row), *(_cell(cell_text(result.grades.by_row[key], row)) for key in shown.keys)]
        for row in shown.rows
    ]
    return table("Grades over time", columns, rows), element("p", f"{shown.note} !: grade 3 or more.")


def _why(found: Finding) -> Markup:
    marks = marks_text(found.why)
    parts = [element("span", why_text(found.why))]
    parts += [element("em", marks)] if marks else []
    parts.append(element("small", places_text(found.why)))
    return Markup("<br>".join(part.html for part in parts))


def _worst(result: GradedChart, i: int, findings: list[Finding]) -> Markup:
    rows = []
    for found in findings:
        grade = worst_text(found)
        still_open = open_text(found) if found.why.answer >= 0 else ""
        when = when_text(result, found, i)
        day = f"day {when}" if when else "whole record"
        rows.append([found.scale.title, f"{grade} ({still_open})" if still_open else grade, day, _why(found)])
    heads = ("Scale", "Worst grade", "When", "Why, and where the limit stands")
    return table("Worst grade on each scale", [Column(head) for head in heads], rows)


def _patient(result: GradedChart, i: int, findings: list[Finding]) -> Markup:
    lines = listing([*course_lines(result, i), *lysis_lines(result, i), *baseline_lines(result, i)])
    return section(
        f"patient-{i}", patient_title(result, i), *_times(result, i), _worst(result, i, findings), lines
    )


def _counts(result: GradedChart) -> Markup:
    columns = [Column(head, "figure" if k else "") for k, head in enumerate(count_heads(result))]
    counts = table("Patients by worst grade", columns, counts_by_worst_grade(result))
    heads = [Column(head, "figure" if k else "") for k, head in enumerate(line_heads(result))]
    rows = [[name, *(_cell(word) for word in words)] for name, *words in lines_by_patient(result)]
    lines = table("Worst grade of each patient", heads, rows)
    n, note = len(result.chart.patients), lines_note(result)
    if n > SECTIONS:
        note += f" Above {SECTIONS} patients nobody has a section: --patient shows one."
    return section(
        "counts", "Patients by worst grade", counts, element("p", LEAST), lines, element("p", note)
    )


def _foot(result: GradedChart, by_patient: list[list[Finding]]) -> Markup:
    """Return the sources that the sections name, each with its title, and what no scale uses."""
    named = [key for findings in by_patient for key in sources_of(findings)]
    parts = [listing(sources_lines(named))] if named else []
    unused = unused_text(result)
    parts += [element("p", unused)] if unused else []
    return section("foot", "Sources and columns", *parts) if parts else Markup("")


def grades_page(result: GradedChart) -> str:
    """Return the grades of a chart as one page of HTML: counts where they are many, then every patient."""
    n = len(result.chart.patients)
    warning = result.rules.info.warning
    notes = [element("p", STATUS, class_="note")]
    notes += [element("p", f"Edition {result.rules.name}: {warning}", class_="note")] if warning else []
    header = element(
        "header",
        element("p", "livingdrug: a chart graded on every scale", class_="brand"),
        element("h1", chart_title(result), style="overflow-wrap: anywhere"),
        element("p", computed_from(result), class_="lead"),
        join(notes),
    )
    shown = range(n if n <= SECTIONS else 0)
    by_row = worst_findings(result, shown)
    by_patient = [[*by_row[i], *record_findings(result, i)] for i in shown]
    main = [_counts(result)] if n > MANY else []
    main += [_patient(result, i, findings) for i, findings in enumerate(by_patient)]
    body = element("body", header, element("main", join([*main, _foot(result, by_patient)])))
    page = element("html", element("head", head_of(chart_title(result))), body, lang="en")
    return f"<!DOCTYPE html>\n{page.html}\n"
