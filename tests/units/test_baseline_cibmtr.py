"""The CIBMTR registry: what is known of its patients holds, the rest is marked, nothing of it is counted."""

import math

import numpy as np
import pytest
from tests.early_stages import until_infusion
from tests.synthetic_pool import lively_pool

from livingdrug.course.stopping import StopReason
from livingdrug.endpoints import Conduct, Sampling
from livingdrug.evidence import library
from livingdrug.patients import Indication
from livingdrug.trial import compare, load_design, read_targets, select_targets

N = 4000
DESIGN = load_design("cibmtr_lbcl")
ROWS = select_targets(read_targets(), DESIGN.compare)


@pytest.fixture(scope="module")
def early():
    return until_infusion(DESIGN, N, seed=5)


@pytest.fixture(scope="module")
def compared():
    return compare(lively_pool(0, 400), DESIGN, ROWS, Conduct(30.0, True, Sampling(50.0, 28.0, 3)), 40, 1)


def test_the_registry_comes_with_the_package():
    assert DESIGN.n_infused == 1159
    assert DESIGN.cuts_months == {"registry_2022": 23.2}
    assert DESIGN.plan.exclude_by_trial == ""
    assert DESIGN.plan.crs_protocol_edition == "us_2022_05"


def test_what_was_read_of_the_first_155_patients_holds(early):
    age = early.patients.age_years
    assert np.median(age) == pytest.approx(65, abs=4 * math.sqrt(math.pi / 2) * age.std() / math.sqrt(N))
    assert 18 <= age.min() <= age.max() <= 89
    transplanted = (early.patients.prior_autologous_transplant == 1).mean()
    assert transplanted == pytest.approx(0.26, abs=4 * math.sqrt(0.26 * 0.74 / N))
    assert np.median(early.patients.prior_lines) == 4


def test_everybody_meets_the_label_and_no_trial_is_asked(early):
    assert (early.patients.indication == Indication.LBCL).all()
    assert (early.eligibility.eligible == 1).all()
    assert not any("JULIET" in text for text in early.eligibility.criterion_texts)


def test_whatever_is_not_read_at_a_source_is_marked_as_assumed():
    entries = {k: e for k, e in library().entries.items() if k.startswith("patients.baseline_cibmtr_lbcl.")}
    assert len(entries) > 90
    kept = {"landsburg_2025", "westin_2021_table_5", "cockcroft_gault_1976"}
    for key, entry in entries.items():
        assert entry.source in kept or entry.basis.value == "assumed", key
    assumed = {entry.source for entry in entries.values() if entry.basis.value == "assumed"}
    assert assumed == {"assumed_baseline_registry", "assumed_baseline_correlation"}


def test_cells_reach_the_patient_after_about_a_month(early):
    infused = early.infusion.infused
    collected = early.leukapheresis.leukapheresis_day_from_enrolment
    days = (early.infusion.infusion_day_from_enrolment - collected)[infused]
    error = 4 * math.sqrt(math.pi / 2) * np.std(np.log(days)) / math.sqrt(len(days))
    assert np.log(np.median(days)) == pytest.approx(math.log(31.5), abs=error)


def test_doses_lie_in_the_labels_window_around_the_registrys_median(early):
    dose = early.infusion.dose_cells[early.infusion.infused]
    assert (early.infusion.within_label[early.infusion.infused] == 1).all()
    assert np.median(dose) == pytest.approx(1.8e8, rel=4 * 0.03)  # the measured dose scatters by 3%


def test_products_outside_the_release_limits_are_given_as_in_the_registry(early):
    assert not (early.infusion.stop_reason == StopReason.OUT_OF_SPECIFICATION).any()
    assert early.manufacturing.out_of_specification[early.infusion.infused].any()


def test_the_registrys_rows_are_shown_and_not_counted(compared):
    shown = {row.target.id: row for row in compared.rows if row.target.definition}
    assert set(shown) == {"cibmtr_orr", "cibmtr_cr"}
    for row in shown.values():
        assert row.n_drawn == 968
        assert row.pi_low < row.simulated < row.pi_high
        assert (row.counted, row.inside) == (False, None)
        assert row.reason == "the registry's baseline is assumed; shown, not counted"
    assert compared.inside("validation") == (0, 0)


def test_the_registrys_rows_stay_validation_and_are_held_by_no_trial():
    assert all(row.role == "validation" for row in ROWS if row.use == "output")
    trial = select_targets(read_targets(), load_design("juliet").compare)
    assert {row.id for row in ROWS}.isdisjoint(row.id for row in trial)
