"""Stage 1: who may be treated. Every refusal keeps its criterion, its text and its source."""

from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.answers import MET, NOT_ASSESSABLE, NOT_MET, all_of
from livingdrug.bedside.delay import assess_delay
from livingdrug.bedside.indications import assess_indication
from livingdrug.bedside.screening import assess_tests, assess_trial
from livingdrug.course.stopping import StopReason
from livingdrug.evidence import Edition
from livingdrug.patients import Patients
from livingdrug.plans import Plan
from livingdrug.tables import describe


@dataclass(frozen=True)
class Eligibility:
    """What the criteria say of each patient at enrolment.

    Attributes
    ----------
    reached : bool array (n,)
        Always true: everybody is assessed.
    eligible : int8 array (n,)
        1 yes, 0 no, -1 not assessable; only a yes goes on to leukapheresis.
    indication, tests, trial : int8 array (n,)
        The same for the label's indication, the tests before treatment, and the entry criteria of the
        plan's trial (1 where the plan names none).
    free_of_delay : int8 array (n,)
        1 nothing delays treatment today, 0 something does, -1 unknown. A delay is no refusal.
    criteria : int8 array (n, criteria)
        The answer to each criterion; its name, wording and source stand in the three tuples.
    stop_reason : int8 array (n,)
    """

    reached: np.ndarray
    eligible: np.ndarray
    indication: np.ndarray
    tests: np.ndarray
    trial: np.ndarray
    free_of_delay: np.ndarray
    criteria: np.ndarray
    criterion_codes: tuple[str, ...]
    criterion_texts: tuple[str, ...]
    criterion_sources: tuple[str, ...]
    stop_reason: np.ndarray

    def __repr__(self) -> str:
        return describe(self)


def assess_eligibility(patients: Patients, plan: Plan, rules: Edition) -> Eligibility:
    """Hold each patient against the label and, where the plan names a trial, against its entry criteria.

    eligible = indication and tests and trial; one that is not met outweighs an unknown one.

    Parameters
    ----------
    patients : Patients, (n,) columns
    plan : Plan
        ``exclude_by_trial`` names the trial, or is empty.
    rules : Edition

    Returns
    -------
    Eligibility

    Raises
    ------
    UnknownName
        The plan names a trial whose criteria are not held.

    Source
    ------
    label.indications, label.screening, label.delay, label.trial_eligibility.
    """
    indication = assess_indication(patients, rules)
    tests = assess_tests(patients, rules)
    delay = assess_delay(patients, rules)
    reasons = [*indication.reasons, *tests.reasons]
    trial_answer = np.full(len(patients), MET, dtype=np.int8)
    if plan.exclude_by_trial:
        trial = assess_trial(patients, plan.exclude_by_trial, rules)
        trial_answer = trial.answer
        reasons += trial.reasons
    eligible = all_of([indication.answer, tests.answer, trial_answer])
    stop = np.where(eligible == NOT_MET, StopReason.NOT_ELIGIBLE, StopReason.NOT_STOPPED)
    stop = np.where(eligible == NOT_ASSESSABLE, StopReason.ELIGIBILITY_NOT_ASSESSABLE, stop)
    reasons += delay.reasons
    return Eligibility(
        reached=np.ones(len(patients), dtype=bool),
        eligible=eligible,
        indication=indication.answer,
        tests=tests.answer,
        trial=trial_answer,
        free_of_delay=delay.answer,
        criteria=np.stack([r.answer for r in reasons], axis=1),
        criterion_codes=tuple(r.code for r in reasons),
        criterion_texts=tuple(r.text for r in reasons),
        criterion_sources=tuple(r.source for r in reasons),
        stop_reason=stop.astype(np.int8),
    )
