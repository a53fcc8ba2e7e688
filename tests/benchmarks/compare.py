"""Measures every engine that is installed on the same problem: ``python -m tests.benchmarks.compare``.

All engines stand ready in processes of their own and are timed in turn, so that each repeat of one lies
between repeats of the others; rates are patients per second of processor time.
"""

import sys

from rich.console import Console
from tests.benchmarks.engines import ENGINES, Engine
from tests.benchmarks.machine import this_machine, version_of
from tests.benchmarks.problem import Problem, make_problem
from tests.benchmarks.reference import Error, measure_error, reference_states
from tests.benchmarks.results import Comparison, Curve, Point, write_comparison
from tests.benchmarks.tables import peers_at_one_accuracy, peers_at_one_tolerance, printed
from tests.benchmarks.worker import Loaded, Missing, Worker

N_REPEATS = 5
SECONDS_A_RUN = 0.7
_TRIAL_TOLERANCE = 1e-6

_say = Console(stderr=True).print


def compare(engines: tuple[Engine, ...], n_repeats: int = N_REPEATS) -> Comparison:
    """Measure engines on the JULIET problem."""
    problem = make_problem(max(engine.most_patients for engine in engines))
    reference = reference_states(problem)
    workers = {engine: _start(engine, problem) for engine in engines}
    sizes = {engine: _size(engine, worker) for engine, worker in workers.items() if _is_ready(worker)}
    rates: dict[tuple[Engine, float], list[float]] = {}
    errors: dict[tuple[Engine, float], Error] = {}
    peaks: dict[Engine, int] = {}
    for tolerance in sorted({t for engine in sizes for t in engine.tolerances}, reverse=True):
        _say(f"tolerance {tolerance:g}")
        for repeat in range(n_repeats):
            for engine in [engine for engine in sizes if tolerance in engine.tolerances]:
                run = workers[engine].run(sizes[engine], tolerance, keep=repeat == 0)
                if isinstance(run, Missing):
                    raise RuntimeError(f"{engine.name} at {tolerance:g}: {run.reason}")
                rates.setdefault((engine, tolerance), []).append(sizes[engine] / run.cpu_seconds)
                peaks[engine] = run.peak_bytes
                if run.states is not None:
                    errors[engine, tolerance] = measure_error(problem, run.states, reference)
    curves = []
    for engine, worker in workers.items():
        points = [
            Point(tolerance, sizes[engine], tuple(rates[engine, tolerance]), errors[engine, tolerance])
            for tolerance in engine.tolerances
            if (engine, tolerance) in rates
        ]
        curves.append(_curve(engine, worker.loaded, peaks.get(engine, 0), points))
        worker.stop()
    return Comparison(this_machine(), n_repeats, tuple(curves))


def _start(engine: Engine, problem: Problem) -> Worker:
    worker = Worker(engine, problem)
    told = worker.loaded
    _say(f"{engine.name}: " + ("ready" if isinstance(told, Loaded) else f"left out: {told.reason}"))
    return worker


def _is_ready(worker: Worker) -> bool:
    return isinstance(worker.loaded, Loaded)


def _size(engine: Engine, worker: Worker) -> int:
    """Return how many patients keep an engine busy for about ``SECONDS_A_RUN``; this run also warms it up."""
    run = worker.run(engine.least_patients, _TRIAL_TOLERANCE, keep=False)
    if isinstance(run, Missing):
        raise RuntimeError(f"{engine.name}: {run.reason}")
    wanted = int(engine.least_patients * SECONDS_A_RUN / run.cpu_seconds)
    return min(max(wanted, engine.least_patients), engine.most_patients)


def _curve(engine: Engine, loaded: Loaded | Missing, peak_bytes: int, points: list[Point]) -> Curve:
    ready = isinstance(loaded, Loaded)
    return Curve(
        engine=engine.name,
        version=version_of(engine.package),
        missing="" if ready else loaded.reason,
        ready_wall_seconds=loaded.wall_seconds if ready else 0.0,
        ready_cpu_seconds=loaded.cpu_seconds if ready else 0.0,
        peak_bytes=peak_bytes,
        points=tuple(points),
    )


if __name__ == "__main__":
    wanted = sys.argv[1:]
    chosen = tuple(engine for engine in ENGINES if not wanted or engine.module in wanted)
    found = compare(chosen)
    write_comparison(found)
    for table in (peers_at_one_tolerance(found), peers_at_one_accuracy(found)):
        Console().print(printed(table))
