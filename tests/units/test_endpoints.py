from dataclasses import astuple

import numpy as np
import pytest
from tests.observe import CONDUCT, figure, seen
from tests.synthetic_pool import VISITS, lively_pool, quiet_pool

from livingdrug.endpoints import OBSERVERS, Snapshot, as_of, statistics
from livingdrug.endpoints.response import response_at
from livingdrug.endpoints.survival import (
    TimeToEvent,
    cumulative_incidence,
    fit_curves,
    hazard_ratios,
    kaplan_meier,
    kaplan_meier_median,
    median_survival,
    overall_survival,
    progression_free_survival,
    relapse_free_survival,
    survival_at,
)
from livingdrug.trial import incidence_in_pool, survival_of_pool

MONTH = 30.4375
NAN = np.nan

# Freireich's 6-MP arm (n=21), the textbook example: S(6)=0.857, S(10)=0.753, S(23)=0.448, median 23.
WEEKS = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35.0])
RELAPSED = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0.0])


@pytest.mark.parametrize(
    ("week", "percent"), [(5.9, 100), (6, 85.71), (10, 75.29), (22.9, 53.78), (23, 44.82), (35, 44.82)]
)
def test_kaplan_meier_gives_the_textbook_values(week, percent):
    assert survival_at(fit_curves(WEEKS[None], RELAPSED[None]), week)[0] == pytest.approx(percent, abs=0.005)
    found = kaplan_meier(TimeToEvent(WEEKS, RELAPSED), (week,))[0]
    assert found.value == pytest.approx(percent, abs=0.005)


def test_the_textbook_interval_at_10_weeks_is_that_on_the_log_log_scale():
    found = kaplan_meier(TimeToEvent(WEEKS, RELAPSED), (10.0,))[0]
    # Greenwood's sum: 3/(21*18) + 1/(17*16) + 1/(15*14)
    error = np.sqrt(3 / (21 * 18) + 1 / (17 * 16) + 1 / (15 * 14)) / -np.log(found.value / 100)
    middle = np.log(-np.log(found.value / 100))
    assert found.low == pytest.approx(100 * np.exp(-np.exp(middle + 1.959964 * error)), rel=1e-5)
    assert found.high == pytest.approx(100 * np.exp(-np.exp(middle - 1.959964 * error)), rel=1e-5)


def test_the_textbook_median_is_23_weeks():
    assert median_survival(fit_curves(WEEKS[None], RELAPSED[None]))[0] == 23
    found = kaplan_meier_median(TimeToEvent(WEEKS, RELAPSED))
    assert (found.value, found.low, found.high) == (23, 13, np.inf)


def test_a_median_that_is_never_reached_is_infinite():
    assert median_survival(fit_curves(WEEKS[None], np.zeros((1, 21))))[0] == np.inf


def test_each_trial_has_its_own_curve():
    months, event = np.array([[1.0, 2, 3, 4], [2.0, 2, 2, 2]]), np.array([[1, 1, 0, 0], [1, 1, 1, 0.0]])
    curves = fit_curves(months, event)
    assert survival_at(curves, 2.0) == pytest.approx([50, 25])
    assert survival_at(curves, 0.0).tolist() == [100, 100]
    assert median_survival(curves).tolist() == [2, 2]


def test_the_hazard_ratio_of_two_exponential_groups_is_found():
    rng = np.random.default_rng(6)
    group = np.tile(np.arange(2.0), 400)[None]
    months = rng.exponential(np.where(group == 1, 5.0, 10.0))
    assert hazard_ratios(group, months, np.ones((1, 800)))[0] == pytest.approx(2, rel=0.15)


@pytest.mark.parametrize(
    ("covariate", "event"),
    [
        (np.arange(10.0), np.zeros(10)),
        (np.arange(10.0), np.r_[np.zeros(5), np.ones(5)]),
        (np.ones(10), np.ones(10)),
    ],
    ids=["no events", "separated", "constant"],
)
def test_a_trial_whose_regression_does_not_converge_has_no_hazard_ratio(covariate, event):
    months = 101 - 10 * np.arange(10.0)
    assert np.isnan(hazard_ratios(covariate[None], months[None], event[None])[0])


def test_cumulative_incidence_without_censoring_is_the_share_and_repeats():
    months, cause = np.array([1.0, 2, 2, 3, 4, 5]), np.array([1, 2, 1, 1, 2, 1])
    first = cumulative_incidence(months, cause, 1, (0.5, 3.5), seed=1)
    assert first[0].value == 0
    assert first[1].value == pytest.approx(50, abs=0.01)
    assert first[1].low < 50 < first[1].high
    again = cumulative_incidence(months, cause, 1, (0.5, 3.5), seed=1)
    np.testing.assert_equal([astuple(x) for x in again], [astuple(x) for x in first])


def test_a_cause_that_was_never_seen_has_no_interval():
    found = cumulative_incidence(np.array([1.0, 2]), np.array([1, 2]), 9, (3.5,), seed=1)[0]
    assert found.value == 0
    assert np.isnan(found.low)


def test_estimating_incidence_leaves_the_global_generator_as_it_was():
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    cumulative_incidence(np.array([1.0, 1, 2]), np.array([1, 2, 1]), 1, (3.5,), seed=1)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_competing_incidences_never_pass_all_patients():
    pool = lively_pool(0, 400)
    found = {item.name: item.percent[0].value for item in incidence_in_pool(pool, 1, at_months=(18.0,))}
    after_response = [value for name, value in found.items() if name.endswith("responders")]
    after_infusion = [value for name, value in found.items() if name.endswith("infused")]
    assert (len(after_response), len(after_infusion)) == (4, 2)
    assert 0 < sum(after_response) <= 100
    assert 0 < sum(after_infusion) <= 100


def test_survival_of_the_pool_falls_and_lies_in_its_interval():
    for item in survival_of_pool(lively_pool(0, 400)):
        told = [found for found in item.percent if not np.isnan(found.value)]
        assert len(told) > 1
        values = [found.value for found in told]
        assert values == sorted(values, reverse=True)
        assert all(found.low < found.value < found.high for found in told)


def test_a_pool_without_infused_patients_has_no_estimates():
    nobody = quiet_pool(5, infused=np.zeros(5, dtype=bool))
    assert survival_of_pool(nobody) == ()
    assert incidence_in_pool(nobody, seed=1) == ()


def test_without_an_event_the_last_assessment_censors_disease_and_not_survival():
    response = np.full((2, 6), 1, dtype=np.int8)
    response[1, 2:] = -1  # not assessed after month 3
    record = quiet_pool(2, response=response, first_response_day=np.full(2, 30.0))
    pfs, rfs = progression_free_survival(record), relapse_free_survival(record)
    np.testing.assert_allclose(pfs.months, [24, 3])
    np.testing.assert_allclose(rfs.months * MONTH, [24 * MONTH - 30, 3 * MONTH - 30])
    assert pfs.event.tolist() == rfs.event.tolist() == [0, 0]
    np.testing.assert_allclose(overall_survival(record).months * MONTH, [2000, 2000])


def test_clocks_events_and_censoring_are_as_defined():
    record = quiet_pool(
        4,
        first_response_day=np.array([30, 30, NAN, 30.0]),
        progression_day=np.array([90, NAN, 30, NAN]),
        next_therapy_day=np.array([100, 120, NAN, NAN]),
        death_day=np.array([400, 300, NAN, 200.0]),
        followed_until_day=np.array([400, 300, 700, 200.0]),
    )
    os, pfs, rfs = overall_survival(record), progression_free_survival(record), relapse_free_survival(record)
    np.testing.assert_allclose(os.months * MONTH, [400, 300, 700, 200])
    assert os.event.tolist() == [1, 1, 0, 1]
    np.testing.assert_allclose(pfs.months * MONTH, [90, 3 * MONTH, 30, 200])
    assert pfs.event.tolist() == [1, 0, 1, 1]
    np.testing.assert_allclose(rfs.months[[0, 1, 3]] * MONTH, [60, 3 * MONTH - 30, 170])
    assert rfs.event[[0, 1, 3]].tolist() == [1, 0, 1]


def test_nothing_after_the_cut_is_known():
    record = quiet_pool(
        3,
        first_response_day=np.array([30, 30, 30.0]),
        complete_response_day=np.array([90, 90, 90.0]),
        death_day=np.array([100, 100, 100.0]),
        followed_until_day=np.array([100, 100, 100.0]),
    )
    seen = as_of(record, np.array([95.0, 50.0, -3.0]))
    assert seen.infused.tolist() == [True, True, False]
    assert np.isnan(seen.death_day).all()
    assert np.isnan(seen.complete_response_day).tolist() == [False, True, True]
    assert seen.followed_until_day.tolist() == [95, 50, -3]
    assert (seen.response[1, VISITS > 50] == -1).all()
    assert np.isnan(seen.sampling_day[1, -1])


def test_a_response_seen_after_next_therapy_is_not_a_response_at_the_landmark():
    record = quiet_pool(
        3, next_therapy_day=np.array([NAN, 60, 200.0]), response=np.zeros((3, 6), dtype=np.int8)
    )
    assert response_at(seen(record), 3, (0,)).tolist() == [True, False, True]


def test_best_response_counts_the_unassessed_as_no_response():
    record = quiet_pool(
        4,
        first_response_day=np.array([30, 30, NAN, NAN]),
        complete_response_day=np.array([60, NAN, NAN, NAN]),
    )
    assert figure("best_orr_40m", record) == 50
    assert figure("best_cr_40m", record) == 25
    assert figure("best_pr_14m", record) == 25


def test_the_set_of_an_early_cut_was_infused_three_months_before_it():
    record = quiet_pool(4, first_response_day=np.full(4, 30.0))
    since = np.array([91.0, 92.0, 500.0, -3.0])
    observed = OBSERVERS["best_pr_14m"](Snapshot(record, CONDUCT, since), NAN)
    assert observed.members.tolist() == [False, True, True, False]


def test_conversion_looks_only_at_those_whose_first_response_was_partial():
    record = quiet_pool(
        4, first_response_day=np.full(4, 30.0), complete_response_day=np.array([30, 90, NAN, NAN])
    )
    assert figure("pr_to_cr", record) == pytest.approx(100 / 3)


def test_an_unassessable_grade_is_left_out_and_never_counted_as_none():
    record = quiet_pool(4, crs_penn=np.array([0, 2, 4, -1], dtype=np.int8))
    assert figure("crs_any_penn", record) == pytest.approx(200 / 3)
    assert figure("crs_grade_4_penn", record) == pytest.approx(100 / 3)


def test_regrading_counts_same_lower_and_higher_among_those_with_crs():
    record = quiet_pool(
        5, crs_penn=np.array([0, 2, 2, 2, 3], dtype=np.int8), crs_lee=np.array([1, 2, 1, 3, 3], dtype=np.int8)
    )
    assert [figure(f"crs_lee_{way}", record) for way in ("same", "lower", "higher")] == [2, 1, 1]
    assert figure("crs_count_lee", record) == 5


def test_the_month_3_row_is_of_those_still_low_at_day_28():
    record = quiet_pool(
        4,
        thrombocytopenia_grade_day28=np.array([4, 3, 1, -1], dtype=np.int8),
        thrombocytopenia_grade_month3=np.array([3, 1, 3, 3], dtype=np.int8),
    )
    assert figure("thrombocytopenia_month_3", record) == 50


def test_early_deaths_are_those_up_to_day_30():
    record = quiet_pool(3, death_day=np.array([30.0, 30.5, NAN]))
    assert figure("deaths_30_days", record) == 1


def test_statistics_skip_the_unknown_and_give_nan_when_nothing_is_known():
    values = np.array([[1, 4, NAN, 2], [NAN, NAN, NAN, NAN]])
    np.testing.assert_array_equal(statistics.median(values), [2, NAN])
    np.testing.assert_array_equal(statistics.maximum(values), [4, NAN])
    np.testing.assert_allclose(statistics.geometric_mean(values), [2, NAN])
    np.testing.assert_allclose(statistics.geometric_cv(values)[0], 100 * np.sqrt(np.expm1(np.log(2) ** 2)))
    np.testing.assert_array_equal(statistics.percent(np.array([[1, 0, NAN, NAN]])), [50])


def test_the_median_of_an_even_number_is_the_mean_of_the_middle_two():
    assert statistics.median(np.array([[4.0, 1, 3, 2]]))[0] == 2.5


@pytest.mark.parametrize("key", OBSERVERS)
def test_every_definition_gives_a_figure_on_a_lively_pool(key):
    assert not np.isnan(figure(key, lively_pool(0, 300), 3.0 if key.endswith("_by_mrd") else 12.0))
