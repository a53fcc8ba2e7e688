"""Every scale applied to a chart: grades row by row, and what only the whole record of a patient shows."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from livingdrug.bedside.answers import NOT_ASSESSABLE, Graded
from livingdrug.bedside.antibody_levels import GROUNDS as IGG_GROUNDS
from livingdrug.bedside.antibody_levels import grade_hypogammaglobulinaemia
from livingdrug.bedside.blood_counts import (
    ANAEMIA_GROUNDS,
    LEUKOPENIA_GROUNDS,
    LYMPHOPENIA_GROUNDS,
    NEUTROPENIA_GROUNDS,
    THROMBOCYTOPENIA_GROUNDS,
    grade_anaemia,
    grade_leukopenia,
    grade_lymphopenia,
    grade_neutropenia,
    grade_thrombocytopenia,
)
from livingdrug.bedside.car_hematotox import Hematotox, car_hematotox
from livingdrug.bedside.crs import grade_astct, grade_ctcae, grade_lee, grade_penn
from livingdrug.bedside.crs_axes import read_signs
from livingdrug.bedside.crs_grounds import ASTCT_GROUNDS, CTCAE_GROUNDS, LEE_GROUNDS, PENN_GROUNDS
from livingdrug.bedside.easix import Easix, easix
from livingdrug.bedside.episodes import GradedCourse, crs_course, icans_course
from livingdrug.bedside.febrile_neutropenia import GROUNDS as FEBRILE_NEUTROPENIA_GROUNDS
from livingdrug.bedside.febrile_neutropenia import grade_febrile_neutropenia
from livingdrug.bedside.grade_range import GradeRange
from livingdrug.bedside.grounds import Ground
from livingdrug.bedside.icaht import GROUNDS as ICAHT_GROUNDS
from livingdrug.bedside.icaht import Icaht, grade_icaht
from livingdrug.bedside.icaht_platelets import GROUNDS as PLATELET_ICAHT_GROUNDS
from livingdrug.bedside.icaht_platelets import PlateletIcaht, grade_icaht_platelets
from livingdrug.bedside.icans import GROUNDS as ICANS_GROUNDS
from livingdrug.bedside.icans import grade_icans
from livingdrug.bedside.tumour_lysis import GROUNDS as TUMOUR_LYSIS_GROUNDS
from livingdrug.bedside.tumour_lysis import (
    LysisFindings,
    ctcae_tumour_lysis,
    findings_in_window,
    grade_tumour_lysis,
    laboratory_tumour_lysis,
)
from livingdrug.charts import Block, Chart, baseline_of, in_blocks
from livingdrug.evidence import Edition
from livingdrug.observations import Observations
from livingdrug.tables import concatenate, take


@dataclass(frozen=True)
class Scale:
    """One scale: its key (the name of its columns), its words, and what each of its criteria means."""

    key: str
    title: str
    grounds: Mapping[Any, Ground]


ROW_SCALES = (
    Scale("crs_astct", "CRS, ASTCT 2019", ASTCT_GROUNDS),
    Scale("crs_lee", "CRS, Lee 2014", LEE_GROUNDS),
    Scale("crs_penn", "CRS, Penn", PENN_GROUNDS),
    Scale("crs_ctcae", "CRS, CTCAE v5", CTCAE_GROUNDS),
    Scale("icans", "ICANS, ASTCT 2019", ICANS_GROUNDS),
    Scale("neutropenia", "Neutropenia, CTCAE v5", NEUTROPENIA_GROUNDS),
    Scale("thrombocytopenia", "Thrombocytopenia, CTCAE v5", THROMBOCYTOPENIA_GROUNDS),
    Scale("lymphopenia", "Lymphopenia, CTCAE v5", LYMPHOPENIA_GROUNDS),
    Scale("leukopenia", "Leukopenia, CTCAE v5", LEUKOPENIA_GROUNDS),
    Scale("anaemia", "Anaemia, CTCAE v5", ANAEMIA_GROUNDS),
    Scale("febrile_neutropenia", "Febrile neutropenia, CTCAE v5", FEBRILE_NEUTROPENIA_GROUNDS),
    Scale("hypogammaglobulinaemia", "Hypogammaglobulinaemia", IGG_GROUNDS),
)
"""Scales that grade every row."""


def _grade_rows(observations: Observations, age_years: np.ndarray, rules: Edition) -> dict[str, Graded]:
    """Grade observations (k, t) on every scale of ``ROW_SCALES``."""
    signs = read_signs(observations, rules)
    return {
        "crs_astct": grade_astct(observations, rules, age_years, signs),
        "crs_lee": grade_lee(observations, rules, age_years, signs),
        "crs_penn": grade_penn(observations, rules, signs),
        "crs_ctcae": grade_ctcae(observations, rules, age_years),
        "icans": grade_icans(observations, age_years, rules),
        "neutropenia": grade_neutropenia(observations, rules),
        "thrombocytopenia": grade_thrombocytopenia(observations, rules),
        "lymphopenia": grade_lymphopenia(observations, rules),
        "leukopenia": grade_leukopenia(observations, rules),
        "anaemia": grade_anaemia(observations, rules),
        "febrile_neutropenia": grade_febrile_neutropenia(observations, rules),
        "hypogammaglobulinaemia": grade_hypogammaglobulinaemia(observations.igg_g_per_l, rules),
    }


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
class RecordGrades:
    """What only the whole record of a patient shows, (n,)."""

    icaht: Icaht
    icaht_platelets: PlateletIcaht
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
        "icaht_late": _alone(by_record.icaht.late, by_record.icaht),
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
    hematotox, easix : (n,)
        Of the values before lymphodepletion.
    """

    by_row: dict[str, Graded]
    by_record: RecordGrades
    courses: dict[str, GradedCourse]
    hematotox: Hematotox
    easix: Easix


def _grade_record(block: Block, chart: Chart, baseline: Observations, rules: Edition) -> RecordGrades:
    seen, members = block.observations, block.members
    laboratory = laboratory_tumour_lysis(seen, take(baseline, members), chart.age_years[members], rules)
    died_day = chart.died_day[members]
    findings = findings_in_window(seen, rules)
    clinical = grade_tumour_lysis(findings, laboratory, rules)
    return RecordGrades(
        icaht=grade_icaht(seen, died_day, rules),
        icaht_platelets=grade_icaht_platelets(seen, died_day, rules),
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
    grades = {scale.key: np.full(n_rows, NOT_ASSESSABLE, dtype=np.int8) for scale in ROW_SCALES}
    criteria = {key: grade.copy() for key, grade in grades.items()}
    sources: dict[str, str] = {}
    baseline = baseline_of(chart)
    records, members, courses = [], [], []
    for block in in_blocks(chart):
        inside = block.rows >= 0
        rows = block.rows[inside]
        by_scale = _grade_rows(block.observations, chart.age_years[block.members], rules)
        for key, graded in by_scale.items():
            grades[key][rows] = graded.grade[inside]
            criteria[key][rows] = graded.criterion[inside]
            sources[key] = graded.source
        records.append(_grade_record(block, chart, baseline, rules))
        courses.append(_courses(block.observations, by_scale, rules))
        members.append(block.members)
        told(len(rows))
    order = np.argsort(np.concatenate(members))
    return ChartGrades(
        by_row={key: Graded(grade, criteria[key], sources[key]) for key, grade in grades.items()},
        by_record=take(concatenate(records), order),
        courses={key: take(_joined([part[key] for part in courses]), order) for key in COURSES},
        hematotox=car_hematotox(baseline, rules),
        easix=easix(baseline, rules),
    )


def worst_rows(chart: Chart, graded: Graded) -> np.ndarray:
    """Return for each patient the first row with the worst grade.

    Where no grade is certain, a row that is not assessable weighs more than one without signs: it may
    hide any grade.
    """
    weight = np.where(graded.grade == NOT_ASSESSABLE, 1, 2 * graded.grade)
    worst = np.maximum.reduceat(weight, chart.starts[:-1])
    place = np.arange(len(weight))
    reached = weight == worst[chart.patient]
    return np.minimum.reduceat(np.where(reached, place, len(place)), chart.starts[:-1])
