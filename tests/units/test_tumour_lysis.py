"""Tumour lysis by Cairo and Bishop: two of four analytes in the window, then the clinical grade."""

import numpy as np
import pytest
from tests.fake_in_vivo import changed, well, well_record

from livingdrug.bedside.tumour_lysis import ctcae_tumour_lysis, grade_tumour_lysis, laboratory_tumour_lysis
from livingdrug.evidence import load_edition
from livingdrug.observations import Seizure, at_time

RULES = load_edition()
ADULT, CHILD = np.array([40.0]), np.array([17.9])
NAN = np.nan
LYSIS = {"urate_mg_per_dl": 8.0, "potassium_mmol_per_l": 6.0}


def record(when=lambda day: day == 3, **values):
    return changed(well_record(1, np.arange(-4.0, 12.0)), 0, when, **values)


def laboratory(seen, age=ADULT):
    return laboratory_tumour_lysis(seen, at_time(seen, 0), age, RULES)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (LYSIS, 1),
        ({"urate_mg_per_dl": 8.0}, 0),
        ({"urate_mg_per_dl": 8.0, "potassium_mmol_per_l": 4.9}, 0),
        ({"urate_mg_per_dl": 6.25, "potassium_mmol_per_l": 5.0}, 1),
        ({"urate_mg_per_dl": 6.24, "potassium_mmol_per_l": 5.0}, 0),
        ({"phosphate_mg_per_dl": 4.5, "calcium_mg_per_dl": 7.0}, 1),
        ({"phosphate_mg_per_dl": 3.7, "calcium_mg_per_dl": 7.125}, 0),
        ({"phosphate_mg_per_dl": 3.75, "calcium_mg_per_dl": 7.125}, 1),
    ],
)
def test_two_analytes_beyond_their_limit_or_changed_by_a_quarter(values, expected):
    assert laboratory(record(**values)).answer.tolist() == [expected]


@pytest.mark.parametrize(("day", "expected"), [(-3, 1), (7, 1), (8, 0)])
def test_only_the_window_around_the_start_counts(day, expected):
    assert laboratory(record(lambda days: days == day, **LYSIS)).answer.tolist() == [expected]


def test_the_two_need_not_be_high_on_the_same_day():
    seen = changed(record(urate_mg_per_dl=9.0), 0, lambda day: day == 6, potassium_mmol_per_l=6.5)
    assert laboratory(seen).answer.tolist() == [1]


def test_a_child_has_its_own_limit_of_phosphate():
    seen = record(calcium_mg_per_dl=6.9, phosphate_mg_per_dl=5.0)
    before = well(1, phosphate_mg_per_dl=4.5)
    assert laboratory_tumour_lysis(seen, before, CHILD, RULES).answer.tolist() == [0]
    assert laboratory_tumour_lysis(seen, before, np.array([18.0]), RULES).answer.tolist() == [1]
    assert laboratory_tumour_lysis(seen, before, np.array([NAN]), RULES).answer.tolist() == [0]


def test_analytes_that_were_never_measured_could_decide():
    unknown = {"phosphate_mg_per_dl": NAN, "calcium_mg_per_dl": NAN}
    never = record(lambda day: day > -99, **unknown)
    assert laboratory(never).answer.tolist() == [-1]
    assert laboratory(changed(never, 0, lambda day: day == 2, **LYSIS)).answer.tolist() == [1]
    assert laboratory(record(lambda day: day > -99, calcium_mg_per_dl=NAN)).answer.tolist() == [0]


def grade(**values):
    seen = record(**(LYSIS | values))
    return seen, grade_tumour_lysis(seen, laboratory(seen), RULES, creatinine_upper_limit_mg_per_dl=1.0)


@pytest.mark.parametrize(
    ("creatinine", "expected"), [(1.49, 0), (1.5, 1), (1.51, 2), (3.0, 2), (3.01, 3), (6.0, 3), (6.01, 4)]
)
def test_the_kidney_grades_clinical_lysis(creatinine, expected):
    assert grade(creatinine_mg_per_dl=creatinine)[1].grade.tolist() == [expected]


@pytest.mark.parametrize(
    ("seizure", "expected"), [(Seizure.NONE, 0), (Seizure.RESOLVED, 2), (Seizure.PROLONGED, 4)]
)
def test_a_seizure_grades_clinical_lysis(seizure, expected):
    assert grade(seizure=seizure)[1].grade.tolist() == [expected]


def test_a_failing_kidney_without_laboratory_lysis_is_not_lysis():
    seen = record(creatinine_mg_per_dl=5.0)
    assert grade_tumour_lysis(seen, laboratory(seen), RULES).grade.tolist() == [0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, 0),
        ({"creatinine_mg_per_dl": 1.6}, 3),
        ({"creatinine_mg_per_dl": 1.6, "dialysis": 1}, 4),
        ({"creatinine_mg_per_dl": 6.5}, 4),
    ],
)
def test_ctcae_knows_present_and_life_threatening(values, expected):
    seen, clinical = grade(**values)
    assert ctcae_tumour_lysis(seen, clinical, RULES).grade.tolist() == [expected]
