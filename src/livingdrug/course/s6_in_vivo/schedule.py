"""When the ward looks and decides: eight-hourly, then daily, then monthly."""

from dataclasses import dataclass

import numpy as np

from livingdrug.errors import BadInput
from livingdrug.evidence import Edition
from livingdrug.plans import Plan
from livingdrug.units import DAYS_PER_MONTH


@dataclass(frozen=True)
class Schedule:
    """The decision times shared by all patients.

    Attributes
    ----------
    days : array (times,), day
        Decision times after infusion; the first is 0.
    visit_index : array (visits,)
        Position in ``days`` of each response assessment.
    """

    days: np.ndarray
    visit_index: np.ndarray


def decision_schedule(plan: Plan, rules: Edition) -> Schedule:
    """Return the days on which patients are seen, from infusion to the plan's horizon.

    Raises
    ------
    BadInput
        No visit falls within the horizon.
    """
    per_day = rules.number("course.in_vivo.decisions.per_day_first_month")
    first_month = rules.number("course.in_vivo.decisions.first_month_day")
    daily_month = rules.number("course.in_vivo.decisions.daily_until_month")
    early = np.arange(first_month * per_day + 1) / per_day
    daily = np.arange(first_month + 1, np.floor(daily_month * DAYS_PER_MONTH))
    monthly = np.arange(daily_month, np.floor(plan.horizon_months) + 1) * DAYS_PER_MONTH
    days = np.concatenate([early, daily, monthly])
    days = days[days <= plan.horizon_months * DAYS_PER_MONTH]
    first_visit = rules.number("course.in_vivo.decisions.first_visit_day")
    visit_days = np.array(
        [first_visit if month == 1 else month * DAYS_PER_MONTH for month in plan.visit_months]
    )
    visit_days = visit_days[visit_days <= days[-1] + 1]
    if len(visit_days) == 0:
        raise BadInput(
            f"plan: visit_months: got {plan.visit_months}, expected one within {plan.horizon_months:g} months"
        )
    return Schedule(
        days=days,
        visit_index=np.abs(days[None, :] - visit_days[:, None]).argmin(axis=1),
    )
