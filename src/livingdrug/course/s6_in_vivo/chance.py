"""The chance layers around the body: infections, next therapy, transplant, second cancers, leaving."""

from dataclasses import dataclass

import numpy as np

from livingdrug.draws import Draws
from livingdrug.evidence import Edition


@dataclass(frozen=True)
class Fates:
    """Days on which chance would act on each patient, drawn once; infinite where it never does.

    ``transplant_day`` acts only in remission, ``next_therapy_delay_days`` runs from progression.
    """

    transplant_day: np.ndarray
    next_therapy_delay_days: np.ndarray
    second_malignancy_day: np.ndarray
    withdrawal_day: np.ndarray


def _waiting_days(decision: str, hazard_per_day: float, draws: Draws) -> np.ndarray:
    return -np.log(draws.uniform(decision)) / hazard_per_day


def _lognormal_days(decision: str, key: str, rules: Edition, draws: Draws) -> np.ndarray:
    return rules.number(key) * np.exp(rules.spread(key) * draws.normal(decision))


def draw_fates(p_transplant: float, rules: Edition, draws: Draws) -> Fates:
    """Draw when chance would act, whatever the body does."""
    delay = _lognormal_days("in_vivo/transplant_delay", "course.in_vivo.transplant.delay_days", rules, draws)
    chosen = draws.happens("in_vivo/transplant", p_transplant)
    second = rules.number("course.in_vivo.second_malignancy.hazard_per_day")
    leaving = rules.number("course.in_vivo.withdrawal.hazard_per_day")
    next_therapy = "course.in_vivo.next_therapy.delay_days"
    return Fates(
        transplant_day=np.where(chosen, delay, np.inf),
        next_therapy_delay_days=_lognormal_days("in_vivo/next_therapy", next_therapy, rules, draws),
        second_malignancy_day=_waiting_days("in_vivo/second_malignancy", second, draws),
        withdrawal_day=_waiting_days("in_vivo/withdrawal", leaving, draws),
    )


@dataclass(frozen=True)
class Infections:
    """The infection each patient has now, if any.

    Attributes
    ----------
    until_day : array (patients,), day
        Day on which it ends (before the present: none).
    grade : array (patients,)
        Its grade (0 when none).
    febrile : array (patients,), bool
    fatal : array (patients,), bool
        Whether it began just now and kills.
    """

    until_day: np.ndarray
    grade: np.ndarray
    febrile: np.ndarray
    fatal: np.ndarray


def no_infections(n: int) -> Infections:
    """Return the state of n patients of whom none has an infection."""
    return Infections(np.full(n, -np.inf), np.zeros(n), np.zeros(n, dtype=bool), np.zeros(n, dtype=bool))


def infection_hazard_per_day(
    anc_e9_per_l: np.ndarray, igg_g_per_l: np.ndarray, on_steroid: np.ndarray, day: float, rules: Edition
) -> np.ndarray:
    """Return the hazard of an infection: higher with few neutrophils, little IgG or a steroid, lower late.

    Once the hospital, its lines and broken mucosa are behind the patient, fewer infections come.
    """
    key = "course.in_vivo.infection"
    few = anc_e9_per_l < rules.number(f"{key}.neutrophils_low_e9_per_l")
    little = igg_g_per_l < rules.number(f"{key}.igg_low_g_per_l")
    hazard = np.where(few, rules.number(f"{key}.multiplier_neutrophils_low"), 1)
    hazard = hazard * np.where(little, rules.number(f"{key}.multiplier_igg_low"), 1)
    hazard = hazard * np.where(on_steroid, rules.number(f"{key}.multiplier_steroid"), 1)
    if day > rules.number(f"{key}.late_from_day"):
        hazard = hazard * rules.number(f"{key}.multiplier_late")
    return hazard * rules.number(f"{key}.hazard_per_day")


def next_infections(
    now: Infections, hazard_per_day: np.ndarray, day: float, days: float, k: int, rules: Edition, draws: Draws
) -> Infections:
    """Return the infections at a decision time, given those at the one before.

    A patient has at most one infection at a time; whether a new one comes, its severity, fever and
    outcome are drawn by decision number ``k``, so that they do not depend on anything else.
    """
    key = "course.in_vivo.infection"
    free = now.until_day <= day
    p_begins = -np.expm1(-hazard_per_day * days)
    begins = free & draws.happens("in_vivo/infection", p_begins, k)
    severe = draws.happens("in_vivo/infection_severe", rules.number(f"{key}.p_severe"), k)
    febrile = draws.happens("in_vivo/infection_fever", rules.number(f"{key}.p_fever"), k)
    deadly = draws.happens("in_vivo/infection_fatal", rules.number(f"{key}.p_fatal_if_severe"), k)
    grade = np.where(severe, rules.number(f"{key}.grade_severe"), rules.number(f"{key}.grade_mild"))
    return Infections(
        until_day=np.where(begins, day + rules.number(f"{key}.duration_days"), now.until_day),
        grade=np.where(begins, grade, np.where(free, 0, now.grade)),
        febrile=np.where(begins, febrile, now.febrile & ~free),
        fatal=begins & severe & deadly,
    )
