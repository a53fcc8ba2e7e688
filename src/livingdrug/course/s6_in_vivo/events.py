"""What happens to patients between and at decision times: death, leaving, infection, next therapy."""

from dataclasses import replace

import numpy as np

from livingdrug.bedside.answers import choose
from livingdrug.course.causes import DeathCause
from livingdrug.course.s6_in_vivo.chance import Infections, infection_hazard_per_day, next_infections
from livingdrug.course.s6_in_vivo.journey import Journey, first_day, leave
from livingdrug.course.s6_in_vivo.survival import Exposure, first_to_pass, hazards_per_day
from livingdrug.draws import Draws
from livingdrug.evidence import Edition
from livingdrug.observations import Observations


def outlive(journey: Journey, exposure: Exposure, day_before: float, day: float, rules: Edition) -> Journey:
    """Let the interval before a decision time pass: some die, some leave follow-up, some get a cancer."""
    days = day - day_before
    hazard = hazards_per_day(journey.mortality, exposure, rules)
    wait, cause = first_to_pass(journey.cumulative_hazard, hazard, journey.mortality.threshold, days)
    withdrawal = journey.fates.withdrawal_day
    leaves = journey.alive_and_followed & (withdrawal <= day) & (withdrawal <= day_before + wait)
    dies = journey.alive_and_followed & np.isfinite(wait) & ~leaves
    second = journey.fates.second_malignancy_day
    journey = replace(
        journey,
        cumulative_hazard=journey.cumulative_hazard + hazard * days,
        death_day=np.where(dies, day_before + wait, journey.death_day),
        death_cause=choose(dies, cause, journey.death_cause),
        withdrawal_day=np.where(leaves, withdrawal, journey.withdrawal_day),
        second_malignancy_day=first_day(
            journey.second_malignancy_day,
            journey.alive_and_followed
            & (second <= np.minimum(day, day_before + wait))
            & ~(leaves & (withdrawal < second)),
            second,
        ),
    )
    return leave(journey, dies | leaves)


def catch_infections(
    journey: Journey,
    seen_before: Observations,
    day_before: float,
    day: float,
    k: int,
    rules: Edition,
    draws: Draws,
) -> Journey:
    """Let infections begin and end; one that kills does so at the decision time at which it began."""
    on_steroid = np.maximum(journey.care.crs_steroid, journey.care.icans_steroid) > 0
    hazard = infection_hazard_per_day(
        seen_before.anc_e9_per_l, seen_before.igg_g_per_l, on_steroid, day, rules
    )
    hazard = np.where(journey.observed, hazard, 0)
    infections: Infections = next_infections(
        journey.infections, hazard, day, day - day_before, k, rules, draws
    )
    dies = journey.observed & infections.fatal
    journey = replace(
        journey,
        infections=infections,
        infection_day_first=first_day(journey.infection_day_first, infections.grade > 0, day),
        infection_grade_max=np.fmax(journey.infection_grade_max, infections.grade),
        death_day=np.where(dies, day, journey.death_day),
        death_cause=choose(dies, DeathCause.INFECTION, journey.death_cause),
    )
    return leave(journey, dies)


def start_next_therapy(journey: Journey, was_observed: np.ndarray, day: float) -> Journey:
    """Move those whose next therapy begins by this day out of the ward's sight; survival goes on.

    It follows progression or relapse, and in leukaemia an assessment that finds no response and is not
    followed by one.
    ``was_observed``: before the interval; whoever dies or leaves during it may start a therapy before that.
    """
    disease = journey.disease
    refractory = np.where(disease.has_responded, np.nan, disease.refractory_day)
    planned = np.fmin(disease.progression_day, refractory) + journey.fates.next_therapy_delay_days
    gone_day = np.fmin(journey.death_day, journey.withdrawal_day)
    starts = was_observed & (planned <= day) & ~(planned > gone_day)
    return replace(
        journey,
        observed=journey.observed & ~starts,
        next_therapy_day=first_day(journey.next_therapy_day, starts, planned),
    )


def due_for_transplant(journey: Journey, day: float) -> np.ndarray:
    """Return who is in remission and reaches the day of a planned transplant."""
    due = np.isnan(journey.transplant_day) & (journey.fates.transplant_day <= day)
    return journey.observed & journey.disease.in_remission & np.isnan(journey.disease.progression_day) & due
