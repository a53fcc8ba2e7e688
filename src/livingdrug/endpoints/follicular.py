"""Endpoints of follicular lymphoma: response, its duration, CRS by Lee, and stays in hospital."""

import numpy as np

from livingdrug.endpoints import statistics
from livingdrug.endpoints.figures import Endpoint, grades, median, percent
from livingdrug.endpoints.records import PatientRecord
from livingdrug.endpoints.response import best_complete, best_overall
from livingdrug.endpoints.snapshot import Observed, Snapshot
from livingdrug.endpoints.survival import relapse_free_survival
from livingdrug.endpoints.times import responders, surviving


def complete_responders(snapshot: Snapshot) -> np.ndarray:
    """Return the analysis set of patients with a complete response by the cut."""
    return snapshot.responded & ~np.isnan(snapshot.record.complete_response_day)


def complete_of_leukapheresed(snapshot: Snapshot, _month: float) -> Observed:
    """Return the share with a complete response by the cut among all whose cells were collected."""
    complete = complete_responders(snapshot).astype(float)
    return Observed(snapshot.record.enrolled, (complete,), statistics.percent)


def _outpatients(record: PatientRecord) -> np.ndarray:
    return record.infused & record.outpatient


def _outpatients_admitted(record: PatientRecord) -> np.ndarray:
    return _outpatients(record) & ~np.isnan(record.hospital_first_day)


def _inpatients(record: PatientRecord) -> np.ndarray:
    return record.infused & ~record.outpatient


FOLLICULAR: dict[str, Endpoint] = {
    "elara_best_orr": best_overall,
    "elara_best_cr": best_complete,
    "elara_cr_of_leukapheresed": complete_of_leukapheresed,
    "elara_duration_of_response": surviving(relapse_free_survival, responders),
    "elara_duration_of_complete_response": surviving(relapse_free_survival, complete_responders),
    "crs_any_lee": grades("crs_lee", 1),
    "crs_grade_3_lee": grades("crs_lee", 3),
    "outpatient_infusion": percent(lambda r: r.outpatient),
    "outpatients_never_in_hospital": percent(lambda r: np.isnan(r.hospital_first_day), _outpatients),
    "hospital_days_of_outpatients": median(lambda r: r.hospital_days, _outpatients_admitted),
    "hospital_days_of_inpatients": median(lambda r: r.hospital_days, _inpatients),
}
"""Definitions of ``targets.definitions`` that were written for follicular lymphoma."""
