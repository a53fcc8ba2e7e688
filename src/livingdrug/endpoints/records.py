"""One row a patient, with all that endpoints need; the observations themselves are let go."""

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livingdrug.draws import Draws
from livingdrug.evidence import Edition

if TYPE_CHECKING:  # a stored record is read without loading the course
    from livingdrug.course import Course


@dataclass(frozen=True)
class PatientRecord:
    """What a trial's database would hold of each patient.

    Shapes are (patients,) unless noted. Days count from infusion and are NaN where nothing
    happened; grades are int8 with -1 where not assessable; flags are bool.
    """

    patient: np.ndarray
    eligible: np.ndarray
    enrolled: np.ndarray
    """Eligible, and cells were collected and accepted."""
    released: np.ndarray
    """A product was made that may be given."""
    infused: np.ndarray
    stop_reason: np.ndarray
    accrual_uniform: np.ndarray
    """Where in the trial's accrual the patient was infused: a number in (0, 1), early to late."""
    infusion_day_from_enrolment: np.ndarray
    dose_cells: np.ndarray
    tumour_volume_ml: np.ndarray
    """Volume before lymphodepletion: that of enrolment, grown and bridged."""
    response: np.ndarray
    """(patients, visits), ``bedside.response.Response``."""
    assessment_day: np.ndarray
    """(patients, visits)"""
    first_response_day: np.ndarray
    complete_response_day: np.ndarray
    progression_day: np.ndarray
    relapse_antigen: np.ndarray
    next_therapy_day: np.ndarray
    transplant_day: np.ndarray
    second_malignancy_day: np.ndarray
    death_day: np.ndarray
    death_cause: np.ndarray
    followed_until_day: np.ndarray
    sampling_day: np.ndarray
    """(patients, samples) days on which the transgene was measured; NaN: no sample."""
    transgene_copies_per_ug: np.ndarray
    """(patients, samples)"""
    crs_penn: np.ndarray
    crs_lee: np.ndarray
    crs_astct: np.ndarray
    crs_onset_day: np.ndarray
    crs_resolved_day: np.ndarray
    crs_as_fda_penn: np.ndarray
    crs_with_fever: np.ndarray
    crs_with_hypotension: np.ndarray
    crs_with_hypoxia: np.ndarray
    crs_with_tachycardia: np.ndarray
    n_tocilizumab: np.ndarray
    steroid_given: np.ndarray
    icu: np.ndarray
    oxygen_given: np.ndarray
    intubated: np.ndarray
    high_dose_vasopressor: np.ndarray
    dialysis: np.ndarray
    icans_grade: np.ndarray
    icans_onset_day: np.ndarray
    icans_resolved_day: np.ndarray
    neurological_event_grade: np.ndarray
    neurological_onset_day: np.ndarray
    neurological_resolved_day: np.ndarray
    headache: np.ndarray
    encephalopathy: np.ndarray
    delirium: np.ndarray
    neutropenia_grade_day28: np.ndarray
    neutropenia_grade_month3: np.ndarray
    thrombocytopenia_grade_day28: np.ndarray
    thrombocytopenia_grade_month3: np.ndarray
    febrile_neutropenia: np.ndarray
    infection_grade_8_weeks: np.ndarray
    tumour_lysis_grade: np.ndarray
    treatment_related_death: np.ndarray

    def __len__(self) -> int:
        return len(self.patient)


_COLUMNS = [field.name for field in dataclasses.fields(PatientRecord)]
# The record lists its columns by where they come from: outcomes, then samples, then toxicity.
_FROM_OUTCOMES = _COLUMNS[_COLUMNS.index("first_response_day") : _COLUMNS.index("sampling_day")]
_FROM_TOXICITY = _COLUMNS[_COLUMNS.index("crs_penn") :]
_DATED = [name for name in _FROM_OUTCOMES if name.endswith("_day") and name != "followed_until_day"]


def _sampling(course: "Course", rules: Edition, draws: Draws) -> tuple[np.ndarray, np.ndarray]:
    """Return days and values of the transgene samples, each drawn somewhere in its window.

    Sampling ends with progression, next therapy, death or loss from follow-up, whichever is first:
    the patient then leaves the trial's primary follow-up.
    """
    days = np.asarray(course.in_vivo.days)
    n = len(course.infusion.infused)
    ends = (
        course.outcomes.progression_day,
        course.outcomes.next_therapy_day,
        course.outcomes.followed_until_day,
    )
    last_day = np.fmin(np.fmin(ends[0], ends[1]), ends[2])
    window, window_until = (
        rules.number("endpoints.sampling.window"),
        rules.number("endpoints.sampling.window_until"),
    )
    sampled, measured = [], []
    for k, nominal in enumerate(rules.numbers("endpoints.sampling.days")):
        shift = (2 * draws.uniform("endpoints/sampling_window", k) - 1) * window
        planned = nominal + (shift if nominal <= window_until else np.zeros(n))
        nearest = np.abs(days[None, :] - planned[:, None]).argmin(axis=1)
        value = course.in_vivo.observations.transgene_copies_per_ug[np.arange(n), nearest]
        taken = course.infusion.infused & (nominal - window <= days[-1]) & ~np.isnan(value)
        taken &= ~(days[nearest] > last_day)
        sampled.append(np.where(taken, days[nearest], np.nan))
        measured.append(np.where(taken, value, np.nan))
    return np.stack(sampled, axis=1), np.stack(measured, axis=1)


def _volume_before_infusion(course: "Course") -> np.ndarray:
    made = course.manufacturing
    with np.errstate(divide="ignore", invalid="ignore"):
        change = made.tumour_cells_at_lymphodepletion / made.tumour_cells_at_enrolment
    return course.patients.tumour_volume_ml * change


def summarise_course(course: "Course", rules: Edition, draws: Draws) -> PatientRecord:
    """Reduce a course to what endpoints read, one row a patient.

    Parameters
    ----------
    course : Course
    rules : Edition
        For the sampling schedule.
    draws : Draws
        The same patients' luck: on which day of its window a sample is drawn, when they were enrolled.
    """
    toxicity = {name: getattr(course.toxicity, name) for name in _FROM_TOXICITY}
    outcomes = {name: getattr(course.outcomes, name) for name in _FROM_OUTCOMES}
    sampling_day, transgene = _sampling(course, rules, draws)
    return PatientRecord(
        patient=np.arange(draws.first, draws.first + draws.n),
        eligible=np.asarray(course.eligibility.eligible == 1),
        enrolled=np.asarray(course.manufacturing.reached, dtype=bool),
        released=np.asarray(course.manufacturing.released, dtype=bool),
        infused=np.asarray(course.infusion.infused, dtype=bool),
        stop_reason=course.infusion.stop_reason,
        accrual_uniform=draws.uniform("endpoints/accrual"),
        infusion_day_from_enrolment=course.infusion.infusion_day_from_enrolment,
        dose_cells=course.infusion.dose_cells,
        tumour_volume_ml=_volume_before_infusion(course),
        response=course.in_vivo.response,
        assessment_day=course.in_vivo.assessment_day,
        sampling_day=sampling_day,
        transgene_copies_per_ug=transgene,
        **outcomes,
        **toxicity,
    )


def as_of(record: PatientRecord, followed_day: np.ndarray) -> PatientRecord:
    """Show the database as it was at a data cut: what happened later is not yet known.

    Parameters
    ----------
    record : PatientRecord
    followed_day : array (patients,), day
        Days between infusion and the cut; below 0 the patient was not infused yet.
    """
    hidden = {
        name: np.where(getattr(record, name) > followed_day, np.nan, getattr(record, name)) for name in _DATED
    }
    known = record.sampling_day <= followed_day[:, None]
    assessed = record.assessment_day <= followed_day[:, None]
    return dataclasses.replace(
        record,
        infused=record.infused & (followed_day >= 0),
        followed_until_day=np.fmin(record.followed_until_day, followed_day),
        sampling_day=np.where(known, record.sampling_day, np.nan),
        transgene_copies_per_ug=np.where(known, record.transgene_copies_per_ug, np.nan),
        assessment_day=np.where(assessed, record.assessment_day, np.nan),
        response=np.where(assessed, record.response, -1).astype(np.int8),
        **hidden,
    )
