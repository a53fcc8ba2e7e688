"""Laws of doses, lymphodepletion and eligibility that hold for any patient."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.typical_patients import typical

from livingdrug.bedside.answers import all_of
from livingdrug.bedside.delay import assess_delay
from livingdrug.bedside.dosing import assess_dose, dose_window
from livingdrug.bedside.fludarabine import (
    BodySurfaceFormula,
    body_surface_m2,
    fludarabine_auc_mg_h_per_l,
    fludarabine_clearance_l_per_h,
)
from livingdrug.bedside.indications import assess_indication
from livingdrug.bedside.lymphodepletion import assess_omission, assess_repeat, assess_window
from livingdrug.bedside.screening import assess_tests, assess_trial
from livingdrug.evidence import load_edition
from livingdrug.patients import Indication
from livingdrug.patients.record import COLUMNS, unknown_column

EDITIONS = [load_edition(name) for name in ("us_2022_05", "us_2025_06", "eu_current")]
BRIEF = load_edition("brief")
editions = st.sampled_from(EDITIONS)
indications = st.sampled_from(list(Indication))
weights = st.floats(5, 200)
doses = st.floats(0, 2e9)
clearances = st.floats(10, 250)


def one(value):
    return np.array([value], dtype=float)


def code(indication):
    return np.array([indication], dtype=np.int8)


@given(editions, indications, doses, weights)
def test_a_dose_is_inside_its_window_exactly_when_the_verdict_is_met(rules, indication, dose, weight):
    window = dose_window(code(indication), one(weight), rules)
    inside = window.low_cells[0] <= dose <= window.high_cells[0]
    assert assess_dose(code(indication), one(dose), one(weight), rules).answer[0] == inside


@given(editions, indications, weights)
def test_both_ends_of_the_window_are_inside_it(rules, indication, weight):
    window = dose_window(code(indication), one(weight), rules)
    assert window.low_cells[0] < window.high_cells[0]
    for end in (window.low_cells, window.high_cells):
        assert assess_dose(code(indication), end, one(weight), rules).answer[0] == 1


@given(indications, doses, st.floats(50.0, 200, exclude_min=True))
def test_the_brief_never_says_yes_above_50_kg(indication, dose, weight):
    assert assess_dose(code(indication), one(dose), one(weight), BRIEF).answer[0] != 1


@given(indications, doses, weights)
def test_what_the_brief_allows_a_label_allows_too(indication, dose, weight):
    if assess_dose(code(indication), one(dose), one(weight), BRIEF).answer[0] == 1:
        for rules in EDITIONS:
            assert assess_dose(code(indication), one(dose), one(weight), rules).answer[0] == 1


@given(editions, weights, weights)
def test_a_heavier_child_may_be_given_no_less(rules, first, second):
    light, heavy = sorted((first, second))
    windows = [dose_window(code(Indication.ALL), one(weight), rules) for weight in (light, heavy)]
    assert windows[0].low_cells[0] <= windows[1].low_cells[0]
    assert windows[0].high_cells[0] <= windows[1].high_cells[0]


@given(indications, weights, clearances, clearances, st.floats(-3, 3))
def test_exposure_falls_as_the_kidney_clears_more(indication, weight, first, second, deviation):
    assume(first < second)
    cl = [
        fludarabine_clearance_l_per_h(code(indication), one(weight), one(c), EDITIONS[1], deviation)
        for c in (first, second)
    ]
    auc = [fludarabine_auc_mg_h_per_l(one(150), c, EDITIONS[1])[0] for c in cl]
    assert auc[0] >= auc[1] > 0
    assert auc[0] * cl[0][0] == pytest.approx(auc[1] * cl[1][0])


@given(indications, weights, clearances, st.floats(1, 1000), st.floats(0.1, 10))
def test_exposure_is_proportional_to_the_dose(indication, weight, clearance, dose, factor):
    cl = fludarabine_clearance_l_per_h(code(indication), one(weight), one(clearance), EDITIONS[1])
    small, large = (fludarabine_auc_mg_h_per_l(one(d), cl, EDITIONS[1])[0] for d in (dose, dose * factor))
    assert large == pytest.approx(small * factor)


@given(st.floats(100, 210), st.floats(15, 150))
def test_the_two_body_surfaces_differ_by_less_than_a_sixth(height, weight):
    assume(12 < weight / (height / 100) ** 2 < 45)
    both = [body_surface_m2(one(height), one(weight), EDITIONS[1], f)[0] for f in BodySurfaceFormula]
    assert abs(math.log(both[0] / both[1])) < math.log(7 / 6)


@given(editions, indications, st.floats(0, 40))
def test_a_day_in_the_window_is_never_one_on_which_repetition_is_due(rules, indication, days):
    white = one(5)
    inside = assess_window(code(indication), one(days), rules).answer[0]
    due = assess_repeat(one(days), white, rules).answer[0]
    assert not (inside == 1 and due == 1)


@given(editions, indications, st.floats(0, 20), st.floats(0, 20))
def test_lower_white_cells_never_take_an_omission_away(rules, indication, first, second):
    low, high = sorted((first, second))
    answers = [assess_omission(code(indication), one(w), rules).answer[0] for w in (low, high)]
    assert answers[0] >= answers[1]


@given(editions, indications, st.lists(st.sampled_from(COLUMNS), unique=True))
def test_forgetting_a_result_never_turns_a_no_into_a_yes_or_a_yes_into_a_no(rules, indication, forgotten):
    forgotten = [name for name in forgotten if name != "indication"]
    full = typical(indication)
    blank = dataclasses.replace(full, **{name: unknown_column(name, 1) for name in forgotten})
    trial = {Indication.ALL: "eliana", Indication.LBCL: "juliet", Indication.FL: "elara"}[indication]
    for patients in (full, blank):
        answers = [
            assess_indication(patients, rules).answer,
            assess_tests(patients, rules).answer,
            assess_delay(patients, rules).answer,
            assess_trial(patients, trial, rules).answer,
        ]
        expected = (1,) if patients is full else (1, -1)
        assert all(answer[0] in expected for answer in answers)
    assert all_of(answers)[0] == 1 or forgotten
