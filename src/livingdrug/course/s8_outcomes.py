"""Stage 8: how the disease responded and how the patient fared, read from the record; it alters nothing."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np

from livingdrug.bedside.answers import MET, NOT_MET, tri
from livingdrug.bedside.b_cells import b_cells_recovered
from livingdrug.bedside.response import Response, best_response, is_complete, is_response, mrd_negative
from livingdrug.course.causes import DeathCause
from livingdrug.evidence import Edition
from livingdrug.observations import Observations
from livingdrug.tables import describe
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
    mrd_negative : int8 (n, visits)
        1 when residual disease was negative at the visit, 0 when it was not, -1 not measured.
    mrd_by_sequencing : int8 (n, visits)
        1 when sequencing found residual disease, 0 when it did not, -1 not measured.
    mrd_negative_in_remission : int8 (n,)
        Leukaemia: 1 when residual disease was negative at a visit in CR or CRi, 0 when it never was, -1 when
        it was not measured in remission.
    b_cell_aplasia_day, b_cell_recovery_day : (n,), day
        First day with few B cells among the white cells, and first day after it without.
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
    mrd_negative: np.ndarray
    mrd_by_sequencing: np.ndarray
    mrd_negative_in_remission: np.ndarray
    b_cell_aplasia_day: np.ndarray
    b_cell_recovery_day: np.ndarray
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

    def __repr__(self) -> str:
        return describe(self)


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
    response = _counted_responses(in_vivo, until, progression, next_therapy)
    first, complete = _first_days(response, in_vivo.assessment_day)
    mrd = _at_visits(in_vivo, mrd_negative(in_vivo.observations.mrd_fraction, rules), until)
    sequenced = _found_by_sequencing(in_vivo.observations.mrd_fraction, rules)
    aplasia, recovery = _b_cell_days(in_vivo.observations, until, rules)
    ended, ended_by = _response_end(first, progression, death)
    open_at_transplant = ~(progression <= transplant) & ~(next_therapy <= transplant)
    relapsed = ~np.isnan(progression) & ~np.isnan(first)
    return Outcomes(
        reached=reached,
        best_response=best_response(response),
        first_response_day=first,
        complete_response_day=complete,
        mrd_negative=mrd,
        mrd_by_sequencing=_at_visits(in_vivo, sequenced, until),
        mrd_negative_in_remission=np.where(is_complete(response), mrd, -1).max(axis=1).astype(np.int8),
        b_cell_aplasia_day=aplasia,
        b_cell_recovery_day=recovery,
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


def _counted_responses(
    in_vivo: Followed, until: np.ndarray, progression: np.ndarray, next_therapy: np.ndarray
) -> np.ndarray:
    """Return the responses that count: while followed, up to progression, and before any next therapy."""
    day = in_vivo.assessment_day
    counted = (day <= until[:, None]) & ~(day > progression[:, None]) & ~(day >= next_therapy[:, None])
    return np.where(counted, in_vivo.response, Response.NOT_ASSESSED).astype(np.int8)


def _first_days(response: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the days of the first response and the first complete response."""
    n, visits = response.shape
    first, complete = np.full(n, np.nan), np.full(n, np.nan)
    for v in range(visits):
        first = np.where(np.isnan(first) & is_response(response[:, v]), day[:, v], first)
        complete = np.where(np.isnan(complete) & is_complete(response[:, v]), day[:, v], complete)
    return first, complete


def _found_by_sequencing(mrd_fraction: np.ndarray, rules: Edition) -> np.ndarray:
    """Say where sequencing would find residual disease: 1 yes, 0 no, -1 not measured."""
    limit = rules.number("course.outcomes.mrd.sequencing_limit")
    return tri(mrd_fraction >= limit, ~np.isnan(mrd_fraction))


def _at_visits(in_vivo: Followed, answer: np.ndarray, until: np.ndarray) -> np.ndarray:
    """Return an answer of the record (patients, times) at the visits, -1 where none was seen."""
    n, visits = in_vivo.response.shape
    state = np.full((n, visits), -1, dtype=np.int8)
    for v in range(visits):
        day = in_vivo.assessment_day[:, v]
        then = np.where(in_vivo.observations.day == day[:, None], answer, -1).max(axis=1)
        state[:, v] = np.where(day <= until, then, -1)
    return state


def _b_cell_days(seen: Observations, until: np.ndarray, rules: Edition) -> tuple[np.ndarray, np.ndarray]:
    """Return the first day of B-cell aplasia and the first day of recovery after it.

    B cells count by their share of the white cells in blood; recovery is seen once, however it goes on.
    Before the first assessment the share says nothing: chemotherapy has emptied the blood of all white cells.
    """
    recovered = b_cells_recovered(seen.b_cells_per_ul, seen.white_cells_e9_per_l, rules)
    first_day = rules.number("course.in_vivo.decisions.first_visit_day")
    aplasia, recovery = np.full(len(until), np.nan), np.full(len(until), np.nan)
    for j in range(recovered.shape[1]):
        read = (seen.day[:, j] >= first_day) & (seen.day[:, j] <= until)
        day = np.where(read, seen.day[:, j], np.nan)
        recovers = ~np.isnan(aplasia) & np.isnan(recovery) & (recovered[:, j] == MET)
        recovery = np.where(recovers, day, recovery)
        aplasia = np.where(np.isnan(aplasia) & (recovered[:, j] == NOT_MET), day, aplasia)
    return aplasia, recovery


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
