"""Death by cause, as competing hazards that each patient outlives or does not.

Every patient has one exponential threshold per cause, drawn once. Hazards accumulate over the
intervals between decisions; the first cause whose cumulative hazard passes its threshold kills, at
the moment of passing. Arms that share a seed share their thresholds.
"""

from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.answers import choose
from livingdrug.bedside.limits import by_indication
from livingdrug.course.causes import DeathCause
from livingdrug.draws import Draws
from livingdrug.evidence import Edition
from livingdrug.units import DAYS_PER_MONTH

CAUSES = (
    DeathCause.DISEASE,
    DeathCause.CRS,
    DeathCause.NEUROTOXICITY,
    DeathCause.HLH,
    DeathCause.TRANSPLANT,
    DeathCause.SECOND_MALIGNANCY,
    DeathCause.OTHER,
)


@dataclass(frozen=True)
class Mortality:
    """What decides a patient's death: thresholds to outlive and personal hazards.

    Attributes
    ----------
    threshold : array (causes, patients), 1
        Cumulative hazard at which each cause kills.
    after_progression_per_day, other_per_day : array (patients,), 1/day
    burden_half_cells : array (patients,), cells
        Tumour at which the hazard of a large tumour is half its most, by disease and body size.
    """

    threshold: np.ndarray
    after_progression_per_day: np.ndarray
    other_per_day: np.ndarray
    burden_half_cells: np.ndarray


@dataclass(frozen=True)
class Exposure:
    """What each patient is exposed to during one interval, as seen at its start.

    Grades and ``hlh_like`` (1 where the criteria are met) are what the ward saw. ``days_since_transplant`` is
    NaN where there was none.
    """

    progressed: np.ndarray
    tumour_cells: np.ndarray
    crs_penn: np.ndarray
    icans: np.ndarray
    hlh_like: np.ndarray
    days_since_transplant: np.ndarray
    has_second_malignancy: np.ndarray


def _after_progression(indication: np.ndarray, draws: Draws, rules: Edition) -> np.ndarray:
    """Hazard of death after progression: the published median, with a personal frailty."""
    key = "course.in_vivo.death.median_months_after_progression"
    median = by_indication(indication, lambda kind: rules.number(f"{key}.{kind.key}"))
    frailty = np.exp(rules.number("course.in_vivo.death.frailty_log_sd") * draws.normal("in_vivo/frailty"))
    return np.log(2) / (median * DAYS_PER_MONTH) * frailty


def draw_mortality(
    indication: np.ndarray, age_years: np.ndarray, body_scale: np.ndarray, rules: Edition, draws: Draws
) -> Mortality:
    """Draw what each patient will outlive."""
    threshold = np.stack(
        [-np.log(draws.uniform(f"in_vivo/death_{cause.name.lower()}")) for cause in CAUSES], axis=0
    )
    years_over = age_years - rules.number("course.in_vivo.death.other_reference_age_years")
    doublings = years_over / rules.number("course.in_vivo.death.other_doubling_years")
    other = rules.number("course.in_vivo.death.other_hazard_per_day") * np.exp(np.log(2) * doublings)
    key = "course.in_vivo.death.burden_half_cells"
    half = by_indication(indication, lambda kind: rules.number(f"{key}.{kind.key}")) * body_scale
    return Mortality(threshold, _after_progression(indication, draws, rules), other, half)


def hazards_per_day(mortality: Mortality, exposure: Exposure, rules: Edition) -> np.ndarray:
    """Return the hazard of death by each cause, array (causes, patients), per day.

    Infection is not among them: a fatal infection is decided when the infection is drawn.
    """
    relative = exposure.tumour_cells / mortality.burden_half_cells
    share = relative * relative / (1 + relative * relative)
    disease = rules.number("course.in_vivo.death.burden_hazard_per_day") * share
    disease = disease + np.where(exposure.progressed, mortality.after_progression_per_day, 0)
    grade = rules.number("course.in_vivo.death.crs_grade")
    crs = np.where(exposure.crs_penn >= grade, rules.number("course.in_vivo.death.crs_hazard_per_day"), 0)
    icans = np.where(exposure.icans >= grade, rules.number("course.in_vivo.death.icans_hazard_per_day"), 0)
    hlh = np.where(exposure.hlh_like == 1, rules.number("course.in_vivo.death.hlh_hazard_per_day"), 0)
    at_risk = exposure.days_since_transplant < rules.number("course.in_vivo.transplant.risk_days")
    transplant = np.where(at_risk, rules.number("course.in_vivo.transplant.hazard_per_day"), 0)
    fatal = rules.number("course.in_vivo.second_malignancy.fatal_hazard_per_day")
    second = np.where(exposure.has_second_malignancy, fatal, 0)
    return np.stack([disease, crs, icans, hlh, transplant, second, mortality.other_per_day], axis=0)


def first_to_pass(
    cumulative: np.ndarray, hazard: np.ndarray, threshold: np.ndarray, days: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the days until death within an interval (infinite if none) and its cause.

    Parameters
    ----------
    cumulative, hazard, threshold : array (causes, patients)
        Hazard accumulated so far, its rate over the interval, and what each patient outlives.
    days : float, day
        Length of the interval.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        wait = np.where(hazard > 0, np.maximum((threshold - cumulative) / hazard, 0), np.inf)
    wait = np.where(wait <= days, wait, np.inf)
    first = np.argmin(wait, axis=0)
    soonest = np.min(wait, axis=0)
    cause = np.array(CAUSES, dtype=np.int8)[first]
    return soonest, choose(np.isfinite(soonest), cause, DeathCause.NONE)
