import dataclasses

import numpy as np
import pytest

from livingdrug.bedside.crs import grade_astct, grade_ctcae, grade_lee, grade_penn
from livingdrug.bedside.crs_axes import CrsCriterion, high_dose_vasopressor
from livingdrug.evidence import load_edition
from livingdrug.observations import (
    CODE_FIELDS,
    FLAG_FIELDS,
    FLOAT_FIELDS,
    CerebralOedema,
    Consciousness,
    OxygenDevice,
    PlaceOfCare,
    Seizure,
    empty_observations,
)

RULES = load_edition()
DEVICE = OxygenDevice
ALL_SCALES = (grade_astct, grade_lee, grade_penn, grade_ctcae)
WELL = {
    **{name: 0.0 for name in FLOAT_FIELDS},
    **{name: 0 for name in (*FLAG_FIELDS, *CODE_FIELDS)},
    "temperature_c": 37.0,
    "systolic_mmhg": 120.0,
    "fio2_percent": 21.0,
    "ice_score": 10.0,
    "creatinine_mg_per_dl": 0.8,
    "creatinine_x_baseline": 1.0,
    "bilirubin_mg_per_dl": 0.5,
    "alt_x_uln": 0.5,
    "consciousness": Consciousness.AWAKE,
    "seizure": Seizure.NONE,
    "cerebral_oedema": CerebralOedema.NONE,
    "place_of_care": PlaceOfCare.WARD,
}


def observed(**changes):
    """One patient of whom all is known and normal, but for what is given."""
    empty = empty_observations(1)
    values = {**WELL, **changes}
    return dataclasses.replace(
        empty, **{name: np.array([v], dtype=getattr(empty, name).dtype) for name, v in values.items()}
    )


def astct(**changes):
    return int(grade_astct(observed(**changes), RULES).grade[0])


def lee(**changes):
    return int(grade_lee(observed(**changes), RULES).grade[0])


def penn(**changes):
    return int(grade_penn(observed(**changes), RULES).grade[0])


def ctcae(**changes):
    return int(grade_ctcae(observed(**changes), RULES).grade[0])


def criterion(grade, **changes):
    return CrsCriterion(int(grade(observed(**changes), RULES).criterion[0]))


FEVER = {"temperature_c": 38.5}
NOREPINEPHRINE = {**FEVER, "n_vasopressors": 1, "norepinephrine_ug_per_min": 5.0}


def nasal(flow, device=DEVICE.LOW_FLOW_NASAL):
    return {**FEVER, "oxygen_device": device, "oxygen_flow_l_per_min": flow, "fio2_percent": 35.0}


@pytest.mark.parametrize("grade", ALL_SCALES)
def test_fever_begins_at_38_0(grade):
    assert int(grade(observed(temperature_c=38.0), RULES).grade[0]) == 1
    assert int(grade(observed(temperature_c=37.9), RULES).grade[0]) == 0


@pytest.mark.parametrize("grade", ALL_SCALES)
def test_a_fever_that_something_else_explains_is_not_crs(grade):
    assert int(grade(observed(temperature_c=39.0, fever_otherwise_explained=1), RULES).grade[0]) == 0
    assert int(grade(observed(temperature_c=39.0, fever_otherwise_explained=-1), RULES).grade[0]) == -1


@pytest.mark.parametrize("grade", ALL_SCALES)
def test_nothing_known_is_not_assessable(grade):
    answer = grade(empty_observations((2, 3)), RULES)
    assert answer.grade.shape == (2, 3)
    assert (answer.grade == -1).all()
    assert (answer.criterion == CrsCriterion.FEVER_UNKNOWN).all()


@pytest.mark.parametrize("grade", ALL_SCALES)
def test_support_without_a_fever_that_counts_asks(grade):
    pressor = {"n_vasopressors": 1, "norepinephrine_ug_per_min": 5.0, "temperature_c": 37.2}
    assert int(grade(observed(**pressor), RULES).grade[0]) == -1
    assert criterion(grade, **pressor) == CrsCriterion.SUPPORT_WITHOUT_FEVER


@pytest.mark.parametrize("grade", ALL_SCALES)
def test_an_organ_value_alone_is_not_crs(grade):
    assert int(grade(observed(alt_x_uln=30.0, dialysis=1), RULES).grade[0]) == 0


@pytest.mark.parametrize(("flow", "expected"), [(0.5, 2), (6.0, 2), (6.1, 3), (float("nan"), -1)])
def test_astct_low_flow_is_up_to_six_litres(flow, expected):
    assert astct(**nasal(flow)) == expected


def test_astct_a_high_flow_cannula_is_grade_3_even_when_its_flow_is_not_written_down():
    assert astct(**nasal(float("nan"), DEVICE.HIGH_FLOW_NASAL)) == 3


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        (DEVICE.BLOW_BY, 2),
        (DEVICE.FACE_MASK, 3),
        (DEVICE.NON_REBREATHER, 3),
        (DEVICE.VENTURI, 3),
        (DEVICE.CPAP, 4),
        (DEVICE.BIPAP, 4),
        (DEVICE.VENTILATOR, 4),
    ],
)
def test_astct_oxygen_goes_by_device(device, expected):
    assert astct(**FEVER, oxygen_device=device) == expected


def test_astct_counts_vasopressors_without_vasopressin():
    assert astct(**NOREPINEPHRINE, vasopressin_given=1) == 3
    assert astct(**{**NOREPINEPHRINE, "n_vasopressors": 2, "epinephrine_ug_per_min": 2.0}) == 4


def test_astct_a_running_dose_counts_where_the_number_of_vasopressors_is_understated():
    assert astct(**{**NOREPINEPHRINE, "n_vasopressors": 0, "epinephrine_ug_per_min": 2.0}) == 4


def test_astct_vasopressin_alone_is_flagged():
    assert astct(**FEVER, vasopressin_given=1) == 3
    assert criterion(grade_astct, **FEVER, vasopressin_given=1) == CrsCriterion.VASOPRESSIN_ALONE
    assert RULES.sourced("scales.crs_astct.vasopressin_alone_grade").checked is None


def test_astct_hypotension_is_low_pressure_or_a_fluid_bolus():
    assert astct(**FEVER, systolic_mmhg=89.9) == 2
    assert astct(**FEVER, systolic_mmhg=90.0) == 1
    assert astct(**FEVER, fluid_bolus=1) == 2
    assert astct(**FEVER, fluid_bolus=-1) == -1
    assert astct(**FEVER, systolic_mmhg=float("nan")) == -1


def test_the_limit_of_low_pressure_in_a_child_goes_by_age():
    child = observed(**FEVER, systolic_mmhg=75.0)
    assert grade_astct(child, RULES, np.array([2.0])).grade[0] == 1  # 70 + 2 x 2 = 74
    assert grade_astct(child, RULES, np.array([3.0])).grade[0] == 2  # 76
    assert grade_astct(child, RULES, np.array([0.5])).grade[0] == -1  # no limit stated under one year
    ninety = observed(**FEVER, systolic_mmhg=89.5)
    assert grade_astct(ninety, RULES, np.array([10.0])).grade[0] == 2  # 90
    assert grade_astct(ninety, RULES, np.array([40.0])).grade[0] == 2


def test_after_tocilizumab_a_fever_is_no_longer_needed():
    assert astct(temperature_c=37.2, anticytokine_given=1, oxygen_device=DEVICE.BIPAP) == 4
    assert astct(temperature_c=37.2, antipyretic_given=1, oxygen_device=DEVICE.BIPAP) == 4
    assert astct(temperature_c=37.2, oxygen_device=DEVICE.BIPAP) == -1
    assert astct(temperature_c=37.2, anticytokine_given=1) == 0


def test_one_axis_unknown_leaves_grade_4_standing_and_nothing_less():
    unknown_oxygen = {**FEVER, "oxygen_device": DEVICE.UNKNOWN, "oxygen_flow_l_per_min": float("nan")}
    assert astct(**unknown_oxygen, n_vasopressors=2) == 4
    assert astct(**unknown_oxygen, n_vasopressors=1) == -1
    assert criterion(grade_astct, **unknown_oxygen, n_vasopressors=1) == CrsCriterion.OXYGEN_UNKNOWN
    assert astct(**FEVER, oxygen_device=DEVICE.VENTILATOR, n_vasopressors=float("nan")) == 4
    assert astct(**FEVER, n_vasopressors=float("nan")) == -1


def test_organ_toxicity_never_changes_the_astct_grade():
    assert astct(**FEVER, dialysis=1, alt_x_uln=30.0, creatinine_x_baseline=5.0) == 1


@pytest.mark.parametrize(("fio2", "expected"), [(30.0, 2), (39.9, 2), (40.0, 3), (60.0, 3)])
def test_lee_and_ctcae_oxygen_turns_at_40_percent(fio2, expected):
    on_oxygen = {**FEVER, "oxygen_device": DEVICE.FACE_MASK, "fio2_percent": fio2}
    assert lee(**on_oxygen) == expected
    assert ctcae(**on_oxygen) == expected


def test_lee_oxygen_at_an_unknown_concentration_is_not_assessable_but_a_ventilator_is_grade_4():
    assert lee(**FEVER, oxygen_device=DEVICE.FACE_MASK, **{"fio2_percent": float("nan")}) == -1
    assert lee(**FEVER, oxygen_device=DEVICE.VENTILATOR, **{"fio2_percent": float("nan")}) == 4
    assert lee(**FEVER, oxygen_device=DEVICE.BIPAP, fio2_percent=30.0) == 3


def pressor(**doses):
    return {**FEVER, "n_vasopressors": len(doses), **doses}


@pytest.mark.parametrize(
    ("doses", "high"),
    [
        ({"norepinephrine_ug_per_min": 19.9}, False),
        ({"norepinephrine_ug_per_min": 20.0}, True),
        ({"dopamine_ug_per_kg_per_min": 9.9}, False),
        ({"dopamine_ug_per_kg_per_min": 10.0}, True),
        ({"epinephrine_ug_per_min": 10.0}, True),
        ({"phenylephrine_ug_per_min": 199.0}, False),
        ({"phenylephrine_ug_per_min": 200.0}, True),
    ],
)
def test_a_single_vasopressor_is_high_dose_from_its_own_limit(doses, high):
    assert lee(**pressor(**doses)) == (3 if high else 2)
    assert penn(**pressor(**doses)) == (4 if high else 3)


def test_several_vasopressors_are_lee_3_but_penn_4_only_at_a_high_equivalent_dose():
    low = pressor(norepinephrine_ug_per_min=10.0, phenylephrine_ug_per_min=50.0)  # 10 + 50/10 = 15
    high = pressor(norepinephrine_ug_per_min=15.0, phenylephrine_ug_per_min=50.0)  # 15 + 50/10 = 20
    assert (lee(**low), penn(**low)) == (3, 3)
    assert (lee(**high), penn(**high)) == (3, 4)


def test_beside_vasopressin_the_limit_of_a_high_dose_is_lower():
    assert penn(**pressor(norepinephrine_ug_per_min=10.0), vasopressin_given=1) == 4
    assert penn(**pressor(norepinephrine_ug_per_min=9.0), vasopressin_given=1) == 3
    assert penn(**pressor(norepinephrine_ug_per_min=10.0), vasopressin_given=-1) == -1


def test_two_micrograms_of_norepinephrine_are_not_a_high_dose():
    assert lee(**pressor(norepinephrine_ug_per_min=2.5)) == 2


def test_a_vasopressor_without_its_dose_is_not_assessable_by_dose():
    unknown = {**FEVER, "n_vasopressors": 1, "norepinephrine_ug_per_min": float("nan")}
    assert (lee(**unknown), penn(**unknown), astct(**unknown)) == (-1, -1, 3)
    one_dose_known = observed(**NOREPINEPHRINE, epinephrine_ug_per_min=float("nan"))
    assert high_dose_vasopressor(one_dose_known, RULES)[0] == 0


@pytest.mark.parametrize(
    ("organ", "lee_grade", "penn_grade"),
    [
        ({"creatinine_x_baseline": 1.5}, 1, 1),
        ({"creatinine_x_baseline": 1.6}, 2, 2),
        ({"creatinine_x_baseline": 3.1}, 3, 3),
        ({"creatinine_mg_per_dl": 7.3}, 4, 3),  # above 6 x 1.2
        ({"alt_x_uln": 3.1}, 2, 1),
        ({"alt_x_uln": 5.1}, 3, 2),
        ({"alt_x_uln": 20.1}, 3, 3),
        ({"bilirubin_mg_per_dl": 3.7}, 3, 2),  # above 3 x 1.2
        ({"bilirubin_mg_per_dl": 12.1}, 4, 3),  # above 10 x 1.2
        ({"dialysis": 1}, 4, 3),
        ({"alt_x_uln": float("nan")}, -1, -1),
    ],
)
def test_organs_count_by_their_ctcae_grade(organ, lee_grade, penn_grade):
    assert (lee(**FEVER, **organ), penn(**FEVER, **organ)) == (lee_grade, penn_grade)


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        ({}, 1),
        ({"intravenous_therapy": 1}, 2),
        ({"hospitalised_for_crs": 1}, 2),
        ({"fluid_bolus": 1}, 3),
        ({"plasma_or_fibrinogen_given": 1}, 3),
        ({"oxygen_device": DEVICE.LOW_FLOW_NASAL}, 3),
        ({"oxygen_device": DEVICE.BIPAP}, 3),
        ({"oxygen_device": DEVICE.VENTILATOR}, 4),
        ({"intravenous_therapy": -1}, -1),
        ({"intravenous_therapy": -1, "fluid_bolus": 1}, 3),
    ],
)
def test_penn_goes_by_the_treatment_needed(need, expected):
    assert penn(**FEVER, **need) == expected


def test_penn_low_pressure_that_was_not_treated_does_not_grade():
    assert penn(**FEVER, systolic_mmhg=80.0) == 1


def test_ctcae_one_vasopressor_is_3_and_several_are_4():
    assert ctcae(**FEVER, fluid_bolus=1) == 2
    assert ctcae(**NOREPINEPHRINE) == 3
    assert ctcae(**{**NOREPINEPHRINE, "n_vasopressors": 2, "epinephrine_ug_per_min": 1.0}) == 4


def test_the_scales_are_not_comparable():
    low_flow = nasal(2.0)
    assert (astct(**low_flow), lee(**low_flow), penn(**low_flow)) == (2, 2, 3)
