"""The dates on which a patient's plan hangs: given where they are known, typical waits elsewhere."""

import calendar
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from typing import Any

import numpy as np

from livingdrug.bedside.indications import DaysToStep
from livingdrug.bedside.lymphodepletion import window_days
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition, Sourced
from livingdrug.patients import Indication
from livingdrug.plans import Plan
from livingdrug.units import DAYS_PER_MONTH, MONTHS_PER_YEAR

DATE_FIELDS = ("referral", "leukapheresis", "lymphodepletion", "infusion")
"""Fields of the table ``[dates]``, in the order in which they come; lymphodepletion is its first day."""

_COLLECTION = "course.leukapheresis"
_MAKING = "course.manufacturing.days"
_PUBLISHED_WAIT = {Indication.ALL: "pooled_all", Indication.LBCL: "juliet", Indication.FL: "elara"}
"""Whose wait from enrolment to infusion was published for an indication."""


@dataclass(frozen=True)
class GivenDates:
    """Dates that are fixed already; None where they are still open."""

    referral: date | None = None
    leukapheresis: date | None = None
    lymphodepletion: date | None = None
    infusion: date | None = None


@dataclass(frozen=True)
class KeyDates:
    """The dates on which all others hang.

    ``given`` names those that were fixed in advance; the others are typical waits, and the last day of
    lymphodepletion is the latest that leaves the edition's shortest gap. Without lymphodepletion its
    two days are None. ``notes`` say where the given dates do not fit typical waits or the edition.
    """

    referral: date
    collection: date
    making_starts: date
    product_back: date
    lymphodepletion_first: date | None
    lymphodepletion_last: date | None
    infusion: date
    given: frozenset[str]
    notes: tuple[str, ...]


def months_after(day: date, months: float) -> date:
    """Return the day some months later; the last of the month where that has no such day.

    A part of a month is counted in days.

    Raises
    ------
    OverflowError
        The calendar has no such year.
    """
    whole = int(months)
    year, month = divmod(day.month - 1 + whole, int(MONTHS_PER_YEAR))
    year, month = day.year + year, month + 1
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError("date value out of range")
    last = calendar.monthrange(year, month)[1]
    later = day.replace(year=year, month=month, day=min(day.day, last))
    return later + timedelta(days=round((months - whole) * DAYS_PER_MONTH))


def years_after(day: date, years: float) -> date:
    """Return the same day some years later; 28 February where 29 February is missing."""
    return months_after(day, years * MONTHS_PER_YEAR)


def months_complete(day: date, months: float) -> date:
    """Return the first day on which so many months are complete: what lasts "at least" is never a day short.

    Where the month has no such day, that is the first of the next: 1 March after 29 February.

    Raises
    ------
    OverflowError
        The calendar has no such year.
    """
    later = months_after(day, months)
    return later + timedelta(days=1) if months_after(day, int(months)).day < day.day else later


def years_complete(day: date, years: float) -> date:
    """Return the first day on which so many years are complete; 1 March where 29 February is missing."""
    return months_complete(day, years * MONTHS_PER_YEAR)


def read_date(text: str, field: str) -> date:
    """Return a date written as 2026-11-22.

    Raises
    ------
    BadInput
        Names the field and what was given.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise BadInput(f"{field}: got {text!r}, expected a date such as 2026-11-22") from problem


def dates_from_table(table: dict[str, Any], place: str) -> GivenDates:
    """Read the table ``[dates]`` of a patient's file.

    Raises
    ------
    BadInput
        Unknown fields, values that are no dates, and dates in the wrong order, all listed.
    """
    faults, found = [], {}
    for name, value in table.items():
        if name not in DATE_FIELDS:
            faults.append(f"{name}: unknown field, expected one of {', '.join(DATE_FIELDS)}")
        elif isinstance(value, date) and not isinstance(value, datetime):
            found[name] = value
        else:
            faults.append(f"{name}: got {value!r}, expected a date such as 2026-11-22, without quotes")
    if faults:
        raise BadInput(f"{place}: {len(faults)} fault(s) in [dates]:\n  " + "\n  ".join(faults))
    given = GivenDates(**found)
    _refuse_wrong_order(given, place)
    return given


def _refuse_wrong_order(given: GivenDates, place: str) -> None:
    """Refuse dates in the wrong order; only collection may come before referral (stored cells)."""
    pairs = (
        ("referral", "lymphodepletion"),
        ("referral", "infusion"),
        ("leukapheresis", "lymphodepletion"),
        ("leukapheresis", "infusion"),
        ("lymphodepletion", "infusion"),
    )
    faults = []
    for first, then in pairs:
        earlier, later = getattr(given, first), getattr(given, then)
        if earlier is not None and later is not None and later <= earlier:
            faults.append(f"{then}: got {later}, expected a date after {first} ({earlier})")
    if faults:
        raise BadInput(f"{place}: {len(faults)} fault(s) in [dates]:\n  " + "\n  ".join(faults))


def days_ahead(given: GivenDates, day: date) -> DaysToStep:
    """Return the days from referral, or from a day where its date is not known, to the steps with a date."""
    start = given.referral or day
    days = [
        np.array([np.nan if step is None else float((step - start).days)])
        for step in (given.leukapheresis, given.infusion)
    ]
    return DaysToStep(*days)


def typical_referral(given: GivenDates, indication: int, today: date, rules: Edition) -> date | None:
    """Return the typical day of referral where only later dates are known, and None where it is today.

    A given collection: the model's days from enrolment to collection before it. A lymphodepletion or
    infusion that is no longer ahead: the published median from enrolment to infusion before it.
    """
    if given.leukapheresis is not None:
        wait = rules.number(f"{_COLLECTION}.days_after_enrolment")
        return given.leukapheresis - timedelta(days=round(wait))
    later = given.lymphodepletion or given.infusion
    if later is None or later > today:
        return None
    median, _ = published_wait(Indication(indication), rules)
    return later - timedelta(days=round(rules.number(median.key)))


def settle_referral(
    given: GivenDates, asked: date | None, indication: int, today: date, place: str, rules: Edition
) -> tuple[date, GivenDates]:
    """Return the day of referral, and the dates that are given: with it, unless it is a typical wait.

    It is the one asked for, the file's, a typical one where only later dates are known, or today.

    Raises
    ------
    BadInput
        It lies on or after a later date that is given.
    """
    known = asked or given.referral
    typical = None if known else typical_referral(given, indication, today, rules)
    referral = known or typical or today
    _refuse_wrong_order(GivenDates(referral, None, given.lymphodepletion, given.infusion), place)
    return referral, replace(given, referral=None if typical else referral)


def typical_making_days(rules: Edition) -> int:
    """Return the median days from the start of manufacturing to the product's return."""
    return round(rules.number(f"{_MAKING}.shortest") + rules.number(f"{_MAKING}.beyond_shortest"))


def published_wait(indication: Indication, rules: Edition) -> tuple[Sourced, Sourced]:
    """Return the published days from enrolment to infusion in an indication: median, then range."""
    key = f"label.timeline.{_PUBLISHED_WAIT[indication]}.enrolment_to_infusion"
    return rules.sourced(f"{key}.median"), rules.sourced(f"{key}.range")


def key_dates(
    given: GivenDates, referral: date, indication: int, regimen_days: int, plan: Plan, rules: Edition
) -> KeyDates:
    """Return the dates on which the plan hangs.

    Referral -> collection -> free slot -> product back -> infusion, each a typical wait (the median of
    the plan or of the evidence) unless given. Lymphodepletion ends the edition's shortest gap before
    the infusion, or the infusion follows a given lymphodepletion by that gap.

    Parameters
    ----------
    given : GivenDates
    referral : date
    indication : int
        ``Indication``.
    regimen_days : int
        Days of the regimen; 0 without lymphodepletion.
    plan : Plan
        For the waits.
    rules : Edition
    """
    collection = given.leukapheresis or _collection(referral, plan, rules)
    starts = max(collection, referral) + timedelta(days=round(plan.slot_wait_days))
    back = starts + timedelta(days=typical_making_days(rules))
    gap = _shortest_gap(indication, rules)
    infusion = given.infusion or back + timedelta(days=round(plan.schedule_days))
    first = last = None
    if regimen_days:
        length = timedelta(days=regimen_days - 1)
        if given.lymphodepletion is not None:
            first, last = given.lymphodepletion, given.lymphodepletion + length
            infusion = given.infusion or last + gap
        else:
            last = infusion - gap
            first = last - length
    named = {name for name in DATE_FIELDS if getattr(given, name) is not None}
    notes = _notes(collection, back, first, last, infusion, indication, rules)
    return KeyDates(referral, collection, starts, back, first, last, infusion, frozenset(named), tuple(notes))


def _collection(referral: date, plan: Plan, rules: Edition) -> date:
    """Return the typical day of collection: before referral where the plan stores cells."""
    if plan.leukapheresis_lead_days > 0:
        return referral - timedelta(days=round(plan.leukapheresis_lead_days))
    return referral + timedelta(days=round(rules.number(f"{_COLLECTION}.days_after_enrolment")))


def _shortest_gap(indication: int, rules: Edition) -> timedelta:
    """Return the fewest days from the last dose of lymphodepletion to the infusion."""
    first, _ = window_days(np.array([indication]), rules)
    return timedelta(days=1 if np.isnan(first[0]) else int(first[0]))


def _notes(
    collection: date,
    back: date,
    first: date | None,
    last: date | None,
    infusion: date,
    indication: int,
    rules: Edition,
) -> list[str]:
    notes = []
    if infusion <= collection:
        notes.append(
            f"The infusion ({infusion}) would fall before or on the day of collection ({collection})."
        )
    elif infusion < back:
        notes.append(
            f"The infusion ({infusion}) is set before the typical wait would bring the product back ({back})."
        )
    if first is not None and first <= collection:
        notes.append(
            f"Lymphodepletion ({first}) would start before or on the day of collection ({collection})."
        )
    if first is not None and first < back <= infusion:
        notes.append(f"Lymphodepletion ({first}) would start before the product is typically back ({back}).")
    if last is not None and infusion <= last:
        notes.append(
            f"The infusion ({infusion}) would fall before the last dose of lymphodepletion ({last})."
        )
    elif last is not None:
        shortest, longest = (side[0] for side in window_days(np.array([indication]), rules))
        days = (infusion - last).days
        if not (shortest <= days <= longest) and not np.isnan(longest):
            notes.append(
                f"The infusion would fall {days} days after the last dose of lymphodepletion; this edition "
                f"says {shortest:g} to {longest:g}."
            )
    return notes
