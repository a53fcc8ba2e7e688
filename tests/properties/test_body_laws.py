"""Laws that any body must keep, whatever its parameters."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.carry import carry

from livingdrug.body.construct import read_construct
from livingdrug.body.events import hold_lymphocytes, infuse, row, set_lymphodepletion
from livingdrug.body.individual import individual_parameters
from livingdrug.body.known import known_only
from livingdrug.body.system import PARAMETER_NAMES, STATE_NAMES, Parameters, State, derivatives
from livingdrug.body.values import typical
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition

RULES = load_edition()
CONSTRUCT = read_construct(RULES)
LOGARITHMS = tuple(name for name in STATE_NAMES if name.startswith("log_"))


def _known(n, indication=1, **given_values):
    leukaemia = indication == 0
    fields = {
        "indication": np.full(n, indication, dtype=np.int8),
        "age_years": np.full(n, 11.0 if leukaemia else 56.0),
        "weight_kg": np.full(n, 39.0 if leukaemia else 78.0),
        "tumour_cells": np.full(n, 5.6e10),
        "dose_cells": np.full(n, 1.2e8 if leukaemia else 3e8),
        "fludarabine_auc_mg_h_per_l": np.full(n, 15.0),
        "cyclophosphamide_mg_per_m2": np.full(n, 1000.0 if leukaemia else 750.0),
        "lymphodepletion_start_day": np.full(n, -7.0),
        "lymphodepletion_end_day": np.full(n, -4.0),
    }
    return known_only(**(fields | given_values))


def _live(known, who, days, infused=True, parameters=None):
    """Carry a cohort from before lymphodepletion to each of the days after infusion."""
    n = len(known.indication)
    p = who.parameters if parameters is None else parameters
    given_now = ~np.isnan(known.lymphodepletion_start_day)
    end = np.where(given_now, known.lymphodepletion_end_day, who.start_day)
    state = carry(who.initial_state, set_lymphodepletion(p, given_now), who.start_day, end)
    delay = typical("body.lymphodepletion.regrowth_delay_days", known.indication, RULES)
    regrowth = np.where(given_now, np.minimum(end + delay, 0), end)
    state = carry(state, hold_lymphocytes(p), end, regrowth)
    state = carry(state, p, regrowth, 0.0)
    if infused:
        state = infuse(state, np.ones(n, dtype=bool), who, known.dose_cells, RULES)
    states, before = [state], 0.0
    for day in days:
        state = carry(state, p, before, day)
        states.append(state)
        before = day
    return np.array(states)


def _body(known, seed=1):
    return individual_parameters(known, CONSTRUCT, RULES, Draws(seed, 0, len(known.indication)))


def _peak(known, seed=1):
    who = _body(known, seed)
    states = _live(known, who, np.arange(1.0, 29.0))
    return np.exp(states[:, row("log_effector")].max(axis=0))


@given(seed=st.integers(0, 2**31), indication=st.sampled_from([0, 1, 2]))
@settings(max_examples=8)
def test_no_amount_is_ever_negative_and_all_stays_finite(seed, indication):
    known = _known(8, indication)
    states = _live(known, _body(known, seed), [1.0, 3.0, 7.0, 14.0, 28.0, 60.0])
    assert np.isfinite(states).all()
    for name in STATE_NAMES:
        if name not in LOGARITHMS:
            assert states[:, row(name)].min() >= -1e-9, name
    assert states[:, row("macrophages")].max() <= 1
    assert states[:, row("growth_room_positive")].max() <= 1 + 1e-9


def test_a_patient_alone_lives_the_same_bits_as_in_the_cohort():
    known = _known(40)
    who = _body(known)
    alone = known_only(**{name: value[17:18] for name, value in vars(known).items()})
    one = individual_parameters(alone, CONSTRUCT, RULES, Draws(1, 17, 1))
    assert (_live(known, who, [5.0, 28.0])[:, :, 17] == _live(alone, one, [5.0, 28.0])[:, :, 0]).all()


def test_a_patient_whose_days_are_equal_does_not_move_while_others_do():
    known = _known(2)
    who = _body(known)
    after = carry(who.initial_state, who.parameters, -5.0, np.array([-5.0, -1.0]))
    assert (after[:, 0] == who.initial_state[:, 0]).all()
    assert (after[:, 1] != who.initial_state[:, 1]).any()


def test_without_an_infusion_there_is_no_car_t_cell_and_the_tumour_grows_at_its_own_rate():
    known = _known(50, tumour_cells=np.full(50, 1e5))  # far below the capacity, however fast it grows
    who = _body(known)
    states = _live(known, who, [10.0, 40.0], infused=False)
    assert np.exp(states[:, row("log_effector")]).max() == 0
    assert states[:, row("memory")].max() == 0
    rate = (states[2] - states[1])[row("log_tumour_cd19_positive")] / 30
    growth = Parameters(*who.parameters).tumour_growth_per_day
    assert rate == pytest.approx(growth, rel=1e-3)


def test_without_treatment_nothing_but_the_tumour_moves():
    known = dataclasses.replace(
        _known(20, alc_e9_per_l=np.full(20, 0.5)),
        lymphodepletion_start_day=np.full(20, np.nan),
        lymphodepletion_end_day=np.full(20, np.nan),
    )
    who = _body(known)
    after = _live(known, who, [20.0], infused=False)[-1]
    for name in ("neutrophils", "platelets", "haemoglobin", "igg", "b_cells", "il6", "crp", "ferritin"):
        assert after[row(name)] == pytest.approx(who.initial_state[row(name)], rel=1e-6), name


def test_what_is_killed_appears_as_products_of_lysis_and_nothing_else():
    known = _known(5)
    who = _body(known)
    state = _live(known, who, [6.0])[-1]
    p, now = Parameters(*who.parameters), State(*state)
    rate = derivatives(np.full(5, 6.0), now, p, np.exp, np.log)
    tumour = np.exp(now.log_tumour_cd19_positive)
    total = tumour + np.exp(now.log_tumour_cd19_negative)
    growth = p.tumour_growth_per_day * (1 - total / p.tumour_capacity_cells)
    killed = (growth - rate.log_tumour_cd19_positive) * tumour
    spilled = rate.lysis_products + p.lysis_loss_per_day * now.lysis_products
    assert spilled == pytest.approx(killed, rel=1e-9)


def test_infused_immunoglobulin_leaves_only_by_clearance():
    known = _known(5)
    who = _body(known)
    now = State(*who.initial_state)._replace(ivig_central=np.full(5, 30.0), ivig_peripheral=np.full(5, 10.0))
    p = Parameters(*who.parameters)
    rate = derivatives(np.zeros(5), now, p, np.exp, np.log)
    cleared = p.ivig_clearance_l_per_day * now.ivig_central / p.ivig_central_l
    assert rate.ivig_central + rate.ivig_peripheral == pytest.approx(-cleared)


def test_ten_times_the_dose_hardly_raises_the_peak():
    usual = _known(200)
    ratio = _peak(dataclasses.replace(usual, dose_cells=usual.dose_cells * 10)) / _peak(usual)
    assert 1.0 < np.median(ratio) < 1.6
    assert (ratio > 0.999).all()


def test_without_lymphodepletion_there_is_hardly_any_expansion():
    usual = _known(200)
    without = dataclasses.replace(
        usual,
        fludarabine_auc_mg_h_per_l=np.zeros(200),
        cyclophosphamide_mg_per_m2=np.zeros(200),
        lymphodepletion_start_day=np.full(200, np.nan),
        lymphodepletion_end_day=np.full(200, np.nan),
    )
    assert np.median(_peak(without) / _peak(usual)) < 0.1


def test_without_fludarabine_expansion_falls():
    usual = _known(200, indication=0)
    without = dataclasses.replace(usual, fludarabine_auc_mg_h_per_l=np.zeros(200))
    assert 0.2 < np.median(_peak(without) / _peak(usual)) < 0.95


def test_a_larger_tumour_inflames_more_and_sooner():
    small, large = (_known(200, tumour_cells=np.full(200, cells)) for cells in (2e10, 2e11))
    days = np.arange(1.0, 15.0)
    il6 = [_live(known, _body(known), days)[:, row("il6")] for known in (small, large)]
    assert np.median(il6[1].max(axis=0)) > 1.5 * np.median(il6[0].max(axis=0))
    assert (np.median(il6[1][2]) > np.median(il6[0][2])).all()


SWITCHED_OFF = {"rejection_when_on_per_day"}  # acts only when an event copies it into rejection_per_day


@pytest.fixture(scope="module")
def rich_state():
    """Return a state in which every process runs: day 8, drugs on board, chemotherapy and rejection on."""
    known = _known(4)
    who = _body(known)
    state = _live(known, who, [8.0])[-1]
    for name, value in {
        "tocilizumab_mg": 300.0,
        "steroid": 1.0,
        "ivig_central": 20.0,
        "ivig_peripheral": 5.0,
        "log_tumour_cd19_negative": 3.0,
        "infused_in_blood": 1e5,
    }.items():
        state[row(name)] = value
    state[row("log_effector"), 0] = 0.0  # few cells beside memory: where the ratio of both is cut off
    parameters = Parameters(*set_lymphodepletion(who.parameters, np.ones(4, dtype=bool)))
    return State(*state), parameters._replace(rejection_per_day=np.full(4, 0.04))


@pytest.mark.parametrize("name", [name for name in PARAMETER_NAMES if name not in SWITCHED_OFF])
def test_every_parameter_moves_some_state(name, rich_state):
    state, p = rich_state
    before = np.array(derivatives(np.full(4, 8.0), state, p, np.exp, np.log))
    nudged = p._replace(**{name: getattr(p, name) * 1.01})
    after = np.array(derivatives(np.full(4, 8.0), state, nudged, np.exp, np.log))
    assert (before != after).any()
