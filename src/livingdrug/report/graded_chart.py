"""What is said of a graded chart, for terminal and files alike: worst grades, and why, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from livingdrug.bedside.answers import Graded
from livingdrug.bedside.chart_grades import (
    COURSES,
    RECORD_SCALES,
    ChartGrades,
    certain_grades,
    graded_records,
    shown_scales,
    worst_of,
)
from livingdrug.bedside.chart_scales import LABORATORY, ROW_SCALES, Scale, scale_inputs
from livingdrug.bedside.grounds import Why, explain_grade
from livingdrug.charts import Chart
from livingdrug.evidence import Edition
from livingdrug.runs import code_hash

NOT_ASSESSABLE = "not assessable"
MANY = 5
"""More patients than this are counted, not shown one by one."""
SHOWN = 300
"""Up to so many patients have a line each beside the counts."""
SECTIONS = 100
"""Up to so many patients have a section each on the page."""
LEAST = "A worst grade is the least that is certain: times that cannot be graded may hide more."
SHORT = {
    "crs_astct": "CRS ASTCT", "crs_lee": "CRS Lee", "crs_penn": "CRS Penn", "crs_ctcae": "CRS CTCAE",
    "icans": "ICANS", "neutropenia": "ANC", "thrombocytopenia": "PLT", "lymphopenia": "ALC",
    "leukopenia": "WBC", "anaemia": "Hb", "febrile_neutropenia": "FN", "hypogammaglobulinaemia": "IgG",
    "alt": "ALT", "bilirubin": "Bili", "creatinine": "Crea", "fibrinogen": "Fib", "hypokalaemia": "K low",
    "hyperkalaemia": "K high", "hypocalcaemia": "Ca", "hyperuricaemia": "Urate", "hypophosphataemia": "Phos",
}  # fmt: skip
"""Heads of the table of times."""
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
    name = chart.place.replace("\\", "/").rsplit("/", 1)[-1]
    return f"{name}: {_counted(len(chart.patients), 'patient')}, {_counted(len(chart.lines), 'time')}"


def patient_title(result: GradedChart, i: int) -> str:
    """Return a patient's name, age and number of times."""
    age = result.chart.age_years[i]
    told = "age not known" if np.isnan(age) else f"{age:g} years"
    return f"{result.chart.patients[i]}: {told}, {_counted(int(result.chart.n_times[i]), 'time')}"


def day_text(result: GradedChart, row: int) -> str:
    """Write the day of a row."""
    return days_text(float(result.chart.observations.day[row]))


def days_text(day: float) -> str:
    """Write a day: whole, or to a hundredth, about a quarter of an hour."""
    return f"{round(day, 2):.10g}"


_OPEN = -10
"""Added to the grade that is certain where no grade is given, so that the two differ."""
_MEANING = {
    "neutropenia": "ANC: neutrophils", "thrombocytopenia": "PLT: platelets",
    "lymphopenia": "ALC: lymphocytes", "leukopenia": "WBC: white cells", "anaemia": "Hb: haemoglobin",
    "febrile_neutropenia": "FN: febrile neutropenia", "hypogammaglobulinaemia": "IgG: immunoglobulin G",
    "bilirubin": "Bili: bilirubin", "creatinine": "Crea: creatinine", "fibrinogen": "Fib: fibrinogen",
    "hypokalaemia": "K: potassium", "hypocalcaemia": "Ca: calcium", "hypophosphataemia": "Phos: phosphate",
}  # fmt: skip


def legend_of(keys: Sequence[str]) -> str:
    """Return what the short heads of the table of times stand for."""
    told = "; ".join(_MEANING[key] for key in keys if key in _MEANING)
    return f"{told}." if told else ""


def cell_text(graded: Graded, row: int) -> str:
    """Write the grade of one time: a number, ? where nothing is certain, 3+ where 3 is the least."""
    grade = int(graded.grade[row])
    least = int(certain_grades(graded)[row]) if grade < 0 else 0
    return str(grade) if grade >= 0 else f"{least}+" if least else "?"


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
    grades = {}
    for scale in shown_scales(chart, result.grades):
        graded = result.grades.by_row[scale.key]
        of_patient = np.where(graded.grade < 0, _OPEN + certain_grades(graded), graded.grade)[rows]
        # A term of the laboratory that was never beyond its limit needs no column.
        if (of_patient != _OPEN).any() and (scale not in LABORATORY or ((of_patient % -_OPEN) > 0).any()):
            grades[scale.key] = of_patient
    keys = tuple(grades)
    stacked = np.stack([grades[key] for key in keys] or [np.zeros(len(rows))])
    changed = np.concatenate([[True], (stacked[:, 1:] != stacked[:, :-1]).any(axis=0)])
    kept = rows[changed | all_times]
    left_out = len(rows) - len(kept)
    note = "?: not assessable, never the same as none. 3+: at least 3. " + legend_of(keys)
    if left_out:
        note += f" {_counted(left_out, 'time')} left out at which no grade changed (--all-times shows them)."
    return Times(keys, tuple(kept.tolist()), note)


def count_heads(result: GradedChart) -> tuple[str, ...]:
    """Return the heads of the counts; grade 5 has a column where the chart says of what patients died."""
    five = ("5",) if _deaths_told(result) else ()
    return ("Scale", "None", "1", "2", "3", "4", *five, "Not assessable", "3 or more", "Of these at least")


def _deaths_told(result: GradedChart) -> bool:
    return bool((result.chart.died_of_crs >= 0).any() or (result.chart.died_of_icans >= 0).any())


def counts_by_worst_grade(result: GradedChart) -> list[tuple[str, ...]]:
    """Return for each scale how many patients have which worst grade, under ``count_heads``.

    A grade that is only known to be at least so high counts as so high; the last column has how many.
    """
    n = len(result.chart.patients)
    grades = (*range(6), -1) if _deaths_told(result) else (*range(5), -1)
    lines = []
    for scale in shown_scales(result.chart, result.grades):
        graded = worst_of(result.chart, result.grades, scale.key).graded
        least = certain_grades(graded)
        is_open = graded.grade < 0
        worst = np.where(is_open & (least == 0), -1, least)
        counts = [int((worst == grade).sum()) for grade in grades]
        severe, at_least = int((worst >= _SEVERE).sum()), int((is_open & (least > 0)).sum())
        counted = (*(str(count) for count in counts), f"{severe} ({severe / n:.1%})", str(at_least))
        lines.append((scale.title, *counted))
    return lines


def lines_by_patient(result: GradedChart) -> list[tuple[str, ...]]:
    """Return a line a patient with the worst grade on each scale, severest first, under ``line_heads``."""
    scales = shown_scales(result.chart, result.grades)
    by_scale = [worst_of(result.chart, result.grades, scale.key).graded for scale in scales]
    if not by_scale:
        return []
    least = np.stack([certain_grades(graded) for graded in by_scale])
    toxic = np.array([scale.key in COURSES for scale in scales])
    first = least[toxic].max(axis=0) if toxic.any() else least.max(axis=0)
    order = np.lexsort((np.arange(least.shape[1]), -least.sum(axis=0, dtype=int), -least.max(axis=0), -first))
    return [
        (result.chart.patients[i], *(cell_text(graded, i) for graded in by_scale))
        for i in order.tolist()[:SHOWN]
    ]


def line_heads(result: GradedChart) -> tuple[str, ...]:
    """Return the heads of ``lines_by_patient``."""
    return ("Patient", *(SHORT[scale.key] for scale in shown_scales(result.chart, result.grades)))


def lines_note(result: GradedChart) -> str:
    """Return how the lines of the patients are to be read, and how many are left out."""
    n = len(result.chart.patients)
    left_out = (
        f" {n - SHOWN} patients have no line: --patient shows one, --out and --json all." if n > SHOWN else ""
    )
    keys = [scale.key for scale in shown_scales(result.chart, result.grades)]
    order = "The worst CRS or ICANS first. ?: not assessable; 3+: at least 3. "
    return order + legend_of(keys) + left_out


def unused_columns(result: GradedChart) -> tuple[str, ...]:
    """Return the fields of the chart that no scale, score or episode reads."""
    used = set(_READ_BY_SCORES).union(*(scale_inputs(scale) for scale in (*ROW_SCALES, *RECORD_SCALES)))
    return tuple(field for field in result.chart.fields if field not in used)


_READ_BY_SCORES = (
    "crp_mg_per_l", "ferritin_ug_per_l", "ldh_u_per_l", "platelets_transfused", "platelets_e9_per_l",
    "anc_e9_per_l", "fever_otherwise_explained", "antipyretic_given", "anticytokine_given",
    "norepinephrine_ug_per_min", "epinephrine_ug_per_min", "phenylephrine_ug_per_min",
    "dopamine_ug_per_kg_per_min", "vasopressin_given", "dialysis",
)  # fmt: skip
"""Fields of which the grounds of a scale name what was made, and those of the scores."""


def worst_findings(result: GradedChart, patients: Sequence[int]) -> list[list[Finding]]:
    """Return for each of these patients the worst of each scale that grades rows."""
    chart = result.chart
    found: list[list[Finding]] = [[] for _ in patients]
    for scale in shown_scales(chart, result.grades):
        graded = result.grades.by_row[scale.key]
        n_open = np.add.reduceat((graded.grade < 0).astype(int), chart.starts[:-1])
        worst = worst_of(chart, result.grades, scale.key)
        for k, i in enumerate(patients):
            row = None if worst.by_death[i] else int(worst.rows[i])
            of, place = (worst.graded, i) if row is None else (graded, row)
            why = explain_grade(of, scale.grounds, chart.observations, (place,), result.rules)
            found[k].append(Finding(scale, row, why, _between(of, place), int(n_open[i])))
    return found


def _between(graded: Graded, place: int) -> tuple[int, int]:
    grade = int(graded.grade[place])
    if grade >= 0 or graded.lowest is None or graded.highest is None:
        return grade, grade
    return int(graded.lowest[place]), int(graded.highest[place])


def when_text(result: GradedChart, found: Finding, patient: int) -> str:
    """Write when a worst grade was first reached: its day, that of a death, empty for the whole record."""
    if found.row is not None:
        return day_text(result, found.row)
    by_row = found.scale.key in result.grades.by_row
    return days_text(float(result.chart.died_day[patient])) if by_row else ""


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
