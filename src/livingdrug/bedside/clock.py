"""Times of the clock at the bedside: right across midnight and across a change to or from daylight saving."""

from datetime import UTC, datetime, timedelta

from livingdrug.errors import BadInput
from livingdrug.units import MINUTES_PER_HOUR

_EXAMPLE = "2026-11-22T09:05+01:00"


def in_utc(moment: datetime, field: str) -> datetime:
    """Return a moment in universal time, in which every hour has sixty minutes.

    Raises
    ------
    BadInput
        It has no time zone, so that it could be any of two dozen moments.
    """
    if moment.utcoffset() is None:
        raise BadInput(
            f"{field}: got {moment.isoformat()}, expected a time with its zone, such as {_EXAMPLE}"
        )
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
    """Return the moment so many minutes later, written in the same zone."""
    later = in_utc(moment, field) + timedelta(minutes=minutes)
    return later.astimezone(moment.tzinfo)


def hours_after(moment: datetime, hours: float, field: str = "time") -> datetime:
    """Return the moment so many hours later, written in the same zone."""
    return minutes_after(moment, hours * MINUTES_PER_HOUR, field)
