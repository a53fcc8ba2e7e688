"""Rates at equal accuracy are read off the curves, and not beyond them."""

import dataclasses

import pytest
from tests.benchmarks.curves import median_error, rate_at, worst_error
from tests.benchmarks.machine import this_machine
from tests.benchmarks.reference import Error
from tests.benchmarks.results import Comparison, Curve, Point, read_comparison, write_comparison
from tests.benchmarks.tables import KERNEL, peers_against_aims, peers_at_one_accuracy, peers_at_one_tolerance


def _curve(engine, factor, failed=0):
    """Return a curve of rate factor x (100 tolerance)^(1/4) and an error ten times the tolerance."""
    points = tuple(
        Point(
            tolerance,
            64,
            (0.5 * rate, rate, 3 * rate),
            Error(10 * tolerance, 1e3 * tolerance, 1.0, failed),
            2**20,
        )
        for tolerance in (1e-3, 1e-4, 1e-5, 1e-6, 1e-7)
        for rate in [factor * (1e2 * tolerance) ** 0.25]
    )
    return Curve(engine, "1.0", "", 2.0, 3.0, points)


def test_between_two_tolerances_log_rate_is_straight_in_log_error():
    curve = _curve("any", 1000.0)
    assert rate_at(curve, median_error, 1e-5) == pytest.approx(1000 * (1e2 * 1e-6) ** 0.25)
    assert rate_at(curve, median_error, 3e-5) == pytest.approx(1000 * (1e2 * 3e-6) ** 0.25)
    assert rate_at(curve, worst_error, 1e-2) == pytest.approx(1000 * (1e2 * 1e-5) ** 0.25)


@pytest.mark.parametrize("error", [2e-2, 5e-7])
def test_beyond_the_measured_tolerances_no_rate_is_told(error):
    assert rate_at(_curve("any", 1000.0), median_error, error) is None


def test_a_point_with_failed_patients_is_not_used():
    assert rate_at(_curve("any", 1000.0, failed=1), median_error, 1e-5) is None


@pytest.fixture
def comparison():
    curves = (_curve(KERNEL, 9e4), _curve("numbalsoda LSODA", 1e4), _curve("AMICI CVODES", 9e3))
    return Comparison(this_machine(), 3, curves)


def test_the_tables_say_how_many_times_faster_the_kernel_is_and_whether_that_was_the_aim(comparison):
    rows = {row[0]: row[1:] for row in peers_at_one_accuracy(comparison).rows}
    assert rows["numbalsoda LSODA"][0].endswith("(9.0)")
    assert rows["AMICI CVODES"][0].endswith("(10.0)")
    aims = {row[0]: row[-1] for row in peers_against_aims(comparison).rows}
    assert aims["times numbalsoda LSODA, median error 1e-5"] == "yes"
    assert aims["times AMICI CVODES, median error 1e-5"] == "**no**"
    assert aims["patient-years per second of one processor at 1e-6"] == "yes"


def test_an_engine_that_is_missing_has_no_row(comparison):
    left_out = dataclasses.replace(comparison.curves[1], missing="not installed", points=())
    fewer = dataclasses.replace(comparison, curves=(comparison.curves[0], left_out))
    assert [row[0] for row in peers_at_one_tolerance(fewer).rows] == [KERNEL]


def test_a_comparison_read_back_is_the_same(comparison, tmp_path):
    write_comparison(comparison, tmp_path / "peers.json")
    assert read_comparison(tmp_path / "peers.json") == comparison
