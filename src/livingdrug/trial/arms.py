"""Who a trial treats and how: one arm today; arms share their patients' luck."""

from dataclasses import dataclass
from pathlib import Path

from livingdrug.endpoints import Conduct, PatientRecord, read_sampling
from livingdrug.errors import BadInput
from livingdrug.evidence import DEFAULT_EDITION, load_edition
from livingdrug.runs import Bar, Task, code_hash, run_pool, simulate_chunk, split, state_provenance
from livingdrug.trial.comparison import compare
from livingdrug.trial.design import Design
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


def _check(settings: RunSettings) -> None:
    lowest = {"n": 1, "replicates": 1, "seed": 0, "workers": 1}
    for name, low in lowest.items():
        if getattr(settings, name) < low:
            raise BadInput(f"{name}: got {getattr(settings, name)}, expected at least {low}")


def run_arm(design: Design, settings: RunSettings) -> PatientRecord:
    """Simulate the pool of one arm."""
    rules = load_edition(settings.edition)
    task = Task(design.baseline, design.plan, settings.edition, settings.seed, code_hash())
    provenance = state_provenance(rules, settings.seed, design.name, design.hash)
    chunks = split(settings.n, task)
    return run_pool(chunks, simulate_chunk, provenance, settings.workers, settings.out, design.name)


def run_trial(design: Design, settings: RunSettings = RunSettings()) -> TrialResult:
    """Simulate a trial and hold it against what was published.

    Parameters
    ----------
    design : Design
        From ``load_design``.
    settings : RunSettings

    Raises
    ------
    BadInput
        A setting out of range, an unknown edition, or a folder that holds another run.
    """
    _check(settings)
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
