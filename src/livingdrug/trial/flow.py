"""How many patients of a pool came how far, and why the others did not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from livingdrug.course.stopping import StopReason
from livingdrug.endpoints import PatientRecord
from livingdrug.endpoints.records import responded
from livingdrug.engine.failure import Failure


@dataclass(frozen=True)
class Loss:
    """Patients lost for one reason."""

    reason: str
    n: int


@dataclass(frozen=True)
class Flow:
    """Patients by how far they came, and the losses between enrolment and infusion, largest first.

    ``enrolled``: eligible, and cells were collected and accepted. ``released``: a product was made that
    may be given. ``not_simulated``: infused, but their body could not be integrated to the end; they count
    as followed until then.
    """

    sampled: int
    eligible: int
    enrolled: int
    released: int
    infused: int
    responded: int
    not_enrolled: tuple[Loss, ...]
    not_infused: tuple[Loss, ...]
    not_simulated: tuple[Loss, ...]


_REASONS = {reason: reason.text.rstrip(".") for reason in StopReason}
_FAILURES = {failure: failure.text for failure in Failure if failure is not Failure.NONE}


def count_flow(pool: PatientRecord) -> np.ndarray:
    """Return the counts of a flow, which add up over parts of a pool: ``flow_of`` reads the sum.

    First how many came how far, then by reason how many were not enrolled, then not infused though
    enrolled, then not simulated to the end.
    """
    reached = (
        np.ones(len(pool), dtype=bool), pool.eligible, pool.enrolled, pool.enrolled & pool.released,
        pool.infused, responded(pool),
    )  # fmt: skip
    lost = (~pool.enrolled, pool.enrolled & ~pool.infused)
    counts = [here.sum() for here in reached]
    counts += [(gone & (pool.stop_reason == reason)).sum() for gone in lost for reason in _REASONS]
    counts += [(pool.infused & (pool.simulation_failed == failure)).sum() for failure in _FAILURES]
    return np.array(counts, dtype=np.int64)


def flow_of(counts: np.ndarray) -> Flow:
    """Return the flow that the counts of a pool tell."""
    whole = [int(n) for n in counts]
    parts = (len(_REASONS), len(_REASONS), len(_FAILURES))
    reached, rest = whole[: -sum(parts)], iter(whole[-sum(parts) :])
    return Flow(
        *reached,
        not_enrolled=_losses(_REASONS.values(), rest),
        not_infused=_losses(_REASONS.values(), rest),
        not_simulated=_losses(_FAILURES.values(), rest),
    )


def patient_flow(pool: PatientRecord) -> Flow:
    """Count the patients of a pool by how far they came."""
    return flow_of(count_flow(pool))


def _losses(reasons: Iterable[str], counts: Iterator[int]) -> tuple[Loss, ...]:
    """Read as many of the counts as there are reasons, and return the losses, largest first."""
    found = [Loss(reason, n) for reason in reasons if (n := next(counts))]
    return tuple(sorted(found, key=lambda loss: -loss.n))


def told_failures(flow: Flow) -> str | None:
    """Say how many patients could not be simulated to the end, and why; None where all were."""
    if not flow.not_simulated:
        return None
    reasons = ", ".join(f"{loss.n:,} {loss.reason}" for loss in flow.not_simulated)
    n = sum(loss.n for loss in flow.not_simulated)
    return (
        f"{n:,} of {flow.infused:,} infused patients could not be simulated to the end ({reasons}); they "
        "count as followed until then."
    )
