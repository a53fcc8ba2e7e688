"""Laws of patients, collection and manufacturing that hold for every seed, patient and plan."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livingdrug.course.s2_leukapheresis import collect_cells
from livingdrug.course.s3_manufacturing import manufacture
from livingdrug.course.s3_manufacturing.product import transduction
from livingdrug.course.stopping import StopReason
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition
from livingdrug.patients import Indication, patient_from_table, sample_patients
from livingdrug.patients.record import COLUMNS
from livingdrug.plans import Plan

RULES = load_edition()
PLANS = st.builds(
    Plan,
    dose_accepted_low_cells=st.sampled_from([math.nan, 1e8]),
    release_viability_percent=st.sampled_from([math.nan, 70.0]),
    accept_out_of_specification=st.booleans(),
    leukapheresis_lead_days=st.sampled_from([0.0, 59.0]),
    leukapheresis_lead_log_sd=st.just(0.4),
    bridging_probability=st.sampled_from([0.0, 0.5, 0.92, 1.0]),
    max_collections=st.integers(1, 3),
    max_manufacturing_attempts=st.integers(1, 3),
)


def _through(draws, plan):
    patients = sample_patients("juliet", draws, RULES)
    collected = collect_cells(patients, np.ones(draws.n, dtype=bool), plan, RULES, draws)
    return patients, collected, manufacture(patients, collected, plan, RULES, draws)


def _same_row(alone, cohort, row):
    for field in dataclasses.fields(cohort):
        one, many = getattr(alone, field.name), getattr(cohort, field.name)
        assert one.dtype == many.dtype, field.name
        assert one.tobytes() == many[row : row + 1].tobytes(), field.name


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 67), row=st.integers(0, 66), plan=PLANS)
def test_one_patient_alone_is_the_same_patient_as_in_the_cohort(seed, n, row, plan):
    row = row % n
    cohort = _through(Draws(seed, 5, n), plan)
    alone = _through(Draws(seed, 5 + row, 1), plan)
    for one, many in zip(alone, cohort, strict=True):
        _same_row(one, many, row)


@given(uptake=st.floats(1e-6, 50), k=st.floats(0.05, 1e6))
def test_copies_per_car_cell_times_transduction_is_the_uptake(uptake, k):
    share, copies = transduction(np.array([uptake]), k)
    assert share[0] * copies[0] == pytest.approx(uptake, rel=1e-12)
    assert 0 < share[0] <= 1
    assert copies[0] >= 1 - 1e-9


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), plan=PLANS)
def test_nothing_goes_on_without_a_released_product_within_its_limits(seed, plan):
    _, collected, made = _through(Draws(seed, 0, 200), plan)
    goes_on = made.stop_reason == StopReason.NOT_STOPPED
    assert (made.released | ~goes_on).all()
    assert (collected.accepted | ~goes_on).all()
    in_limits = made.released & ~made.out_of_specification
    limit = 80.0 if math.isnan(plan.release_viability_percent) else plan.release_viability_percent
    assert (made.viability_fraction[in_limits] * 100 >= limit).all()
    lowest = 6e7 if math.isnan(plan.dose_accepted_low_cells) else plan.dose_accepted_low_cells
    assert (made.dose_cells[made.released] >= lowest).all()
    assert (made.n_attempts <= plan.max_manufacturing_attempts).all()
    assert not (made.lost_before_infusion & goes_on).any()
    assert (np.isfinite(made.death_day_from_enrolment) == (made.reached & ~goes_on)).all()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), plan=PLANS)
def test_days_come_in_order_and_shares_are_shares(seed, plan):
    _, collected, made = _through(Draws(seed, 0, 200), plan)
    ok = made.released
    assert (made.started_day_from_enrolment[ok] > collected.leukapheresis_day_from_enrolment[ok]).all()
    assert (made.ready_day_from_enrolment[ok] > made.started_day_from_enrolment[ok]).all()
    assert (made.planned_infusion_day_from_enrolment[ok] > made.ready_day_from_enrolment[ok]).all()
    stopped = made.reached & (made.stop_reason != StopReason.NOT_STOPPED)
    assert (made.death_day_from_enrolment[stopped] >= made.stop_day_from_enrolment[stopped]).all()
    died = made.death_before_infusion
    assert (made.death_day_from_enrolment[died] == made.stop_day_from_enrolment[died]).all()
    for share in (
        made.transduction_fraction,
        made.viability_fraction,
        made.recovery_fraction,
        made.memory_fraction,
        made.bridging_response,
    ):
        assert ((share >= 0) & (share <= 1)).all() or np.isnan(share[~made.reached]).all()
    assert (made.vector_copies_per_car_cell[ok] >= 1).all()
    assert ((made.bag_volume_ml[ok] >= 10) & (made.bag_volume_ml[ok] <= 50)).all()
    assert np.isin(made.n_bags[ok], [1, 2, 3]).all()


@given(weight=st.floats(2, 300), age=st.floats(0, 110), indication=st.sampled_from(Indication))
def test_what_is_typed_in_is_what_is_held_and_nothing_else_is_known(weight, age, indication):
    patient = patient_from_table(
        {"indication": indication.name, "age_years": age, "weight_kg": weight}, "here"
    )
    assert (patient.weight_kg[0], patient.age_years[0]) == (weight, age)
    assert patient.indication[0] == indication
    for name in set(COLUMNS) - {"indication", "age_years", "weight_kg"}:
        value = getattr(patient, name)[0]
        assert value == -1 or np.isnan(value)


RESPONSES = (
    ("course.leukapheresis.blood_l_per_kg", "cd3_collected_cells"),
    ("course.leukapheresis.collection_efficiency", "cd3_collected_cells"),
    ("course.manufacturing.culture.growth_per_day", "fold_expansion"),
    ("course.manufacturing.culture.lag_day", "fold_expansion"),
    ("course.manufacturing.culture.days", "fold_expansion"),
    ("course.manufacturing.culture.seeded_share", "dose_cells"),
    ("course.manufacturing.culture.t_cells_used_highest", "dose_cells"),
    ("course.manufacturing.culture.attempt_correlation", "dose_cells"),
    ("course.manufacturing.uptake.lbcl", "transduction_fraction"),
    ("course.manufacturing.transduction.unevenness", "vector_copies_per_car_cell"),
    ("course.manufacturing.viability.lbcl", "viability_fraction"),
    ("course.manufacturing.recovery", "recovery_fraction"),
    ("course.manufacturing.memory.share_at_collection", "memory_fraction"),
    ("course.manufacturing.memory.doublings_per_half", "memory_fraction"),
    ("course.manufacturing.dose_measurement", "dose_cells"),
    ("course.manufacturing.days.shortest", "days_taken"),
    ("course.manufacturing.days.beyond_shortest", "days_taken"),
    ("course.manufacturing.days.until_failure_is_known", "days_taken"),
    ("course.manufacturing.days.new_slot", "days_taken"),
    ("course.manufacturing.bags.cells_highest", "n_bags"),
    ("course.manufacturing.bags.cells_per_ml", "bag_volume_ml"),
    ("course.manufacturing.waiting.lymphodepletion_lead_days", "tumour_cells_at_lymphodepletion"),
    ("body.size.cells_per_ml_tumour", "tumour_cells_at_enrolment"),
    ("body.tumour.capacity_cells", "tumour_cells_at_lymphodepletion"),
    ("body.tumour.growth_per_day.lbcl", "growth_per_day"),
    ("course.manufacturing.bridging.control.lbcl", "bridging_response"),
    ("course.manufacturing.bridging.goes_with_growth", "bridged"),
    ("course.losses.burden.hazard_ratio_per_tenfold", "stop_day_from_enrolment"),
    ("course.losses.burden.reference_cells", "stop_day_from_enrolment"),
    ("course.losses.hazard_per_day.lbcl.died", "stop_day_from_enrolment"),
    ("course.losses.hazard_per_day.lbcl.progressed", "stop_day_from_enrolment"),
    ("course.losses.hazard_per_day.lbcl.adverse", "stop_day_from_enrolment"),
    ("course.losses.hazard_per_day.lbcl.withdrew", "stop_day_from_enrolment"),
    ("course.losses.after.median_days", "death_day_from_enrolment"),
    ("course.losses.after.shape", "death_day_from_enrolment"),
)


@pytest.mark.parametrize(("key", "output"), RESPONSES)
def test_each_parameter_moves_an_output(key, output):
    draws, plan = Draws(2, 0, 500), Plan(dose_accepted_low_cells=1e8)
    entry = RULES.values[key]
    nudged = dataclasses.replace(
        RULES, values=RULES.values | {key: dataclasses.replace(entry, value=entry.value * 0.9)}
    )
    results = []
    for rules in (RULES, nudged):
        patients = sample_patients("juliet", draws, rules)
        collected = collect_cells(patients, np.ones(500, dtype=bool), plan, rules, draws)
        made = manufacture(patients, collected, plan, rules, draws)
        results.append(getattr(collected if hasattr(collected, output) else made, output))
    assert not np.array_equal(results[0], results[1], equal_nan=True)
