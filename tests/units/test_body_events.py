import numpy as np
import pytest

from livingdrug.body import events
from livingdrug.body.construct import read_construct
from livingdrug.body.individual import individual_parameters
from livingdrug.body.known import known_only
from livingdrug.body.system import Parameters, State
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition

RULES = load_edition()
WHO = individual_parameters(
    known_only(
        indication=np.array([0, 1], dtype=np.int8),
        age_years=np.array([9.0, 60.0]),
        weight_kg=np.array([30.0, 75.0]),
        dose_cells=np.array([9e7, 3e8]),
    ),
    read_construct(RULES),
    RULES,
    Draws(1, 0, 2),
)
FIRST = np.array([True, False])


def test_only_those_infused_have_car_t_cells():
    state = State(*events.infuse(WHO.initial_state, FIRST, WHO, np.array([9e7, 3e8]), RULES))
    assert np.exp(state.log_effector)[0] == pytest.approx(WHO.engrafted_cells[0])
    assert np.exp(state.log_effector)[1] == 0
    assert state.memory[1] == 0
    assert state.infused_in_blood[0] == pytest.approx(9e7 * RULES.number("body.car_t.infused_share_in_blood"))


def test_drugs_add_to_what_is_there_and_leave_the_given_state_alone():
    state = events.add_tocilizumab(WHO.initial_state, np.array([240.0, 0.0]))
    state = events.add_tocilizumab(state, np.array([240.0, 0.0]))
    state = events.add_steroid(state, np.array([0.0, 20.0]), RULES)
    state = events.add_immunoglobulin(state, np.array([0.0, 30.0]))
    now = State(*state)
    assert now.tocilizumab_mg.tolist() == [480, 0]
    assert now.steroid.tolist() == [0, 2]
    assert now.ivig_central.tolist() == [0, 30]
    assert State(*WHO.initial_state).tocilizumab_mg.tolist() == [0, 0]


def test_switches_act_on_those_named_and_can_be_undone():
    on = Parameters(*events.reject(events.set_lymphodepletion(WHO.parameters, FIRST), ~FIRST))
    assert on.lymphodepletion_now.tolist() == [1, 0]
    assert on.rejection_per_day[0] == 0
    assert on.rejection_per_day[1] == on.rejection_when_on_per_day[1] > 0
    assert (events.set_lymphodepletion(np.array(on), ~FIRST & FIRST)[1] == 0).all()


def test_a_transplant_takes_the_car_t_cells_most_tumour_and_the_marrow_of_those_transplanted():
    state = events.infuse(WHO.initial_state, ~FIRST | FIRST, WHO, np.array([9e7, 3e8]), RULES)
    before, after = State(*state), State(*events.transplant(state, FIRST, RULES))
    ratio = np.exp(after.log_tumour_cd19_positive - before.log_tumour_cd19_positive)
    assert ratio == pytest.approx([RULES.number("body.transplant.tumour_ratio"), 1])
    assert after.memory[0] == 0
    assert after.memory[1] == before.memory[1]
    assert after.platelet_precursors.tolist() == [RULES.number("body.transplant.marrow_ratio"), 1]
