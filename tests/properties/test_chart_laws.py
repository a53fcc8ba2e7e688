"""Laws of reading and grading a chart: order, company and units do not matter."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livingdrug.bedside.chart_grades import RECORD_SCALES, grade_chart, graded_records, shown_scales
from livingdrug.charts import one_patient, read_observations
from livingdrug.charts.columns import columns, converted, in_unit_of, words_of
from livingdrug.evidence import load_edition
from livingdrug.report import GradedChart, grades_csv

RULES = load_edition()
WARD = Path(__file__).parents[2] / "examples" / "ward.csv"
CONVERTED = [name for name, column in columns().items() if column.field != name and column.kind != "per_kg"]


@pytest.fixture(scope="module")
def ward():
    return pd.read_csv(WARD, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    path = tmp_path_factory.mktemp("laws") / "ward.csv"

    def graded(frame):
        frame.to_csv(path, index=False)
        chart = read_observations(path)
        return chart, grade_chart(chart, RULES)

    return graded


def same(one, other):
    (chart, grades), (chart_2, grades_2) = one, other
    assert chart.patients == chart_2.patients
    np.testing.assert_array_equal(chart.observations.day, chart_2.observations.day)
    assert set(grades.by_row) == set(grades_2.by_row)
    for scale in shown_scales(chart, grades):
        np.testing.assert_array_equal(grades.by_row[scale.key].grade, grades_2.by_row[scale.key].grade)
        np.testing.assert_array_equal(
            grades.by_row[scale.key].criterion, grades_2.by_row[scale.key].criterion
        )
    records, records_2 = graded_records(grades.by_record), graded_records(grades_2.by_record)
    for key, record in records.items():
        np.testing.assert_array_equal(record.graded.grade, records_2[key].graded.grade)
    for key, course in grades.courses.items():
        for field in dataclasses.fields(course):
            np.testing.assert_array_equal(
                getattr(course, field.name), getattr(grades_2.courses[key], field.name)
            )
    for field in ("lowest", "highest", "high_risk"):
        np.testing.assert_array_equal(getattr(grades.hematotox, field), getattr(grades_2.hematotox, field))
    np.testing.assert_array_equal(grades.easix.easix, grades_2.easix.easix)


@settings(max_examples=15)
@given(data=st.data())
def test_the_order_of_rows_and_of_columns_does_not_matter(data, ward, read):
    rows = data.draw(st.permutations(range(len(ward))))
    names = data.draw(st.permutations(list(ward.columns)))
    same(read(ward.iloc[rows][names]), read(ward))


@settings(max_examples=15)
@given(data=st.data())
def test_rows_taken_apart_by_column_are_merged_again(data, ward, read):
    there = data.draw(st.lists(st.booleans(), min_size=len(ward.columns), max_size=len(ward.columns)))
    parts = [ward.copy(), ward.copy()]
    for name, first in zip(ward.columns, there, strict=True):
        if name not in ("patient", "day"):
            parts[first][name] = ""
    same(read(pd.concat(parts)), read(ward))


def test_a_row_given_twice_counts_once(ward, read):
    same(read(pd.concat([ward, ward.iloc[3:9]])), read(ward))


def test_a_patient_alone_is_graded_as_among_others(ward, read):
    chart, grades = read(ward)
    for i, name in enumerate(chart.patients):
        alone = one_patient(chart, name)
        by_itself = grade_chart(alone, RULES)
        same((alone, by_itself), read(ward[ward["patient"] == name]))
        rows = slice(chart.starts[i], chart.starts[i + 1])
        for scale in shown_scales(chart, grades):
            np.testing.assert_array_equal(
                grades.by_row[scale.key].grade[rows], by_itself.by_row[scale.key].grade
            )
        for key, record in graded_records(grades.by_record).items():
            assert record.graded.grade[i] == graded_records(by_itself.by_record)[key].graded.grade[0]


@pytest.mark.parametrize("name", CONVERTED)
@given(share=st.floats(0, 1))
def test_a_value_comes_back_from_the_unit_of_the_record(name, share):
    column = columns()[name]
    value = np.round(np.array([column.low + share * (column.high - column.low)]), 3)
    there = converted(column, value)
    np.testing.assert_allclose(in_unit_of(column, there), value, rtol=1e-6, atol=1e-6)
    np.testing.assert_array_equal(converted(column, in_unit_of(column, there)), there)


@settings(max_examples=10)
@given(data=st.data())
def test_what_is_taken_away_never_turns_a_grade_into_a_better_one(data, ward, read):
    """A grade may become not assessable or stay; support and counts that are not known are never normal."""
    names = [name for name in ward.columns if name not in ("patient", "day")]
    gone = data.draw(st.sampled_from(names))
    _, whole = read(ward)
    chart, less = read(ward.drop(columns=gone))
    for scale in shown_scales(chart, less):
        before, after = whole.by_row[scale.key].grade, less.by_row[scale.key].grade
        assert np.all((after == -1) | (after == before)), (gone, scale.key)


def _random_chart(rng):
    """Return a made-up chart of a few patients in which any column may be missing."""
    own = [column for column in columns().values() if column.field == column.name]
    chosen = [column for column in own if rng.random() < 0.7]
    lines = []
    for patient in range(int(rng.integers(1, 6))):
        of_patient = {column.name: _random_value(column, rng) for column in chosen if column.of_patient}
        if of_patient.get("died_day", 0) < 41:
            of_patient = {name: of_patient[name] for name in of_patient if not name.startswith("died_")}
        for _ in range(int(rng.integers(1, 9))):
            seen = {
                column.name: _random_value(column, rng)
                for column in chosen
                if rng.random() < 0.8 and not column.of_patient
            }
            day = np.round(rng.uniform(-9, 40), 3)
            lines.append({"patient": f"p{patient}", "day": day, **_consistent(seen), **of_patient})
    return pd.DataFrame(lines)


def _consistent(seen):
    """Return a row without what contradicts its other fields: a chart that says both is refused."""
    if seen.get("oxygen_device") in ("none", "low_flow_nasal"):
        seen = {name: seen[name] for name in seen if name not in ("oxygen_flow_l_per_min", "fio2_percent")}
    running = [name for name in seen if name.endswith("_per_min") and name.split("_")[0] in _PRESSORS]
    return {**seen, "n_vasopressors": 10} if "n_vasopressors" in seen and running else seen


_PRESSORS = ("norepinephrine", "epinephrine", "phenylephrine", "dopamine")


def _random_value(column, rng):
    if not column.is_number:
        return str(rng.choice(list(words_of(column))))
    value = rng.choice([column.low, column.high, rng.uniform(column.low, column.high)])
    return np.floor(value) if column.kind == "whole" else value


@pytest.mark.parametrize("seed", range(25))
def test_every_grade_of_any_chart_is_explained_and_says_so_when_it_is_not_assessable(seed, read):
    chart, grades = read(_random_chart(np.random.default_rng(seed)))
    for scale in shown_scales(chart, grades):
        graded = grades.by_row[scale.key]
        for grade, criterion in zip(graded.grade, graded.criterion, strict=True):
            told = scale.grounds[int(criterion)].text
            assert told.startswith("not assessable") == (grade < 0), (scale.key, told, grade)
    for scale in RECORD_SCALES:
        graded = graded_records(grades.by_record)[scale.key].graded
        assert set(graded.criterion.tolist()) <= {int(criterion) for criterion in scale.grounds}
    assert grades_csv(GradedChart(chart, grades, RULES)).count("\n") == len(chart.lines) + 1
