"""Every input of a rule counts: changing it alone changes the answer for somebody."""

import ast
import dataclasses
from pathlib import Path

import numpy as np
import pytest
from tests.charts import DOSES, KNOWN, OTHERS
from tests.typical_patients import typical

from livingdrug.bedside import delay, indications, screening
from livingdrug.bedside.care import new_care_state, next_care_state
from livingdrug.bedside.crs import grade_astct, grade_ctcae, grade_lee, grade_penn
from livingdrug.bedside.icans import grade_icans
from livingdrug.bedside.management import crs_options, icans_options
from livingdrug.bedside.supportive import supportive_options
from livingdrug.course.s1_eligibility import assess_eligibility
from livingdrug.evidence import load_edition, load_table
from livingdrug.observations import empty_observations
from livingdrug.patients import Indication, Sex
from livingdrug.patients.record import CATEGORIES, COLUMNS, FLAGS
from livingdrug.plans import Plan

N = 3000
RULES = load_edition()
PROTOCOLS = (load_edition("us_2018_05"), RULES)
BLOOD = {
    "anc_e9_per_l": (0.2, 3.0),
    "haemoglobin_g_per_dl": (6.0, 12.0),
    "igg_g_per_l": (2.0, 8.0),
    "platelets_e9_per_l": (5.0, 200.0),
    "capd_score": (0.0, 8.0, 9.0, 20.0),
}
VALUES = {**KNOWN, **OTHERS, **BLOOD, "n_vasopressors": (0.0, 1.0, 2.0)}
MILD = 3  # the mildest value is drawn as often as this many times all values, so that single findings decide


def _charts():
    """Many charts, mostly mild, with as many vasopressors as doses are positive; a third lacks something."""
    luck = np.random.default_rng(1)
    empty = empty_observations(N)
    drawn = {}
    for name, values in VALUES.items():
        choices = [values[0]] * MILD * len(values) + list(values)
        drawn[name] = luck.choice(choices, N).astype(getattr(empty, name).dtype)
    drawn["temperature_c"] = luck.choice([36.8, 38.5, 39.5], N)
    drawn["n_vasopressors"] = sum((drawn[dose] > 0).astype(float) for dose in DOSES)
    for name in ("n_vasopressors", "fio2_percent"):
        drawn[name] = np.where(luck.random(N) < 1 / 3, np.nan, drawn[name])
    device = drawn["oxygen_device"]
    drawn["oxygen_device"] = np.where(luck.random(N) < 1 / 3, -1, device).astype(device.dtype)
    return dataclasses.replace(empty, **drawn)


CHARTS = _charts()
AGE = np.where(np.arange(N) % 2 == 0, 40.0, 8.0)
WEIGHT = np.full(N, 70.0)


def _orders(seen, graded_on):
    """Every column of the options for one record, at first sight and on the two days after."""
    columns = []
    for protocol in PROTOCOLS:
        lee = grade_lee(graded_on, RULES, AGE)
        care = new_care_state(N, RULES)
        for day in (3.0, 4.0, 5.0):
            orders = crs_options(seen, lee, care, WEIGHT, day, protocol)
            columns += [getattr(orders, field.name) for field in dataclasses.fields(orders)]
            care = next_care_state(care, orders, graded_on, lee, day, RULES)
    return np.stack([np.nan_to_num(column.astype(float)) for column in columns])


def _support(seen, graded_on):
    grades = (
        grade_astct(graded_on, RULES, AGE),
        grade_lee(graded_on, RULES, AGE),
        grade_icans(graded_on, AGE, RULES),
    )
    orders = supportive_options(seen, *grades, 25.0, RULES, 4.0)
    return np.stack([orders.icu, orders.ivig, orders.platelets, orders.red_cells, orders.gcsf])


def _said(graded):
    """Return the grade and what decided it, or what is missing for it."""
    return np.stack([graded.grade, graded.criterion])


# Each answers from a record; orders read the changed record, but grades of the unchanged one.
ANSWERS = {
    "crs.grade_astct": lambda seen, _: _said(grade_astct(seen, RULES, AGE)),
    "crs.grade_lee": lambda seen, _: _said(grade_lee(seen, RULES, AGE)),
    "crs.grade_penn": lambda seen, _: _said(grade_penn(seen, RULES)),
    "crs.grade_ctcae": lambda seen, _: _said(grade_ctcae(seen, RULES)),
    "icans.grade_icans": lambda seen, _: _said(grade_icans(seen, AGE, RULES)),
    "management.crs_options": _orders,
    "supportive.supportive_options": _support,
}
PAIRS = [
    (row["rule"], row["input"]) for row in load_table("scales.inputs_of_rules") if row["rule"] in ANSWERS
]
UNCHANGED = {rule: answer(CHARTS, CHARTS) for rule, answer in ANSWERS.items()}


@pytest.mark.parametrize(("rule", "name"), PAIRS)
def test_another_value_of_one_input_or_none_changes_the_answer_for_somebody(rule, name):
    shuffled = np.random.default_rng(2).permutation(getattr(CHARTS, name))
    for values in (shuffled, getattr(empty_observations(N), name)):
        changed = dataclasses.replace(CHARTS, **{name: values})
        if (ANSWERS[rule](changed, CHARTS) != UNCHANGED[rule]).any():
            return
    pytest.fail(f"{name} changes no answer of {rule}")


@pytest.mark.parametrize("which", ["lee", "icans"])
def test_the_options_for_neurotoxicity_follow_both_grades(which):
    lee, icans = grade_lee(CHARTS, RULES, AGE), grade_icans(CHARTS, AGE, RULES)
    care = new_care_state(N, RULES)
    grades = {"lee": lee, "icans": icans}
    none = dataclasses.replace(grades[which], grade=np.zeros(N, dtype=np.int8))
    before = icans_options(icans, lee, care, WEIGHT, 3.0, RULES)
    after = icans_options(**{**grades, which: none}, care=care, weight_kg=WEIGHT, day=3.0, rules=RULES)
    assert (before.tocilizumab != after.tocilizumab).any()
    assert (before.icans_steroid != after.icans_steroid).any()


def _columns_read():
    """Return the columns of patients that rules of eligibility read, in code or by the trials' evidence."""
    found = set()
    for module in (delay, indications, screening):
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        found |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for key in RULES.values:
        if key.startswith("label.trial_eligibility.") and ".other_wordings." not in key:
            name = key.rpartition(".")[2]
            found |= {name, name.rpartition("_")[0]}
    return sorted(found & set(COLUMNS) - {"indication"})


TRIALS = {Indication.ALL: ("", "eliana"), Indication.LBCL: ("", "juliet"), Indication.FL: ("", "elara")}
CASES = [
    {},
    {"pregnancy_test": -1},
    {"could_be_pregnant": 0, "pregnancy_test": -1},
    {"sex": Sex.MALE, "could_be_pregnant": -1, "pregnancy_test": -1},
    {"refractory": 0, "n_relapses": 1, "prior_lines": 2},
    {"prior_allogeneic_transplant": 1, "months_since_allogeneic_transplant": 12},
]


def _verdicts(**changes):
    """Answers of eligibility and delay for typical patients of every kind, under both jurisdictions."""
    found = []
    for indication, trials in TRIALS.items():
        for trial in trials:
            for edition in ("us_2025_06", "eu_current"):
                for case in CASES:
                    patients = typical(indication, **{**case, **changes})
                    rules = load_edition(edition)
                    seen = assess_eligibility(patients, Plan(exclude_by_trial=trial), rules)
                    full_of_blasts = dataclasses.replace(
                        delay.unknown_signs(1), blood_blasts_percent=np.array([90.0])
                    )
                    wait = delay.assess_delay_before_leukapheresis(patients, full_of_blasts, rules)
                    found += [int(seen.eligible[0]), int(seen.free_of_delay[0]), int(wait.answer[0])]
    return found


@pytest.mark.parametrize("column", _columns_read())
def test_forgetting_one_column_changes_a_verdict_on_eligibility(column):
    unknown = -1 if column in FLAGS or column in CATEGORIES else np.nan
    assert _verdicts(**{column: unknown}) != _verdicts()


def test_the_gate_sees_the_columns_that_matter():
    assert {"age_years", "histology", "refractory", "hiv", "lvef_percent", "cd3_cells_per_ul"} <= set(
        _columns_read()
    )
