"""How time and memory grow with the number of patients: ``python -m tests.benchmarks.scaling``.

Each run is a process of its own. The kernel solves chunk after chunk of the JULIET problem and lets the
states of each go, as a run of a large trial does; the whole course is run on a chunk of a large run.
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
from tests.benchmarks.managed import HORIZONS_MONTHS, SIZES, Managed
from tests.benchmarks.problem import make_problem
from tests.benchmarks.results import FOLDER
from tests.benchmarks.worker import peak_bytes

from livingdrug.engine.integrate import advance, prepare

SCALING_FILE = FOLDER / "scaling.json"
NUMBERS = (1_000, 10_000, 100_000, 1_000_000)
THREADS = (1, 2)
_CHUNK_PATIENTS = 1_000
_DISTINCT_PATIENTS = 10_000
SLOPE_FROM_PATIENTS = 10_000
"""Below, a run is so short that its fixed costs and the clock's grain would bend the slope."""


@dataclass(frozen=True)
class Grown:
    """The kernel on n patients."""

    n_patients: int
    n_threads: int
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Scaling:
    """All runs, and the machine that they were made on."""

    machine: Machine
    kernel: tuple[Grown, ...]
    course: tuple[Managed, ...]

    def slope(self, n_threads: int) -> float:
        """Return the slope of log processor time on log number of patients: 1 where proportional."""
        runs = [
            run for run in self.kernel if run.n_threads == n_threads and run.n_patients >= SLOPE_FROM_PATIENTS
        ]
        log_n, log_seconds = (
            np.log([getattr(run, name) for run in runs]) for name in ("n_patients", "cpu_seconds")
        )
        return float(np.polyfit(log_n, log_seconds, 1)[0])

    def managed(self, n_patients: int, horizon_months: float) -> Managed:
        """Return the course of so many patients to a horizon."""
        (found,) = [
            run for run in self.course if (run.n_patients, run.horizon_months) == (n_patients, horizon_months)
        ]
        return found


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


def _alone(code: str) -> dict:
    """Run one call in a process of its own and return what it found."""
    program = "import dataclasses, json\nfrom tests.benchmarks.managed import run_managed\n"
    program += f"from tests.benchmarks.scaling import run_kernel\nfound = {code}\n"
    program += "print(json.dumps(dataclasses.asdict(found)))"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure_scaling() -> Scaling:
    """Run the course to each horizon in two sizes, and each size of the kernel on each number of threads."""
    machine = this_machine()
    say = Console(stderr=True).print
    course = []
    for months in HORIZONS_MONTHS:
        for n_patients in SIZES:
            course.append(Managed(**_alone(f"run_managed({n_patients}, {months})")))
            say(course[-1])
    kernel = []
    for n_patients in NUMBERS:
        for n_threads in THREADS:
            kernel.append(Grown(**_alone(f"run_kernel({n_patients}, {n_threads})")))
            say(kernel[-1])
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
