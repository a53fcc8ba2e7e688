"""Doses of steroids, anakinra and siltuximab by weight, with cap, interval and source."""

import math

import numpy as np
import pytest

from livingdrug.bedside.rescue_drugs import RescueDrug, methylprednisolone_taper, rescue_dose
from livingdrug.errors import BadInput
from livingdrug.evidence import is_unverified, load_edition

US = load_edition("us_2025_06")


def test_every_drug_has_an_amount_and_names_its_source_first():
    for drug in RescueDrug:
        dose = rescue_dose(drug, np.array([70.0]), US)
        assert dose.mg[0] > 0
        assert dose.limits[0].label
        assert dose.limits[0].key.rsplit(".", 1)[1] in ("mg", "mg_per_kg")


def test_a_fixed_dose_needs_no_weight_and_a_dose_by_weight_does():
    unknown = np.array([np.nan])
    assert rescue_dose(RescueDrug.DEXAMETHASONE, unknown, US).mg[0] == 10
    assert math.isnan(rescue_dose(RescueDrug.SILTUXIMAB, unknown, US).mg[0])
    with pytest.raises(BadInput, match="weight_kg: got 0"):
        rescue_dose(RescueDrug.SILTUXIMAB, np.array([0.0]), US)


def test_what_comes_from_a_transcription_says_so():
    adult = rescue_dose(RescueDrug.ANAKINRA_ADULT, np.array([70.0]), US)
    child = rescue_dose(RescueDrug.ANAKINRA_CHILD, np.array([20.0]), US)
    assert all(is_unverified(limit) for limit in adult.limits)
    assert not any(is_unverified(limit) for limit in child.limits)
    assert adult.interval_hours == (6, 6)
    assert (child.interval_hours, child.max_mg_per_day) == ((6, 6), 400)


def test_the_falling_doses_of_asco():
    steps = methylprednisolone_taper(US)
    assert [(step.mg, step.interval_hours) for step in steps] == [(500, 12), (250, 12), (125, 12), (60, 12)]
    assert [step.days for step in steps[:3]] == [3, 2, 2]
    assert math.isnan(steps[3].days)
