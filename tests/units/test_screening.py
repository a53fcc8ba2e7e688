"""Tests before treatment, reasons to delay and trial entry: a missing test never passes."""

import numpy as np
import pytest
from tests.typical_patients import typical

from livingdrug.bedside.screening import assess_delay, assess_tests, assess_trial, trial_names
from livingdrug.errors import UnknownName
from livingdrug.evidence import load_edition
from livingdrug.patients import Histology, Indication
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


def test_a_positive_virus_test_is_refused_in_the_eu_and_left_open_in_the_us():
    patients = typical(LBCL, hiv=1)
    assert assess_tests(patients, EU).answer.tolist() == [0]
    assert assess_tests(patients, US).answer.tolist() == [-1]


def test_a_pregnancy_test_is_asked_for_in_those_who_could_be_pregnant():
    patients = typical(LBCL, 5, could_be_pregnant=[0, 1, 1, -1, 0], pregnancy_test=[-1, 0, 1, -1, 1])
    assert assess_tests(patients, US).answer.tolist() == [1, 1, 0, -1, 0]


@pytest.mark.parametrize("column", ["active_infection", "active_gvhd", "uncontrolled_inflammation"])
def test_infection_gvhd_and_inflammation_delay_the_infusion(column):
    patients = typical(FL, 3, **{column: [0, 1, -1]})
    assert assess_delay(patients, US).answer.tolist() == [1, 0, -1]


def test_what_lymphodepletion_left_behind_delays_the_infusion():
    patients = typical(ALL, 3)
    toxicity = np.array([0, 1, -1], dtype=np.int8)
    clean = np.zeros(3, dtype=np.int8)
    assert assess_delay(patients, US, toxicity, clean).answer.tolist() == [1, 0, -1]


def test_only_the_eu_delays_for_a_lymphoma_that_progresses():
    worse = np.array([1], dtype=np.int8)
    clean = np.array([0], dtype=np.int8)
    assert assess_delay(typical(LBCL), US, clean, worse).answer.tolist() == [1]
    assert assess_delay(typical(LBCL), EU, clean, worse).answer.tolist() == [0]
    assert assess_delay(typical(ALL), US, clean, worse).answer.tolist() == [0]


def test_three_trials_are_held_and_another_name_is_refused():
    assert trial_names(US) == ("elara", "eliana", "juliet")
    with pytest.raises(UnknownName, match="did you mean juliet"):
        assess_trial(typical(LBCL), "julia", US)


@pytest.mark.parametrize(("trial", "indication"), [("juliet", LBCL), ("eliana", ALL), ("elara", FL)])
def test_a_typical_patient_could_enter_the_trial(trial, indication):
    assert assess_trial(typical(indication), trial, US).answer.tolist() == [1]


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("creatinine_clearance_ml_per_min", [59.9, 60, np.nan], [0, 1, -1]),
        ("alc_e9_per_l", [0.299, 0.3, np.nan], [0, 1, -1]),
        ("cd3_cells_per_ul", [150, 150.1, np.nan], [0, 1, -1]),
        ("anc_e9_per_l", [1.0, 1.01, np.nan], [0, 1, -1]),
        ("platelets_e9_per_l", [49.9, 50, np.nan], [0, 1, -1]),
        ("haemoglobin_g_per_dl", [8.0, 8.1, np.nan], [0, 1, -1]),
        ("lvef_percent", [44.9, 45, np.nan], [0, 1, -1]),
        ("spo2_percent", [91, 91.1, np.nan], [0, 1, -1]),
        ("dyspnoea_grade", [2, 1, np.nan], [0, 1, -1]),
        ("alt_x_uln", [5.1, 5, np.nan], [0, 1, -1]),
        ("bilirubin_mg_per_dl", [2.1, 2.0, np.nan], [0, 1, -1]),
        ("performance_ecog", [2, 1, np.nan], [0, 1, -1]),
        ("prior_allogeneic_transplant", [1, 0, -1], [0, 1, -1]),
        ("cns_disease", [1, 0, -1], [0, 1, -1]),
        ("histology", [Histology.PRIMARY_MEDIASTINAL, Histology.DLBCL_NOS, -1], [0, 1, -1]),
    ],
)
def test_each_limit_of_juliet_holds_at_its_boundary(column, values, expected):
    patients = typical(LBCL, 3, **{column: values})
    assert assess_trial(patients, "juliet", US).answer.tolist() == expected


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("marrow_blasts_percent", [4.9, 5, np.nan], [0, 1, -1]),
        ("performance_karnofsky", [49, 50, np.nan], [0, 1, -1]),
        ("bilirubin_mg_per_dl", [2.0, 1.9, np.nan], [0, 1, -1]),
        ("age_years", [2.9, 3, np.nan], [0, 1, -1]),
        ("prior_anti_cd19", [1, 0, -1], [0, 1, -1]),
    ],
)
def test_each_limit_of_eliana_holds_at_its_boundary(column, values, expected):
    assert assess_trial(typical(ALL, 3, **{column: values}), "eliana", US).answer.tolist() == expected


def test_eliana_counts_the_months_only_of_those_who_had_a_transplant():
    patients = typical(
        ALL,
        4,
        prior_allogeneic_transplant=[0, 1, 1, 1],
        months_since_allogeneic_transplant=[np.nan, 5.9, 6, np.nan],
    )
    assert assess_trial(patients, "eliana", US).answer.tolist() == [1, 0, 1, -1]


def test_elara_keeps_out_grade_3b_and_has_no_organ_limits():
    assert assess_trial(typical(FL, histology=Histology.FOLLICULAR_3B), "elara", US).answer.tolist() == [0]
    assert assess_trial(typical(FL, lvef_percent=np.nan), "elara", US).answer.tolist() == [1]


def test_every_trial_criterion_is_a_column_of_the_patients():
    prefix = "label.trial_eligibility."
    signs = ("_min", "_max", "_above", "_below")
    for key in US.values:
        if not key.startswith(prefix) or "other_wordings" in key or "histologies" in key:
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
