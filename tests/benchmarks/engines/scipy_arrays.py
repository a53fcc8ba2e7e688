"""SciPy's LSODA, one patient after another, on the equations as NumPy evaluates them for a cohort."""

import numpy as np
from scipy.integrate import solve_ivp
from tests.benchmarks.engines import Solve
from tests.benchmarks.problem import Problem

from livingdrug.body.names import Parameters, State
from livingdrug.body.system import derivatives


def load(problem: Problem) -> Solve:
    """Return a function that solves the first n patients at a tolerance; nothing is compiled."""
    scale, days = problem.scale, problem.output_days

    def solve_one(i: int, tolerance: float) -> np.ndarray:
        held = Parameters(*problem.parameters[:, i : i + 1])

        def rates(day: float, y: np.ndarray) -> np.ndarray:
            return np.array(derivatives(day, State(*y[:, None]), held, np.exp, np.log))[:, 0]

        answer = solve_ivp(
            rates,
            (0.0, days[-1]),
            problem.state[:, i],
            method="LSODA",
            t_eval=days,
            rtol=tolerance,
            atol=tolerance * scale,
        )
        return answer.y.T if answer.success else np.full((len(days), len(scale)), np.nan)

    def solve(n: int, tolerance: float) -> np.ndarray:
        return np.stack([solve_one(i, tolerance) for i in range(n)], axis=-1)

    return solve
