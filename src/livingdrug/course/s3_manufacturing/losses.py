"""Loss before infusion: competing events over the wait, and how long the lost live."""

import math
from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.limits import by_indication
from livingdrug.course.stopping import StopReason
from livingdrug.draws import Draws
from livingdrug.evidence import Edition

_STAGE = "course.losses"

_CAUSES = (
    ("died", StopReason.DIED_BEFORE_INFUSION),
    ("progressed", StopReason.PROGRESSED_BEFORE_INFUSION),
    ("adverse", StopReason.ADVERSE_EVENT_BEFORE_INFUSION),
    ("withdrew", StopReason.WITHDREW),
)
_FOLLOW_BURDEN = frozenset({"died", "progressed"})


@dataclass(frozen=True)
class Loss:
    """First event that would keep a patient from infusion, (patients,): when, and which."""

    day: np.ndarray
    reason: np.ndarray


def burden_multiplier(tumour_cells: np.ndarray, rules: Edition) -> np.ndarray:
    """Return by how much the hazard differs from that of the reference burden: HR^log10(T / T_ref)."""
    log_ratio = math.log(rules.number(f"{_STAGE}.burden.hazard_ratio_per_tenfold"))
    log_burden = np.log(tumour_cells / rules.number(f"{_STAGE}.burden.reference_cells"))
    return np.exp(log_ratio * log_burden / math.log(rules.number(f"{_STAGE}.burden.fold")))


def first_loss(indication: np.ndarray, tumour_cells: np.ndarray, rules: Edition, draws: Draws) -> Loss:
    """Draw the day of each cause of loss and return the first.

    Each cause has a constant hazard from enrolment; death and progression come sooner with more tumour.

    Parameters
    ----------
    indication : int8 array (patients,)
    tumour_cells : array (patients,), cells
        At the end of the wait.
    rules : Edition
    draws : Draws

    Source
    ------
    Hazards are set to the published counts (``course.losses``): input, not prediction.
    """
    multiplier = burden_multiplier(tumour_cells, rules)
    day = np.full(indication.shape, np.inf)
    reason = np.full(indication.shape, int(StopReason.NOT_STOPPED))
    for cause, stop in _CAUSES:
        hazard = by_indication(
            indication, lambda i, cause=cause: rules.number(f"{_STAGE}.hazard_per_day.{i.key}.{cause}")
        )
        if cause in _FOLLOW_BURDEN:
            hazard = hazard * multiplier
        event = -np.log(draws.uniform(f"manufacturing/loss_{cause}")) / hazard
        reason = np.where(event < day, int(stop), reason)
        day = np.minimum(event, day)
    return Loss(day=day, reason=reason)


def days_lived_after(rules: Edition, draws: Draws) -> np.ndarray:
    """Return how long a patient lives who is not infused (Weibull), counted from the loss.

    ::

        t = median * (-ln u / ln 2)^(1 / shape)
    """
    u = draws.uniform("manufacturing/death_after_loss")
    log_t = np.log(-np.log(u) / math.log(2)) / rules.number(f"{_STAGE}.after.shape")
    return rules.number(f"{_STAGE}.after.median_days") * np.exp(log_t)
