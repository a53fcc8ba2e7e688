"""What holds for some weeks after the infusion."""

from datetime import date

from livingdrug.bedside.dates import KeyDates
from livingdrug.bedside.limits import texts
from livingdrug.bedside.milestones.lines import (
    AFTER,
    COUNSELLING,
    Milestone,
    Standing,
    counted,
    days_long,
    rule_line,
    states,
    weeks_long,
)
from livingdrug.evidence import Edition
from livingdrug.units import DAYS_PER_WEEK


def first_weeks(dates: KeyDates, rules: Edition) -> list[Milestone]:
    """Return monitoring, staying near, driving, and what else holds for some weeks."""
    day, after = dates.infusion, dates.infusion + days_long(1)
    often = rules.sourced(f"{AFTER}.first_week.frequency").value
    ends = "week" in str(often)
    lines = rule_line(
        rules, f"{AFTER}.first_week.frequency", f"Monitoring: {often}", after,
        last=day + days_long(DAYS_PER_WEEK) if ends else None, onward=not ends,
    )  # fmt: skip
    place = rules.sourced(f"{AFTER}.proximity.place").value
    travel = rules.sourced(f"{AFTER}.proximity.travel_hours").value
    within = "" if travel is None else f", within {travel} hours of travel"
    a_day = rules.sourced(f"{AFTER}.symptom_watch.temperature_per_day").value
    for key, what in (
        (f"{AFTER}.symptom_watch.weeks", "Watch for signs of CRS and neurological toxicity"),
        (f"{AFTER}.symptom_watch.temperature_weeks", f"Temperature taken at home {a_day} times a day"),
        (f"{AFTER}.proximity.weeks", f"Stay near {place}{within}"),
        (f"{AFTER}.driving.weeks", "No driving"),
        (f"{AFTER}.driving.machinery_weeks", "No heavy machinery or hazardous work"),
        (f"{COUNSELLING}.growth_factors.gm_csf_free_weeks", "No GM-CSF, or until CRS has resolved"),
    ):
        lines += _for_weeks(rules, key, what, day)
    return lines + _caregiver(day, rules) + _told(day, rules)


def _caregiver(day: date, rules: Edition) -> list[Milestone]:
    """Return the caregiver: in no label; as the product brief says, or as one centre tells its patients."""
    brief, centre = f"{AFTER}.caregiver.hours_per_day", f"{AFTER}.caregiver.centre_days"
    if states(rules, brief):
        text = f"A caregiver {rules.number(brief):g} hours a day, no end given; in no label"
        return rule_line(rules, brief, text, day, Standing.PRACTICE, onward=True)
    days = rules.number(centre)
    text = f"A caregiver at all times: {days:g} days at one centre; no label asks for a caregiver"
    return rule_line(rules, centre, text, day, Standing.PRACTICE, last=day + days_long(days))


def _told(day: date, rules: Edition) -> list[Milestone]:
    """Return what the patient carries and reports from the infusion on."""
    temperature = f"{COUNSELLING}.report.temperature_degc"
    card = rules.sourced(f"{AFTER}.card.kind").value
    lines = rule_line(rules, f"{AFTER}.card.kind", f"Carries: {card}", day, onward=True)
    lines += rule_line(
        rules, f"{COUNSELLING}.tell_clinicians", "Tells every clinician that this product was received", day,
        onward=True,
    )  # fmt: skip
    at_once = f"{COUNSELLING}.report.at_once"
    signs = ", ".join(sign for sign in texts(rules, at_once) if sign != "fever")
    if states(rules, temperature):
        text = f"Report at once: a temperature from {rules.number(temperature):g} C, {signs}"
        return lines + rule_line(rules, temperature, text, day, onward=True)
    text = f"Report at once: a fever (no temperature in what was read of this edition), {signs}"
    return lines + rule_line(rules, at_once, text, day, onward=True)


def _for_weeks(rules: Edition, key: str, what: str, day: date) -> list[Milestone]:
    """Return a line for some weeks: a shortest time, or a range (the product brief, for staying near)."""
    if not states(rules, key):
        return []
    weeks, longest = rules.number(key), f"{key}_longest"
    if longest in rules.values and states(rules, longest):
        text = f"{what}: {weeks:g} to {rules.number(longest):g} weeks"
        return rule_line(rules, key, text, day, last=day + weeks_long(rules, longest))
    text = f"{what}: at least {counted(weeks, 'week')}"
    return rule_line(rules, key, text, day, last=day + weeks_long(rules, key))
