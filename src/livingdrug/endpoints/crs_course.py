"""How CRS went, of those who had it: when it came, how long it lasted, what was given."""

from collections.abc import Callable

import numpy as np

from livingdrug.endpoints.figures import Endpoint, Read, crs_label, crs_penn, median, percent
from livingdrug.endpoints.records import PatientRecord
from livingdrug.endpoints.safety import SEVERE, crs_duration, tocilizumab_and_steroid

_THREE_DOSES = 3


def _share_of_crs(read: Read) -> Endpoint:
    return percent(read, crs_penn)


def _median_of_crs(read: Read) -> Endpoint:
    """Return the median over patients with CRS, of whom some have no such time."""
    return median(read, crs_penn)


def _doses(of: Callable[[np.ndarray], np.ndarray]) -> Endpoint:
    return _share_of_crs(lambda record: of(record.n_tocilizumab))


def _to_grade_4(record: PatientRecord) -> np.ndarray:
    return record.crs_grade4_day - record.crs_onset_day


def _duration_of_severe(record: PatientRecord) -> np.ndarray:
    return np.where(record.crs_penn >= SEVERE, crs_duration(record), np.nan)


CRS_COURSE: dict[str, Endpoint] = {
    "crs_onset_of_crs": _median_of_crs(lambda r: r.crs_onset_day),
    "crs_onset_to_grade_4": _median_of_crs(_to_grade_4),
    "crs_duration_of_crs": _median_of_crs(crs_duration),
    "crs_duration_of_severe": _median_of_crs(_duration_of_severe),
    "fever_duration_of_crs": _median_of_crs(lambda r: r.fever_days),
    "icu_first_day_of_crs": _median_of_crs(lambda r: np.where(r.icu, r.icu_first_day, np.nan)),
    "icu_stay_of_crs": _median_of_crs(lambda r: r.icu_days),
    "intubation_duration_of_crs": _median_of_crs(lambda r: r.ventilated_days),
    "dialysis_duration_of_crs": _median_of_crs(lambda r: r.dialysis_days),
    "crs_resolved": _share_of_crs(lambda r: ~np.isnan(r.crs_resolved_day)),
    "fever_of_crs": _share_of_crs(lambda r: r.crs_with_fever),
    "icu_of_crs": _share_of_crs(lambda r: r.icu),
    "hypotension_treated_of_crs": _share_of_crs(lambda r: r.crs_hypotension_treated),
    "high_dose_vasopressors_of_crs": _share_of_crs(lambda r: r.high_dose_vasopressor),
    "oxygen_of_crs": _share_of_crs(lambda r: r.oxygen_given),
    "intubation_of_crs": _share_of_crs(lambda r: r.intubated),
    "dialysis_of_crs": _share_of_crs(lambda r: r.dialysis),
    "low_fibrinogen_of_crs": _share_of_crs(lambda r: r.crs_low_fibrinogen),
    "tocilizumab_of_crs": _doses(lambda n: n > 0),
    "tocilizumab_1_dose_of_crs": _doses(lambda n: n == 1),
    "tocilizumab_2_doses_of_crs": _doses(lambda n: n == 2),
    "tocilizumab_3_doses_of_crs": _doses(lambda n: n >= _THREE_DOSES),
    "steroid_of_crs": _share_of_crs(lambda r: r.steroid_given),
    "first_tocilizumab": median(lambda r: r.tocilizumab_first_day),
    "first_corticosteroid": median(lambda r: r.steroid_first_day),
    "tocilizumab_of_crs_label": percent(lambda r: r.n_tocilizumab > 0, crs_label),
    "tocilizumab_2_doses_of_crs_label": percent(lambda r: r.n_tocilizumab == 2, crs_label),
    "tocilizumab_3_doses_of_crs_label": percent(lambda r: r.n_tocilizumab >= _THREE_DOSES, crs_label),
    "tocilizumab_and_steroid_of_crs_label": percent(tocilizumab_and_steroid, crs_label),
}
"""Definitions of ``targets.definitions`` that read the course of CRS."""
