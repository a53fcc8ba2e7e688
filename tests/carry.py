"""The body of a few patients carried from one day to another, in one line."""

import numpy as np

from livingdrug.body.construct import read_construct
from livingdrug.body.events import infuse, set_lymphodepletion
from livingdrug.body.individual import individual_parameters
from livingdrug.body.known import known_only
from livingdrug.draws import Draws
from livingdrug.engine.integrate import Carried, advance, prepare
from livingdrug.evidence import load_edition

RULES = load_edition()


def carried(state, parameters, day_from, day_to, **settings) -> Carried:
    """Carry all patients; a day is one for all, or an array (patients,)."""
    n = state.shape[1]
    first, last = (np.broadcast_to(np.asarray(day, dtype=float), n).copy() for day in (day_from, day_to))
    return advance(state, prepare(parameters), first, last, **settings)


def carry(state, parameters, day_from, day_to, **settings) -> np.ndarray:
    """Return the state on the later day, array (states, patients)."""
    return carried(state, parameters, day_from, day_to, **settings).state


def infused_bodies(n: int, seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Return states just after infusion and parameters of n patients with all three diseases."""
    known = known_only(
        indication=np.resize(np.array([0, 1, 2], dtype=np.int8), n),
        age_years=np.resize([11.0, 56.0, 57.0, 4.0], n),
        weight_kg=np.resize([39.0, 80.0, 70.0, 15.0, 95.0], n),
        tumour_cells=np.resize([2e10, 2e11, 5e10, 3e11, 2e9], n),
        dose_cells=np.resize([4e7, 3e8, 2e8], n),
        fludarabine_auc_mg_h_per_l=np.resize([14.0, 18.0, 20.0], n),
        cyclophosphamide_mg_per_m2=np.resize([1000.0, 750.0], n),
        lymphodepletion_start_day=np.full(n, -6.0),
        lymphodepletion_end_day=np.full(n, -3.0),
    )
    everyone = np.ones(n, dtype=bool)
    who = individual_parameters(known, read_construct(RULES), RULES, Draws(seed, 0, n))
    state = carry(who.initial_state, set_lymphodepletion(who.parameters, everyone), -6.0, -3.0)
    state = carry(state, who.parameters, -3.0, 0.0)
    return infuse(state, everyone, who, known.dose_cells, RULES), who.parameters
