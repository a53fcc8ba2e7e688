"""Endpoints of follicular lymphoma on pools of a few patients, against figures worked out by hand."""

import numpy as np
import pytest
from tests.observe import figure, members
from tests.synthetic_pool import SAMPLES, quiet_pool

from livingdrug.bedside.response import Response

NAN = np.nan
MONTH = 30.4375
CR, PR, SD, PD = Response.CR, Response.PR, Response.SD, Response.PD

# Four are leukapheresed and three infused: one in CR that is lost at month 12, one in PR that is lost at
# month 6, one without a response.
POOL = quiet_pool(
    4,
    infused=np.array([True, True, True, False]),
    response=np.array(
        [[CR, CR, CR, CR, PD, -1], [PR, PR, PD, -1, -1, -1], [SD] * 6, [-1] * 6], dtype=np.int8
    ),
    first_response_day=np.array([1, 1, NAN, NAN]) * MONTH,
    complete_response_day=np.array([1, NAN, NAN, NAN]) * MONTH,
    progression_day=np.array([12, 6, NAN, NAN]) * MONTH,
)


def test_response_is_of_the_infused_or_of_all_leukapheresed():
    assert figure("elara_best_orr", POOL) == pytest.approx(200 / 3)
    assert figure("elara_best_cr", POOL) == pytest.approx(100 / 3)
    assert members("elara_cr_of_leukapheresed", POOL) == [True] * 4
    assert figure("elara_cr_of_leukapheresed", POOL) == 25


@pytest.mark.parametrize(("month", "percent"), [(4.9, 100), (5, 50), (10.9, 50), (11, 0)])
def test_duration_of_response_runs_from_the_first_response(month, percent):
    assert figure("elara_duration_of_response", POOL, month) == percent


def test_duration_of_complete_response_is_of_complete_responders():
    assert members("elara_duration_of_complete_response", POOL) == [True, False, False, False]
    assert figure("elara_duration_of_complete_response", POOL, 10) == 100


def test_crs_by_lee_and_its_treatment_by_the_label():
    record = quiet_pool(
        5,
        crs_lee=np.array([0, 1, 2, 3, -1], dtype=np.int8),
        crs_as_fda_penn=np.array([1, 1, 2, 3, 0], dtype=np.int8),
        n_tocilizumab=np.array([0, 0, 1, 2, 0], dtype=np.int8),
        steroid_given=np.array([False, True, False, True, False]),
    )
    assert figure("crs_any_lee", record) == 75  # the last could not be graded
    assert figure("crs_grade_3_lee", record) == 25
    assert figure("tocilizumab_of_crs_label", record) == 50
    assert figure("tocilizumab_and_steroid_of_crs_label", record) == 25


def test_neurological_events_in_the_wide_sense_and_icans_in_the_first_8_weeks():
    record = quiet_pool(
        4,
        icans_grade=np.array([0, 3, 1, 0], dtype=np.int8),
        icans_onset_day=np.array([NAN, 6, 5, NAN]),
        neurological_event_grade=np.array([1, 3, 1, 0], dtype=np.int8),
        neurological_onset_day=np.array([80.0, 6, 5, NAN]),
        neurological_resolved_day=np.array([90.0, 26, 8, NAN]),
    )
    assert figure("neurological_wide_8_weeks", record) == 50  # the first begins on day 80
    assert figure("neurotoxicity_fda", record) == 75
    assert figure("neurological_wide_grade_3_8_weeks", record) == 25
    assert figure("neurotoxicity_grade_3_fda", record) == 25
    assert figure("neurotoxicity_duration_fda", record) == 10
    assert figure("icans_grade_3_8_weeks", record) == 25


def test_hospital_stays_are_told_apart_by_where_the_infusion_was_given():
    record = quiet_pool(
        6,
        infused=np.array([True] * 5 + [False]),
        outpatient=np.array([True, True, True, False, False, True]),
        hospital_first_day=np.array([NAN, 3, 4, 0, 0, NAN]),
        hospital_days=np.array([0.0, 3, 7, 12, 20, NAN]),
    )
    assert figure("outpatient_infusion", record) == 60
    assert figure("outpatients_never_in_hospital", record) == pytest.approx(100 / 3)
    assert figure("hospital_days_of_outpatients", record) == 5
    assert figure("hospital_days_of_inpatients", record) == 16


def test_exposure_is_told_apart_by_response():
    record = quiet_pool(
        4,
        transgene_copies_per_ug=np.array([100.0, 400, 50, 200])[:, None] * np.ones(len(SAMPLES)),
        first_response_day=np.array([28.0, 28, NAN, NAN]),
    )
    assert figure("fl_cmax_mean_responders", record) == pytest.approx(200)
    assert figure("fl_cmax_mean_non_responders", record) == pytest.approx(100)
    # variance of the two logarithms: (log 4)^2 / 2
    assert figure("fl_cmax_cv_responders", record) == pytest.approx(
        100 * np.sqrt(np.expm1(np.log(4) ** 2 / 2))
    )
    assert figure("fl_tlast_responders", record) == SAMPLES[-1]
