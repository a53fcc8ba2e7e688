"""Turning a treated cohort's journey into the record of all patients of the chunk."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.response import Response
from livingdrug.course.s6_in_vivo.journey import Journey
from livingdrug.course.s6_in_vivo.record import InVivo
from livingdrug.course.s6_in_vivo.schedule import Schedule
from livingdrug.engine.failure import Failure
from livingdrug.observations import ALL_FIELDS, UNKNOWN, Observations, empty_observations
from livingdrug.plans import Plan

VISIT_ONLY = (
    "sum_product_diameters_cm2",
    "deauville_score",
    "new_lesion",
    "marrow_blasts_percent",
    "mrd_fraction",
    "cd19_positive_percent",
)
"""What only a scan or a marrow sample at a visit can show."""


@dataclass(frozen=True)
class Seen:
    """What one decision time showed, arrays (patients,); ``response`` is None between visits."""

    observations: Observations
    penn: np.ndarray
    lee: np.ndarray
    icans: np.ndarray
    hlh_like: np.ndarray
    response: np.ndarray | None


@dataclass(frozen=True)
class Sheets:
    """The record while it is written, decision by decision, into arrays that hold "not known" before.

    Arrays are (times, patients) and (visits, patients): what is written at one time lies together.
    """

    observations: Observations
    penn: np.ndarray
    lee: np.ndarray
    icans: np.ndarray
    response: np.ndarray
    assessment_day: np.ndarray


def blank_sheets(n: int, schedule: Schedule) -> Sheets:
    """Return sheets for n patients on which nothing is written yet."""
    times, visits = (len(schedule.days), n), (len(schedule.visit_index), n)
    unassessed = np.full(times, -1, dtype=np.int8)
    return Sheets(
        observations=empty_observations(times),
        penn=unassessed,
        lee=unassessed.copy(),
        icans=unassessed.copy(),
        response=np.full(visits, Response.NOT_ASSESSED, dtype=np.int8),
        assessment_day=np.full(visits, np.nan),
    )


def write_down(sheets: Sheets, seen: Seen, rows: np.ndarray, k: int, schedule: Schedule) -> None:
    """Write what decision time k showed of the patients in these rows."""
    for name in ALL_FIELDS:
        getattr(sheets.observations, name)[k, rows] = getattr(seen.observations, name)
    sheets.penn[k, rows], sheets.lee[k, rows], sheets.icans[k, rows] = seen.penn, seen.lee, seen.icans
    if seen.response is not None:
        assessed = seen.response != Response.NOT_ASSESSED
        for visit in np.flatnonzero(schedule.visit_index == k):
            sheets.response[visit, rows] = seen.response
            sheets.assessment_day[visit, rows] = np.where(assessed, schedule.days[k], np.nan)


def hide(seen: Observations, visible: np.ndarray, at_visit: bool) -> Observations:
    """Return observations with those not seen unknown, and scans and marrow unknown between visits."""
    everybody = bool(visible.all())
    shown = {}
    for name in ALL_FIELDS:
        value = getattr(seen, name)
        if name in VISIT_ONLY and not at_visit:
            shown[name] = np.full_like(value, UNKNOWN[name])
        else:
            shown[name] = value if everybody else np.where(visible, value, UNKNOWN[name])
    return Observations(**shown)


def _unknown_like(values: np.ndarray, n: int) -> np.ndarray:
    """Return n rows of "not known" in the form of an array and its order in memory: NaN, -1 or False."""
    shape, order = (n, *values.shape[1:]), "F" if values.flags.f_contiguous else "C"
    if values.dtype == bool:
        return np.zeros(shape, dtype=bool, order=order)
    if np.issubdtype(values.dtype, np.floating):
        return np.full(shape, np.nan, order=order)
    return np.full(shape, -1, dtype=values.dtype, order=order)


def _to_all(values: np.ndarray, rows: np.ndarray, n: int) -> np.ndarray:
    if len(values) == n:
        return values
    spread = _unknown_like(values, n)
    spread[rows] = values
    return spread


def all_rows(treated: InVivo, rows: np.ndarray, n: int) -> InVivo:
    """Return the record of all n patients, given that of the treated ones.

    What has a row for everybody already, as the sheets have, is taken as it is.
    """
    seen = {name: _to_all(getattr(treated.observations, name), rows, n) for name in ALL_FIELDS}
    columns = {
        field.name: _to_all(value, rows, n)
        for field in dataclasses.fields(treated)
        if isinstance(value := getattr(treated, field.name), np.ndarray)
    }
    columns["death_cause"] = np.maximum(columns["death_cause"], 0)
    columns["simulation_failed"] = np.maximum(columns["simulation_failed"], Failure.NONE)
    columns["n_tocilizumab"] = np.maximum(columns["n_tocilizumab"], 0)
    return dataclasses.replace(treated, observations=Observations(**seen), **columns)


def close_record(journey: Journey, schedule: Schedule, plan: Plan, sheets: Sheets) -> InVivo:
    """Return the record of a treated cohort whose journey is over."""
    seen = {name: getattr(sheets.observations, name).T for name in ALL_FIELDS}
    n = journey.state.shape[1]
    lost = np.fmin(journey.withdrawal_day, journey.failed_day)
    end = np.fmin(np.fmin(journey.death_day, lost), schedule.days[-1])
    return InVivo(
        reached=np.ones(n, dtype=bool),
        days=tuple(float(day) for day in schedule.days),
        visit_months=tuple(plan.visit_months[: len(schedule.visit_index)]),
        observations=Observations(**seen),
        crs_grade_penn=sheets.penn.T,
        crs_grade_lee=sheets.lee.T,
        icans_grade=sheets.icans.T,
        tocilizumab_day=journey.care.ledger.last_doses_day,
        n_tocilizumab=journey.care.ledger.n_doses,
        steroid_first_day=journey.care.steroid_first_day,
        ivig_first_day=journey.ivig_first_day,
        icu_first_day=journey.icu_first_day,
        assessment_day=sheets.assessment_day.T,
        response=sheets.response.T,
        progression_day=journey.disease.progression_day,
        relapse_antigen=journey.relapse_antigen,
        next_therapy_day=journey.next_therapy_day,
        transplant_day=journey.transplant_day,
        infection_day_first=journey.infection_day_first,
        infection_grade_max=journey.infection_grade_max,
        second_malignancy_day=journey.second_malignancy_day,
        death_day=journey.death_day,
        death_cause=journey.death_cause,
        followed_until_day=end,
        withdrew=~np.isnan(journey.withdrawal_day),
        simulation_failed=journey.failed,
    )
