"""One row a patient, with all that endpoints need; the observations themselves are let go."""

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livingdrug.bedside.response import best_response, is_complete
from livingdrug.draws import Draws
from livingdrug.endpoints.profiles import PROFILED, profiles
from livingdrug.evidence import Edition
from livingdrug.tables import describe

if TYPE_CHECKING:  # a stored record is read without loading the course
    from livingdrug.course import Course


@dataclass(frozen=True)
class PatientRecord:
    """What a trial's database would hold of each patient.

    Shapes are (patients,) unless noted. Days count from infusion and are NaN where nothing
    happened; grades are int8 with -1 where not assessable; flags are bool.
    """

    patient: np.ndarray
    indication: np.ndarray
    """``patients.Indication``"""
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
    outpatient: np.ndarray
    """Infused without a hospital stay; drawn at the plan's rate."""
    simulation_failed: np.ndarray
    """``engine.failure.Failure``: the body could not be simulated further; follow-up ends there."""
    tumour_volume_ml: np.ndarray
    """Volume before lymphodepletion: that of enrolment, grown and bridged."""
    response: np.ndarray
    """(patients, visits), ``bedside.response.Response``."""
    assessment_day: np.ndarray
    """(patients, visits)"""
    first_response_day: np.ndarray
    complete_response_day: np.ndarray
    best_response: np.ndarray
    """``bedside.response.Response``, before progression and before any next therapy."""
    mrd_negative: np.ndarray
    """(patients, visits), 1 residual disease negative, 0 positive, -1 not measured."""
    mrd_by_sequencing: np.ndarray
    """(patients, visits), 1 residual disease found by sequencing, 0 not, -1 not measured."""
    mrd_negative_in_remission: np.ndarray
    """Leukaemia: 1 when residual disease was negative at a visit in CR or CRi, 0 never, -1 not measured."""
    b_cell_aplasia_day: np.ndarray
    """First day on which B cells were below the share of white cells that counts as recovered."""
    b_cell_recovery_day: np.ndarray
    """First day, after aplasia, on which they were at or above it."""
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
    icu_first_day: np.ndarray
    tocilizumab_first_day: np.ndarray
    steroid_first_day: np.ndarray
    ivig_first_day: np.ndarray
    """First immunoglobulin."""
    profile_day: np.ndarray
    """(patients, profile days), as all profiles: day of the observation nearest to the nominal day."""
    profile_transgene_copies_per_ug: np.ndarray
    profile_anc_e9_per_l: np.ndarray
    profile_platelets_e9_per_l: np.ndarray
    profile_haemoglobin_g_per_dl: np.ndarray
    profile_b_cells_per_ul: np.ndarray
    profile_igg_g_per_l: np.ndarray
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
    crs_grade4_day: np.ndarray
    fever_days: np.ndarray
    icu_days: np.ndarray
    ventilated_days: np.ndarray
    dialysis_days: np.ndarray
    crs_hypotension_treated: np.ndarray
    crs_low_fibrinogen: np.ndarray
    hospital_first_day: np.ndarray
    hospital_days: np.ndarray
    hypogammaglobulinaemia: np.ndarray
    """1 yes, 0 no, -1 not measured."""

    def __repr__(self) -> str:
        return describe(self)

    def __len__(self) -> int:
        return len(self.patient)


def responded(record: PatientRecord) -> np.ndarray:
    """Tell who was infused and responded."""
    return record.infused & ~np.isnan(record.first_response_day)


_COLUMNS = [field.name for field in dataclasses.fields(PatientRecord)]
# The record lists its columns by where they come from: outcomes, then samples and profiles, then toxicity.
_FROM_OUTCOMES = _COLUMNS[_COLUMNS.index("first_response_day") : _COLUMNS.index("sampling_day")]
_FROM_TOXICITY = _COLUMNS[_COLUMNS.index("crs_penn") :]
_PROFILES = ["profile_day", *(f"profile_{name}" for name in PROFILED)]
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
        indication=np.asarray(course.patients.indication, dtype=np.int8),
        eligible=np.asarray(course.eligibility.eligible == 1),
        enrolled=np.asarray(course.manufacturing.reached, dtype=bool),
        released=np.asarray(course.manufacturing.released, dtype=bool),
        infused=np.asarray(course.infusion.infused, dtype=bool),
        stop_reason=course.infusion.stop_reason,
        accrual_uniform=draws.uniform("endpoints/accrual"),
        infusion_day_from_enrolment=course.infusion.infusion_day_from_enrolment,
        dose_cells=course.infusion.dose_cells,
        outpatient=course.infusion.outpatient,
        simulation_failed=course.in_vivo.simulation_failed,
        tumour_volume_ml=_volume_before_infusion(course),
        response=course.in_vivo.response,
        assessment_day=course.in_vivo.assessment_day,
        sampling_day=sampling_day,
        transgene_copies_per_ug=transgene,
        icu_first_day=course.in_vivo.icu_first_day,
        tocilizumab_first_day=course.in_vivo.tocilizumab_day[:, 0],
        steroid_first_day=course.in_vivo.steroid_first_day,
        ivig_first_day=course.in_vivo.ivig_first_day,
        **profiles(course, rules),
        **outcomes,
        **toxicity,
    )


def counted_responses(response: np.ndarray, record: PatientRecord) -> np.ndarray:
    """Return responses (patients, visits) with those after progression or on a next therapy not assessed."""
    day = record.assessment_day
    late = (day > record.progression_day[:, None]) | (day >= record.next_therapy_day[:, None])
    return np.where(late, -1, response).astype(np.int8)


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
    shown = record.profile_day <= followed_day[:, None]
    profiled = {name: np.where(shown, getattr(record, name), np.nan) for name in _PROFILES}
    assessed = record.assessment_day <= followed_day[:, None]
    response = np.where(assessed, record.response, -1).astype(np.int8)
    mrd, sequenced = (
        np.where(assessed, getattr(record, name), -1).astype(np.int8)
        for name in ("mrd_negative", "mrd_by_sequencing")
    )
    counted = counted_responses(response, record)
    return dataclasses.replace(
        record,
        infused=record.infused & (followed_day >= 0),
        followed_until_day=np.fmin(record.followed_until_day, followed_day),
        sampling_day=np.where(known, record.sampling_day, np.nan),
        transgene_copies_per_ug=np.where(known, record.transgene_copies_per_ug, np.nan),
        assessment_day=np.where(assessed, record.assessment_day, np.nan),
        response=response,
        best_response=best_response(counted),
        mrd_negative=mrd,
        mrd_by_sequencing=sequenced,
        mrd_negative_in_remission=np.where(is_complete(counted), mrd, -1).max(axis=1).astype(np.int8),
        **hidden,
        **profiled,
    )
