"""A whole trial result from a made-up pool: no course is run."""

from tests.synthetic_pool import lively_pool

from livingdrug.endpoints import Conduct, PatientRecord, Sampling
from livingdrug.trial import (
    TrialResult,
    compare,
    incidence_in_pool,
    load_design,
    patient_flow,
    read_targets,
    select_targets,
    survival_of_pool,
)

CONDUCT = Conduct(14.0, True, Sampling(50.0, 28.0, 3))


def result_of(pool: PatientRecord, trials: int, name: str = "juliet") -> TrialResult:
    """Return a design's result for a pool."""
    design = load_design(name)
    targets = select_targets(read_targets(), design.compare)
    return TrialResult(
        design=design,
        pool=pool,
        comparison=compare(pool, design, targets, CONDUCT, trials, 1),
        flow=patient_flow(pool),
        survival=survival_of_pool(pool),
        incidence=incidence_in_pool(pool, 1),
        provenance={
            "edition": "us_2025_06", "edition_hash": "e", "code_version": "0", "code_hash": "c",
            "design": name, "design_hash": "d", "seed": 1, "n": len(pool),
        },
        warning="the edition's warning",
    )  # fmt: skip


def lively_result(n: int, trials: int) -> TrialResult:
    """Return JULIET's result for n made-up patients of plausible variety."""
    return result_of(lively_pool(0, n), trials)
