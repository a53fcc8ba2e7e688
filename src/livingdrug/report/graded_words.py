"""A graded chart in words: what was seen, why a grade was given, where its limit stands, episodes, scores."""

from collections.abc import Sequence

import numpy as np

from livingdrug.bedside.chart_scales import ROW_SCALES
from livingdrug.bedside.grounds import Why
from livingdrug.charts.columns import columns
from livingdrug.evidence import Sourced, library
from livingdrug.observations import CODE_FIELDS, FLAG_FIELDS
from livingdrug.report.graded_chart import NOT_ASSESSABLE, Finding, GradedChart, days_text, unused_columns


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
    if found.why.answer >= 0 or not 0 <= low < high:
        return grade_text(found.why.answer)
    return f"at least {low} ({low} to {high})" if low else f"{NOT_ASSESSABLE}: {low} to {high}"


def open_text(found: Finding) -> str:
    """Write at how many times the grade stays open, empty where at none."""
    return f"{found.n_open} {'time' if found.n_open == 1 else 'times'} not assessable" if found.n_open else ""


def why_text(why: Why) -> str:
    """Write why a grade was given: the criterion and what was seen, or what is missing."""
    missing = [field for field, value in why.inputs.items() if value is None]
    if why.answer < 0:
        return why.text + (f"; missing: {', '.join(label_of(field) for field in missing)}" if missing else "")
    seen = [
        f"{label_of(field)} {value_text(field, value)}"
        for field, value in why.inputs.items()
        if value is not None
    ]
    return why.text + (f" ({', '.join(seen)})" if seen else "")


def marks_text(why: Why) -> str:
    """Write which of the limits that decided were not read at their source, or are an own reading."""
    marks = []
    if why.unverified:
        marks.append(f"unverified threshold: {', '.join(_limit_words(why, why.unverified))}")
    if why.assumed:
        marks.append(f"assumed: {', '.join(_limit_words(why, why.assumed))}")
    return "; ".join(marks)


def _limit_words(why: Why, keys: Sequence[str]) -> list[str]:
    return [f"{limit.label} ({limit.key})" for limit in why.limits if limit.key in keys]


def label_of(field: str) -> str:
    """Return what a field of the record is, in words, with its unit; what a rule made keeps its name."""
    column = columns().get(field)
    if column is None:
        return field.replace("_", " ")
    meaning = column.meaning.split(";")[0]
    meaning = meaning if meaning[:2].isupper() else meaning[0].lower() + meaning[1:]
    return meaning if column.unit in ("flag", "text", "count", "1") else f"{meaning} [{column.unit}]"


def sources_lines(keys: Sequence[str]) -> list[str]:
    """Return the sources that were named, each with its title."""
    known = library().sources
    return [f"{key}: {known[key].title}" for key in sorted(set(keys)) if key in known]


def sources_of(found: Sequence[Finding]) -> list[str]:
    """Return the keys of the sources that findings name."""
    return [key for one in found for key in (one.why.source, *(limit.source for limit in one.why.limits))]


def unused_text(result: GradedChart) -> str:
    """Return which columns of the file no scale uses, empty where all are used."""
    unused = unused_columns(result)
    return f"No scale here uses: {', '.join(unused)}." if unused else ""


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
            over = "not seen to be over" if np.isnan(end) else f"over on day {days_text(end)}"
            least = "at least " if course.peak_may_be_higher[patient, k] == 1 else ""
            peak_day = days_text(course.peak_day[patient, k])
            peak = f"worst grade {least}{course.peak_grade[patient, k]} on day {peak_day}"
            begun = f"began on day {days_text(course.onset_day[patient, k])}"
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
    return [risk_told, told, _before_text(result, patient)]


def values_before(result: GradedChart, patient: int) -> dict[str, tuple[float, float]]:
    """Return the values that the scores before lymphodepletion rest on: by field value and day, if known."""
    before = result.grades.before
    return {
        field: (float(getattr(before.values, field)[patient]), float(before.days[field][patient]))
        for field in _BEFORE
        if field in before.days and not np.isnan(before.days[field][patient])
    }


def _before_text(result: GradedChart, patient: int) -> str:
    seen = values_before(result, patient)
    longest = result.rules.number("scales.car_hematotox.longest_age_days")
    told = "; ".join(
        f"{label_of(field)} {value:g} (day {days_text(day)})" for field, (value, day) in seen.items()
    )
    missing = ", ".join(label_of(field) for field in _BEFORE if field not in seen)
    missing = f"; not known: {missing}" if missing else ""
    window = f"of the {longest:g} days before lymphodepletion (assumed; older ones do not count)"
    return f"Values {window}: {told or 'none'}{missing}"


_BEFORE = (
    "platelets_e9_per_l", "anc_e9_per_l", "haemoglobin_g_per_dl", "crp_mg_per_l", "ferritin_ug_per_l",
    "ldh_u_per_l", "creatinine_mg_per_dl",
)  # fmt: skip
_ANALYTES = {"urate": "uric acid", "potassium": "potassium", "phosphate": "phosphate", "calcium": "calcium"}


def lysis_lines(result: GradedChart, patient: int) -> list[str]:
    """Return whether the laboratory shows tumour lysis, with its four analytes, in words."""
    found = result.grades.by_record.laboratory_lysis
    told = ", ".join(
        f"{word} {_ANSWERS[int(getattr(found, name)[patient])]}" for name, word in _ANALYTES.items()
    )
    return [
        f"Laboratory tumour lysis: {_ANSWERS[int(found.answer[patient])]} (beyond its limit or changed: "
        f"{told}; {found.source}). Arrhythmia is not read from this file: a clinical grade is the least."
    ]


_INDICES = (("EASIX", "easix"), ("m-EASIX", "modified"), ("s-EASIX", "simplified"))
