"""Blood counts, IgG and laboratory syndromes of the record, and infections."""

from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.answers import all_of, any_of, negated, tri
from livingdrug.bedside.antibody_levels import grade_hypogammaglobulinaemia
from livingdrug.bedside.blood_counts import (
    grade_anaemia,
    grade_lymphopenia,
    grade_neutropenia,
    grade_thrombocytopenia,
    prolonged_cytopenia,
)
from livingdrug.bedside.episodes import days_with, ever_tri, worst_inside
from livingdrug.bedside.febrile_neutropenia import grade_febrile_neutropenia
from livingdrug.bedside.icaht import grade_icaht
from livingdrug.bedside.iec_hs import meets_iec_hs, values_before_treatment
from livingdrug.bedside.tumour_lysis import (
    ctcae_tumour_lysis,
    findings_in_window,
    grade_tumour_lysis,
    laboratory_tumour_lysis,
)
from livingdrug.evidence import Edition
from livingdrug.observations import Observations, at_time
from livingdrug.patients import Patients
from livingdrug.units import DAYS_PER_MONTH, DAYS_PER_WEEK

_BLOOD = "scales.ctcae_blood"


@dataclass(frozen=True)
class Counts:
    """Cytopenia of each patient; fields as in ``Toxicity``."""

    neutropenia_grade_day28: np.ndarray
    neutropenia_grade_month3: np.ndarray
    thrombocytopenia_grade_day28: np.ndarray
    thrombocytopenia_grade_month3: np.ndarray
    neutropenia_grade_worst: np.ndarray
    thrombocytopenia_grade_worst: np.ndarray
    anaemia_grade_worst: np.ndarray
    lymphopenia_grade_worst: np.ndarray
    lowest_anc_e9_per_l: np.ndarray
    lowest_platelets_e9_per_l: np.ndarray
    days_anc_below_0_5: np.ndarray
    icaht_early: np.ndarray
    icaht_late: np.ndarray


def read_counts(observations: Observations, death_day: np.ndarray, rules: Edition) -> Counts:
    """Read the depth and duration of cytopenia from the record up to month 3.

    Parameters
    ----------
    observations : Observations (patients, times)
    death_day : array (patients,), day
    """
    month3 = rules.number(f"{_BLOOD}.prolonged.month3") * DAYS_PER_MONTH
    at_day28 = prolonged_cytopenia(observations, rules.number(f"{_BLOOD}.prolonged.day28"), rules)
    at_month3 = prolonged_cytopenia(observations, month3, rules)
    early = observations.day <= month3 + rules.number(f"{_BLOOD}.prolonged.window_day")
    few = observations.anc_e9_per_l < rules.number(f"{_BLOOD}.neutrophils.grade4_below")
    icaht = grade_icaht(observations, death_day, rules)
    return Counts(
        neutropenia_grade_day28=at_day28.neutropenia_grade,
        neutropenia_grade_month3=at_month3.neutropenia_grade,
        thrombocytopenia_grade_day28=at_day28.thrombocytopenia_grade,
        thrombocytopenia_grade_month3=at_month3.thrombocytopenia_grade,
        neutropenia_grade_worst=worst_inside(grade_neutropenia(observations, rules).grade, early),
        thrombocytopenia_grade_worst=worst_inside(grade_thrombocytopenia(observations, rules).grade, early),
        anaemia_grade_worst=worst_inside(grade_anaemia(observations, rules).grade, early),
        lymphopenia_grade_worst=worst_inside(grade_lymphopenia(observations, rules).grade, early),
        lowest_anc_e9_per_l=_lowest(observations.anc_e9_per_l, early),
        lowest_platelets_e9_per_l=_lowest(observations.platelets_e9_per_l, early),
        days_anc_below_0_5=days_with(few, ~np.isnan(observations.anc_e9_per_l), observations.day, early),
        icaht_early=icaht.early.graded.grade,
        icaht_late=icaht.late.grade,
    )


def _lowest(value: np.ndarray, inside: np.ndarray) -> np.ndarray:
    lowest = np.full(value.shape[0], np.nan)
    for j in range(value.shape[1]):
        lowest = np.where(inside[:, j], np.fmin(lowest, value[:, j]), lowest)
    return lowest


@dataclass(frozen=True)
class LaboratorySyndromes:
    """Syndromes read from laboratory values and temperature; fields as in ``Toxicity``."""

    febrile_neutropenia: np.ndarray
    febrile_neutropenia_any_fever: np.ndarray
    hypogammaglobulinaemia: np.ndarray
    hypogammaglobulinaemia_grade: np.ndarray
    hlh_like: np.ndarray
    tumour_lysis_laboratory: np.ndarray
    tumour_lysis_grade: np.ndarray


def read_syndromes(
    observations: Observations, patients: Patients, inside_crs: np.ndarray, rules: Edition
) -> LaboratorySyndromes:
    """Read febrile neutropenia, low IgG, HLH-like syndrome and tumour lysis from the record.

    Parameters
    ----------
    observations : Observations (patients, times)
    patients : Patients
        Counts and ferritin at enrolment; the analytes of tumour lysis are compared with day 0.
    inside_crs : bool array (patients, times)
        Where fever belongs to the CRS episode unless something else explains it.
    """
    early = observations.day <= rules.number("course.toxicity.early_weeks") * DAYS_PER_WEEK
    any_fever = tri_of_grade(grade_febrile_neutropenia(observations, rules).grade)
    own_fever = any_of([tri(~inside_crs), observations.fever_otherwise_explained])
    igg = grade_hypogammaglobulinaemia(observations.igg_g_per_l, rules).grade
    worst_igg = worst_inside(igg, observations.day >= 0)
    counted = rules.number("course.toxicity.hypogammaglobulinaemia.from_grade")
    hlh = meets_iec_hs(observations, values_before_treatment(patients), rules).answer
    lysis = laboratory_tumour_lysis(observations, at_time(observations, 0), patients.age_years, rules)
    # No laboratory is simulated, so the usual limit of creatinine stands for everybody, children included.
    organs = findings_in_window(observations, rules)
    clinical = grade_tumour_lysis(organs, lysis, rules)
    return LaboratorySyndromes(
        febrile_neutropenia=ever_tri(all_of([any_fever, own_fever]), early),
        febrile_neutropenia_any_fever=ever_tri(any_fever, early),
        hypogammaglobulinaemia=tri(worst_igg >= counted, worst_igg >= 0),
        hypogammaglobulinaemia_grade=worst_igg,
        hlh_like=ever_tri(hlh, early),
        tumour_lysis_laboratory=lysis.answer,
        tumour_lysis_grade=ctcae_tumour_lysis(organs, clinical, rules).grade,
    )


def tri_of_grade(grade: np.ndarray) -> np.ndarray:
    """Return 1 where a grade is 1 or more, 0 where it is 0, -1 where it is not assessable."""
    return negated(tri(grade == 0, grade >= 0))


def worst_infection(day: np.ndarray, grade: np.ndarray, rules: Edition) -> np.ndarray:
    """Return the worst grade of the infections seen in the early weeks; 0 none.

    Parameters
    ----------
    day, grade : array (patients, times)
        Of the observations; NaN where nothing was observed.
    """
    last = rules.number("scales.infection.early_weeks") * DAYS_PER_WEEK
    worst = np.zeros(len(day))
    for k in range(day.shape[1]):
        worst = np.where(day[:, k] <= last, np.fmax(worst, grade[:, k]), worst)
    return worst.astype(np.int8)
