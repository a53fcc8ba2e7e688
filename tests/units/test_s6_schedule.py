"""When the ward decides: decision times and visits."""

import dataclasses

import numpy as np
import pytest

from livingdrug.course.s6_in_vivo.schedule import decision_schedule
from livingdrug.errors import BadInput
from livingdrug.evidence import load_edition
from livingdrug.plans import Plan
from livingdrug.units import DAYS_PER_MONTH

RULES = load_edition()


def schedule(horizon_months, visit_months=(1.0, 3.0, 6.0, 12.0)):
    plan = dataclasses.replace(Plan(), horizon_months=horizon_months, visit_months=visit_months)
    return decision_schedule(plan, RULES)


def test_decisions_are_eight_hourly_then_daily_then_monthly():
    days = schedule(12.0).days
    assert days[:4] == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert np.diff(days[days <= 30]) == pytest.approx(np.full(90, 1 / 3))
    assert np.diff(days[(days >= 30) & (days <= 90)]) == pytest.approx(np.ones(60))
    assert days[days > 90] == pytest.approx(np.arange(3, 13) * DAYS_PER_MONTH)


@pytest.mark.parametrize("horizon", [1.0, 2.0, 3.0, 3.5, 12.0, 66.0])
def test_nothing_is_decided_after_the_horizon(horizon):
    days = schedule(horizon).days
    assert days[-1] <= horizon * DAYS_PER_MONTH < days[-1] + DAYS_PER_MONTH
    assert (np.diff(days) > 0).all()


def test_visits_fall_on_decision_times_the_first_on_day_28():
    plan = schedule(12.0)
    assert plan.days[plan.visit_index] == pytest.approx([28, *(np.array([3, 6, 12]) * DAYS_PER_MONTH)])


def test_a_visit_between_decisions_falls_on_the_nearest_and_one_after_the_horizon_is_left_out():
    plan = schedule(6.0, (1.0, 2.0, 4.4, 9.0))
    assert plan.days[plan.visit_index] == pytest.approx([28, 61, 4 * DAYS_PER_MONTH])


def test_a_plan_without_a_visit_before_its_horizon_is_refused():
    with pytest.raises(BadInput, match="visit_months"):
        schedule(1.0, (3.0, 6.0))
