"""The whole course with management, in chunks as large runs are cut into, and where its time goes.

The functions that the stage in vivo calls are wrapped with counters of processor time; nothing else is
watched, so that what is measured runs as it does without.
"""

import contextlib
import dataclasses
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from tests.benchmarks.worker import peak_bytes

from livingdrug.course import run, run_course
from livingdrug.course.s6_in_vivo import stage
from livingdrug.draws import Draws
from livingdrug.endpoints import summarise_course
from livingdrug.evidence import load_edition
from livingdrug.patients import sample_patients
from livingdrug.runs.chunks import LARGE_CHUNK_PATIENTS
from livingdrug.trial import load_design

N_REPEATS = 3
HORIZONS_MONTHS = (12.0, 66.0)
SIZES = (LARGE_CHUNK_PATIENTS // 8, LARGE_CHUNK_PATIENTS)
_WARM_UP_PATIENTS = 100
_SEED = 5

KERNEL_PART, STAGE_REST, OUTSIDE = "advance", "rest", "outside"
PARTS = (KERNEL_PART, "observe", "grade", "manage")
"""Functions of the stage that are watched; none of them calls another."""


@dataclass(frozen=True)
class Managed:
    """A chunk taken from sampling to endpoints several times.

    ``parts`` holds one record a repeat: seconds of the processor in each watched function, in the rest of the
    stage, and outside it.
    """

    n_patients: int
    n_infused: int
    n_decisions: int
    horizon_months: float
    parts: tuple[dict[str, float], ...]
    peak_bytes: int

    @property
    def cpu_seconds(self) -> tuple[float, ...]:
        """Seconds of the processor in each repeat."""
        return tuple(sum(parts.values()) for parts in self.parts)

    @property
    def median_parts(self) -> dict[str, float]:
        """The median of each part over repeats."""
        return {name: median(parts[name] for parts in self.parts) for name in self.parts[0]}

    @property
    def rate(self) -> float:
        """Infused patients per second of one processor, median of the repeats."""
        return self.n_infused / median(self.cpu_seconds)


@contextlib.contextmanager
def _watched(module: Any, names: tuple[str, ...], seconds: dict[str, float]) -> Iterator[None]:
    """Add the processor time of a module's functions to ``seconds`` while this lasts."""
    own = {name: getattr(module, name) for name in names}
    for name, function in own.items():
        setattr(module, name, _counted(function, name, seconds))
    try:
        yield
    finally:
        for name, function in own.items():
            setattr(module, name, function)


def _counted(function: Callable[..., Any], name: str, seconds: dict[str, float]) -> Callable[..., Any]:
    def counted(*given: Any, **named: Any) -> Any:
        started = time.process_time()
        found = function(*given, **named)
        seconds[name] += time.process_time() - started
        return found

    return counted


def _take_through(n_patients: int, horizon_months: float) -> tuple[dict[str, float], int, int]:
    """Return seconds by part, the number infused and the number of decision times."""
    plan = dataclasses.replace(load_design("juliet").plan, horizon_months=horizon_months)
    rules, draws = load_edition(), Draws(_SEED, 0, n_patients)
    seconds = dict.fromkeys((*PARTS, "live"), 0.0)
    started = time.process_time()
    with _watched(stage, PARTS, seconds), _watched(run, ("live",), seconds):
        course = run_course(sample_patients("juliet", draws, rules), plan, rules, draws)
        record = summarise_course(course, rules, draws)
    whole = time.process_time() - started
    in_stage = seconds.pop("live")
    seconds[STAGE_REST] = in_stage - sum(seconds.values())
    seconds[OUTSIDE] = whole - in_stage
    n_decisions = len(stage.decision_schedule(plan, rules).days)
    return seconds, int(record.infused.sum()), n_decisions


def run_managed(n_patients: int, horizon_months: float) -> Managed:
    """Take n patients of JULIET to a horizon several times here, after a few to warm up."""
    _take_through(_WARM_UP_PATIENTS, horizon_months)
    runs = [_take_through(n_patients, horizon_months) for _ in range(N_REPEATS)]
    _, n_infused, n_decisions = runs[0]
    parts = tuple(parts for parts, _, _ in runs)
    return Managed(n_patients, n_infused, n_decisions, horizon_months, parts, peak_bytes())


def fixed_seconds(small: Managed, large: Managed) -> dict[str, float]:
    """Return what each part would take with nobody in it, time being straight in patients."""
    small_parts, large_parts = small.median_parts, large.median_parts
    between = large.n_infused - small.n_infused
    return {
        name: max(0.0, (small_parts[name] * large.n_infused - seconds * small.n_infused) / between)
        for name, seconds in large_parts.items()
    }
