"""Published figures beside what trials of the same size, drawn from the simulated pool, would print."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from livingdrug.endpoints import Conduct, Definition, Snapshot, as_of, observer, read_definitions
from livingdrug.endpoints.records import PatientRecord
from livingdrug.errors import BadInput
from livingdrug.trial.design import Design, followed_months
from livingdrug.trial.replicates import Drawing
from livingdrug.trial.targets import Target, published_interval, read_likely_causes
from livingdrug.units import DAYS_PER_MONTH


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
class _Bench:
    """What every row is computed from."""

    design: Design
    snapshots: dict[str, Snapshot]
    definitions: dict[str, Definition]
    likely_causes: dict[str, str]
    drawing: Drawing


def _snapshot(pool: PatientRecord, design: Design, conduct: Conduct, cut: str) -> Snapshot:
    if cut and cut not in design.cuts_months:
        raise BadInput(
            f"{design.name}: cuts: no {cut!r}, expected the months to this cut: rows that the design is "
            f"compared with are read at it (it has {', '.join(design.cuts_months)})"
        )
    months = design.cuts_months[cut] if cut else math.inf
    followed = followed_months(design.accrual, pool.accrual_uniform, months) * DAYS_PER_MONTH
    return Snapshot(as_of(pool, followed), conduct, followed)


def _followed_fraction(pool: PatientRecord, design: Design, cut: str, month: float) -> float:
    """Return the share of infused patients whose infusion lies at least this long before the cut."""
    if not cut or math.isnan(month):
        return 1.0
    months = followed_months(design.accrual, pool.accrual_uniform[pool.infused], design.cuts_months[cut])
    return float(np.mean(months >= month)) if len(months) else 1.0


def draw_size(target: Target, members: np.ndarray, n_infused_in_pool: int, design: Design) -> int:
    """Return how many patients a replicate draws: the published n, or what a trial of that size expects."""
    if not math.isnan(target.n):
        return int(target.n)
    return max(1, round(design.n_infused * int(members.sum()) / max(1, n_infused_in_pool)))


def _reason_not_simulated(target: Target, definition: Definition | None) -> str:
    if definition is None:
        return target.note or target.use
    return "" if definition.simulated != "no" else definition.reason


def _empty_row(
    target: Target, definition: Definition | None, interval: tuple[float, float, str], reason: str
) -> Row:
    return Row(target, definition, *interval, False, math.nan, math.nan, math.nan, None, 0, math.nan, reason)


def _compare(target: Target, pool: PatientRecord, bench: _Bench) -> Row:
    definition = bench.definitions.get(target.definition)
    cut = definition.cut if definition else ""
    followed = _followed_fraction(pool, bench.design, cut, target.time_months)
    interval = published_interval(target, definition, followed)
    reason = _reason_not_simulated(target, definition)
    if definition is None or reason:
        return _empty_row(target, definition, interval, reason)
    snapshot = bench.snapshots[cut]
    observed = observer(definition)(snapshot, target.time_months)
    if not observed.members.any():
        return _empty_row(
            target, definition, interval, "no patient of the pool is in the analysis set; raise -n"
        )
    n = draw_size(target, observed.members, int(pool.infused.sum()), bench.design)
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


def compare(
    pool: PatientRecord,
    design: Design,
    targets: tuple[Target, ...],
    conduct: Conduct,
    replicates: int,
    seed: int,
    row_done: Callable[[], None] = lambda: None,
) -> Comparison:
    """Hold a simulated pool against published rows.

    For each row, ``replicates`` trials of the published size are drawn from its analysis set in the
    pool; their median and central 95% are the simulated figure and its prediction interval.

    Parameters
    ----------
    pool : PatientRecord
    design : Design
    targets : tuple of Target
    conduct : Conduct
    replicates : int
    seed : int
        Of the draws from the pool.
    row_done : callable, optional
        Called after each row, for a progress bar.
    """
    definitions = read_definitions()
    cuts = {definitions[target.definition].cut for target in targets if target.definition} | {""}
    snapshots = {cut: _snapshot(pool, design, conduct, cut) for cut in sorted(cuts)}
    bench = _Bench(design, snapshots, definitions, read_likely_causes(), Drawing(replicates, seed))
    rows = []
    for target in targets:
        rows.append(_compare(target, pool, bench))
        row_done()
    return Comparison(tuple(rows), replicates)
