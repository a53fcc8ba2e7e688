"""Who a trial treats and how: one arm today; arms share their patients' luck."""

import dataclasses
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path
from typing import Any, TypedDict, Unpack

from livingdrug.endpoints import Conduct, PatientRecord, read_sampling
from livingdrug.errors import BadInput, UnknownName
from livingdrug.evidence import DEFAULT_EDITION, load_edition
from livingdrug.runs import Bar, Task, code_hash, run_pool, simulate_chunk, split, state_provenance
from livingdrug.trial.comparison import compare
from livingdrug.trial.design import Design, load_design
from livingdrug.trial.flow import patient_flow
from livingdrug.trial.incidence import incidence_in_pool, survival_of_pool
from livingdrug.trial.result import TrialResult
from livingdrug.trial.targets import read_targets, select_targets

DEFAULT_POOL = 3000
DEFAULT_REPLICATES = 500


@dataclass(frozen=True)
class RunSettings:
    """How large and with which luck a trial is run.

    ``workers`` and ``out`` never change a result, only how it is reached.
    """

    n: int = DEFAULT_POOL
    replicates: int = DEFAULT_REPLICATES
    seed: int = 1
    edition: str = DEFAULT_EDITION
    workers: int = 1
    out: Path | None = None


class _Given(TypedDict, total=False):
    """The fields of ``RunSettings`` as keywords."""

    n: int
    replicates: int
    seed: int
    edition: str
    workers: int
    out: str | Path | None


_LOWEST = {"n": 1, "replicates": 1, "seed": 0, "workers": 1}


def _check(settings: RunSettings) -> None:
    for name, low in _LOWEST.items():
        value = getattr(settings, name)
        if isinstance(value, bool) or not isinstance(value, Integral):
            raise BadInput(f"{name}: got {value!r}, expected a whole number")
        if value < low:
            raise BadInput(f"{name}: got {value}, expected at least {low}")


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
    _check(chosen)
    out = None if chosen.out is None else Path(chosen.out)
    whole = {name: int(getattr(chosen, name)) for name in _LOWEST}
    return dataclasses.replace(chosen, out=out, **whole)


def run_arm(design: Design, settings: RunSettings) -> PatientRecord:
    """Simulate the pool of one arm."""
    rules = load_edition(settings.edition)
    task = Task(design.baseline, design.plan, settings.edition, settings.seed, code_hash())
    provenance = state_provenance(rules, settings.seed, design.name, design.hash)
    chunks = split(settings.n, task)
    try:
        return run_pool(chunks, simulate_chunk, provenance, settings.workers, settings.out, design.name)
    except BrokenProcessPool as problem:
        raise BadInput(
            f"workers: one of {settings.workers} processes ended before its work; expected a script that "
            'runs trials under `if __name__ == "__main__":`, or workers=1'
        ) from problem


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
        Processes. With more than one, a script must run its trials under ``if __name__ == "__main__":``.
    out : str or Path
        Folder of finished chunks, from which an interrupted run goes on.

    Raises
    ------
    BadInput
        A setting out of range, an unknown design or edition, or a folder that holds another run.
    """
    design = design if isinstance(design, Design) else load_design(design)
    settings = _settings(settings, dict(given))
    rules = load_edition(settings.edition)
    targets = select_targets(read_targets(), design.compare)
    pool = run_arm(design, settings)
    analysis = design.analysis
    conduct = Conduct(
        analysis.visit_window_days, analysis.unevaluable_counts_as_no_response, read_sampling(rules)
    )
    bar = Bar("comparing", len(targets), "rows")
    try:
        comparison = compare(pool, design, targets, conduct, settings.replicates, settings.seed, bar.advance)
    finally:
        bar.close()
    return TrialResult(
        design=design,
        pool=pool,
        comparison=comparison,
        flow=patient_flow(pool),
        survival=survival_of_pool(pool),
        incidence=incidence_in_pool(pool, settings.seed),
        provenance={**state_provenance(rules, settings.seed, design.name, design.hash), "n": settings.n},
        warning=rules.info.warning,
    )
