"""Grades of a chart as files: a table with one row a time, and JSON with everything."""

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from livingdrug.bedside.answers import Graded
from livingdrug.bedside.chart_grades import COURSES, RECORD_SCALES, shown_scales
from livingdrug.bedside.chart_scales import Scale
from livingdrug.bedside.grounds import Why, decided_by_unverified
from livingdrug.evidence import Edition, is_unverified
from livingdrug.report.graded_chart import (
    NOT_ASSESSABLE,
    Finding,
    GradedChart,
    provenance_of,
    record_findings,
    unused_columns,
    worst_findings,
)
from livingdrug.report.graded_words import grade_text, values_before, why_text, worst_text
from livingdrug.report.verdict_blocks import STATUS


def _words(codes: np.ndarray, words: Mapping[int, str]) -> pd.Categorical:
    """Return a word for each code; only the few words are written out, not the rows."""
    known = sorted(words)
    texts = list(dict.fromkeys(words[code] for code in known))
    place_of = np.full(known[-1] - known[0] + 1, -1)
    place_of[np.array(known) - known[0]] = [texts.index(words[code]) for code in known]
    return pd.Categorical.from_codes(place_of[codes.astype(int) - known[0]], categories=texts)


def grades_table(result: GradedChart) -> pd.DataFrame:
    """Return one row a patient and time: each scale's grade, why, and whether an unread limit decided it."""
    chart = result.chart
    columns: dict[str, Any] = {
        "patient": pd.Categorical.from_codes(chart.patient, categories=list(chart.patients)),
        "day": chart.observations.day,
        "line": chart.lines,
    }
    grades = {int(grade): grade_text(grade) for grade in range(-1, 6)} | {0: "0"}
    bounds = {-1: "", **{int(grade): str(grade) for grade in range(6)}}
    for scale in shown_scales(chart, result.grades):
        graded = result.grades.by_row[scale.key]
        texts = {int(code): ground.text for code, ground in scale.grounds.items()}
        doubtful = decided_by_unverified(graded, scale.grounds, result.rules)
        columns[scale.key] = _words(graded.grade, grades)
        if graded.lowest is not None and graded.highest is not None:
            columns[f"{scale.key}_lowest"] = _words(graded.lowest, bounds)
            columns[f"{scale.key}_highest"] = _words(graded.highest, bounds)
        columns[f"{scale.key}_why"] = _words(graded.criterion, texts)
        columns[f"{scale.key}_unverified"] = _words(doubtful.astype(int), {0: "no", 1: "yes"})
    return pd.DataFrame(columns)


def grades_csv(result: GradedChart) -> str:
    """Return the grades as CSV text, one row a patient and time."""
    return grades_table(result).to_csv(index=False)


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it: None for what is not known."""
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _json_criteria(scale: Scale, rules: Edition) -> dict[str, Any]:
    """Return what each criterion of a scale means and rests on, by its number."""
    return {
        str(int(code)): {
            "text": ground.text,
            "inputs": list(ground.inputs),
            "limits": [_json_limit(key, rules) for key in ground.keys],
        }
        for code, ground in scale.grounds.items()
    }


def _json_limit(key: str, rules: Edition) -> dict[str, Any]:
    limit = rules.sourced(key)
    return {
        "key": key,
        "label": limit.label,
        "value": limit.value,
        "unit": limit.unit,
        "source": f"{limit.source}: {limit.where}",
        "basis": limit.basis.value,
        "unverified": is_unverified(limit),
    }


def _json_why(why: Why) -> dict[str, Any]:
    return {
        "grade": None if why.answer < 0 else why.answer,
        "told": grade_text(why.answer),
        "why": why_text(why),
        "inputs": why.inputs,
        "unverified": list(why.unverified),
        "assumed": list(why.assumed),
        "source": why.source,
    }


def _json_finding(found: Finding, result: GradedChart) -> dict[str, Any]:
    when = (
        {}
        if found.row is None
        else {
            "day": _plain(result.chart.observations.day[found.row]),
            "line": int(result.chart.lines[found.row]),
        }
    )
    return {**_json_record(found), **when, "times_not_assessable": found.n_open}


def _json_record(found: Finding) -> dict[str, Any]:
    low, high = found.between
    return {
        **_json_why(found.why),
        "told": worst_text(found),
        "lowest": low if low >= 0 else None,
        "highest": high if high >= 0 else None,
    }


def _json_course(result: GradedChart, key: str, i: int) -> list[dict[str, Any]]:
    course = result.grades.courses[key]
    return [
        {
            "onset_day": _plain(course.onset_day[i, k]),
            "peak_day": _plain(course.peak_day[i, k]),
            "peak_grade": int(course.peak_grade[i, k]),
            "peak_may_be_higher": bool(course.peak_may_be_higher[i, k] == 1),
            "resolved_day": _plain(course.resolved_day[i, k]),
        }
        for k in range(int(course.n_episodes[i]))
    ]


def _json_scores(result: GradedChart, i: int) -> dict[str, Any]:
    score, index = result.grades.hematotox, result.grades.easix
    known = not np.isnan(result.chart.lymphodepletion_day[i])
    high_risk = int(score.high_risk[i])
    return {
        "car_hematotox": {
            "lowest": int(score.lowest[i]),
            "highest": int(score.highest[i]),
            "high_risk": None if high_risk < 0 else bool(high_risk),
            "values_not_known": int(score.n_missing[i]),
            "unverified": list(score.unverified),
        }
        if known
        else NOT_ASSESSABLE,
        "easix": {name: _plain(getattr(index, name)[i]) for name in ("easix", "modified", "simplified")}
        if known
        else NOT_ASSESSABLE,
        "values": {
            field: {"value": value, "day": day} for field, (value, day) in values_before(result, i).items()
        },
    }


def _json_lysis(result: GradedChart, i: int) -> dict[str, Any]:
    found = result.grades.by_record.laboratory_lysis
    answers = {
        name: _ANSWERS[int(getattr(found, name)[i])]
        for name in ("answer", "urate", "potassium", "phosphate", "calcium")
    }
    return {**answers, "source": found.source, "arrhythmia": "not read from this file"}


_ANSWERS = {1: "yes", 0: "no", -1: NOT_ASSESSABLE}


def _column(graded: Graded, rows: slice) -> dict[str, list[int | None]]:
    grades = graded.grade[rows].tolist()
    columns = {
        "grade": [None if grade < 0 else grade for grade in grades],
        "criterion": graded.criterion[rows].tolist(),
    }
    if graded.lowest is not None and graded.highest is not None:
        columns |= {"lowest": graded.lowest[rows].tolist(), "highest": graded.highest[rows].tolist()}
    return columns


def _json_patient(result: GradedChart, i: int, worst: list[Finding]) -> dict[str, Any]:
    chart = result.chart
    rows = slice(int(chart.starts[i]), int(chart.starts[i + 1]))
    scales = shown_scales(chart, result.grades)
    return {
        "patient": chart.patients[i],
        "age_years": _plain(chart.age_years[i]),
        "day": chart.observations.day[rows].tolist(),
        "line": chart.lines[rows].tolist(),
        "by_time": {scale.key: _column(result.grades.by_row[scale.key], rows) for scale in scales},
        "worst": {found.scale.key: _json_finding(found, result) for found in worst},
        "by_record": {found.scale.key: _json_record(found) for found in record_findings(result, i)},
        "episodes": {key: _json_course(result, key, i) for key in COURSES},
        "laboratory_tumour_lysis": _json_lysis(result, i),
        "before_lymphodepletion": _json_scores(result, i),
    }


def grades_json(result: GradedChart) -> str:
    """Return all grades with what they rest on as JSON text.

    A criterion is given by its number; ``scales`` says what each means, with the limits that it rests on.
    A grade that is not assessable is null.
    """
    everyone = range(len(result.chart.patients))
    worst = worst_findings(result, everyone)
    document = {
        "provenance": provenance_of(result),
        "status": STATUS,
        "scales": {
            scale.key: {"title": scale.title, "criteria": _json_criteria(scale, result.rules)}
            for scale in (*shown_scales(result.chart, result.grades), *RECORD_SCALES)
        },
        "columns_not_used": list(unused_columns(result)),
        "patients": [_json_patient(result, i, worst[i]) for i in everyone],
    }
    few = len(result.chart.lines) <= _FEW_TIMES
    return json.dumps(document, indent=1 if few else None, allow_nan=False) + "\n"


_FEW_TIMES = 1000
"""Up to so many rows the JSON text is indented, to be read; longer ones are read by programs."""
