"""Regimen, window, omission and repetition by edition, and fludarabine exposure by hand."""

import numpy as np
import pytest

from livingdrug.bedside.lymphodepletion import (
    Regimen,
    assess_omission,
    assess_window,
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


def test_window_and_omission_cite_the_own_indication_and_say_what_was_not_read():
    rules = load_edition("us_2022_05")
    follicular = np.array([Indication.FL])
    window = assess_window(follicular, np.array([3.0]), rules).reasons
    assert {(r.source, r.unverified) for r in window} == {("us_pi_2022_05", True)}
    white = assess_omission(follicular, np.array([1.0]), rules).reasons[1]
    assert (white.code, white.answer[0], white.unverified) == ("WHITE_CELLS", 0, True)
    now = assess_omission(follicular, np.array([1.0]), load_edition("us_2025_06")).reasons[1]
    assert (now.answer[0], now.unverified) == (0, False)
