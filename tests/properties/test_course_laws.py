"""Laws of the whole course: the same bits alone, in chunks and again; orders from what is seen; an end.

The cohort lives in a hard world (deaths, infections, withdrawals, transplants and severe CRS are frequent),
so that within three months each law has something to hold for.
"""

import dataclasses
import functools

import numpy as np
import pytest
from tests.whole_course import RULES, SHORT, differences, rows_of, rules_with, short_course

from livingdrug.bedside.care import new_care_state, next_care_state
from livingdrug.bedside.crs import grade_astct, grade_lee, grade_penn
from livingdrug.bedside.icans import grade_icans
from livingdrug.bedside.management import all_options
from livingdrug.bedside.response import cd19_positive
from livingdrug.course.causes import DeathCause
from livingdrug.course.s6_in_vivo.recording import VISIT_ONLY
from livingdrug.evidence import load_edition
from livingdrug.observations import ALL_FIELDS, FLOAT_FIELDS, at_time

N, SEED = 16, 4
HARD = rules_with(
    {
        "course.in_vivo.death.other_hazard_per_day": 0.004,
        "course.in_vivo.infection.hazard_per_day": 0.04,
        "course.in_vivo.infection.p_fatal_if_severe": 0.1,
        "course.in_vivo.withdrawal.hazard_per_day": 0.003,
        "course.in_vivo.second_malignancy.hazard_per_day": 0.005,
        "course.in_vivo.transplant.delay_days": 20.0,
        "course.in_vivo.next_therapy.delay_days": 10.0,
        "body.cytokines.il6_gain": 3 * RULES.number("body.cytokines.il6_gain"),
    }
)
PLAN = dataclasses.replace(SHORT, transplant_in_remission_probability=1.0, ivig_below_g_per_l=8.0)


@functools.cache
def cohort():
    return short_course(SEED, 0, N, HARD, PLAN)


def hard_course(first, n, seed=SEED):
    return short_course(seed, first, n, HARD, PLAN)


def happened(days):
    return ~np.isnan(days)


def test_the_cohort_has_what_the_laws_speak_of():
    seen = cohort().in_vivo
    assert 0 < seen.reached.sum() < N
    for days in (seen.death_day, seen.transplant_day, seen.second_malignancy_day, seen.infection_day_first):
        assert happened(days).any()
    assert seen.withdrew.any()
    assert seen.n_tocilizumab.max() >= 2


def rows_to_try():
    """A patient with much tocilizumab, one with a transplant, one never infused."""
    seen = cohort().in_vivo
    return (
        int(seen.n_tocilizumab.argmax()),
        int(happened(seen.transplant_day).argmax()),
        int(seen.reached.argmin()),
    )


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_patient_alone_has_the_same_course_as_in_the_cohort_to_the_bit(which):
    row = rows_to_try()[which]
    assert differences(hard_course(row, 1), rows_of(cohort(), slice(row, row + 1))) == []


def test_in_an_ordinary_world_too_a_patient_alone_has_the_same_course():
    together = short_course(1, 0, 5)
    row = int(np.flatnonzero(together.in_vivo.reached)[-1])
    assert differences(short_course(1, row, 1), rows_of(together, slice(row, row + 1))) == []


def test_a_chunk_is_a_part_of_the_cohort():
    assert differences(hard_course(5, 6), rows_of(cohort(), slice(5, 11))) == []


def test_the_same_seed_gives_the_same_course_again_and_another_seed_another():
    assert differences(hard_course(0, N), cohort()) == []
    other = hard_course(0, 1, seed=SEED + 1)
    assert "patients.age_years" in differences(other, rows_of(cohort(), slice(0, 1)))


def _watched(seen):
    """Return at which decision times the trial's ward still sees each patient."""
    days = np.array(seen.days)[None, :]
    end = np.fmin(np.fmin(seen.death_day, seen.next_therapy_day), seen.followed_until_day)[:, None]
    last = days[:, -1:]
    return seen.reached[:, None] & ((days < end) | ((end >= last) & ~happened(seen.death_day)[:, None]))


def test_nothing_is_observed_after_death_loss_or_another_therapy_and_all_before():
    seen = cohort().in_vivo
    watched = _watched(seen)
    assert (happened(seen.observations.day) == watched).all()
    for name in ALL_FIELDS:
        values = getattr(seen.observations, name)
        known = ~np.isnan(values) if name in FLOAT_FIELDS else values != -1
        assert not (known & ~watched).any(), name
    for grades in (seen.crs_grade_penn, seen.crs_grade_lee, seen.icans_grade):
        assert (grades[~watched] == -1).all()


def test_a_scan_or_a_marrow_is_seen_only_at_visits():
    seen = cohort().in_vivo
    between = ~np.isin(np.array(seen.days), seen.assessment_day)
    for name in VISIT_ONLY:
        values = getattr(seen.observations, name)[:, between]
        assert (np.isnan(values) if name in FLOAT_FIELDS else values == -1).all()


def test_no_day_is_later_than_the_end_of_follow_up():
    seen = cohort().in_vivo
    end = seen.followed_until_day
    names = [field.name for field in dataclasses.fields(seen) if field.name.endswith(("_day", "_day_first"))]
    assert {"death_day", "transplant_day", "tocilizumab_day", "assessment_day"} <= set(names)
    for name in names:
        days = getattr(seen, name)
        late = days > (end if days.ndim == 1 else end[:, None])
        assert not late.any(), name


def test_follow_up_ends_with_death_loss_or_the_horizon():
    seen = cohort().in_vivo
    dead, lost = happened(seen.death_day), seen.withdrew
    assert not (dead & lost).any()
    assert (seen.followed_until_day[dead] == seen.death_day[dead]).all()
    assert (seen.followed_until_day[seen.reached & ~dead & ~lost] == seen.days[-1]).all()
    assert (seen.followed_until_day[lost] < seen.days[-1]).all()
    assert ((seen.death_cause != DeathCause.NONE) == dead).all()
    assert (seen.reached == happened(seen.followed_until_day)).all()


def test_tocilizumab_is_given_four_times_at_most_eight_hours_apart_and_to_the_living():
    seen = cohort().in_vivo
    assert (happened(seen.tocilizumab_day).sum(axis=1) == seen.n_tocilizumab).all()
    assert seen.n_tocilizumab.max() <= 4
    gaps = np.diff(seen.tocilizumab_day, axis=1) * 24
    assert (gaps[happened(gaps)] >= 8 - 1e-6).all()
    assert not (seen.tocilizumab_day >= seen.death_day[:, None]).any()


def test_a_transplant_follows_a_remission_and_never_a_relapse():
    seen = cohort().in_vivo
    rows = happened(seen.transplant_day)
    complete = (seen.response == 0) & (seen.assessment_day <= seen.transplant_day[:, None])
    assert complete[rows].any(axis=1).all()
    assert not (seen.progression_day < seen.transplant_day).any()


def test_only_the_infused_live_with_the_drug_and_only_a_released_product_is_infused():
    course = cohort()
    assert (course.in_vivo.reached == course.infusion.infused).all()
    assert not (course.infusion.infused & ~course.manufacturing.released).any()
    for stage in (course.toxicity, course.outcomes):
        assert (stage.reached == course.infusion.infused).all()


def test_grading_the_record_again_gives_the_grades_that_the_ward_saw():
    seen, age = cohort().in_vivo, cohort().patients.age_years
    watched = happened(seen.observations.day)
    for grades, held in (
        (grade_penn(seen.observations, HARD), seen.crs_grade_penn),
        (grade_lee(seen.observations, HARD, age), seen.crs_grade_lee),
        (grade_icans(seen.observations, age, HARD), seen.icans_grade),
    ):
        np.testing.assert_array_equal(grades.grade[watched], held[watched])


def test_the_record_alone_gives_the_orders_again_so_no_hidden_state_is_behind_them():
    course = cohort()
    seen, age, weight_kg = course.in_vivo, course.patients.age_years, course.patients.weight_kg
    protocol = load_edition(PLAN.crs_protocol_edition)
    care = new_care_state(N, HARD)
    for j, day in enumerate(seen.days):
        now = at_time(seen.observations, j)
        astct, lee, icans = (
            grade_astct(now, HARD, age),
            grade_lee(now, HARD, age),
            grade_icans(now, age, HARD),
        )
        orders = all_options(now, astct, lee, icans, care, weight_kg, day, protocol, PLAN.ivig_below_g_per_l)
        there = happened(now.day)
        hours = (day - np.fmax.reduce(care.ledger.last_doses_day, axis=1)) * 24
        waited = np.isnan(hours) | (hours >= PLAN.tocilizumab_repeat_hours - 1e-6)
        orders = dataclasses.replace(
            orders,
            tocilizumab=orders.tocilizumab & there & waited,
            crs_steroid=np.where(there, orders.crs_steroid, 0).astype(np.int8),
            icans_steroid=np.where(there, orders.icans_steroid, 0).astype(np.int8),
        )
        care = next_care_state(care, orders, now, lee, day, HARD)
    np.testing.assert_array_equal(care.ledger.last_doses_day, seen.tocilizumab_day)
    np.testing.assert_array_equal(care.steroid_first_day, seen.steroid_first_day)


def test_the_antigen_of_a_relapse_is_what_the_sample_of_that_visit_shows():
    longer = dataclasses.replace(SHORT, horizon_months=9.0, visit_months=(1.0, 3.0, 6.0, 9.0))
    seen = short_course(SEED, 0, 60, plan=longer).in_vivo
    relapsed = np.flatnonzero(seen.relapse_antigen >= 0)
    assert set(seen.relapse_antigen[relapsed]) == {0, 1}
    for row in relapsed:
        at = int(np.flatnonzero(seen.observations.day[row] == seen.progression_day[row])[0])
        shown = seen.observations.cd19_positive_percent[row, at]
        assert seen.relapse_antigen[row] == cd19_positive(shown[None], RULES)[0]
