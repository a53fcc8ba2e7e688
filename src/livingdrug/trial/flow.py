"""How many patients of a pool came how far, and why the others did not."""

from dataclasses import dataclass

import numpy as np

from livingdrug.course.stopping import StopReason
from livingdrug.endpoints import PatientRecord
from livingdrug.endpoints.records import responded


@dataclass(frozen=True)
class Loss:
    """Patients lost before infusion for one reason."""

    reason: str
    n: int


@dataclass(frozen=True)
class Flow:
    """Patients by how far they came, and the losses between enrolment and infusion, largest first.

    ``enrolled``: eligible, and cells were collected and accepted. ``released``: a product was made that
    may be given.
    """

    sampled: int
    eligible: int
    enrolled: int
    released: int
    infused: int
    responded: int
    not_enrolled: tuple[Loss, ...]
    not_infused: tuple[Loss, ...]


_REASONS = tuple(StopReason)


def count_flow(pool: PatientRecord) -> np.ndarray:
    """Return the counts of a flow, which add up over parts of a pool: ``flow_of`` reads the sum.

    First how many came how far, then by reason how many were not enrolled, then not infused though enrolled.
    """
    reached = (
        np.ones(len(pool), dtype=bool), pool.eligible, pool.enrolled, pool.enrolled & pool.released,
        pool.infused, responded(pool),
    )  # fmt: skip
    lost = (~pool.enrolled, pool.enrolled & ~pool.infused)
    counts = [here.sum() for here in reached]
    counts += [(gone & (pool.stop_reason == reason)).sum() for gone in lost for reason in _REASONS]
    return np.array(counts, dtype=np.int64)


def flow_of(counts: np.ndarray) -> Flow:
    """Return the flow that the counts of a pool tell."""
    whole = [int(n) for n in counts]
    reached, lost = whole[: -2 * len(_REASONS)], whole[-2 * len(_REASONS) :]
    not_enrolled, not_infused = _losses(lost[: len(_REASONS)]), _losses(lost[len(_REASONS) :])
    return Flow(*reached, not_enrolled=not_enrolled, not_infused=not_infused)


def patient_flow(pool: PatientRecord) -> Flow:
    """Count the patients of a pool by how far they came."""
    return flow_of(count_flow(pool))


def _losses(counts: list[int]) -> tuple[Loss, ...]:
    found = [Loss(reason.text.rstrip("."), n) for reason, n in zip(_REASONS, counts, strict=True) if n]
    return tuple(sorted(found, key=lambda loss: -loss.n))
