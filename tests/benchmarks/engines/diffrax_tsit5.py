"""diffrax with Tsit5, an explicit method of order five."""

from tests.benchmarks.engines import Solve
from tests.benchmarks.engines.diffrax_batches import diffrax, solve_in_batches
from tests.benchmarks.problem import Problem


def load(problem: Problem) -> Solve:
    """Compile for batches of 128 patients."""
    return solve_in_batches(problem, diffrax.Tsit5(), 128)
