"""What is said of a graded chart, for terminal and files alike: worst grades, and why, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from livingdrug.bedside.chart_grades import (
    RECORD_SCALES,
    ROW_SCALES,
    ChartGrades,
    Scale,
    graded_records,
    worst_rows,
)
from livingdrug.bedside.grounds import Why, explain_grade
from livingdrug.charts import Chart
from livingdrug.evidence import Edition, Sourced
from livingdrug.observations import CODE_FIELDS, FLAG_FIELDS
from livingdrug.runs import code_hash

NOT_ASSESSABLE = "not assessable"
MANY = 5
"""More patients than this are counted, not shown one by one."""
LEAST = "A worst grade is the least that is certain: times that cannot be graded may hide more."
SHORT = {
    "crs_astct": "CRS ASTCT", "crs_lee": "CRS Lee", "crs_penn": "CRS Penn", "crs_ctcae": "CRS CTCAE",
    "icans": "ICANS", "neutropenia": "ANC", "thrombocytopenia": "PLT", "lymphopenia": "ALC",
    "leukopenia": "WBC", "anaemia": "Hb", "febrile_neutropenia": "FN", "hypogammaglobulinaemia": "IgG",
}  # fmt: skip
"""Heads of the table of times."""
COUNT_HEADS = ("Scale", "None", "1", "2", "3", "4", "5", "Not assessable", "3 or more")
_SEVERE = 3


@dataclass(frozen=True)
class GradedChart:
    """A chart with its grades, and the edition that graded it."""

    chart: Chart
    grades: ChartGrades
    rules: Edition


@dataclass(frozen=True)
class Finding:
    """One scale of one patient: its worst grade, when it was first reached, and why.

    Attributes
    ----------
    scale : Scale
    row : int or None
        Row of the chart; None for what only the whole record shows.
    why : Why
    between : tuple of int
        Lowest and highest grade that what is known allows, where the scale tells them.
    n_open : int
        Rows of the patient that this scale cannot grade: a worse grade may hide there.
    """

    scale: Scale
    row: int | None
    why: Why
    between: tuple[int, int]
    n_open: int


def provenance_of(result: GradedChart) -> dict[str, Any]:
    """Return what the grades were computed from."""
    return {
        "file": result.chart.place,
        "file_hash": result.chart.digest,
        "edition": result.rules.name,
        "edition_hash": result.rules.hash,
        "code_version": version("livingdrug"),
        "code_hash": code_hash(),
    }


def computed_from(result: GradedChart) -> str:
    """Return which edition and code graded, in a line."""
    of = provenance_of(result)
    edition = f"Edition {of['edition']} ({of['edition_hash']})"
    return f"{edition}, code {of['code_version']} ({of['code_hash']})"


def _counted(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def chart_title(result: GradedChart) -> str:
    """Return the file, and how many patients and times it holds."""
    chart = result.chart
    return f"{chart.place}: {_counted(len(chart.patients), 'patient')}, {_counted(len(chart.lines), 'time')}"


def patient_title(result: GradedChart, i: int) -> str:
    """Return a patient's name, age and number of times."""
    age = result.chart.age_years[i]
    told = "age not known" if np.isnan(age) else f"{age:g} years"
    return f"{result.chart.patients[i]}: {told}, {_counted(int(result.chart.n_times[i]), 'time')}"


def day_text(result: GradedChart, row: int) -> str:
    """Write the day of a row."""
    return f"{result.chart.observations.day[row]:.4g}"


@dataclass(frozen=True)
class Times:
    """Times of one patient that are shown: rows of the chart, keys of the scales, and what is left out."""

    keys: tuple[str, ...]
    rows: tuple[int, ...]
    note: str


def times_shown(result: GradedChart, i: int, all_times: bool) -> Times:
    """Return the times of one patient at which a grade changed, or all, and the scales that grade any."""
    chart = result.chart
    rows = np.arange(chart.starts[i], chart.starts[i + 1])
    grades = {scale.key: result.grades.by_row[scale.key].grade[rows] for scale in ROW_SCALES}
    keys = tuple(key for key, grade in grades.items() if (grade >= 0).any())
    stacked = np.stack([grades[key] for key in keys] or [np.zeros(len(rows))])
    changed = np.concatenate([[True], (stacked[:, 1:] != stacked[:, :-1]).any(axis=0)])
    kept = rows[changed | all_times]
    left_out = len(rows) - len(kept)
    note = "?: not assessable, never the same as none."
    if left_out:
        note += f" {_counted(left_out, 'time')} left out at which no grade changed (--all-times shows them)."
    return Times(keys, tuple(kept.tolist()), note)


def counts_by_worst_grade(result: GradedChart) -> list[tuple[str, ...]]:
    """Return for each scale how many patients have which worst grade, under ``COUNT_HEADS``."""
    n = len(result.chart.patients)
    lines = []
    for scale in ROW_SCALES:
        graded = result.grades.by_row[scale.key]
        worst = graded.grade[worst_rows(result.chart, graded)]
        counts = [int((worst == grade).sum()) for grade in (*range(6), -1)]
        severe = int((worst >= _SEVERE).sum())
        lines.append((scale.title, *(str(count) for count in counts), f"{severe} ({severe / n:.1%})"))
    return lines


def worst_findings(result: GradedChart, patients: Sequence[int]) -> list[list[Finding]]:
    """Return for each of these patients the worst row of each scale that grades rows."""
    chart = result.chart
    found: list[list[Finding]] = [[] for _ in patients]
    for scale in ROW_SCALES:
        graded = result.grades.by_row[scale.key]
        n_open = np.add.reduceat((graded.grade < 0).astype(int), chart.starts[:-1])
        worst = worst_rows(chart, graded)
        for k, i in enumerate(patients):
            row = int(worst[i])
            why = explain_grade(graded, scale.grounds, chart.observations, (row,), result.rules)
            found[k].append(Finding(scale, row, why, (why.answer, why.answer), int(n_open[i])))
    return found


def record_findings(result: GradedChart, patient: int) -> list[Finding]:
    """Return what only the whole record of a patient shows."""
    graded = graded_records(result.grades.by_record)
    found = []
    for scale in RECORD_SCALES:
        of = graded[scale.key]
        why = explain_grade(of.graded, scale.grounds, of.seen, (patient,), result.rules)
        between = int(of.lowest[patient]), int(of.highest[patient])
        found.append(Finding(scale, None, why, between, 0))
    return found


def value_text(field: str, value: float | None) -> str:
    """Write what was seen in a field: a number, yes or no, or the word of a code."""
    if value is None:
        return "not known"
    if field in FLAG_FIELDS:
        return "yes" if value else "no"
    if field in CODE_FIELDS:
        return CODE_FIELDS[field](int(value)).name.lower()
    return f"{value:g}"


def grade_text(grade: int) -> str:
    """Write a grade as a word of its own: a number, none, or not assessable."""
    return NOT_ASSESSABLE if grade < 0 else "none" if grade == 0 else str(grade)


def worst_text(found: Finding) -> str:
    """Write the worst grade of a scale; one that is not assessable with the grades that are possible."""
    low, high = found.between
    possible = f": {low} to {high}" if found.why.answer < 0 <= low < high else ""
    return grade_text(found.why.answer) + possible


def open_text(found: Finding) -> str:
    """Write at how many times the grade stays open, empty where at none."""
    return f"{found.n_open} {'time' if found.n_open == 1 else 'times'} not assessable" if found.n_open else ""


def why_text(why: Why) -> str:
    """Write why a grade was given: the criterion and what was seen, or what is missing."""
    missing = [field for field, value in why.inputs.items() if value is None]
    if why.answer < 0:
        return why.text + (f"; missing: {', '.join(missing)}" if missing else "")
    seen = [f"{field} {value_text(field, value)}" for field, value in why.inputs.items() if value is not None]
    return why.text + (f" ({', '.join(seen)})" if seen else "")


def marks_text(why: Why) -> str:
    """Write which of the limits that decided were not read at their source, or are an own reading."""
    marks = []
    if why.unverified:
        marks.append(f"unverified threshold: {', '.join(why.unverified)}")
    if why.assumed:
        marks.append(f"assumed: {', '.join(why.assumed)}")
    return "; ".join(marks)


def places_text(why: Why) -> str:
    """Write where the limits that decided stand, the scale's own source where none did."""
    places = dict.fromkeys(_place(limit) for limit in why.limits)
    return "; ".join(places) or why.source


def _place(limit: Sourced) -> str:
    return f"{limit.source}, {limit.where}"


_TITLES = {scale.key: scale.title for scale in ROW_SCALES}
_COURSES_TOLD = ("crs_astct", "icans")


def course_lines(result: GradedChart, patient: int) -> list[str]:
    """Return the episodes of one patient in words, on the ASTCT scales."""
    lines = []
    for key in _COURSES_TOLD:
        course = result.grades.courses[key]
        n = int(course.n_episodes[patient])
        if n <= 0:
            told = "not assessable at any time" if n < 0 else "no episode"
            lines.append(f"{_TITLES[key]}: {told}")
        for k in range(n):
            end = course.resolved_day[patient, k]
            over = "not seen to be over" if np.isnan(end) else f"over on day {end:.4g}"
            peak = f"worst grade {course.peak_grade[patient, k]} on day {course.peak_day[patient, k]:.4g}"
            begun = f"began on day {course.onset_day[patient, k]:.4g}"
            lines.append(f"{_TITLES[key]}, episode {k + 1}: {begun}, {peak}, {over}")
    return lines


_ANSWERS = {1: "yes", 0: "no", -1: NOT_ASSESSABLE}


def baseline_lines(result: GradedChart, patient: int) -> list[str]:
    """Return the scores of the values before lymphodepletion, in words."""
    if np.isnan(result.chart.lymphodepletion_day[patient]):
        return [
            f"CAR-HEMATOTOX and EASIX: {NOT_ASSESSABLE}: they are of the values before lymphodepletion, "
            "whose first day is not known (column lymphodepletion_day)"
        ]
    score, index = result.grades.hematotox, result.grades.easix
    low, high = int(score.lowest[patient]), int(score.highest[patient])
    points = str(low) if low == high else f"{low} to {high} ({score.n_missing[patient]} values not known)"
    risk = _ANSWERS[int(score.high_risk[patient])]
    values = ((name, float(getattr(index, field)[patient])) for name, field in _INDICES)
    told = ", ".join(f"{name} {NOT_ASSESSABLE if np.isnan(v) else f'{v:.3g}'}" for name, v in values)
    marks = f"; {len(score.unverified)} of its limits are unverified" if score.unverified else ""
    risk_told = f"CAR-HEMATOTOX before lymphodepletion: {points}; high risk: {risk} ({score.source}){marks}"
    return [risk_told, told]


_INDICES = (("EASIX", "easix"), ("m-EASIX", "modified"), ("s-EASIX", "simplified"))
