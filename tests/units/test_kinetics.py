import dataclasses

import numpy as np
import pytest
from tests.synthetic_pool import lively_pool, quiet_pool

from livingdrug.endpoints import Sampling, exposure
from livingdrug.endpoints.kinetics import area_under_curve, terminal_half_life
from livingdrug.tables import take

SAMPLING = Sampling(lower_limit_copies_per_ug=50.0, auc_until_day=28.0, half_life_points=3)
DAYS = np.array([1.0, 4, 7, 11, 14, 17, 21, 28, 60, 90, 180])


def one(levels, days=DAYS):
    record = quiet_pool(
        1, sampling_day=days[None, :], transgene_copies_per_ug=np.asarray(levels, dtype=float)[None, :]
    )
    return exposure(record, SAMPLING)


def test_peak_last_day_and_area_are_those_worked_by_hand():
    found = one([10, 1000, 2000, 4000, 2000, 1000, 500, 100, 60, 40, 30])
    assert found.cmax[0] == 4000
    assert found.tmax[0] == 11
    assert found.tlast[0] == 60
    # trapezoids from 0 with the first sample below the limit counted as nothing
    by_hand = 0 + 3 * 500 + 3 * 1500 + 4 * 3000 + 3 * 3000 + 3 * 1500 + 4 * 750 + 7 * 300
    assert found.auc[0] == pytest.approx(by_hand)


def test_the_half_life_of_an_exponential_decline_is_found_exactly():
    level = 8000 * np.exp(-np.log(2) / 20 * (DAYS - 7))
    level[:2] = [60, 500]
    assert one(level).half_life[0] == pytest.approx(20)


def test_the_slow_last_phase_gives_the_half_life_of_a_two_phase_decline():
    days = np.array([7.0, 11, 14, 17, 21, 28, 60, 90, 180, 365])
    level = 10000 * np.exp(-0.4 * (days - 7)) + 2000 * np.exp(-np.log(2) / 100 * (days - 7))
    assert one(level, days).half_life[0] == pytest.approx(100, rel=0.05)


def test_samples_below_the_limit_after_the_peak_do_not_enter_the_slope():
    level = np.array([60, 500, 8000, 4000, 2000, 1000, 500, 49, 10, 10, 10.0])
    days = np.array([1.0, 4, 7, 10, 13, 16, 19, 28, 60, 90, 180])
    assert one(level, days).half_life[0] == pytest.approx(3)


def test_a_patient_never_above_the_limit_has_no_exposure():
    found = one(np.full(11, 49.9))
    assert all(
        np.isnan(column[0]) for column in (found.cmax, found.tmax, found.auc, found.half_life, found.tlast)
    )


def test_fewer_than_three_samples_or_a_rising_level_give_no_half_life():
    assert np.isnan(terminal_half_life(np.array([[1.0, 2]]), np.array([[4.0, 2]]), 3)[0])
    assert np.isnan(terminal_half_life(np.array([[1.0, 2, 3]]), np.array([[100.0, 200, 400]]), 3)[0])


def test_sampling_that_ends_before_day_28_gives_no_area():
    assert np.isnan(area_under_curve(np.array([[7.0, 21.0]]), np.array([[100.0, 50.0]]), 28.0)[0])


def test_the_area_ends_on_day_28_between_two_samples():
    area = area_under_curve(np.array([[20.0, 36.0]]), np.array([[100.0, 100.0]]), 28.0)
    assert area[0] == pytest.approx(1000 + 800)


def test_a_missing_sample_is_passed_over():
    found = one([10, 1000, np.nan, 4000, 2000, 1000, 500, 100, 60, 40, 30])
    assert found.cmax[0] == 4000
    assert found.auc[0] == pytest.approx(3 * 500 + 7 * 2500 + 3 * 3000 + 3 * 1500 + 4 * 750 + 7 * 300)


def test_a_patient_has_the_same_exposure_alone_as_among_others():
    pool = lively_pool(0, 200)
    missing = np.random.default_rng(1).random(pool.sampling_day.shape) < 0.3
    pool = dataclasses.replace(pool, sampling_day=np.where(missing, np.nan, pool.sampling_day))
    together = exposure(pool, SAMPLING)
    for i in range(len(pool)):
        alone = exposure(take(pool, slice(i, i + 1)), SAMPLING)
        for field in dataclasses.fields(together):
            found, expected = getattr(alone, field.name), getattr(together, field.name)[i : i + 1]
            assert found.tobytes() == expected.tobytes(), (i, field.name)
