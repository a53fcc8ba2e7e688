"""A large trial, unbroken, then killed twice and resumed: ``python -m tests.benchmarks.million``.

The command is the one that a user types. Both times must end with the same bytes.
"""

import argparse
import dataclasses
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.machine import Machine, this_machine
from tests.benchmarks.results import FOLDER

if TYPE_CHECKING:
    import psutil

MILLION_FILE = FOLDER / "million.json"
DESIGN, WORKERS = "juliet", 2
_KILLED_AFTER = (0.16, 0.24)
"""Share of the unbroken run's clock after which each of the first two starts is killed."""
_LOOK_SECONDS = 0.2
_SHOWN_DIGITS = 8


@dataclass(frozen=True)
class Million:
    """The same trial unbroken, and killed and resumed.

    ``peak_bytes`` is the most that all processes of the unbroken run held at one moment, added up, so that
    what they share counts for each. ``same`` tells whether all files came out alike; ``sha256`` holds the
    first digits of each in the unbroken run. ``note`` says how it was measured, where not by this script.
    """

    machine: Machine
    n_patients: int
    n_workers: int
    wall_seconds: float
    peak_bytes: int
    killed_after_seconds: tuple[float, ...]
    resumed_wall_seconds: float
    same: bool
    sha256: dict[str, str]
    note: str = ""


def _command(n_patients: int, place: Path) -> list[str]:
    return [
        str(Path(sys.executable).parent / "livingdrug"), "trial", DESIGN,
        "-n", str(n_patients), "--workers", str(WORKERS), "--out", str(place / "folder"),
        "--json", str(place / "trial.json"), "--html", str(place / "trial.html"),
    ]  # fmt: skip


def _held_bytes(process: "psutil.Process") -> int:
    """Return the resident memory of a process and all below it; of those that just ended, none."""
    import psutil

    held = 0
    try:
        for one in (process, *process.children(recursive=True)):
            held += one.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return held


def _run(n_patients: int, place: Path, most_seconds: float = float("inf")) -> tuple[float, int]:
    """Run the command, killed with all its workers after some seconds; return clock and peak memory."""
    import psutil  # comes with distributed; reading a result back does without

    with (place / "said.txt").open("wb") as said:
        started = time.perf_counter()
        asked = subprocess.Popen(
            _command(n_patients, place), stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
        looked_at, peak = psutil.Process(asked.pid), 0
        while asked.poll() is None:
            peak = max(peak, _held_bytes(looked_at))
            if time.perf_counter() - started > most_seconds:
                os.killpg(asked.pid, signal.SIGKILL)
                asked.wait()
                return time.perf_counter() - started, peak
            time.sleep(_LOOK_SECONDS)
    if most_seconds != float("inf"):
        raise RuntimeError(
            f"the run ended within {most_seconds:g} s, before it could be killed: more patients"
        )
    if asked.returncode != 0:
        raise RuntimeError((place / "said.txt").read_text())
    return time.perf_counter() - started, peak


def _digests(place: Path) -> dict[str, str]:
    """Return the sha256 of the JSON, the page, and the folder with the names of its files."""
    folder = hashlib.sha256()
    for path in sorted((place / "folder").iterdir()):
        folder.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return {
        "JSON": hashlib.sha256((place / "trial.json").read_bytes()).hexdigest(),
        "page": hashlib.sha256((place / "trial.html").read_bytes()).hexdigest(),
        "folder": folder.hexdigest(),
    }


def measure_million(n_patients: int) -> Million:
    """Run a trial of n patients unbroken, then killed twice and resumed."""
    machine = this_machine()
    with tempfile.TemporaryDirectory() as unbroken, tempfile.TemporaryDirectory() as broken:
        wall, peak = _run(n_patients, Path(unbroken))
        killed = [_run(n_patients, Path(broken), share * wall)[0] for share in _KILLED_AFTER]
        last, _ = _run(n_patients, Path(broken))
        whole, resumed = _digests(Path(unbroken)), _digests(Path(broken))
    return Million(
        machine=machine,
        n_patients=n_patients,
        n_workers=WORKERS,
        wall_seconds=wall,
        peak_bytes=peak,
        killed_after_seconds=tuple(killed),
        resumed_wall_seconds=sum(killed) + last,
        same=whole == resumed,
        sha256={name: digest[:_SHOWN_DIGITS] for name, digest in whole.items()},
    )


def read_million() -> Million:
    """Read the last measurement back."""
    found = json.loads(MILLION_FILE.read_text())
    return Million(**(found | {"machine": Machine(**found["machine"])}))


def _main() -> None:
    asked = argparse.ArgumentParser(description="A large trial, unbroken and resumed.")
    asked.add_argument("-n", type=int, default=1_000_000, help="virtual patients [default: 1000000]")
    asked.add_argument("--file", type=Path, default=MILLION_FILE, help="where the result is kept")
    given = asked.parse_args()
    found = measure_million(given.n)
    given.file.parent.mkdir(parents=True, exist_ok=True)
    given.file.write_text(json.dumps(dataclasses.asdict(found), indent=1) + "\n")
    print(found)
    if not found.same:
        sys.exit("the resumed run ended with other bytes than the unbroken one")


if __name__ == "__main__":
    _main()
