"""The patients of a file: what was observed of them, one row a patient and time."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from livingdrug.errors import UnknownName
from livingdrug.observations import ALL_FIELDS, FLOAT_FIELDS, UNKNOWN, Observations
from livingdrug.tables import describe

OF_PATIENTS = (
    "age_years", "weight_kg", "lymphodepletion_day", "died_day", "follow_up_end_day",
    "died_of_crs", "died_of_icans",
)  # fmt: skip
"""What a chart holds once for each patient."""


@dataclass(frozen=True)
class Chart:
    """Observations of patients, rows in the order of patient and time; n patients need not have equally many.

    Attributes
    ----------
    place, digest : str
        Where it was read, and a hash of it.
    fields : tuple of str
        Fields of the record that it holds.
    patients : tuple of str (n,)
    starts : int array (n + 1,)
        Rows of patient i are starts[i] to starts[i + 1].
    observations : Observations (rows,)
    age_years, weight_kg, lymphodepletion_day, died_day, follow_up_end_day : array (n,)
        NaN where unknown; ``died_day`` NaN: alive; ``follow_up_end_day``: of progression or the next therapy.
    died_of_crs, died_of_icans : int8 array (n,)
        1, 0, or -1 where it is not said.
    lines : int array (rows,)
        First line of each row in the file.
    """

    place: str
    digest: str
    fields: tuple[str, ...]
    patients: tuple[str, ...]
    starts: np.ndarray
    observations: Observations
    age_years: np.ndarray
    weight_kg: np.ndarray
    lymphodepletion_day: np.ndarray
    died_day: np.ndarray
    follow_up_end_day: np.ndarray
    died_of_crs: np.ndarray
    died_of_icans: np.ndarray
    lines: np.ndarray

    def __repr__(self) -> str:
        return describe(self)

    @property
    def n_times(self) -> np.ndarray:
        """How many rows each patient has, (n,)."""
        return np.diff(self.starts)

    @property
    def patient(self) -> np.ndarray:
        """Which patient each row is of, (rows,)."""
        return np.repeat(np.arange(len(self.patients)), self.n_times)


@dataclass(frozen=True)
class Block:
    """Patients with about equally many rows.

    Attributes
    ----------
    members : int array (k,)
        Which patients.
    rows : int array (k, t)
        Rows of each, the last ones -1 where a patient has fewer.
    observations : Observations (k, t)
        Unknown, its day too, where a patient has fewer rows.
    """

    members: np.ndarray
    rows: np.ndarray
    observations: Observations


_CELLS_AT_ONCE = 1 << 16
"""Patients times rows of a block: what a column of it takes stays in the processor's cache."""


def in_blocks(chart: Chart) -> Iterator[Block]:
    """Yield the patients as tables of patients and times, none more than twice as wide as a patient needs."""
    n_times = chart.n_times
    size = np.ceil(np.log2(n_times)).astype(int)
    for width in np.unique(size):
        alike = np.flatnonzero(size == width)
        places = np.arange(n_times[alike].max())
        at_once = max(1, _CELLS_AT_ONCE // len(places))
        for first in range(0, len(alike), at_once):
            members = alike[first : first + at_once]
            rows = np.where(places < n_times[members][:, None], chart.starts[members][:, None] + places, -1)
            yield Block(members, rows, _padded(chart, rows))


def _unknown(name: str) -> np.ndarray:
    return np.array(UNKNOWN[name], dtype=float if name in FLOAT_FIELDS else np.int8)


def record_of(known: Mapping[str, np.ndarray], shape: tuple[int, ...]) -> Observations:
    """Return observations in which these fields are known; the others take no room, and cannot be written."""
    columns = {
        name: known[name] if name in known else np.broadcast_to(_unknown(name), shape) for name in ALL_FIELDS
    }
    return Observations(**columns)


def _padded(chart: Chart, rows: np.ndarray) -> Observations:
    inside = rows >= 0
    known = {
        name: np.where(inside, getattr(chart.observations, name)[rows], _unknown(name))
        for name in ("day", *chart.fields)
    }
    return record_of(known, rows.shape)


@dataclass(frozen=True)
class Known:
    """One value a patient in each field, (n,), and the day of each: by field, NaN where there is none."""

    values: Observations
    days: dict[str, np.ndarray]


def last_known(chart: Chart, allowed: np.ndarray) -> Known:
    """Return the last known value of each field among the rows allowed, bool (rows,)."""
    return _one_known(chart, allowed, np.maximum)


def first_known(chart: Chart, allowed: np.ndarray) -> Known:
    """Return the first known value of each field among the rows allowed, bool (rows,)."""
    return _one_known(chart, allowed, np.minimum)


def _one_known(chart: Chart, allowed: np.ndarray, pick: np.ufunc) -> Known:
    seen, place = chart.observations, np.arange(len(allowed))
    none = -1 if pick is np.maximum else len(allowed)
    known, days = {}, {}
    for name in chart.fields:
        values = getattr(seen, name)
        is_known = ~np.isnan(values) if name in FLOAT_FIELDS else values >= 0
        picked = pick.reduceat(np.where(allowed & is_known, place, none), chart.starts[:-1])
        found, row = picked != none, np.clip(picked, 0, len(allowed) - 1)
        known[name] = np.where(found, values[row], _unknown(name))
        days[name] = np.where(found, seen.day[row], np.nan)
    return Known(record_of(known, (len(chart.patients),)), days)


def one_patient(chart: Chart, name: str) -> Chart:
    """Return the chart of one patient.

    Raises
    ------
    UnknownName
        No patient of this name.
    """
    if name not in chart.patients:
        raise UnknownName("patient", name, chart.patients)
    i = chart.patients.index(name)
    rows = slice(chart.starts[i], chart.starts[i + 1])
    known = {name: getattr(chart.observations, name)[rows] for name in ("day", *chart.fields)}
    per_patient = {field: getattr(chart, field)[i : i + 1] for field in OF_PATIENTS}
    return dataclasses.replace(
        chart,
        patients=(name,),
        starts=np.array([0, chart.n_times[i]]),
        observations=record_of(known, (int(chart.n_times[i]),)),
        lines=chart.lines[rows],
        **per_patient,
    )
