"""libRoadRunner: SBML compiled by LLVM, solved by CVODE, one patient after another."""

import contextlib

import numpy as np
import roadrunner
from tests.benchmarks.engines import Solve
from tests.benchmarks.problem import Problem
from tests.benchmarks.sbml import write_sbml
from tests.benchmarks.symbols import scaled_equations

from livingdrug.body.names import PARAMETER_NAMES, STATE_NAMES


def load(problem: Problem) -> Solve:
    """Compile the SBML and return a function that solves the first n patients at a tolerance."""
    scale = problem.scale
    runner = roadrunner.RoadRunner(write_sbml(scaled_equations(scale)))
    model = runner.model
    ids = list(model.getGlobalParameterIds())
    row_of = {name: i for i, name in enumerate(ids)}
    held = [i for i, name in enumerate(PARAMETER_NAMES) if name in row_of]
    columns = [row_of[PARAMETER_NAMES[i]] for i in held] + [row_of[name] for name in STATE_NAMES]
    values = np.concatenate([problem.parameters[held], problem.state / scale[:, None]]).T
    days = [0.0, *problem.output_days]
    runner.timeCourseSelections = list(STATE_NAMES)

    def solve(n: int, tolerance: float) -> np.ndarray:
        integrator = runner.getIntegrator()
        integrator.relative_tolerance = tolerance
        integrator.absolute_tolerance = tolerance
        integrator.maximum_num_steps = 1_000_000
        found = np.full((len(days) - 1, len(scale), n), np.nan)
        for i in range(n):
            runner.reset(roadrunner.SelectionRecord.TIME)
            model.setGlobalParameterValues(columns, values[i])
            with contextlib.suppress(RuntimeError):  # CVODE gave up: the patient stays unsolved
                found[:, :, i] = runner.simulate(times=days)[1:]
        return found * scale[:, None]

    return solve
