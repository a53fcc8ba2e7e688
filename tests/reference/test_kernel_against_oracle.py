"""The compiled kernel against SciPy's integrators, on the same equations, with management replayed."""

import itertools

import numpy as np
import pytest
from tests.carry import carried, infused_bodies
from tests.reference.replay import by_kernel, by_oracle, log_of_course, replay

from livingdrug.engine.integrate import ISA_VARIABLE, instruction_sets
from livingdrug.engine.reference import integrate
from livingdrug.engine.tolerances import state_scales

N_PATIENTS = 4
N_DRAWN = 40
DAYS = np.array([3.0, 10.0, 28.0, 90.0])
TOLERANCES = (1e-4, 1e-6, 1e-8)
MEDIAN_WITHIN = 10
ALMOST_ALL_WITHIN = 1000
ALMOST_ALL = 0.999


@pytest.fixture(scope="module", params=["juliet", "eliana"])
def managed(request):
    """Return the log of a course of five years with management, and the oracle's states along it."""
    patch = pytest.MonkeyPatch()
    log = log_of_course(request.param, N_PATIENTS, 5, patch)
    patch.undo()
    return log, replay(log, by_oracle)


def _errors(log, oracle, relative_tolerance):
    """Return the scaled errors after every stretch, of the patients who were carried in it."""
    found = replay(log, by_kernel(relative_tolerance))
    error = np.abs(found - oracle) / (state_scales(log[0].parameters) + np.abs(oracle))
    return np.concatenate([each[:, stretch.rows].ravel() for each, stretch in zip(error, log, strict=True)])


def _judge(errors):
    """Hold the errors at each tolerance against it, and against those of the next."""
    for tolerance, error in zip(TOLERANCES, errors, strict=True):
        assert np.median(error) <= MEDIAN_WITHIN * tolerance
        assert np.quantile(error, ALMOST_ALL) <= ALMOST_ALL_WITHIN * tolerance
    falls = [np.quantile(error, ALMOST_ALL) for error in errors]
    assert falls[0] > 10 * falls[1] > 100 * falls[2]


@pytest.mark.parametrize("isa", instruction_sets())
def test_the_kernel_keeps_to_the_oracle_through_a_managed_course(managed, isa, monkeypatch):
    monkeypatch.setenv(ISA_VARIABLE, isa)
    log, oracle = managed
    _judge([_errors(log, oracle, tolerance) for tolerance in TOLERANCES])


@pytest.fixture(scope="module")
def population():
    """Return bodies of all three diseases drawn at random, and the oracle's states on some days."""
    state, parameters = infused_bodies(N_DRAWN, seed=11)
    at_days = np.empty((len(DAYS), *state.shape))
    for i in range(N_DRAWN):
        now, before = state[:, i], 0.0
        for k, day in enumerate(DAYS):
            now, before = integrate(now, parameters[:, i], before, day, 1e-11), day
            at_days[k, :, i] = now
    return state, parameters, at_days


@pytest.mark.parametrize("isa", instruction_sets())
def test_the_kernel_keeps_to_the_oracle_over_a_random_population(population, isa, monkeypatch):
    monkeypatch.setenv(ISA_VARIABLE, isa)
    state, parameters, oracle = population
    errors = []
    for tolerance in TOLERANCES:
        moved = carried(state, parameters, 0.0, DAYS[-1], output_days=DAYS, relative_tolerance=tolerance)
        assert (moved.failed == 0).all()
        errors.append(np.abs(moved.at_outputs - oracle) / (state_scales(parameters) + np.abs(oracle)))
    _judge(errors)


def test_instruction_sets_agree_within_the_tolerance(managed, monkeypatch):
    log, _ = managed
    scales = state_scales(log[0].parameters)
    states = []
    for isa in instruction_sets():
        monkeypatch.setenv(ISA_VARIABLE, isa)
        states.append(replay(log, by_kernel(1e-6)))
    for other in states[1:]:
        assert (np.abs(other - states[0]) / (scales + np.abs(states[0]))).max() < 1e-6


def test_radau_and_lsoda_agree(managed):
    log, _ = managed
    first = next(stretch for stretch in log if stretch.day_from[0] == 0 and stretch.day_to[0] > 0)
    two = [
        integrate(first.before[:, 0], first.parameters[:, 0], 0.0, 5.0, method=method)
        for method in ("LSODA", "Radau")
    ]
    scales = state_scales(first.parameters)[:, 0]
    assert (np.abs(two[0] - two[1]) / (scales + np.abs(two[1]))).max() < 1e-5


def test_the_log_holds_lymphodepletion_and_doses(managed):
    """What is replayed is not an idle body: before infusion too, and with doses between stretches."""
    log, _ = managed
    assert log[0].day_to.max() < 0
    given = [(now.before != last.after).any() for last, now in itertools.pairwise(log)]
    assert sum(given) > 3
