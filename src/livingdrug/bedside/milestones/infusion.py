"""The day of the infusion (day 0)."""

from livingdrug.bedside.dates import KeyDates
from livingdrug.bedside.milestones.lines import Milestone, counted, dated_line, rule_line
from livingdrug.evidence import Edition
from livingdrug.patients import Indication

_INFUSION = "label.infusion"
_INFUSE = "Infusion of tisagenlecleucel ({})"


def premedication(rules: Edition) -> str:
    """Return what is given before the infusion, and that no steroid is where the edition says so."""
    steroid = ", no steroid" if rules.sourced(f"{_INFUSION}.premedication.steroid").value is False else ""
    return f"paracetamol and an H1 antihistamine{steroid}"


def infusion_day(dates: KeyDates, indication: Indication, rules: Edition) -> list[Milestone]:
    """Return what is at hand, given and checked on the day of the infusion."""
    day = dates.infusion
    low, high = (rules.number(f"{_INFUSION}.premedication.minutes_{side}") for side in ("low", "high"))
    thaw = rules.number(f"{_INFUSION}.thaw.minutes_most")
    stock = counted(rules.number(f"{_INFUSION}.tocilizumab.doses_least"), "dose")
    hours = rules.sourced(f"{_INFUSION}.tocilizumab.further_dose_hours").value
    further = "" if hours is None else f", a further one within {hours} hours"
    checks = rules.number(f"{_INFUSION}.identity.checks")
    return [
        *rule_line(
            rules, f"{_INFUSION}.tocilizumab.doses_least",
            f"Tocilizumab at hand before the infusion: at least {stock}{further}", day, by=True,
        ),
        *rule_line(
            rules, f"{_INFUSION}.premedication.minutes_low",
            f"{low:g} to {high:g} minutes before: {premedication(rules)}", day,
        ),
        *rule_line(
            rules, f"{_INFUSION}.identity.checks",
            f"Patient and bags checked {checks:g} times: at preparation and at the bedside", day,
        ),
        dated_line("infusion", dates, _INFUSE.format(indication.name), day, "plan", "schedule_days"),
        *rule_line(rules, f"{_INFUSION}.thaw.minutes_most", f"Each bag within {thaw:g} minutes of thaw", day),
    ]  # fmt: skip
