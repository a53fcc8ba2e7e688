"""A patient whose body cannot be integrated: marked, counted and told, and never a hole in a mean."""

import dataclasses

import numpy as np
import pytest
from tests.synthetic_pool import lively_pool
from tests.whole_course import short_course

import livingdrug.course.s6_in_vivo.stage as in_vivo
from livingdrug.draws import Draws
from livingdrug.endpoints import summarise_course
from livingdrug.engine.failure import Failure
from livingdrug.engine.integrate import advance
from livingdrug.evidence import load_edition
from livingdrug.trial import patient_flow
from livingdrug.trial.flow import told_failures
from livingdrug.trial.tables import patients

N = 30
FAILS_FROM_DAY = 10.0


@pytest.fixture
def course(monkeypatch):
    """Return a course in which every third body cannot be carried beyond day 10."""

    def fails_late(state, prepared, day_from, day_to, step_days=None, rows=None):
        moved = advance(state, prepared, day_from, day_to, step_days, rows)
        asked = np.zeros(state.shape[1], dtype=bool)
        asked[slice(None) if rows is None else rows] = True
        chosen = (np.round(prepared.constants[:, 0] * 1e12) % 3 == 0) & asked & (day_to > FAILS_FROM_DAY)
        return dataclasses.replace(moved, failed=np.where(chosen, Failure.NOT_FINITE, 0).astype(np.int8))

    monkeypatch.setattr(in_vivo, "advance", fails_late)
    return short_course(4, 0, N)


def test_follow_up_ends_where_the_simulation_failed(course):
    failed = course.in_vivo.simulation_failed == Failure.NOT_FINITE
    assert 0 < failed.sum() < course.infusion.infused.sum()
    assert course.in_vivo.followed_until_day[failed].max() <= FAILS_FROM_DAY
    days = np.array(course.in_vivo.days)
    later = days > FAILS_FROM_DAY
    assert np.isnan(course.in_vivo.observations.il6_pg_per_ml[np.ix_(failed, later)]).all()
    assert not course.in_vivo.withdrew[failed].any()
    others = course.infusion.infused & ~failed
    assert course.in_vivo.followed_until_day[others].max() > FAILS_FROM_DAY


def test_the_record_of_a_failed_patient_holds_the_reason_and_stays_in_the_pool(course):
    record = summarise_course(course, load_edition(), Draws(4, 0, N))
    assert (record.simulation_failed == course.in_vivo.simulation_failed).all()
    assert len(record) == N
    assert np.isfinite(record.followed_until_day[record.infused]).all()
    flow = patient_flow(record)
    assert flow.infused == record.infused.sum()
    assert [(loss.reason, loss.n) for loss in flow.not_simulated] == [
        ("a value that is not finite", int((record.simulation_failed > 0).sum()))
    ]


def test_failures_are_told_by_reason_and_silence_means_none():
    pool = lively_pool(0, 60)
    assert told_failures(patient_flow(pool)) is None
    marks = np.where(pool.infused & (np.arange(60) % 20 == 0), Failure.TOO_MANY_STEPS, 0).astype(np.int8)
    told = told_failures(patient_flow(dataclasses.replace(pool, simulation_failed=marks)))
    assert told is not None
    assert f"{(marks > 0).sum()} of {pool.infused.sum()} infused" in told
    assert "too many steps" in told


def test_bodies_that_need_too_many_steps_do_not_stop_the_course(monkeypatch):
    """The kernel's own mark, before infusion already: nothing is seen of anybody, and nothing breaks."""

    def short_of_steps(*given, **settings):
        return advance(*given, **settings, most_steps=2)

    monkeypatch.setattr(in_vivo, "advance", short_of_steps)
    course = short_course(4, 0, N)
    infused = course.infusion.infused
    assert (course.in_vivo.simulation_failed[infused] == Failure.TOO_MANY_STEPS).all()
    assert (course.in_vivo.followed_until_day[infused] == 0).all()
    assert (course.in_vivo.simulation_failed[~infused] == Failure.NONE).all()


def test_tables_name_the_failure_and_leave_the_others_empty():
    pool = dataclasses.replace(lively_pool(0, 3), simulation_failed=np.array([0, 2, 0], dtype=np.int8))
    named = patients(pool)["simulation_failed"]
    assert named.isna().tolist() == [True, False, True]
    assert named[1] == "a value that is not finite"
