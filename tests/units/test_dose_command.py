"""livingdrug dose: what it says, what it refuses, and the same as JSON."""

import json

import pytest
from click.testing import CliRunner

from livingdrug.cli import main

CHILD = ["dose", "--indication", "ALL", "--weight-kg", "27", "--cells", "8.1e7"]
BAGS = ["--bag-volumes-ml", "12,12", "--cells-per-bag", "4e7,4.1e7", "--rate-ml-per-min", "10"]
MATCH = ["--bag-matches", "yes", "--papers-match", "yes"]
THAW = ["--thawed-at", "2026-11-22T23:50+01:00", "--now", "2026-11-23T00:05+01:00"]


def run(*words, code=0):
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return " ".join(result.output.split())


def test_a_dose_whose_identity_was_not_checked_is_stopped_whatever_else_is_met():
    told = run(*CHILD, *BAGS, *THAW, "--tocilizumab-at-hand", 2)
    assert "STOP: the identity is not confirmed here" in told
    assert "STOP: the identity does not match" in run(*CHILD, "--bag-matches", "no")


def test_a_dose_that_meets_all_says_so_with_minutes_deadline_and_tocilizumab():
    told = run(*CHILD, *BAGS, *MATCH, *THAW, "--tocilizumab-at-hand", 2)
    assert "All that was asked here is met." in told
    assert "5.4e6 to 1.35e8 CAR-positive viable T cells" in told
    assert "1.2 min" in told
    assert "in by 2026-11-23 00:20+01:00, 15 minutes left" in told
    assert "324 mg a dose" in told
    assert "steps down at 30 kg" in told
    assert "not a medical device" in told


def test_what_is_not_met_is_named():
    told = run(*CHILD[:-1], "2e8", *MATCH, "--tocilizumab-at-hand", 1)
    assert "Not met: Dose not above the window; At least 2 tocilizumab doses at hand." in told
    assert "Not assessable yet: At least 2 tocilizumab doses at hand." in run(*CHILD, *MATCH)


def test_the_ledger_tells_of_doses_entered_twice_too_close_and_out_of_order():
    at = "--tocilizumab-at"
    doses = [at, "2026-11-22T22:00+01:00", at, "2026-11-22T20:00+01:00", at, "2026-11-22T20:00+01:00"]
    told = run(*CHILD, *doses, *THAW, "--tocilizumab-at-hand", 1)
    assert "counted once, to be cleared up: 2026-11-22 20:00+01:00" in told
    assert "entered out of order" in told
    assert "Outside a limit when given, 2026-11-22 22:00+01:00: 8 hours since the last dose" in told
    assert "Within the limits from 2026-11-23 06:00+01:00 on; 2 left of the total" in told


def test_the_eu_states_no_tocilizumab_dose_and_asks_for_a_further_one_within_reach():
    told = run(*CHILD, *MATCH, *THAW, "--edition", "eu_current", "--tocilizumab-at-hand", 1)
    assert "Tocilizumab for CRS: not stated" in told
    assert "This edition states no limits." in told or "at hand after one more" in told
    assert "A further dose within 8 hours of each" in told


def test_the_json_says_the_same_and_twice_the_same(tmp_path):
    path = tmp_path / "dose.json"
    words = [*CHILD, *BAGS, *MATCH, *THAW, "--tocilizumab-at-hand", 2, "--json", path]
    run(*words)
    first = path.read_text(encoding="utf-8")
    run(*words)
    assert path.read_text(encoding="utf-8") == first
    content = json.loads(first)
    assert content["go_ahead"] == "yes"
    assert content["dose_window_cells"] == [5.4e6, 1.35e8]
    assert content["minutes_per_bag"] == [1.2, 1.2]
    assert content["thaw"]["deadline"] == "2026-11-23T00:20:00+01:00"
    assert content["tocilizumab"]["dose_mg"] == 324
    assert content["dose"]["criteria"][0]["source"].startswith("us_pi_2025_06")


def test_a_bag_that_cannot_be_in_before_the_limit_is_no_go_and_minutes_left_are_whole_ones():
    adult = ["dose", "--indication", "LBCL", "--cells", "3e8", "--weight-kg", "80"]
    bag = ["--bag-volumes-ml", "50", "--cells-per-bag", "3e8", "--rate-ml-per-min", "10"]
    late = ["--thawed-at", "2026-11-22T09:05+01:00", "--now", "2026-11-22T09:32:24+01:00"]
    told = run(*adult, *bag, *MATCH, *late, "--tocilizumab-at-hand", 2)
    assert "Not met: Started now, the longest bag is in within 30 minutes of thaw." in told
    assert "All that was asked" not in told
    assert "2 minutes left. Started now, the longest bag ends too late." in told
    over = run(*adult, *MATCH, *late[:3], "2026-11-22T09:34:24+01:00")
    assert "less than a minute left" in over
    assert "passed 2 minutes ago" in run(*adult, *MATCH, *late[:3], "2026-11-22T09:37:50+01:00")


def test_tocilizumab_says_from_which_weight_it_is_worked_and_that_none_was_entered():
    told = run(*CHILD, *MATCH, *THAW, "--tocilizumab-at-hand", 2)
    assert "Worked from the weight at leukapheresis" in told
    assert "No dose of tocilizumab was entered; if none was given" in told
    told = run(*CHILD, *MATCH, *THAW, "--weight-now-kg", 26, "--no-tocilizumab-given")
    assert "312 mg a dose" in told
    assert "Worked from the weight" not in told
    assert "was entered" not in told
    assert "steps down at 30 kg" not in told


def test_premedication_and_the_bags_given_are_held_against_the_rules():
    told = run(*CHILD, *BAGS, *MATCH, "--premedication-minutes", 20, "--bags-given", 1)
    assert "Paracetamol and an H1 antihistamine 30 to 60 minutes before" in told
    assert "Not met" in told
    assert "NOT MET All bags given" in told


def test_a_limit_of_tocilizumab_that_was_not_read_says_so():
    told = run(*CHILD, "--edition", "us_2022_05")
    assert "at most 3 in 24 hours (us_pi_2025_06: section 2.4, table 1; unverified)" in told
    assert "Source: us_pi_2018_05: section 2.4, CRS table." in told


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--weight-kg", "0"], "--weight-kg: got 0, expected 2 to 300 kg"),
        (["--weight-kg", "1e9"], "--weight-kg: got 1e+09, expected 2 to 300 kg"),
        (["--weight-now-kg", "301"], "--weight-now-kg: got 301, expected 2 to 300 kg"),
        (["--cells", "-1"], "--cells: got -1, expected a number of 0 or more"),
        (["--rate-ml-per-min", "-5"], "--rate-ml-per-min: got -5, expected a number above 0"),
        (["--tocilizumab-at-hand", "-3"], "--tocilizumab-at-hand: got -3, expected a number of 0 or more"),
        (["--further-tocilizumab-hours", "-3"], "--further-tocilizumab-hours: got -3, expected"),
        (["--further-tocilizumab-hours", "inf"], "--further-tocilizumab-hours: got inf, expected"),
        (["--bag-volumes-ml", "12,-12"], "--bag-volumes-ml: got -12, expected a number above 0"),
        (["--bags-given", "1"], "n_bags_given: got bags given without their volumes"),
        (
            ["--no-tocilizumab-given", "--tocilizumab-at", "2026-11-22T20:00+01:00"],
            "tocilizumab_given: got doses, expected none",
        ),
        (["--now", "0001-01-01T00:00+01:00"], "--now: got 0001-01-01T00:00:00+01:00, expected a time"),
        (["--now", "9999-12-31T23:50-01:00"], "--now: got 9999-12-31T23:50:00-01:00, expected a time"),
        (["--weight-kg", "nan"], "--weight-kg: got nan, expected 2 to 300 kg"),
        (["--indication", "AL"], "unknown --indication"),
        (["--bag-volumes-ml", "12;12"], "--bag-volumes-ml: got '12;12', expected numbers"),
        (["--cells-per-bag", "1e7"], "bag_cells: got cells of bags without their volumes"),
        (
            ["--bag-volumes-ml", "12", "--rate-ml-per-min", "0"],
            "--rate-ml-per-min: got 0, expected a number above 0",
        ),
        (["--thawed-at", "2026-11-22T09:05+01:00"], "now: not given"),
        (["--thawed-at", "2026-11-22T09:05"], "expected a time with its zone"),
        (["--now", "soon"], "--now: got 'soon', expected a time such as"),
        (["--edition", "us_2025_12"], "cannot be chosen"),
    ],
)
def test_what_cannot_be_used_is_refused_with_exit_code_2(words, message):
    assert message in run(*CHILD, *words, code=2)
