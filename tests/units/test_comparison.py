import dataclasses
import io
import json
import math

import numpy as np
import pytest
from rich.console import Console
from scipy.stats import norm
from tests.lively_result import lively_result
from tests.synthetic_pool import lively_pool, quiet_pool

from livingdrug.endpoints import Conduct, Sampling, read_definitions, times
from livingdrug.endpoints.survival import fit_curves
from livingdrug.errors import BadInput
from livingdrug.report import print_trial
from livingdrug.report.table import WIDTH, name
from livingdrug.report.words import number
from livingdrug.trial import (
    compare,
    load_design,
    read_targets,
    replicates,
    select_targets,
    trial_json,
)

DESIGN = load_design("juliet")
TARGETS = select_targets(read_targets(), DESIGN.compare)
CONDUCT = Conduct(14.0, True, Sampling(50.0, 28.0, 3))
KEYS = [
    "study", "population", "endpoint", "stratum", "time_months", "unit", "published", "ci_low", "ci_high",
    "n", "role", "use", "definition", "simulated", "pi_low", "pi_high", "inside",
]  # fmt: skip


def against(pool, ids=None, trials=200, seed=1):
    targets = tuple(target for target in TARGETS if ids is None or target.id in ids)
    return compare(pool, DESIGN, targets, CONDUCT, trials, seed)


@pytest.fixture(scope="module", autouse=True)
def few_trials_from_the_parts():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicates, "_PART_TRIALS", 3)
        yield


@pytest.fixture(scope="module")
def result(few_trials_from_the_parts):
    return lively_result(1500, trials=40)


def test_a_prediction_interval_is_that_of_a_trial_of_the_published_size():
    crs = (np.arange(4000) % 50 < 29).astype(np.int8)
    row = against(quiet_pool(4000, crs_penn=crs), {"juliet_crs_any_penn"}, trials=4000).rows[0]
    spread = 100 * math.sqrt(0.58 * 0.42 / 111)
    assert row.n_drawn == 111
    assert row.simulated == pytest.approx(58, abs=1)
    assert row.pi_high - row.pi_low == pytest.approx(2 * 1.96 * spread, rel=0.08)
    assert row.inside is True
    assert 0 < row.monte_carlo_error < spread


def test_a_published_figure_outside_the_interval_is_said_to_be_outside():
    row = against(quiet_pool(500), {"juliet_crs_any_penn"}).rows[0]
    assert (row.simulated, row.pi_low, row.pi_high, row.inside) == (0, 0, 0, False)


def test_a_published_nought_lies_inside_an_interval_of_noughts():
    assert against(quiet_pool(500), {"juliet_treatment_related_death"}).rows[0].inside is True


def test_a_row_does_not_depend_on_which_others_are_compared():
    pool = lively_pool(0, 400)
    alone = against(pool, {"juliet_os_18m"}).rows[0]
    others = {"juliet_crs_any_penn", "juliet_pfs_24m", "juliet_os_12m", "juliet_os_18m"}
    among = next(row for row in against(pool, others).rows if row.target.id == "juliet_os_18m")
    assert alone == among


def test_rows_of_one_curve_are_read_from_the_same_trials(monkeypatch):
    fitted = []
    monkeypatch.setattr(
        times, "fit_curves", lambda months, event: fitted.append(1) or fit_curves(months, event)
    )
    against(lively_pool(0, 400), {"juliet_pfs_24m", "juliet_median_pfs_40m"}, trials=5)
    assert len(fitted) == 11  # the pool and its ten parts, once


def test_the_seed_decides_the_replicates():
    pool = lively_pool(0, 400)
    assert against(pool, {"juliet_os_18m"}) == against(pool, {"juliet_os_18m"})
    assert against(pool, {"juliet_os_18m"}, seed=2) != against(pool, {"juliet_os_18m"})


def test_rows_without_a_published_n_draw_what_a_trial_of_that_size_expects():
    record = quiet_pool(400, first_response_day=np.where(np.arange(400) % 2 == 0, 30.0, np.nan))
    row = against(record, {"juliet_rfs_6m"}).rows[0]
    assert math.isnan(row.target.n)
    seen_by_the_cut = norm.cdf((4.8 - 30 / 30.4375) / 4.45)
    assert row.n_drawn == pytest.approx(115 * 0.5 * seen_by_the_cut, abs=1)


def test_inputs_and_superseded_rows_are_never_counted(result):
    definitions = read_definitions()
    for row in result.comparison.rows:
        drawn = row.target.definition and definitions[row.target.definition].simulated != "yes"
        if row.target.use != "output" or drawn:
            assert not row.counted
            assert row.inside is None


def test_every_row_is_simulated_or_says_why_not(result):
    for row in result.comparison.rows:
        if row.target.use == "output":
            assert row.n_drawn > 0 or row.reason, row.target.id


def test_at_least_thirty_outputs_are_counted_and_validation_apart(result):
    assert result.comparison.inside("calibration")[1] >= 30
    assert result.comparison.inside("validation")[1] == 2


def test_an_empty_analysis_set_is_a_reason_and_not_a_crash():
    pool = dataclasses.replace(quiet_pool(50), infused=np.zeros(50, dtype=bool))
    row = against(pool, {"juliet_crs_any_penn"}).rows[0]
    assert row.reason == "no patient of the pool is in the analysis set; raise -n"
    assert math.isnan(row.simulated)


def test_a_median_never_reached_is_inside_if_the_published_one_is_above_the_lower_limit():
    row = against(quiet_pool(200), {"juliet_median_os_40m"}).rows[0]
    assert row.pi_high == math.inf
    assert row.inside is False


def test_json_rows_have_the_agreed_fields_and_no_infinity(result):
    content = json.loads(trial_json(result))
    assert list(content) == ["rows", "provenance"]
    assert len(content["rows"]) == len(TARGETS)
    assert all(list(row) == KEYS for row in content["rows"])
    assert content["provenance"]["pool"]["sampled"] == 1500
    assert content["provenance"]["inside"]["validation"]["of"] == 2
    assert len(content["provenance"]["incidence"]) == 6
    assert {"month", "value", "low", "high", "at_risk"} == set(
        content["provenance"]["incidence"][0]["percent"][0]
    )
    assert sum(loss["n"] for loss in content["provenance"]["pool"]["not_infused"]) == (
        content["provenance"]["pool"]["enrolled"] - content["provenance"]["pool"]["infused"]
    )
    assert content["provenance"]["row_ids"][0] == TARGETS[0].id
    assert "juliet_neurotoxicity_experts" in content["provenance"]["not_simulated"]


def test_the_same_run_writes_the_same_json(result):
    again = dataclasses.replace(result, comparison=against(result.pool, trials=40))
    assert trial_json(again) == trial_json(result)


def test_the_table_fits_110_columns_and_states_reasons_counts_and_limits(result):
    stream = io.StringIO()
    print_trial(result, Console(file=stream, width=110, highlight=False))
    text = stream.getvalue()
    assert max(len(line) for line in text.splitlines()) <= 110
    for words in (
        "✓ inside", "✗ OUTSIDE", "Calibration: ", "Validation: ", "of 2 published figures inside",
        "Lost between enrolment and infusion", "Died before the infusion", "relapse, CD19-negative",
        "overall survival, responders",
        "Published, not simulated", "not a medical device", "the edition's warning", "shown, not counted",
        "Monte Carlo error",
    ):  # fmt: skip
        assert words in text, words


def test_every_compared_row_takes_one_line(result):
    assert max(len(name(row)) for row in result.comparison.rows if row.n_drawn) <= WIDTH - 69


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (2.345, "2.35"), (53, "53"), (58200, "58,200"), (6073.4, "6,070"),
     (math.inf, "∞"), (math.nan, "-")],
)  # fmt: skip
def test_numbers_are_written_with_three_digits(value, text):
    assert number(value) == text


def test_a_row_read_at_a_cut_that_the_design_lacks_is_refused_with_its_name():
    design = dataclasses.replace(DESIGN, cuts_months={"nejm_2017": 14.0})
    targets = tuple(target for target in TARGETS if target.id == "juliet_os_18m")
    with pytest.raises(BadInput, match=r"juliet: cuts: no 'update_2018'.*it has nejm_2017"):
        compare(quiet_pool(20), design, targets, CONDUCT, 10, 1)
