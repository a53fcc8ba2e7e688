"""What is counted in hours and minutes around the infusion, where its moment is known."""

from dataclasses import dataclass
from datetime import datetime

from livingdrug.bedside.clock import hours_after
from livingdrug.bedside.milestones.infusion import premedication
from livingdrug.bedside.milestones.lines import Standing, states
from livingdrug.evidence import Edition
from livingdrug.units import MINUTES_PER_HOUR

_PREMEDICATION = "label.infusion.premedication"


@dataclass(frozen=True)
class Hours:
    """A line of the plan from one moment to another, in universal time."""

    first: datetime
    last: datetime
    what: str
    standing: Standing
    source: str = ""
    where: str = ""


def hours_of_infusion(infusion: datetime, rules: Edition) -> tuple[Hours, ...]:
    """Return the premedication and the infusion, counted in real minutes from the moment of the infusion.

    Source
    ------
    label.infusion.premedication.
    """
    given = Hours(infusion, infusion, "Infusion of tisagenlecleucel", Standing.GIVEN)
    latest, earliest = f"{_PREMEDICATION}.minutes_low", f"{_PREMEDICATION}.minutes_high"
    if not (states(rules, latest) and states(rules, earliest)):
        return (given,)
    found = rules.sourced(latest)
    first, last = (hours_after(infusion, -rules.number(key) / MINUTES_PER_HOUR) for key in (earliest, latest))
    what = f"Premedication: {premedication(rules)}"
    return Hours(first, last, what, Standing.RULE, found.source, found.where), given
