"""Endpoints of acute lymphoblastic leukaemia on time: survival of each kind, deaths, and what came after."""

import numpy as np

from livingdrug.course.causes import DeathCause
from livingdrug.endpoints.figures import Endpoint, count, percent
from livingdrug.endpoints.leukaemia import remission_by_month_3
from livingdrug.endpoints.records import PatientRecord, responded
from livingdrug.endpoints.snapshot import Snapshot
from livingdrug.endpoints.survival import (
    b_cell_aplasia,
    event_free_survival,
    overall_survival,
    relapse_free_survival,
    relapse_free_survival_followed_on,
)
from livingdrug.endpoints.times import EARLY_DEATH_DAY, everyone_infused, median_time, responders, surviving


def responders_in_aplasia(snapshot: Snapshot) -> np.ndarray:
    """Return the analysis set of responders whose B cells fell below the limit of recovery."""
    return snapshot.responded & ~np.isnan(snapshot.record.b_cell_aplasia_day)


def _dead(record: PatientRecord) -> np.ndarray:
    return ~np.isnan(record.death_day)


def _left(record: PatientRecord) -> np.ndarray:
    """Return the day of transplant or next therapy, whichever came first; NaN for neither."""
    return np.fmin(record.next_therapy_day, record.transplant_day)


def _relapsed_first(record: PatientRecord) -> np.ndarray:
    """Tell which responders relapsed before any transplant or next therapy."""
    return responded(record) & ~np.isnan(record.progression_day) & ~(_left(record) < record.progression_day)


def _in_remission(record: PatientRecord) -> np.ndarray:
    """Tell who lives at the cut without relapse, transplant or next therapy."""
    return ~_dead(record) & np.isnan(record.progression_day) & np.isnan(_left(record))


def _transplanted_in_remission(record: PatientRecord) -> np.ndarray:
    transplant = record.transplant_day
    return ~np.isnan(transplant) & ~(record.progression_day <= transplant) & (_left(record) >= transplant)


def _of_leukaemia_late(record: PatientRecord) -> np.ndarray:
    return (record.death_day > EARLY_DEATH_DAY) & (record.death_cause == DeathCause.DISEASE)


def _not_of_relapse(record: PatientRecord) -> np.ndarray:
    """Tell who died of anything but leukaemia, without relapse, transplant or next therapy before."""
    other_cause = _dead(record) & (record.death_cause != DeathCause.DISEASE)
    return other_cause & np.isnan(record.progression_day) & np.isnan(_left(record))


LEUKAEMIA_TIMES: dict[str, Endpoint] = {
    "eliana_efs_primary": surviving(event_free_survival, everyone_infused),
    "eliana_efs_3_years": surviving(event_free_survival, everyone_infused),
    "eliana_median_efs": median_time(event_free_survival),
    "eliana_median_efs_responders": median_time(event_free_survival, remission_by_month_3),
    "eliana_rfs_primary": surviving(relapse_free_survival, responders),
    "eliana_rfs_update": surviving(relapse_free_survival, responders),
    "eliana_rfs_censored_3_years": surviving(relapse_free_survival, responders),
    "eliana_rfs_followed_on_3_years": surviving(relapse_free_survival_followed_on, responders),
    "eliana_os_primary": surviving(overall_survival, everyone_infused),
    "eliana_os_update": surviving(overall_survival, everyone_infused),
    "eliana_os_3_years": surviving(overall_survival, everyone_infused),
    "eliana_aplasia_maintained": surviving(b_cell_aplasia, responders_in_aplasia),
    "eliana_ongoing_remission": count(_in_remission, responded),
    "eliana_relapses_before_other_therapy": count(_relapsed_first, responded),
    "eliana_deaths_after_relapse": count(_dead, _relapsed_first),
    "eliana_transplant_in_remission": percent(_transplanted_in_remission, responded),
    "all_deaths": percent(_dead),
    "all_deaths_30_days": percent(lambda r: r.death_day <= EARLY_DEATH_DAY),
    "all_deaths_of_leukaemia": percent(_of_leukaemia_late),
    "all_deaths_not_of_relapse": percent(_not_of_relapse),
}
"""Definitions of ``targets.definitions`` on times to events that only leukaemia has."""
