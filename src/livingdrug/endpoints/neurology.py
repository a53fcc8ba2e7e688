"""Neurological endpoints by CRS grade, by severity and in the wide sense of the labels; low IgG."""

import numpy as np

from livingdrug.endpoints.figures import Endpoint, grade_between, grades, median, percent
from livingdrug.endpoints.records import PatientRecord
from livingdrug.endpoints.safety import EIGHT_WEEKS, SEVERE, icans_duration, within

_GRADE_4 = 4
_HALF_GONE_DAY = 10.0
_MOST_GONE_DAY = 18.0


def _early_icans(low: int, high: int = 5) -> Endpoint:
    """Return the share of the infused with a worst ICANS grade from low to high, begun within 8 weeks."""

    def read(record: PatientRecord) -> np.ndarray:
        graded = grade_between(record.icans_grade, low, high)
        return np.where(graded == 1, within(record.icans_onset_day, EIGHT_WEEKS), graded)

    return percent(read)


def _severe_given_crs(low: int, high: int) -> Endpoint:
    """Return the share with ICANS grade 3 or more among those whose worst Penn grade is low to high."""

    def members(record: PatientRecord) -> np.ndarray:
        return record.infused & (record.crs_penn >= low) & (record.crs_penn <= high)

    return grades("icans_grade", SEVERE, members=members)


def _severe_icans(record: PatientRecord) -> np.ndarray:
    return record.infused & (record.icans_grade >= SEVERE)


def _gone_by(day: float) -> Endpoint:
    """Return the share of severe ICANS episodes that were over after some days."""
    return percent(lambda record: within(icans_duration(record), day), _severe_icans)


def _wide_early(low: int) -> Endpoint:
    """Return the share of the infused with ICANS or a drawn neurological symptom, begun within 8 weeks."""

    def read(record: PatientRecord) -> np.ndarray:
        graded = grade_between(record.neurological_event_grade, low, 5)
        return np.where(graded == 1, within(record.neurological_onset_day, EIGHT_WEEKS), graded)

    return percent(read)


NEUROLOGY: dict[str, Endpoint] = {
    "neurological_grade_3": _early_icans(SEVERE, SEVERE),
    "neurological_grade_4": _early_icans(_GRADE_4, _GRADE_4),
    "icans_grade_3_8_weeks": _early_icans(SEVERE),
    "neurological_grade_3_given_crs_4": _severe_given_crs(_GRADE_4, 5),
    "neurological_grade_3_given_crs_0_3": _severe_given_crs(0, SEVERE),
    "neurological_grade_3_gone_by_day_10": _gone_by(_HALF_GONE_DAY),
    "neurological_grade_3_gone_by_day_18": _gone_by(_MOST_GONE_DAY),
    "neurological_wide_8_weeks": _wide_early(1),
    "neurological_wide_grade_3_8_weeks": _wide_early(SEVERE),
    "neurotoxicity_grade_3_fda": grades("neurological_event_grade", SEVERE),
    "neurotoxicity_duration_fda": median(
        lambda r: r.neurological_resolved_day - r.neurological_onset_day,
        lambda r: r.infused & (r.neurological_event_grade >= 1),
    ),
    "hypogammaglobulinaemia": percent(lambda r: grade_between(r.hypogammaglobulinaemia, 1, 1)),
}
"""Definitions of ``targets.definitions`` on neurological events beside those of ``safety``, and on IgG."""
