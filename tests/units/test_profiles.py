import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from tests.fake_in_vivo import well_record
from tests.synthetic_pool import quiet_pool

from livingdrug.endpoints import PatientRecord, as_of
from livingdrug.endpoints.profiles import PROFILED, nearest_times, profile_days, profiles
from livingdrug.evidence import load_edition

RULES = load_edition()


def test_profiles_are_daily_to_day_28_weekly_to_day_91_and_then_by_month():
    days = profile_days(RULES)
    assert days[:29].tolist() == list(range(29))
    assert days[29:38].tolist() == list(range(35, 92, 7))
    assert days[38:] / 30.4375 == pytest.approx([4, 5, 6, 9, 12, 18, 24, 36, 48, 60])


def test_the_nearest_decision_stands_for_a_nominal_day_unless_it_is_far():
    days, nominal = np.array([0.0, 1, 9, 100]), np.array([0.0, 2, 8, 10, 50, 119, 126])
    nearest, near = nearest_times(days, nominal, 0.2)
    assert days[nearest].tolist() == [0, 1, 9, 9, 9, 100, 100]
    assert near.tolist() == [True, False, True, True, False, True, False]


def test_a_profile_holds_what_was_observed_and_nothing_beyond_the_record():
    seen = well_record(2, [0.0, 1, 2, 27.8], platelets_e9_per_l=np.array([[10.0, 20, 30, 40]] * 2))
    course = SimpleNamespace(in_vivo=SimpleNamespace(days=(0.0, 1.0, 2.0, 27.8), observations=seen))
    found = profiles(course, RULES)
    assert found["profile_platelets_e9_per_l"][1, [0, 1, 2, 28]].tolist() == [10, 20, 30, 40]
    assert found["profile_day"][0, [1, 28]].tolist() == [1, 27.8]
    assert np.isnan(found["profile_platelets_e9_per_l"][:, [10, 40]]).all()
    fields = {field.name for field in dataclasses.fields(PatientRecord)}
    assert set(found) == {"profile_day", *(f"profile_{name}" for name in PROFILED)} <= fields


def test_a_profile_ends_with_the_data_cut():
    days = profile_days(RULES)[None]
    record = quiet_pool(1, profile_day=days, profile_igg_g_per_l=10 - days / 1000)
    seen = as_of(record, np.array([40.0])).profile_igg_g_per_l[0]
    assert seen[days[0] <= 40].tolist() == (10 - days[0, days[0] <= 40] / 1000).tolist()
    assert np.isnan(seen[days[0] > 40]).all()


def test_best_response_and_residual_disease_are_those_known_at_the_cut():
    response = np.array([[5, 4, 0, 0, 0, 0], [4, 3, -1, -1, -1, -1]], dtype=np.int8)
    mrd = np.array([[0, 0, 1, 1, 1, 1], [0, 1, -1, -1, -1, -1]], dtype=np.int8)
    record = quiet_pool(
        2, response=response, mrd_negative=mrd, progression_day=np.array([np.nan, 3 * 30.4375])
    )
    early, late = as_of(record, np.full(2, 100.0)), as_of(record, np.full(2, np.inf))
    assert early.best_response.tolist() == [4, 4]
    assert late.best_response.tolist() == [0, 4]
    assert early.mrd_negative_in_remission.tolist() == [0, 0]
    assert late.mrd_negative_in_remission.tolist() == [1, 0]
