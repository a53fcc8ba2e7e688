"""Patient records made up for tests: no course is run."""

import dataclasses

import numpy as np

from livingdrug.endpoints import PatientRecord
from livingdrug.endpoints.profiles import profile_days
from livingdrug.evidence import load_edition
from livingdrug.runs import Chunk

VISITS = np.array([1.0, 3.0, 6.0, 9.0, 12.0, 24.0]) * 30.4375
SAMPLES = np.array([1.0, 4, 7, 11, 14, 17, 21, 28, 60, 90, 180, 365, 730])
PROFILE_DAYS = len(load_edition().numbers("endpoints.profile.days"))
_BOOL = (
    "eligible enrolled released infused crs_with_fever crs_with_hypotension crs_with_hypoxia "
    "crs_with_tachycardia steroid_given icu oxygen_given intubated high_dose_vasopressor dialysis "
    "headache encephalopathy delirium treatment_related_death outpatient "
    "crs_hypotension_treated crs_low_fibrinogen"
)
_BOOL_NAMES = frozenset(_BOOL.split(" "))


def _default(name: str, n: int) -> np.ndarray:
    if name in _BOOL_NAMES:
        return np.zeros(n, dtype=bool)
    if name.startswith("profile_"):
        return np.full((n, PROFILE_DAYS), np.nan)
    if name.endswith(("_day", "_days")) or name in {
        "dose_cells",
        "tumour_volume_ml",
        "infusion_day_from_enrolment",
    }:
        return np.full(n, np.nan)
    return np.zeros(n, dtype=np.int8)


def quiet_pool(n: int, **columns: np.ndarray) -> PatientRecord:
    """Return n infused patients to whom nothing happened in five years; columns replace the defaults."""
    values = {field.name: _default(field.name, n) for field in dataclasses.fields(PatientRecord)}
    values |= {
        "patient": np.arange(n),
        "accrual_uniform": (np.arange(n) + 0.5) / n,
        "followed_until_day": np.full(n, 2000.0),
        "assessment_day": np.tile(VISITS, (n, 1)),
        "response": np.full((n, len(VISITS)), 2, dtype=np.int8),
        "sampling_day": np.tile(SAMPLES, (n, 1)),
        "transgene_copies_per_ug": np.full((n, len(SAMPLES)), np.nan),
        "relapse_antigen": np.full(n, -1, dtype=np.int8),
        "best_response": np.full(n, 2, dtype=np.int8),
        "mrd_negative": np.full((n, len(VISITS)), -1, dtype=np.int8),
        "mrd_by_sequencing": np.full((n, len(VISITS)), -1, dtype=np.int8),
        "mrd_negative_in_remission": np.full(n, -1, dtype=np.int8),
    }
    for name in ("eligible", "enrolled", "released", "infused"):
        values[name] = np.ones(n, dtype=bool)
    return PatientRecord(**(values | columns))


def _lively_course(
    u: np.ndarray, infused: np.ndarray, responds: np.ndarray, crs: np.ndarray
) -> dict[str, np.ndarray]:
    """Return plausible columns of residual disease, B cells, care and stays in hospital."""
    severe, worst = crs >= 3, crs >= 4
    measured = np.where(responds[:, None], 1, -1) * np.ones(len(VISITS), dtype=int)
    never_ill = (u[:, 3] < 0.3) & (crs == 0)
    return dict(
        mrd_negative=np.where(u[:, 5:6] < 0.1, np.minimum(measured, 0), measured).astype(np.int8),
        mrd_by_sequencing=np.where(u[:, 4:5] < 0.5, np.minimum(measured, 0), measured).astype(np.int8),
        b_cell_aplasia_day=np.where(infused, 5.0, np.nan),
        b_cell_recovery_day=np.where(infused & (u[:, 8] < 0.5), 20 + 500 * u[:, 7], np.nan),
        crs_grade4_day=np.where(worst, 6 + u[:, 9], np.nan),
        fever_days=np.where(crs > 0, 3 + 5 * u[:, 7], np.nan),
        icu=severe,
        icu_first_day=np.where(severe, 4 + 3 * u[:, 9], np.nan),
        tocilizumab_first_day=np.where(severe, 3 + 3 * u[:, 9], np.nan),
        steroid_first_day=np.where(severe, 5 + 3 * u[:, 9], np.nan),
        ivig_first_day=np.where(u[:, 9] < 0.4, 60 + 100 * u[:, 9], np.nan),
        icu_days=np.where(severe, 5 + 5 * u[:, 9], np.nan),
        ventilated_days=np.where(worst, 4 + 5 * u[:, 9], np.nan),
        dialysis_days=np.where(worst, 6 + 5 * u[:, 9], np.nan),
        neurological_event_grade=severe.astype(np.int8),
        neurological_onset_day=np.where(severe, 6.0, np.nan),
        neurological_resolved_day=np.where(severe, 20 + 3 * u[:, 9], np.nan),
        outpatient=u[:, 3] < 0.3,
        hospital_first_day=np.where(never_ill, np.nan, 3.0),
        hospital_days=np.where(never_ill, 0.0, 4 + 8 * u[:, 3]),
    )


def lively_pool(first: int, n: int, seed: int = 3) -> PatientRecord:
    """Return n patients with plausible variety; patient i is the same in every pool that holds it."""
    u = np.array([np.random.default_rng([seed, first + i]).random(12) for i in range(n)])
    infused = u[:, 0] < 0.7
    responds = infused & (u[:, 1] < 0.53)
    complete = responds & (u[:, 1] < 0.4)
    died = infused & (u[:, 2] < 0.7)
    death_day = np.where(died, 20 - 400 * np.log(u[:, 3]) * np.where(responds, 4, 1), np.nan)
    followed = np.fmin(death_day, 2000.0)
    progression = np.where(responds & (u[:, 4] > 0.4), 40 + 500 * u[:, 5], np.where(responds, np.nan, 30.0))
    progression = np.where(infused & ~(progression > followed), progression, np.nan)
    crs = np.where(u[:, 6] < 0.42, 0, np.where(u[:, 6] < 0.78, 1 + (u[:, 7] > 0.5), 3 + (u[:, 7] > 0.6)))
    visit = np.where(complete[:, None], 0, np.where(responds[:, None], 1, 3)) * np.ones(
        len(VISITS), dtype=int
    )
    peak = 6000 * np.exp(1.2 * (u[:, 8:9] * 4 - 2))
    shape = np.exp(-np.abs(SAMPLES - 10) / np.where(SAMPLES < 10, 2.0, 40.0))
    rng_noise = np.exp(0.3 * (u[:, 9:10] - 0.5) * np.sin(SAMPLES))
    record = quiet_pool(
        n,
        patient=np.arange(first, first + n),
        infused=infused,
        stop_reason=np.where(infused, 0, 5 + (u[:, 1] < 0.4)).astype(np.int8),
        accrual_uniform=u[:, 10],
        first_response_day=np.where(responds, 28.0, np.nan),
        complete_response_day=np.where(complete, np.where(u[:, 9] < 0.3, 91.0, 28.0), np.nan),
        progression_day=progression,
        relapse_antigen=np.where(np.isnan(progression), -1, u[:, 11] < 0.4).astype(np.int8),
        death_day=death_day,
        death_cause=died.astype(np.int8),
        followed_until_day=followed,
        response=visit.astype(np.int8),
        transgene_copies_per_ug=peak * shape * rng_noise,
        tumour_volume_ml=np.exp(3 + u[:, 6] * 2 + u[:, 9]),
        crs_penn=crs.astype(np.int8),
        crs_lee=np.maximum(crs - (u[:, 8] < 0.3), 0).astype(np.int8),
        crs_astct=np.maximum(crs - (u[:, 8] < 0.4), 0).astype(np.int8),
        crs_as_fda_penn=np.maximum(crs, u[:, 9] < 0.4).astype(np.int8),
        crs_onset_day=np.where(crs > 0, 1 + 4 * u[:, 7], np.nan),
        crs_resolved_day=np.where(crs > 0, 6 + 8 * u[:, 7], np.nan),
        crs_with_fever=u[:, 6] > 0.4,
        crs_with_hypotension=crs >= 2,
        n_tocilizumab=(crs >= 3).astype(np.int8),
        steroid_given=crs >= 4,
        icans_grade=np.where(crs >= 3, 2 + (u[:, 9] > 0.5), 0).astype(np.int8),
        icans_onset_day=np.where(crs >= 3, 6.0, np.nan),
        icans_resolved_day=np.where(crs >= 3, 20.0, np.nan),
        neutropenia_grade_day28=np.where(u[:, 9] < 0.24, 3, 1).astype(np.int8),
        thrombocytopenia_grade_day28=np.where(u[:, 10] < 0.4, 3, 1).astype(np.int8),
        **_lively_course(u, infused, responds, crs),
        thrombocytopenia_grade_month3=np.where(u[:, 10] < 0.15, 3, 1).astype(np.int8),
        best_response=np.where(complete, 0, np.where(responds, 1, np.where(infused, 3, -1))).astype(np.int8),
        **_lively_profiles(u, np.where(infused, followed, -1.0), peak),
    )
    return record


def _lively_profiles(u: np.ndarray, until: np.ndarray, peak: np.ndarray) -> dict[str, np.ndarray]:
    """Return measures over time with a dip or a peak in the first month, seen while followed."""
    days = profile_days(load_edition())
    seen = np.where(days[None, :] <= until[:, None], 1.0, np.nan)
    dip = 1 - np.exp(-np.abs(np.log((days + 1) / 12)) / 0.6)
    own = np.exp(u[:, 4:5] - 0.5)
    rise = np.exp(-np.abs(days - 10) / np.where(days < 10, 2.0, 40.0))
    return {
        "profile_day": seen * days,
        "profile_transgene_copies_per_ug": seen * peak * rise,
        "profile_anc_e9_per_l": seen * (0.1 + 3 * dip) * own,
        "profile_platelets_e9_per_l": seen * (10 + 180 * dip) * own,
        "profile_haemoglobin_g_per_dl": seen * (8 + 3 * dip) * own**0.2,
        "profile_b_cells_per_ul": seen * (0.001 + 50 * dip**4) * own,
        "profile_igg_g_per_l": seen * (5 + 3 * np.exp(-days / 100)) * own,
    }


def simulate_lively(chunk: Chunk) -> PatientRecord:
    """Stand in for a course: at the top of a module, so that other processes can import it."""
    return lively_pool(chunk.first, chunk.n)
