"""numbalsoda: LSODA in C++, with right-hand side and loop over patients compiled by numba."""

import math

import numba
import numpy as np
from numbalsoda import lsoda, lsoda_sig
from tests.benchmarks.engines import Solve
from tests.benchmarks.problem import Problem
from tests.benchmarks.symbols import scaled_equations, write_function


def load(problem: Problem) -> Solve:
    """Compile the equations and return a function that solves the first n patients at a tolerance."""
    scale = problem.scale
    ending = "made = ({rates})\nfor i in range(len(made)):\n    du[i] = made[i]"
    text = write_function(scaled_equations(scale), "rates(day, y, du, p)", ending)
    names = {"exp": math.exp, "log": math.log}
    exec(text, names)
    address = numba.cfunc(lsoda_sig)(names["rates"]).address
    days = np.concatenate([[0.0], problem.output_days])
    start = np.ascontiguousarray((problem.state / scale[:, None]).T)
    parameters = np.ascontiguousarray(problem.parameters.T)

    @numba.njit
    def solve_all(n, tolerance):
        found = np.full((n, len(days), len(scale)), np.nan)
        for i in range(n):
            states, success = lsoda(
                address, start[i], days, data=parameters[i], rtol=tolerance, atol=tolerance, mxstep=100000
            )
            if success:
                found[i] = states
        return found

    def solve(n: int, tolerance: float) -> np.ndarray:
        return np.moveaxis(solve_all(n, tolerance)[:, 1:] * scale, 0, -1)

    solve(1, 1e-4)
    return solve
