import dataclasses

import numpy as np
import pytest
from tests.lively_result import result_of
from tests.synthetic_pool import lively_pool

from livingdrug.endpoints.survival import progression_free_survival, relapse_free_survival
from livingdrug.report.figures import written
from livingdrug.report.relapse import draw_relapse, relapse_series, show_relapse
from livingdrug.report.whole import infused_of
from livingdrug.report.words import number, span
from livingdrug.tables import take
from livingdrug.trial import MONTHS, incidence_in_pool, replicates


@pytest.fixture(scope="module")
def result():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicates, "_PART_TRIALS", 2)
        yield result_of(lively_pool(0, 300), trials=3)


def plain(series):
    """Return a series as plain values, so that what is not known compares equal."""
    return dataclasses.astuple(series)


def followed(result):
    """Return how many months responders are followed without relapse or death."""
    record = infused_of(result)
    return relapse_free_survival(take(record, ~np.isnan(record.first_response_day))).months


def test_those_at_risk_are_those_of_the_survival_that_the_causes_end(result):
    clocks = {"responders": followed(result), "infused": progression_free_survival(infused_of(result)).months}
    for item in incidence_in_pool(result.pool, 1):
        months = clocks[item.name.rpartition(", ")[2]]
        assert item.at_risk == tuple(int((months >= month).sum()) for month in MONTHS)
        for at, left in zip(item.percent, item.at_risk, strict=True):
            assert np.isnan(at.value) == (left < 0.05 * len(months))


def test_the_curves_are_the_trials_own_incidences(result):
    own = [item for item in result.incidence if item.name.endswith(", responders")]
    np.testing.assert_equal([plain(item) for item in relapse_series(result, MONTHS)], [plain(x) for x in own])
    names = [item.name for item in own]
    assert names[:3] == [
        "relapse, CD19-positive, responders",
        "relapse, CD19-negative, responders",
        "relapse, CD19 not known, responders",
    ]


def test_the_table_holds_incidence_and_numbers_at_risk(result):
    shown = show_relapse(result).html
    at = relapse_series(result, (12.0,))[0].percent[0]
    assert number(at.value) + span(at.low, at.high) in shown
    left = int((followed(result) >= 12).sum())
    assert f">{left:,}</td>" in shown
    assert f">{left}</text>" in written(draw_relapse(result))


def test_nothing_is_told_where_hardly_anyone_is_at_risk(result):
    months = followed(result)
    assert (months >= 60).sum() < 0.05 * len(months)
    shown = show_relapse(result).html
    row = shown[shown.index("relapse, CD19-positive</th>") :]
    assert row[: row.index("</tr>")].endswith('<td class="figure">-</td>')


def test_every_cause_has_its_own_dash_and_mark(result):
    picture = written(draw_relapse(result))
    assert picture.count("stroke-dasharray") >= 3


def test_other_months_do_not_change_an_incidence(result):
    few, many = (incidence_in_pool(result.pool, 1, at) for at in ((12.0,), (6.0, 12.0, 24.0)))
    assert [item.percent[0] for item in few] == [item.percent[1] for item in many]


def test_without_responders_a_sentence_says_so(result):
    nobody = np.full(len(result.pool), np.nan)
    pool = dataclasses.replace(result.pool, first_response_day=nobody)
    none = dataclasses.replace(result, pool=pool, incidence=incidence_in_pool(pool, 1))
    shown = show_relapse(none).html
    assert "No infused patient responded." in shown
    assert "progression or relapse" in shown
