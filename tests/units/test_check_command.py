"""livingdrug check: one patient against the rules alone, in the terminal and as JSON."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from livingdrug.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"
TABLES = """
[tests]
pregnancy_test = 2026-11-20
blood_culture = 2026-11-22T12:00:00+01:00
cd19 = 30
serology = 2026-10-01
white_count = 2026-11-22

[days_since]
steroid = 5
chemotherapy = 10
radiation = "never"

[signs]
product_available = "yes"
unresolved_toxicity = "yes"
spo2_percent = 90
needs_oxygen = "yes"
"""


def run(*words, code=0):
    result = CliRunner().invoke(main, ["check", *(str(word) for word in words)])
    assert result.exit_code == code, result.output
    return " ".join(result.output.split())


@pytest.fixture
def charted(tmp_path):
    """A child of the examples with an infusion booked, dated tests, other treatment and signs."""
    text = (EXAMPLES / "all_child.toml").read_text(encoding="utf-8")
    text = text.replace('could_be_pregnant = "no"', 'could_be_pregnant = "yes"\npregnancy_test = "no"')
    text = text.replace("referral = 2026-11-22", "referral = 2026-10-22\ninfusion = 2026-11-24")
    path = tmp_path / "child.toml"
    path.write_text(text + TABLES, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["all_child", "adult_lbcl", "adult_fl"])
@pytest.mark.parametrize("edition", ["us_2025_06", "eu_current", "us_2022_05", "brief"])
def test_an_example_is_held_against_every_kind_of_edition(name, edition):
    told = run(EXAMPLES / f"{name}.toml", "--edition", edition, "--on", "2026-11-23")
    assert f"Edition {edition}" in told
    assert "Reasons to delay, step by step" in told
    assert "Dose window at" in told
    assert "Doses by day for" in told
    assert "not a medical device" in told


def test_a_patient_whom_the_rules_refuse_is_told_why_with_exit_code_0():
    told = run(EXAMPLES / "refused.toml")
    assert "Not eligible under us_2025_06" in told
    assert "Age in completed years" in told
    assert "Doses by day" not in told


def test_what_the_rules_hold_for_a_child_is_told_by_day_with_the_step_of_tocilizumab():
    told = run(EXAMPLES / "all_child.toml")
    assert "Doses by day for 0.99 m2 (Mosteller)" in told
    assert "fludarabine 29.6 mg, cyclophosphamide 493.7 mg" in told
    assert "324 mg a dose" in told
    assert "steps down at 30 kg, from 360 mg just below to 240 mg" in told
    assert "Doses by day for 0.99 m2 (Du Bois)" in run(EXAMPLES / "all_child.toml", "--surface", "du-bois")


def test_tests_count_within_their_windows_only_and_signs_delay_their_step(charted, tmp_path):
    path = tmp_path / "child.json"
    run(charted, "--json", path)
    found = json.loads(path.read_text(encoding="utf-8"))
    windows = {each["code"]: each["answer"] for each in found["windows"]["criteria"]}
    assert windows == {
        "SEROLOGY_BEFORE_COLLECTION": "yes",
        "PREGNANCY_TEST_BEFORE_INFUSION": "not assessable",
        "CD19_BEFORE_ENTRY": "yes",
        "INFLUENZA_TEST_BEFORE_INFUSION": "not assessable",
        "BLOOD_CULTURE_BEFORE_INFUSION": "yes",
        "VIRAL_PCR_BEFORE_INFUSION": "not assessable",
    }
    other = {
        each["code"]: each["answer"] for each in found["wash_outs"]["eliana_before_infusion"]["criteria"]
    }
    assert (other["STEROID"], other["CHEMOTHERAPY"], other["RADIATION"]) == ("yes", "no", "yes")
    steps = {name: verdict["answer"] for name, verdict in found["delay_by_step"].items()}
    assert steps == {
        "before_leukapheresis": "yes",
        "before_lymphodepletion": "yes",
        "before_infusion": "no",
        "before_infusion_as_in_eliana": "no",
    }
    assert found["eligible"] == "yes"
    assert found["tocilizumab_mg"] == 324
    assert found["provenance"]["edition"] == "us_2025_06"


def changed(charted, tmp_path, *pairs):
    """Write the child anew with some words changed."""
    text = charted.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "changed.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_infusion_long_after_lymphodepletion_is_told_of_and_so_is_the_rule_on_repeating_it(
    charted, tmp_path
):
    late = "lymphodepletion = 2026-12-01\ninfusion = 2027-01-20"
    path = changed(charted, tmp_path, ("infusion = 2026-11-24", late))
    told = run(path, "--on", "2026-11-23")
    assert "The infusion (2027-01-20), 47 days after lymphodepletion ends (2026-12-04)" in told
    assert "falls outside the edition's window" in told
    for edition, answers in (
        ("us_2025_06", {"NOT_STATED": "not assessable"}),
        ("eu_current", {"LATE": "yes", "WHITE_CELLS": "not assessable"}),
    ):
        found = tmp_path / "child.json"
        run(path, "--on", "2026-11-23", "--edition", edition, "--json", found)
        content = json.loads(found.read_text(encoding="utf-8"))
        criteria = content["repeat_lymphodepletion"]["criteria"]
        assert {each["code"]: each["answer"] for each in criteria} == answers
        assert content["lymphodepletion_window"]["answer"] == "no"
    good = changed(charted, tmp_path, ("infusion = 2026-11-24", late.replace("2027-01-20", "2026-12-08")))
    assert "falls outside" not in run(good, "--on", "2026-11-23")
    assert "Repeating lymphodepletion" not in run(charted)


def test_time_without_other_treatment_counts_to_each_step(charted, tmp_path):
    step = ("infusion = 2026-11-24", "leukapheresis = 2026-11-24\ninfusion = 2026-12-24")
    path, found = changed(charted, tmp_path, step), tmp_path / "child.json"
    run(path, "--on", "2026-11-23", "--json", found)
    waits = json.loads(found.read_text(encoding="utf-8"))["wash_outs"]
    answers = {
        whose: {each["code"]: each["answer"] for each in verdict["criteria"]}
        for whose, verdict in waits.items()
    }
    assert answers["eliana_before_infusion"]["CHEMOTHERAPY"] == "yes"
    assert set(answers) == {"collection_advice_before_leukapheresis", "eliana_before_infusion"}


def test_cyclophosphamide_has_no_doses_by_day_where_it_is_ruled_out(charted, tmp_path):
    path = changed(
        charted,
        tmp_path,
        ('haemorrhagic_cystitis_grade4 = "no"', 'haemorrhagic_cystitis_grade4 = "yes"'),
    )
    told = run(path, "--edition", "eu_current", "--on", "2026-11-23")
    assert "ruled out for this patient" in told
    assert "cyclophosphamide 493.7 mg" not in told
    assert "cytarabine 493.7 mg" in told


def test_the_omission_has_one_answer_by_the_date_of_the_count(charted, tmp_path):
    white = ("white_cells_e9_per_l = 4.2", "white_cells_e9_per_l = 0.8")
    undated = changed(charted, tmp_path, white, ("white_count = 2026-11-22\n", ""))
    told = run(undated, "--edition", "eu_current", "--on", "2026-11-23")
    assert "not assessable: no date in its window for the count of 0.8" in told
    assert "met by" not in told
    dated = changed(charted, tmp_path, white)
    assert "(met by the count of 0.8" in run(dated, "--edition", "eu_current", "--on", "2026-11-23")


def test_a_patient_inside_the_trial_limits_is_told_what_is_not_judged():
    told = run(EXAMPLES / "all_child.toml")
    assert (
        "meets those entry criteria of ELIANA that are held here; not judged: age at first diagnosis" in told
    )


def test_the_same_file_gives_the_same_bytes(charted, tmp_path):
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    run(charted, "--json", first, "--on", "2026-11-23")
    run(charted, "--json", second, "--on", "2026-11-23")
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("steroid = 5", "steriod = 5", "steriod: unknown treatment"),
        (
            "steroid = 5",
            'steroid = "long ago"',
            "steroid: got 'long ago', expected 0 days or more, or 'never'",
        ),
        ("steroid = 5", "steroid = -4", "steroid: got -4, expected 0 days or more, or 'never'"),
        ("cd19 = 30", "cd19 = 2099-01-01", "cd19: got 2099-01-01, expected a test made by"),
        ("cd19 = 30", "cd19 = -1", "cd19: got -1, expected a date, a time with its zone, or days from 0"),
        ("spo2_percent = 90", "spo2_percent = -5", "spo2_percent: got -5, expected 40 to 100 percent"),
        ("spo2_percent = 90", "blood_blasts_percent = 500", "got 500, expected 0 to 100 percent"),
        ("spo2_percent = 90", "lymphodepletion_toxicity_grade = 9", "got 9, expected a whole number 0 to 5"),
        ("infusion = 2026-11-24", "lymphodepletion = 9999-12-31", "expected a date inside the calendar"),
        ("cd19 = 30", 'cd19 = "autumn"', "expected a date, a time with its zone, or days"),
        ("cd19 = 30", "cd91 = 30", "cd91: unknown test"),
        ('needs_oxygen = "yes"', "needs_oxygen = 1", "needs_oxygen: got 1, expected yes, no or unknown"),
        ('needs_oxygen = "yes"', 'oxygen = "yes"', "oxygen: unknown field"),
        ("[signs]", "[sighs]", "got sighs, expected the fields of one patient"),
        ("age_years = 8", "age_years = -8", "age_years"),
    ],
)
def test_what_cannot_be_used_is_refused_with_exit_code_2(charted, old, new, message):
    text = charted.read_text(encoding="utf-8")
    assert old in text
    charted.write_text(text.replace(old, new), encoding="utf-8")
    assert message in run(charted, code=2)


def test_a_missing_file_and_a_day_that_is_none_are_refused(tmp_path):
    assert "cannot be read" in run(tmp_path / "none.toml", code=2)
    assert "--on: got 'soon'" in run(EXAMPLES / "all_child.toml", "--on", "soon", code=2)


def test_a_limit_that_was_not_read_at_its_source_says_so(tmp_path):
    path = tmp_path / "child.json"
    told = run(EXAMPLES / "all_child.toml", "--json", path)
    assert "ebmt_haematology_reprint: criteria in haematology, as reprinted; unverified" in told
    collection = json.loads(path.read_text(encoding="utf-8"))["delay_by_step"]["before_leukapheresis"]
    doubtful = {each["code"] for each in collection["criteria"] if each["unverified"]}
    assert doubtful == {"ACTIVE_INFECTION"}
