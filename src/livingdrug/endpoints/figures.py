"""The plainest endpoints: a share, a count or a median of something read from the record."""

from collections.abc import Callable

import numpy as np

from livingdrug.endpoints import statistics
from livingdrug.endpoints.records import PatientRecord
from livingdrug.endpoints.snapshot import Endpoint, Observed, Snapshot, Statistic

Read = Callable[[PatientRecord], np.ndarray]


def infused(record: PatientRecord) -> np.ndarray:
    """Return the analysis set of all infused patients."""
    return record.infused


def _figure(read: Read, members: Read, statistic: Statistic) -> Endpoint:
    def observe(snapshot: Snapshot, _month: float) -> Observed:
        values = np.asarray(read(snapshot.record), dtype=float)
        return Observed(members(snapshot.record), (values,), statistic)

    return observe


def percent(read: Read, members: Read = infused) -> Endpoint:
    """Return the share of the members for whom something holds."""
    return _figure(read, members, statistics.percent)


def count(read: Read, members: Read = infused) -> Endpoint:
    """Return the number of members for whom something holds."""
    return _figure(read, members, statistics.total)


def median(read: Read, members: Read = infused) -> Endpoint:
    """Return the median over the members for whom something is known."""
    return _figure(read, members, statistics.median)


def grade_between(grade: np.ndarray, low: int, high: int) -> np.ndarray:
    """Return 1 for grades from low to high, 0 for others, NaN where not assessable."""
    return np.where(grade < 0, np.nan, (grade >= low) & (grade <= high))


def grades(name: str, low: int, high: int = 5, members: Read = infused) -> Endpoint:
    """Return the share of the members whose worst grade lies from low to high."""
    return percent(lambda record: grade_between(getattr(record, name), low, high), members)


def crs_label(record: PatientRecord) -> np.ndarray:
    """Return the infused patients with CRS as the label counts it."""
    return record.infused & (record.crs_as_fda_penn >= 1)


def crs_penn(record: PatientRecord) -> np.ndarray:
    """Return the infused patients with CRS as the investigators counted it."""
    return record.infused & (record.crs_penn >= 1)
