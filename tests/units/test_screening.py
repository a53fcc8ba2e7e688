"""Tests before treatment and trial entry: a missing test never passes. Boundaries are cases (rules/)."""

import numpy as np
import pytest
from tests.typical_patients import typical

from livingdrug.bedside.screening import assess_tests, assess_trial, trial_names
from livingdrug.errors import UnknownName
from livingdrug.evidence import load_edition
from livingdrug.patients import Indication
from livingdrug.patients.record import COLUMNS

US = load_edition("us_2025_06")
EU = load_edition("eu_current")
ALL, LBCL, FL = Indication.ALL, Indication.LBCL, Indication.FL
UNKNOWN_RESULTS = [
    ("hiv", -1, "HIV"),
    ("hepatitis_b_active", -1, "Hepatitis B"),
    ("hepatitis_c_active", -1, "Hepatitis C"),
    ("pregnancy_test", -1, "Pregnancy"),
    ("lvef_percent", np.nan, "Heart"),
    ("spo2_percent", np.nan, "Lung"),
    ("dyspnoea_grade", np.nan, "Lung"),
    ("creatinine_clearance_ml_per_min", np.nan, "Kidney"),
    ("alt_x_uln", np.nan, "Liver"),
    ("bilirubin_mg_per_dl", np.nan, "Liver"),
]


@pytest.mark.parametrize("edition", ["us_2017_08", "us_2025_06", "eu_current", "brief"])
@pytest.mark.parametrize(("column", "missing", "name"), UNKNOWN_RESULTS)
def test_a_missing_test_is_not_assessable_and_its_criterion_names_it(edition, column, missing, name):
    verdict = assess_tests(typical(LBCL, **{column: missing}), load_edition(edition))
    assert verdict.answer.tolist() == [-1]
    unknown = [r.text for r in verdict.reasons if r.answer[0] == -1]
    assert len(unknown) == 1
    assert name in unknown[0]


def test_three_trials_are_held_and_another_name_is_refused():
    assert trial_names(US) == ("elara", "eliana", "juliet")
    with pytest.raises(UnknownName, match="did you mean juliet"):
        assess_trial(typical(LBCL), "julia", US)


@pytest.mark.parametrize(("trial", "indication"), [("juliet", LBCL), ("eliana", ALL), ("elara", FL)])
def test_a_typical_patient_could_enter_the_trial(trial, indication):
    assert assess_trial(typical(indication), trial, US).answer.tolist() == [1]


def test_every_trial_criterion_is_a_column_of_the_patients():
    prefix = "label.trial_eligibility."
    signs = ("_min", "_max", "_above", "_below")
    for key in US.values:
        if (
            not key.startswith(prefix)
            or "other_wordings" in key
            or "histologies" in key
            or "not_judged" in key
        ):
            continue
        name = key.removeprefix(prefix).split(".", 1)[1]
        column = name.removeprefix("excludes.")
        if column == name:
            assert column.endswith(signs), key
            column = column.rpartition("_")[0]
        assert column in COLUMNS, key


def test_both_wordings_of_the_lymphocyte_limit_are_kept_with_their_sources():
    applied = US.sourced("label.trial_eligibility.juliet.alc_e9_per_l_min")
    other = US.sourced("label.trial_eligibility.juliet.other_wordings.alc_e9_per_l_above")
    assert (applied.value, applied.source) == (0.3, "juliet_registry")
    assert (other.value, other.source) == (0.3, "ema_epar_2018")
