"""Journeys of the in vivo stage made by hand: nothing happens to anyone but what a test asks for."""

import dataclasses

import numpy as np

from livingdrug.body.cure import start_clones
from livingdrug.body.system import STATE_NAMES
from livingdrug.course.s6_in_vivo.chance import Fates
from livingdrug.course.s6_in_vivo.journey import Journey, journey_begins
from livingdrug.course.s6_in_vivo.survival import CAUSES, Mortality
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition

RULES = load_edition()
NEVER = np.inf


def journey(n: int, other_per_day=0.0, fates=None, disease=None, **changes) -> Journey:
    """Return n patients on day 0 who outlive a hazard of 1 of every cause and to whom nothing happens."""
    later = {
        "transplant_day": NEVER,
        "next_therapy_delay_days": NEVER,
        "second_malignancy_day": NEVER,
        "withdrawal_day": NEVER,
    }
    days = {name: np.broadcast_to(v, n).astype(float) for name, v in (later | (fates or {})).items()}
    mortality = Mortality(
        np.ones((len(CAUSES), n)), np.zeros(n), np.broadcast_to(other_per_day, n), np.ones(n)
    )
    state = np.zeros((len(STATE_NAMES), n))
    begun = journey_begins(
        state, start_clones(n, Draws(1, 0, n)), np.full(n, 20.0), mortality, Fates(**days), RULES
    )
    known = {name: np.broadcast_to(v, n) for name, v in (disease or {}).items()}
    return dataclasses.replace(begun, disease=dataclasses.replace(begun.disease, **known), **changes)
