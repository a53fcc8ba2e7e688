"""Endpoints of acute lymphoblastic leukaemia: remission, residual disease, B cells, antigen, exposure."""

import numpy as np

from livingdrug.bedside.response import Response, best_response, is_complete
from livingdrug.endpoints import statistics
from livingdrug.endpoints.figures import Endpoint
from livingdrug.endpoints.records import counted_responses
from livingdrug.endpoints.regressions import (
    excess_of_geometric_means,
    hazard_ratios_of_change,
    odds_ratios,
)
from livingdrug.endpoints.response import evaluable, share
from livingdrug.endpoints.snapshot import Observed, Snapshot
from livingdrug.endpoints.survival import TimeToEvent, b_cell_aplasia, hazard_ratios, relapse
from livingdrug.units import DAYS_PER_MONTH, MONTHS_PER_YEAR

RESPONSE_MONTH = 3.0
"""Month by which the leukaemia trials count a remission."""
_SEVERE = 3
_NEGATIVE = 1


def _visits_until(snapshot: Snapshot, month: float) -> np.ndarray:
    """Tell which visits (patients, visits) lie before the end of a month's visit window."""
    until = month * DAYS_PER_MONTH + snapshot.conduct.visit_window_days
    return snapshot.record.assessment_day <= until


def best_by(snapshot: Snapshot, month: float) -> np.ndarray:
    """Return the best response at the visits up to a month, before any next therapy."""
    record = snapshot.record
    counted = counted_responses(record.response, record)
    return best_response(np.where(_visits_until(snapshot, month), counted, -1).astype(np.int8))


def best_within(*kinds: Response) -> Endpoint:
    """Return the share of infused patients whose best response by the row's month is one of these."""

    def observe(snapshot: Snapshot, month: float) -> Observed:
        return share(evaluable(snapshot), np.isin(best_by(snapshot, month), kinds))

    return observe


def remission_by_month_3(snapshot: Snapshot) -> np.ndarray:
    """Return the analysis set of infused patients in CR or CRi at a visit up to month 3."""
    return snapshot.record.infused & is_complete(best_by(snapshot, RESPONSE_MONTH))


def residual_disease_negative(snapshot: Snapshot, month: float) -> Observed:
    """Return, of those in remission by month 3, the share negative at a visit up to the row's month.

    Who was not measured by then does not enter.
    """
    early = _visits_until(snapshot, month)
    best = np.where(early, snapshot.record.mrd_negative, -1).max(axis=1)
    answer = np.where(best < 0, np.nan, best == _NEGATIVE)
    return Observed(remission_by_month_3(snapshot), (answer,), statistics.percent)


def aplasia(snapshot: Snapshot, _month: float) -> Observed:
    """Return the share of responders whose B cells fell below the limit of recovery."""
    return share(snapshot.responded, ~np.isnan(snapshot.record.b_cell_aplasia_day))


def negative_relapse_in_aplasia(snapshot: Snapshot, _month: float) -> Observed:
    """Return, of relapses with known antigen while B cells were still gone, the share without CD19."""
    record = snapshot.record
    relapsed = snapshot.responded & ~np.isnan(record.progression_day) & (record.relapse_antigen >= 0)
    in_aplasia = (record.b_cell_aplasia_day <= record.progression_day) & ~(
        record.b_cell_recovery_day <= record.progression_day
    )
    return share(relapsed & in_aplasia, record.relapse_antigen == 0)


def persistence(snapshot: Snapshot, _month: float) -> Observed:
    """Return the median of the last day with a quantifiable transgene among responders."""
    tlast = snapshot.exposure.tlast
    return Observed(snapshot.responded & ~np.isnan(tlast), (tlast,), statistics.median)


def _excess(name: str) -> Endpoint:
    """Return by how many percent responders' geometric mean exposure exceeds that of the others."""

    def observe(snapshot: Snapshot, _month: float) -> Observed:
        values = getattr(snapshot.exposure, name)
        members = snapshot.record.infused & (values > 0)
        return Observed(members, (values, snapshot.responded.astype(float)), excess_of_geometric_means)

    return observe


def recovery_per_doubling(snapshot: Snapshot, _month: float) -> Observed:
    """Return the hazard ratio of B-cell recovery per doubling of AUC0-28d among responders."""
    times = b_cell_aplasia(snapshot.record)
    with np.errstate(divide="ignore"):
        log2_auc = np.log2(snapshot.exposure.auc)
    members = snapshot.responded & np.isfinite(log2_auc)
    return Observed(members, (log2_auc, times.months, times.event), hazard_ratios)


def severe_crs_per_doubling(snapshot: Snapshot, _month: float) -> Observed:
    """Return the odds ratio of Penn grade 3 or more per doubling of Cmax."""
    log2_cmax, grade = np.log2(snapshot.exposure.cmax), snapshot.record.crs_penn
    members = snapshot.record.infused & ~np.isnan(log2_cmax) & (grade >= 0)
    return Observed(members, (log2_cmax, (grade >= _SEVERE).astype(float)), odds_ratios)


def relapse_after_recovery(snapshot: Snapshot, _month: float) -> Observed:
    """Return the hazard ratio of relapse after against before B cells recover, within a year of infusion."""
    times, recovery = relapse(snapshot.record), snapshot.record.b_cell_recovery_day / DAYS_PER_MONTH
    change = np.where(recovery <= MONTHS_PER_YEAR, recovery, np.inf)
    return Observed(snapshot.responded, (change, times.months, times.event), hazard_ratios_of_change)


def _landmark(snapshot: Snapshot, exposed: np.ndarray, month: float) -> Observed:
    """Return the hazard ratio of relapse after a month's visit, of the exposed (1) against the others (0)."""
    times = relapse(snapshot.record)
    after = TimeToEvent(times.months - month, times.event)
    members = snapshot.responded & (after.months > 0) & (exposed >= 0)
    change = np.where(exposed == 1, 0.0, np.inf)
    return Observed(members, (change, after.months, after.event), hazard_ratios_of_change)


def relapse_by_recovery(snapshot: Snapshot, month: float) -> Observed:
    """Return the hazard ratio of relapse by whether B cells had recovered at the row's month."""
    record = snapshot.record
    recovered = record.b_cell_recovery_day <= month * DAYS_PER_MONTH
    return _landmark(snapshot, recovered.astype(int), month)


def relapse_by_residual_disease(snapshot: Snapshot, month: float) -> Observed:
    """Return the hazard ratio of relapse by what sequencing found at the visit of the row's month."""
    record = snapshot.record
    distance = np.abs(record.assessment_day - month * DAYS_PER_MONTH)
    near = distance <= snapshot.conduct.visit_window_days
    found = np.where(near, record.mrd_by_sequencing, -1).max(axis=1)
    return _landmark(snapshot, found, month)


LEUKAEMIA: dict[str, Endpoint] = {
    "all_remission_3_months": best_within(Response.CR, Response.CRI),
    "all_cr_3_months": best_within(Response.CR),
    "all_cri_3_months": best_within(Response.CRI),
    "all_mrd_negative": residual_disease_negative,
    "all_b_cell_aplasia": aplasia,
    "all_cd19_negative_in_aplasia": negative_relapse_in_aplasia,
    "all_persistence": persistence,
    "all_cmax_excess": _excess("cmax"),
    "all_auc_excess": _excess("auc"),
    "all_hr_b_cell_recovery_per_auc_doubling": recovery_per_doubling,
    "all_or_severe_crs_per_cmax_doubling": severe_crs_per_doubling,
    "all_hr_relapse_after_b_cell_recovery": relapse_after_recovery,
    "all_hr_relapse_by_b_cell_recovery": relapse_by_recovery,
    "all_hr_relapse_by_mrd": relapse_by_residual_disease,
}
"""Definitions of ``targets.definitions`` that only leukaemia has."""
