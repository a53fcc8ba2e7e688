"""Who a trial treats and how: one arm today; arms share their patients' luck."""

import contextlib
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path
from typing import Any, TypedDict, Unpack

from livingdrug.endpoints import read_definitions
from livingdrug.errors import BadInput, UnknownName
from livingdrug.evidence import DEFAULT_EDITION, load_edition
from livingdrug.runs import Bar, Workers, held, split, state_provenance, stream_chunks, task_here
from livingdrug.tables import take
from livingdrug.trial.comparison import Comparison, Gathered, compare_gathered
from livingdrug.trial.design import Design, load_design
from livingdrug.trial.flow import flow_of
from livingdrug.trial.gathering import (
    FLOW,
    INDICATIONS,
    SHOWN_PATIENTS,
    PoolTask,
    Whole,
    archive_in,
    conduct_of,
    count_in,
    joined,
    simulate_pool_chunk,
)
from livingdrug.trial.incidence import incidence_from, most_common, survival_from
from livingdrug.trial.observing import snapshots_of
from livingdrug.trial.result import TrialResult
from livingdrug.trial.targets import read_targets, select_targets

DEFAULT_POOL = 3000
DEFAULT_REPLICATES = 500


@dataclass(frozen=True)
class RunSettings:
    """How large and with which luck a trial is run.

    ``workers``, ``dask`` and ``out`` never change a result, only how it is reached.
    """

    n: int = DEFAULT_POOL
    replicates: int = DEFAULT_REPLICATES
    seed: int = 1
    edition: str = DEFAULT_EDITION
    workers: int = 1
    out: Path | None = None
    dask: str | None = None


class _Given(TypedDict, total=False):
    """The fields of ``RunSettings`` as keywords."""

    n: int
    replicates: int
    seed: int
    edition: str
    workers: int
    out: str | Path | None
    dask: str | None


_LOWEST = {"n": 1, "replicates": 1, "seed": 0, "workers": 1}


def checked_settings(settings: RunSettings) -> RunSettings:
    """Return settings with Python's own integers and a path; refuse numbers not whole or out of range."""
    for name, low in _LOWEST.items():
        value = getattr(settings, name)
        if isinstance(value, bool) or not isinstance(value, Integral):
            raise BadInput(f"{name}: got {value!r}, expected a whole number")
        if value < low:
            raise BadInput(f"{name}: got {value}, expected at least {low}")
    out = None if settings.out is None else Path(settings.out)
    return dataclasses.replace(settings, out=out, **{name: int(getattr(settings, name)) for name in _LOWEST})


def _settings(settings: RunSettings | None, given: dict[str, Any]) -> RunSettings:
    """Return the settings, from a record or from keywords; both at once could disagree."""
    known = [field.name for field in dataclasses.fields(RunSettings)]
    for name in given:
        if name not in known:
            raise UnknownName("setting", name, known)
    if settings is None:
        chosen = RunSettings(**given)
    elif isinstance(settings, RunSettings) and not given:
        chosen = settings
    else:
        raise BadInput("settings: expected RunSettings, or n, seed, ... as keywords, and not both")
    return checked_settings(chosen)


@contextlib.contextmanager
def run_arm(design: Design, settings: RunSettings) -> Iterator[Whole]:
    """Simulate the pool of one arm and join what is asked of it."""
    rules = load_edition(settings.edition)
    task = task_here(design.baseline, design.plan, settings.edition, settings.seed)
    targets = select_targets(read_targets(), design.compare)
    chunks = split(settings.n, PoolTask(task, design, targets, SHOWN_PATIENTS))
    provenance = state_provenance(rules, settings.seed, design.name, design.hash)
    with contextlib.ExitStack() as stack:
        store = None
        if settings.out is not None:
            stack.enter_context(held(settings.out))
            store = archive_in(settings.out, provenance)
        workers = Workers(settings.workers, settings.dask)
        parts = stream_chunks(chunks, simulate_pool_chunk, workers, store, design.name)
        stack.enter_context(contextlib.closing(parts))
        yield stack.enter_context(joined(parts))


def _compared(whole: Whole, design: Design, settings: RunSettings) -> Comparison:
    targets = select_targets(read_targets(), design.compare)
    conduct = conduct_of(design, load_edition(settings.edition))
    nobody = snapshots_of(take(whole.shown, slice(0)), design, targets, conduct, read_definitions())
    gathered = Gathered(whole.columns.read, lambda name: count_in(whole, name), nobody)
    bar = Bar("comparing", len(targets), "rows")
    try:
        return compare_gathered(gathered, design, targets, settings.replicates, settings.seed, bar.advance)
    finally:
        bar.close()


def run_trial(
    design: Design | str | Path, settings: RunSettings | None = None, **given: Unpack[_Given]
) -> TrialResult:
    """Simulate a trial and hold it against what was published.

    Parameters
    ----------
    design : Design, or str or Path
        From ``load_design``; or the name of a design or the path of its file.
    settings : RunSettings, optional
        Alternatively, any of its fields as keywords: ``run_trial("juliet", n=1000, seed=1)``.
    n : int
        Virtual patients in the pool.
    replicates : int
        Trials drawn from the pool for each published figure.
    seed : int
        The luck of all patients and draws.
    edition : str
        Label edition.
    workers : int
        How many compute on this machine.
    out : str or Path
        Folder of finished chunks, from which an interrupted run goes on.
    dask : str
        Address of the scheduler of a Dask cluster whose workers compute instead.

    Raises
    ------
    BadInput
        A setting out of range, an unknown design or edition, or a folder that holds another run.
    """
    design = design if isinstance(design, Design) else load_design(design)
    settings = _settings(settings, dict(given))
    rules = load_edition(settings.edition)
    provenance = {**state_provenance(rules, settings.seed, design.name, design.hash), "n": settings.n}
    with run_arm(design, settings) as whole:
        indication = most_common(whole.counts[INDICATIONS])
        return TrialResult(
            design=design,
            pool=whole.shown,
            comparison=_compared(whole, design, settings),
            flow=flow_of(whole.counts[FLOW]),
            survival=survival_from(whole.columns.read, indication),
            incidence=incidence_from(whole.columns.read, settings.seed),
            provenance=provenance,
            warning=rules.info.warning,
        )
