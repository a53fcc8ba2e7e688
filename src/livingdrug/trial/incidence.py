"""Estimates over the whole pool, with their intervals: survival, and what ends remission or life first."""

from dataclasses import dataclass

import numpy as np

from livingdrug.endpoints.records import PatientRecord
from livingdrug.endpoints.survival import (
    Estimate,
    cumulative_incidence,
    kaplan_meier,
    kaplan_meier_median,
    last_assessed_day,
    left_open_day,
    overall_survival,
    progression_free_survival,
    relapse_free_survival,
)
from livingdrug.tables import take
from livingdrug.units import DAYS_PER_MONTH

MONTHS = (12.0, 24.0, 60.0)
"""Months at which the pool's own estimates are given."""

_RELAPSES = ("relapse, CD19-positive", "relapse, CD19-negative", "relapse, CD19 not known")


@dataclass(frozen=True)
class Series:
    """Estimates of one thing at ``MONTHS``, in percent, of n patients; the median where it is a survival."""

    name: str
    n: int
    percent: tuple[Estimate, ...]
    median_months: Estimate | None = None


def _responders(pool: PatientRecord) -> PatientRecord:
    return take(pool, pool.infused & ~np.isnan(pool.first_response_day))


def survival_of_pool(pool: PatientRecord) -> tuple[Series, ...]:
    """Return Kaplan-Meier estimates of the infused and of the responders, without a data cut."""
    infused, responders = take(pool, pool.infused), _responders(pool)
    wanted = (
        ("overall survival, infused", infused, overall_survival),
        ("progression-free, infused", infused, progression_free_survival),
        ("relapse-free, responders", responders, relapse_free_survival),
        ("overall survival, responders", responders, overall_survival),
    )
    found = []
    for name, record, clock in wanted:
        if len(record):
            times = clock(record)
            median = kaplan_meier_median(times)
            found.append(Series(name, len(record), kaplan_meier(times, MONTHS), median))
    return tuple(found)


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


def _incidence(name: str, months: np.ndarray, cause: np.ndarray, of: int, seed: int) -> Series:
    return Series(name, len(months), cumulative_incidence(months, cause, of, MONTHS, seed))


def incidence_in_pool(pool: PatientRecord, seed: int) -> tuple[Series, ...]:
    """Return cumulative incidences, each cause competing with the others (Aalen-Johansen).

    Among responders from first response: relapse by antigen status, and death without relapse. Among the
    infused from infusion: progression or relapse, and death without either.
    """
    infused, responders = take(pool, pool.infused), _responders(pool)
    found = []
    if len(responders):
        day, cause = _first_event(responders)
        months = np.maximum(day - responders.first_response_day, 0.0) / DAYS_PER_MONTH
        for of, name in enumerate((*_RELAPSES, "death without relapse"), start=1):
            found.append(_incidence(f"{name}, responders", months, cause, of, seed))
    if len(infused):
        day, cause = _first_event(infused)
        first = np.select([cause == 0, cause == 4], [0, 2], 1)
        for of, name in enumerate(("progression or relapse", "death without progression"), start=1):
            found.append(_incidence(f"{name}, infused", day / DAYS_PER_MONTH, first, of, seed))
    return tuple(found)
