"""Every scale applied to a chart: grades row by row, and what only the whole record of a patient shows."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.answers import NOT_ASSESSABLE, Graded, Verdict
from livingdrug.bedside.car_hematotox import Hematotox, car_hematotox
from livingdrug.bedside.chart_scales import ROW_SCALES, Scale, grade_rows, scales_with_input
from livingdrug.bedside.crs import with_death as with_death_of_crs
from livingdrug.bedside.easix import Easix, easix
from livingdrug.bedside.episodes import GradedCourse, crs_course, icans_course
from livingdrug.bedside.grade_range import GradeRange
from livingdrug.bedside.icaht import GROUNDS as ICAHT_GROUNDS
from livingdrug.bedside.icaht import Icaht, grade_icaht
from livingdrug.bedside.icaht_platelets import GROUNDS as PLATELET_ICAHT_GROUNDS
from livingdrug.bedside.icaht_platelets import PlateletIcaht, grade_icaht_platelets
from livingdrug.bedside.icans import with_death as with_death_of_icans
from livingdrug.bedside.tumour_lysis import GROUNDS as TUMOUR_LYSIS_GROUNDS
from livingdrug.bedside.tumour_lysis import (
    LysisFindings,
    ctcae_tumour_lysis,
    findings_in_window,
    grade_tumour_lysis,
    laboratory_tumour_lysis,
)
from livingdrug.charts import Block, Chart, Known, first_known, in_blocks, last_known
from livingdrug.evidence import Edition
from livingdrug.observations import Observations
from livingdrug.tables import concatenate, take

RECORD_SCALES = (
    Scale("icaht_early", "ICAHT by neutrophils, days 0 to 30", ICAHT_GROUNDS),
    Scale("icaht_late", "ICAHT by neutrophils, days 31 to 100", ICAHT_GROUNDS),
    Scale("icaht_platelets_early", "ICAHT by platelets, days 0 to 30", PLATELET_ICAHT_GROUNDS),
    Scale("icaht_platelets_late", "ICAHT by platelets, days 31 to 100", PLATELET_ICAHT_GROUNDS),
    Scale("tumour_lysis", "Tumour lysis, Cairo-Bishop", TUMOUR_LYSIS_GROUNDS),
    Scale("tumour_lysis_ctcae", "Tumour lysis, CTCAE v5", TUMOUR_LYSIS_GROUNDS),
)
"""Scales that grade a patient by the whole record."""
COURSES = ("crs_astct", "crs_lee", "crs_penn", "crs_ctcae", "icans")
"""Scales by which episodes are told."""


@dataclass(frozen=True)
class LaboratoryLysis:
    """Whether the laboratory shows tumour lysis, and each of its analytes: 1, 0 or -1, (n,)."""

    answer: np.ndarray
    urate: np.ndarray
    potassium: np.ndarray
    phosphate: np.ndarray
    calcium: np.ndarray
    source: str


def _laboratory_lysis(found: Verdict) -> LaboratoryLysis:
    of = {reason.code.lower(): reason.answer for reason in found.reasons}
    return LaboratoryLysis(found.answer, **of, source=found.reasons[0].source)


@dataclass(frozen=True)
class RecordGrades:
    """What only the whole record of a patient shows, (n,)."""

    icaht: Icaht
    icaht_platelets: PlateletIcaht
    laboratory_lysis: LaboratoryLysis
    lysis_findings: LysisFindings
    tumour_lysis: Graded
    tumour_lysis_ctcae: Graded


@dataclass(frozen=True)
class OnRecord:
    """A grade by the whole record, (n,), with the columns that its grounds name.

    ``lowest`` and ``highest`` are the grades that what is known allows, where the scale tells them.
    """

    graded: Graded
    seen: object
    lowest: np.ndarray
    highest: np.ndarray


def _within(found: GradeRange, seen: object) -> OnRecord:
    return OnRecord(found.graded, seen, found.lowest, found.highest)


def _alone(graded: Graded, seen: object) -> OnRecord:
    return OnRecord(graded, seen, graded.grade, graded.grade)


def graded_records(by_record: RecordGrades) -> dict[str, OnRecord]:
    """Return the grades of ``RECORD_SCALES`` by key."""
    platelets, findings = by_record.icaht_platelets, by_record.lysis_findings
    return {
        "icaht_early": _within(by_record.icaht.early, by_record.icaht),
        "icaht_late": _within(by_record.icaht.late_range, by_record.icaht),
        "icaht_platelets_early": _within(platelets.early, platelets),
        "icaht_platelets_late": _within(platelets.late, platelets),
        "tumour_lysis": _alone(by_record.tumour_lysis, findings),
        "tumour_lysis_ctcae": _alone(by_record.tumour_lysis_ctcae, findings),
    }


@dataclass(frozen=True)
class ChartGrades:
    """All grades of a chart of n patients.

    Attributes
    ----------
    by_row : dict of str to Graded (rows,)
        By key of ``ROW_SCALES``.
    by_record : RecordGrades (n,)
    courses : dict of str to GradedCourse (n,)
        Episodes on each scale of ``COURSES``.
    before : Known (n,)
        Values before lymphodepletion, not older than the scores allow, with their days.
    hematotox, easix : (n,)
        Of these values.
    """

    by_row: dict[str, Graded]
    by_record: RecordGrades
    courses: dict[str, GradedCourse]
    before: Known
    hematotox: Hematotox
    easix: Easix


def _grade_record(block: Block, chart: Chart, baseline: Observations, rules: Edition) -> RecordGrades:
    seen, members = block.observations, block.members
    laboratory = laboratory_tumour_lysis(seen, take(baseline, members), chart.age_years[members], rules)
    died_day, follow_up_end = chart.died_day[members], chart.follow_up_end_day[members]
    findings = findings_in_window(seen, rules, age_years=chart.age_years[members])
    clinical = grade_tumour_lysis(findings, laboratory, rules)
    return RecordGrades(
        icaht=grade_icaht(seen, died_day, rules, late_end_day=follow_up_end),
        icaht_platelets=grade_icaht_platelets(seen, np.fmin(died_day, follow_up_end), rules),
        laboratory_lysis=_laboratory_lysis(laboratory),
        lysis_findings=findings,
        tumour_lysis=clinical,
        tumour_lysis_ctcae=ctcae_tumour_lysis(findings, clinical, rules),
    )


def _courses(seen: Observations, graded: dict[str, Graded], rules: Edition) -> dict[str, GradedCourse]:
    follow = {key: icans_course if key == "icans" else crs_course for key in COURSES}
    return {key: follow[key](seen, graded[key], rules) for key in COURSES}


def _joined(courses: Sequence[GradedCourse]) -> GradedCourse:
    """Join the courses of several blocks, which need not have equally many episodes."""
    most = max(course.onset_day.shape[1] for course in courses)

    def wide(column: np.ndarray) -> np.ndarray:
        if column.ndim == 1:
            return column
        unknown = np.nan if column.dtype == np.float64 else NOT_ASSESSABLE
        missing = most - column.shape[1]
        return np.pad(column, ((0, 0), (0, missing)), constant_values=unknown)

    fields = [field.name for field in dataclasses.fields(GradedCourse)]
    return GradedCourse(*(np.concatenate([wide(getattr(c, name)) for c in courses]) for name in fields))


def lysis_baseline(chart: Chart, rules: Edition) -> Observations:
    """Return the values from which laboratory lysis is told, (n,): the last before its window opens.

    Where nothing was measured before, the first inside stands: a simulated patient's is that of day 0.
    """
    opens = rules.number("scales.tumour_lysis.laboratory.first_day")
    day = chart.observations.day
    earlier, later = last_known(chart, day < opens).values, first_known(chart, day >= opens).values
    found = {}
    for name in chart.fields:
        before, inside = getattr(earlier, name), getattr(later, name)
        is_known = ~np.isnan(before) if before.dtype == np.float64 else before != NOT_ASSESSABLE
        found[name] = np.where(is_known, before, inside)
    return dataclasses.replace(earlier, **found)


def values_before_lymphodepletion(chart: Chart, rules: Edition) -> Known:
    """Return the last values up to the first day of lymphodepletion, none older than a score allows, (n,).

    Where that day is not known, nothing is: a count after it would be taken for one before it.
    """
    longest = rules.number("scales.car_hematotox.longest_age_days")
    day, start = chart.observations.day, chart.lymphodepletion_day[chart.patient]
    return last_known(chart, (day <= start) & (start - day <= longest))


def _empty(n_rows: int, like: Graded) -> Graded:
    """Return a column of grades to be filled, with bounds where the rule tells them."""
    grade = np.full(n_rows, NOT_ASSESSABLE, dtype=np.int8)
    if like.lowest is None:
        return Graded(grade, grade.copy(), like.source)
    return Graded(grade, grade.copy(), like.source, grade.copy(), grade.copy())


def _put(column: Graded, graded: Graded, rows: np.ndarray, inside: np.ndarray) -> None:
    column.grade[rows] = graded.grade[inside]
    column.criterion[rows] = graded.criterion[inside]
    if column.lowest is not None and column.highest is not None:
        assert graded.lowest is not None
        assert graded.highest is not None
        column.lowest[rows], column.highest[rows] = graded.lowest[inside], graded.highest[inside]


def shown_scales(chart: Chart, grades: ChartGrades) -> tuple[Scale, ...]:
    """Return the scales that grade rows of which the chart holds any input."""
    return tuple(scale for scale in scales_with_input(ROW_SCALES, chart.fields) if scale.key in grades.by_row)


def _nothing_told(n_rows: int) -> None:
    """Tell nobody how far it is."""


def grade_chart(chart: Chart, rules: Edition, told: Callable[[int], None] = _nothing_told) -> ChartGrades:
    """Grade every row of a chart on every scale, and every patient by the whole record.

    Parameters
    ----------
    chart : Chart
    rules : Edition
        The evidence.
    told : function of a number of rows, optional
        Called after each part of the work, for a progress bar.

    Returns
    -------
    ChartGrades
        The grades of a patient are the same alone and among others.
    """
    n_rows = int(chart.starts[-1])
    by_row: dict[str, Graded] = {}
    baseline = lysis_baseline(chart, rules)
    records, members, courses = [], [], []
    for block in in_blocks(chart):
        inside = block.rows >= 0
        rows = block.rows[inside]
        by_scale = grade_rows(block.observations, chart.age_years[block.members], rules, chart.fields)
        for key, graded in by_scale.items():
            _put(by_row.setdefault(key, _empty(n_rows, graded)), graded, rows, inside)
        records.append(_grade_record(block, chart, baseline, rules))
        courses.append(_courses(block.observations, by_scale, rules))
        members.append(block.members)
        told(len(rows))
    order = np.argsort(np.concatenate(members))
    before = values_before_lymphodepletion(chart, rules)
    return ChartGrades(
        by_row=by_row,
        by_record=take(concatenate(records), order),
        courses={key: take(_joined([part[key] for part in courses]), order) for key in COURSES},
        before=before,
        hematotox=car_hematotox(before.values, rules),
        easix=easix(before.values, rules),
    )


def certain_grades(graded: Graded) -> np.ndarray:
    """Return the grade that is certain, at least: the lower bound; 0 where none is, int8 like the grades."""
    least = graded.grade if graded.lowest is None else graded.lowest
    return np.maximum(least, 0)


def worst_rows(chart: Chart, graded: Graded) -> np.ndarray:
    """Return for each patient the first row with the worst grade that is certain.

    A grade weighs more than a lower bound as high. Where no grade is certain, a row that is not assessable
    weighs more than one without signs: it may hide any grade.
    """
    is_open, least = graded.grade == NOT_ASSESSABLE, certain_grades(graded)
    weight = np.where(least != 0, 2 * least + ~is_open, is_open)
    worst = np.maximum.reduceat(weight, chart.starts[:-1])
    place = np.arange(len(weight))
    reached = weight == worst[chart.patient]
    return np.minimum.reduceat(np.where(reached, place, len(place)), chart.starts[:-1])


@dataclass(frozen=True)
class Worst:
    """The worst of each patient on one scale, (n,): in which row, and the grade, that of a death included.

    ``by_death``: the death decides, or whether it was due to what is graded is not known.
    """

    rows: np.ndarray
    graded: Graded
    by_death: np.ndarray


def worst_of(chart: Chart, grades: ChartGrades, key: str) -> Worst:
    """Return the worst of each patient on one scale: the row, or a death due to what is graded (grade 5).

    Where the chart never says of what its patients died, deaths are left out.
    """
    graded = grades.by_row[key]
    rows = worst_rows(chart, graded)
    worst = take(graded, rows)
    due, with_death = chart.died_of_crs, with_death_of_crs
    if key == "icans":
        due, with_death = chart.died_of_icans, with_death_of_icans
    if key not in COURSES or (due == NOT_ASSESSABLE).all():
        return Worst(rows, worst, np.zeros(len(rows), dtype=bool))
    due = np.where(np.isnan(chart.died_day), 0, due).astype(np.int8)
    return Worst(rows, with_death(worst, due), due != 0)
