"""How long it takes to start, to build and to install: ``python -m tests.benchmarks.start``."""

import dataclasses
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.machine import Machine, this_machine
from tests.benchmarks.results import FOLDER

START_FILE = FOLDER / "start.json"
_REPEATS = 7
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Start:
    """Seconds from the clock; the median of several runs but for building and installing."""

    machine: Machine
    empty_python: float
    import_package: float
    import_course: float
    help_page: float
    build_wheel: float
    wheel_bytes: int
    install_with_dependencies: float
    help_page_first_time: float


def _seconds(*command: str | Path) -> float:
    started = time.perf_counter()
    subprocess.run([str(part) for part in command], check=True, capture_output=True, cwd=_ROOT)
    return time.perf_counter() - started


def _median_seconds(*command: str | Path) -> float:
    return median(_seconds(*command) for _ in range(_REPEATS))


def measure_start() -> Start:
    """Time this environment's start, then build a wheel and install it into an empty environment."""
    here = Path(sys.executable)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        build = _seconds(here, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", place, ".")
        (wheel,) = place.glob("*.whl")
        size = wheel.stat().st_size
        _seconds(here, "-m", "venv", place / "fresh")
        fresh = place / "fresh" / "bin"
        install = _seconds(fresh / "python", "-m", "pip", "install", "--quiet", wheel)
        first = _seconds(fresh / "livingdrug", "--help")
    return Start(
        machine=this_machine(),
        empty_python=_median_seconds(here, "-c", "pass"),
        import_package=_median_seconds(here, "-c", "import livingdrug"),
        import_course=_median_seconds(here, "-c", "from livingdrug.course import run_course"),
        help_page=_median_seconds(here.parent / "livingdrug", "--help"),
        build_wheel=build,
        wheel_bytes=size,
        install_with_dependencies=install,
        help_page_first_time=first,
    )


def read_start() -> Start:
    """Read the last measurement back."""
    found = json.loads(START_FILE.read_text())
    return Start(**(found | {"machine": Machine(**found["machine"])}))


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = measure_start()
    START_FILE.write_text(json.dumps(dataclasses.asdict(found), indent=1) + "\n")
    print(found)
