"""Regimen, window, omission and repetition by edition, and fludarabine exposure by hand."""

import numpy as np
import pytest

from livingdrug.bedside.fludarabine import (
    BodySurfaceFormula,
    body_surface_m2,
    fludarabine_auc_mg_h_per_l,
    fludarabine_clearance_l_per_h,
)
from livingdrug.bedside.lymphodepletion import (
    Regimen,
    assess_omission,
    assess_repeat,
    assess_window,
    choose_regimen,
    needs_alternative,
    regimen_dose,
    regimen_stated,
)
from livingdrug.evidence import load_edition
from livingdrug.patients import Indication

US = load_edition("us_2025_06")
EU = load_edition("eu_current")
EACH = np.array(list(Indication), dtype=np.int8)
ALL, LBCL, FL = Indication.ALL, Indication.LBCL, Indication.FL


def codes(indication, n):
    return np.full(n, indication, dtype=np.int8)


@pytest.mark.parametrize("rules", [US, EU], ids=["us", "eu"])
def test_total_doses_of_each_indication(rules):
    assert regimen_dose(EACH, "fludarabine", rules).mg_per_m2_total.tolist() == [120, 75, 75]
    assert regimen_dose(EACH, "cyclophosphamide", rules).mg_per_m2_total.tolist() == [1000, 750, 750]
    assert regimen_dose(EACH, "bendamustine", rules).mg_per_m2_total[1:].tolist() == [180, 180]


def test_the_alternative_in_leukaemia_is_stated_by_the_eu_alone():
    assert regimen_dose(codes(ALL, 1), "cytarabine", EU).mg_per_m2_total.tolist() == [1000]
    assert regimen_dose(codes(ALL, 1), "etoposide", EU).mg_per_m2_total.tolist() == [450]
    assert np.isnan(regimen_dose(codes(ALL, 1), "cytarabine", US).mg_per_m2_total).all()
    regimen = codes(Regimen.CYTARABINE_ETOPOSIDE, 1)
    assert regimen_stated(codes(ALL, 1), regimen, EU).tolist() == [True]
    assert regimen_stated(codes(ALL, 1), regimen, US).tolist() == [False]


def test_resistance_or_cystitis_calls_for_the_alternative_and_an_unknown_history_stays_open():
    resistant = np.array([1, 0, 0, -1, -1], dtype=np.int8)
    cystitis = np.array([0, 1, 0, 0, 1], dtype=np.int8)
    assert needs_alternative(resistant, cystitis, US).answer.tolist() == [1, 1, 0, -1, 1]


def test_the_regimen_follows_indication_alternative_and_preference():
    alternative = np.array([True, True, False, False])
    prefer = np.array([False, False, True, False])
    indication = np.array([ALL, LBCL, FL, LBCL], dtype=np.int8)
    first = Regimen.FLUDARABINE_CYCLOPHOSPHAMIDE
    expected_eu = [Regimen.CYTARABINE_ETOPOSIDE, Regimen.BENDAMUSTINE, Regimen.BENDAMUSTINE, first]
    assert choose_regimen(indication, alternative, prefer, EU).tolist() == expected_eu
    assert choose_regimen(indication, alternative, prefer, US).tolist() == [first, *expected_eu[1:]]


@pytest.mark.parametrize(
    ("edition", "last"),
    [("us_2025_06", (14, 11, 6)), ("eu_current", (14, 14, 6)), ("us_2022_05", (14, 11, 6))],
)
def test_the_window_to_infusion_by_indication(edition, last):
    rules = load_edition(edition)
    for indication, day in zip(Indication, last, strict=True):
        days = np.array([1.0, 2.0, day, day + 1, np.nan])
        assert assess_window(codes(indication, 5), days, rules).answer.tolist() == [0, 1, 1, 0, -1]


def test_white_cells_of_exactly_1_are_low_in_the_eu_and_not_in_the_us():
    white = np.array([0.99, 1.0, 1.01, np.nan])
    assert assess_omission(codes(LBCL, 4), white, US).answer.tolist() == [1, 0, 0, -1]
    assert assess_omission(codes(LBCL, 4), white, EU).answer.tolist() == [1, 1, 0, -1]


def test_omission_in_leukaemia_is_named_by_the_eu_alone():
    white = np.array([0.5])
    assert assess_omission(codes(ALL, 1), white, US).answer.tolist() == [0]
    assert assess_omission(codes(ALL, 1), white, EU).answer.tolist() == [1]


def test_repetition_after_four_weeks_is_an_eu_rule_and_open_in_the_us():
    days = np.array([28.0, 28.1, 28.1, np.nan])
    white = np.array([2.0, 1.1, 1.0, 2.0])
    assert assess_repeat(days, white, EU).answer.tolist() == [0, 1, 0, -1]
    assert assess_repeat(days, white, US).answer.tolist() == [-1] * 4


def test_body_surface_by_both_formulas():
    height, weight = np.array([180.0, np.nan]), np.array([80.0, 80.0])
    assert body_surface_m2(height, weight, US)[0] == 2.0
    assert np.isnan(body_surface_m2(height, weight, US)[1])
    du_bois = body_surface_m2(height[:1], weight[:1], US, BodySurfaceFormula.DU_BOIS)
    assert du_bois == pytest.approx(0.007184 * 80**0.425 * 180**0.725)


def test_fludarabine_exposure_of_an_adult_and_of_a_child_by_hand():
    indication = np.array([LBCL, ALL], dtype=np.int8)
    weight, clearance = np.array([80.0, 35.0]), np.array([96.0, 120.0])
    cl = fludarabine_clearance_l_per_h(indication, weight, clearance, US)
    assert cl[0] == pytest.approx((3.9 + 1.7) * (80 / 70) ** 0.75)
    assert cl[1] == pytest.approx((3.2 + 0.78 * 7.2) * 0.5**0.75)
    auc = fludarabine_auc_mg_h_per_l(np.array([150.0, 0.0]), cl, US)
    assert auc[0] == pytest.approx(0.78 * 150 / cl[0])
    assert 18 < auc[0] < 20
    assert auc[1] == 0.0


def test_exposure_is_unknown_without_kidney_function_unless_no_fludarabine_is_given():
    cl = fludarabine_clearance_l_per_h(codes(LBCL, 2), np.array([80.0, 80.0]), np.array([np.nan] * 2), US)
    auc = fludarabine_auc_mg_h_per_l(np.array([150.0, 0.0]), cl, US)
    assert np.isnan(auc[0])
    assert auc[1] == 0.0
