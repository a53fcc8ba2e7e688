"""Leukapheresis: limits of a collection and what the stage does with them."""

import dataclasses

import numpy as np
import pytest

from livingdrug.course.s2_leukapheresis import collect_cells
from livingdrug.course.stopping import StopReason
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition
from livingdrug.patients import sample_patients
from livingdrug.plans import Plan

N = 400


@pytest.fixture(scope="module")
def rules():
    return load_edition()


@pytest.fixture(scope="module")
def draws():
    return Draws(seed=3, first=0, n=N)


@pytest.fixture(scope="module")
def patients(rules, draws):
    return sample_patients("juliet", draws, rules)


def test_cells_collected_are_counts_times_volume_times_efficiency(rules, draws, patients):
    found = collect_cells(patients, np.ones(N, dtype=bool), Plan(max_collections=1), rules, draws)
    per_l = patients.cd3_cells_per_ul * 1e6
    expected = per_l * found.processed_volume_l * found.collection_efficiency
    np.testing.assert_allclose(found.cd3_collected_cells, expected, rtol=1e-12)
    assert (found.cd3_collected_cells <= found.nucleated_cells_collected * (1 + 1e-12)).all()
    assert found.processed_volume_l.max() <= 20


def test_too_few_cells_are_collected_again_and_then_fail(rules, draws, patients):
    few = dataclasses.replace(patients, cd3_cells_per_ul=np.full(N, 30.0))
    once = collect_cells(few, np.ones(N, dtype=bool), Plan(max_collections=1), rules, draws)
    thrice = collect_cells(few, np.ones(N, dtype=bool), Plan(max_collections=3), rules, draws)
    assert (once.stop_reason[~once.accepted] == StopReason.COLLECTION_FAILED).all()
    assert not once.accepted.all()
    assert (thrice.cd3_collected_cells >= once.cd3_collected_cells).all()
    assert thrice.accepted.sum() >= once.accepted.sum()
    assert (thrice.n_collections[~thrice.accepted] == 3).all()
    assert (thrice.leukapheresis_day_from_enrolment > once.leukapheresis_day_from_enrolment)[
        ~once.accepted
    ].all()


def test_who_is_not_eligible_is_not_collected_and_keeps_the_reason(rules, draws, patients):
    passed = np.arange(N) % 2 == 0
    found = collect_cells(patients, passed, Plan(), rules, draws)
    assert (found.stop_reason[~passed] == StopReason.NOT_ELIGIBLE).all()
    assert (found.cd3_collected_cells[~passed] == 0).all()
    assert np.isnan(found.weight_kg[~passed]).all()
    missing = np.full(N, int(StopReason.ELIGIBILITY_NOT_ASSESSABLE), dtype=np.int8)
    kept = collect_cells(patients, passed, Plan(), rules, draws, earlier_stop=missing)
    assert (kept.stop_reason[~passed] == StopReason.ELIGIBILITY_NOT_ASSESSABLE).all()


def test_stored_cells_were_collected_before_enrolment(rules, draws, patients):
    stored = Plan(leukapheresis_lead_days=59.0, leukapheresis_lead_log_sd=0.4)
    everyone = np.ones(N, dtype=bool)
    assert (
        collect_cells(patients, everyone, stored, rules, draws).leukapheresis_day_from_enrolment < 0
    ).all()
    assert (
        collect_cells(patients, everyone, Plan(), rules, draws).leukapheresis_day_from_enrolment > 0
    ).all()


def test_unmeasured_counts_are_drawn_and_measured_ones_are_kept(rules, draws, patients):
    nan = np.full(N, np.nan)
    unknown = dataclasses.replace(patients, cd3_cells_per_ul=nan, white_cells_e9_per_l=nan)
    found = collect_cells(unknown, np.ones(N, dtype=bool), Plan(), rules, draws)
    assert np.isfinite(found.cd3_collected_cells).all()
    assert np.std(found.cd3_collected_cells / found.processed_volume_l) > 0
