"""Moments and calendar days at a centre: hours are real hours, days are days of the local calendar.

A change of clocks makes a local day 23 or 25 hours long. What is counted in hours or minutes is
therefore counted in universal time; what is counted in days and weeks on the local calendar (see
``dates``).
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from livingdrug.errors import BadInput


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


def moment_of(written: datetime, zone: ZoneInfo) -> datetime:
    """Return a moment in universal time; one written without an offset is the local time of the centre."""
    return (written if written.tzinfo else written.replace(tzinfo=zone)).astimezone(UTC)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day that the centre's calendar shows at a moment."""
    return moment.astimezone(zone).date()


def hours_after(moment: datetime, hours: float) -> datetime:
    """Return the moment some real hours later, in universal time: no change of clocks shortens them."""
    return moment.astimezone(UTC) + timedelta(hours=hours)


def days_written(table: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """Return a table ``[dates]`` with each moment replaced by the day of the centre's calendar."""
    return {
        name: local_day(moment_of(value, zone), zone) if isinstance(value, datetime) else value
        for name, value in table.items()
    }
