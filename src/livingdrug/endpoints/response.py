"""Response endpoints: best response, landmarks, conversion, and how long a response lasts."""

import numpy as np

from livingdrug.bedside.response import Response
from livingdrug.endpoints import statistics
from livingdrug.endpoints.snapshot import Endpoint, Observed, Snapshot
from livingdrug.units import DAYS_PER_MONTH

THREE_MONTHS = 3 * DAYS_PER_MONTH
"""Least follow-up of the efficacy set of JULIET's early cuts."""

_RESPONSES = (Response.CR, Response.CRI, Response.PR)


def evaluable(snapshot: Snapshot) -> np.ndarray:
    """Infused patients with an assessment; all infused if those without one count as no response."""
    if snapshot.conduct.unevaluable_counts_as_no_response:
        return snapshot.record.infused
    return snapshot.record.infused & (snapshot.record.response >= 0).any(axis=1)


def share(members: np.ndarray, yes: np.ndarray) -> Observed:
    """Return the share of the members for whom something holds."""
    return Observed(members, (yes.astype(float),), statistics.percent)


def best_overall(snapshot: Snapshot, _month: float) -> Observed:
    """Return the share of infused patients with any response by the cut."""
    return share(evaluable(snapshot), snapshot.responded)


def best_complete(snapshot: Snapshot, _month: float) -> Observed:
    """Return the share of infused patients with a complete response by the cut."""
    complete = ~np.isnan(snapshot.record.complete_response_day)
    return share(evaluable(snapshot), snapshot.responded & complete)


def best_partial(snapshot: Snapshot, _month: float) -> Observed:
    """Return how many have a partial response as their best, of those infused three months before the cut."""
    complete = ~np.isnan(snapshot.record.complete_response_day)
    members = evaluable(snapshot) & (snapshot.since_infusion_day >= THREE_MONTHS)
    return share(members, snapshot.responded & ~complete)


def response_at(snapshot: Snapshot, month: float, kinds: tuple[Response, ...]) -> np.ndarray:
    """Tell who was seen in one of these responses at a visit near a month, before any next therapy."""
    record = snapshot.record
    day = month * DAYS_PER_MONTH
    near = np.abs(record.assessment_day - day) <= snapshot.conduct.visit_window_days
    seen = near & np.isin(record.response, kinds)
    off_trial = np.fmin(record.progression_day, record.next_therapy_day)
    return np.any(seen & ~(record.assessment_day >= off_trial[:, None]), axis=1)


def landmark(*kinds: Response) -> Endpoint:
    """Return the share of infused patients in one of these responses at the row's month."""

    def observe(snapshot: Snapshot, month: float) -> Observed:
        return share(evaluable(snapshot), response_at(snapshot, month, kinds))

    return observe


def still_complete(from_month: float) -> Endpoint:
    """Return, of those in complete response at one month, the share still so at the row's month."""

    def observe(snapshot: Snapshot, month: float) -> Observed:
        complete = (Response.CR, Response.CRI)
        members = snapshot.record.infused & response_at(snapshot, from_month, complete)
        return share(members, response_at(snapshot, month, complete))

    return observe


def converted(snapshot: Snapshot, _month: float) -> Observed:
    """Return, of those whose first response was partial, the share that became complete."""
    record = snapshot.record
    members = snapshot.responded & ~(record.complete_response_day <= record.first_response_day)
    return share(members, ~np.isnan(record.complete_response_day))


def transplanted(snapshot: Snapshot, _month: float) -> Observed:
    """Return the share of responders transplanted before any progression or next therapy."""
    record = snapshot.record
    first = record.transplant_day < np.fmin(np.fmin(record.progression_day, record.next_therapy_day), np.inf)
    return share(snapshot.responded, first)


RESPONSE: dict[str, Endpoint] = {
    "best_orr_40m": best_overall,
    "best_cr_40m": best_complete,
    "best_pr_14m": best_partial,
    "orr_month_3": landmark(*_RESPONSES),
    "cr_month_3": landmark(Response.CR, Response.CRI),
    "pr_month_3": landmark(Response.PR),
    "orr_month_6": landmark(*_RESPONSES),
    "cr_month_6": landmark(Response.CR, Response.CRI),
    "cr_month_3_still_cr_month_12": still_complete(from_month=3),
    "pr_to_cr": converted,
    "transplant_in_response": transplanted,
    "registry_orr": best_overall,
    "registry_cr": best_complete,
}
"""Definitions of ``targets.definitions`` that read responses."""
