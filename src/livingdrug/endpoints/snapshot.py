"""The trial's database at one data cut, and one way of observing it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from livingdrug.endpoints.kinetics import Exposure, Sampling, exposure
from livingdrug.endpoints.records import PatientRecord, responded


@dataclass(frozen=True)
class Conduct:
    """Rules of a trial's analysis that several endpoints share."""

    visit_window_days: float
    unevaluable_counts_as_no_response: bool
    sampling: Sampling


@dataclass(frozen=True)
class Snapshot:
    """The database as of a cut."""

    record: PatientRecord
    conduct: Conduct
    since_infusion_day: np.ndarray
    """Days between infusion and the cut; infinite without a cut."""

    @cached_property
    def exposure(self) -> Exposure:
        """Kinetic parameters from the samples known at the cut, computed once."""
        return exposure(self.record, self.conduct.sampling)

    @property
    def responded(self) -> np.ndarray:
        """Infused patients with a response by the cut."""
        return responded(self.record)


Statistic = Callable[..., np.ndarray]


@dataclass(frozen=True)
class Observed:
    """One endpoint of a snapshot: who is in its analysis set, what is read of each, and the figure.

    Attributes
    ----------
    members : array (patients,), bool
        The analysis set: a trial of n patients draws n of these.
    columns : tuple of array (patients,)
        What the figure is computed from; NaN in the first: this member does not enter the figure.
    statistic : callable
        From columns of shape (trials, n), or from what ``fit`` made of them, to one figure a trial,
        shape (trials,).
    fit : callable, optional
        A costly step between the columns and the figure. It is done once for all endpoints of the same
        ``curve``, cut and size, which read their figures from the same trials.
    curve : str
        What is fitted, where there is a ``fit``.
    """

    members: np.ndarray
    columns: tuple[np.ndarray, ...]
    statistic: Statistic
    fit: Callable[..., Any] | None = None
    curve: str = ""


Endpoint = Callable[[Snapshot, float], Observed]
"""How an endpoint is observed in a snapshot; the row's month is the second argument."""
