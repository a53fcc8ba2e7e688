"""Turning a treated cohort's journey into the record of all patients of the chunk."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from livingdrug.course.s6_in_vivo.journey import Journey
from livingdrug.course.s6_in_vivo.record import InVivo
from livingdrug.course.s6_in_vivo.schedule import Schedule
from livingdrug.engine.failure import Failure
from livingdrug.observations import ALL_FIELDS, CODE_FIELDS, FLAG_FIELDS, Observations
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


def hide(seen: Observations, visible: np.ndarray, at_visit: bool) -> Observations:
    """Return observations with those not seen unknown, and scans and marrow unknown between visits."""
    shown = {}
    for name in ALL_FIELDS:
        value = getattr(seen, name)
        unknown = -1 if name in FLAG_FIELDS or name in CODE_FIELDS else np.nan
        if name in VISIT_ONLY and not at_visit:
            shown[name] = np.full_like(value, unknown)
        else:
            shown[name] = np.where(visible, value, unknown).astype(value.dtype)
    return Observations(**shown)


def _unknown_like(values: np.ndarray, n: int) -> np.ndarray:
    """Return n rows of "not known" in the form of an array: NaN, -1 or False."""
    shape = (n, *values.shape[1:])
    if values.dtype == bool:
        return np.zeros(shape, dtype=bool)
    if np.issubdtype(values.dtype, np.floating):
        return np.full(shape, np.nan)
    return np.full(shape, -1, dtype=values.dtype)


def _to_all(values: np.ndarray, rows: np.ndarray, n: int) -> np.ndarray:
    spread = _unknown_like(values, n)
    spread[rows] = values
    return spread


def all_rows(treated: InVivo, rows: np.ndarray, n: int) -> InVivo:
    """Return the record of all n patients, given that of the treated ones."""
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


def close_record(
    journey: Journey,
    schedule: Schedule,
    plan: Plan,
    seen: Observations,
    grades: dict[str, Sequence[np.ndarray]],
    responses: Sequence[np.ndarray],
    assessed: Sequence[np.ndarray],
) -> InVivo:
    """Return the record of a treated cohort whose journey is over."""
    n = journey.state.shape[1]
    lost = np.fmin(journey.withdrawal_day, journey.failed_day)
    end = np.fmin(np.fmin(journey.death_day, lost), schedule.days[-1])
    return InVivo(
        reached=np.ones(n, dtype=bool),
        days=tuple(float(day) for day in schedule.days),
        visit_months=tuple(plan.visit_months[: len(schedule.visit_index)]),
        observations=seen,
        crs_grade_penn=np.stack(grades["penn"], axis=1),
        crs_grade_lee=np.stack(grades["lee"], axis=1),
        icans_grade=np.stack(grades["icans"], axis=1),
        tocilizumab_day=journey.care.ledger.last_doses_day,
        n_tocilizumab=journey.care.ledger.n_doses,
        steroid_first_day=journey.care.steroid_first_day,
        ivig_first_day=journey.ivig_first_day,
        icu_first_day=journey.icu_first_day,
        assessment_day=np.stack(assessed, axis=1),
        response=np.stack(responses, axis=1),
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
