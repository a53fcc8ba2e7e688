"""Dose windows as numbers and in words; their boundaries are cases (rules/)."""

import numpy as np
import pytest

from livingdrug.bedside.dosing import DoseBand, assess_dose, dose_window, tell_dose
from livingdrug.errors import BadInput
from livingdrug.evidence import load_edition
from livingdrug.patients import Indication

US = load_edition("us_2025_06")
EU = load_edition("eu_current")
BRIEF = load_edition("brief")
ALL, LBCL, FL = Indication.ALL, Indication.LBCL, Indication.FL
LABELS = ["us_2025_06", "eu_current"]


def codes(indication, n):
    return np.full(n, indication, dtype=np.int8)


def dose(indication, cells, weight_kg, rules=US):
    cells, weight = (
        np.atleast_1d(np.array(cells, dtype=float)),
        np.atleast_1d(np.array(weight_kg, dtype=float)),
    )
    return assess_dose(codes(indication, len(cells)), cells, weight, rules)


@pytest.mark.parametrize("edition", LABELS)
def test_exactly_50_kg_is_dosed_per_kilogram_and_50_1_kg_is_not(edition):
    window = dose_window(codes(ALL, 4), np.array([39.0, 50.0, 50.1, np.nan]), load_edition(edition))
    assert window.band.tolist() == [DoseBand.PER_KG, DoseBand.PER_KG, DoseBand.FLAT, DoseBand.UNKNOWN]
    assert window.low_cells[:3] == pytest.approx([0.2e6 * 39, 1e7, 1e7])
    assert window.high_cells[:3] == pytest.approx([5e6 * 39, 2.5e8, 2.5e8])
    assert np.isnan(window.low_cells[3])


@pytest.mark.parametrize("indication", [LBCL, FL])
@pytest.mark.parametrize("edition", LABELS)
def test_lymphoma_has_one_window_at_any_weight(indication, edition):
    window = dose_window(codes(indication, 3), np.array([45.0, 80.0, np.nan]), load_edition(edition))
    assert window.low_cells.tolist() == [6e7] * 3
    assert window.high_cells.tolist() == [6e8] * 3


@pytest.mark.parametrize("weight", [0.0, -3.0])
def test_a_weight_of_zero_is_refused_with_row_and_value(weight):
    with pytest.raises(BadInput, match=f"weight_kg: row 1: got {weight:g}, expected a weight above 0 kg"):
        dose_window(codes(ALL, 2), np.array([50.0, weight]), US)


def test_a_negative_dose_is_refused_with_row_and_value():
    with pytest.raises(BadInput, match=r"dose_cells: row 0: got -1, expected 0 or more"):
        dose(ALL, -1, 40)


@pytest.mark.parametrize(
    ("rules", "indication", "cells", "weight", "message"),
    [
        (US, ALL, 2.6e8, 50.0, "got 2.6e+08, expected 1e+07 to 2.5e+08 cells for ALL at 50 kg: outside"),
        (US, ALL, 2.4e8, 50.0, "got 2.4e+08, expected 1e+07 to 2.5e+08 cells for ALL at 50 kg: within"),
        (US, ALL, 2.6e8, 50.1, "got 2.6e+08, expected 1e+07 to 2.5e+08 cells for ALL at 50.1 kg: outside"),
        (US, ALL, 1.1e8, 20.0, "got 1.1e+08, expected 4e+06 to 1e+08 cells for ALL at 20 kg: outside"),
        (EU, LBCL, 5.9e7, 80.0, "got 5.9e+07, expected 6e+07 to 6e+08 cells for LBCL at 80 kg: outside"),
        (EU, FL, 1e8, np.nan, "got 1e+08, expected 6e+07 to 6e+08 cells for FL: within the window"),
        (US, LBCL, np.nan, 80.0, "got unknown, expected 6e+07 to 6e+08 cells for LBCL at 80 kg: not assess"),
        (US, ALL, 1e8, np.nan, "got 1e+08, not assessable: weight_kg at leukapheresis is unknown"),
        (BRIEF, ALL, 3e8, 60.0, "got 3e+08, expected 1e+07 to 6e+08 cells for ALL at 60 kg: referred to a"),
        (BRIEF, FL, 7e8, 60.0, "got 7e+08, expected 1e+07 to 6e+08 cells for FL at 60 kg: outside"),
    ],
)
def test_the_message_on_a_dose_names_field_value_window_and_edition(
    rules, indication, cells, weight, message
):
    told = tell_dose(codes(indication, 1), np.array([cells]), np.array([weight]), rules, 0)
    assert told.startswith(f"dose_cells: {message}")
    assert told.endswith(f"({rules.name})")


@pytest.mark.parametrize("indication", list(Indication))
def test_the_brief_never_calls_a_dose_above_50_kg_within_the_window(indication):
    verdict = dose(indication, [0.9e7, 1e7, 3e8, 6e8, 6.1e8], [50.1, 60, 80, 100, 90], BRIEF)
    assert verdict.answer.tolist() == [0, -1, -1, -1, 0]
    referral = verdict.reasons[-1]
    assert referral.code == "REFERRED_TO_A_LABEL_EDITION"
    assert "label edition" in referral.text
    assert referral.source == "product_brief"


def test_the_brief_agrees_with_the_label_up_to_50_kg_in_leukaemia_only():
    assert dose(ALL, [1e8, 2.6e8], [50, 50], BRIEF).answer.tolist() == [1, 0]
    assert dose(LBCL, [1e8], [50], BRIEF).answer.tolist() == [-1]


@pytest.mark.parametrize(
    ("edition", "indication", "weight_kg", "place"),
    [
        ("us_2018_05", LBCL, 80, ("us_pi_2018_05", "section 2.1", True)),
        ("us_2018_05", ALL, 80, ("us_pi_2025_06", "section 2.1", False)),
        ("us_2022_05", FL, 80, ("us_pi_2022_05", "section 2.1", True)),
        ("us_2025_06", FL, 80, ("us_pi_2025_06", "section 2.1", False)),
        ("eu_current", LBCL, 80, ("eu_smpc_current", "section 4.2", False)),
    ],
)
def test_a_dose_cites_the_limit_of_its_own_indication(edition, indication, weight_kg, place):
    reasons = dose(indication, 1e8, weight_kg, load_edition(edition)).reasons
    assert {(r.source, r.where, r.unverified) for r in reasons} == {place}


def test_a_cohort_of_several_indications_cites_the_edition_and_is_unverified_where_one_is():
    rules = load_edition("us_2018_05")
    both = assess_dose(np.array([ALL, LBCL], dtype=np.int8), np.full(2, 1e8), np.full(2, 80.0), rules)
    assert {(r.source, r.unverified) for r in both.reasons} == {(rules.info.source, True)}
