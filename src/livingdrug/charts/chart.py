"""The patients of a file: what was observed of them, one row a patient and time."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from livingdrug.observations import FLOAT_FIELDS, UNKNOWN, Observations
from livingdrug.tables import describe


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
    age_years, weight_kg, lymphodepletion_day, died_day : array (n,)
        NaN where unknown; ``died_day`` NaN: alive.
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


def in_blocks(chart: Chart, fields: tuple[str, ...] | None = None) -> Iterator[Block]:
    """Yield the patients as tables of patients and times, none more than twice as wide as a patient needs.

    Parameters
    ----------
    chart : Chart
    fields : tuple of str, optional
        Fields of interest, all others are unknown; without it all that the chart holds.
    """
    n_times = chart.n_times
    size = np.ceil(np.log2(np.maximum(n_times, 1))).astype(int)
    wanted = {"day", *(chart.fields if fields is None else fields)}
    for width in np.unique(size):
        members = np.flatnonzero(size == width)
        places = np.arange(n_times[members].max())
        rows = chart.starts[members][:, None] + places
        rows = np.where(places < n_times[members][:, None], rows, -1)
        yield Block(members, rows, _padded(chart.observations, rows, wanted))


def _padded(observations: Observations, rows: np.ndarray, wanted: set[str]) -> Observations:
    columns = {}
    for field in dataclasses.fields(Observations):
        unknown = np.array(UNKNOWN[field.name], dtype=float if field.name in FLOAT_FIELDS else np.int8)
        if field.name in wanted:
            columns[field.name] = np.where(rows >= 0, getattr(observations, field.name)[rows], unknown)
        else:
            columns[field.name] = np.broadcast_to(unknown, rows.shape)
    return Observations(**columns)


def one_patient(chart: Chart, name: str) -> Chart:
    """Return the chart of one patient.

    Raises
    ------
    ValueError
        No patient of this name.
    """
    i = chart.patients.index(name)
    rows = slice(chart.starts[i], chart.starts[i + 1])
    taken = {
        field.name: getattr(chart.observations, field.name)[rows]
        for field in dataclasses.fields(Observations)
    }
    per_patient = {
        field: getattr(chart, field)[i : i + 1]
        for field in ("age_years", "weight_kg", "lymphodepletion_day", "died_day")
    }
    return dataclasses.replace(
        chart,
        patients=(name,),
        starts=np.array([0, chart.n_times[i]]),
        observations=Observations(**taken),
        lines=chart.lines[rows],
        **per_patient,
    )
