"""Contraception, pregnancy and breast feeding."""

from livingdrug.bedside.dates import KeyDates, months_complete
from livingdrug.bedside.milestones.lines import (
    AFTER,
    Milestone,
    Standing,
    counted,
    pregnancy_possible,
    rule_line,
    states,
    treatment_starts,
)
from livingdrug.evidence import Edition
from livingdrug.patients import Patients


def family(patients: Patients, row: int, dates: KeyDates, rules: Edition) -> list[Milestone]:
    """Return contraception for everyone; pregnancy and breast feeding where they are not ruled out.

    No label gives a duration of contraception after the infusion; the trials asked for one.
    """
    day = dates.infusion
    advice = rules.sourced(f"{AFTER}.contraception.advice").value
    lines = rule_line(
        rules, f"{AFTER}.contraception.advice", f"Contraception: {advice}", treatment_starts(dates),
        onward=True,
    )  # fmt: skip
    months = f"{AFTER}.contraception.trial_months"
    if states(rules, months):
        text = f"The trials asked for contraception until here: {counted(rules.number(months), 'month')}"
        lines += rule_line(rules, months, text, months_complete(day, rules.number(months)), Standing.ADVICE)
    if pregnancy_possible(patients, row):
        for topic, word in (("pregnancy.use", "Pregnancy"), ("pregnancy.breast_feeding", "Breast feeding")):
            says = rules.sourced(f"{AFTER}.{topic}").value
            lines += rule_line(rules, f"{AFTER}.{topic}", f"{word}: {says}", day, onward=True)
    return lines
