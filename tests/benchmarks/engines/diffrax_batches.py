"""diffrax: JAX on the CPU in double precision, the patients of a batch at once by vmap, on one thread."""

import os

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
os.environ["JAX_PLATFORMS"] = "cpu"

import diffrax
import jax
import jax.numpy as jnp
import numpy as np
from tests.benchmarks.engines import Solve
from tests.benchmarks.problem import Problem
from tests.benchmarks.symbols import scaled_equations, write_function

_FIRST_TOLERANCE = 1e-3


def solve_in_batches(problem: Problem, method: diffrax.AbstractSolver, n_batch: int) -> Solve:
    """Compile the equations and the method, and return a function that solves batch after batch."""
    jax.config.update("jax_enable_x64", True)
    scale = problem.scale
    names = {"exp": jnp.exp, "log": jnp.log, "stack": jnp.stack}
    exec(write_function(scaled_equations(scale), "rates(day, y, p)", "return stack([{rates}])"), names)
    term = diffrax.ODETerm(names["rates"])
    days = jnp.asarray(problem.output_days)

    def solve_one(start, parameters, tolerance):
        answer = diffrax.diffeqsolve(
            term,
            method,
            0.0,
            days[-1],
            None,
            start,
            parameters,
            saveat=diffrax.SaveAt(ts=days),
            stepsize_controller=diffrax.PIDController(rtol=tolerance, atol=tolerance),
            max_steps=None,
            throw=False,
        )
        return jnp.where(answer.result == diffrax.RESULTS.successful, answer.ys, jnp.nan)

    solve_batch = jax.jit(jax.vmap(solve_one, in_axes=(0, 0, None)))
    start = jnp.asarray((problem.state / scale[:, None]).T)
    parameters = jnp.asarray(problem.parameters.T)

    def solve(n: int, tolerance: float) -> np.ndarray:
        found = []
        for first in range(0, n, n_batch):
            rows = slice(first, first + n_batch)
            found.append(np.asarray(solve_batch(start[rows], parameters[rows], tolerance)))
        return np.moveaxis(np.concatenate(found) * scale, 0, -1)[:, :, :n]

    solve(n_batch, _FIRST_TOLERANCE)
    return solve
