"""Virtual patients like one patient: what is charted holds, the rest is drawn, and luck is each one's own."""

import dataclasses
import math
from datetime import date

import numpy as np
import pytest
from tests.typical_patients import typical
from tests.whole_course import differences

from livingdrug.draws import Draws
from livingdrug.errors import BadInput
from livingdrug.evidence import load_edition
from livingdrug.patients import (
    Indication,
    PatientFile,
    patient_from_table,
    read_patient_file,
    sample_patients,
)
from livingdrug.plans import Plan, change_plan
from livingdrug.runs.one_patient import follow_patient, simulate_alike
from livingdrug.runs.plan_patient import plan_for
from livingdrug.tables import take

RULES = load_edition()
TODAY = date(2026, 11, 22)
CHART = {"indication": "LBCL", "histology": "DLBCL_NOS", "age_years": 61, "weight_kg": 78}
SHORT = dataclasses.replace(Plan(), horizon_months=1.0, visit_months=(1.0,))


def alike(n=2000, **known):
    return sample_patients("juliet", Draws(3, 0, n), RULES, patient_from_table(CHART | known, "x"))


def a_file(patients, dates=None, plan=None):
    return PatientFile("x.toml", "0", patients, dates or {}, plan or {})


def test_what_is_charted_holds_for_all_and_the_rest_is_drawn():
    found = alike(age_years=61, sex="male", crp_mg_per_l=7.5)
    assert set(found.age_years) == {61.0}
    assert set(found.crp_mg_per_l) == {7.5}
    assert set(found.sex) == {1}
    assert len(np.unique(found.ldh_u_per_l)) == 2000


def test_what_is_not_charted_is_drawn_with_the_same_luck_as_in_the_trial():
    draws = Draws(3, 5, 40)
    nothing = dataclasses.replace(patient_from_table(CHART, "x"), indication=np.array([1], dtype=np.int8))
    plain, charted = sample_patients("juliet", draws, RULES), sample_patients("juliet", draws, RULES, nothing)
    follow = {"age_years", "weight_kg", "histology", "creatinine_mg_per_dl", "height_cm"}
    follow |= {"creatinine_clearance_ml_per_min", "pregnancy_test", "could_be_pregnant"}
    assert set(differences(plain, charted)) <= follow


def test_a_large_tumour_goes_with_a_high_ldh():
    small, large = alike(tumour_volume_ml=10), alike(tumour_volume_ml=600)
    assert np.median(large.ldh_u_per_l) > 2 * np.median(small.ldh_u_per_l)


def test_a_charted_median_draws_what_its_correlates_have_at_their_median():
    at_median = alike(tumour_volume_ml=56.0)
    se = 1.2533 * 0.55 * math.sqrt(1 - 0.6**2) / math.sqrt(2000)
    assert abs(math.log(np.median(at_median.ldh_u_per_l) / 270.0)) < 4 * se


def test_a_charted_value_beyond_the_trials_limits_is_taken_as_it_is():
    found = alike(platelets_e9_per_l=12)
    assert set(found.platelets_e9_per_l) == {12.0}
    assert np.isfinite(alike(tumour_volume_ml=15000).ldh_u_per_l).all()


def test_white_cells_follow_from_charted_neutrophils_and_lymphocytes():
    found = alike(anc_e9_per_l=6.0, alc_e9_per_l=1.5)
    assert (found.white_cells_e9_per_l > 7.5).all()
    assert (found.cd3_cells_per_ul <= 1500).all()


def test_patient_i_is_the_same_alone_and_among_others():
    chart = patient_from_table(CHART, "x")
    many, one = simulate_alike(chart, SHORT, RULES, 4, 1), simulate_alike(chart, SHORT, RULES, 1, 1)
    assert differences(take(many, slice(0, 1)), one) == []


def test_manufacturing_aims_below_the_top_of_a_childs_dose_window():
    child = plan_for(typical(Indication.ALL, weight_kg=27), RULES)
    assert 1.2e8 < child.dose_target_cells < 27 * 5e6
    assert plan_for(typical(Indication.LBCL), RULES).dose_target_cells == Plan().dose_target_cells


def test_crs_is_managed_by_the_editions_own_table_where_it_has_one():
    adult = typical(Indication.LBCL)
    assert plan_for(adult, load_edition("us_2018_05")).crs_protocol_edition == "us_2018_05"
    assert plan_for(adult, load_edition("eu_current")).crs_protocol_edition == Plan().crs_protocol_edition


def test_a_plan_in_the_file_changes_only_what_it_states():
    changed = change_plan(Plan(), {"slot_wait_days": 21.0}, "x.toml")
    assert changed.slot_wait_days == 21.0
    assert (
        dataclasses.replace(changed, slot_wait_days=Plan().slot_wait_days).schedule_days
        == Plan().schedule_days
    )
    with pytest.raises(BadInput, match=r"x\.toml: 1 fault\(s\) in \[plan\]:\n  max_collections: got 9"):
        change_plan(Plan(), {"max_collections": 9}, "x.toml")


@pytest.mark.parametrize(
    ("indication", "changes", "code"),
    [
        (Indication.ALL, {"age_years": 40}, "AGE"),
        (Indication.LBCL, {"histology": 5}, "HISTOLOGY"),
        (Indication.FL, {"prior_lines": 1}, "EARLIER_LINES"),
    ],
)
def test_a_refused_patient_has_neither_plan_nor_simulation(indication, changes, code):
    result = follow_patient(a_file(typical(indication, **changes)), RULES, 5, 1, None, TODAY)
    assert result.refused
    assert [r.code for r in result.assessment.indication.reasons if r.answer[0] == 0] == [code]
    assert (result.dates, result.milestones, result.alike) == (None, (), None)


def test_a_missing_test_leaves_the_answer_open_and_is_drawn_for_the_simulation():
    file = a_file(typical(Indication.LBCL, hiv=-1), plan={"horizon_months": 1.0, "visit_months": [1.0]})
    result = follow_patient(file, RULES, 2, 1, None, TODAY)
    assert not result.refused
    assert result.assessment.eligible[0] == -1
    assert result.alike is not None
    assert set(result.alike.patients.hiv) == {0}
    assert result.milestones


@pytest.mark.parametrize("referral", [date(1, 1, 1), date(9990, 1, 1), date(9999, 12, 1)])
def test_dates_beyond_the_calendar_are_refused(referral):
    file = a_file(typical(Indication.LBCL), {"referral": referral})
    with pytest.raises(
        BadInput, match=r"x\.toml: \[dates\] or --from: a date of the plan would fall outside"
    ):
        follow_patient(file, RULES, 2, 1, None, TODAY)


def test_a_patients_twins_keep_every_charted_value():
    chart = typical(Indication.ALL, prior_anti_cd19=1)
    found = simulate_alike(chart, SHORT, RULES, 5, 1).patients
    for name, column in vars(chart).items():
        value = float(column[0])
        if not math.isnan(value) and value != -1:
            assert set(getattr(found, name)) == {column[0]}, name


@pytest.mark.parametrize(
    ("n", "seed", "message"), [(0, 1, "-n: got 0"), (5001, 1, "-n: got 5001"), (5, -1, "--seed")]
)
def test_a_number_of_patients_or_a_seed_out_of_range_is_refused(n, seed, message):
    with pytest.raises(BadInput, match=message):
        follow_patient(a_file(typical(Indication.LBCL)), RULES, n, seed, None, TODAY)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[patient]\nindication = 'LBCL'\nage_years = 60\nweight_kg = 0\n",
            "weight_kg: got 0, expected 2 to 300",
        ),
        ("[patient]\nage_years = 60\nweight_kg = 70\n", "indication: missing, expected one of ALL, LBCL, FL"),
        ("[patients]\n", r"got patients, expected the fields of one patient in a table \[patient\]"),
        ("dates = 5\n[patient]\n", r"dates: got 5, expected a table \[dates\]"),
        ("[patient\n", "cannot be read"),
    ],
)
def test_a_bad_file_is_refused_with_field_value_and_what_was_expected(tmp_path, text, message):
    path = tmp_path / "x.toml"
    path.write_text(text)
    with pytest.raises(BadInput, match=message):
        read_patient_file(path)
