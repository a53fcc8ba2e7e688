"""Endpoints on time to event: survival, duration of response, early death, and what exposure does to it."""

from collections.abc import Callable

import numpy as np

from livingdrug.endpoints import statistics
from livingdrug.endpoints.records import PatientRecord
from livingdrug.endpoints.snapshot import Endpoint, Observed, Snapshot
from livingdrug.endpoints.survival import (
    Curve,
    TimeToEvent,
    fit_curves,
    hazard_ratios,
    median_survival,
    overall_survival,
    progression_free_survival,
    relapse_free_survival,
    survival_at,
)

EARLY_DEATH_DAY = 30
"""Last day of an early death, as the trials count it."""

Clock = Callable[[PatientRecord], TimeToEvent]
Set = Callable[[Snapshot], np.ndarray]


def everyone_infused(snapshot: Snapshot) -> np.ndarray:
    """Return the analysis set of all infused patients."""
    return snapshot.record.infused


def responders(snapshot: Snapshot) -> np.ndarray:
    """Return the analysis set of patients with a response by the cut."""
    return snapshot.responded


def curve_name(clock: Clock, members: Set) -> str:
    """Return the name under which all figures read off one survival curve share its fit."""
    return f"{clock.__name__} of {members.__name__}"


def _read_from_curve(
    clock: Clock, members: Set, read: Callable[[tuple[Curve, ...], float], np.ndarray]
) -> Endpoint:
    def observe(snapshot: Snapshot, month: float) -> Observed:
        times = clock(snapshot.record)
        return Observed(
            members(snapshot),
            (times.months, times.event),
            lambda curves: read(curves, month),
            fit=fit_curves,
            curve=curve_name(clock, members),
        )

    return observe


def surviving(clock: Clock, members: Set) -> Endpoint:
    """Return the Kaplan-Meier percentage at the row's month."""
    return _read_from_curve(clock, members, survival_at)


def median_time(clock: Clock, members: Set = everyone_infused) -> Endpoint:
    """Return the Kaplan-Meier median of the infused patients, or of another analysis set."""
    return _read_from_curve(clock, members, lambda curves, _month: median_survival(curves))


def early_deaths(snapshot: Snapshot, _month: float) -> Observed:
    """Return how many die within 30 days of infusion, of any cause."""
    died = (snapshot.record.death_day <= EARLY_DEATH_DAY).astype(float)
    return Observed(snapshot.record.infused, (died,), statistics.total)


def loss_of_response_per_doubling(snapshot: Snapshot, _month: float) -> Observed:
    """Return the hazard ratio of losing a response per doubling of Cmax."""
    times = relapse_free_survival(snapshot.record)
    log2_cmax = np.log2(snapshot.exposure.cmax)
    members = snapshot.responded & ~np.isnan(log2_cmax)
    return Observed(members, (log2_cmax, times.months, times.event), hazard_ratios)


TIMES: dict[str, Endpoint] = {
    "os_14m": surviving(overall_survival, everyone_infused),
    "os_19m": surviving(overall_survival, everyone_infused),
    "os_74m": surviving(overall_survival, everyone_infused),
    "os_responders_74m": surviving(overall_survival, responders),
    "pfs_40m": surviving(progression_free_survival, everyone_infused),
    "rfs_dec2017": surviving(relapse_free_survival, responders),
    "rfs_14m": surviving(relapse_free_survival, responders),
    "median_pfs_40m": median_time(progression_free_survival),
    "median_os_40m": median_time(overall_survival),
    "deaths_30_days": early_deaths,
    "hr_response_loss_per_cmax_doubling": loss_of_response_per_doubling,
}
"""Definitions of ``targets.definitions`` that read times to events."""
