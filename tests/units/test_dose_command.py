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


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--weight-kg", "0"], "weight_kg: row 0: got 0, expected a weight above 0 kg"),
        (["--weight-kg", "nan"], "--weight-kg: got nan, expected a number"),
        (["--indication", "AL"], "unknown --indication"),
        (["--bag-volumes-ml", "12;12"], "--bag-volumes-ml: got '12;12', expected numbers"),
        (["--cells-per-bag", "1e7"], "bag_cells: got cells of bags without their volumes"),
        (["--bag-volumes-ml", "12", "--rate-ml-per-min", "0"], "expected a rate above 0 mL/min"),
        (["--thawed-at", "2026-11-22T09:05+01:00"], "now: not given"),
        (["--thawed-at", "2026-11-22T09:05"], "expected a time with its zone"),
        (["--now", "soon"], "--now: got 'soon', expected a time such as"),
        (["--edition", "us_2025_12"], "cannot be chosen"),
    ],
)
def test_what_cannot_be_used_is_refused_with_exit_code_2(words, message):
    assert message in run(*CHILD, *words, code=2)
