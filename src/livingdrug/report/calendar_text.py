"""The plan by date of one patient in the terminal, and as JSON."""

import json
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from livingdrug.report.patient_blocks import Block, Grid, Part
from livingdrug.report.patient_json import milestone_rows
from livingdrug.report.patient_text import print_part, screen
from livingdrug.report.patient_treatment import plan_part
from livingdrug.report.verdict_blocks import STATUS, edition_line
from livingdrug.runs import PlannedPatient


def _clock(planned: PlannedPatient, zone: ZoneInfo | None) -> tuple[Block, ...]:
    """Return what is counted in minutes, on the clock of the centre."""
    if zone is None or not planned.hours:
        return ()
    rows = []
    for line in planned.hours:
        first, last = (moment.astimezone(zone) for moment in (line.first, line.last))
        span = f"{first:%Y-%m-%d %H:%M}" if first == last else f"{first:%Y-%m-%d %H:%M} to {last:%H:%M}"
        rows.append((span, line.what, str(line.standing)))
    heads = ("time", "what", "rests on")
    return (Grid(f"By the clock, {zone.key}", heads, (0, 1, 0), tuple(rows)),)


def print_calendar(planned: PlannedPatient, zone: ZoneInfo | None, console: Console | None = None) -> None:
    """Print the plan by date of one patient."""
    console = console or screen()
    console.print(Text(f"{planned.indication.name}: plan by date", style="bold"))
    console.print(Text(edition_line(planned.rules)))
    if planned.rules.info.warning:
        console.print(Text(f"Warning: {planned.rules.info.warning}", style="yellow"))
    console.print(Text(STATUS), end="\n\n")
    part = plan_part(planned.dates, planned.milestones, planned.indication, planned.rules)
    print_part(console, Part(part.key, part.title, (*part.blocks, *_clock(planned, zone))))


def calendar_json(planned: PlannedPatient, zone: ZoneInfo | None) -> str:
    """Return the plan by date as JSON: same file and options, same bytes."""
    assert planned.dates is not None
    content = {
        "status": STATUS,
        "warning": planned.rules.info.warning,
        "edition": planned.rules.name,
        "edition_hash": planned.rules.hash,
        "indication": planned.indication.name,
        "time_zone": None if zone is None else zone.key,
        "infusion": str(planned.dates.infusion),
        "notes": list(planned.dates.notes),
        "plan_by_date": milestone_rows(planned.milestones, planned.dates.infusion),
        "by_the_clock": [
            {
                "first": line.first.astimezone(zone).isoformat(),
                "last": line.last.astimezone(zone).isoformat(),
                "what": line.what,
                "rests_on": str(line.standing),
                "source": f"{line.source}: {line.where}" if line.source else "",
            }
            for line in planned.hours
        ],
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
