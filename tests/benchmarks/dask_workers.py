"""A trial on Dask workers of this machine, as a user runs it: ``python -m tests.benchmarks.dask_workers``."""

import dataclasses
import importlib.util
import json
import time
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.machine import Machine, this_machine
from tests.benchmarks.results import FOLDER

from livingdrug.trial import run_trial

DASK_FILE = FOLDER / "dask.json"
_N_PATIENTS = 8_000
_REPLICATES = 20
"""Few: the comparison is made where the trial is asked for, and would hide what the workers do."""

_N_REPEATS = 3
_WARM_UP_PATIENTS = 2_000
_WORKERS = (1, 2)


@dataclass(frozen=True)
class Spread:
    """A trial of n patients on some workers, each one process with one thread: the clock of each repeat."""

    n_patients: int
    n_workers: int
    n_replicates: int
    wall_seconds: tuple[float, ...]

    @property
    def median_seconds(self) -> float:
        """The median of the repeats."""
        return median(self.wall_seconds)


@dataclass(frozen=True)
class OnDask:
    """All runs, and the machine that they were made on."""

    machine: Machine
    runs: tuple[Spread, ...]


def measure_workers(n_workers: int) -> Spread:
    """Run the trial on so many workers several times, after a small one that loads the package in each."""
    from distributed import LocalCluster

    walls = []
    with LocalCluster(n_workers=n_workers, threads_per_worker=1, dashboard_address=None) as cluster:
        address = cluster.scheduler_address
        run_trial("juliet", n=_WARM_UP_PATIENTS, replicates=_REPLICATES, dask=address)
        for _ in range(_N_REPEATS):
            started = time.perf_counter()
            run_trial("juliet", n=_N_PATIENTS, replicates=_REPLICATES, dask=address)
            walls.append(time.perf_counter() - started)
    return Spread(_N_PATIENTS, n_workers, _REPLICATES, tuple(walls))


def read_on_dask() -> OnDask:
    """Read the last measurement back."""
    found = json.loads(DASK_FILE.read_text())
    return OnDask(Machine(**found["machine"]), tuple(Spread(**run) for run in found["runs"]))


def _main() -> None:
    if importlib.util.find_spec("distributed") is None:
        print("distributed is not installed: the trial on Dask workers is left out")
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = OnDask(this_machine(), tuple(measure_workers(n) for n in _WORKERS))
    DASK_FILE.write_text(json.dumps(dataclasses.asdict(found), indent=1) + "\n")
    print(found)


if __name__ == "__main__":
    _main()
