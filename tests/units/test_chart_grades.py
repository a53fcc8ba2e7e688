"""A chart graded on every scale: as each rule alone, worst rows, episodes, scores before treatment."""

from pathlib import Path

import numpy as np
import pytest

from livingdrug.bedside.chart_grades import RECORD_SCALES, ROW_SCALES, grade_chart, graded_records, worst_rows
from livingdrug.bedside.crs import grade_astct, grade_penn
from livingdrug.bedside.grounds import decided_by_unverified, explain_grade
from livingdrug.bedside.icaht import grade_icaht
from livingdrug.bedside.icans import grade_icans
from livingdrug.charts import in_blocks, read_observations
from livingdrug.evidence import load_edition

RULES = load_edition()
WARD = Path(__file__).parents[2] / "examples" / "ward.csv"
WELL = {
    "fever_otherwise_explained": "no", "antipyretic_given": "no", "anticytokine_given": "no",
    "systolic_mmhg": 120, "fluid_bolus": "no", "n_vasopressors": 0, "vasopressin_given": "no",
    "oxygen_device": "none", "age_years": 40,
}  # fmt: skip


def chart_of(tmp_path, rows):
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(str(row.get(name, "")) for name in columns) for row in rows]
    path = tmp_path / "ward.csv"
    path.write_text("\n".join([",".join(columns), *lines]) + "\n", encoding="utf-8")
    return read_observations(path)


def test_every_row_has_the_grade_that_each_rule_gives_it_alone():
    chart = read_observations(WARD)
    grades = grade_chart(chart, RULES)
    age = chart.age_years[chart.patient]
    for key, alone in (
        ("crs_astct", grade_astct(chart.observations, RULES, age)),
        ("crs_penn", grade_penn(chart.observations, RULES)),
        ("icans", grade_icans(chart.observations, age, RULES)),
    ):
        np.testing.assert_array_equal(grades.by_row[key].grade, alone.grade)
        np.testing.assert_array_equal(grades.by_row[key].criterion, alone.criterion)
        assert grades.by_row[key].source == alone.source
    for block in in_blocks(chart):
        alone = grade_icaht(block.observations, chart.died_day[block.members], RULES)
        found = grades.by_record.icaht.early.graded.grade[block.members]
        np.testing.assert_array_equal(found, alone.early.graded.grade)
        assert (found > 0).all()


def test_every_criterion_of_every_scale_can_be_explained_from_a_chart():
    chart = read_observations(WARD)
    grades = grade_chart(chart, RULES)
    for scale in ROW_SCALES:
        graded = grades.by_row[scale.key]
        assert set(graded.criterion.tolist()) <= {int(criterion) for criterion in scale.grounds}
        for row in range(len(graded.grade)):
            why = explain_grade(graded, scale.grounds, chart.observations, (row,), RULES)
            assert why.text
            assert (
                bool(why.unverified or why.assumed)
                == decided_by_unverified(graded, scale.grounds, RULES)[row]
            )
    records = graded_records(grades.by_record)
    assert set(records) == {scale.key for scale in RECORD_SCALES}
    for scale in RECORD_SCALES:
        found = records[scale.key]
        for i in range(2):
            assert explain_grade(found.graded, scale.grounds, found.seen, (i,), RULES).text
            low, grade, high = found.lowest[i], found.graded.grade[i], found.highest[i]
            assert low <= high
            assert grade in (-1, low)


def test_the_worst_row_is_the_first_with_the_worst_grade_and_an_open_one_outweighs_none(tmp_path):
    rows = [
        {"patient": "a", "day": 0, "temperature_c": 36.5, **WELL},
        {"patient": "a", "day": 1, "temperature_c": 38.5, **WELL},
        {"patient": "a", "day": 2, "temperature_c": 38.9, **WELL},
        {"patient": "a", "day": 3, **WELL},
        {"patient": "b", "day": 0, "temperature_c": 36.5, **WELL},
        {"patient": "b", "day": 1, **WELL},
        {"patient": "c", "day": 0, "temperature_c": 36.5, **WELL},
    ]
    chart = chart_of(tmp_path, rows)
    graded = grade_chart(chart, RULES).by_row["crs_astct"]
    assert graded.grade.tolist() == [0, 1, 1, -1, 0, -1, 0]
    assert worst_rows(chart, graded).tolist() == [1, 5, 6]


def test_a_second_episode_is_told_in_patients_with_unlike_numbers_of_rows(tmp_path):
    hot = {1: 38.5, 2: 38.5, 10: 38.6}
    rows = [{"patient": "two", "day": day, "temperature_c": hot.get(day, 36.5), **WELL} for day in range(15)]
    rows += [{"patient": "one", "day": day, "temperature_c": hot.get(day, 36.5), **WELL} for day in range(5)]
    rows += [{"patient": "x", "day": 0, **WELL}]
    chart = chart_of(tmp_path, rows)
    course = grade_chart(chart, RULES).courses["crs_astct"]
    assert chart.patients == ("x", "one", "two")
    assert course.n_episodes.tolist() == [-1, 1, 2]
    np.testing.assert_array_equal(course.onset_day, [[np.nan] * 2, [1, np.nan], [1, 10]])
    np.testing.assert_array_equal(course.resolved_day, [[np.nan] * 2, [3, np.nan], [3, 11]])
    assert course.peak_grade.tolist() == [[-1, -1], [1, -1], [1, 1]]


def test_scores_are_of_the_last_values_up_to_the_first_day_of_lymphodepletion(tmp_path):
    before = {"lymphodepletion_day": -5, "platelets_per_ul": 80000, "creatinine_mg_per_dl": 1}
    rows = [
        {"patient": "a", "day": -9, **before, "ldh_u_per_l": 400},
        {"patient": "a", "day": -5, **before, "platelets_per_ul": 100000},
        {"patient": "a", "day": -4, **before, "platelets_per_ul": 20000, "ldh_u_per_l": 900},
        {
            "patient": "b",
            "day": -9,
            "platelets_per_ul": 100000,
            "creatinine_mg_per_dl": 1,
            "ldh_u_per_l": 400,
        },
    ]
    grades = grade_chart(chart_of(tmp_path, rows), RULES)
    np.testing.assert_allclose(grades.easix.easix, [4.0, np.nan])
    assert grades.hematotox.lowest.tolist() == [1, 0]
    assert grades.hematotox.n_missing.tolist() == [4, 5]


def test_it_tells_how_many_rows_are_done(tmp_path):
    chart = read_observations(WARD)
    done = []
    grade_chart(chart, RULES, done.append)
    assert sum(done) == len(chart.lines)


@pytest.mark.parametrize("scale", ROW_SCALES, ids=lambda scale: scale.key)
def test_nothing_known_is_not_assessable_on_any_scale(scale, tmp_path):
    chart = chart_of(tmp_path, [{"patient": "a", "day": 3, "weight_kg": 70}])
    assert grade_chart(chart, RULES).by_row[scale.key].grade.tolist() == [-1]
