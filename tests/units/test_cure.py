"""The closed-form extinction law against known cases and against counting cells."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from livingdrug.body.cure import (
    extinction_probability,
    living_tumour_cells,
    restart_clones,
    start_clones,
    update_clones,
)
from livingdrug.body.events import row
from livingdrug.body.system import STATE_NAMES
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition

RULES = load_edition()


def _law(birth, death, day_to):
    """Integrate (log_alive, room) for one cell, as the body does."""

    def rates(day, y):
        d = death(day)
        return [-d * y[1], y[1] * (d - birth - d * y[1])]

    return solve_ivp(rates, (0, day_to), [0.0, 1.0], rtol=1e-11, atol=1e-12).y[:, -1]


def _state(n, log_cells=0.0):
    state = np.zeros((len(STATE_NAMES), n))
    state[row("log_tumour_cd19_positive")] = log_cells
    state[row("log_tumour_cd19_negative")] = RULES.number("body.tumour.extinct_log_cells")
    state[row("growth_room_positive")] = 1.0
    state[row("growth_room_negative")] = 1.0
    return state


def test_constant_rates_give_the_textbook_formula():
    birth, death, day = 0.2, 0.5, 7.0
    grow = np.exp((birth - death) * day)
    textbook = death * (1 - grow) / (death - birth * grow)
    log_alive, _ = _law(birth, lambda t: death, day)
    assert extinction_probability(np.array([log_alive]), np.array([1.0]))[0] == pytest.approx(
        textbook, rel=1e-8
    )


def test_the_states_equal_the_integral_form_with_killing_that_fades():
    birth, day_to = 0.185, 120.0
    days = np.linspace(0, day_to, 400001)
    death = 0.14 + 0.6 * np.exp(-days / 20)
    step = days[1]
    exponent = np.concatenate([[0], np.cumsum((death - birth)[:-1] + np.diff(death) / 2) * step])
    births = np.concatenate(
        [[0], np.cumsum((np.exp(exponent)[1:] + np.exp(exponent)[:-1]) / 2 * birth * step)]
    )
    weight = np.exp(exponent[-1]) + births[-1]
    log_alive, room = _law(birth, lambda t: 0.14 + 0.6 * np.exp(-t / 20), day_to)
    assert np.exp(log_alive) == pytest.approx(1 / weight, rel=1e-6)
    assert room == pytest.approx(np.exp(exponent[-1]) / weight, rel=1e-6)


def test_the_share_of_extinct_clones_agrees_with_counting_cells():
    birth, n_cells, n_runs, day_to = 0.185, 20, 4000, 30.0
    log_alive, _ = _law(birth, lambda t: 0.14 + 0.3 * np.exp(-t / 10), day_to)
    law = extinction_probability(np.array([log_alive]), np.array([float(n_cells)]))[0]
    rng = np.random.default_rng(1)
    cells = np.full(n_runs, n_cells)
    step = 0.01
    for k in range(int(day_to / step)):
        death = 0.14 + 0.3 * np.exp(-(k + 0.5) * step / 10)
        cells = cells + rng.binomial(cells, birth * step) - rng.binomial(cells, death * step)
        cells = np.maximum(cells, 0)
    share = np.mean(cells == 0)
    assert 0.2 < law < 0.9
    assert abs(share - law) < 4 * np.sqrt(law * (1 - law) / n_runs) + 2 * step


def test_a_clone_is_put_under_chance_only_below_the_limit():
    limit = np.log(RULES.number("body.tumour.clone_limit_cells"))
    state = _state(3, np.array([limit - 1, limit, limit + 1]))
    _, clones = update_clones(state, start_clones(3, Draws(1, 0, 3)), RULES)
    assert np.isnan(clones.positive.n_at_start).tolist() == [False, False, True]
    assert clones.positive.n_at_start[0] == pytest.approx(np.exp(limit - 1))


def test_no_cells_at_all_are_extinct_at_once():
    _, clones = update_clones(_state(2, 5.0), start_clones(2, Draws(1, 0, 2)), RULES)
    assert clones.negative.extinct.all()
    assert not clones.positive.extinct.any()


def test_a_clone_dies_when_its_chance_passes_its_luck_and_stays_dead():
    state, clones = update_clones(_state(1, np.log(10.0)), start_clones(1, Draws(1, 0, 1)), RULES)
    luck = clones.positive.luck[0]
    for share, dies in ((0.99 * luck, False), (luck + 0.01 * (1 - luck), True)):
        after = state.copy()
        after[row("log_alive_positive")] = np.log1p(-np.exp(np.log(share) / 10))
        decided, then = update_clones(after, clones, RULES)
        assert then.positive.extinct.tolist() == [dies]
        cells, _ = living_tumour_cells(decided, then)
        assert (cells[0] == 0) == dies


def test_the_living_are_more_than_the_mean_so_that_the_mean_is_kept():
    state, clones = update_clones(_state(1, np.log(10.0)), start_clones(1, Draws(1, 0, 1)), RULES)
    share = 0.5 * clones.positive.luck[0]
    state[row("log_alive_positive")] = np.log1p(-np.exp(np.log(share) / 10))
    cells, _ = living_tumour_cells(state, clones)
    assert cells[0] * (1 - share) == pytest.approx(10.0)


def test_a_clone_that_grows_again_is_released_with_its_own_size_and_fresh_luck():
    limit = RULES.number("body.tumour.clone_limit_cells")
    state, clones = update_clones(_state(1, np.log(10.0)), start_clones(1, Draws(1, 0, 1)), RULES)
    share = 0.5 * clones.positive.luck[0]
    state[row("log_alive_positive")] = np.log1p(-np.exp(np.log(share) / 10))
    state[row("log_tumour_cd19_positive")] = np.log(limit)
    after, then = update_clones(state, clones, RULES)
    assert np.exp(after[row("log_tumour_cd19_positive")])[0] == pytest.approx(limit / (1 - share))
    assert np.isnan(then.positive.n_at_start[0])
    luck = clones.positive.luck[0]
    assert then.positive.luck[0] == pytest.approx((luck - share) / (1 - share))
    assert after[row("growth_room_positive")][0] == 1


def test_a_transplant_renews_the_luck_only_of_those_transplanted():
    draws = Draws(1, 0, 2)
    _, clones = update_clones(_state(2, 5.0), start_clones(2, draws), RULES)
    _, again = restart_clones(_state(2, 5.0), clones, np.array([True, False]), draws, 0)
    assert np.isnan(again.positive.n_at_start).tolist() == [True, False]
    assert (again.positive.luck == clones.positive.luck).tolist() == [False, True]


def test_a_clone_enters_a_transplant_with_the_cells_of_those_in_whom_it_lives():
    draws = Draws(1, 0, 1)
    state, clones = update_clones(_state(1, np.log(10.0)), start_clones(1, draws), RULES)
    gone = 0.5 * clones.positive.luck[0]
    state[row("log_alive_positive")] = np.log1p(-np.exp(np.log(gone) / 10))
    after, again = restart_clones(state, clones, np.array([True]), draws, 0)
    assert np.exp(after[row("log_tumour_cd19_positive")])[0] == pytest.approx(10.0 / (1 - gone))
    untouched, _ = restart_clones(state, clones, np.array([False]), draws, 0)
    assert (untouched == state).all()
    then, followed = update_clones(after, again, RULES)
    assert followed.positive.n_at_start[0] == pytest.approx(10.0 / (1 - gone))
    assert then[row("log_alive_positive")][0] == 0
