"""Blood counts at their limits, scores with and without missing values, and runs of neutropenia."""

import numpy as np
import pytest
from tests.fake_in_vivo import changed, unseen_after, well, well_record

from livingdrug.bedside.antibody_levels import grade_hypogammaglobulinaemia
from livingdrug.bedside.blood_counts import (
    CountCriterion,
    car_hematotox,
    easix,
    grade_anaemia,
    grade_febrile_neutropenia,
    grade_lymphopenia,
    grade_neutropenia,
    grade_thrombocytopenia,
    prolonged_cytopenia,
)
from livingdrug.bedside.icaht import daily_lowest, grade_icaht
from livingdrug.evidence import load_edition

RULES = load_edition()
NAN = np.nan
ALIVE = np.array([NAN])


@pytest.mark.parametrize(
    ("grader", "field", "value", "grade"),
    [
        (grade_neutropenia, "anc_e9_per_l", 2.0, 0),
        (grade_neutropenia, "anc_e9_per_l", 1.99, 1),
        (grade_neutropenia, "anc_e9_per_l", 1.5, 1),
        (grade_neutropenia, "anc_e9_per_l", 1.2005, 2),
        (grade_neutropenia, "anc_e9_per_l", 1.0, 2),
        (grade_neutropenia, "anc_e9_per_l", 0.9995, 3),
        (grade_neutropenia, "anc_e9_per_l", 0.5, 3),
        (grade_neutropenia, "anc_e9_per_l", 0.4999, 4),
        (grade_neutropenia, "anc_e9_per_l", 0.0, 4),
        (grade_neutropenia, "anc_e9_per_l", NAN, -1),
        (grade_thrombocytopenia, "platelets_e9_per_l", 75.0, 1),
        (grade_thrombocytopenia, "platelets_e9_per_l", 74.9, 2),
        (grade_thrombocytopenia, "platelets_e9_per_l", 50.0, 2),
        (grade_thrombocytopenia, "platelets_e9_per_l", 25.0, 3),
        (grade_thrombocytopenia, "platelets_e9_per_l", 24.9, 4),
        (grade_lymphopenia, "alc_e9_per_l", 0.8, 1),
        (grade_lymphopenia, "alc_e9_per_l", 0.5, 2),
        (grade_lymphopenia, "alc_e9_per_l", 0.2, 3),
        (grade_lymphopenia, "alc_e9_per_l", 0.19, 4),
        (grade_anaemia, "haemoglobin_g_per_dl", 10.0, 1),
        (grade_anaemia, "haemoglobin_g_per_dl", 8.0, 2),
        (grade_anaemia, "haemoglobin_g_per_dl", 7.9, 3),
        (grade_anaemia, "haemoglobin_g_per_dl", 3.0, 3),
    ],
)
def test_a_count_on_a_limit_has_the_milder_grade(grader, field, value, grade):
    assert grader(well(1, **{field: value}), RULES).grade.tolist() == [grade]


def test_red_cells_given_make_anaemia_grade_3_even_without_a_haemoglobin():
    graded = grade_anaemia(well(2, haemoglobin_g_per_dl=[12.5, NAN], red_cells_transfused=1), RULES)
    assert graded.grade.tolist() == [3, 3]
    assert graded.criterion.tolist() == [CountCriterion.TRANSFUSION] * 2


def test_an_unknown_transfusion_does_not_worsen_anaemia():
    assert grade_anaemia(well(1, red_cells_transfused=-1), RULES).grade.tolist() == [0]


@pytest.mark.parametrize(
    ("temperatures", "anc", "grades"),
    [
        ([38.3, 37.0], 0.9, [0, 0]),
        ([38.4, 37.0], 0.9, [3, 0]),
        ([38.4, 37.0], 1.0, [0, 0]),
        ([38.0, 38.0], 0.9, [0, 3]),
        ([37.9, 38.3], 0.9, [0, 0]),
        ([NAN, 38.4], 0.9, [-1, 3]),
        ([38.4, 38.4], NAN, [-1, -1]),
        ([36.8, 36.8], NAN, [0, 0]),
    ],
)
def test_febrile_neutropenia_needs_a_high_or_a_lasting_fever(temperatures, anc, grades):
    seen = well((1, 2), day=[[4.0, 4.0 + 1 / 3]], temperature_c=[temperatures], anc_e9_per_l=anc)
    assert grade_febrile_neutropenia(seen, RULES).grade.tolist() == [grades]


def test_two_temperatures_within_an_hour_are_no_lasting_fever():
    seen = well((1, 2), day=[[4.0, 4.0 + 0.9 / 24]], temperature_c=38.1, anc_e9_per_l=0.2)
    assert grade_febrile_neutropenia(seen, RULES).grade.tolist() == [[0, 0]]


def test_the_count_nearest_to_the_landmark_stands_for_it():
    seen = well(
        (3, 3), day=[[20.0, 26.0, 31.0]], anc_e9_per_l=[[0.2, 0.8, 3.0], [0.2, NAN, 0.4], [0.2, NAN, NAN]]
    )
    landmark = prolonged_cytopenia(seen, 28.0, RULES)
    assert landmark.neutropenia_grade.tolist() == [3, 4, -1]
    assert landmark.prolonged.tolist() == [1, 1, -1]
    assert landmark.thrombocytopenia_grade.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("changes", "score"),
    [
        ({}, 0),
        ({"platelets_e9_per_l": 175.1}, 0),
        ({"platelets_e9_per_l": 175.0}, 1),
        ({"platelets_e9_per_l": 75.0}, 1),
        ({"platelets_e9_per_l": 74.9}, 2),
        ({"anc_e9_per_l": 1.2}, 0),
        ({"anc_e9_per_l": 1.1995}, 1),
        ({"haemoglobin_g_per_dl": 9.0}, 0),
        ({"haemoglobin_g_per_dl": 8.9}, 1),
        ({"crp_mg_per_l": 29.9}, 0),
        ({"crp_mg_per_l": 30.0}, 1),
        ({"ferritin_ug_per_l": 649.0}, 0),
        ({"ferritin_ug_per_l": 650.0}, 1),
        ({"ferritin_ug_per_l": 2000.0}, 1),
        ({"ferritin_ug_per_l": 2001.0}, 2),
    ],
)
def test_each_point_of_car_hematotox_has_its_limit(changes, score):
    answer = car_hematotox(well(1, **changes), RULES)
    assert (answer.lowest.tolist(), answer.highest.tolist()) == ([score], [score])


def panel(platelets, anc, haemoglobin, crp, ferritin):
    return well(
        1,
        platelets_e9_per_l=platelets,
        anc_e9_per_l=anc,
        haemoglobin_g_per_dl=haemoglobin,
        crp_mg_per_l=crp,
        ferritin_ug_per_l=ferritin,
    )


def test_published_vignettes_of_car_hematotox():
    high = car_hematotox(panel(110, 0.95, 10.1, 42.0, 540), RULES)
    low = car_hematotox(panel(220, 3.4, 12.4, 8.0, 180), RULES)
    assert (high.lowest.tolist(), high.high_risk.tolist()) == ([3], [1])
    assert (low.highest.tolist(), low.high_risk.tolist()) == ([0], [0])


@pytest.mark.parametrize(
    ("values", "bounds", "n_missing", "high_risk"),
    [
        ((220, 3.4, 12.4, 8.0, NAN), (0, 2), 1, -1),
        ((220, 3.4, 12.4, NAN, 180), (0, 1), 1, 0),
        ((60, 3.4, 12.4, NAN, NAN), (2, 5), 2, 1),
        ((NAN, NAN, NAN, NAN, NAN), (0, 7), 5, -1),
    ],
)
def test_a_missing_value_widens_the_score_and_never_counts_as_normal(values, bounds, n_missing, high_risk):
    answer = car_hematotox(panel(*values), RULES)
    assert (int(answer.lowest[0]), int(answer.highest[0])) == bounds
    assert (answer.n_missing.tolist(), answer.high_risk.tolist()) == ([n_missing], [high_risk])


def test_the_easix_family_by_hand():
    answer = easix(
        well(1, ldh_u_per_l=450.0, creatinine_mg_per_dl=1.2, crp_mg_per_l=45.0, platelets_e9_per_l=150.0),
        RULES,
    )
    assert answer.easix[0] == pytest.approx(3.6)
    assert answer.modified[0] == pytest.approx(13.5)
    assert answer.simplified[0] == pytest.approx(3.0)
    assert answer.sources == ("pennisi_2021", "greenbaum_2021")


def test_easix_is_not_computable_without_platelets_or_with_a_missing_value():
    answer = easix(well(2, platelets_e9_per_l=[0.0, 150.0], creatinine_mg_per_dl=[1.2, NAN]), RULES)
    assert np.isnan(answer.easix).tolist() == [True, True]
    assert np.isnan(answer.simplified).tolist() == [True, False]


@pytest.mark.parametrize(("igg", "grade"), [(7.0, 0), (6.9, 1), (4.0, 1), (3.9, 2), (NAN, -1)])
def test_igg_is_low_below_normal_and_lower_where_it_is_replaced(igg, grade):
    assert grade_hypogammaglobulinaemia(np.array([igg]), RULES).grade.tolist() == [grade]


def test_the_laboratorys_own_limit_of_igg_goes_before_the_usual_one():
    assert grade_hypogammaglobulinaemia(np.array([6.0]), RULES, 5.5).grade.tolist() == [0]


def low_for(days_low, anc=0.4, first=5, n_days=101):
    record = well_record(1, np.arange(n_days))
    return changed(record, 0, lambda day: (day >= first) & (day < first + days_low), anc_e9_per_l=anc)


@pytest.mark.parametrize(("days_low", "grade"), [(0, 0), (1, 1), (6, 1), (7, 2), (13, 2), (14, 3), (26, 3)])
def test_early_icaht_by_the_length_of_the_run(days_low, grade):
    answer = grade_icaht(low_for(days_low), ALIVE, RULES)
    assert answer.early.grade.tolist() == [grade]
    assert answer.longest_run_days.tolist() == [days_low]


def test_neutrophils_never_above_the_limit_are_grade_4():
    assert grade_icaht(low_for(31, first=0), ALIVE, RULES).early.grade.tolist() == [4]
    assert grade_icaht(low_for(30, first=0), ALIVE, RULES).early.grade.tolist() == [3]


@pytest.mark.parametrize(("days_low", "grade"), [(6, 1), (7, 3), (13, 3), (14, 4)])
def test_profound_neutropenia_is_graded_higher(days_low, grade):
    assert grade_icaht(low_for(days_low, anc=0.1), ALIVE, RULES).early.grade.tolist() == [grade]


@pytest.mark.parametrize(("anc", "run"), [(0.5, 4), (0.501, 0)])
def test_the_limit_itself_counts_as_low(anc, run):
    assert grade_icaht(low_for(4, anc=anc), ALIVE, RULES).longest_run_days.tolist() == [run]


@pytest.mark.parametrize(("gap", "longest"), [(1, 9), (2, 10), (3, 4)])
def test_a_recovery_shorter_than_three_days_is_joined(gap, longest):
    record = low_for(4)
    record = changed(record, 0, lambda day: (day >= 9 + gap) & (day < 13 + gap), anc_e9_per_l=0.4)
    answer = grade_icaht(record, ALIVE, RULES)
    assert answer.longest_run_days.tolist() == [longest]
    assert answer.cumulative_days.tolist() == [8]


def test_neutropenia_from_the_first_days_until_death_is_grade_4():
    record = unseen_after(low_for(31, first=3), 0, 9.0)
    assert grade_icaht(record, np.array([9.5]), RULES).early.grade.tolist() == [4]
    assert grade_icaht(record, ALIVE, RULES).early.grade.tolist() == [2]


def test_an_unfinished_record_without_neutropenia_is_not_assessable():
    record = unseen_after(low_for(0), 0, 9.0)
    assert grade_icaht(record, ALIVE, RULES).early.grade.tolist() == [-1]
    assert grade_icaht(low_for(0), ALIVE, RULES).early.grade.tolist() == [0]


@pytest.mark.parametrize(
    ("anc", "grade"),
    [(1.501, 0), (1.5, 1), (1.2005, 1), (1.0, 2), (0.5, 3), (0.1, 4)],
)
def test_late_icaht_grades_counts_that_are_no_whole_numbers(anc, grade):
    assert grade_icaht(low_for(20, anc=anc, first=40), ALIVE, RULES).late.grade.tolist() == [grade]


def test_one_low_count_among_normal_ones_is_transient():
    assert grade_icaht(low_for(1, anc=0.05, first=60), ALIVE, RULES).late.grade.tolist() == [0]
    assert grade_icaht(well_record(1, [0.0, 60.0], anc_e9_per_l=0.05), ALIVE, RULES).late.grade.tolist() == [
        4
    ]
    assert grade_icaht(well_record(1, [0.0, 20.0]), ALIVE, RULES).late.grade.tolist() == [-1]


def test_a_short_gap_is_bridged_and_a_long_one_stays_unknown():
    lowest = daily_lowest(np.array([[0.0, 4.0, 4.5, 12.0]]), np.array([[1.0, 3.0, 2.0, 2.0]]), 12, 7)
    assert lowest[0, :5] == pytest.approx([1.0, 1.25, 1.5, 1.75, 2.0])
    assert np.isnan(lowest[0, 5:12]).all()
