"""Runs the cases that clinicians write as TOML: patient, edition, expected answers, source."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
from tests.typical_patients import typical

from livingdrug.bedside.dosing import assess_dose
from livingdrug.bedside.indications import assess_indication
from livingdrug.bedside.lymphodepletion import assess_omission, assess_window
from livingdrug.bedside.screening import assess_delay, assess_tests, assess_trial
from livingdrug.evidence import load_edition
from livingdrug.patients import Histology, Indication, Sex

ANSWERS = {"yes": 1, "no": 0, "not assessable": -1}
FOLDER = Path(__file__).parent
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['name']}")
    for path in sorted(FOLDER.glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
]
QUESTIONS = (
    "indication",
    "tests",
    "trial",
    "free_of_delay",
    "dose",
    "omit_lymphodepletion",
    "lymphodepletion_window",
)


def _value(name, value):
    """Return a cell of a case as the patients hold it; "unknown" is a missing result."""
    if value == "unknown":
        return -1 if name in ("histology", "sex") else np.nan
    if name == "histology":
        return Histology[value.upper()]
    if name == "sex":
        return Sex[value.upper()]
    return {"yes": 1, "no": 0}.get(value, value) if isinstance(value, str) else value


def _patients(case):
    columns = {name: _value(name, value) for name, value in case["patient"].items() if name != "indication"}
    columns = {
        name: -1 if isinstance(v, float) and np.isnan(v) and _is_flag(name) else v
        for name, v in columns.items()
    }
    return typical(Indication[case["patient"]["indication"].upper()], **columns)


def _is_flag(name):
    return getattr(typical(Indication.LBCL), name).dtype == np.int8


def _answer(question, case):
    rules, patients = load_edition(case["edition"]), _patients(case)
    given = {name: np.array([float(value)]) for name, value in case.get("given", {}).items()}
    ask = {
        "indication": lambda: assess_indication(patients, rules),
        "tests": lambda: assess_tests(patients, rules),
        "trial": lambda: assess_trial(patients, case["trial"], rules),
        "free_of_delay": lambda: assess_delay(patients, rules),
        "dose": lambda: assess_dose(
            patients.indication, given["dose_cells"], given["weight_at_leukapheresis_kg"], rules
        ),
        "omit_lymphodepletion": lambda: assess_omission(
            patients.indication, given["white_cells_e9_per_l"], rules
        ),
        "lymphodepletion_window": lambda: assess_window(
            patients.indication, given["days_after_lymphodepletion"], rules
        ),
    }
    return ask[question]()


@pytest.mark.parametrize("case", CASES)
def test_the_rules_answer_as_the_case_expects(case):
    assert case["source"]
    assert case["expected"]
    assert set(case["expected"]) <= set(QUESTIONS)
    for question, expected in case["expected"].items():
        verdict = _answer(question, case)
        assert verdict.answer[0] == ANSWERS[expected], (question, verdict)


@pytest.mark.parametrize("case", [c for c in CASES if "because" in c.values[0]])
def test_the_deciding_criterion_is_the_one_that_the_case_names(case):
    asked = [_answer(question, case) for question in case["expected"]]
    deciding = {r.code for verdict in asked for r in verdict.reasons if r.answer[0] != 1}
    assert deciding == set(case["because"])
