"""What comes before chemotherapy: referral, collection, waiting, and the tests."""

from livingdrug.bedside.dates import KeyDates, published_wait, typical_making_days
from livingdrug.bedside.milestones.lines import (
    AFTER,
    Milestone,
    Standing,
    dated_line,
    days_long,
    pregnancy_possible,
    rule_line,
    states,
    treatment_starts,
    weeks_long,
)
from livingdrug.evidence import Edition
from livingdrug.patients import Indication, Patients
from livingdrug.plans import Plan


def before_collection(dates: KeyDates, indication: Indication, rules: Edition) -> list[Milestone]:
    """Return referral, tests before collection, and collection."""
    key = "label.leukapheresis.before.alc_e9_per_l"
    found = rules.sourced(key)
    planned = rules.sourced("course.leukapheresis.days_after_enrolment")
    before = planned if "leukapheresis" in dates.given else published_wait(indication, rules)[0]
    t_cells = rules.number("label.leukapheresis.before.cd3_cells_per_ul")
    counts = (
        f"Blood count the day before collection: lymphocytes from {rules.number(key):g}e9/L or T cells from "
        f"{t_cells:g}/uL promise enough cells"
    )
    return [
        dated_line(
            "referral", dates, "Referral: indication, tests, reasons to delay", dates.referral,
            before.source, before.where,
        ),
        *rule_line(
            rules, "label.screening.serology.test_required",
            "HIV, hepatitis B and hepatitis C tests, before the cells are collected", dates.collection,
            by=True,
        ),
        Milestone(dates.collection - days_long(1), counts, Standing.ADVICE, found.source, found.where),
        dated_line(
            "leukapheresis", dates, "Leukapheresis; the weight of this day decides the dose window",
            dates.collection, planned.source, planned.where,
        ),
    ]  # fmt: skip


def waiting(dates: KeyDates, plan: Plan, rules: Edition) -> list[Milestone]:
    """Return bridging, manufacturing and the product's return."""
    taken = max(dates.collection, dates.referral)
    ends = (dates.lymphodepletion_first or dates.infusion) - days_long(1)
    bridging = (
        f"Bridging treatment where the disease asks for it (in the model: {plan.bridging_probability:.0%})"
    )
    made = rules.sourced("label.timeline.manufacturing.first_us_lots.median")
    lines = [Milestone(taken, bridging, Standing.PLAN, last=ends)] if ends >= taken else []
    lines += [
        Milestone(
            dates.making_starts,
            f"Manufacturing starts: {plan.slot_wait_days:g} days for a free slot",
            Standing.TYPICAL,
            "plan",
            "slot_wait_days",
        ),
        Milestone(
            dates.product_back,
            f"Product back: {typical_making_days(rules)} days from receipt to return",
            Standing.TYPICAL,
            made.source,
            made.where,
        ),
    ]
    low, high = (f"label.timeline.manufacturing.weeks_{side}" for side in ("low", "high"))
    if states(rules, low) and states(rules, high):
        since = "collection" if taken == dates.collection else "referral, with stored cells"
        says = f"{rules.number(low):g} to {rules.number(high):g} weeks after {since}"
        lines += rule_line(
            rules, low, f"Product expected, as the label tells patients: {says}",
            taken + weeks_long(rules, low), last=taken + weeks_long(rules, high),
        )  # fmt: skip
    return lines


def tests_before(patients: Patients, row: int, dates: KeyDates, rules: Edition) -> list[Milestone]:
    """Return tests and conditions before lymphodepletion and infusion."""
    start = treatment_starts(dates)
    lines = rule_line(
        rules, "label.screening.organ_function.test_required",
        "Heart, lung, kidney and liver function known", start, by=True,
    )  # fmt: skip
    if pregnancy_possible(patients, row):
        lines += rule_line(
            rules, "label.screening.pregnancy.test_required",
            "Pregnancy test, in those who could be pregnant", start, by=True,
        )  # fmt: skip
    weeks = f"{AFTER}.live_vaccine.weeks_before_lymphodepletion"
    if dates.lymphodepletion_first is not None and states(rules, weeks):
        until = rules.sourced(f"{AFTER}.live_vaccine.until").value
        lines += rule_line(
            rules, weeks, f"No live vaccine from here on, until {until}",
            dates.lymphodepletion_first - weeks_long(rules, weeks), onward=True,
        )  # fmt: skip
    named = {
        "active_infection": "active infection",
        "active_gvhd": "active graft-versus-host disease",
        "inflammatory_disorder": "uncontrolled inflammation",
        "unresolved_toxicity": "lasting serious reactions to chemotherapy",
    }
    found = [word for name, word in named.items() if states(rules, f"label.delay.{name}")]
    if found:
        text = f"Reasons to delay looked for again: {', '.join(found)}"
        lines += rule_line(rules, "label.delay.active_infection", text, dates.infusion, by=True)
    return lines
