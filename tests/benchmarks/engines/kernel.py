"""livingdrug's own compiled kernel, on one thread."""

import numpy as np
from tests.benchmarks.engines import Solve
from tests.benchmarks.problem import Problem

from livingdrug.engine.integrate import advance, prepare


def load(problem: Problem) -> Solve:
    """Return a function that solves the first n patients at a tolerance; compiled when installed."""

    def solve(n: int, tolerance: float) -> np.ndarray:
        return advance(
            problem.state[:, :n],
            prepare(problem.parameters[:, :n]),
            np.zeros(n),
            np.full(n, problem.output_days[-1]),
            output_days=problem.output_days,
            relative_tolerance=tolerance,
        ).at_outputs

    return solve
