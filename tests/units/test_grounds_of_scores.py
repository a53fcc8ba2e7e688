"""What the grades of hyperinflammation, lysis, reactions and response say they rest on."""

import dataclasses

import numpy as np
import pytest

from livingdrug.bedside import hypersensitivity, iec_hs, lugano, remission, sepsis, tumour_lysis
from livingdrug.bedside.answers import Verdict
from livingdrug.bedside.grounds import decided_by_unverified, explain_grade
from livingdrug.evidence import load_edition
from livingdrug.observations import observations_with

RULES = load_edition()
GROUNDED = [
    (iec_hs.GROUNDS, iec_hs.IecHsCriterion, (iec_hs.IecHsCourse,)),
    (hypersensitivity.GROUNDS, hypersensitivity.ReactionCriterion, (hypersensitivity.Reaction,)),
    (sepsis.GROUNDS, sepsis.SepsisCriterion, (sepsis.BloodCulture,)),
    (tumour_lysis.GROUNDS, tumour_lysis.TumourLysisCriterion, (tumour_lysis.LysisFindings,)),
    (remission.GROUNDS, remission.RemissionCriterion, (remission.LeukaemiaFindings,)),
    (lugano.GROUNDS, lugano.LuganoCriterion, (lugano.PetFindings, lugano.OtherSites)),
]


@pytest.mark.parametrize(
    ("grounds", "criteria", "records"), GROUNDED, ids=lambda x: getattr(x, "__name__", "")
)
def test_every_criterion_has_a_ground_of_inputs_and_limits_that_exist(grounds, criteria, records):
    assert set(grounds) == set(criteria)
    fields = {field.name for record in records for field in dataclasses.fields(record)}
    for ground in grounds.values():
        assert ground.text
        assert set(ground.inputs) <= fields
        for key in ground.keys:
            assert RULES.sourced(key).value is not None


def flags(value, n=1):
    return np.full(n, value, dtype=np.int8)


def test_a_grade_of_the_hlh_like_syndrome_says_that_it_is_unverified():
    course = iec_hs.IecHsCourse(flags(1), flags(1), flags(0), flags(0), flags(0))
    graded = iec_hs.grade_iec_hs(Verdict(flags(1), ()), course, RULES)
    why = explain_grade(graded, iec_hs.GROUNDS, course, (0,), RULES)
    assert (why.answer, why.text, why.inputs) == (3, "coagulopathy with bleeding", {"bleeding": 1})
    assert why.unverified == ("scales.iec_hs.grades.severe",)
    assert decided_by_unverified(graded, iec_hs.GROUNDS, RULES).tolist() == [True]


def test_a_grade_of_tumour_lysis_shows_the_creatinine_that_decided():
    found = tumour_lysis.LysisFindings(np.array([4.0]), flags(0), flags(0))
    graded = tumour_lysis.grade_tumour_lysis(found, Verdict(flags(1), ()), RULES)
    why = explain_grade(graded, tumour_lysis.GROUNDS, found, (0,), RULES)
    assert (why.answer, why.inputs, why.unverified) == (3, {"creatinine_x_uln": 4.0}, ())
    assert why.assumed == ("scales.tumour_lysis.clinical.creatinine_upper_limit",)
    assert "least grade, where arrhythmia is not given" in why.text


def test_a_child_without_a_limit_of_creatinine_is_not_graded_by_an_adults():
    seen = observations_with((2, 1), {"day": np.ones((2, 1)), "creatinine_mg_per_dl": np.full((2, 1), 0.6)})
    ages = np.array([6.0, 40.0])
    of_a_chart = tumour_lysis.findings_in_window(seen, RULES, age_years=ages)
    simulated = tumour_lysis.findings_in_window(seen, RULES)
    assert np.isnan(of_a_chart.creatinine_x_uln).tolist() == [True, False]
    assert simulated.creatinine_x_uln == pytest.approx([0.5, 0.5])


def test_arrhythmia_and_death_that_are_not_given_are_left_out_of_the_grade():
    found = tumour_lysis.LysisFindings(np.array([1.0]), flags(0), flags(0))
    graded = tumour_lysis.grade_tumour_lysis(found, Verdict(flags(1), ()), RULES)
    assert graded.grade.tolist() == [0]


def test_the_leukaemia_free_state_says_that_its_limit_is_assumed():
    number = np.array([1.0])
    found = remission.LeukaemiaFindings(
        number,
        0 * number,
        flags(0),
        0.1 * number,
        10 * number,
        np.array([np.inf]),
        flags(0),
        40 * number,
        number,
    )
    graded = remission.classify_remission(found, remission.Series.CIBMTR, RULES)
    why = explain_grade(graded, remission.GROUNDS, found, (0,), RULES)
    assert why.answer == remission.Remission.MLFS
    assert why.assumed == ("scales.all_response.counts_for_cri",)
