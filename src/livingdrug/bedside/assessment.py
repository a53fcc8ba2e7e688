"""All that the rules say of patients before treatment: verdicts, dose window, chemotherapy, tocilizumab."""

from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.answers import NOT_ASSESSABLE, NOT_MET, Reason, Verdict, all_of
from livingdrug.bedside.delay import assess_delay
from livingdrug.bedside.dosing import DoseWindow, dose_window
from livingdrug.bedside.fludarabine import BodySurfaceFormula, body_surface_m2
from livingdrug.bedside.indications import DaysToStep, assess_indication
from livingdrug.bedside.leukapheresis import judge_blood_before
from livingdrug.bedside.lymphodepletion import (
    DRUGS,
    Regimen,
    assess_omission,
    choose_regimen,
    needs_alternative,
    regimen_dose,
    regimen_stated,
)
from livingdrug.bedside.screening import assess_tests
from livingdrug.bedside.tocilizumab import dose_mg, states_dose
from livingdrug.evidence import Edition
from livingdrug.patients import Patients


@dataclass(frozen=True)
class DrugCourse:
    """One drug of a regimen: on which of its days, and how much a day.

    Attributes
    ----------
    drug : str
    mg_per_m2_per_day, days : array (n,)
    mg_per_day : array (n,), mg
        For the patient's body surface; NaN where height is unknown.
    """

    drug: str
    mg_per_m2_per_day: np.ndarray
    days: np.ndarray
    mg_per_day: np.ndarray


@dataclass(frozen=True)
class Assessment:
    """What the rules of one edition say of each patient.

    Attributes
    ----------
    eligible : int8 array (n,)
        Indication and tests together: 1 yes, 0 no, -1 not assessable from what is known.
    indication, tests, delay, blood_before, omission, alternative : Verdict
        ``alternative`` answers whether cyclophosphamide is ruled out, ``omission`` whether
        lymphodepletion may be left out, ``blood_before`` whether a collection promises enough cells.
    dose : DoseWindow
    surface_m2 : array (n,), m2
    regimen : int8 array (n,)
        The edition's first option given what is known of cyclophosphamide.
    tocilizumab_mg : array (n,), mg
        One dose; NaN where the edition states none.
    """

    eligible: np.ndarray
    indication: Verdict
    tests: Verdict
    delay: Verdict
    blood_before: Verdict
    dose: DoseWindow
    surface_m2: np.ndarray
    alternative: Verdict
    omission: Verdict
    regimen: np.ndarray
    tocilizumab_mg: np.ndarray


def assess_patients(patients: Patients, rules: Edition, ahead: DaysToStep | None = None) -> Assessment:
    """Say all that the edition's rules say of each patient before treatment.

    Parameters
    ----------
    patients : Patients, (n,) columns
    rules : Edition
    ahead : DaysToStep, optional
        To the steps that have a date.
    """
    indication, tests = assess_indication(patients, rules, ahead), assess_tests(patients, rules)
    alternative = needs_alternative(
        patients.cyclophosphamide_resistant, patients.haemorrhagic_cystitis_grade4, rules
    )
    prefer_none = np.zeros(len(patients), dtype=bool)
    return Assessment(
        eligible=all_of([indication.answer, tests.answer]),
        indication=indication,
        tests=tests,
        delay=assess_delay(patients, rules),
        blood_before=judge_blood_before(patients.alc_e9_per_l, patients.cd3_cells_per_ul, rules),
        dose=dose_window(patients.indication, patients.weight_kg, rules),
        surface_m2=body_surface_m2(patients.height_cm, patients.weight_kg, rules),
        alternative=alternative,
        omission=assess_omission(patients.indication, patients.white_cells_e9_per_l, rules),
        regimen=choose_regimen(patients.indication, alternative.answer == 1, prefer_none, rules),
        tocilizumab_mg=dose_mg(patients.weight_kg, rules)
        if states_dose(rules)
        else np.full(len(patients), np.nan),
    )


def open_reasons(verdict: Verdict, row: int) -> tuple[Reason, ...]:
    """Return the criteria that one patient does not meet, then those that cannot be assessed."""
    wanted = (NOT_MET, NOT_ASSESSABLE)
    return tuple(r for answer in wanted for r in verdict.reasons if r.answer[row] == answer)


def stated_regimens(patients: Patients, rules: Edition, row: int) -> tuple[Regimen, ...]:
    """Return the regimens that the edition names for one patient's disease, the first choice first."""
    named = [
        member
        for member in DRUGS
        if regimen_stated(patients.indication, np.full(len(patients), member), rules)[row]
    ]
    return tuple(sorted(named))


def drug_courses(
    patients: Patients,
    regimen: Regimen,
    rules: Edition,
    formula: BodySurfaceFormula = BodySurfaceFormula.MOSTELLER,
) -> tuple[DrugCourse, ...]:
    """Return the drugs of a regimen with each patient's dose a day: mg = mg/m2 * body surface.

    Source
    ------
    label.lymphodepletion; body surface by Mosteller unless Du Bois is asked for.
    """
    surface = body_surface_m2(patients.height_cm, patients.weight_kg, rules, formula)
    courses = []
    for drug in DRUGS.get(regimen, ()):
        dose = regimen_dose(patients.indication, drug, rules)
        courses.append(DrugCourse(drug, dose.mg_per_m2_per_day, dose.days, dose.mg_per_m2_per_day * surface))
    return tuple(courses)


def doses_by_day(courses: tuple[DrugCourse, ...], row: int) -> tuple[tuple[tuple[str, float], ...], ...]:
    """Return for each day of a regimen the drugs given on it with one patient's dose in mg.

    All drugs of a regimen start on its first day.
    """
    lasting = [course for course in courses if not np.isnan(course.days[row])]
    longest = max((int(course.days[row]) for course in lasting), default=0)
    return tuple(
        tuple((c.drug, float(c.mg_per_day[row])) for c in lasting if day in range(int(c.days[row])))
        for day in range(longest)
    )


def regimen_days(patients: Patients, regimen: Regimen, rules: Edition, row: int) -> int:
    """Return how many days a regimen takes for one patient, 0 where the edition names none."""
    days = [course.days[row] for course in drug_courses(patients, regimen, rules)]
    return int(np.nanmax(days)) if days and not np.all(np.isnan(days)) else 0
