"""Days from infusion out of dates and times, each with its zone or in one that is named."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pandas as pd

from livingdrug.charts.cells import Faults, distinct
from livingdrug.errors import BadInput, UnknownName
from livingdrug.units import HOURS_PER_DAY, MINUTES_PER_HOUR

_FORM = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d"
_ZONE = r"(?:[Zz]|[+-]\d\d:?\d\d)$"
_SECONDS_PER_DAY = HOURS_PER_DAY * MINUTES_PER_HOUR * MINUTES_PER_HOUR
_EXPECTED = "a date and time such as 2026-01-31T14:30+01:00"


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    if name not in available_timezones():
        raise UnknownName("time zone", name, available_timezones())
    return ZoneInfo(name)


def _moments(words: list[str], zone: ZoneInfo | None) -> tuple[np.ndarray, np.ndarray]:
    """Return words as seconds of one clock, NaN where they are none, and where the zone is missing."""
    texts = pd.Series([word.strip() for word in words], dtype=object)
    formed = texts.str.contains(_FORM, regex=True).to_numpy(dtype=bool)
    zoned = texts.str.contains(_ZONE, regex=True).to_numpy(dtype=bool)
    moments = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[ns, UTC]")
    placed = formed & zoned
    if placed.any():
        moments[placed] = pd.to_datetime(texts[placed], format="ISO8601", utc=True, errors="coerce")
    local = formed & ~zoned
    if zone is not None and local.any():
        found = pd.Series(pd.to_datetime(texts[local], format="ISO8601", errors="coerce"))
        found = found.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
        moments[local] = found.dt.tz_convert("UTC")
    since = (moments - pd.Timestamp(0, tz="UTC")).dt.total_seconds().to_numpy()
    return since, local & (zone is None)


def read_moments(
    name: str, cells: pd.Series, time_zone: str | None, lines: np.ndarray, faults: Faults
) -> np.ndarray:
    """Return a column of dates and times as seconds of one clock; NaN where the cell is empty.

    Parameters
    ----------
    cells : Series of text (rows,)
    time_zone : str or None
        Zone of times that state none.
    """
    zone = _zone(time_zone)
    places, words = distinct(cells)
    since, without_zone = _moments(words, zone)
    empty = np.array([not word.strip() for word in words], dtype=bool)

    def told(row: int) -> str:
        word = words[places[row]]
        if without_zone[places[row]]:
            return f"{name}: got {word!r} without a zone, expected {_EXPECTED}, or name one with --time-zone"
        why = "; a local time that the change of clocks left out or repeated needs its offset" if zone else ""
        return f"{name}: got {word!r}, expected {_EXPECTED}{why}"

    faults.add_rows(np.flatnonzero((np.isnan(since) & ~empty)[places]), lines, told)
    return since[places]


def read_infusion(given: str, time_zone: str | None) -> float:
    """Return the moment of infusion that goes for all patients, in seconds.

    Raises
    ------
    BadInput
        Not a date and time, or one without a zone.
    """
    since, _ = _moments([given], _zone(time_zone))
    if np.isnan(since[0]):
        raise BadInput(f"--infusion: got {given!r}, expected {_EXPECTED} (or local with --time-zone)")
    return float(since[0])


def moment_text(since: float) -> str:
    """Write a moment as a date and time of the universal clock."""
    return datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%MZ")


def days_between(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return the days that passed from one moment to another, whatever the clocks did in between."""
    return (end - start) / _SECONDS_PER_DAY
