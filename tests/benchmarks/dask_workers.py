"""The whole course on Dask workers of this machine: ``python -m tests.benchmarks.dask_workers``."""

import dataclasses
import importlib.util
import json
import sys
import time
from dataclasses import dataclass
from functools import partial

from tests.benchmarks.machine import Machine, this_machine
from tests.benchmarks.results import FOLDER

from livingdrug.course import run_course
from livingdrug.draws import Draws
from livingdrug.endpoints import summarise_course
from livingdrug.evidence import load_edition
from livingdrug.patients import sample_patients
from livingdrug.trial import load_design

DASK_FILE = FOLDER / "dask.json"
_N_PATIENTS = 2_000
_CHUNK_PATIENTS = 250
_HORIZON_MONTHS = 12.0
_SEED = 5
_WORKERS = (1, 2)


@dataclass(frozen=True)
class Spread:
    """The whole course of n patients on some workers, each one process with one thread."""

    n_patients: int
    n_workers: int
    wall_seconds: float


@dataclass(frozen=True)
class OnDask:
    """All runs, and the machine that they were made on."""

    machine: Machine
    runs: tuple[Spread, ...]


def _run_chunk(first: int, n_patients: int) -> int:
    plan = dataclasses.replace(load_design("juliet").plan, horizon_months=_HORIZON_MONTHS)
    rules, draws = load_edition(), Draws(_SEED, first, n_patients)
    course = run_course(sample_patients("juliet", draws, rules), plan, rules, draws)
    return len(summarise_course(course, rules, draws).infused)


def measure_workers(n_workers: int) -> Spread:
    """Run all chunks on so many workers, after one to warm each up."""
    from distributed import Client, LocalCluster

    chunk = partial(_run_chunk, n_patients=_CHUNK_PATIENTS)
    firsts = range(0, _N_PATIENTS, _CHUNK_PATIENTS)
    with (
        LocalCluster(n_workers=n_workers, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        client.run(chunk, 0)
        started = time.perf_counter()
        done = sum(client.gather(client.map(chunk, firsts, pure=False)))
        seconds = time.perf_counter() - started
    if done != _N_PATIENTS:
        raise RuntimeError(f"{done} patients came back, expected {_N_PATIENTS}")
    return Spread(_N_PATIENTS, n_workers, seconds)


def read_on_dask() -> OnDask:
    """Read the last measurement back."""
    found = json.loads(DASK_FILE.read_text())
    return OnDask(Machine(**found["machine"]), tuple(Spread(**run) for run in found["runs"]))


if __name__ == "__main__":
    if importlib.util.find_spec("distributed") is None:
        sys.exit("distributed is not installed: left out")
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = OnDask(this_machine(), tuple(measure_workers(n) for n in _WORKERS))
    DASK_FILE.write_text(json.dumps(dataclasses.asdict(found), indent=1) + "\n")
    print(found)
