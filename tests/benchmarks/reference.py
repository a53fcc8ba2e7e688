"""Solutions tight enough to measure the others by, and how far another solution is from them."""

import hashlib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.integrate import solve_ivp
from tests.benchmarks.problem import Problem

from livingdrug.body.names import Parameters, State
from livingdrug.body.system import derivatives
from livingdrug.engine.sources import sources_hash

N_PATIENTS = 64
"""The first patients of the problem, for whom the tight solution is kept."""

_TOLERANCE = 1e-12
_FOLDER = Path("build/benchmarks")


@dataclass(frozen=True)
class Error:
    """How far a solution is from the tight one, over patients, output days and states that move.

    Of one number it is |y - reference| / (scale + |reference|), scale that of its state. ``n_failed`` counts
    patients that the engine gave up, those without a tight solution included.
    """

    median: float
    percentile_99_9: float
    largest: float
    n_failed: int


def reference_states(problem: Problem, n_patients: int = N_PATIENTS) -> np.ndarray:
    """Return the tight solution, array (outputs, states, patients), kept on disk.

    Dormand and Prince's method of order eight, from each output day to the next, on the equations
    themselves. No engine that is compared uses it. Another state of the sources has its own.
    """
    given = [problem.state[:, :n_patients], problem.parameters[:, :n_patients], problem.output_days]
    digest = hashlib.sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in given))
    digest.update(sources_hash().encode())
    path = _FOLDER / f"reference-{digest.hexdigest()[:16]}.npy"
    if not path.exists():
        _FOLDER.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor() as pool:
            solved = list(pool.map(_solve_tightly, [problem] * n_patients, range(n_patients)))
        np.save(path, np.stack(solved, axis=-1))
    return np.load(path)


def _solve_tightly(problem: Problem, i: int) -> np.ndarray:
    held = Parameters(*problem.parameters[:, i].tolist())

    def rates(day: float, y: np.ndarray) -> np.ndarray:
        return np.array(derivatives(day, State(*y), held, np.exp, np.log))

    state, day, found = problem.state[:, i], 0.0, []
    for next_day in problem.output_days:
        answer = solve_ivp(
            rates, (day, next_day), state, method="DOP853", rtol=_TOLERANCE, atol=_TOLERANCE * problem.scale
        )
        if not answer.success:
            raise RuntimeError(f"reference of patient {i}: day {day:g} to {next_day:g}: {answer.message}")
        state, day = answer.y[:, -1], next_day
        found.append(state)
    return np.array(found)


def measure_error(problem: Problem, states: np.ndarray, reference: np.ndarray) -> Error:
    """Compare the first patients of a solution, as many as both have, with the tight solution."""
    n_failed = int(np.isnan(states).any(axis=(0, 1)).sum())
    n = min(states.shape[-1], reference.shape[-1])
    found, tight = states[:, :, :n], reference[:, :, :n]
    failed = np.isnan(found).any(axis=(0, 1))
    if failed.all():
        return Error(np.nan, np.nan, np.nan, n_failed)
    scaled = np.abs(found - tight) / (problem.scale[:, None] + np.abs(tight))
    moves = np.ptp(reference, axis=(0, 2)) > 0
    scaled = scaled[:, moves][:, :, ~failed]
    return Error(
        median=float(np.median(scaled)),
        percentile_99_9=float(np.quantile(scaled, 0.999)),
        largest=float(scaled.max()),
        n_failed=n_failed,
    )
