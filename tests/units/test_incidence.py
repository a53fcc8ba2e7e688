"""What the pool itself says: by which clock, and only while enough patients are at risk."""

import dataclasses
import io
import json
import math

import numpy as np
import pytest
from rich.console import Console
from tests.lively_result import result_of
from tests.synthetic_pool import lively_pool, quiet_pool

from livingdrug.endpoints.survival import (
    TimeToEvent,
    event_free_survival,
    kaplan_meier,
    progression_free_survival,
)
from livingdrug.patients import Indication
from livingdrug.report import print_trial
from livingdrug.report.lines import panels_of
from livingdrug.trial import survival_of_pool, trial_json
from livingdrug.trial.incidence import median_of, survival_at_months


def of(indication, n=300):
    pool = lively_pool(0, n)
    return dataclasses.replace(pool, indication=np.full(n, indication, dtype=np.int8))


def test_nothing_is_estimated_where_fewer_than_one_in_twenty_are_at_risk():
    times = TimeToEvent(np.r_[np.full(95, 10.0), np.full(5, 20.0)], np.r_[np.ones(50), np.zeros(50)])
    assert survival_at_months(times, (20.0,)) == kaplan_meier(times, (20.0,))
    one_less = TimeToEvent(np.r_[np.full(96, 10.0), np.full(4, 20.0)], times.event)
    (found,) = survival_at_months(one_less, (20.0,))
    assert math.isnan(found.value)
    assert math.isnan(found.low)


def test_a_median_that_only_a_handful_reach_is_not_reached():
    times = TimeToEvent(np.r_[np.full(96, 10.0), np.full(4, 20.0)], np.r_[np.zeros(96), np.ones(4)])
    assert median_of(times).value == math.inf
    early = TimeToEvent(np.r_[np.full(60, 5.0), np.full(40, 20.0)], np.r_[np.ones(60), np.zeros(40)])
    assert median_of(early).value == 5.0


@pytest.mark.parametrize(
    ("disease", "names", "clock"),
    [
        (Indication.ALL, ("event-free, infused", "relapse-free, responders"), event_free_survival),
        (Indication.FL, ("progression-free, infused", "duration of response, responders"),
         progression_free_survival),
        (Indication.LBCL, ("progression-free, infused", "relapse-free, responders"),
         progression_free_survival),
    ],
)  # fmt: skip
def test_a_disease_is_followed_by_the_clock_of_its_trials(disease, names, clock):
    series = survival_of_pool(of(disease))
    assert tuple(item.name for item in series[1:3]) == names
    assert {item.name.split(", ")[0] for item in (series[0], series[3])} == {"overall survival"}
    pool = of(disease)
    months = clock(pool).months[pool.infused]
    assert series[1].at_risk[0] == (months >= 12).sum()


def test_terminal_json_and_page_tell_the_same_curves_of_leukaemia():
    result = result_of(of(Indication.ALL), trials=2, name="eliana")
    written = io.StringIO()
    print_trial(result, Console(file=written, width=110))
    page = {f"{d.line.clock.name}, {p.title.split()[-1].lower()}" for p in panels_of(result) for d in p.drawn}
    names = {series["name"] for series in json.loads(trial_json(result))["provenance"]["survival"]}
    assert names == page
    assert "event-free, infused" in written.getvalue()
    assert "progression-free" not in written.getvalue()


def test_what_is_not_known_is_null_in_json_and_a_dash_in_the_terminal():
    gone = of(Indication.LBCL)
    gone = dataclasses.replace(gone, followed_until_day=np.fmin(gone.followed_until_day, 1000.0))
    result = result_of(gone, trials=2)
    at = json.loads(trial_json(result))["provenance"]["survival"][0]["percent"][-1]
    assert at == {"month": 60.0, "value": None, "low": None, "high": None, "at_risk": 0}
    written = io.StringIO()
    print_trial(result, Console(file=written, width=110))
    (line,) = [
        line for line in written.getvalue().splitlines() if line.startswith("overall survival, infused")
    ]
    assert " - " in line
    last = result.estimates().query("month == 60")
    assert last["percent"].isna().all()
    assert (last["n_at_risk"] == 0).all()


def test_a_pool_with_nobody_infused_has_no_series():
    assert survival_of_pool(quiet_pool(4, infused=np.zeros(4, dtype=bool))) == ()
