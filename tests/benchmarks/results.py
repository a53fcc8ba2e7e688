"""What a comparison found, and how it is kept as a file."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.machine import Machine
from tests.benchmarks.reference import Error

FOLDER = Path("build/benchmarks")
PEERS_FILE = FOLDER / "peers.json"


@dataclass(frozen=True)
class Point:
    """One engine at one tolerance: patients per second of one processor in each repeat, error, memory."""

    tolerance: float
    n_patients: int
    rates: tuple[float, ...]
    error: Error
    peak_bytes: int

    @property
    def rate(self) -> float:
        """Median patients per second of one processor."""
        return median(self.rates)


@dataclass(frozen=True)
class Curve:
    """One engine: how long it took to be ready, and its points from loose to tight.

    ``missing`` says why there are none.
    """

    engine: str
    version: str
    missing: str
    ready_wall_seconds: float
    ready_cpu_seconds: float
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Comparison:
    """All engines of one run."""

    machine: Machine
    n_repeats: int
    curves: tuple[Curve, ...]


def write_comparison(found: Comparison, path: Path = PEERS_FILE) -> None:
    """Keep a comparison as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dataclasses.asdict(found), indent=1) + "\n")


def read_comparison(path: Path = PEERS_FILE) -> Comparison:
    """Read a comparison back."""
    found = json.loads(path.read_text())
    curves = tuple(
        Curve(**(curve | {"points": tuple(_point(point) for point in curve["points"])}))
        for curve in found["curves"]
    )
    return Comparison(Machine(**found["machine"]), found["n_repeats"], curves)


def _point(found: dict) -> Point:
    return Point(**(found | {"rates": tuple(found["rates"]), "error": Error(**found["error"])}))
