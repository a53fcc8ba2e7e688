"""A line of the plan by date, and how one is made from what an edition states."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from livingdrug.bedside.dates import KeyDates
from livingdrug.evidence import Basis, Edition, Sourced, is_unverified
from livingdrug.patients import Patients, Sex
from livingdrug.units import DAYS_PER_WEEK

AFTER = "label.monitoring"
COUNSELLING = "label.counselling"


class Standing(StrEnum):
    """What a line of the plan rests on."""

    RULE = "rule"
    ADVICE = "advice"
    PRACTICE = "centre practice"
    TYPICAL = "typical wait"
    GIVEN = "given"
    PLAN = "plan"
    ASSUMED = "assumed"


@dataclass(frozen=True)
class Milestone:
    """One line of the plan.

    ``first`` to ``last`` when it lasts; ``by`` when it is due by ``first``; ``onward`` when it has no
    end. ``again`` holds the later days of what falls due more than once, the last of them ``last``.
    Source and place are empty where a line rests on nothing but the patient's own dates; ``unverified``
    where the value was not read at its source.
    """

    first: date
    what: str
    standing: Standing
    source: str = ""
    where: str = ""
    last: date | None = None
    by: bool = False
    onward: bool = False
    again: tuple[date, ...] = ()
    unverified: bool = False


def states(rules: Edition, key: str) -> bool:
    """Return whether the edition says something other than no."""
    return rules.sourced(key).value not in (None, False)


def _standing(found: Sourced) -> Standing:
    return Standing.ASSUMED if found.basis == Basis.ASSUMED else Standing.RULE


def rule_line(
    rules: Edition,
    key: str,
    what: str,
    first: date,
    standing: Standing | None = None,
    **when: date | bool | tuple[date, ...] | None,
) -> list[Milestone]:
    """Return the line of a rule, or none where the edition does not state it.

    Parameters
    ----------
    rules : Edition
    key : str
        What the line rests on.
    what : str
    first : date
    standing : Standing, optional
        Where it is not a rule of the edition.
    when
        Further fields of the ``Milestone``.
    """
    if not states(rules, key):
        return []
    found = rules.sourced(key)
    rests_on = standing or _standing(found)
    line = Milestone(
        first, what, rests_on, found.source, found.where, unverified=is_unverified(found), **when  # type: ignore[arg-type]
    )  # fmt: skip
    return [line]


def dated_line(field: str, dates: KeyDates, what: str, first: date, source: str, where: str) -> Milestone:
    """Return the line of a key date: given, or a typical wait with what that rests on."""
    if field in dates.given:
        return Milestone(first, what, Standing.GIVEN)
    return Milestone(first, what, Standing.TYPICAL, source, where)


def days_long(n: float) -> timedelta:
    """Return a time in calendar days: no clock, so no change of clocks moves it."""
    return timedelta(days=round(n))


def weeks_long(rules: Edition, key: str) -> timedelta:
    """Return the weeks that a key states, in calendar days."""
    return days_long(rules.number(key) * DAYS_PER_WEEK)


def counted(n: float, word: str) -> str:
    """Write a number of things: 1 week, 2 weeks."""
    return f"{n:g} {word}" if n == 1 else f"{n:g} {word}s"


def treatment_starts(dates: KeyDates) -> date:
    """Return the first day of lymphodepletion, or of the infusion where there is none."""
    return dates.lymphodepletion_first or dates.infusion


def pregnancy_possible(patients: Patients, row: int) -> bool:
    """Return whether a pregnancy is not ruled out: unknown is never no."""
    return bool(patients.sex[row] != Sex.MALE and patients.could_be_pregnant[row] != 0)
