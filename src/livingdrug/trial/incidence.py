"""Estimates over the whole pool, with their intervals: survival, and what ends remission or life first."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from livingdrug.endpoints.records import PatientRecord, responded
from livingdrug.endpoints.survival import (
    Estimate,
    TimeToEvent,
    cumulative_incidence,
    event_free_survival,
    kaplan_meier,
    kaplan_meier_median,
    last_assessed_day,
    left_open_day,
    overall_survival,
    progression_free_survival,
    relapse_free_survival,
)
from livingdrug.patients import Indication
from livingdrug.runs import Arrays
from livingdrug.tables import take
from livingdrug.units import DAYS_PER_MONTH

MONTHS = (12.0, 24.0, 60.0)
"""Months at which the pool's own estimates are given."""

_RELAPSES = ("relapse, CD19-positive", "relapse, CD19-negative", "relapse, CD19 not known")
_FEWEST_AT_RISK = 0.05
"""Share of a set below which nothing is estimated: a handful of patients would move it."""
_UNKNOWN = Estimate(math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Clock:
    """How a survival is counted: its name, its abbreviation, and the time to event that it reads."""

    name: str
    short: str
    read: Callable[[PatientRecord], TimeToEvent]


OVERALL = Clock("overall survival", "OS", overall_survival)
_PROGRESSION_FREE = Clock("progression-free", "PFS", progression_free_survival)
_RELAPSE_FREE = Clock("relapse-free", "RFS", relapse_free_survival)
CLOCKS = {
    Indication.LBCL: (_PROGRESSION_FREE, _RELAPSE_FREE),
    Indication.FL: (_PROGRESSION_FREE, Clock("duration of response", "DOR", relapse_free_survival)),
    Indication.ALL: (Clock("event-free", "EFS", event_free_survival), _RELAPSE_FREE),
}
"""For each disease: by which clock its trials follow it in the infused, and in the responders."""


@dataclass(frozen=True)
class Series:
    """Estimates of one thing in n patients, in percent at some months (``MONTHS``); of survival, the median.

    ``what`` is estimated among ``members`` ("infused" or "responders").

    ``at_risk``: how many are still followed without an event at each month; where they are fewer than 5%,
    the estimate is not known (NaN).
    """

    what: str
    members: str
    n: int
    percent: tuple[Estimate, ...]
    at_risk: tuple[int, ...]
    median_months: Estimate | None = None

    @property
    def name(self) -> str:
        """What is estimated, and among whom."""
        return f"{self.what}, {self.members}"


def count_indications(pool: PatientRecord) -> np.ndarray:
    """Return how many patients have each disease; the counts add up over parts of a pool."""
    return np.bincount(pool.indication, minlength=len(Indication))


def most_common(counts: np.ndarray) -> Indication:
    """Return the disease of most patients."""
    return Indication(int(counts.argmax())) if counts.any() else Indication.LBCL


def indication_of(pool: PatientRecord) -> Indication:
    """Return the disease of a pool: that of most of its patients."""
    return most_common(count_indications(pool))


def count_at_risk(months: np.ndarray, at_months: tuple[float, ...]) -> tuple[int, ...]:
    """Return how many are at risk at some months, of patients followed for ``months`` without an event."""
    return tuple(int((months >= month).sum()) for month in at_months)


def enough_at_risk(n: int) -> float:
    """Return how many of n patients must be at risk for an estimate to be told."""
    return max(1.0, _FEWEST_AT_RISK * n)


def _while_at_risk(found: tuple[Estimate, ...], at_risk: tuple[int, ...], n: int) -> tuple[Estimate, ...]:
    return tuple(
        at if left >= enough_at_risk(n) else _UNKNOWN for at, left in zip(found, at_risk, strict=True)
    )


def survival_at_months(times: TimeToEvent, at_months: tuple[float, ...]) -> tuple[Estimate, ...]:
    """Return Kaplan-Meier estimates at some months, in percent; not known where fewer than 5% are at risk."""
    at_risk = count_at_risk(times.months, at_months)
    return _while_at_risk(kaplan_meier(times, at_months), at_risk, len(times.months))


def median_of(times: TimeToEvent) -> Estimate:
    """Return the Kaplan-Meier median in months; infinite where it is not reached while 5% are at risk."""
    found = kaplan_meier_median(times)
    last = np.sort(times.months)[-math.ceil(enough_at_risk(len(times.months)))]
    ends = (found.value, found.low, found.high)
    return Estimate(*(end if end <= last else math.inf for end in ends))


def _responders(pool: PatientRecord) -> PatientRecord:
    return take(pool, responded(pool))


_READ = {
    "infused": (overall_survival, progression_free_survival, event_free_survival),
    "responders": (overall_survival, relapse_free_survival),
}
"""The times that any disease's estimates are made of."""


def _key(members: str, what: str) -> str:
    return f"times/{members}/{what}"


def times_of(pool: PatientRecord) -> Arrays:
    """Return the columns that the estimates of a pool are made of; they join over parts of it.

    Each clock has months and event; ``cause`` has months and what came first.
    """
    found: Arrays = {}
    for members, record in (("infused", take(pool, pool.infused)), ("responders", _responders(pool))):
        for read in _READ[members]:
            times = read(record)
            found[f"{_key(members, read.__name__)}/months"] = times.months
            found[f"{_key(members, read.__name__)}/event"] = times.event
        months, cause = _first_events(members, record)
        found[f"{_key(members, 'cause')}/months"] = months
        found[f"{_key(members, 'cause')}/cause"] = cause
    return found


def survival_from(column: Callable[[str], np.ndarray], indication: Indication) -> tuple[Series, ...]:
    """Return Kaplan-Meier estimates of the infused and of the responders from the columns of ``times_of``."""
    of_infused, of_responders = CLOCKS[indication]
    wanted = (
        ("infused", OVERALL), ("infused", of_infused), ("responders", of_responders), ("responders", OVERALL),
    )  # fmt: skip
    found = []
    for members, clock in wanted:
        key = _key(members, clock.read.__name__)
        times = TimeToEvent(column(f"{key}/months"), column(f"{key}/event"))
        if len(times.months):
            percent, at_risk = survival_at_months(times, MONTHS), count_at_risk(times.months, MONTHS)
            found.append(Series(clock.name, members, len(times.months), percent, at_risk, median_of(times)))
    return tuple(found)


def survival_of_pool(pool: PatientRecord) -> tuple[Series, ...]:
    """Return Kaplan-Meier estimates of the infused and of the responders, without a data cut.

    Beside overall survival stands the clock by which the trials of the disease follow it.
    """
    return survival_from(times_of(pool).__getitem__, indication_of(pool))


def _first_event(record: PatientRecord) -> tuple[np.ndarray, np.ndarray]:
    """Return the day of the first event and its kind; 0: censored.

    1, 2, 3: relapse with CD19 positive, negative, not known; 4: death before it. Next therapy and
    transplant end the follow-up of the disease; without an event, the last assessment censors.
    """
    until = left_open_day(record)
    relapsed = (record.progression_day <= until) & ~(record.death_day < record.progression_day)
    died = ~relapsed & (record.death_day <= until)
    kind = np.select([record.relapse_antigen == 1, record.relapse_antigen == 0], [1, 2], 3)
    cause = np.where(relapsed, kind, np.where(died, 4, 0))
    last = last_assessed_day(record, until)
    return np.where(relapsed, record.progression_day, np.where(died, record.death_day, last)), cause


def _first_events(members: str, record: PatientRecord) -> tuple[np.ndarray, np.ndarray]:
    """Return the months to the first event and its kind, as the incidences among these members count them."""
    day, cause = _first_event(record)
    if members == "responders":
        return np.maximum(day - record.first_response_day, 0.0) / DAYS_PER_MONTH, cause
    return day / DAYS_PER_MONTH, np.select([cause == 0, cause == 4], [0, 2], 1)


def _incidence(
    names: tuple[str, ...], members: str, months: np.ndarray, cause: np.ndarray, at_months: tuple[float, ...],
    seed: int,
) -> list[Series]:  # fmt: skip
    """Return the cumulative incidence of the causes 1, 2, ... by name; none where there is nobody."""
    n, at_risk, found = len(months), count_at_risk(months, at_months), []
    for of, name in enumerate(names if n else (), start=1):
        at = cumulative_incidence(months, cause, of, at_months, seed)
        found.append(Series(name, members, n, _while_at_risk(at, at_risk, n), at_risk))
    return found


_CAUSES = {
    "responders": (*_RELAPSES, "death without relapse"),
    "infused": ("progression or relapse", "death without progression"),
}


def incidence_from(
    column: Callable[[str], np.ndarray], seed: int, at_months: tuple[float, ...] = MONTHS
) -> tuple[Series, ...]:
    """Return cumulative incidences from the columns of ``times_of``."""
    found = []
    for members, causes in _CAUSES.items():
        months, cause = (column(f"{_key(members, 'cause')}/{what}") for what in ("months", "cause"))
        found += _incidence(causes, members, months, cause.astype(int), at_months, seed)
    return tuple(found)


def incidence_in_pool(
    pool: PatientRecord, seed: int, at_months: tuple[float, ...] = MONTHS
) -> tuple[Series, ...]:
    """Return cumulative incidences, each cause competing with the others (Aalen-Johansen).

    Among responders from first response: relapse by antigen status, and death without relapse. Among the
    infused from infusion: progression or relapse, and death without either.
    """
    return incidence_from(times_of(pool).__getitem__, seed, at_months)
