"""Measures every engine that is installed on the same problem: ``python -m tests.benchmarks.compare``.

All engines stand ready in processes of their own and are timed in turn, so that each repeat of one lies
between repeats of the others; rates are patients per second of processor time.
"""

import sys

import numpy as np
from rich.console import Console
from tests.benchmarks.engines import ENGINES, Engine
from tests.benchmarks.machine import this_machine, version_of
from tests.benchmarks.problem import Problem, make_problem
from tests.benchmarks.reference import measure_error, reference_states
from tests.benchmarks.results import Comparison, Curve, Point, write_comparison
from tests.benchmarks.tables import peers_at_one_accuracy, peers_at_one_tolerance, printed
from tests.benchmarks.worker import Loaded, Missing, Run, Worker

N_REPEATS = 5
SECONDS_A_RUN = 0.5

_say = Console(stderr=True).print


def compare(engines: tuple[Engine, ...], n_repeats: int = N_REPEATS) -> Comparison:
    """Measure engines on the JULIET problem."""
    machine = this_machine()
    problem = make_problem(max(engine.n_patients for engine in engines))
    reference = reference_states(problem)
    workers = {engine: _start(engine, problem) for engine in engines}
    ready = {engine: worker for engine, worker in workers.items() if isinstance(worker.loaded, Loaded)}
    points: dict[Engine, list[Point]] = {engine: [] for engine in engines}
    for tolerance in sorted({t for engine in ready for t in engine.tolerances}, reverse=True):
        _say(f"tolerance {tolerance:g}")
        taking_part = {engine: worker for engine, worker in ready.items() if tolerance in engine.tolerances}
        for engine, runs in _run_in_turn(taking_part, tolerance, n_repeats).items():
            points[engine].append(_point(tolerance, engine, runs, problem, reference))
    for worker in workers.values():
        worker.stop()
    curves = [_curve(engine, worker.loaded, points[engine]) for engine, worker in workers.items()]
    return Comparison(machine, n_repeats, tuple(curves))


def _start(engine: Engine, problem: Problem) -> Worker:
    worker = Worker(engine, problem)
    told = worker.loaded
    _say(f"{engine.name}: " + ("ready" if isinstance(told, Loaded) else f"left out: {told.reason}"))
    return worker


def _run_in_turn(workers: dict[Engine, Worker], tolerance: float, n_repeats: int) -> dict[Engine, list[Run]]:
    """Time every engine once, then every engine again; an untimed call warms each up and gives the states."""
    runs = {engine: [_run(engine, worker, tolerance, 0.0, keep=True)] for engine, worker in workers.items()}
    for _ in range(n_repeats):
        for engine, worker in workers.items():
            runs[engine].append(_run(engine, worker, tolerance, SECONDS_A_RUN, keep=False))
    return runs


def _run(engine: Engine, worker: Worker, tolerance: float, seconds: float, keep: bool) -> Run:
    run = worker.run(engine.n_patients, tolerance, seconds, keep)
    if isinstance(run, Missing):
        raise RuntimeError(f"{engine.name} at {tolerance:g}: {run.reason}")
    return run


def _point(
    tolerance: float, engine: Engine, runs: list[Run], problem: Problem, reference: np.ndarray
) -> Point:
    first, *timed = runs
    return Point(
        tolerance=tolerance,
        n_patients=engine.n_patients,
        rates=tuple(run.rate for run in timed),
        error=measure_error(problem, first.states, reference),
        peak_bytes=max(run.peak_bytes for run in runs),
    )


def _curve(engine: Engine, loaded: Loaded | Missing, points: list[Point]) -> Curve:
    ready = isinstance(loaded, Loaded)
    return Curve(
        engine=engine.name,
        version=version_of(engine.package),
        missing="" if ready else loaded.reason,
        ready_wall_seconds=loaded.wall_seconds if ready else 0.0,
        ready_cpu_seconds=loaded.cpu_seconds if ready else 0.0,
        points=tuple(points),
    )


if __name__ == "__main__":
    wanted = sys.argv[1:]
    found = compare(tuple(engine for engine in ENGINES if not wanted or engine.module in wanted))
    write_comparison(found)
    for table in (peers_at_one_tolerance(found), peers_at_one_accuracy(found)):
        Console().print(printed(table))
