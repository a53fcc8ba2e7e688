"""The treated patients whom the ward still sees, and what holds for them throughout."""

from dataclasses import dataclass, replace

import numpy as np

from livingdrug.body.individual import Individual
from livingdrug.course.s6_in_vivo.schedule import Schedule
from livingdrug.draws import Draws
from livingdrug.engine.integrate import PreparedBody
from livingdrug.evidence import Edition
from livingdrug.observations import Observations
from livingdrug.patients import Patients
from livingdrug.plans import Plan
from livingdrug.tables import take

_PATIENTS_LAST = frozenset({"parameters", "initial_state", "scales"})


@dataclass(frozen=True)
class Cohort:
    """The treated patients in sight, what holds for them throughout, and the rules and luck they live under.

    Attributes
    ----------
    rows : array (patients,), int
        Their places among all patients.
    before_treatment : Observations (patients,)
        Values at enrolment with which new ones are compared.
    body, rejecting : PreparedBody
        Their parameters before the CAR-T cells are rejected, and after.
    """

    rows: np.ndarray
    patients: Patients
    before_treatment: Observations
    who: Individual
    body: PreparedBody
    rejecting: PreparedBody
    schedule: Schedule
    plan: Plan
    rules: Edition
    protocol: Edition
    draws: Draws


def part_of(cohort: Cohort, rows: np.ndarray) -> Cohort:
    """Return the cohort with these of its patients only."""
    return replace(
        cohort,
        rows=cohort.rows[rows],
        patients=take(cohort.patients, rows),
        before_treatment=take(cohort.before_treatment, rows),
        who=take(cohort.who, rows, _PATIENTS_LAST),
        body=take(cohort.body, rows, _PATIENTS_LAST),
        rejecting=take(cohort.rejecting, rows, _PATIENTS_LAST),
        draws=cohort.draws.only(rows),
    )
