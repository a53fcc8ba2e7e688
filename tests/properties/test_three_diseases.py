"""What differs between the diseases, shown by small runs of the designs and by bodies with the same luck."""

import dataclasses

import numpy as np
import pytest

from livingdrug.bedside.lymphodepletion import Regimen
from livingdrug.bedside.response import Response
from livingdrug.body.construct import read_construct
from livingdrug.body.individual import individual_parameters
from livingdrug.body.known import known_only
from livingdrug.body.system import Parameters
from livingdrug.course import Course, run_course
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition
from livingdrug.patients import Indication, sample_patients
from livingdrug.trial import load_design

RULES = load_edition()


def year_of(design: str, n: int, months: float = 13.0, **columns) -> Course:
    """Run a design's patients for a year; columns replace those drawn."""
    read = load_design(design)
    visits = tuple(month for month in read.plan.visit_months if month < months)
    plan = dataclasses.replace(read.plan, horizon_months=months, visit_months=visits)
    draws = Draws(5, 0, n)
    patients = dataclasses.replace(sample_patients(read.baseline, draws, RULES), **columns)
    return run_course(patients, plan, RULES, draws)


@pytest.fixture(scope="module")
def leukaemia() -> Course:
    return year_of("eliana", 150)


@pytest.fixture(scope="module")
def follicular() -> Course:
    return year_of("elara", 80)


def bodies(indication: Indication, n: int = 300):
    """Return bodies of adults who differ in nothing but the disease."""
    known = known_only(
        indication=np.full(n, indication, dtype=np.int8),
        age_years=np.full(n, 20.0),
        weight_kg=np.full(n, 70.0),
        dose_cells=np.full(n, 2e8),
        fludarabine_auc_mg_h_per_l=np.full(n, 18.0),
        cyclophosphamide_mg_per_m2=np.full(n, 750.0),
        lymphodepletion_start_day=np.full(n, -6.0),
        lymphodepletion_end_day=np.full(n, -3.0),
    )
    return individual_parameters(known, read_construct(RULES), RULES, Draws(1, 0, n))


def test_with_the_same_luck_cells_grow_alike_in_every_disease():
    every = {kind: bodies(kind) for kind in Indication}
    responsive = ~np.any([body.resistant for body in every.values()], axis=0)
    assert responsive.sum() > 50
    of_leukaemia = Parameters(*every[Indication.ALL].parameters)
    for body in every.values():
        p = Parameters(*body.parameters)
        for name in ("growth_per_day", "effector_death_per_day", "exhaustion_per_day", "niche_half_cells"):
            assert (getattr(p, name) == getattr(of_leukaemia, name)).all(), name
        assert (p.lag_days == of_leukaemia.lag_days)[responsive].all()
        assert (body.engrafted_cells == every[Indication.ALL].engrafted_cells).all()


def test_leukaemia_is_seen_in_the_marrow_and_lymphoma_on_the_scan(leukaemia, follicular):
    in_marrow, on_scan = leukaemia.in_vivo.observations, follicular.in_vivo.observations
    assert np.isnan(in_marrow.sum_product_diameters_cm2).all()
    assert not np.isnan(in_marrow.marrow_blasts_percent).all()
    assert not np.isnan(in_marrow.mrd_fraction).all()
    assert np.isnan(on_scan.marrow_blasts_percent).all()
    assert np.isnan(on_scan.mrd_fraction).all()
    assert not np.isnan(on_scan.sum_product_diameters_cm2).all()
    assert set(np.unique(leukaemia.in_vivo.response)) <= {
        -1,
        0,
        Response.PD,
        Response.CRI,
        Response.NO_RESPONSE,
    }
    assert not np.isin(follicular.in_vivo.response, (Response.CRI, Response.NO_RESPONSE)).any()


def test_most_relapses_of_leukaemia_have_lost_cd19_while_b_cells_are_still_gone(leukaemia):
    out = leukaemia.outcomes
    known = out.relapse_antigen >= 0
    negative = out.relapse_antigen == 0
    assert negative.sum() > known.sum() / 2
    in_aplasia = ~(out.b_cell_recovery_day <= out.progression_day)
    assert in_aplasia[negative].mean() > 0.5


def test_transplant_comes_in_remission_of_leukaemia_and_never_in_follicular_lymphoma(leukaemia, follicular):
    out = leukaemia.outcomes
    transplanted = ~np.isnan(out.transplant_day)
    assert transplanted.any()
    assert out.transplant_in_response[transplanted].all()
    assert np.isnan(follicular.outcomes.transplant_day).all()


def test_follicular_lymphoma_grows_slowest_untreated(leukaemia, follicular):
    slow, fast = (np.median(course.manufacturing.growth_per_day) for course in (follicular, leukaemia))
    large = np.median(year_of("juliet", 60, months=1.5).manufacturing.growth_per_day)
    assert slow < min(large, fast) / 4


def test_outpatients_enter_hospital_later_if_at_all(follicular):
    given = follicular.infusion.infused
    outside = given & follicular.infusion.outpatient
    first = follicular.toxicity.hospital_first_day
    assert outside.any()
    assert not (first[outside] == 0).all()
    assert (first[given & ~outside] == 0).all()


def test_bridging_is_as_common_as_each_design_says(leukaemia, follicular):
    for course, share in ((leukaemia, 0.87), (follicular, 0.47)):
        made = course.manufacturing
        error = 4 * np.sqrt(share * (1 - share) / made.reached.sum())
        assert abs(made.bridged[made.reached].mean() - share) < error


def test_cytarabine_and_etoposide_take_the_place_of_flu_cy_and_cells_expand_less(leukaemia):
    n, short = 40, 1.5
    usual = year_of("eliana", n, months=short, cyclophosphamide_resistant=np.zeros(n, dtype=np.int8))
    other = year_of("eliana", n, months=short, cyclophosphamide_resistant=np.ones(n, dtype=np.int8))
    given = other.lymphodepletion.given
    assert (other.lymphodepletion.regimen[given] == Regimen.CYTARABINE_ETOPOSIDE).all()
    assert (other.lymphodepletion.fludarabine_auc_mg_h_per_l == 0).all()
    both = given & usual.infusion.infused & other.infusion.infused
    peaks = [
        np.nanmax(course.in_vivo.observations.transgene_copies_per_ug[both], axis=1)
        for course in (usual, other)
    ]
    assert 0.1 < np.median(peaks[1]) / np.median(peaks[0]) < 1
