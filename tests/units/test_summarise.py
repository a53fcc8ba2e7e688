import dataclasses

import numpy as np
import pytest

from livingdrug.course import run_course
from livingdrug.draws import Draws
from livingdrug.endpoints import PatientRecord, summarise_course
from livingdrug.evidence import load_edition
from livingdrug.patients import sample_patients
from livingdrug.trial import load_design

RULES = load_edition()
PLAN = dataclasses.replace(load_design("juliet").plan, horizon_months=3.0, visit_months=(1.0, 3.0))


def record_of(first: int, n: int) -> PatientRecord:
    draws = Draws(11, first, n)
    return summarise_course(
        run_course(sample_patients("juliet", draws, RULES), PLAN, RULES, draws), RULES, draws
    )


@pytest.fixture(scope="module")
def record() -> PatientRecord:
    return record_of(0, 12)


def test_a_record_has_one_row_a_patient(record):
    for field in dataclasses.fields(PatientRecord):
        assert len(getattr(record, field.name)) == 12, field.name
    assert record.patient.tolist() == list(range(12))


def test_one_patient_alone_has_the_same_record_as_in_the_cohort(record):
    alone = record_of(5, 1)
    for field in dataclasses.fields(PatientRecord):
        np.testing.assert_array_equal(
            getattr(alone, field.name)[0], getattr(record, field.name)[5], err_msg=field.name
        )


def test_early_samples_lie_in_their_windows_and_none_beyond_the_horizon(record):
    nominal = np.array(RULES.numbers("endpoints.sampling.days"))
    window = RULES.number("endpoints.sampling.window")
    early = nominal <= RULES.number("endpoints.sampling.window_until")
    shift = np.abs(record.sampling_day[:, early] - nominal[early])
    assert np.nanmax(shift) <= window + 1 / 6  # half a step of the decision grid
    assert np.isnan(record.sampling_day[:, nominal > 100]).all()


def test_no_sample_is_drawn_after_progression_death_or_before_infusion(record):
    last = np.nanmax(np.nan_to_num(record.sampling_day, nan=-np.inf), axis=1)
    end = np.fmin(np.fmin(record.progression_day, record.death_day), np.inf)
    assert (last <= end).all()
    assert np.isnan(record.transgene_copies_per_ug[~record.infused]).all()


def test_infused_implies_enrolled_implies_eligible(record):
    assert record.infused.any()
    assert not (record.infused & ~record.enrolled).any()
    assert not (record.enrolled & ~record.eligible).any()
