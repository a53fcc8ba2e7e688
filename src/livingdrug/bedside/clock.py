"""Moments and calendar days at a centre: hours are real hours, days are days of the local calendar.

A change of clocks makes a local day 23 or 25 hours long. What is counted in hours or minutes is
therefore counted in universal time; what is counted in days and weeks on the local calendar (see
``dates``).
"""

from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from livingdrug.errors import BadInput

_EXAMPLE = "2026-11-22T09:05+01:00"


def read_zone(name: str, field: str) -> ZoneInfo:
    """Return a time zone by its name, such as Europe/Zurich.

    Raises
    ------
    BadInput
        There is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as problem:
        raise BadInput(f"{field}: got {name!r}, expected a time zone such as Europe/Zurich") from problem


def moment_of(written: datetime, zone: ZoneInfo, field: str = "time") -> datetime:
    """Return a moment in universal time; one written without an offset is the local time of the centre.

    Raises
    ------
    BadInput
        The local clock skips that time or shows it twice, so that only an offset tells which moment it is.
    """
    if written.tzinfo:
        return in_utc(written, field)
    first, second = (written.replace(tzinfo=zone, fold=fold) for fold in (False, True))
    if first.utcoffset() != second.utcoffset():
        raise BadInput(
            f"{field}: got {written.isoformat()}, which the clock in {zone.key} skips or shows twice, "
            f"expected it with its offset, such as {_EXAMPLE}"
        )
    return in_utc(first, field)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day that the centre's calendar shows at a moment."""
    return moment.astimezone(zone).date()


def hours_after(moment: datetime, hours: float) -> datetime:
    """Return the moment some real hours later, in universal time: no change of clocks shortens them."""
    return moment.astimezone(UTC) + timedelta(hours=hours)


def days_written(table: dict[str, Any], zone: ZoneInfo | None, place: str) -> dict[str, Any]:
    """Return a table ``[dates]`` with each moment replaced by the day of the centre's calendar.

    Raises
    ------
    BadInput
        The table holds a moment and the centre's time zone is not known, or its clock skips or repeats it.
    """
    moments = [name for name, value in table.items() if isinstance(value, datetime)]
    if zone is None:
        if moments:
            raise BadInput(
                f"{place}: {moments[0]} in [dates] has a time of day, expected --time-zone with the zone of "
                "the centre, such as Europe/Zurich, for it decides on which day that falls"
            )
        return table
    return table | {
        name: local_day(moment_of(table[name], zone, f"{place}: {name} in [dates]"), zone) for name in moments
    }


def in_utc(moment: datetime, field: str) -> datetime:
    """Return a moment in universal time, in which every hour has sixty minutes.

    Raises
    ------
    BadInput
        It has no time zone, so that it could be any of two dozen moments, or its year is the first or the
        last of the calendar, so that no time could be counted from it.
    """
    if moment.utcoffset() is None:
        raise BadInput(
            f"{field}: got {moment.isoformat()}, expected a time with its zone, such as {_EXAMPLE}"
        )
    if moment.year in (MINYEAR, MAXYEAR):
        raise BadInput(f"{field}: got {moment.isoformat()}, expected a time such as {_EXAMPLE}")
    return moment.astimezone(UTC)


def read_moment(text: str, field: str) -> datetime:
    """Return a time written as 2026-11-22T09:05+01:00.

    Raises
    ------
    BadInput
        Names the field, what was given and what was expected.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise BadInput(f"{field}: got {text!r}, expected a time such as {_EXAMPLE}") from problem
    in_utc(moment, field)
    return moment


def days_between(earlier: datetime, later: datetime, field: str = "time") -> float:
    """Return the days from one moment to another, a day being 24 hours; negative where it lies before."""
    return (in_utc(later, field) - in_utc(earlier, field)) / timedelta(days=1)


def minutes_between(earlier: datetime, later: datetime, field: str = "time") -> float:
    """Return the minutes from one moment to another; negative where it lies before."""
    return (in_utc(later, field) - in_utc(earlier, field)) / timedelta(minutes=1)


def minutes_after(moment: datetime, minutes: float, field: str = "time") -> datetime:
    """Return the moment so many minutes later, in universal time."""
    return in_utc(moment, field) + timedelta(minutes=minutes)
