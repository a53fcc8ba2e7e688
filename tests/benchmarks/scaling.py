"""How time and memory grow with the number of patients: ``python -m tests.benchmarks.scaling``.

Each run is a process of its own. The kernel solves chunk after chunk of the JULIET problem and lets the
states of each go, as a run of a large trial does; the whole course is run on a few hundred patients.
"""

import dataclasses
import json
import subprocess
import sys
import time
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from tests.benchmarks.machine import Machine, this_machine
from tests.benchmarks.problem import make_problem
from tests.benchmarks.results import FOLDER
from tests.benchmarks.worker import peak_bytes

from livingdrug.course import run_course
from livingdrug.draws import Draws
from livingdrug.endpoints import summarise_course
from livingdrug.engine.integrate import advance, prepare
from livingdrug.evidence import load_edition
from livingdrug.patients import sample_patients
from livingdrug.trial import load_design

SCALING_FILE = FOLDER / "scaling.json"
NUMBERS = (1_000, 10_000, 100_000, 1_000_000)
THREADS = (1, 2)
_CHUNK_PATIENTS = 1_000
_DISTINCT_PATIENTS = 10_000
_COURSE_PATIENTS = 500
_MONTHS_A_YEAR = 12.0
_SEED = 5


@dataclass(frozen=True)
class Grown:
    """The kernel on n patients."""

    n_patients: int
    n_threads: int
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Managed:
    """The whole course, with the ward's feedback, to a horizon."""

    n_patients: int
    horizon_months: float
    cpu_seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Scaling:
    """All runs, and the machine that they were made on."""

    machine: Machine
    kernel: tuple[Grown, ...]
    course: tuple[Managed, ...]

    def slope(self, n_threads: int) -> float:
        """Return the slope of log wall time against log number of patients: 1 where time is proportional."""
        runs = [run for run in self.kernel if run.n_threads == n_threads]
        log_n, log_seconds = (
            np.log([getattr(run, name) for run in runs]) for name in ("n_patients", "wall_seconds")
        )
        return float(np.polyfit(log_n, log_seconds, 1)[0])


def run_kernel(n_patients: int, n_threads: int) -> Grown:
    """Solve the first year of n patients here, chunk by chunk; above 10,000 the same patients come again."""
    problem = make_problem(min(n_patients, _DISTINCT_PATIENTS))
    last = problem.output_days[-1]
    started, started_cpu = time.perf_counter(), time.process_time()
    for first in range(0, n_patients, _CHUNK_PATIENTS):
        rows = np.arange(first, min(first + _CHUNK_PATIENTS, n_patients)) % problem.n_patients
        carried = advance(
            problem.state[:, rows],
            prepare(problem.parameters[:, rows]),
            np.zeros(len(rows)),
            np.full(len(rows), last),
            output_days=problem.output_days,
            threads=n_threads,
        )
        if carried.failed.any():
            raise RuntimeError(f"{np.count_nonzero(carried.failed)} patients from {first} on were given up")
    wall, cpu = time.perf_counter() - started, time.process_time() - started_cpu
    return Grown(n_patients, n_threads, wall, cpu, peak_bytes())


def run_managed(n_patients: int, horizon_months: float) -> Managed:
    """Take n sampled patients through the whole course here, to a horizon; 0 stands for the design's own."""
    plan = load_design("juliet").plan
    plan = dataclasses.replace(plan, horizon_months=horizon_months or plan.horizon_months)
    rules, draws = load_edition(), Draws(_SEED, 0, n_patients)
    patients = sample_patients("juliet", draws, rules)
    started = time.process_time()
    summarise_course(run_course(patients, plan, rules, draws), rules, draws)
    return Managed(n_patients, plan.horizon_months, time.process_time() - started, peak_bytes())


def _alone(code: str) -> dict:
    """Run one call of this module in a process of its own and return what it found."""
    program = f"import dataclasses, json\nfrom tests.benchmarks.scaling import *\nfound = {code}\n"
    program += "print(json.dumps(dataclasses.asdict(found)))"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure_scaling() -> Scaling:
    """Run every size with every number of threads, and the course to one year and to the design's horizon."""
    machine = this_machine()
    say = Console(stderr=True).print
    kernel = []
    for n_patients in NUMBERS:
        for n_threads in THREADS:
            kernel.append(Grown(**_alone(f"run_kernel({n_patients}, {n_threads})")))
            say(kernel[-1])
    course = []
    for months in (_MONTHS_A_YEAR, 0.0):
        course.append(Managed(**_alone(f"run_managed({_COURSE_PATIENTS}, {months})")))
        say(course[-1])
    return Scaling(machine, tuple(kernel), tuple(course))


def read_scaling() -> Scaling:
    """Read the last measurement back."""
    found = json.loads(SCALING_FILE.read_text())
    return Scaling(
        Machine(**found["machine"]),
        tuple(Grown(**run) for run in found["kernel"]),
        tuple(Managed(**run) for run in found["course"]),
    )


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    SCALING_FILE.write_text(json.dumps(dataclasses.asdict(measure_scaling()), indent=1) + "\n")
