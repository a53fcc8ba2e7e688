"""Endpoints of leukaemia on pools of a few patients, against figures worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter, CoxTimeVaryingFitter
from tests.observe import figure, members
from tests.synthetic_pool import SAMPLES, VISITS, quiet_pool

from livingdrug.bedside.response import Response
from livingdrug.course.causes import DeathCause
from livingdrug.endpoints import as_of
from livingdrug.endpoints.regressions import (
    excess_of_geometric_means,
    hazard_ratios_of_change,
    odds_ratios,
)

NAN = np.nan
MONTH = 30.4375
CR, CRI, NO, PD = Response.CR, Response.CRI, Response.NO_RESPONSE, Response.PD


def days(*months):
    return np.array(months) * MONTH


def visits(*rows):
    """Return responses at months 1, 3, 6, 9, 12 and 24; the last one given goes on."""
    return np.array([[*row, *[row[-1]] * (len(VISITS) - len(row))] for row in rows], dtype=np.int8)


REMISSIONS = quiet_pool(5, response=visits([CRI, CR], [CRI, CRI], [NO, NO, CR], [NO], [CR]))


@pytest.mark.parametrize(
    ("key", "percent"), [("all_remission_3_months", 60), ("all_cr_3_months", 40), ("all_cri_3_months", 20)]
)
def test_the_best_of_the_visits_to_month_3_counts_and_a_later_one_does_not(key, percent):
    assert figure(key, REMISSIONS, 3) == percent


def test_a_remission_on_the_next_therapy_does_not_count():
    record = quiet_pool(2, response=visits([NO, CR], [NO, CR]), next_therapy_day=np.array([60.0, NAN]))
    assert figure("all_remission_3_months", record, 3) == 50


def test_residual_disease_is_read_up_to_the_month_among_those_in_remission_by_month_3():
    mrd = np.full((4, 6), -1, dtype=np.int8)
    mrd[0, 0], mrd[1, 0], mrd[1, 1], mrd[2, 1], mrd[3, 0] = 1, 0, 1, 0, 1
    record = quiet_pool(4, response=visits([CR], [CR], [NO, CR], [NO]), mrd_negative=mrd)
    assert members("all_mrd_negative", record, 1) == [True, True, True, False]
    assert figure("all_mrd_negative", record, 1) == 50  # the third was not measured by day 28
    assert figure("all_mrd_negative", record, 3) == pytest.approx(100 * 2 / 3)


# Patient 0 dies at month 2, 1 has no response by month 3, 2 relapses at month 12, 3 is in remission to
# month 24, 4 is transplanted in remission at month 10 and seen last at month 9.
FATES = quiet_pool(
    5,
    response=visits([NO, -1], [NO, NO, -1], [CR, CR, CR, CR, PD], [CR], [CR]),
    first_response_day=np.array([NAN, NAN, *days(1, 1, 1)]),
    complete_response_day=np.array([NAN, NAN, *days(1, 1, 1)]),
    progression_day=np.array([NAN, NAN, *days(12), NAN, NAN]),
    transplant_day=np.array([NAN, NAN, NAN, NAN, *days(10)]),
    death_day=np.array([*days(2), *days(40), *days(30), NAN, *days(20)]),
    followed_until_day=np.array([*days(2), *days(40), *days(30), *days(25), *days(20)]),
    death_cause=np.array([DeathCause.INFECTION, *[DeathCause.DISEASE] * 2, 0, 6], dtype=np.int8),
)


@pytest.mark.parametrize(("month", "percent"), [(1.9, 100), (2, 80), (3, 60), (11, 60), (12, 30), (24, 30)])
def test_event_free_survival_ends_with_death_no_response_by_month_3_or_relapse(month, percent):
    assert figure("eliana_efs_primary", FATES, month) == pytest.approx(percent)


def test_median_event_free_survival_of_all_and_of_responders():
    assert figure("eliana_median_efs", FATES) == pytest.approx(12)
    assert figure("eliana_median_efs_responders", FATES) == pytest.approx(12)
    assert members("eliana_median_efs_responders", FATES) == [False, False, True, True, True]


def test_who_is_lost_before_month_3_without_a_response_is_censored():
    record = quiet_pool(
        2, response=visits([NO, -1], [CR]), first_response_day=np.array([NAN, MONTH]),
        followed_until_day=np.array([50.0, 900]),
    )  # fmt: skip
    assert figure("eliana_efs_primary", record, 12) == 100


def test_transplant_censors_relapse_free_survival_in_one_definition_and_not_in_the_other():
    # from response: relapse after 11 months; transplanted after 9, dead after 19; seen to month 24
    assert figure("eliana_rfs_censored_3_years", FATES, 18) == 50
    assert figure("eliana_rfs_followed_on_3_years", FATES, 18) == pytest.approx(100 * 2 / 3)
    assert figure("eliana_rfs_followed_on_3_years", FATES, 19) == pytest.approx(100 / 3)


def test_what_became_of_the_responses_is_counted_at_the_cut():
    assert figure("eliana_ongoing_remission", FATES) == 1
    assert figure("eliana_relapses_before_other_therapy", FATES) == 1
    assert figure("eliana_deaths_after_relapse", FATES) == 1
    assert figure("eliana_transplant_in_remission", FATES) == pytest.approx(100 / 3)
    earlier = as_of(FATES, np.full(5, 11.5 * MONTH))
    assert figure("eliana_ongoing_remission", earlier) == 2
    assert figure("eliana_relapses_before_other_therapy", earlier) == 0


def test_deaths_by_time_and_cause():
    early = quiet_pool(
        5,
        death_day=np.array([20.0, 29.0, 100, 100, NAN]),
        death_cause=np.array([1, DeathCause.OTHER, 1, DeathCause.INFECTION, 0], dtype=np.int8),
        progression_day=np.array([NAN, NAN, 60, 60, NAN]),
    )
    assert figure("all_deaths", early) == 80
    assert figure("all_deaths_30_days", early) == 40
    assert figure("all_deaths_of_leukaemia", early) == 20
    assert figure("all_deaths_not_of_relapse", early) == 20


def test_aplasia_is_maintained_until_recovery_and_relapse_censors_it():
    record = quiet_pool(
        4,
        first_response_day=np.full(4, 28.0),
        b_cell_aplasia_day=np.array([5.0, 5, 5, NAN]),
        b_cell_recovery_day=np.array([100.0, NAN, NAN, NAN]),
        progression_day=np.array([NAN, 50, NAN, NAN]),
    )
    assert figure("all_b_cell_aplasia", record) == 75
    assert members("eliana_aplasia_maintained", record) == [True, True, True, False]
    assert figure("eliana_aplasia_maintained", record, 6) == 50


def test_relapse_in_aplasia_is_read_before_recovery_and_with_known_antigen():
    record = quiet_pool(
        5,
        first_response_day=np.full(5, 28.0),
        progression_day=np.array([100.0, 100, 100, 100, NAN]),
        relapse_antigen=np.array([0, 1, 0, -1, -1], dtype=np.int8),
        b_cell_aplasia_day=np.full(5, 5.0),
        b_cell_recovery_day=np.array([NAN, 200, 90, NAN, NAN]),
    )
    assert members("all_cd19_negative_in_aplasia", record) == [True, True, False, False, False]
    assert figure("all_cd19_negative_in_aplasia", record) == 50


def exposed(*levels):
    """Return flat transgene profiles: Cmax is the level, AUC0-28d the level times 27.5."""
    return np.array(levels, dtype=float)[:, None] * np.ones(len(SAMPLES))


def test_exposure_of_responders_over_the_others_is_a_ratio_of_geometric_means():
    record = quiet_pool(
        4,
        transgene_copies_per_ug=exposed(100, 400, 50, 200),
        first_response_day=np.array([28.0, 28, NAN, NAN]),
    )
    assert figure("all_cmax_excess", record) == pytest.approx(100)  # 200 against 100
    assert figure("all_auc_excess", record) == pytest.approx(100)
    assert figure("all_cmax_mean_responders", record) == pytest.approx(200)
    assert figure("all_auc_mean_non_responders", record) == pytest.approx(100 * 27.5)
    assert figure("all_persistence", record) == SAMPLES[-1]


def test_the_odds_of_severe_crs_rise_with_each_doubling_of_cmax_as_the_counts_say():
    # at 100 copies 1 of 4 is severe (odds 1/3), at 400 3 of 4 (odds 3): 9 for two doublings, 3 for one
    record = quiet_pool(
        8,
        transgene_copies_per_ug=exposed(*[100] * 4, *[400] * 4),
        crs_penn=np.array([3, 0, 1, 2, 3, 4, 3, 2], dtype=np.int8),
    )
    assert figure("all_or_severe_crs_per_cmax_doubling", record) == pytest.approx(3)


def test_an_odds_ratio_that_does_not_exist_is_not_given():
    x = np.array([[0.0, 0, 1, 1]])
    assert np.isnan(odds_ratios(x, np.array([[0.0, 0, 1, 1]])))[0]
    assert np.isnan(odds_ratios(x, np.zeros((1, 4))))[0]
    assert np.isnan(excess_of_geometric_means(x + 1, np.ones((1, 4))))[0]


def test_a_fixed_covariate_gives_the_ratio_that_lifelines_gives_with_ties():
    rng = np.random.default_rng(4)
    group = np.tile([0.0, 1.0], 60)
    months = np.ceil(rng.exponential(np.where(group == 1, 3.0, 6.0)))
    event = (rng.random(120) < 0.8).astype(float)
    frame = pd.DataFrame({"group": group, "months": months, "event": event})
    expected = CoxPHFitter().fit(frame, "months", "event").hazard_ratios_["group"]
    found = hazard_ratios_of_change(np.where(group == 1, 0.0, np.inf)[None], months[None], event[None])
    assert found[0] == pytest.approx(expected, rel=1e-4)


def test_the_covariate_changes_when_the_patient_does():
    # at month 2 one of four dies, unchanged; at month 4 one of two changed dies, with one unchanged:
    # likelihood 1/(1 r + 3) * r/(2 r + 1), largest where r^2 = 3/2
    change = np.array([[np.inf, 1.0, 3.0, np.inf]])
    months, event = np.array([[2.0, 4, 5, 5]]), np.array([[1.0, 1, 0, 0]])
    assert hazard_ratios_of_change(change, months, event)[0] == pytest.approx(np.sqrt(1.5))


def split_at_change(change, months, event):
    """Return rows from a start to a stop for lifelines, cut where a patient's covariate changes."""
    rows = []
    for i, (turn, end, dies) in enumerate(zip(change, months, event, strict=True)):
        if turn < end:
            if turn > 0:
                rows.append((i, 0.0, turn, 0.0, 0.0))
            rows.append((i, max(turn, 0.0), end, 1.0, dies))
        else:
            rows.append((i, 0.0, end, 0.0, dies))
    return pd.DataFrame(rows, columns=["id", "start", "stop", "changed", "event"])


@pytest.mark.parametrize("seed", range(4))
def test_a_change_in_time_gives_the_ratio_that_lifelines_gives_with_ties(seed):
    rng = np.random.default_rng(seed)
    n = 80
    months = np.ceil(2 * rng.exponential(6.0, n)) / 2
    event = (rng.random(n) < 0.7).astype(float)
    change = np.where(rng.random(n) < 0.6, np.ceil(2 * rng.exponential(4.0, n)) / 2, np.inf)
    change[:5] = 0.0
    frame = split_at_change(change, months, event)
    fitter = CoxTimeVaryingFitter().fit(frame, event_col="event", id_col="id")
    found = hazard_ratios_of_change(change[None], months[None], event[None])
    assert found[0] == pytest.approx(np.exp(fitter.params_["changed"]), rel=1e-3)


def test_a_hazard_ratio_is_infinite_or_none_where_the_data_say_so():
    change, event = np.array([[0.0, 0, np.inf]]), np.array([[1.0, 1, 0]])
    months = np.array([[1.0, 2, 3]])
    assert hazard_ratios_of_change(change, months, event)[0] == np.inf
    assert hazard_ratios_of_change(change, months, np.array([[0.0, 0, 1]]))[0] != np.inf
    assert np.isnan(hazard_ratios_of_change(np.zeros((1, 3)), months, event)[0])
    assert np.isnan(hazard_ratios_of_change(change, months, np.zeros((1, 3)))[0])


def test_relapse_after_a_landmark_leaves_out_who_relapsed_before_or_was_not_measured():
    mrd = np.full((5, 6), -1, dtype=np.int8)
    mrd[:, 1] = [1, 0, 1, -1, 0]
    record = quiet_pool(
        5,
        response=visits([CR], [CR], [CR, PD, -1], [CR], [CR]),
        first_response_day=np.full(5, 28.0),
        progression_day=np.array([*days(6, 9, 2), NAN, NAN]),
        b_cell_recovery_day=np.array([80.0, 100, 20, NAN, 50]),
        mrd_by_sequencing=mrd,
    )
    assert members("all_hr_relapse_by_mrd", record, 3) == [True, True, False, False, True]
    assert members("all_hr_relapse_by_b_cell_recovery", record, 3) == [True, True, False, True, True]
    # events at months 6 (recovered by month 3, at risk 2 and 2) and 9 (not; at risk 1 and 2):
    # likelihood r/(2 r + 2) * 1/(r + 2), largest where r^2 = 2
    assert figure("all_hr_relapse_by_b_cell_recovery", record, 3) == pytest.approx(np.sqrt(2))


def test_recovery_after_the_first_year_is_no_recovery_within_it():
    record = quiet_pool(
        3,
        response=visits([CR, CR, PD, -1], [CR], [CR]),
        first_response_day=np.full(3, 28.0),
        progression_day=np.array([*days(6), NAN, NAN]),
        b_cell_recovery_day=days(2, 13, 3),
    )
    assert figure("all_hr_relapse_after_b_cell_recovery", record) == np.inf  # one unchanged, at risk
    later = quiet_pool(
        2, first_response_day=np.full(2, 28.0), progression_day=np.array([*days(6), NAN]),
        b_cell_recovery_day=days(13, 14), response=visits([CR, CR, PD, -1], [CR]),
    )  # fmt: skip
    assert np.isnan(figure("all_hr_relapse_after_b_cell_recovery", later))


CRS = quiet_pool(
    4,
    crs_penn=np.array([0, 2, 3, 4], dtype=np.int8),
    crs_onset_day=np.array([NAN, 3.0, 2, 1]),
    crs_resolved_day=np.array([NAN, 8.0, 12, NAN]),
    crs_grade4_day=np.array([NAN, NAN, NAN, 5.0]),
    icu=np.array([True, False, True, True]),
    icu_first_day=np.array([9.0, NAN, 4, 6]),
    icu_days=np.array([NAN, NAN, 5.0, 8]),
    fever_days=np.array([NAN, 4.0, 6, 9]),
    n_tocilizumab=np.array([1, 0, 1, 3], dtype=np.int8),
    steroid_given=np.array([False, False, False, True]),
    crs_low_fibrinogen=np.array([False, False, False, True]),
    crs_hypotension_treated=np.array([False, False, True, True]),
)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("crs_onset_of_crs", 2),
        ("crs_onset_to_grade_4", 4),
        ("crs_duration_of_crs", 7.5),
        ("crs_duration_of_severe", 10),
        ("fever_duration_of_crs", 6),
        ("icu_first_day_of_crs", 5),
        ("icu_stay_of_crs", 6.5),
        ("crs_resolved", 200 / 3),
        ("icu_of_crs", 200 / 3),
        ("tocilizumab_of_crs", 200 / 3),
        ("tocilizumab_1_dose_of_crs", 100 / 3),
        ("tocilizumab_2_doses_of_crs", 0),
        ("tocilizumab_3_doses_of_crs", 100 / 3),
        ("steroid_of_crs", 100 / 3),
        ("low_fibrinogen_of_crs", 100 / 3),
        ("hypotension_treated_of_crs", 200 / 3),
    ],
)
def test_the_course_of_crs_is_read_among_those_who_had_it(key, expected):
    assert members(key, CRS) == [False, True, True, True]
    assert figure(key, CRS) == pytest.approx(expected)


def test_the_first_dose_of_each_drug_is_a_median_of_those_who_had_one():
    record = quiet_pool(
        4,
        tocilizumab_first_day=np.array([2.0, 6, 7, NAN]),
        steroid_first_day=np.array([NAN, 7.0, 9, NAN]),
    )
    assert members("first_tocilizumab", record) == [True] * 4
    assert figure("first_tocilizumab", record) == 6
    assert figure("first_corticosteroid", record) == 8


def test_doses_by_the_label_are_of_those_with_crs_as_the_label_counts_it():
    record = quiet_pool(
        5,
        crs_as_fda_penn=np.array([1, 2, 3, 4, 0], dtype=np.int8),
        crs_penn=np.array([0, 2, 3, 4, 0], dtype=np.int8),
        n_tocilizumab=np.array([0, 1, 2, 4, 1], dtype=np.int8),
    )
    assert figure("tocilizumab_of_crs_label", record) == 75
    assert figure("tocilizumab_2_doses_of_crs_label", record) == 25
    assert figure("tocilizumab_3_doses_of_crs_label", record) == 25
    assert figure("tocilizumab_2_doses_of_crs", record) == pytest.approx(100 / 3)


def test_a_relapse_before_aplasia_is_not_one_in_aplasia():
    record = quiet_pool(
        2,
        first_response_day=np.full(2, 28.0),
        progression_day=np.array([60.0, 100]),
        relapse_antigen=np.array([0, 0], dtype=np.int8),
        b_cell_aplasia_day=np.array([91.0, 28]),
        b_cell_recovery_day=np.full(2, NAN),
    )
    assert members("all_cd19_negative_in_aplasia", record) == [False, True]


def test_severe_neurological_events_by_grade_by_crs_and_until_they_are_gone():
    record = quiet_pool(
        5,
        crs_penn=np.array([4, 4, 1, 0, 3], dtype=np.int8),
        icans_grade=np.array([3, 0, 4, 1, 3], dtype=np.int8),
        icans_onset_day=np.array([5.0, NAN, 6, 7, 100]),
        icans_resolved_day=np.array([14.0, NAN, 24, 8, 130]),
    )
    assert figure("neurological_grade_3", record) == 20  # one begins after 8 weeks
    assert figure("neurological_grade_4", record) == 20
    assert figure("neurological_grade_3_given_crs_4", record) == 50
    assert figure("neurological_grade_3_given_crs_0_3", record) == pytest.approx(200 / 3)
    assert figure("neurological_grade_3_gone_by_day_10", record) == pytest.approx(100 / 3)
    assert figure("neurological_grade_3_gone_by_day_18", record) == pytest.approx(200 / 3)


def test_low_igg_counts_where_it_was_measured():
    record = quiet_pool(4, hypogammaglobulinaemia=np.array([1, 0, 0, -1], dtype=np.int8))
    assert figure("hypogammaglobulinaemia", record) == pytest.approx(100 / 3)
