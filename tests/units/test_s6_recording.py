"""What the record shows: nothing of those who are gone, scans at visits only, a row for everybody."""

import dataclasses

import numpy as np
import pytest
from tests.fake_in_vivo import well
from tests.whole_course import RULES, SHORT, short_course

from livingdrug.course.causes import DeathCause
from livingdrug.course.s6_in_vivo.recording import VISIT_ONLY, all_rows, hide
from livingdrug.course.s6_in_vivo.stage import live
from livingdrug.draws import Draws
from livingdrug.observations import ALL_FIELDS, CODE_FIELDS, FLAG_FIELDS, empty_observations
from livingdrug.patients import sample_patients

ONE_MONTH = dataclasses.replace(SHORT, horizon_months=1.0, visit_months=(1.0,))


def is_unknown(name, values):
    return values == -1 if name in FLAG_FIELDS or name in CODE_FIELDS else np.isnan(values)


def test_of_those_who_are_not_seen_nothing_is_known():
    seen = hide(well(2, day=5.0), np.array([True, False]), at_visit=True)
    shown = {name: is_unknown(name, getattr(seen, name)).tolist() for name in ALL_FIELDS}
    assert {name: row for name, row in shown.items() if row != [False, True]} == {}


def test_between_visits_no_scan_and_no_marrow_is_seen():
    seen = hide(well(1, day=5.0), np.array([True]), at_visit=False)
    assert {name for name in ALL_FIELDS if is_unknown(name, getattr(seen, name))[0]} == set(VISIT_ONLY)


def test_hiding_changes_no_kind_of_number():
    before, after = well(2), hide(well(2), np.array([True, False]), at_visit=False)
    kinds = {name: getattr(before, name).dtype for name in ALL_FIELDS}
    assert {name: getattr(after, name).dtype for name in ALL_FIELDS} == kinds


def test_what_is_unknown_is_what_an_empty_record_holds():
    gone = hide(well(2), np.zeros(2, dtype=bool), at_visit=True)
    empty = empty_observations(2)
    for name in ALL_FIELDS:
        np.testing.assert_array_equal(getattr(gone, name), getattr(empty, name))


@pytest.fixture(scope="module")
def untreated():
    """Stages 1 to 5 of three patients as they are, but with nobody infused."""
    course = short_course(1, 0, 3, plan=ONE_MONTH)
    nobody = dataclasses.replace(course.infusion, infused=np.zeros(3, dtype=bool))
    draws = Draws(1, 0, 3)
    patients = sample_patients("juliet", draws, RULES)
    record = live(patients, course.manufacturing, course.lymphodepletion, nobody, ONE_MONTH, RULES, draws)
    return course, record


def test_nobody_infused_gives_an_empty_record_with_a_row_for_everybody(untreated):
    _, record = untreated
    assert record.reached.tolist() == [False] * 3
    assert record.response.shape == (3, 1)
    assert (record.response == -1).all()
    assert record.crs_grade_penn.shape == (3, len(record.days))
    assert (record.crs_grade_penn == -1).all()
    assert (record.death_cause == DeathCause.NONE).all()
    assert (record.n_tocilizumab == 0).all()
    assert not record.withdrew.any()
    days = ("death_day", "progression_day", "followed_until_day", "infection_day_first", "tocilizumab_day")
    assert all(np.isnan(getattr(record, name)).all() for name in days)
    for name in ALL_FIELDS:
        assert is_unknown(name, getattr(record.observations, name)).all()


def test_an_empty_record_has_the_same_kinds_of_columns_as_a_full_one(untreated):
    course, record = untreated
    full = course.in_vivo
    assert full.reached.any()
    for field in dataclasses.fields(full):
        one, other = getattr(full, field.name), getattr(record, field.name)
        if isinstance(one, np.ndarray):
            assert (one.dtype, one.shape) == (other.dtype, other.shape), field.name


def test_the_record_of_the_treated_takes_its_place_among_all(untreated):
    course, _ = untreated
    rows = np.flatnonzero(course.in_vivo.reached)
    spread = all_rows(course.in_vivo, np.array([1, 3, 4]), 6)
    assert spread.reached[[1, 3, 4]].tolist() == course.in_vivo.reached.tolist()
    np.testing.assert_array_equal(spread.response[[1, 3, 4]], course.in_vivo.response)
    assert np.isnan(spread.observations.temperature_c[[0, 2, 5]]).all()
    assert len(rows) > 0
