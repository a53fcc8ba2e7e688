"""Death, leaving, infection and next therapy between decisions, on journeys made by hand."""

import dataclasses

import numpy as np
import pytest
from tests.fake_in_vivo import well
from tests.fake_journey import journey
from tests.whole_course import rules_with

from livingdrug.course.causes import DeathCause
from livingdrug.course.s6_in_vivo.events import (
    catch_infections,
    due_for_transplant,
    outlive,
    start_next_therapy,
)
from livingdrug.course.s6_in_vivo.journey import Journey, first_day
from livingdrug.course.s6_in_vivo.survival import Exposure
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition

RULES = load_edition()
NAN, NEVER = np.nan, np.inf


def pass_days(before: Journey, day_before: float, day: float) -> Journey:
    n = len(before.observed)
    nothing = Exposure(
        progressed=np.zeros(n, dtype=bool),
        tumour_cells=np.zeros(n),
        crs_penn=np.zeros(n, dtype=np.int8),
        icans=np.zeros(n, dtype=np.int8),
        hlh_like=np.zeros(n, dtype=np.int8),
        days_since_transplant=np.full(n, NAN),
        has_second_malignancy=np.zeros(n, dtype=bool),
    )
    return outlive(before, nothing, day_before, day, RULES)


def test_death_falls_on_the_day_on_which_the_hazard_is_used_up():
    after = pass_days(journey(3, other_per_day=np.array([0.05, 0.1, 0.2])), 0, 6)
    assert after.death_day == pytest.approx([NAN, NAN, 5.0], nan_ok=True)
    later = pass_days(after, 6, 15)
    assert later.death_day == pytest.approx([NAN, 10.0, 5.0], nan_ok=True)
    assert later.death_cause.tolist() == [DeathCause.NONE, DeathCause.OTHER, DeathCause.OTHER]
    assert later.observed.tolist() == later.alive_and_followed.tolist() == [True, False, False]


def test_who_leaves_before_a_death_is_lost_and_who_dies_before_leaving_is_dead():
    after = pass_days(journey(2, 0.2, fates={"withdrawal_day": np.array([4.0, 5.5])}), 0, 6)
    assert after.withdrawal_day == pytest.approx([4.0, NAN], nan_ok=True)
    assert after.death_day == pytest.approx([NAN, 5.0], nan_ok=True)
    assert after.death_cause.tolist() == [DeathCause.NONE, DeathCause.OTHER]
    assert not (after.observed | after.alive_and_followed).any()
    again = pass_days(after, 6, 100)
    assert again.death_day == pytest.approx([NAN, 5.0], nan_ok=True)


def test_a_second_malignancy_is_noted_only_before_death_or_leaving():
    fates = {
        "second_malignancy_day": np.array([3.0, 5.5, 3.0, 5.5, 7.0]),
        "withdrawal_day": np.array([NEVER, NEVER, 4.0, 4.0, NEVER]),
    }
    after = pass_days(journey(5, np.array([0.2, 0.2, 0, 0, 0]), fates), 0, 6)
    assert after.second_malignancy_day == pytest.approx([3.0, NAN, 3.0, NAN, NAN], nan_ok=True)


def test_the_next_therapy_ends_observation_but_not_follow_up():
    before = journey(
        3, fates={"next_therapy_delay_days": 10}, disease={"progression_day": np.array([28.0, 30, NAN])}
    )
    after = start_next_therapy(before, before.observed, 39.0)
    assert after.next_therapy_day == pytest.approx([38.0, NAN, NAN], nan_ok=True)
    assert after.observed.tolist() == [False, True, True]
    assert after.alive_and_followed.all()


def test_a_leukaemia_without_a_response_goes_on_to_the_next_therapy_unless_one_follows():
    disease = {
        "refractory_day": np.array([28.0, 28, NAN]),
        "has_responded": np.array([False, True, False]),
    }
    before = journey(3, fates={"next_therapy_delay_days": 10}, disease=disease)
    after = start_next_therapy(before, before.observed, 39.0)
    assert after.next_therapy_day == pytest.approx([38.0, NAN, NAN], nan_ok=True)
    assert after.observed.tolist() == [False, True, True]


def test_a_therapy_begun_before_a_death_in_the_same_interval_counts_and_one_after_it_does_not():
    begun = {"next_therapy_delay_days": np.array([3.0, 5.5, 3.0])}
    before = journey(3, 0.2, begun, {"progression_day": 0.0})
    after = start_next_therapy(pass_days(before, 0, 6), before.observed, 6)
    assert after.death_day == pytest.approx([5, 5, 5])
    assert after.next_therapy_day == pytest.approx([3.0, NAN, 3.0], nan_ok=True)
    assert not after.observed.any()


def test_a_transplant_needs_a_remission_no_relapse_and_its_day():
    before = journey(
        5,
        fates={"transplant_day": np.array([50.0, 50, 50, 70, 50])},
        disease={
            "in_remission": np.array([True, False, True, True, True]),
            "progression_day": np.array([NAN, NAN, 40, NAN, NAN]),
        },
        transplant_day=np.array([NAN, NAN, NAN, NAN, 45.0]),
    )
    assert due_for_transplant(before, 60.0).tolist() == [True, False, False, False, False]
    gone = dataclasses.replace(before, observed=np.zeros(5, dtype=bool))
    assert not due_for_transplant(gone, 60.0).any()


def test_a_fatal_infection_kills_on_the_day_it_is_found_and_spares_those_who_are_gone():
    key = "course.in_vivo.infection"
    rules = rules_with(
        {f"{key}.hazard_per_day": 1e3, f"{key}.p_severe": 1.0, f"{key}.p_fatal_if_severe": 1.0}
    )
    before = journey(2, observed=np.array([True, False]))
    after = catch_infections(before, well(2), 4.0, 5.0, 1, rules, Draws(1, 0, 2))
    assert after.death_day == pytest.approx([5.0, NAN], nan_ok=True)
    assert after.death_cause.tolist() == [DeathCause.INFECTION, DeathCause.NONE]
    assert after.infection_grade_max.tolist() == [3, 0]
    assert after.infection_day_first == pytest.approx([5.0, NAN], nan_ok=True)


def test_the_first_day_of_something_stays():
    so_far = first_day(np.array([NAN, NAN]), np.array([True, False]), 3.0)
    assert first_day(so_far, np.array([True, True]), 5.0).tolist() == [3.0, 5.0]
