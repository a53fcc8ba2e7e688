"""The options command: one guideline, several side by side, files, and bad input."""

import json
import re

import pytest
from click.testing import CliRunner
from tests.units.test_options import ORDERS

from livingdrug.bedside.options import Toxicity
from livingdrug.cli import main
from livingdrug.report.verdict_blocks import STATUS


def run(*words):
    return CliRunner().invoke(main, ["options", *(str(word) for word in words)])


def plain(answer):
    assert answer.exit_code == 0, answer.output
    return " ".join(answer.output.split())


def test_a_grade_shows_what_is_met_and_what_cannot_be_assessed():
    told = plain(run("crs", "--grade", 2, "--weight-kg", 29.9, "--tocilizumab-doses", 0))
    assert "Criteria met: treatment" in told
    assert "= 359 mg" in told
    assert "Not assessable: treatment" in told
    assert "us_pi_2025_06" in told
    assert "not a medical device" in told
    assert "options with their source, never orders" in told
    assert "The safety sections of the US label were revised in 12/2025" in told


def test_guidelines_stand_side_by_side_with_their_differences():
    situation = (
        "--grade",
        2,
        "--scale",
        "astct_2019",
        "--tocilizumab-doses",
        1,
        "--hours-since-tocilizumab",
        7,
        "--not-better",
    )
    told = plain(run("crs", *situation, "--guideline", "all"))
    met, unknown = told.split("Not assessable: treatment")
    assert "asco_2021:" in met
    assert "cartox:" not in met
    assert "cartox:" in unknown
    assert "every 6 hours" in unknown
    assert "Grade 2 is read by ASTCT 2019." in told
    assert "(unverified)" in told


def test_the_same_drug_of_several_guidelines_stands_together():
    told = plain(run("icans", "--grade", 1, "--guideline", "cartox", "--guideline", "uk"))
    assert told.index("cartox: levetiracetam") < told.index("uk: levetiracetam")
    assert "750 mg, every 12" in told
    assert "500 to 750 mg" in told


def test_a_table_that_states_no_limit_of_tocilizumab_says_so():
    situation = ("--grade", 2, "--tocilizumab-doses", 6, "--hours-since-tocilizumab", 7, "--not-better")
    told = plain(run("crs", *situation, "--guideline", "cartox", "--weight-kg", 120))
    assert "this table as held states no cap and no total" in told.split("Not assessable: treatment")[1]
    assert "the label and ASCO have 800 mg and 4 doses" in told


def test_a_grade_says_by_which_scale_it_is_read():
    assert "Grade 2 is read by Lee 2014." in plain(run("crs", "--grade", 2))
    assert "Grade 2 is read by ASTCT 2019." in plain(run("crs", "--grade", 2, "--scale", "astct_2019"))
    assert "is read by" not in plain(run("crs", "--unstable"))
    assert "is read by" not in plain(run("infection", "--grade", 2))


def test_what_is_not_met_and_what_is_seen_is_said_in_words():
    told = plain(run("crs", "--grade", 4, "--not-better", "--tocilizumab-doses", 1))
    assert "✓ not better since" in told
    assert "better since the last tocilizumab: no" not in told
    assert "(where a steroid runs: not known)" in told
    assert "label_crs" not in told
    assert "tocilizumab, grade 1 looked after as grade 2, considered" in told.split("Not met:")[1]


def test_an_edition_has_its_own_table_or_none():
    older = plain(run("crs", "--edition", "us_2018_05", "--unstable", "--tocilizumab-doses", 0))
    assert "us_pi_2018_05" in older
    assert "= 560 mg" not in older
    assert "(weight not known)" in older
    assert "no algorithm in this label" in plain(run("crs", "--edition", "eu_current", "--grade", 4))
    assert "(unverified)" in plain(run("crs", "--edition", "us_2022_05", "--grade", 2))


def test_a_guideline_that_holds_nothing_says_so():
    assert "By ASBMT: nothing held on this" in plain(run("crs", "--guideline", "asbmt", "--grade", 2))


def test_the_json_file_holds_every_option_met_or_not(tmp_path):
    file = tmp_path / "options.json"
    plain(run("hypogammaglobulinaemia", "--igg-g-per-l", 4.0, "--guideline", "all", "--json", file))
    told = json.loads(file.read_text("utf-8"))
    assert told["edition"]["name"] == "us_2025_06"
    assert told["situation"]["igg_g_per_l"] == 4.0
    assert told["grade_read"] == ""
    by_id = {option["id"]: option for option in told["options"]}
    assert by_id["ash_igg_400"]["answer"] == "criteria met"
    assert by_id["hct_igg_400"]["answer"] == "not met"
    assert by_id["hill_igg_400_early"]["answer"] == "not assessable"
    assert by_id["ash_igg_400"]["dose"]["for_patient"] is None
    assert by_id["ash_igg_400"]["verified"] is True


@pytest.mark.parametrize("toxicity", list(Toxicity))
def test_nothing_that_is_shown_is_an_order(toxicity):
    told = plain(
        run(toxicity, "--grade", 3, "--scale", "astct_2019", "--weight-kg", 70, "--guideline", "all")
    )
    own = told.replace(STATUS, "")
    assert set(re.findall(r"[a-z]+", own.lower())) & ORDERS == set()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("flu",), "'flu' is not one of 'crs', 'icans'"),
        (("crs", "--grade", "high"), "'high' is not a valid integer"),
        (("crs", "--grade", 6), "grade: got 6, expected 0 to 5"),
        (("crs", "--guideline", "who"), "'who' is not one of 'label', 'asco_2021'"),
        (("crs", "--edition", "us_2099"), "unknown edition 'us_2099'"),
        (("crs", "--weight-kg", 0), "weight_kg: got 0, expected 2 to 300 kg"),
        (("crs", "--weight-kg", "inf"), "weight_kg: got inf, expected 2 to 300 kg"),
        (("crs", "--fever-days", -2), "fever_days: got -2, expected 0 to 365 days"),
        (("cytopenia", "--anc-e9-per-l", 400), "anc_e9_per_l: got 400, expected 0 to 100 e9/L"),
        (("hypogammaglobulinaemia", "--igg-g-per-l", -3), "igg_g_per_l: got -3, expected 0 to 100 g/L"),
        (
            ("crs", "--grade", 2, "--guideline", "all"),
            "--scale: got none, expected one of lee_2014, astct_2019",
        ),
        (("crs", "--weight-kg", "nan"), "weight_kg: got nan, expected a number"),
        (("crs", "--tocilizumab-doses", 0, "--hours-since-tocilizumab", 3), "expected at least the 1"),
        (("crs", "--json", "/nowhere/x.json"), "--json: /nowhere does not exist"),
    ],
)
def test_bad_input_is_refused_with_what_was_expected(words, message):
    answer = run(*words)
    assert answer.exit_code == 2
    assert message in " ".join(answer.output.split())


def test_the_help_has_an_example_that_runs():
    told = CliRunner().invoke(main, ["options", "--help"]).output
    example = " ".join(told.split()).split("Example: livingdrug options ")[1]
    assert run(*example.split()).exit_code == 0
