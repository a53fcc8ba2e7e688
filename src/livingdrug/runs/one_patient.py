"""One patient: what the rules say, the plan by date, and the course of many virtual patients alike."""

import dataclasses
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from livingdrug.bedside.answers import NOT_MET, Verdict
from livingdrug.bedside.assessment import Assessment
from livingdrug.bedside.dates import KeyDates
from livingdrug.bedside.lymphodepletion import Regimen
from livingdrug.bedside.milestones import Milestone
from livingdrug.bedside.screening import assess_trial
from livingdrug.course import Course, run_course
from livingdrug.draws import Draws
from livingdrug.endpoints import PatientRecord, summarise_course
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition
from livingdrug.patients import Indication, PatientFile, Patients, sample_patients
from livingdrug.plans import Plan
from livingdrug.runs.chunks import split
from livingdrug.runs.plan_patient import plan_patient
from livingdrug.runs.progress import Bar
from livingdrug.runs.provenance import state_provenance
from livingdrug.tables import concatenate

MOST_PATIENTS = 5000
_CHUNK_PATIENTS = 250
_BASELINE = "patients.alike.baseline_"


@dataclass(frozen=True)
class Seen:
    """What ward and laboratory would have seen of each virtual patient over time.

    Every field but ``days`` is an array (patients, times), NaN where nothing was seen: before the
    infusion, after death, or where a visit did not fall on that day.
    """

    days: tuple[float, ...]
    temperature_c: np.ndarray
    crp_mg_per_l: np.ndarray
    il6_pg_per_ml: np.ndarray
    ferritin_ug_per_l: np.ndarray
    transgene_copies_per_ug: np.ndarray
    anc_e9_per_l: np.ndarray
    platelets_e9_per_l: np.ndarray
    haemoglobin_g_per_dl: np.ndarray
    b_cells_per_ul: np.ndarray
    igg_g_per_l: np.ndarray
    sum_product_diameters_cm2: np.ndarray
    marrow_blasts_percent: np.ndarray


@dataclass(frozen=True)
class Alike:
    """Virtual patients like one patient, and what happened to them; rows are patients."""

    patients: Patients
    record: PatientRecord
    seen: Seen


@dataclass(frozen=True)
class OnePatient:
    """One patient before and after the infusion, as the rules and the model see it.

    ``dates`` and ``alike`` are None, and ``milestones`` empty, where the rules refuse the patient.
    ``trial`` holds the patient against the entry criteria of ``trial_name``, for comparison only.
    """

    place: str
    chart: Patients
    rules: Edition
    plan: Plan
    assessment: Assessment
    trial_name: str
    trial: Verdict
    dates: KeyDates | None
    milestones: tuple[Milestone, ...]
    alike: Alike | None
    provenance: dict[str, Any]

    @property
    def refused(self) -> bool:
        """Whether a criterion for treatment is not met."""
        return bool(self.assessment.eligible[0] == NOT_MET)

    @property
    def indication(self) -> Indication:
        """The patient's disease."""
        return Indication(int(self.chart.indication[0]))

    @property
    def regimen(self) -> Regimen:
        """The lymphodepletion that the plan by date shows."""
        return Regimen(int(self.assessment.regimen[0]))


def baseline_of(indication: Indication, rules: Edition) -> str:
    """Return the trial whose baseline stands in for what is not known of a patient."""
    return str(rules.stated(f"{_BASELINE}{indication.key}"))


def _seen(course: Course) -> Seen:
    observed = course.in_vivo.observations
    names = [field.name for field in dataclasses.fields(Seen) if field.name != "days"]
    columns: dict[str, Any] = {name: getattr(observed, name) for name in names}
    return Seen(days=tuple(course.in_vivo.days), **columns)


def _chunk(chart: Patients, plan: Plan, rules: Edition, draws: Draws) -> Alike:
    baseline = baseline_of(Indication(int(chart.indication[0])), rules)
    patients = sample_patients(baseline, draws, rules, chart)
    course = run_course(patients, plan, rules, draws)
    return Alike(patients, summarise_course(course, rules, draws), _seen(course))


def simulate_alike(chart: Patients, plan: Plan, rules: Edition, n: int, seed: int) -> Alike:
    """Take virtual patients like one patient through the whole course.

    What the chart says holds for all of them; what it leaves open is drawn for each from the baseline
    of the pivotal trial, and so is everybody's own luck. Patient i is the same for any n.

    Parameters
    ----------
    chart : Patients
        One row.
    plan : Plan
    rules : Edition
    n : int
        Virtual patients.
    seed : int

    Raises
    ------
    BadInput
        n or seed out of range.
    """
    _check(n, seed)
    bar = Bar("simulating", n, "patients")
    parts = []
    try:
        for chunk in split(n, None, _CHUNK_PATIENTS):
            parts.append(_chunk(chart, plan, rules, Draws(seed, chunk.first, chunk.n)))
            bar.advance(chunk.n)
    finally:
        bar.close()
    return concatenate(parts)


def _check(n: int, seed: int) -> None:
    if not 1 <= n <= MOST_PATIENTS:
        raise BadInput(f"-n: got {n}, expected 1 to {MOST_PATIENTS} patients")
    if seed < 0:
        raise BadInput(f"--seed: got {seed}, expected at least 0")


def follow_patient(
    file: PatientFile, rules: Edition, n: int, seed: int, asked: date | None, today: date
) -> OnePatient:
    """Hold one patient against the rules, lay out the plan by date and simulate the course.

    A patient whom the rules refuse gets neither a plan nor a simulation.

    Parameters
    ----------
    file : PatientFile
    rules : Edition
    n : int
        Virtual patients like this one.
    seed : int
    asked : date, optional
        Day of referral that stands above the file's.
    today : date
        Day of referral where neither says one.

    Raises
    ------
    BadInput
        Faulty dates or plan in the file; n or seed out of range.
    """
    _check(n, seed)
    planned = plan_patient(file, rules, asked, today)
    chart, plan, trial_name = file.patients, planned.plan, baseline_of(planned.indication, rules)
    refused = planned.assessment.eligible[0] == NOT_MET
    return OnePatient(
        place=file.place,
        chart=chart,
        rules=rules,
        plan=plan,
        assessment=planned.assessment,
        trial_name=trial_name,
        trial=assess_trial(chart, trial_name, rules),
        dates=planned.dates,
        milestones=planned.milestones,
        alike=None if refused else simulate_alike(chart, plan, rules, n, seed),
        provenance=state_provenance(rules, seed, file.place, file.digest) | {"n": n},
    )
