"""The equations written out as SBML mean what the body's own code computes, read by another program."""

import numpy as np
import pytest
from tests.benchmarks.problem import make_problem

from livingdrug.body.names import PARAMETER_NAMES, STATE_NAMES, Parameters, State
from livingdrug.body.system import derivatives

roadrunner = pytest.importorskip("roadrunner", reason="libRoadRunner is not installed (extra bench)")
pytest.importorskip("libsbml", reason="python-libsbml is not installed (extra bench)")

N = 5


@pytest.fixture(scope="module")
def problem():
    return make_problem(N)


def _anywhere(problem):
    """Return states away from the day of infusion: each a random multiple of what it was or of its scale."""
    luck = np.random.default_rng(3)
    at_least = np.maximum(np.abs(problem.state), problem.scale[:, None])
    return np.where(problem.state < 0, -1, 1) * at_least * luck.uniform(0.5, 1.5, problem.state.shape)


@pytest.mark.parametrize("day", [0.0, 2.5, 40.0])
def test_libroadrunner_computes_the_rates_of_the_body(problem, day):
    from tests.benchmarks.sbml import write_sbml
    from tests.benchmarks.symbols import scaled_equations

    runner = roadrunner.RoadRunner(write_sbml(scaled_equations(problem.scale)))
    known = set(runner.model.getGlobalParameterIds())
    states = _anywhere(problem)
    for i in range(N):
        given = dict(zip(PARAMETER_NAMES, problem.parameters[:, i], strict=True))
        given |= dict(zip(STATE_NAMES, states[:, i] / problem.scale, strict=True))
        runner.model.setTime(day)
        for name, value in given.items():
            if name in known:
                runner[name] = value
        found = problem.scale * [runner.getValue(f"{name}'") for name in STATE_NAMES]
        held = Parameters(*problem.parameters[:, i])
        expected = np.array(derivatives(day, State(*states[:, i]), held, np.exp, np.log))
        differs = np.abs(found - expected) / (np.abs(expected) + np.abs(states[:, i]))
        assert differs.max() < 1e-12
