"""Questions about the steps before the infusion: windows of tests, wash-outs, delay, lymphodepletion."""

import dataclasses
from typing import Any

import numpy as np
from tests.rules.cases import Answer, Question
from tests.rules.questions.dosing import flag, number
from tests.rules.questions.who import patients, told

from livingdrug.bedside.assessment import doses_by_day, drug_courses
from livingdrug.bedside.dates import GivenDates
from livingdrug.bedside.delay import (
    FLAG_SIGNS,
    Signs,
    assess_delay,
    assess_delay_as_in_eliana,
    assess_delay_before_leukapheresis,
    assess_delay_before_lymphodepletion,
    unknown_signs,
)
from livingdrug.bedside.fludarabine import (
    BodySurfaceFormula,
    body_surface_m2,
    fludarabine_auc_mg_h_per_l,
    fludarabine_clearance_l_per_h,
)
from livingdrug.bedside.leukapheresis import judge_blood_before, judge_collection
from livingdrug.bedside.lymphodepletion import (
    Regimen,
    assess_omission,
    assess_repeat,
    choose_regimen,
    needs_alternative,
    regimen_stated,
)
from livingdrug.bedside.validity import TestAges, ages_from_table, assess_windows, unknown_ages
from livingdrug.bedside.wash_out import DaysSince, assess_wash_out, counted_to, since_from_table
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition
from livingdrug.patients import Indication

Case = dict[str, Any]


def _signs(case: Case) -> Signs:
    given = case.get("signs", {})
    columns = {name: flag(given, name) if name in FLAG_SIGNS else number(given, name) for name in given}
    return dataclasses.replace(unknown_signs(1), **columns)


def _ages(case: Case) -> TestAges:
    given = case.get("tests", {})
    return dataclasses.replace(unknown_ages(1), **{name: number(given, name) for name in given})


def _windows(case: Case, rules: Edition) -> Answer:
    return told(assess_windows(case["trial"], patients(case), _ages(case), rules))


def _age(case: Case, rules: Edition) -> Answer:
    """Return the age in days that a test of a patient's file has at its step."""
    given = case["given"]
    dates = GivenDates(infusion=given["infusion"]) if "infusion" in given else GivenDates()
    try:
        ages = ages_from_table({given["test"]: given["made"]}, dates, given["today"], "file")
    except BadInput:
        return Answer("refused")
    return Answer(float(getattr(ages, f"{given['test']}_before_infusion")[0]))


def _wash_out(case: Case, rules: Edition) -> Answer:
    """Ask with every treatment never given, but for those that the case gives in days.

    These count to today; the step may lie ahead or back.
    """
    given = case.get("days_since", {})
    columns = {
        field.name: number(given, field.name) if field.name in given else np.array([np.inf])
        for field in dataclasses.fields(DaysSince)
    }
    to_step = case.get("given", {}).get("days_to_step", 0)
    return told(assess_wash_out(case["whose"], counted_to(DaysSince(**columns), to_step), rules))


def _days_since_read(case: Case, rules: Edition) -> Answer:
    """Return the days since the last steroid as a patient's file gives them."""
    try:
        return Answer(float(since_from_table(case["given"], "file").steroid[0]))
    except BadInput:
        return Answer("refused")


def _before_leukapheresis(case: Case, rules: Edition) -> Answer:
    return told(assess_delay_before_leukapheresis(patients(case), _signs(case), rules))


def _free_of_delay_at_infusion(case: Case, rules: Edition) -> Answer:
    signs = _signs(case)
    return told(assess_delay(patients(case), rules, signs.unresolved_toxicity, signs.worsening_disease))


def _omission(case: Case, rules: Edition) -> Answer:
    given = case["given"]
    white, age = number(given, "white_cells_e9_per_l"), number(given, "count_days_before_infusion")
    return told(assess_omission(patients(case).indication, white, rules, age))


def _repeat(case: Case, rules: Edition) -> Answer:
    given = case["given"]
    return told(assess_repeat(number(given, "days_since_end"), number(given, "white_cells_e9_per_l"), rules))


def _alternative(case: Case, rules: Edition) -> Answer:
    given = case["given"]
    verdict = needs_alternative(flag(given, "resistant"), flag(given, "cystitis"), rules)
    return Answer(
        int(verdict.answer[0]), frozenset(reason.code for reason in verdict.reasons if reason.answer[0] == 1)
    )


def _regimen(case: Case, rules: Edition) -> Answer:
    given, indication = case["given"], patients(case).indication
    asked = (np.array([given.get(name, False)]) for name in ("alternative", "prefer_bendamustine"))
    regimen = choose_regimen(indication, *asked, rules)
    return Answer(
        Regimen(int(regimen[0])).name.lower() if regimen_stated(indication, regimen, rules)[0] else ""
    )


def _by_day(case: Case, rules: Edition) -> Answer:
    """Return for each day [drug, mg, drug, mg ...]."""
    formula = BodySurfaceFormula[case["given"].get("formula", "mosteller").upper()]
    regimen = Regimen[case["given"]["regimen"].upper()]
    days = doses_by_day(drug_courses(patients(case), regimen, rules, formula), 0)
    return Answer([[item for pair in day for item in pair] for day in days])


def _surface(case: Case, rules: Edition) -> Answer:
    given = case["given"]
    formula = BodySurfaceFormula[given.get("formula", "mosteller").upper()]
    return Answer(
        float(body_surface_m2(number(given, "height_cm"), number(given, "weight_kg"), rules, formula)[0])
    )


def _exposure(case: Case, rules: Edition) -> Answer:
    given = case["given"]
    indication = np.array([Indication[case["patient"]["indication"].upper()]])
    clearance = fludarabine_clearance_l_per_h(
        indication, number(given, "weight_kg"), number(given, "creatinine_clearance_ml_per_min"), rules
    )
    return Answer(float(fludarabine_auc_mg_h_per_l(number(given, "dose_mg"), clearance, rules)[0]))


def _collection(case: Case, rules: Edition) -> Answer:
    given = case["given"]
    return told(judge_collection(number(given, "nucleated_cells"), number(given, "cd3_cells"), rules))


def _blood_before(case: Case, rules: Edition) -> Answer:
    given = case["given"]
    return told(judge_blood_before(number(given, "alc_e9_per_l"), number(given, "cd3_cells_per_ul"), rules))


def _each(ask) -> Question:
    return lambda cases, rules: [ask(case, rules) for case in cases]


QUESTIONS: dict[str, Question] = {
    "windows": _each(_windows),
    "test_age_days": _each(_age),
    "wash_out": _each(_wash_out),
    "days_since_read": _each(_days_since_read),
    "free_of_delay_before_leukapheresis": _each(_before_leukapheresis),
    "free_of_delay_before_lymphodepletion": _each(
        lambda case, rules: told(assess_delay_before_lymphodepletion(_signs(case), rules))
    ),
    "free_of_delay_at_infusion": _each(_free_of_delay_at_infusion),
    "free_of_delay_as_in_eliana": _each(
        lambda case, rules: told(assess_delay_as_in_eliana(_signs(case), rules))
    ),
    "omit_lymphodepletion_by_dated_count": _each(_omission),
    "repeat_lymphodepletion": _each(_repeat),
    "alternative_regimen": _each(_alternative),
    "regimen": _each(_regimen),
    "regimen_by_day": _each(_by_day),
    "body_surface_m2": _each(_surface),
    "fludarabine_auc": _each(_exposure),
    "collection": _each(_collection),
    "blood_before_collection": _each(_blood_before),
}
