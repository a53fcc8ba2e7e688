import numpy as np
import pytest
from tests.units.test_grounds import charts

from livingdrug.bedside.crs import grade_astct, grade_ctcae, grade_lee, grade_penn, with_death
from livingdrug.bedside.crs_axes import CrsCriterion, high_dose_vasopressor, systolic_limit_mmhg
from livingdrug.errors import BadInput
from livingdrug.evidence import load_edition
from livingdrug.observations import empty_observations

RULES = load_edition()
SOURCES = {
    grade_astct: "lee_2019",
    grade_lee: "ash_crs_scales",
    grade_penn: "porter_2018",
    grade_ctcae: "ctcae_v5",
}


@pytest.mark.parametrize("grade", SOURCES)
def test_a_record_over_time_is_graded_in_its_own_shape(grade):
    answer = grade(empty_observations((2, 3)), RULES)
    assert answer.grade.shape == answer.criterion.shape == (2, 3)
    assert (answer.grade == -1).all()
    assert answer.grade.dtype == answer.criterion.dtype == np.int8


@pytest.mark.parametrize(("grade", "source"), SOURCES.items())
def test_every_answer_names_the_source_of_its_scale(grade, source):
    assert grade(charts({}), RULES).source == source


@pytest.mark.parametrize("grade", [grade_astct, grade_penn])
def test_a_device_for_which_there_is_no_grade_is_refused(grade):
    with pytest.raises(BadInput, match="observations: got code 10, expected 0 to 9, or -1 if unknown"):
        grade(charts({"oxygen_device": 10}), RULES)


def test_without_an_age_the_limit_of_adults_holds():
    chart = charts({"systolic_mmhg": 89.9}, {"systolic_mmhg": 90.0})
    assert grade_astct(chart, RULES).grade.tolist() == [2, 1]
    assert systolic_limit_mmhg(None, chart.systolic_mmhg, RULES) == 90


def test_as_many_doses_as_vasopressors_leave_no_dose_unknown():
    chart = charts(
        {"n_vasopressors": 1, "norepinephrine_ug_per_min": 5.0, "epinephrine_ug_per_min": np.nan},
        {"n_vasopressors": 2, "norepinephrine_ug_per_min": 5.0, "epinephrine_ug_per_min": np.nan},
    )
    assert high_dose_vasopressor(chart, RULES).tolist() == [0, -1]


def test_a_death_due_to_crs_is_grade_5_and_one_of_unknown_cause_has_no_grade():
    graded = grade_astct(charts({}, {}, {}), RULES)
    told = with_death(graded, np.array([0, 1, -1], dtype=np.int8))
    assert told.grade.tolist() == [1, 5, -1]
    assert [CrsCriterion(int(c)).name for c in told.criterion] == ["FEVER", "DEATH", "CAUSE_OF_DEATH_UNKNOWN"]
    assert told.source == graded.source
