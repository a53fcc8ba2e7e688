"""Where each treated patient stands between two decision times, and what has been noted so far."""

from dataclasses import dataclass, replace

import numpy as np

from livingdrug.bedside.care import CareState, new_care_state
from livingdrug.body.cure import Clones
from livingdrug.course.causes import DeathCause
from livingdrug.course.s6_in_vivo.assessment import Disease, disease_before_treatment
from livingdrug.course.s6_in_vivo.chance import Fates, Infections, no_infections
from livingdrug.course.s6_in_vivo.survival import Mortality
from livingdrug.engine.failure import Failure
from livingdrug.evidence import Edition


@dataclass(frozen=True)
class Journey:
    """One treated cohort at one decision time; arrays (patients,) unless stated.

    Attributes
    ----------
    state : array (states, patients)
        The body; meaningful only for those still ``observed``.
    step_days : array (patients,), day
        Step with which the integration of each goes on.
    failed : array (patients,), int8
        ``engine.failure.Failure``: the body could not be carried on; nothing is known from ``failed_day`` on.
    clones : Clones
        Small tumours under chance.
    episode_began_day : day
        First fever of the present episode of fever or support; NaN: none.
    in_hospital_until_day : day
        End of the stay for the infusion, unless illness prolongs it; minus infinity for outpatients.
    observed : bool
        Alive, in follow-up and not yet on another therapy: seen by the trial's ward.
    alive_and_followed : bool
        Survival follow-up goes on after another therapy.
    cumulative_hazard : array (causes, patients), 1
    """

    state: np.ndarray
    step_days: np.ndarray
    failed: np.ndarray
    failed_day: np.ndarray
    clones: Clones
    care: CareState
    disease: Disease
    infections: Infections
    mortality: Mortality
    fates: Fates
    observed: np.ndarray
    alive_and_followed: np.ndarray
    cumulative_hazard: np.ndarray
    death_day: np.ndarray
    death_cause: np.ndarray
    transplant_day: np.ndarray
    next_therapy_day: np.ndarray
    second_malignancy_day: np.ndarray
    withdrawal_day: np.ndarray
    icu_first_day: np.ndarray
    infection_day_first: np.ndarray
    infection_grade_max: np.ndarray
    relapse_antigen: np.ndarray
    ivig_day: np.ndarray
    ivig_first_day: np.ndarray
    in_hospital_until_day: np.ndarray
    episode_began_day: np.ndarray


PATIENTS_LAST = frozenset({"state", "threshold", "cumulative_hazard"})
"""Fields of a journey that hold the patient on their last axis."""


def journey_begins(
    state: np.ndarray,
    clones: Clones,
    sum_product_diameters_cm2: np.ndarray,
    mortality: Mortality,
    fates: Fates,
    rules: Edition,
) -> Journey:
    """Return the cohort on the day of infusion, before anything was observed."""
    n = state.shape[1]
    unknown = np.full(n, np.nan)
    yes = np.ones(n, dtype=bool)
    return Journey(
        state=state,
        step_days=np.zeros(n),
        failed=np.full(n, Failure.NONE, dtype=np.int8),
        failed_day=unknown,
        clones=clones,
        care=new_care_state(n, rules),
        disease=disease_before_treatment(sum_product_diameters_cm2),
        infections=no_infections(n),
        mortality=mortality,
        fates=fates,
        observed=yes,
        alive_and_followed=yes,
        cumulative_hazard=np.zeros_like(mortality.threshold),
        death_day=unknown,
        death_cause=np.full(n, DeathCause.NONE, dtype=np.int8),
        transplant_day=unknown,
        next_therapy_day=unknown,
        second_malignancy_day=unknown,
        withdrawal_day=unknown,
        icu_first_day=unknown,
        infection_day_first=unknown,
        infection_grade_max=np.zeros(n),
        relapse_antigen=np.full(n, -1, dtype=np.int8),
        ivig_day=np.full(n, -np.inf),
        ivig_first_day=unknown,
        in_hospital_until_day=np.full(n, -np.inf),
        episode_began_day=unknown,
    )


def first_day(so_far: np.ndarray, happens: np.ndarray, day: float | np.ndarray) -> np.ndarray:
    """Return the first day on which something happened, given the first day so far (NaN: never)."""
    return np.where(happens & np.isnan(so_far), day, so_far)


def leave(journey: Journey, gone: np.ndarray) -> Journey:
    """Return the journey with these patients no longer observed nor followed."""
    return replace(
        journey,
        observed=journey.observed & ~gone,
        alive_and_followed=journey.alive_and_followed & ~gone,
    )


def give_up(journey: Journey, failed: np.ndarray, day: float) -> Journey:
    """Let go of those whose body could not be carried on from this day: marked, and not followed further."""
    now = journey.observed & (failed != Failure.NONE)
    journey = replace(
        journey,
        failed=np.where(now, failed, journey.failed).astype(np.int8),
        failed_day=np.where(now, day, journey.failed_day),
    )
    return leave(journey, now)
