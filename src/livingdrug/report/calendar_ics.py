"""The plan by date as an iCalendar file, for any calendar: days without hours, and no patient's identity."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from livingdrug.bedside.milestones import Hours, Milestone, Standing
from livingdrug.report.patient_treatment import days, source_of
from livingdrug.report.verdict_blocks import STATUS, edition_line
from livingdrug.runs import PlannedPatient
from livingdrug.units import SECONDS_PER_MINUTE

_DAY = timedelta(days=1)
_MEANING = {
    Standing.RULE: "the edition says so",
    Standing.ADVICE: "published advice; no label says so",
    Standing.PRACTICE: "what a centre or a registry does; no label says so",
    Standing.TYPICAL: "the model's median, no promise",
    Standing.GIVEN: "a date from the file or from --from",
    Standing.PLAN: "what the plan does",
    Standing.ASSUMED: "assumed; no label says so",
}


_AMOUNT = re.compile(r" = [\d.]+ mg|\d[\d.,]*")
"""What a change of weight, of a wait or of the plan may alter in a line: its numbers."""


def _whose(planned: PlannedPatient, course: str | None) -> str:
    """Return whose plan it is: the name of the course, and the disease; no value of the chart."""
    return "\0".join((course or Path(planned.place).name, planned.indication.name))


def _identifier(whose: str, edition: str, what: str, nth: int) -> str:
    """Return the same identifier for the same line of the same course, whatever its date and numbers."""
    text = "\0".join((whose, edition, what, str(nth)))
    return f"{hashlib.sha256(text.encode()).hexdigest()[:32]}@livingdrug"


def _title(line: Milestone) -> str:
    if line.by:
        return f"By today: {line.what}"
    return f"From today on: {line.what}" if line.onward else line.what


def _told(standing: Standing, source: str, more: str, planned: PlannedPatient) -> str:
    """Return what an event rests on, with the status of all of it."""
    found = planned.rules.info.warning
    lines = [
        more,
        f"Rests on: {standing} ({_MEANING[standing]}).",
        f"Source: {source}." if source else "",
        f"{edition_line(planned.rules)}.",
        f"Warning: {found}" if found else "",
        STATUS,
    ]
    return "\n".join(line for line in lines if line)


def _spans(line: Milestone) -> Iterator[tuple[date, date]]:
    """Yield the first and the last day of each event of a line."""
    for day in (line.first, *line.again):
        yield day, day if line.again else line.last or day


def _version(stamp: datetime) -> int:
    """Return a number that grows with each later writing: the minutes since 1970."""
    return int(stamp.timestamp() // SECONDS_PER_MINUTE)


def _event(what: str, uid: str, stamp: datetime, standing: Standing, description: str) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", _version(stamp))
    event.add("summary", what)
    event.add("description", description)
    event.add("categories", [str(standing)])
    event.add("class", "PRIVATE")
    return event


def _of_line(
    line: Milestone, planned: PlannedPatient, whose: str, seen: Counter[str], stamp: datetime
) -> Iterator[Event]:
    assert planned.dates is not None
    infusion, alike = planned.dates.infusion, _AMOUNT.sub("", line.what)
    day = f"Day {days(line, infusion)}, counted from the infusion (day 0)."
    description = _told(line.standing, source_of(line), day, planned)
    for first, last in _spans(line):
        uid = _identifier(whose, planned.rules.name, alike, seen[alike])
        seen[alike] += 1
        event = _event(_title(line), uid, stamp, line.standing, description)
        event.add("dtstart", first)
        event.add("dtend", last + _DAY)
        event.add("transp", "TRANSPARENT")
        yield event


def _of_hours(line: Hours, planned: PlannedPatient, zone: ZoneInfo, whose: str, stamp: datetime) -> Event:
    source = f"{line.source}: {line.where}" if line.source else ""
    local = f"{line.first.astimezone(zone):%H:%M} on the clock of {zone.key}."
    description = _told(line.standing, source, local, planned)
    uid = _identifier(whose, planned.rules.name, f"by the clock: {line.what}", 0)
    event = _event(line.what, uid, stamp, line.standing, description)
    event.add("dtstart", line.first)
    if line.last > line.first:  # the standard knows no end that is the beginning
        event.add("dtend", line.last)
    return event


def calendar_file(
    planned: PlannedPatient, zone: ZoneInfo | None, stamp: datetime, course: str | None = None
) -> str:
    """Return the plan by date as an iCalendar file (RFC 5545): same file, options and stamp, same bytes.

    Days and spans are events without hours, which no time zone moves; what is counted in minutes is
    written in universal time. An identifier hangs on the course, the disease, the edition and the line,
    not on what the chart holds nor on a date: a calendar that reads the file again moves what it has. It
    knows the later writing by the stamp (DTSTAMP, LAST-MODIFIED) and by SEQUENCE, which grows with it.

    Parameters
    ----------
    planned : PlannedPatient
    zone : ZoneInfo, optional
    stamp : datetime
        When it is written, with its zone.
    course : str, optional
        The name of the course of treatment; the file's where there is none. Two patients need two.
    """
    whose, seen, stamp = _whose(planned, course), Counter[str](), stamp.astimezone(UTC)
    calendar = Calendar()
    calendar.add("prodid", f"-//livingdrug//{version('livingdrug')}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"CAR-T plan by date ({planned.indication.name})")
    calendar.add("x-wr-caldesc", f"{edition_line(planned.rules)}. {STATUS}")
    for line in planned.milestones:
        for event in _of_line(line, planned, whose, seen, stamp):
            calendar.add_component(event)
    if zone is not None:
        calendar.add("x-wr-timezone", zone.key)
        for hours in planned.hours:
            calendar.add_component(_of_hours(hours, planned, zone, whose, stamp))
    return calendar.to_ical().decode()
