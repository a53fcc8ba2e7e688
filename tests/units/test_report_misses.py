import dataclasses
import math

import pytest
from tests.lively_result import result_of
from tests.synthetic_pool import lively_pool

from livingdrug.report.comparison import sources_of
from livingdrug.report.misses import beyond, difference, rows_outside, show_misses
from livingdrug.report.words import name, published_text
from livingdrug.trial import Comparison, replicates


@pytest.fixture(scope="module")
def result():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicates, "_PART_TRIALS", 2)
        yield result_of(lively_pool(0, 200), trials=5)


@pytest.fixture(scope="module")
def share(result):
    return next(row for row in result.comparison.rows if row.target.id == "juliet_crs_any_penn")


def test_all_rows_outside_are_listed_and_no_other(result):
    outside = rows_outside(result)
    assert {row.target.id for row in outside} == {
        row.target.id for row in result.comparison.rows if row.counted and not row.inside
    }
    assert outside
    shown = show_misses(result, sources_of(result.comparison.rows)).html
    assert shown.count("<tr>") == len(outside) + 1
    for row in outside:
        assert published_text(row) in shown
        assert name(row) in shown


def test_the_size_of_a_miss_is_in_points_or_times(result, share):
    low = dataclasses.replace(share, simulated=share.target.value - 7.5)
    assert difference(low) == "−7.5 points"
    row = next(row for row in result.comparison.rows if row.target.id == "juliet_median_os_40m")
    assert difference(dataclasses.replace(row, simulated=2 * row.target.value)) == "2 times"
    assert difference(dataclasses.replace(row, simulated=math.inf)) == "never reached"


def test_the_distance_beyond_the_interval_is_in_its_half_widths(share):
    value = share.target.value
    edge = dataclasses.replace(share, pi_low=value, pi_high=value + 10)
    assert beyond(edge) == 0
    assert beyond(dataclasses.replace(share, pi_low=value + 5, pi_high=value + 15)) == pytest.approx(1)
    assert beyond(dataclasses.replace(share, pi_low=value - 20, pi_high=value - 10)) == pytest.approx(2)
    assert math.isnan(beyond(dataclasses.replace(share, pi_low=1.0, pi_high=1.0)))


def test_a_cause_stands_there_only_if_the_evidence_gives_one(result):
    sources = sources_of(result.comparison.rows)
    rows = tuple(dataclasses.replace(row, reason="") for row in result.comparison.rows)
    unknown = dataclasses.replace(result, comparison=Comparison(rows, result.comparison.replicates))
    assert "Likely cause" not in show_misses(unknown, sources).html
    rows = tuple(
        dataclasses.replace(row, reason="a known cause") if row.counted else row
        for row in result.comparison.rows
    )
    known = dataclasses.replace(result, comparison=Comparison(rows, result.comparison.replicates))
    shown = show_misses(known, sources).html
    assert "Likely cause" in shown
    assert shown.count("a known cause") == len(rows_outside(known))


def test_a_design_that_counts_nothing_says_so(result):
    none = dataclasses.replace(result, comparison=Comparison((), 5))
    assert "No published figure is counted" in show_misses(none, {}).html


def test_if_nothing_falls_outside_a_sentence_says_so(result, share):
    inside = Comparison((dataclasses.replace(share, inside=True),), 5)
    assert show_misses(dataclasses.replace(result, comparison=inside), {}).html == (
        "<p>All 1 published figures lie inside their prediction interval.</p>"
    )
