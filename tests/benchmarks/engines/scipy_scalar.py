"""SciPy's LSODA, one patient after another, on scalar equations in plain Python."""

import math

import numpy as np
from scipy.integrate import solve_ivp
from tests.benchmarks.engines import Solve
from tests.benchmarks.problem import Problem
from tests.benchmarks.symbols import scaled_equations, write_function


def load(problem: Problem) -> Solve:
    """Write the equations out and return a function that solves the first n patients at a tolerance."""
    scale = problem.scale
    names = {"exp": math.exp, "log": math.log}
    exec(write_function(scaled_equations(scale), "rates(day, y, p)", "return ({rates})"), names)
    rates = names["rates"]
    start = (problem.state / scale[:, None]).T
    parameters = problem.parameters.T.tolist()
    days = problem.output_days

    def solve_one(i: int, tolerance: float) -> np.ndarray:
        p = parameters[i]
        answer = solve_ivp(
            lambda day, y: rates(day, y.tolist(), p),
            (0.0, days[-1]),
            start[i],
            method="LSODA",
            t_eval=days,
            rtol=tolerance,
            atol=tolerance,
        )
        return answer.y.T * scale if answer.success else np.full((len(days), len(scale)), np.nan)

    def solve(n: int, tolerance: float) -> np.ndarray:
        return np.stack([solve_one(i, tolerance) for i in range(n)], axis=-1)

    return solve
