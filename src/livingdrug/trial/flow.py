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


def patient_flow(pool: PatientRecord) -> Flow:
    """Count the patients of a pool by how far they came."""
    return Flow(
        sampled=len(pool),
        eligible=int(pool.eligible.sum()),
        enrolled=int(pool.enrolled.sum()),
        released=int((pool.enrolled & pool.released).sum()),
        infused=int(pool.infused.sum()),
        responded=int(responded(pool).sum()),
        not_enrolled=_losses(pool, ~pool.enrolled),
        not_infused=_losses(pool, pool.enrolled & ~pool.infused),
    )


def _losses(pool: PatientRecord, lost: np.ndarray) -> tuple[Loss, ...]:
    found = []
    for reason in StopReason:
        n = int((lost & (pool.stop_reason == reason)).sum())
        if n:
            found.append(Loss(reason.text.rstrip("."), n))
    return tuple(sorted(found, key=lambda loss: -loss.n))
