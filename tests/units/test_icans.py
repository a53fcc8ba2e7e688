import dataclasses

import numpy as np
import pytest
from tests.whole_course import rules_with

from livingdrug.bedside.icans import Examination, grade_icans, with_death
from livingdrug.bedside.mental_scores import CapdItems, IceItems, ScoreBounds, capd_score, ice_score
from livingdrug.errors import BadInput
from livingdrug.evidence import load_edition
from livingdrug.observations import observations_with

RULES = load_edition()
WELL = {"ice_score": 10.0, "consciousness": 0, "seizure": 0, "focal_weakness": 0, "cerebral_oedema": 0}


def graded(age=40.0, rules=RULES, examination=None, **changes):
    values = {**WELL, **changes}
    columns = {
        name: np.array([value], dtype=float if name.endswith("_score") else np.int8)
        for name, value in values.items()
    }
    chart = observations_with(1, columns)
    how = () if examination is None else (examination,)
    return grade_icans(chart, np.array([age]), rules, *how)


def icans(age=40.0, **changes):
    return int(graded(age, **changes).grade[0])


@pytest.mark.parametrize(
    ("sign", "highest"), [("consciousness", 3), ("seizure", 2), ("focal_weakness", 1), ("cerebral_oedema", 2)]
)
def test_a_code_for_which_there_is_no_grade_is_refused(sign, highest):
    told = f"observations: got code {highest + 1}, expected 0 to {highest}, or -1 if unknown"
    with pytest.raises(BadInput, match=told):
        icans(**{sign: highest + 1})


@pytest.mark.parametrize(("field", "value"), [("ice_score", 11), ("ice_score", -1), ("capd_score", 33)])
def test_a_score_out_of_range_is_refused_by_its_name(field, value):
    with pytest.raises(BadInput, match=f"{field}: got {value}, expected 0 to"):
        graded(**{field: value})


def test_an_item_out_of_range_is_refused_by_its_name():
    items = IceItems(*(np.array([points]) for points in (4.0, 4.0, 1.0, 1.0, 1.0)))
    with pytest.raises(BadInput, match="naming: got 4 points, expected 0 to 3"):
        ice_score(items, RULES)


def test_the_age_at_which_ice_stands_for_capd_is_a_parameter_of_the_evidence_and_of_the_call():
    both = {"ice_score": 6, "capd_score": 9}
    earlier = rules_with({"scales.icans.capd.below_age_years": 5.0})
    assert graded(8.0, **both).grade[0] == 3
    assert graded(8.0, rules=earlier, **both).grade[0] == 2
    assert graded(8.0, examination=Examination(capd_below_age_years=5.0), **both).grade[0] == 2


def test_a_score_within_bounds_stands_for_that_of_the_observations():
    within = ScoreBounds(np.array([3.0]), np.array([6.0]))
    assert graded(ice_score=10, examination=Examination(ice=within)).grade[0] == 2
    assert graded(5.0, capd_score=9, examination=Examination(capd=within)).grade[0] == 1


def test_the_full_points_of_the_items_are_those_of_the_scores():
    ice = ice_score(IceItems(*(np.full(1, np.nan) for _ in dataclasses.fields(IceItems))), RULES)
    capd = capd_score(CapdItems(*(np.full(1, np.nan) for _ in dataclasses.fields(CapdItems))), RULES)
    assert (ice.least[0], ice.greatest[0]) == (0, RULES.number("scales.icans.ice.normal"))
    assert (capd.least[0], capd.greatest[0]) == (0, RULES.number("scales.icans.capd.highest"))
    assert np.isnan(ice.score()[0])


def test_a_record_over_time_takes_one_age_and_one_delay_a_patient():
    shape = (2, 3)
    columns = {
        name: np.full(shape, value, dtype=float if name.endswith("_score") else np.int8)
        for name, value in WELL.items()
    }
    chart = observations_with(shape, {**columns, "capd_score": np.full(shape, 9.0)})
    delayed = Examination(developmental_delay=np.array([1, 0], dtype=np.int8))
    grade = grade_icans(chart, np.array([15.0, 15.0]), RULES, delayed).grade
    assert grade.tolist() == [[3, 3, 3], [0, 0, 0]]


def test_the_answer_names_its_source():
    assert graded().source == "lee_2019"


def test_a_death_due_to_neurotoxicity_is_grade_5():
    assert with_death(graded(), np.array([1], dtype=np.int8)).grade[0] == 5
    assert with_death(graded(), np.array([0], dtype=np.int8)).grade[0] == 0
    assert with_death(graded(), np.array([-1], dtype=np.int8)).grade[0] == -1
