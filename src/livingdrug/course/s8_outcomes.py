"""Stage 8: how the disease responded and how the patient fared, read from the record; it alters nothing."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np

from livingdrug.bedside.response import BEST_FIRST, Response, is_complete, is_response, mrd_negative
from livingdrug.course.causes import DeathCause
from livingdrug.evidence import Edition
from livingdrug.observations import Observations
from livingdrug.units import DAYS_PER_MONTH


class ResponseEnd(IntEnum):
    """What ended a response."""

    NO_RESPONSE = -1
    NOT_ENDED = 0
    RELAPSE = 1
    DEATH = 2


class Infused(Protocol):
    """What this stage reads of the infusion record, columns (n,)."""

    @property
    def infused(self) -> np.ndarray: ...  # noqa: D102


class Followed(Protocol):
    """What this stage reads of the in vivo record."""

    @property
    def reached(self) -> np.ndarray: ...  # noqa: D102
    @property
    def observations(self) -> Observations: ...  # noqa: D102
    @property
    def visit_months(self) -> tuple[float, ...]: ...  # noqa: D102
    @property
    def assessment_day(self) -> np.ndarray: ...  # noqa: D102
    @property
    def response(self) -> np.ndarray: ...  # noqa: D102
    @property
    def progression_day(self) -> np.ndarray: ...  # noqa: D102
    @property
    def relapse_antigen(self) -> np.ndarray: ...  # noqa: D102
    @property
    def next_therapy_day(self) -> np.ndarray: ...  # noqa: D102
    @property
    def transplant_day(self) -> np.ndarray: ...  # noqa: D102
    @property
    def second_malignancy_day(self) -> np.ndarray: ...  # noqa: D102
    @property
    def death_day(self) -> np.ndarray: ...  # noqa: D102
    @property
    def death_cause(self) -> np.ndarray: ...  # noqa: D102
    @property
    def followed_until_day(self) -> np.ndarray: ...  # noqa: D102
    @property
    def withdrew(self) -> np.ndarray: ...  # noqa: D102


DRAWN_COLUMNS = (
    "next_therapy_day",
    "transplant_day",
    "transplant_in_response",
    "second_malignancy_day",
    "withdrew",
)
"""Columns of ``Outcomes`` whose times or rates are put in: inputs, never predictions."""


@dataclass(frozen=True)
class Outcomes:
    """The outcome of each infused patient; NaN, -1 or False where not infused or not seen.

    Days count from infusion; none is later than ``followed_until_day``.

    Attributes
    ----------
    best_response : int8 (n,)
        Best ``Response`` before progression and before any next therapy.
    first_response_day, complete_response_day : (n,), day
        First visit with CR, CRi or PR; first with CR (or CRi in leukaemia).
    mrd_negative_in_remission : int8 (n,)
        Leukaemia: 1 when residual disease was negative at a visit in CR or CRi, 0 when it never was, -1 when
        it was not measured in remission.
    progression_day : (n,), day
        Visit that showed progression, or relapse after a response.
    relapse_antigen : int8 (n,)
        CD19 at relapse after a response: 1 positive, 0 negative, -1 none or not known.
    next_therapy_day, transplant_day, second_malignancy_day : (n,), day
        Their times are drawn (see ``DRAWN_COLUMNS``).
    transplant_in_response : bool (n,)
    response_ended_day : (n,), day
    response_ended_by : int8 (n,)
        ``ResponseEnd``.
    death_cause : int8 (n,)
        ``DeathCause``; -1 where not infused.
    in_complete_response_at : int8 (n, visits)
        1 in complete response at the visit, 0 not (also when progressed, on a next therapy or dead by then),
        -1 not assessed while this was open.
    """

    reached: np.ndarray
    best_response: np.ndarray
    first_response_day: np.ndarray
    complete_response_day: np.ndarray
    mrd_negative_in_remission: np.ndarray
    progression_day: np.ndarray
    relapse_antigen: np.ndarray
    next_therapy_day: np.ndarray
    transplant_day: np.ndarray
    transplant_in_response: np.ndarray
    response_ended_day: np.ndarray
    response_ended_by: np.ndarray
    second_malignancy_day: np.ndarray
    death_day: np.ndarray
    death_cause: np.ndarray
    followed_until_day: np.ndarray
    withdrew: np.ndarray
    in_complete_response_at: np.ndarray


def classify_outcomes(infusion: Infused, in_vivo: Followed, rules: Edition) -> Outcomes:
    """Classify the outcome of each infused patient.

    Parameters
    ----------
    infusion, in_vivo
        Records of stages 5 and 6.
    rules : Edition
        The evidence.

    Returns
    -------
    Outcomes
    """
    reached = in_vivo.reached & infusion.infused
    until = np.where(reached, in_vivo.followed_until_day, np.nan)

    def seen(day: np.ndarray) -> np.ndarray:
        return np.where(day <= until, day, np.nan)

    progression, death = seen(in_vivo.progression_day), seen(in_vivo.death_day)
    next_therapy, transplant = seen(in_vivo.next_therapy_day), seen(in_vivo.transplant_day)
    closed = np.fmin(progression, next_therapy)
    best, first, complete = _responses(in_vivo, until, progression, next_therapy)
    ended, ended_by = _response_end(first, progression, death)
    open_at_transplant = ~(progression <= transplant) & ~(next_therapy <= transplant)
    relapsed = ~np.isnan(progression) & ~np.isnan(first)
    return Outcomes(
        reached=reached,
        best_response=best,
        first_response_day=first,
        complete_response_day=complete,
        mrd_negative_in_remission=_mrd_in_remission(in_vivo, until, progression, next_therapy, rules),
        progression_day=progression,
        relapse_antigen=np.where(relapsed, in_vivo.relapse_antigen, -1).astype(np.int8),
        next_therapy_day=next_therapy,
        transplant_day=transplant,
        transplant_in_response=(first <= transplant) & open_at_transplant,
        response_ended_day=ended,
        response_ended_by=ended_by,
        second_malignancy_day=seen(in_vivo.second_malignancy_day),
        death_day=death,
        death_cause=_cause(reached, death, in_vivo.death_cause),
        followed_until_day=until,
        withdrew=in_vivo.withdrew & reached,
        in_complete_response_at=_complete_at_visits(in_vivo, until, closed, death),
    )


def _cause(reached: np.ndarray, death_day: np.ndarray, cause: np.ndarray) -> np.ndarray:
    known = np.where(np.isnan(death_day), DeathCause.NONE, cause)
    return np.where(reached, known, -1).astype(np.int8)


def _counted(
    day: np.ndarray, until: np.ndarray, progression: np.ndarray, next_therapy: np.ndarray
) -> np.ndarray:
    """Say whether an assessment counts: while followed, up to progression, and before any next therapy."""
    return (day <= until) & ~(day > progression) & ~(day >= next_therapy)


def _responses(
    in_vivo: Followed, until: np.ndarray, progression: np.ndarray, next_therapy: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the best response and the days of the first response and first complete response."""
    n = len(until)
    worst_rank = len(BEST_FIRST)
    best_rank = np.full(n, worst_rank)
    first, complete = np.full(n, np.nan), np.full(n, np.nan)
    rank_of = np.full(max(Response) + 2, worst_rank)
    for rank, kind in enumerate(BEST_FIRST):
        rank_of[kind] = rank
    for v in range(in_vivo.response.shape[1]):
        day = in_vivo.assessment_day[:, v]
        counted = _counted(day, until, progression, next_therapy)
        response = np.where(counted, in_vivo.response[:, v], Response.NOT_ASSESSED)
        best_rank = np.minimum(best_rank, rank_of[response])
        first = np.where(np.isnan(first) & is_response(response), day, first)
        complete = np.where(np.isnan(complete) & is_complete(response), day, complete)
    best = np.array([*BEST_FIRST, Response.NOT_ASSESSED], dtype=np.int8)[best_rank]
    return best, first, complete


def _mrd_in_remission(
    in_vivo: Followed, until: np.ndarray, progression: np.ndarray, next_therapy: np.ndarray, rules: Edition
) -> np.ndarray:
    """Say whether residual disease was ever negative at a visit in complete remission."""
    seen = in_vivo.observations
    negative = mrd_negative(seen.mrd_fraction, rules)
    best = np.full(len(until), -1, dtype=np.int8)
    for v in range(in_vivo.response.shape[1]):
        day = in_vivo.assessment_day[:, v]
        remission = _counted(day, until, progression, next_therapy) & is_complete(in_vivo.response[:, v])
        then = np.where(seen.day == day[:, None], negative, -1).max(axis=1)
        best = np.where(remission, np.maximum(best, then), best).astype(np.int8)
    return best


def _response_end(
    first_response_day: np.ndarray, progression_day: np.ndarray, death_day: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return when and by what a response ended; relapse goes before death on the same day."""
    responded = ~np.isnan(first_response_day)
    ended = np.where(responded, np.fmin(progression_day, death_day), np.nan)
    by = np.where(progression_day <= ended, ResponseEnd.RELAPSE, ResponseEnd.DEATH)
    by = np.where(np.isnan(ended), ResponseEnd.NOT_ENDED, by)
    return ended, np.where(responded, by, ResponseEnd.NO_RESPONSE).astype(np.int8)


def _complete_at_visits(
    in_vivo: Followed, until: np.ndarray, closed_day: np.ndarray, death_day: np.ndarray
) -> np.ndarray:
    """Say for each visit whether the patient was in complete response."""
    n, visits = in_vivo.response.shape
    state = np.full((n, visits), -1, dtype=np.int8)
    over = np.fmin(closed_day, death_day)
    for v in range(visits):
        planned = in_vivo.visit_months[v] * DAYS_PER_MONTH
        done = in_vivo.assessment_day[:, v] <= until
        day = np.where(done, in_vivo.assessment_day[:, v], planned)
        response = np.where(done, in_vivo.response[:, v], Response.NOT_ASSESSED)
        column = np.where(response == Response.NOT_ASSESSED, -1, is_complete(response))
        state[:, v] = np.where(over <= day, 0, column)
    return state
