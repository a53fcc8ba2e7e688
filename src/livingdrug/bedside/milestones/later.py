"""What holds for months, for years, or for life."""

from livingdrug.bedside.dates import KeyDates, months_after, months_complete, years_after, years_complete
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
from livingdrug.plans import Plan

_IGG = f"{AFTER}.igg_check"
_REGISTRY = f"{AFTER}.registry"


def visits(dates: KeyDates, plan: Plan, rules: Edition) -> list[Milestone]:
    """Return the plan's response assessments; month 1 is the day that trials use."""
    key = "course.in_vivo.decisions.first_visit_day"
    found, lines = rules.sourced(key), []
    for month in plan.visit_months:
        if month == 1:
            what = f"Day {rules.number(key):g}: first response assessment; counts for lasting cytopenia"
            day = dates.infusion + days_long(rules.number(key))
            lines.append(Milestone(day, what, Standing.PLAN, found.source, found.where))
        else:
            what = f"Month {month:g}: response assessment"
            lines.append(
                Milestone(months_after(dates.infusion, month), what, Standing.PLAN, "plan", "visit_months")
            )
    return lines


def antibodies(dates: KeyDates, rules: Edition) -> list[Milestone]:
    """Return the checks of IgG, and what the edition says of replacement.

    No label fixes when IgG is checked: every some weeks within the first months, then while it is low.
    """
    igg = rules.sourced(f"{COUNSELLING}.immunoglobulin.replacement").value
    every, check = weeks_long(rules, f"{_IGG}.interval_weeks"), f"{_IGG}.interval_weeks"
    until = months_complete(dates.infusion, rules.number(f"{_IGG}.months_least"))
    days = [dates.infusion + every * n for n in range(1, (until - dates.infusion) // every + 1)]
    text = (
        f"Checks of IgG: every {counted(rules.number(check), 'week')} for "
        f"{counted(rules.number(f'{_IGG}.months_least'), 'month')}, then while it stays at or below "
        f"{rules.number(f'{_IGG}.until_above_g_per_l'):g} g/L"
    )
    checks = rule_line(rules, check, text, days[0], Standing.ADVICE, last=days[-1], again=tuple(days[1:]))
    return checks + rule_line(
        rules, f"{COUNSELLING}.immunoglobulin.replacement", f"IgG: {igg}", dates.infusion, onward=True
    )


def for_life(dates: KeyDates, rules: Edition) -> list[Milestone]:
    """Return what has no end: donation, tests that mislead, infections that return, second malignancy."""
    found = rules.sourced(f"{AFTER}.malignancy.telephone").value
    call = "" if found is None else f"; call {found} for sampling if one is found"
    parts = ", ".join(texts(rules, f"{AFTER}.donation.never"))
    told = (
        (f"{AFTER}.donation.forbidden", f"Never donates{': ' if parts else ''}{parts}"),
        (
            f"{AFTER}.hiv_test.may_be_falsely_positive",
            "Some HIV nucleic acid tests may be falsely positive from here on",
        ),
        (f"{COUNSELLING}.hepatitis_b.reactivation", "Hepatitis B may reactivate from here on"),
        (
            f"{COUNSELLING}.pml.warned",
            "JC virus may reactivate (progressive multifocal leukoencephalopathy) from here on",
        ),
        (f"{AFTER}.malignancy.lifelong", f"Lifelong monitoring for a second malignancy{call}"),
    )
    return [line for key, what in told for line in rule_line(rules, key, what, dates.infusion, onward=True)]


def registry(dates: KeyDates, rules: Edition) -> list[Milestone]:
    """Return when the registry's reports fall due: after some days, some months, then every year."""
    first, second, years = (f"{_REGISTRY}.{name}" for name in ("first_days", "second_months", "last_years"))
    if not states(rules, years):
        return []
    day, last = dates.infusion, round(rules.number(years))
    yearly = [years_after(day, n) for n in range(1, last + 1)]
    return [
        *rule_line(
            rules, first, f"Registry report: day {rules.number(first):g}",
            day + days_long(rules.number(first)), Standing.PRACTICE,
        ),
        *rule_line(
            rules, second, f"Registry report: month {rules.number(second):g}",
            months_after(day, rules.number(second)), Standing.PRACTICE,
        ),
        *rule_line(
            rules, years, f"Registry report every year, to year {last}", yearly[0], Standing.PRACTICE,
            last=yearly[-1], again=tuple(yearly[1:]),
        ),
    ]  # fmt: skip


def follow_up(dates: KeyDates, rules: Edition) -> list[Milestone]:
    """Return the end of long-term follow-up, and of the years for which records are kept."""
    lines, years, records = [], f"{AFTER}.follow_up.years", f"{AFTER}.follow_up.traceability_years"
    if states(rules, years):
        n = rules.number(years)
        text = f"Long-term follow-up until here at least: {n:g} years"
        lines += rule_line(rules, years, text, years_complete(dates.infusion, n))
    if states(rules, records):
        n = rules.number(records)
        text = f"Records for traceability kept beyond here: {n:g} years from the product's expiry date"
        lines += rule_line(rules, records, text, years_complete(dates.infusion, n))
    return lines
