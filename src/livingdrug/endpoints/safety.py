"""Safety endpoints: CRS on each scale, what was given for it, neurotoxicity, cytopenia, infection."""

import numpy as np

from livingdrug.endpoints.figures import (
    Endpoint,
    count,
    crs_label,
    crs_penn,
    grade_between,
    grades,
    median,
    percent,
)
from livingdrug.endpoints.records import PatientRecord
from livingdrug.units import DAYS_PER_WEEK

SEVERE = 3
EIGHT_WEEKS = 8 * DAYS_PER_WEEK
THREE_WEEKS = 3 * DAYS_PER_WEEK


def within(day: np.ndarray, limit: float) -> np.ndarray:
    """Tell whether something happened by a day."""
    return np.less_equal(day, limit)


def crs_duration(record: PatientRecord) -> np.ndarray:
    """Return the days from onset to resolution of CRS; NaN without one, or where its end was not seen."""
    days = record.crs_resolved_day - record.crs_onset_day
    return np.where(record.crs_penn >= 1, days, np.nan)


def _anticytokine(record: PatientRecord) -> np.ndarray:
    return (record.n_tocilizumab > 0) | record.steroid_given


def tocilizumab_and_steroid(record: PatientRecord) -> np.ndarray:
    """Tell who was given both."""
    return (record.n_tocilizumab > 0) & record.steroid_given


def _neurological_nejm(record: PatientRecord) -> np.ndarray:
    early = within(record.neurological_onset_day, EIGHT_WEEKS) | within(record.icans_onset_day, EIGHT_WEEKS)
    listed = (record.icans_grade >= 1) | record.encephalopathy | record.delirium
    return np.where(record.icans_grade < 0, np.nan, early & listed)


def _severe_icans_early(record: PatientRecord) -> np.ndarray:
    severe = (record.icans_grade >= SEVERE) & within(record.icans_onset_day, EIGHT_WEEKS)
    return np.where(record.icans_grade < 0, np.nan, severe)


def icans_duration(record: PatientRecord) -> np.ndarray:
    """Return the days from onset to resolution of ICANS; NaN without one, or where its end was not seen."""
    days = record.icans_resolved_day - record.icans_onset_day
    return np.where(record.icans_grade >= 1, days, np.nan)


def _resolved_in_three_weeks(record: PatientRecord) -> np.ndarray:
    days = record.neurological_resolved_day - record.neurological_onset_day
    return within(days, THREE_WEEKS)


def _still_low(day28: str, month3: str) -> Endpoint:
    """Return, of those at grade 3 or more at day 28, the share still so at month 3."""

    def low_at_day28(record: PatientRecord) -> np.ndarray:
        return record.infused & (getattr(record, day28) >= SEVERE)

    return grades(month3, SEVERE, members=low_at_day28)


def _regraded(name: str, direction: int) -> Endpoint:
    """Return how many of the patients with CRS by Penn grade the same (0), lower (-1) or higher (1)."""

    def read(record: PatientRecord) -> np.ndarray:
        other = getattr(record, name).astype(int)
        change = np.sign(other - record.crs_penn.astype(int))
        return np.where(other < 0, np.nan, change == direction)

    return count(read, crs_penn)


SAFETY: dict[str, Endpoint] = {
    "infused_fraction": percent(lambda r: r.infused, lambda r: r.enrolled),
    "crs_any_penn": grades("crs_penn", 1),
    "crs_grade_3_4_penn": grades("crs_penn", 3),
    "crs_grade_3_penn": grades("crs_penn", 3, 3),
    "crs_grade_4_penn": grades("crs_penn", 4, 4),
    "crs_onset": median(lambda r: np.where(r.crs_penn >= 1, r.crs_onset_day, np.nan)),
    "crs_duration": median(crs_duration),
    "tocilizumab": percent(lambda r: r.n_tocilizumab > 0),
    "tocilizumab_and_steroid": percent(tocilizumab_and_steroid),
    "icu": percent(lambda r: r.icu),
    "oxygen": percent(lambda r: r.oxygen_given),
    "intubation": percent(lambda r: r.intubated),
    "high_dose_vasopressors": percent(lambda r: r.high_dose_vasopressor),
    "dialysis": percent(lambda r: r.dialysis),
    "crs_any_label": grades("crs_as_fda_penn", 1),
    "crs_grade_3_label": grades("crs_as_fda_penn", 3),
    "anticytokine_among_crs_label": percent(_anticytokine, crs_label),
    "crs_with_fever": percent(lambda r: r.crs_with_fever, crs_label),
    "crs_with_hypotension": percent(lambda r: r.crs_with_hypotension, crs_label),
    "crs_with_hypoxia": percent(lambda r: r.crs_with_hypoxia, crs_label),
    "crs_with_tachycardia": percent(lambda r: r.crs_with_tachycardia, crs_label),
    "crs_count_lee": count(lambda r: grade_between(r.crs_lee, 1, 5)),
    "crs_count_astct": count(lambda r: grade_between(r.crs_astct, 1, 5)),
    "crs_lee_same": _regraded("crs_lee", 0),
    "crs_lee_lower": _regraded("crs_lee", -1),
    "crs_lee_higher": _regraded("crs_lee", 1),
    "crs_astct_same": _regraded("crs_astct", 0),
    "crs_astct_lower": _regraded("crs_astct", -1),
    "crs_astct_higher": _regraded("crs_astct", 1),
    "icans_astct": grades("icans_grade", 1),
    "neurological_any_nejm": percent(_neurological_nejm),
    "neurological_grade_3_nejm": percent(_severe_icans_early),
    "neurological_onset": median(lambda r: np.where(r.icans_grade >= 1, r.icans_onset_day, np.nan)),
    "neurological_duration": median(icans_duration),
    "neurotoxicity_fda": grades("neurological_event_grade", 1),
    "neurotoxicity_resolved_3_weeks": percent(
        _resolved_in_three_weeks, lambda r: r.infused & (r.neurological_event_grade >= 1)
    ),
    "headache": percent(lambda r: r.headache),
    "encephalopathy": percent(lambda r: r.encephalopathy),
    "delirium": percent(lambda r: r.delirium),
    "neutropenia_day_28": grades("neutropenia_grade_day28", 3),
    "neutropenia_month_3": _still_low("neutropenia_grade_day28", "neutropenia_grade_month3"),
    "thrombocytopenia_day_28": grades("thrombocytopenia_grade_day28", 3),
    "thrombocytopenia_month_3": _still_low("thrombocytopenia_grade_day28", "thrombocytopenia_grade_month3"),
    "infection_grade_3_8_weeks": grades("infection_grade_8_weeks", 3),
    "febrile_neutropenia": percent(lambda r: grade_between(r.febrile_neutropenia, 1, 1)),
    "tumour_lysis": grades("tumour_lysis_grade", 3),
    "treatment_related_death": percent(lambda r: r.treatment_related_death),
}
"""Definitions of ``targets.definitions`` that read toxicity."""
