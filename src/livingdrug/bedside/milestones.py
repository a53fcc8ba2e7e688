"""The plan by date: what an edition asks for, and when, before and after the infusion (day 0)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from livingdrug.bedside.answers import MET, Reason
from livingdrug.bedside.assessment import drug_courses
from livingdrug.bedside.dates import KeyDates, months_after, typical_making_days, years_after
from livingdrug.bedside.limits import texts
from livingdrug.bedside.lymphodepletion import Regimen, needs_alternative, window_days
from livingdrug.evidence import Basis, Edition
from livingdrug.patients import Indication, Patients, Sex
from livingdrug.plans import Plan
from livingdrug.units import DAYS_PER_WEEK

_LYMPHODEPLETION = "label.lymphodepletion"
_INFUSION = "label.infusion"
_AFTER = "label.monitoring"
_INFUSE = "Infusion of tisagenlecleucel ({})"
_NO_REGIMEN = (
    "Lymphodepletion: open, for cyclophosphamide is ruled out and this edition names no other regimen for "
    "this disease"
)


class Standing(StrEnum):
    """What a line of the plan rests on."""

    RULE = "rule"
    ADVICE = "advice"
    TYPICAL = "typical wait"
    GIVEN = "given"
    PLAN = "plan"
    ASSUMED = "assumed"


@dataclass(frozen=True)
class Milestone:
    """One line of the plan.

    ``first`` to ``last`` when it lasts; ``by`` when it is due by ``first``; ``onward`` when it has no
    end. Source and place are empty where a line rests on nothing but the patient's own dates.
    """

    first: date
    what: str
    standing: Standing
    source: str = ""
    where: str = ""
    last: date | None = None
    by: bool = False
    onward: bool = False


def plan_by_date(
    patients: Patients, row: int, dates: KeyDates, regimen: Regimen, plan: Plan, rules: Edition
) -> tuple[Milestone, ...]:
    """Return one patient's plan in the order of its dates.

    Lines of the edition count from the key dates; a typical wait says so. What the edition does not
    state is left out.

    Parameters
    ----------
    patients : Patients
    row : int
        Which patient.
    dates : KeyDates
    regimen : Regimen
        The lymphodepletion that is dated.
    plan : Plan
        For visits and bridging.
    rules : Edition

    Source
    ------
    label.screening, label.leukapheresis, label.timeline, label.lymphodepletion, label.infusion,
    label.monitoring, label.counselling, label.delay.
    """
    indication = Indication(int(patients.indication[row]))
    lines = [
        *_before_collection(dates, rules),
        *_waiting(dates, plan, rules),
        *_tests(patients, row, dates, rules),
        *_lymphodepletion(patients, row, dates, regimen, rules),
        *_infusion_day(dates, indication, rules),
        *_first_weeks(dates, rules),
        *_visits(dates, plan, rules),
        *_later(dates, rules),
    ]
    return tuple(sorted(lines, key=lambda line: (line.first, not line.by)))


def _states(rules: Edition, key: str) -> bool:
    """Return whether the edition says something other than no."""
    return rules.sourced(key).value not in (None, False)


def _rule(rules: Edition, key: str, what: str, first: date, **when: date | bool | None) -> list[Milestone]:
    """Return the line of a rule, or none where the edition does not state it."""
    if not _states(rules, key):
        return []
    found = rules.sourced(key)
    standing = Standing.ASSUMED if found.basis == Basis.ASSUMED else Standing.RULE
    return [Milestone(first, what, standing, found.source, found.where, **when)]  # type: ignore[arg-type]


def _dated(field: str, dates: KeyDates, what: str, first: date, source: str, where: str) -> Milestone:
    """Return the line of a key date: given, or a typical wait with what that rests on."""
    if field in dates.given:
        return Milestone(first, what, Standing.GIVEN)
    return Milestone(first, what, Standing.TYPICAL, source, where)


def _days(n: float) -> timedelta:
    return timedelta(days=round(n))


def _weeks(rules: Edition, key: str) -> timedelta:
    return _days(rules.number(key) * DAYS_PER_WEEK)


def _counted(n: float, word: str) -> str:
    return f"{n:g} {word}" if n == 1 else f"{n:g} {word}s"


def _before_collection(dates: KeyDates, rules: Edition) -> list[Milestone]:
    key = "label.leukapheresis.before.alc_e9_per_l"
    found = rules.sourced(key)
    planned = rules.sourced("course.leukapheresis.days_after_enrolment")
    t_cells = rules.number("label.leukapheresis.before.cd3_cells_per_ul")
    counts = (
        f"Blood count the day before collection: lymphocytes from {rules.number(key):g}e9/L or T cells from "
        f"{t_cells:g}/uL promise enough cells"
    )
    return [
        Milestone(dates.referral, "Referral: indication, tests, reasons to delay", Standing.GIVEN),
        *_rule(
            rules, "label.screening.serology.test_required",
            "HIV, hepatitis B and hepatitis C tests, before the cells are collected", dates.collection,
            by=True,
        ),
        Milestone(dates.collection - _days(1), counts, Standing.ADVICE, found.source, found.where),
        _dated(
            "leukapheresis", dates, "Leukapheresis; the weight of this day decides the dose window",
            dates.collection, planned.source, planned.where,
        ),
    ]  # fmt: skip


def _waiting(dates: KeyDates, plan: Plan, rules: Edition) -> list[Milestone]:
    """Return bridging, manufacturing and the product's return."""
    taken = max(dates.collection, dates.referral)
    ends = (dates.lymphodepletion_first or dates.infusion) - _days(1)
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
    if _states(rules, low) and _states(rules, high):
        since = "collection" if taken == dates.collection else "referral, with stored cells"
        says = f"{rules.number(low):g} to {rules.number(high):g} weeks after {since}"
        lines += _rule(
            rules, low, f"Product expected, as the label tells patients: {says}",
            taken + _weeks(rules, low), last=taken + _weeks(rules, high),
        )  # fmt: skip
    return lines


def _tests(patients: Patients, row: int, dates: KeyDates, rules: Edition) -> list[Milestone]:
    """Return tests and conditions before lymphodepletion and infusion."""
    start = dates.lymphodepletion_first or dates.infusion
    lines = _rule(
        rules, "label.screening.organ_function.test_required",
        "Heart, lung, kidney and liver function known", start, by=True,
    )  # fmt: skip
    if patients.sex[row] != Sex.MALE and patients.could_be_pregnant[row] != 0:
        lines += _rule(
            rules, "label.screening.pregnancy.test_required",
            "Pregnancy test, in those who could be pregnant", start, by=True,
        )  # fmt: skip
    weeks = "label.monitoring.live_vaccine.weeks_before_lymphodepletion"
    if dates.lymphodepletion_first is not None and _states(rules, weeks):
        until = rules.sourced("label.monitoring.live_vaccine.until").value
        lines += _rule(
            rules, weeks, f"No live vaccine from here on, until {until}",
            dates.lymphodepletion_first - _weeks(rules, weeks), onward=True,
        )  # fmt: skip
    named = {
        "active_infection": "active infection",
        "active_gvhd": "active graft-versus-host disease",
        "inflammatory_disorder": "uncontrolled inflammation",
        "unresolved_toxicity": "lasting serious reactions to chemotherapy",
    }
    found = [word for name, word in named.items() if _states(rules, f"label.delay.{name}")]
    if found:
        text = f"Reasons to delay looked for again: {', '.join(found)}"
        lines += _rule(rules, "label.delay.active_infection", text, dates.infusion, by=True)
    return lines


def _lymphodepletion(
    patients: Patients, row: int, dates: KeyDates, regimen: Regimen, rules: Edition
) -> list[Milestone]:
    """Return each day's drugs, the window to the infusion, and when to omit or repeat."""
    indication = Indication(int(patients.indication[row]))
    lines: list[Milestone] = []
    if indication.key in texts(rules, f"{_LYMPHODEPLETION}.omission.indications"):
        within = rules.number(f"{_LYMPHODEPLETION}.omission.within_days")
        limit = rules.number(f"{_LYMPHODEPLETION}.omission.white_cells_e9_per_l")
        sign = "at or below" if _states(rules, f"{_LYMPHODEPLETION}.omission.inclusive") else "below"
        text = f"White cells {sign} {limit:g}e9/L in this week: lymphodepletion may be omitted"
        key = f"{_LYMPHODEPLETION}.omission.white_cells_e9_per_l"
        lines += _rule(rules, key, text, dates.infusion - _days(within), last=dates.infusion)
    if dates.lymphodepletion_first is None or dates.lymphodepletion_last is None:
        return lines
    window = _window(dates.lymphodepletion_last, indication, rules)
    if against := _against_cyclophosphamide(patients, row, regimen, rules):
        why, first, last = against[0], dates.lymphodepletion_first, dates.lymphodepletion_last
        return [*lines, Milestone(first, _NO_REGIMEN, Standing.RULE, why.source, why.where, last), *window]
    courses = drug_courses(patients, regimen, rules)
    day = dates.lymphodepletion_first
    while day <= dates.lymphodepletion_last:
        nth = (day - dates.lymphodepletion_first).days
        given = [course for course in courses if course.days[row] > nth]
        doses = "; ".join(_dose(c.drug, c.mg_per_m2_per_day[row], c.mg_per_day[row]) for c in given)
        key = f"{_LYMPHODEPLETION}.{indication.key}.{courses[0].drug}.mg_per_m2_per_day"
        lines += _rule(rules, key, f"Lymphodepletion, day {nth + 1}: {doses}", day)
        day += timedelta(days=1)
    return lines + window


def _against_cyclophosphamide(
    patients: Patients, row: int, regimen: Regimen, rules: Edition
) -> tuple[Reason, ...]:
    """Return why cyclophosphamide is ruled out, where the regimen holds it for want of another."""
    if regimen != Regimen.FLUDARABINE_CYCLOPHOSPHAMIDE:
        return ()
    history = patients.cyclophosphamide_resistant, patients.haemorrhagic_cystitis_grade4
    return tuple(r for r in needs_alternative(*history, rules).reasons if r.answer[row] == MET)


def _dose(drug: str, mg_per_m2: float, mg: float) -> str:
    amount = "" if np.isnan(mg) else f" = {mg:.0f} mg"
    return f"{drug} {mg_per_m2:g} mg/m2{amount}"


def _window(last: date, indication: Indication, rules: Edition) -> list[Milestone]:
    """Return when the infusion may follow, and what holds when it is late."""
    shortest, longest = (float(side[0]) for side in window_days(np.array([indication]), rules))
    lines = []
    if not np.isnan(longest):
        key = f"{_LYMPHODEPLETION}.window.{indication.key}.last_day"
        text = f"Window for the infusion: {shortest:g} to {longest:g} days after lymphodepletion"
        lines += _rule(rules, key, text, last + _days(shortest), last=last + _days(longest))
    late = f"{_LYMPHODEPLETION}.repeat.after_weeks"
    if _states(rules, late):
        limit = rules.number(f"{_LYMPHODEPLETION}.repeat.white_cells_above_e9_per_l")
        text = f"An infusion later than this: lymphodepletion again if white cells are above {limit:g}e9/L"
        lines += _rule(rules, late, text, last + _weeks(rules, late), onward=True)
    return lines


def _infusion_day(dates: KeyDates, indication: Indication, rules: Edition) -> list[Milestone]:
    day = dates.infusion
    low, high = (rules.number(f"{_INFUSION}.premedication.minutes_{side}") for side in ("low", "high"))
    thaw = rules.number(f"{_INFUSION}.thaw.minutes_most")
    stock = _counted(rules.number(f"{_INFUSION}.tocilizumab.doses_least"), "dose")
    hours = rules.sourced(f"{_INFUSION}.tocilizumab.further_dose_hours").value
    further = "" if hours is None else f", a further one within {hours} hours"
    checks = rules.number(f"{_INFUSION}.identity.checks")
    return [
        *_rule(
            rules, f"{_INFUSION}.tocilizumab.doses_least",
            f"Tocilizumab at hand before the infusion: at least {stock}{further}", day, by=True,
        ),
        *_rule(
            rules, f"{_INFUSION}.premedication.minutes_low",
            f"{low:g} to {high:g} minutes before: paracetamol and an H1 antihistamine, no steroid", day,
        ),
        *_rule(
            rules, f"{_INFUSION}.identity.checks",
            f"Patient and bags checked {checks:g} times: at preparation and at the bedside", day,
        ),
        _dated("infusion", dates, _INFUSE.format(indication.name), day, "plan", "schedule_days"),
        *_rule(rules, f"{_INFUSION}.thaw.minutes_most", f"Each bag within {thaw:g} minutes of thaw", day),
    ]  # fmt: skip


def _first_weeks(dates: KeyDates, rules: Edition) -> list[Milestone]:
    """Return monitoring, staying near, driving, and what else holds for some weeks."""
    day, after = dates.infusion, dates.infusion + _days(1)
    often = rules.sourced(f"{_AFTER}.first_week.frequency").value
    ends = "week" in str(often)
    lines = _rule(
        rules, f"{_AFTER}.first_week.frequency", f"Monitoring: {often}", after,
        last=day + _days(DAYS_PER_WEEK) if ends else None, onward=not ends,
    )  # fmt: skip
    place = rules.sourced(f"{_AFTER}.proximity.place").value
    travel = rules.sourced(f"{_AFTER}.proximity.travel_hours").value
    within = "" if travel is None else f", within {travel} hours of travel"
    for key, what in (
        ("symptom_watch.weeks", "Watch for signs of CRS and neurological toxicity"),
        ("symptom_watch.temperature_weeks", "Temperature taken at home twice a day"),
        ("proximity.weeks", f"Stay near {place}{within}"),
        ("driving.weeks", "No driving"),
        ("driving.machinery_weeks", "No heavy machinery or hazardous work"),
    ):
        lines += _for_weeks(rules, f"{_AFTER}.{key}", what, day)
    lines += _for_weeks(
        rules,
        "label.counselling.growth_factors.gm_csf_free_weeks",
        "No GM-CSF, or until CRS has resolved",
        day,
    )
    temperature = rules.sourced("label.counselling.report.temperature_degc").value
    if temperature is not None:
        text = f"Report at once: a temperature from {temperature:g} C, chills, confusion, trouble breathing"
        lines += _rule(rules, "label.counselling.report.temperature_degc", text, day, onward=True)
    card = rules.sourced(f"{_AFTER}.card.kind").value
    return lines + _rule(rules, f"{_AFTER}.card.kind", f"Carries: {card}", day, onward=True)


def _for_weeks(rules: Edition, key: str, what: str, day: date) -> list[Milestone]:
    """Return a line for some weeks: a shortest time, or a range (the product brief, for staying near)."""
    if not _states(rules, key):
        return []
    weeks, longest = rules.number(key), f"{key}_longest"
    if longest in rules.values and _states(rules, longest):
        text = f"{what}: {weeks:g} to {rules.number(longest):g} weeks"
        return _rule(rules, key, text, day, last=day + _weeks(rules, longest))
    text = f"{what}: at least {_counted(weeks, 'week')}"
    return _rule(rules, key, text, day, last=day + _weeks(rules, key))


def _visits(dates: KeyDates, plan: Plan, rules: Edition) -> list[Milestone]:
    """Return the plan's response assessments; month 1 is the day that trials use."""
    key = "course.in_vivo.decisions.first_visit_day"
    found, lines = rules.sourced(key), []
    for month in plan.visit_months:
        if month == 1:
            what = f"Day {rules.number(key):g}: first response assessment; counts for lasting cytopenia"
            day = dates.infusion + _days(rules.number(key))
            lines.append(Milestone(day, what, Standing.PLAN, found.source, found.where))
        else:
            what = f"Month {month:g}: response assessment"
            lines.append(
                Milestone(months_after(dates.infusion, month), what, Standing.PLAN, "plan", "visit_months")
            )
    return lines


def _later(dates: KeyDates, rules: Edition) -> list[Milestone]:
    """Return what holds for years, or for life."""
    day = dates.infusion
    igg = rules.sourced("label.counselling.immunoglobulin.replacement").value
    hiv = "Some HIV nucleic acid tests may be falsely positive from here on"
    donation = ", ".join(texts(rules, f"{_AFTER}.donation.never"))
    lines = [
        *_rule(
            rules, "label.counselling.immunoglobulin.replacement",
            f"IgG: {igg}", day, onward=True,
        ),
        *_rule(rules, f"{_AFTER}.donation.never", f"Never donates: {donation}", day, onward=True),
        *_rule(rules, f"{_AFTER}.hiv_test.may_be_falsely_positive", hiv, day, onward=True),
        *_rule(
            rules, f"{_AFTER}.malignancy.lifelong", "Lifelong monitoring for a second malignancy", day,
            onward=True,
        ),
    ]  # fmt: skip
    years = f"{_AFTER}.follow_up.years"
    if _states(rules, years):
        n = rules.number(years)
        text = f"Long-term follow-up until here at least: {n:g} years"
        lines += _rule(rules, years, text, years_after(day, n))
    return lines
