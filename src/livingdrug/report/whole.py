"""The simulated pool as a whole, without a data cut: what the pictures of a trial are drawn from."""

import numpy as np

from livingdrug.endpoints import Conduct, PatientRecord, Snapshot, read_sampling
from livingdrug.evidence import Edition, load_edition
from livingdrug.evidence.queries import is_below
from livingdrug.tables import take
from livingdrug.trial import TrialResult


def rules_of(result: TrialResult) -> Edition:
    """Return the label edition under which the trial ran."""
    return load_edition(str(result.provenance["edition"]))


def assumed_in_baseline(result: TrialResult) -> tuple[int, int]:
    """Return how many of the values that describe the patients are assumed, and how many there are."""
    group = f"patients.baseline_{result.design.baseline}"
    found = [value for key, value in rules_of(result).values.items() if is_below(key, group)]
    return sum(value.basis == "assumed" for value in found), len(found)


def infused_of(result: TrialResult) -> PatientRecord:
    """Return the infused patients of the pool."""
    return take(result.pool, result.pool.infused)


def observed_whole(result: TrialResult) -> Snapshot:
    """Return the pool's database without a data cut, analysed by the design's rules."""
    analysis = result.design.analysis
    conduct = Conduct(
        analysis.visit_window_days,
        analysis.unevaluable_counts_as_no_response,
        read_sampling(rules_of(result)),
    )
    return Snapshot(result.pool, conduct, np.full(len(result.pool), np.inf))
