import dataclasses

import numpy as np
import pytest
from tests.whole_course import rules_with

from livingdrug.bedside.icans import IcansCriterion, grade_icans
from livingdrug.errors import BadInput
from livingdrug.evidence import load_edition
from livingdrug.observations import CerebralOedema, Consciousness, Seizure, empty_observations

RULES = load_edition()
UNKNOWN = float("nan")
WELL = {
    "ice_score": 10.0,
    "capd_score": UNKNOWN,
    "consciousness": Consciousness.AWAKE,
    "seizure": Seizure.NONE,
    "focal_weakness": 0,
    "cerebral_oedema": CerebralOedema.NONE,
}


def graded(age=40.0, rules=RULES, **changes):
    empty = empty_observations(1)
    observations = dataclasses.replace(
        empty,
        **{name: np.array([v], dtype=getattr(empty, name).dtype) for name, v in {**WELL, **changes}.items()},
    )
    return grade_icans(observations, np.array([age]), rules)


def icans(age=40.0, **changes):
    return int(graded(age, **changes).grade[0])


@pytest.mark.parametrize(
    ("ice", "expected"), [(10, 0), (9, 1), (7, 1), (6, 2), (3, 2), (2, 3), (1, 3), (0, 3)]
)
def test_ice_score_of_a_patient_awake(ice, expected):
    assert icans(ice_score=ice) == expected


@pytest.mark.parametrize(
    ("sign", "highest"), [("consciousness", 3), ("seizure", 2), ("focal_weakness", 1), ("cerebral_oedema", 2)]
)
def test_a_code_for_which_there_is_no_grade_is_refused(sign, highest):
    told = f"observations: got code {highest + 1}, expected 0 to {highest}, or -1 if unknown"
    with pytest.raises(BadInput, match=told):
        icans(**{sign: highest + 1})


def test_ice_0_is_grade_3_awake_and_grade_4_when_nothing_rouses():
    assert icans(ice_score=0, consciousness=Consciousness.AWAKE) == 3
    assert icans(ice_score=0, consciousness=Consciousness.UNAROUSABLE) == 4


@pytest.mark.parametrize(
    ("sign", "expected"),
    [
        ({"consciousness": Consciousness.VOICE}, 2),
        ({"consciousness": Consciousness.TOUCH}, 3),
        ({"consciousness": Consciousness.UNAROUSABLE}, 4),
        ({"seizure": Seizure.RESOLVED}, 3),
        ({"seizure": Seizure.PROLONGED}, 4),
        ({"focal_weakness": 1}, 4),
        ({"cerebral_oedema": CerebralOedema.FOCAL}, 3),
        ({"cerebral_oedema": CerebralOedema.DIFFUSE}, 4),
    ],
)
def test_the_worst_domain_decides(sign, expected):
    assert icans(ice_score=9, **sign) == expected


@pytest.mark.parametrize(
    ("capd", "consciousness", "expected"),
    [
        (0, Consciousness.AWAKE, 0),
        (8, Consciousness.AWAKE, 1),
        (8, Consciousness.VOICE, 2),
        (9, Consciousness.AWAKE, 3),
    ],
)
def test_a_young_child_is_graded_by_capd(capd, consciousness, expected):
    assert icans(5.0, ice_score=UNKNOWN, capd_score=capd, consciousness=consciousness) == expected


def test_at_twelve_years_ice_stands_for_capd():
    both = {"ice_score": 10, "capd_score": 9}
    assert icans(11.99, **both) == 3
    assert icans(12.0, **both) == 0
    assert icans(UNKNOWN, **both) == -1


def test_the_age_at_which_ice_stands_for_capd_is_a_parameter():
    earlier = rules_with({"scales.icans.capd.below_age_years": 5.0})
    both = {"ice_score": 6, "capd_score": 9}
    assert int(graded(8.0, **both).grade[0]) == 3
    assert int(graded(8.0, rules=earlier, **both).grade[0]) == 2


@pytest.mark.parametrize(
    ("missing", "criterion"),
    [
        ({"ice_score": UNKNOWN}, IcansCriterion.ICE_OR_CAPD_UNKNOWN),
        ({"consciousness": Consciousness.UNKNOWN}, IcansCriterion.CONSCIOUSNESS_UNKNOWN),
        ({"seizure": Seizure.UNKNOWN}, IcansCriterion.SEIZURE_UNKNOWN),
        ({"focal_weakness": -1}, IcansCriterion.WEAKNESS_UNKNOWN),
        ({"cerebral_oedema": CerebralOedema.UNKNOWN}, IcansCriterion.OEDEMA_UNKNOWN),
    ],
)
def test_a_missing_domain_is_never_a_normal_one(missing, criterion):
    answer = graded(**missing)
    assert answer.grade[0] == -1
    assert answer.criterion[0] == criterion


def test_a_missing_ice_does_not_hide_what_is_certain():
    assert icans(ice_score=UNKNOWN, consciousness=Consciousness.UNAROUSABLE) == 4
    assert icans(ice_score=UNKNOWN, consciousness=Consciousness.TOUCH) == 3
    assert icans(ice_score=UNKNOWN, consciousness=Consciousness.VOICE) == -1


@pytest.mark.parametrize(("field", "value"), [("ice_score", 11), ("ice_score", -1), ("capd_score", 33)])
def test_a_score_out_of_range_is_refused(field, value):
    with pytest.raises(BadInput, match=f"{field}: got {value}, expected 0 to"):
        graded(**{field: value})
