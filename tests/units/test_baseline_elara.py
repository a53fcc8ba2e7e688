"""ELARA: patients, plan and losses look like those published; tolerances are four standard errors."""

import dataclasses
import math

import numpy as np
import pytest
from tests.early_stages import until_infusion

from livingdrug.course import run_course
from livingdrug.course.stopping import StopReason
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition
from livingdrug.patients import Histology, Indication, sample_patients
from livingdrug.trial import load_design, read_targets, select_targets

N = 4000
DESIGN = load_design("elara")


@pytest.fixture(scope="module")
def early():
    return until_infusion(DESIGN, N, seed=5)


def four_errors_of_share(share, n=N):
    return 4 * math.sqrt(share * (1 - share) / n)


def four_errors_of_median(log_values):
    return 4 * math.sqrt(math.pi / 2) * np.std(log_values) / math.sqrt(len(log_values))


def test_elara_comes_with_the_package():
    assert (DESIGN.n_enrolled, DESIGN.n_infused) == (98, 97)
    assert DESIGN.cuts_months == {
        "primary_2021": 16.6,
        "us_label_2022": 12.0,
        "update_2022": 29.0,
        "final_2025": 61.0,
    }
    assert DESIGN.plan.exclude_by_trial == "elara"


def test_elara_is_held_against_its_own_rows_and_the_labels_follicular_kinetics():
    rows = select_targets(read_targets(), DESIGN.compare)
    assert {(row.study, row.population) for row in rows} == {
        ("ELARA", "FL 3L+"),
        ("EU label kinetics", "FL"),
        ("US label kinetics", "FL"),
    }


def test_everybody_has_follicular_lymphoma_of_a_grade_that_the_trial_took(early):
    assert (early.patients.indication == Indication.FL).all()
    assert (early.patients.histology == Histology.FOLLICULAR_1_3A).all()


@pytest.mark.parametrize(
    ("column", "published"),
    [("sex", 64 / 97), ("refractory", 75 / 96), ("prior_autologous_transplant", 36 / 97)],
)
def test_shares_are_those_published(early, column, published):
    share = (getattr(early.patients, column) == 1).mean()
    assert share == pytest.approx(published, abs=four_errors_of_share(published) + 0.005)  # printed rounded


def test_age_has_the_published_mean_and_spread(early):
    age = early.patients.age_years
    assert age.mean() == pytest.approx(56.5, abs=4 * 10.4 / math.sqrt(N))
    assert age.std() == pytest.approx(10.4, abs=4 * 10.4 / math.sqrt(2 * N))
    assert age.min() >= 18


def test_lines_have_the_published_median_and_a_quarter_had_two(early):
    lines = early.patients.prior_lines
    assert np.median(lines) == 4
    assert lines.min() == 2
    assert (lines == 2).mean() == pytest.approx(0.25, abs=four_errors_of_share(0.25))


def test_a_fifth_has_a_metabolic_volume_above_510_ml(early):
    high = (early.patients.tumour_volume_ml > 510).mean()
    assert high == pytest.approx(0.21, abs=four_errors_of_share(0.21))


def test_everybody_meets_the_label_and_the_public_criteria_of_the_trial(early):
    assert (early.eligibility.eligible == 1).all()
    assert (early.eligibility.trial == 1).all()


def test_limits_of_organ_function_are_not_applied_since_they_are_not_public(early):
    codes = " ".join(early.eligibility.criterion_codes).lower()
    for column in ("performance_ecog", "alt_x_uln", "bilirubin", "lvef", "anc_e9_per_l", "platelets"):
        assert column not in codes


def test_one_in_98_is_lost_before_infusion_and_hardly_anybody_to_manufacture(early):
    infused = early.infusion.infused.mean()
    assert infused == pytest.approx(97 / 98, abs=four_errors_of_share(1 / 98))
    failed = np.isin(
        early.infusion.stop_reason, [StopReason.MANUFACTURING_FAILED, StopReason.OUT_OF_SPECIFICATION]
    )
    assert failed.mean() < 1 - 0.05 ** (1 / 98)  # no failure in 98 is likely


def test_the_dose_is_that_given_in_the_trial(early):
    dose = early.infusion.dose_cells[early.infusion.infused]
    assert np.log(np.median(dose)) == pytest.approx(math.log(2.06e8), abs=four_errors_of_median(np.log(dose)))
    assert dose.min() >= 1e7
    assert np.quantile(dose, 0.98) == pytest.approx(6e8, rel=4 * 0.03)  # the measured dose scatters by 3%


def test_the_wait_from_enrolment_to_infusion_is_that_of_the_trial(early):
    days = early.infusion.infusion_day_from_enrolment[early.infusion.infused]
    assert np.log(np.median(days)) == pytest.approx(math.log(46), abs=four_errors_of_median(np.log(days)))


def test_bridging_and_outpatient_infusion_are_put_in_at_their_rates(early):
    infused = early.infusion.infused
    bridged = early.manufacturing.bridged[early.manufacturing.reached]
    assert bridged.mean() == pytest.approx(0.47, abs=four_errors_of_share(0.47))
    assert early.infusion.outpatient[infused].mean() == pytest.approx(
        17 / 97, abs=four_errors_of_share(0.175)
    )


def test_lymphodepletion_is_flu_cy_or_bendamustine_two_to_six_days_before(early):
    given = early.lymphodepletion.given
    flu = early.lymphodepletion.fludarabine_mg_per_m2_total[given]
    bendamustine = early.lymphodepletion.bendamustine_mg_per_m2_total[given]
    assert set(zip(flu.tolist(), bendamustine.tolist(), strict=True)) == {(75.0, 0.0), (0.0, 180.0)}
    assert set(early.lymphodepletion.end_day[given].tolist()) == {-2.0, -3.0, -4.0, -5.0, -6.0}


def test_the_course_runs_through_to_a_first_response():
    rules, draws = load_edition(), Draws(3, 0, 12)
    plan = dataclasses.replace(DESIGN.plan, horizon_months=4.0, visit_months=(3.0,))
    course = run_course(sample_patients("elara", draws, rules), plan, rules, draws)
    assert course.infusion.infused.any()
    assert (course.in_vivo.response[course.infusion.infused] >= 0).any()
