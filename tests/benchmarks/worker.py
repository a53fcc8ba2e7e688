"""One process for each engine, so that they cannot disturb each other, spoken to in turn."""

import importlib
import multiprocessing
import resource
import sys
import time
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np
from tests.benchmarks.engines import Engine
from tests.benchmarks.problem import Problem

_KIB = 1 if sys.platform == "darwin" else 1024


def peak_bytes() -> int:
    """Return the most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB


@dataclass(frozen=True)
class Loaded:
    """What making an engine ready took: seconds from the clock, and of the processors."""

    wall_seconds: float
    cpu_seconds: float


@dataclass(frozen=True)
class Run:
    """One timed run: patients per second of the processors, states if asked for, most memory so far."""

    rate: float
    states: np.ndarray | None
    peak_bytes: int


@dataclass(frozen=True)
class Missing:
    """Why an engine takes no part."""

    reason: str


class Worker:
    """The process of one engine."""

    def __init__(self, engine: Engine, problem: Problem):
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, engine.module, problem), daemon=True)
        self._process.start()
        theirs.close()
        self.loaded: Loaded | Missing = self._answer()

    def run(self, n_patients: int, tolerance: float, seconds: float, keep: bool) -> Run | Missing:
        """Solve the first patients again and again until some seconds of processor time are spent."""
        self._ours.send((n_patients, tolerance, seconds, keep))
        return self._answer()

    def stop(self) -> None:
        """End the process."""
        self._ours.close()
        self._process.join()

    def _answer(self):
        try:
            return self._ours.recv()
        except EOFError:
            self._process.join()
            return Missing(f"its process ended with code {self._process.exitcode}")


def _serve(pipe: Connection, module: str, problem: Problem) -> None:
    started, started_cpu = time.perf_counter(), time.process_time()
    try:
        solve = importlib.import_module(f"tests.benchmarks.engines.{module}").load(problem)
    except ImportError as fault:
        pipe.send(Missing(f"{fault.name} cannot be imported"))
        return
    except Exception:
        pipe.send(Missing(traceback.format_exc(limit=-1)))
        return
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = time.process_time() - started_cpu + children.ru_utime + children.ru_stime
    pipe.send(Loaded(time.perf_counter() - started, cpu))
    while True:
        try:
            n_patients, tolerance, seconds, keep = pipe.recv()
        except EOFError:
            return
        started_cpu, spent, n_solved = time.process_time(), 0.0, 0
        while spent < seconds or n_solved == 0:
            states = solve(n_patients, tolerance)
            n_solved += n_patients
            spent = time.process_time() - started_cpu
        pipe.send(Run(n_solved / spent, states if keep else None, peak_bytes()))
