"""The fixed-step integrator against SciPy's error-controlled one, on the same equations."""

import numpy as np
import pytest

from livingdrug.body.construct import read_construct
from livingdrug.body.events import add_steroid, add_tocilizumab, infuse, row, set_lymphodepletion
from livingdrug.body.individual import individual_parameters
from livingdrug.body.known import known_only
from livingdrug.draws import Draws
from livingdrug.engine.integrate import advance
from livingdrug.engine.reference import integrate
from livingdrug.evidence import load_edition

RULES = load_edition()
N = 6
LARGEST_SCALED_ERROR = 1e-4


def _known():
    return known_only(
        indication=np.array([0, 0, 1, 1, 2, 2], dtype=np.int8),
        age_years=np.array([4.0, 15.0, 60.0, 40.0, 55.0, 70.0]),
        weight_kg=np.array([15.0, 50.0, 80.0, 70.0, 60.0, 95.0]),
        tumour_cells=np.array([2e10, 2e11, 5e10, 3e11, 2e10, 8e10]),
        dose_cells=np.array([4e7, 1.5e8, 3e8, 2e8, 3e8, 4e8]),
        fludarabine_auc_mg_h_per_l=np.array([14.0, 10.0, 18.0, 18.0, 15.0, 20.0]),
        cyclophosphamide_mg_per_m2=np.array([1000.0, 1000.0, 750.0, 750.0, 750.0, 750.0]),
        lymphodepletion_start_day=np.full(N, -6.0),
        lymphodepletion_end_day=np.full(N, -3.0),
    )


WHO = individual_parameters(_known(), read_construct(RULES), RULES, Draws(7, 0, N))
CHEMOTHERAPY = set_lymphodepletion(WHO.parameters, np.ones(N, dtype=bool))


def _days(day):
    return np.full(N, float(day))


def _scaled_error(state, oracle):
    """Difference relative to the size of the state."""
    return np.abs(state - oracle) / (1 + np.abs(oracle))


def _oracle(state, parameters, day_from, day_to):
    columns = [integrate(state[:, i], parameters[:, i], day_from, day_to) for i in range(N)]
    return np.stack(columns, axis=1)


def _infused():
    state = advance(WHO.initial_state, CHEMOTHERAPY, _days(-6), _days(-3), 60)
    state = advance(state, WHO.parameters, _days(-3), _days(0), 60)
    return infuse(state, np.ones(N, dtype=bool), WHO, _known().dose_cells, RULES)


INFUSED = _infused()


def test_lymphodepletion_agrees_with_the_oracle():
    state = advance(WHO.initial_state, CHEMOTHERAPY, _days(-6), _days(-3), 60)
    oracle = _oracle(WHO.initial_state, CHEMOTHERAPY, -6.0, -3.0)
    assert _scaled_error(state, oracle).max() < LARGEST_SCALED_ERROR


@pytest.mark.parametrize(("day_from", "day_to", "step"), [(0, 12, 0.05), (30, 45, 0.1), (90, 120, 0.5)])
def test_the_steps_in_use_agree_with_the_oracle(day_from, day_to, step):
    state = INFUSED
    if day_from > 0:
        state = advance(state, WHO.parameters, _days(0), _days(30), 600)
    if day_from > 30:
        state = advance(state, WHO.parameters, _days(30), _days(90), 600)
    after = advance(state, WHO.parameters, _days(day_from), _days(day_to), round((day_to - day_from) / step))
    oracle = _oracle(state, WHO.parameters, float(day_from), float(day_to))
    assert _scaled_error(after, oracle).max() < LARGEST_SCALED_ERROR


def test_a_drug_given_at_a_step_edge_agrees_with_the_oracle():
    state = advance(INFUSED, WHO.parameters, _days(0), _days(6), 120)
    state = add_tocilizumab(state, np.full(N, 400.0))
    state = add_steroid(state, np.full(N, 10.0), RULES)
    after = advance(state, WHO.parameters, _days(6), _days(9), 60)
    oracle = _oracle(state, WHO.parameters, 6.0, 9.0)
    assert _scaled_error(after, oracle).max() < LARGEST_SCALED_ERROR


def test_the_error_falls_sixteenfold_when_the_step_is_halved():
    state = advance(INFUSED, WHO.parameters, _days(0), _days(3), 300)
    oracle = _oracle(state, WHO.parameters, 3.0, 7.0)
    errors = [
        _scaled_error(advance(state, WHO.parameters, _days(3), _days(7), n), oracle).max()
        for n in (20, 40, 80)
    ]
    assert errors[0] / errors[1] > 10
    assert errors[1] / errors[2] > 10


def test_radau_and_lsoda_agree():
    two = [
        integrate(INFUSED[:, 2], WHO.parameters[:, 2], 0.0, 5.0, method=method)
        for method in ("LSODA", "Radau")
    ]
    assert _scaled_error(two[0], two[1]).max() < LARGEST_SCALED_ERROR / 10


def test_the_late_course_of_a_small_child_after_tocilizumab_stays_stable():
    state = add_tocilizumab(INFUSED, np.full(N, 800.0))
    state = advance(state, WHO.parameters, _days(0), _days(90), 1800)
    state = advance(state, WHO.parameters, _days(90), _days(800), 1420)
    assert np.isfinite(state).all()
    assert np.abs(state[row("tocilizumab_mg")]).max() < 1e-6
