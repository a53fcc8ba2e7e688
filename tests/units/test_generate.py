"""From the equations to the kernel's source: slopes, elimination and what is written."""

import os
import subprocess
import sys

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from tests.carry import infused_bodies

from livingdrug.body.system import STATE_NAMES
from livingdrug.engine.cpp import written
from livingdrug.engine.elimination import eliminate
from livingdrug.engine.generate import generate
from livingdrug.engine.reference import rates
from livingdrug.engine.sources import sources_hash
from livingdrug.engine.symbols import Constants, body_system
from livingdrug.errors import BadInput

SYSTEM = body_system()
STATE, PARAMETERS = infused_bodies(3)


def _values(day):
    """Return what to put for the symbols, one list a patient."""
    return [[day, *STATE[:, i], *PARAMETERS[:, i]] for i in range(STATE.shape[1])]


SYMBOLS = [SYSTEM.day, *SYSTEM.states, *SYSTEM.parameters]


def test_symbols_give_the_rates_of_the_equations():
    found = sympy.lambdify(SYMBOLS, list(SYSTEM.rates))
    direct = rates(np.full(3, 4.0), STATE, PARAMETERS)
    for i, values in enumerate(_values(4.0)):
        assert np.array(found(*values)) == pytest.approx(direct[:, i], rel=1e-9, abs=1e-9)


def test_the_jacobian_and_the_time_derivative_are_the_slopes_of_the_rates():
    """Complex steps: the imaginary part of f(y + i h) / h is the slope, with no cancellation."""
    tiny = 1e-30
    places = list(SYSTEM.jacobian)
    slopes = sympy.lambdify(SYMBOLS, [SYSTEM.jacobian[place] for place in places])
    by_day = sympy.lambdify(SYMBOLS, [SYSTEM.time_derivative.get(k, 0) for k in range(len(STATE_NAMES))])
    for i, values in enumerate(_values(4.0)):
        found = np.zeros((len(STATE_NAMES), len(STATE_NAMES)))
        found[tuple(zip(*places, strict=True))] = slopes(*values)
        for column in range(len(STATE_NAMES)):
            nudged = STATE[:, [i]].astype(complex)
            nudged[column] += 1j * tiny
            slope = rates(np.full(1, 4.0), nudged, PARAMETERS[:, [i]])[:, 0].imag / tiny
            assert found[:, column] == pytest.approx(slope, rel=1e-9, abs=1e-12 * np.abs(slope).max())
        later = rates(np.full(1, 4.0 + 1j * tiny), STATE[:, [i]], PARAMETERS[:, [i]])[:, 0].imag / tiny
        assert np.array(by_day(*values)) == pytest.approx(later, rel=1e-9)


def test_what_depends_on_parameters_alone_is_taken_out_and_put_back_unchanged():
    constants = Constants(SYSTEM.parameters)
    for rate in SYSTEM.rates:
        taken = constants.taken(rate)
        assert not taken.free_symbols & set(SYSTEM.parameters)
        back = taken.xreplace(constants.values)
        assert sympy.simplify(back - rate) == 0 or sympy.expand(back - rate) == 0


@given(n=st.integers(2, 12), seed=st.integers(0, 10**6), share=st.floats(0.05, 0.6))
def test_elimination_in_the_chosen_order_needs_no_other_entry_and_solves(n, seed, share):
    chance = np.random.default_rng(seed)
    filled = {(i, j) for i in range(n) for j in range(n) if chance.uniform() < share}
    plan = eliminate(n, filled)
    assert sorted(plan.order) == list(range(n))
    matrix = np.zeros((n, n))
    for i, j in filled:
        matrix[i, j] = chance.normal()
    matrix += np.eye(n) * (n + 1)
    held = matrix.copy()
    for k, pivot in enumerate(plan.order):
        for i in plan.order[k + 1 :]:
            if held[i, pivot] == 0:
                continue
            held[i] -= held[pivot] * (held[i, pivot] / held[pivot, pivot])
            held[i, pivot] = 0
            arisen = {(int(i), int(j)) for j in np.flatnonzero(np.abs(held[i]) > 0)}
            assert arisen <= set(plan.places)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("a*b/c", "a * b / c"),
        ("a - b", "a - b"),
        ("-a", "-(a)"),
        ("1/(a*b)", "number<V>(1.0) / (a * b)"),
        ("a**3", "a * a * a"),
        ("exp(-a*log(b))", "exp(-(a * log(b)))"),
    ],
)
def test_expressions_are_written_as_plain_arithmetic(expression, text):
    assert written(sympy.sympify(expression)) == text


@pytest.mark.parametrize("expression", ["sin(a)", "a**0.5", "a**b", "Max(a, b)"])
def test_anything_else_in_the_equations_is_refused(expression):
    with pytest.raises(BadInput, match=r"equations: .*expected"):
        written(sympy.sympify(expression))


def test_the_source_is_the_same_whatever_order_python_hashes_in_and_names_its_sources():
    source = generate()
    assert f'SOURCES_HASH[] = "{sources_hash()}"' in source
    code = "from livingdrug.engine.generate import generate; import sys; sys.stdout.write(generate())"
    other = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, env=os.environ | {"PYTHONHASHSEED": "123"},
    )  # fmt: skip
    assert other.stdout == source
