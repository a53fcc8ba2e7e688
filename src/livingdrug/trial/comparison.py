"""Published figures beside what trials of the same size, drawn from the simulated pool, would print."""

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from livingdrug.endpoints import Conduct, Definition, Observed, read_definitions
from livingdrug.endpoints.records import PatientRecord
from livingdrug.tables import take
from livingdrug.trial.design import Design
from livingdrug.trial.observing import (
    INFUSED,
    Snapshots,
    column_key,
    cut_of,
    followed_key,
    observe,
    reduce_record,
    snapshots_of,
)
from livingdrug.trial.replicates import Drawing
from livingdrug.trial.targets import Target, published_interval, read_likely_causes


@dataclass(frozen=True)
class Row:
    """One published row and what was simulated for it.

    ``simulated`` is the median over replicated trials and ``pi_low`` to ``pi_high`` their central 95%;
    NaN where not simulated. ``inside`` is None where the row is not counted. ``n_drawn`` is the size of a
    replicate, ``monte_carlo_error`` the standard error of the pool's own figure. ``reason`` says why a row is
    not simulated, what was put in where it is not counted, and the likely cause where it lies outside.
    """

    target: Target
    definition: Definition | None
    ci_low: float
    ci_high: float
    interval: str
    counted: bool
    simulated: float
    pi_low: float
    pi_high: float
    inside: bool | None
    n_drawn: int
    monte_carlo_error: float
    reason: str


@dataclass(frozen=True)
class Comparison:
    """All rows of a trial's comparison, and how many counted rows lie inside."""

    rows: tuple[Row, ...]
    replicates: int

    def inside(self, role: str) -> tuple[int, int]:
        """Return how many counted rows of a role lie inside, and how many there are."""
        counted = [row for row in self.rows if row.counted and row.target.role == role]
        return sum(bool(row.inside) for row in counted), len(counted)


@dataclass(frozen=True)
class Gathered:
    """What was reduced from all patients: columns and sums by name, and a database without patients.

    ``nobody`` tells how each row is observed: that does not depend on whom.
    """

    column: Callable[[str], np.ndarray]
    count: Callable[[str], int]
    nobody: Snapshots


@dataclass(frozen=True)
class _Bench:
    """What every row is computed from."""

    design: Design
    gathered: Gathered
    definitions: dict[str, Definition]
    likely_causes: dict[str, str]
    drawing: Drawing


def _followed_fraction(gathered: Gathered, cut: str, month: float) -> float:
    """Return the share of infused patients whose infusion lies at least this long before the cut."""
    infused = gathered.count(INFUSED)
    if not cut or math.isnan(month) or not infused:
        return 1.0
    return gathered.count(followed_key(cut, month)) / infused


def _observed(target: Target, definition: Definition, gathered: Gathered) -> Observed:
    """Return a row's analysis set with its columns: the members alone."""
    template = observe(target, definition, gathered.nobody)
    keys = [column_key(target, definition.cut, template, j) for j in range(len(template.columns))]
    columns = tuple(gathered.column(key) for key in keys)
    return dataclasses.replace(template, members=np.ones(len(columns[0]), dtype=bool), columns=columns)


def draw_size(target: Target, n_members: int, n_infused_in_pool: int, design: Design) -> int:
    """Return how many patients a replicate draws: the published n, or what a trial of that size expects."""
    if not math.isnan(target.n):
        return int(target.n)
    return max(1, round(design.n_infused * n_members / max(1, n_infused_in_pool)))


def _reason_not_simulated(target: Target, definition: Definition | None) -> str:
    if definition is None:
        return target.note or target.use
    return "" if definition.simulated != "no" else definition.reason


def _empty_row(
    target: Target, definition: Definition | None, interval: tuple[float, float, str], reason: str
) -> Row:
    return Row(target, definition, *interval, False, math.nan, math.nan, math.nan, None, 0, math.nan, reason)


def _compare(target: Target, bench: _Bench) -> Row:
    definition = bench.definitions.get(target.definition)
    cut = cut_of(definition)
    followed = _followed_fraction(bench.gathered, cut, target.time_months)
    interval = published_interval(target, definition, followed)
    reason = _reason_not_simulated(target, definition)
    if definition is None or reason:
        return _empty_row(target, definition, interval, reason)
    observed = _observed(target, definition, bench.gathered)
    if not len(observed.members):
        return _empty_row(
            target, definition, interval, "no patient of the pool is in the analysis set; raise -n"
        )
    n = draw_size(target, len(observed.members), bench.gathered.count(INFUSED), bench.design)
    drawn = bench.drawing.replicate(observed, definition.key, cut, n)
    low, middle, high = drawn.interval()
    if math.isnan(middle):
        return _empty_row(target, definition, interval, "no patient of the pool enters the figure; raise -n")
    counted = target.use == "output" and definition.simulated == "yes"
    inside = low <= target.value <= high if counted else None
    cause = bench.likely_causes.get(target.id, "") if inside is False else ""
    return Row(
        target,
        definition,
        *interval,
        counted=counted,
        simulated=middle,
        pi_low=low,
        pi_high=high,
        inside=inside,
        n_drawn=n,
        monte_carlo_error=drawn.monte_carlo_error(),
        reason=cause or definition.reason,
    )


def compare_gathered(
    gathered: Gathered,
    design: Design,
    targets: tuple[Target, ...],
    replicates: int,
    seed: int,
    row_done: Callable[[], None] = lambda: None,
) -> Comparison:
    """Hold what was gathered from a simulated pool against published rows.

    For each row, ``replicates`` trials of the published size are drawn from its analysis set in the
    pool; their median and central 95% are the simulated figure and its prediction interval.

    Parameters
    ----------
    gathered : Gathered
    design : Design
    targets : tuple of Target
    replicates : int
    seed : int
        Of the draws from the pool.
    row_done : callable, optional
        Called after each row, for a progress bar.
    """
    bench = _Bench(design, gathered, read_definitions(), read_likely_causes(), Drawing(replicates, seed))
    rows = []
    for target in targets:
        rows.append(_compare(target, bench))
        row_done()
    return Comparison(tuple(rows), replicates)


def compare(
    pool: PatientRecord,
    design: Design,
    targets: tuple[Target, ...],
    conduct: Conduct,
    replicates: int,
    seed: int,
) -> Comparison:
    """Hold a simulated pool that is at hand against published rows."""
    definitions = read_definitions()
    arrays = reduce_record(pool, design, targets, conduct, definitions)
    nobody = snapshots_of(take(pool, slice(0)), design, targets, conduct, definitions)
    gathered = Gathered(arrays.__getitem__, lambda name: int(arrays[name][0]), nobody)
    return compare_gathered(gathered, design, targets, replicates, seed)
