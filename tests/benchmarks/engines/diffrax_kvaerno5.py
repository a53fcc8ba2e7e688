"""diffrax with Kvaerno5, an implicit method of order five."""

from tests.benchmarks.engines import Solve
from tests.benchmarks.engines.diffrax_batches import diffrax, solve_in_batches
from tests.benchmarks.problem import Problem


def load(problem: Problem) -> Solve:
    """Compile for batches of 32 patients."""
    return solve_in_batches(problem, diffrax.Kvaerno5(), 32)
