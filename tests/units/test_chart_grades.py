"""A chart graded on every scale: as each rule alone, worst rows, episodes, scores before treatment."""

from pathlib import Path

import numpy as np
import pytest

from livingdrug.bedside.chart_grades import (
    RECORD_SCALES,
    grade_chart,
    graded_records,
    lysis_baseline,
    shown_scales,
    worst_of,
    worst_rows,
)
from livingdrug.bedside.chart_scales import LABORATORY, ROW_SCALES
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
    shown = shown_scales(chart, grades)
    assert {scale.key for scale in ROW_SCALES if scale not in shown} == {"leukopenia", "fibrinogen"}
    for scale in shown:
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


def test_nothing_known_is_not_assessable_on_any_scale_and_none_is_shown(tmp_path):
    chart = chart_of(tmp_path, [{"patient": "a", "day": 3, "weight_kg": 70}])
    grades = grade_chart(chart, RULES)
    assert {int(graded.grade[0]) for graded in grades.by_row.values()} == {-1}
    assert shown_scales(chart, grades) == ()


@pytest.mark.parametrize(
    ("key", "field", "value", "grade"),
    [
        ("alt", "alt_x_uln", 20.1, 4),
        ("bilirubin", "bilirubin_mg_per_dl", 13, 4),
        ("creatinine", "creatinine_mg_per_dl", 9, 4),
        ("fibrinogen", "fibrinogen_mg_per_dl", 49, 4),
        ("hypokalaemia", "potassium_mmol_per_l", 2.4, 4),
        ("hyperkalaemia", "potassium_mmol_per_l", 7.1, 4),
        ("hypocalcaemia", "calcium_mg_per_dl", 5.9, 4),
        ("hyperuricaemia", "urate_mg_per_dl", 5, 0),
        ("hypophosphataemia", "phosphate_mg_per_dl", 3, 0),
    ],
)
def test_a_term_of_the_laboratory_is_graded_where_the_chart_has_its_value(key, field, value, grade, tmp_path):
    rows = [{"patient": "a", "day": 1, "age_years": 40, "creatinine_x_baseline": 1, field: value}]
    chart = chart_of(tmp_path, rows)
    grades = grade_chart(chart, RULES)
    assert grades.by_row[key].grade.tolist() == [grade]
    assert key in {scale.key for scale in shown_scales(chart, grades)}
    others = {scale.key for scale in LABORATORY if scale.key in grades.by_row}
    assert others <= {key, "creatinine", "hypokalaemia", "hyperkalaemia"}


@pytest.mark.parametrize(("age", "grade"), [(17.9, -1), ("", -1), (18, 0)])
def test_the_usual_limit_of_adults_is_no_limit_of_a_child(age, grade, tmp_path):
    values = {"creatinine_mg_per_dl": 1.0, "creatinine_x_baseline": 1, "phosphate_mg_per_dl": 3}
    grades = grade_chart(chart_of(tmp_path, [{"patient": "a", "day": 1, "age_years": age, **values}]), RULES)
    assert grades.by_row["creatinine"].grade.tolist() == [grade]
    assert grades.by_row["hypophosphataemia"].grade.tolist() == [grade]


def test_the_worst_is_the_largest_grade_that_is_certain_also_where_none_is_given(tmp_path):
    awake = {"age_years": 40, "seizure": "none", "focal_weakness": "no", "cerebral_oedema": "none"}
    rows = [
        {"patient": "a", "day": 0, **awake, "consciousness": "awake", "ice_score": 8},
        {"patient": "a", "day": 1, **awake, "ice_score": 1},
        {"patient": "b", "day": 0, **awake, "ice_score": 1},
        {"patient": "b", "day": 1, **awake, "consciousness": "awake", "ice_score": 1},
        {"patient": "c", "day": 0, "age_years": 40, "focal_weakness": "no"},
    ]
    chart = chart_of(tmp_path, rows)
    grades = grade_chart(chart, RULES)
    graded = grades.by_row["icans"]
    assert graded.grade.tolist() == [1, -1, -1, 3, -1]
    assert worst_rows(chart, graded).tolist() == [1, 3, 4]
    worst = worst_of(chart, grades, "icans").graded
    assert worst.grade.tolist() == [-1, 3, -1]
    np.testing.assert_array_equal(worst.lowest, [3, 3, 0])
    np.testing.assert_array_equal(worst.highest, [4, 3, 4])


def test_a_death_due_to_it_is_grade_5_one_of_unknown_cause_leaves_it_open(tmp_path):
    hot = {"day": 1, "temperature_c": 38.5, **WELL}
    rows = [
        {"patient": "a", **hot, "died_day": 3, "died_of_crs": "yes", "died_of_icans": "no"},
        {"patient": "b", **hot, "died_day": 3},
        {"patient": "c", **hot, "died_day": 3, "died_of_crs": "no"},
        {"patient": "d", **hot},
    ]
    chart = chart_of(tmp_path, rows)
    worst = worst_of(chart, grade_chart(chart, RULES), "crs_astct")
    assert worst.graded.grade.tolist() == [5, -1, 1, 1]
    np.testing.assert_array_equal(worst.graded.lowest, [5, 1, 1, 1])
    np.testing.assert_array_equal(worst.graded.highest, [5, 5, 1, 1])
    assert worst.by_death.tolist() == [True, True, False, False]
    chart = chart_of(tmp_path, [{"patient": "b", **hot, "died_day": 3}])
    assert worst_of(chart, grade_chart(chart, RULES), "crs_astct").graded.grade.tolist() == [1]


def test_lysis_is_told_from_the_last_value_before_its_window_or_the_first_inside(tmp_path):
    rows = [
        {"patient": "a", "day": -9, "potassium_mmol_per_l": 3.0, "urate_mg_per_dl": 4},
        {"patient": "a", "day": -3.1, "potassium_mmol_per_l": 3.5},
        {"patient": "a", "day": -3, "potassium_mmol_per_l": 3.7, "urate_mg_per_dl": 5},
        {"patient": "b", "day": -3, "potassium_mmol_per_l": 3.9},
        {"patient": "b", "day": 0, "potassium_mmol_per_l": 4.4, "urate_mg_per_dl": 6},
    ]
    found = lysis_baseline(chart_of(tmp_path, rows), RULES)
    assert found.potassium_mmol_per_l.tolist() == [3.5, 3.9]
    assert found.urate_mg_per_dl.tolist() == [4, 6]
    assert np.isnan(found.calcium_mg_per_dl).all()


def test_laboratory_lysis_is_told_with_its_analytes(tmp_path):
    before = {
        "potassium_mmol_per_l": 4,
        "urate_mg_per_dl": 4,
        "phosphate_mg_per_dl": 3,
        "calcium_mg_per_dl": 9,
    }
    rows = [
        {"patient": "a", "day": -5, "age_years": 40, **before},
        {"patient": "a", "day": 2, **before, "potassium_mmol_per_l": 6, "urate_mg_per_dl": 5},
    ]
    found = grade_chart(chart_of(tmp_path, rows), RULES).by_record.laboratory_lysis
    assert found.answer.tolist() == [1]
    assert [found.urate[0], found.potassium[0], found.phosphate[0], found.calcium[0]] == [1, 1, 0, 0]


@pytest.mark.parametrize(("day", "known"), [(-19, True), (-19.1, False)])
def test_a_value_older_than_the_scores_allow_does_not_count(day, known, tmp_path):
    rows = [{"patient": "a", "day": day, "lymphodepletion_day": -5, "platelets_per_ul": 100000}]
    grades = grade_chart(chart_of(tmp_path, rows), RULES)
    assert grades.hematotox.n_missing.tolist() == [4 if known else 5]
    days = grades.before.days["platelets_e9_per_l"]
    assert days.tolist() == [-19] if known else np.isnan(days).all()


def test_late_haematotoxicity_ends_with_follow_up(tmp_path):
    counts = {"anc_e9_per_l": 0.3, "platelets_e9_per_l": 150, "platelets_transfused": "no"}
    rows = [{"patient": "a", "day": day, **counts, "follow_up_end_day": 50} for day in (60, 70)]
    rows += [{"patient": "b", "day": day, **counts} for day in (60, 70)]
    late = grade_chart(chart_of(tmp_path, rows), RULES).by_record.icaht.late_range
    assert late.graded.grade.tolist() == [-1, -1]
    assert late.lowest.tolist() == [0, 3]  # the days that were not seen may hold worse
