"""Safety endpoints: CRS on each scale, what was given for it, neurotoxicity, cytopenia, infection."""

from collections.abc import Callable

import numpy as np

from livingdrug.endpoints import statistics
from livingdrug.endpoints.records import PatientRecord
from livingdrug.endpoints.snapshot import Observed, Snapshot
from livingdrug.units import DAYS_PER_WEEK

Endpoint = Callable[[Snapshot, float], Observed]
Read = Callable[[PatientRecord], np.ndarray]

SEVERE = 3
EIGHT_WEEKS = 8 * DAYS_PER_WEEK
THREE_WEEKS = 3 * DAYS_PER_WEEK


def _infused(record: PatientRecord) -> np.ndarray:
    return record.infused


def _crs_label(record: PatientRecord) -> np.ndarray:
    return record.infused & (record.crs_as_fda_penn >= 1)


def _crs_penn(record: PatientRecord) -> np.ndarray:
    return record.infused & (record.crs_penn >= 1)


def grade_between(grade: np.ndarray, low: int, high: int) -> np.ndarray:
    """Return 1 for grades from low to high, 0 for others, NaN where not assessable."""
    return np.where(grade < 0, np.nan, (grade >= low) & (grade <= high))


def _percent(read: Read, members: Read = _infused) -> Endpoint:
    def observe(snapshot: Snapshot, _month: float) -> Observed:
        yes = np.asarray(read(snapshot.record), dtype=float)
        return Observed(members(snapshot.record), (yes,), statistics.percent)

    return observe


def _grades(name: str, low: int, high: int = 5, members: Read = _infused) -> Endpoint:
    return _percent(lambda record: grade_between(getattr(record, name), low, high), members)


def _count(read: Read, members: Read = _infused) -> Endpoint:
    def observe(snapshot: Snapshot, _month: float) -> Observed:
        yes = np.asarray(read(snapshot.record), dtype=float)
        return Observed(members(snapshot.record), (yes,), statistics.total)

    return observe


def _median(read: Read) -> Endpoint:
    def observe(snapshot: Snapshot, _month: float) -> Observed:
        return Observed(snapshot.record.infused, (read(snapshot.record),), statistics.median)

    return observe


def _within(day: np.ndarray, limit: float) -> np.ndarray:
    return np.less_equal(day, limit)


def _crs_duration(record: PatientRecord) -> np.ndarray:
    days = record.crs_resolved_day - record.crs_onset_day
    return np.where(record.crs_penn >= 1, days, np.nan)


def _anticytokine(record: PatientRecord) -> np.ndarray:
    return (record.n_tocilizumab > 0) | record.steroid_given


def _neurological_nejm(record: PatientRecord) -> np.ndarray:
    early = _within(record.neurological_onset_day, EIGHT_WEEKS) | _within(record.icans_onset_day, EIGHT_WEEKS)
    listed = (record.icans_grade >= 1) | record.encephalopathy | record.delirium
    return np.where(record.icans_grade < 0, np.nan, early & listed)


def _severe_icans_early(record: PatientRecord) -> np.ndarray:
    severe = (record.icans_grade >= SEVERE) & _within(record.icans_onset_day, EIGHT_WEEKS)
    return np.where(record.icans_grade < 0, np.nan, severe)


def _icans_duration(record: PatientRecord) -> np.ndarray:
    days = record.icans_resolved_day - record.icans_onset_day
    return np.where(record.icans_grade >= 1, days, np.nan)


def _resolved_in_three_weeks(record: PatientRecord) -> np.ndarray:
    days = record.neurological_resolved_day - record.neurological_onset_day
    return _within(days, THREE_WEEKS)


def _still_low(day28: str, month3: str) -> Endpoint:
    """Return, of those at grade 3 or more at day 28, the share still so at month 3."""

    def low_at_day28(record: PatientRecord) -> np.ndarray:
        return record.infused & (getattr(record, day28) >= SEVERE)

    return _grades(month3, SEVERE, members=low_at_day28)


def _regraded(name: str, direction: int) -> Endpoint:
    """Return how many of the patients with CRS by Penn grade the same (0), lower (-1) or higher (1)."""

    def read(record: PatientRecord) -> np.ndarray:
        other = getattr(record, name).astype(int)
        change = np.sign(other - record.crs_penn.astype(int))
        return np.where(other < 0, np.nan, change == direction)

    return _count(read, _crs_penn)


SAFETY: dict[str, Endpoint] = {
    "infused_fraction": _percent(lambda r: r.infused, lambda r: r.enrolled),
    "crs_any_penn": _grades("crs_penn", 1),
    "crs_grade_3_4_penn": _grades("crs_penn", 3),
    "crs_grade_3_penn": _grades("crs_penn", 3, 3),
    "crs_grade_4_penn": _grades("crs_penn", 4, 4),
    "crs_onset": _median(lambda r: np.where(r.crs_penn >= 1, r.crs_onset_day, np.nan)),
    "crs_duration": _median(_crs_duration),
    "tocilizumab": _percent(lambda r: r.n_tocilizumab > 0),
    "tocilizumab_and_steroid": _percent(lambda r: (r.n_tocilizumab > 0) & r.steroid_given),
    "icu": _percent(lambda r: r.icu),
    "oxygen": _percent(lambda r: r.oxygen_given),
    "intubation": _percent(lambda r: r.intubated),
    "high_dose_vasopressors": _percent(lambda r: r.high_dose_vasopressor),
    "dialysis": _percent(lambda r: r.dialysis),
    "crs_any_label": _grades("crs_as_fda_penn", 1),
    "crs_grade_3_label": _grades("crs_as_fda_penn", 3),
    "anticytokine_among_crs_label": _percent(_anticytokine, _crs_label),
    "crs_with_fever": _percent(lambda r: r.crs_with_fever, _crs_label),
    "crs_with_hypotension": _percent(lambda r: r.crs_with_hypotension, _crs_label),
    "crs_with_hypoxia": _percent(lambda r: r.crs_with_hypoxia, _crs_label),
    "crs_with_tachycardia": _percent(lambda r: r.crs_with_tachycardia, _crs_label),
    "crs_count_lee": _count(lambda r: grade_between(r.crs_lee, 1, 5)),
    "crs_count_astct": _count(lambda r: grade_between(r.crs_astct, 1, 5)),
    "crs_lee_same": _regraded("crs_lee", 0),
    "crs_lee_lower": _regraded("crs_lee", -1),
    "crs_lee_higher": _regraded("crs_lee", 1),
    "crs_astct_same": _regraded("crs_astct", 0),
    "crs_astct_lower": _regraded("crs_astct", -1),
    "crs_astct_higher": _regraded("crs_astct", 1),
    "icans_astct": _grades("icans_grade", 1),
    "neurological_any_nejm": _percent(_neurological_nejm),
    "neurological_grade_3_nejm": _percent(_severe_icans_early),
    "neurological_onset": _median(lambda r: np.where(r.icans_grade >= 1, r.icans_onset_day, np.nan)),
    "neurological_duration": _median(_icans_duration),
    "neurotoxicity_fda": _grades("neurological_event_grade", 1),
    "neurotoxicity_resolved_3_weeks": _percent(
        _resolved_in_three_weeks, lambda r: r.infused & (r.neurological_event_grade >= 1)
    ),
    "headache": _percent(lambda r: r.headache),
    "encephalopathy": _percent(lambda r: r.encephalopathy),
    "delirium": _percent(lambda r: r.delirium),
    "neutropenia_day_28": _grades("neutropenia_grade_day28", 3),
    "neutropenia_month_3": _still_low("neutropenia_grade_day28", "neutropenia_grade_month3"),
    "thrombocytopenia_day_28": _grades("thrombocytopenia_grade_day28", 3),
    "thrombocytopenia_month_3": _still_low("thrombocytopenia_grade_day28", "thrombocytopenia_grade_month3"),
    "infection_grade_3_8_weeks": _grades("infection_grade_8_weeks", 3),
    "febrile_neutropenia": _percent(lambda r: grade_between(r.febrile_neutropenia, 1, 1)),
    "tumour_lysis": _grades("tumour_lysis_grade", 3),
    "treatment_related_death": _percent(lambda r: r.treatment_related_death),
}
"""Definitions of ``targets.definitions`` that read toxicity."""
