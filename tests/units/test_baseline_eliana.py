"""ELIANA as it is put in: who is enrolled, what the design states, and how many are lost before infusion."""

import numpy as np
import pytest

from livingdrug.bedside.lymphodepletion import Regimen
from livingdrug.course.s1_eligibility import assess_eligibility
from livingdrug.course.s2_leukapheresis import collect_cells
from livingdrug.course.s3_manufacturing import manufacture
from livingdrug.course.s4_lymphodepletion import lymphodeplete
from livingdrug.course.s5_infusion import infuse
from livingdrug.course.stopping import StopReason
from livingdrug.draws import Draws
from livingdrug.endpoints import read_definitions
from livingdrug.evidence import load_edition
from livingdrug.patients import Indication, Sex, sample_patients
from livingdrug.trial import load_design
from livingdrug.trial.targets import read_targets, select_targets

N = 2000
RULES = load_edition("us_2025_06")
DRAWS = Draws(1, 0, N)
DESIGN = load_design("eliana")
PATIENTS = sample_patients("eliana", DRAWS, RULES)


@pytest.fixture(scope="module")
def treated():
    plan = DESIGN.plan
    screened = assess_eligibility(PATIENTS, plan, RULES)
    collected = collect_cells(PATIENTS, screened.eligible == 1, plan, RULES, DRAWS, screened.stop_reason)
    made = manufacture(PATIENTS, collected, plan, RULES, DRAWS)
    prepared = lymphodeplete(PATIENTS, made, plan, RULES, DRAWS)
    infused = infuse(PATIENTS, collected, made, prepared, plan, RULES, DRAWS)
    return screened, made, prepared, infused


@pytest.mark.parametrize(
    ("column", "median"), [("age_years", 11), ("weight_kg", 39), ("marrow_blasts_percent", 74)]
)
def test_the_middle_patient_is_the_published_one(column, median):
    """The share above the published median is one half, within four of its standard errors."""
    above = np.mean(getattr(PATIENTS, column) > median)
    assert abs(above - 0.5) < 4 * 0.5 / np.sqrt(N)


def test_lines_sex_and_transplants_are_as_published():
    assert np.median(PATIENTS.prior_lines) == 3
    assert PATIENTS.prior_lines.min() == 1
    assert PATIENTS.prior_lines.max() == 8
    for share, published in (
        (np.mean(PATIENTS.prior_allogeneic_transplant == 1), 0.61),
        (np.mean(PATIENTS.sex == Sex.FEMALE), 0.5),
    ):
        assert abs(share - published) < 4 * np.sqrt(published * (1 - published) / N)


def test_everyone_is_within_the_published_ranges():
    assert ((PATIENTS.age_years >= 3) & (PATIENTS.age_years < 24)).all()
    assert ((PATIENTS.weight_kg >= 14) & (PATIENTS.weight_kg <= 140)).all()
    assert ((PATIENTS.marrow_blasts_percent >= 5) & (PATIENTS.marrow_blasts_percent <= 99)).all()
    assert (PATIENTS.indication == Indication.ALL).all()


def test_size_goes_with_age():
    young = (PATIENTS.age_years >= 5) & (PATIENTS.age_years < 6)
    grown = PATIENTS.age_years >= 20
    assert PATIENTS.weight_kg[young].max() < 50
    assert 17 < np.median(PATIENTS.weight_kg[young]) < 26
    assert PATIENTS.height_cm[young].max() < 135
    assert np.median(PATIENTS.height_cm[grown]) > 165
    index = PATIENTS.weight_kg / (PATIENTS.height_cm / 100) ** 2
    assert index.min() > 10
    assert np.quantile(index, 0.99) < 40


def test_leukaemia_has_blasts_and_neither_volume_nor_lesion():
    assert np.isnan(PATIENTS.tumour_volume_ml).all()
    assert np.isnan(PATIENTS.sum_product_diameters_cm2).all()
    assert (PATIENTS.cd19_positive == 1).all()
    assert np.isnan(PATIENTS.performance_ecog).all()
    assert (PATIENTS.performance_karnofsky >= 50).all()


def test_the_months_since_a_transplant_are_known_of_those_who_had_one():
    had_one = PATIENTS.prior_allogeneic_transplant == 1
    assert np.array_equal(~np.isnan(PATIENTS.months_since_allogeneic_transplant), had_one)
    assert (PATIENTS.months_since_allogeneic_transplant[had_one] >= 6).all()


def test_creatinine_is_that_of_a_child():
    small = PATIENTS.age_years < 6
    assert np.median(PATIENTS.creatinine_mg_per_dl[small]) < 0.45
    assert PATIENTS.creatinine_mg_per_dl.max() < 1.5


def test_only_girls_and_women_old_enough_are_tested_for_pregnancy():
    tested = PATIENTS.could_be_pregnant == 1
    assert np.array_equal(tested, (PATIENTS.sex == Sex.FEMALE) & (PATIENTS.age_years >= 12))


def test_the_label_and_the_trial_admit_everyone(treated):
    screened, *_ = treated
    assert (screened.eligible == 1).all()


def test_the_design_loads_with_its_cuts_and_rows():
    assert (DESIGN.n_enrolled, DESIGN.n_infused) == (97, 79)
    months = list(DESIGN.cuts_months.values())
    assert months == sorted(months)
    assert {"label_2017", "primary_2017", "update_2018", "digitised_2018", "final_2022"} <= set(
        DESIGN.cuts_months
    )
    rows = select_targets(read_targets(), DESIGN.compare)
    assert {row.study for row in rows} == {wanted.study for wanted in DESIGN.compare}
    named = {row.definition for row in rows if row.definition}
    cuts = {definition.cut for key, definition in read_definitions().items() if key in named}
    assert cuts - {""} <= set(DESIGN.cuts_months)


def near(count, published, of):
    """Within four standard errors of the published count and of the simulated share."""
    share = published / of
    return abs(count / N - share) < 4 * np.sqrt(share * (1 - share) * (1 / of + 1 / N))


def close(count, published, of):
    """Within four standard errors of the simulated share alone: a rate that is put in."""
    share = published / of
    return abs(count / N - share) < 4 * np.sqrt(share * (1 - share) / N)


def test_as_many_are_lost_before_infusion_as_in_the_trial(treated):
    *_, infused = treated
    count = {reason: int(np.sum(infused.stop_reason == reason)) for reason in StopReason}
    product = (
        StopReason.MANUFACTURING_FAILED,
        StopReason.OUT_OF_SPECIFICATION,
        StopReason.COLLECTION_FAILED,
    )
    patient = (StopReason.DIED_BEFORE_INFUSION, StopReason.ADVERSE_EVENT_BEFORE_INFUSION)
    assert close(infused.infused.sum(), 79, 97)
    assert close(sum(count[reason] for reason in product), 8, 97)
    assert close(sum(count[reason] for reason in patient), 10, 97)
    assert count[StopReason.COLLECTION_FAILED] < 0.01 * N


def test_doses_lie_in_the_bands_by_weight(treated):
    _, _, _, infused = treated
    given = infused.infused
    light = given & (PATIENTS.weight_kg <= 50)
    heavy = given & (PATIENTS.weight_kg > 50)
    per_kg = infused.dose_cells / PATIENTS.weight_kg
    assert 2.8e6 < np.median(per_kg[light]) < 3.8e6
    assert per_kg[light].max() < 5.6e6
    assert per_kg[light].min() > 0.19e6
    assert 1.6e8 < np.median(infused.dose_cells[heavy]) < 2.1e8
    assert infused.dose_cells[heavy].max() < 2.9e8
    assert infused.dose_cells[heavy].min() > 0.099e8


def test_the_wait_from_enrolment_to_infusion_is_the_published_one(treated):
    *_, infused = treated
    days = infused.infusion_day_from_enrolment[infused.infused]
    assert abs(np.median(days) - 45) < 3
    assert np.quantile(days, 0.01) > 28
    assert 75 < np.quantile(days, 0.99) < 130


def test_nearly_all_receive_fludarabine_and_the_alternative_exists(treated):
    _, _, prepared, infused = treated
    regimen = prepared.regimen[infused.infused]
    assert near(np.mean(regimen != Regimen.NONE) * N, 76, 79)
    assert np.mean(regimen == Regimen.FLUDARABINE_CYCLOPHOSPHAMIDE) > 0.93
    alternative = prepared.regimen == Regimen.CYTARABINE_ETOPOSIDE
    assert 0 < alternative.sum() < 0.04 * N
    assert not prepared.alternative_not_stated.any()
    given = prepared.regimen == Regimen.FLUDARABINE_CYCLOPHOSPHAMIDE
    assert (prepared.fludarabine_mg_per_m2_total[given] == 120).all()
    assert (prepared.cyclophosphamide_mg_per_m2_total[given] == 1000).all()


def test_a_third_have_few_white_cells_before_lymphodepletion(treated):
    _, _, prepared, infused = treated
    low = prepared.white_cells_e9_per_l_before[infused.infused] < 1
    assert near(low.mean() * N, 22, 63)
