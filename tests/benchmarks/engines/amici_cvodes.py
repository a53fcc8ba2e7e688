"""AMICI: SBML turned into C++ with a sparse Jacobian, solved by CVODES, one patient after another."""

import os
import sysconfig
import tempfile

import numpy as np
from amici.importers.sbml import SbmlImporter
from amici.sim.sundials import AMICI_SUCCESS, RDataReporting, run_simulation, stdVec2ndarray
from tests.benchmarks.engines import Solve
from tests.benchmarks.problem import Problem
from tests.benchmarks.sbml import write_sbml
from tests.benchmarks.symbols import scaled_equations

from livingdrug.body.names import PARAMETER_NAMES, STATE_NAMES

_MODEL = "livingdrug_body"
_MOST_STEPS = 1_000_000


def _compile(text: str):
    """Return the compiled model; sensitivities are left out, since no other engine computes them."""
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])  # SWIG
    os.environ["CXXFLAGS"] = "-O3 -march=native"
    return SbmlImporter(text, from_file=False).sbml2amici(
        _MODEL,
        tempfile.mkdtemp(),
        observation_model=[],
        fixed_parameters=[name for name in PARAMETER_NAMES if f'id="{name}"' in text],
        compute_conservation_laws=False,
        generate_sensitivity_code=False,
        simplify=None,
    )


def load(problem: Problem) -> Solve:
    """Compile the SBML and return a function that solves the first n patients at a tolerance."""
    scale = problem.scale
    model = _compile(write_sbml(scaled_equations(scale)))
    held = [PARAMETER_NAMES.index(name) for name in model.get_fixed_parameter_ids()]
    order = [STATE_NAMES.index(name) for name in model.get_state_ids()]
    parameters = problem.parameters[held].T
    start = (problem.state / scale[:, None])[order].T
    model.set_timepoints(problem.output_days)
    solver = model.create_solver()
    solver.set_max_steps(_MOST_STEPS)
    solver.set_return_data_reporting_mode(RDataReporting.full)

    def solve(n: int, tolerance: float) -> np.ndarray:
        solver.set_relative_tolerance(tolerance)
        solver.set_absolute_tolerance(tolerance)
        found = np.full((len(problem.output_days), len(scale), n), np.nan)
        for i in range(n):
            model.set_fixed_parameters(parameters[i])
            model.set_initial_state(start[i])
            answer = run_simulation(model, solver)
            if answer.status == AMICI_SUCCESS:
                # without a Python object for each number, which would take as long as the solution
                found[:, order, i] = stdVec2ndarray(answer["ptr"].x, *found.shape[:2])
        return found * scale[:, None]

    return solve
