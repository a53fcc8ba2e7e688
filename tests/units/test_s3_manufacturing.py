"""Manufacturing: the kernels by hand, the stage by its published anchors."""

import dataclasses
import math

import numpy as np
import pytest

from livingdrug.course.s2_leukapheresis import collect_cells
from livingdrug.course.s3_manufacturing import manufacture
from livingdrug.course.s3_manufacturing.losses import burden_multiplier, days_lived_after
from livingdrug.course.s3_manufacturing.product import (
    dose_target_cells,
    fold_expansion,
    outside_limits,
    transduction,
)
from livingdrug.course.s3_manufacturing.tumour import WaitingTumour, bridging_response, tumour_after
from livingdrug.course.stopping import StopReason
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition
from livingdrug.patients import Indication, sample_patients
from livingdrug.plans import Plan

N = 4000
JULIET = Plan(
    dose_target_cells=5e8,
    dose_accepted_low_cells=1e8,
    release_viability_percent=70.0,
    bridging_probability=0.92,
    leukapheresis_lead_days=59.0,
    leukapheresis_lead_log_sd=0.45,
    slot_wait_days=21.0,
    slot_wait_log_sd=0.45,
)
DRAWS = Draws(seed=11, first=0, n=N)


@pytest.fixture(scope="module")
def rules():
    return load_edition()


@pytest.fixture(scope="module")
def patients(rules):
    return sample_patients("juliet", DRAWS, rules)


def _make(patients, plan, rules):
    collected = collect_cells(patients, np.ones(N, dtype=bool), plan, rules, DRAWS)
    return manufacture(patients, collected, plan, rules, DRAWS)


@pytest.fixture(scope="module")
def made(patients, rules):
    return _make(patients, JULIET, rules)


def test_transduction_by_hand():
    share, copies = transduction(np.array([2.0]), 2.0)
    assert share[0] == pytest.approx(0.75)
    assert copies[0] == pytest.approx(2 / 0.75)


def test_even_uptake_is_poisson():
    share, _ = transduction(np.array([0.5]), 1e9)
    assert share[0] == pytest.approx(1 - math.exp(-0.5))


def test_fold_expansion_by_hand_and_none_before_the_lag_is_over():
    fold = fold_expansion(np.array([0.7, 0.7]), np.array([8.5, 1.0]), 1.5)
    assert fold.tolist() == pytest.approx([math.exp(4.9), 1.0])


def test_the_smaller_of_both_dose_targets_holds():
    plan = Plan(dose_target_cells=2.5e8, dose_target_cells_per_kg=5e6)
    assert dose_target_cells(np.array([20.0, 50.0, 80.0]), plan).tolist() == [1e8, 2.5e8, 2.5e8]
    assert dose_target_cells(np.array([20.0]), Plan(dose_target_cells=5e8)).tolist() == [5e8]


@pytest.mark.parametrize(
    ("edition", "limit", "viability", "outside"),
    [
        ("us_2025_06", math.nan, 0.80, False),
        ("us_2025_06", math.nan, 0.799, True),
        ("us_2025_06", 70.0, 0.75, False),
        ("us_2025_06", 70.0, 0.699, True),
        ("eu_current", math.nan, 0.50, False),
    ],
)
def test_viability_below_the_limit_is_out_of_specification(edition, limit, viability, outside):
    plan = Plan(release_viability_percent=limit)
    one = np.ones(1)
    assert outside_limits(viability * one, 0.3 * one, one, plan, load_edition(edition))[0] == outside


def test_too_few_car_cells_or_too_many_copies_are_out_of_specification(rules):
    one = np.ones(1)
    assert outside_limits(0.9 * one, 0.019 * one, one, Plan(), rules)[0]
    assert outside_limits(0.9 * one, 0.3 * one, 4.1 * one, Plan(), rules)[0]


def _tumour(control):
    one = np.ones(1)
    return WaitingTumour(1e10 * one, 0.05 * one, np.array([control > 0]), control * one)


def test_a_tumour_far_from_capacity_grows_exponentially_and_bridging_holds_it_back(rules):
    day = np.array([20.0])
    assert tumour_after(_tumour(0.0), day, rules)[0] == pytest.approx(1e10 * math.e, rel=0.01)
    assert tumour_after(_tumour(1.0), day, rules)[0] == pytest.approx(1e10)
    assert tumour_after(_tumour(2.0), day, rules)[0] == pytest.approx(1e10 / math.e, rel=0.01)
    assert bridging_response(_tumour(1.0), day)[0] == pytest.approx(1 - 1 / math.e)
    assert bridging_response(_tumour(0.0), day)[0] == 0
    assert tumour_after(_tumour(0.0), np.array([1e4]), rules)[0] == pytest.approx(3e12)


def test_ten_times_the_tumour_multiplies_the_hazard_as_stated(rules):
    reference = rules.number("course.losses.burden.reference_cells")
    found = burden_multiplier(np.array([1.0, 10.0, 100.0]) * reference, rules)
    assert found.tolist() == pytest.approx([1.0, 2.5, 6.25])


def test_half_of_those_lost_live_longer_than_the_stated_median(rules):
    days = days_lived_after(rules, DRAWS)
    share = (days > rules.number("course.losses.after.median_days")).mean()
    assert abs(share - 0.5) < 4 * 0.5 / math.sqrt(N)


def test_about_as_many_reach_infusion_as_in_juliet(made):
    """115 of 167, against which hazards and failures were set: within 4 standard errors of the trial."""
    infused = (made.stop_reason == StopReason.NOT_STOPPED).mean()
    assert abs(infused - 115 / 167) < 4 * math.sqrt(0.689 * 0.311 / 167)
    out = [StopReason.MANUFACTURING_FAILED, StopReason.OUT_OF_SPECIFICATION]
    assert abs(np.isin(made.stop_reason, out).mean() - 13 / 167) < 4 * math.sqrt(0.078 * 0.922 / 167)


def test_dose_share_and_days_are_near_the_published_ones(made):
    ready = made.stop_reason == StopReason.NOT_STOPPED
    assert 3.0e8 < np.median(made.dose_cells[ready]) < 3.5e8
    assert made.dose_cells[ready].min() >= 1e8
    assert made.dose_cells[ready].max() < 6e8
    assert 8e8 < np.median(made.total_viable_cells[ready]) < 12e8
    assert 0.27 < np.median(made.transduction_fraction[ready]) < 0.33
    assert 21 < np.median(made.days_taken[ready]) < 25
    assert 50 < np.median(made.planned_infusion_day_from_enrolment[ready]) < 58
    assert 50 < np.median(made.tumour_cells_at_lymphodepletion[ready]) / 1e9 < 70


def test_those_not_infused_live_about_as_long_as_in_juliet(made):
    out = made.stop_reason != StopReason.NOT_STOPPED
    assert np.isfinite(made.death_day_from_enrolment[out]).all()
    assert np.isnan(made.death_day_from_enrolment[~out]).all()
    assert 1.9 < np.median(made.death_day_from_enrolment[out]) / 30.4375 < 2.9


def test_more_tumour_loses_more_patients(patients, rules, made):
    heavy = _make(
        dataclasses.replace(patients, tumour_volume_ml=10 * patients.tumour_volume_ml), JULIET, rules
    )
    assert heavy.lost_before_infusion.sum() > made.lost_before_infusion.sum()


def test_bridging_leaves_less_tumour(patients, rules, made):
    without = _make(patients, dataclasses.replace(JULIET, bridging_probability=0.0), rules)
    assert not without.bridged.any()
    assert abs(made.bridged.mean() - 0.92) < 4 * math.sqrt(0.92 * 0.08 / N)
    assert (without.tumour_cells_at_lymphodepletion >= made.tumour_cells_at_lymphodepletion).all()


def test_fewer_attempts_fail_more_often(patients, rules, made):
    once = _make(patients, dataclasses.replace(JULIET, max_manufacturing_attempts=1), rules)
    assert (once.n_attempts == 1).all()
    assert once.released.sum() < made.released.sum()
    assert not (once.released & ~made.released).any()


def test_a_product_outside_its_limits_is_given_only_where_the_plan_accepts_it(patients, rules):
    label = dataclasses.replace(JULIET, release_viability_percent=math.nan, max_manufacturing_attempts=1)
    strict = _make(patients, label, rules)
    lenient = _make(patients, dataclasses.replace(label, accept_out_of_specification=True), rules)
    assert not (strict.released & strict.out_of_specification).any()
    assert (strict.stop_reason == StopReason.OUT_OF_SPECIFICATION).any()
    assert (lenient.released & lenient.out_of_specification).any()
    assert not (lenient.stop_reason == StopReason.OUT_OF_SPECIFICATION).any()


def test_without_a_floor_in_the_plan_the_label_window_decides(patients, rules):
    plan = dataclasses.replace(JULIET, dose_accepted_low_cells=math.nan)
    made = _make(patients, plan, rules)
    released = made.dose_cells[made.released]
    assert 6e7 <= released.min() < 1e8


def test_every_indication_can_be_manufactured(patients, rules):
    n = np.arange(N)
    mixed = dataclasses.replace(
        patients,
        indication=(n % 3).astype(np.int8),
        tumour_volume_ml=np.where(n % 2 == 0, np.nan, patients.tumour_volume_ml),
    )
    made = _make(mixed, dataclasses.replace(JULIET, dose_accepted_low_cells=1e7), rules)
    assert np.isfinite(made.tumour_cells_at_lymphodepletion).all()
    leukaemia = mixed.indication == Indication.ALL
    assert np.median(made.transduction_fraction[leukaemia]) == pytest.approx(0.19, abs=0.02)
    follicular = mixed.indication == Indication.FL
    assert made.lost_before_infusion[follicular].mean() < made.lost_before_infusion[leukaemia].mean()


def test_who_was_not_collected_repeats_the_earlier_reason(patients, rules):
    passed = np.arange(N) % 2 == 0
    collected = collect_cells(patients, passed, JULIET, rules, DRAWS)
    made = manufacture(patients, collected, JULIET, rules, DRAWS)
    assert (made.stop_reason[~passed] == StopReason.NOT_ELIGIBLE).all()
    assert not made.reached[~passed].any()
    assert np.isnan(made.dose_cells[~passed]).all()
    assert (made.n_attempts[~passed] == 0).all()
