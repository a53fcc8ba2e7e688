"""Chance around the body: infections one at a time, and what may happen later."""

import numpy as np
import pytest
from tests.whole_course import rules_with

from livingdrug.course.s6_in_vivo.chance import (
    draw_fates,
    infection_hazard_per_day,
    next_infections,
    no_infections,
)
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition

RULES = load_edition()
KEY = "course.in_vivo.infection"
CERTAIN = 1e3
N = 200
DRAWS = Draws(1, 0, N)


def begun(rules=RULES):
    return next_infections(no_infections(N), np.full(N, CERTAIN), 1.0, 1.0, 1, rules, DRAWS)


def test_an_infection_lasts_its_days_and_nobody_has_two_at_a_time():
    first = begun()
    lasts = RULES.number(f"{KEY}.duration_days")
    assert (first.until_day == 1 + lasts).all()
    during = next_infections(first, np.full(N, CERTAIN), lasts, 1.0, 2, RULES, DRAWS)
    for name in ("until_day", "grade", "febrile"):
        np.testing.assert_array_equal(getattr(during, name), getattr(first, name))
    assert not during.fatal.any()
    after = next_infections(during, np.full(N, CERTAIN), 1 + lasts, 1.0, 3, RULES, DRAWS)
    assert (after.until_day == 1 + 2 * lasts).all()
    assert (after.grade != first.grade).any()


def test_an_infection_that_is_over_leaves_no_grade_and_no_fever():
    after = next_infections(begun(), np.zeros(N), 100.0, 1.0, 2, RULES, DRAWS)
    assert (after.grade == 0).all()
    assert not after.febrile.any()


def test_without_a_hazard_there_is_no_infection():
    none = next_infections(no_infections(N), np.zeros(N), 1.0, 1.0, 1, RULES, DRAWS)
    assert (none.grade == 0).all()
    assert not (none.febrile | none.fatal).any()


def test_grades_and_deaths_come_at_their_shares_and_only_severe_infections_kill():
    share = 0.3
    seen = begun(rules_with({f"{KEY}.p_fatal_if_severe": share}))
    severe = seen.grade == RULES.number(f"{KEY}.grade_severe")
    assert set(seen.grade) == {RULES.number(f"{KEY}.grade_mild"), RULES.number(f"{KEY}.grade_severe")}
    assert not (seen.fatal & ~severe).any()
    for found, expected, n in (
        (severe.mean(), RULES.number(f"{KEY}.p_severe"), N),
        (seen.febrile.mean(), RULES.number(f"{KEY}.p_fever"), N),
        (seen.fatal[severe].mean(), share, severe.sum()),
    ):
        assert abs(found - expected) < 4 * np.sqrt(expected * (1 - expected) / n)


def test_the_hazard_over_an_interval_is_that_of_its_days():
    hazard, days = 0.05, 10.0
    n = 4000
    seen = next_infections(no_infections(n), np.full(n, hazard), 10.0, days, 1, RULES, Draws(2, 0, n))
    expected = 1 - np.exp(-hazard * days)
    assert abs((seen.grade > 0).mean() - expected) < 4 * np.sqrt(expected * (1 - expected) / n)


def test_few_neutrophils_little_igg_and_a_steroid_each_raise_the_hazard():
    nan = np.nan
    seen = infection_hazard_per_day(
        anc_e9_per_l=np.array([2.0, 0.49, 0.5, 2.0, 2.0, 0.1, nan]),
        igg_g_per_l=np.array([8.0, 8.0, 8.0, 3.9, 8.0, 1.0, nan]),
        on_steroid=np.array([0, 0, 0, 0, 1, 1, 0], dtype=bool),
        day=10.0,
        rules=RULES,
    )
    few, little, steroid = (
        RULES.number(f"{KEY}.multiplier_{name}") for name in ("neutrophils_low", "igg_low", "steroid")
    )
    expected = np.array([1, few, 1, little, steroid, few * little * steroid, 1])
    assert seen == pytest.approx(expected * RULES.number(f"{KEY}.hazard_per_day"))


def test_infections_come_less_often_after_the_first_months():
    last = RULES.number(f"{KEY}.late_from_day")
    well = (np.array([2.0]), np.array([8.0]), np.array([False]))
    early = infection_hazard_per_day(*well, day=last, rules=RULES)
    late = infection_hazard_per_day(*well, day=last + 1, rules=RULES)
    assert late == pytest.approx(early * RULES.number(f"{KEY}.multiplier_late"))
    assert late < early


def test_a_transplant_is_planned_for_the_share_that_the_plan_names():
    assert np.isinf(draw_fates(0.0, RULES, DRAWS).transplant_day).all()
    planned = draw_fates(1.0, RULES, DRAWS).transplant_day
    centre = RULES.number("course.in_vivo.transplant.delay_days")
    spread = RULES.spread("course.in_vivo.transplant.delay_days")
    assert abs(np.log(planned / centre).mean()) < 4 * spread / np.sqrt(N)


def test_waiting_times_have_the_mean_of_their_hazard():
    fates = draw_fates(0.0, RULES, DRAWS)
    for name, key in (("withdrawal_day", "withdrawal"), ("second_malignancy_day", "second_malignancy")):
        mean = 1 / RULES.number(f"course.in_vivo.{key}.hazard_per_day")
        assert abs(getattr(fates, name).mean() - mean) < 4 * mean / np.sqrt(N)
