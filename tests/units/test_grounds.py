import numpy as np
import pytest

from livingdrug.bedside import crs_grounds, icans
from livingdrug.bedside.crs import grade_astct, grade_ctcae, grade_lee, grade_penn
from livingdrug.bedside.crs_axes import CrsCriterion
from livingdrug.bedside.grounds import decided_by_unverified, explain_grade
from livingdrug.bedside.icans import IcansCriterion
from livingdrug.evidence import load_edition
from livingdrug.observations import ALL_FIELDS, OxygenDevice, observations_with

RULES = load_edition()
SCALES = {
    "astct": (grade_astct, crs_grounds.ASTCT_GROUNDS),
    "lee": (grade_lee, crs_grounds.LEE_GROUNDS),
    "penn": (grade_penn, crs_grounds.PENN_GROUNDS),
    "ctcae": (grade_ctcae, crs_grounds.CTCAE_GROUNDS),
}
NUMBERS = {
    "temperature_c": 38.5,
    "systolic_mmhg": 120.0,
    "n_vasopressors": 0.0,
    "norepinephrine_ug_per_min": 0.0,
    "dopamine_ug_per_kg_per_min": 0.0,
    "epinephrine_ug_per_min": 0.0,
    "phenylephrine_ug_per_min": 0.0,
    "oxygen_flow_l_per_min": 0.0,
    "fio2_percent": 21.0,
    "creatinine_mg_per_dl": 0.8,
    "creatinine_x_baseline": 1.0,
    "bilirubin_mg_per_dl": 0.5,
    "alt_x_uln": 0.5,
}
CODES = (
    *("fever_otherwise_explained", "antipyretic_given", "anticytokine_given", "fluid_bolus"),
    *("vasopressin_given", "oxygen_device", "dialysis", "hospitalised_for_crs"),
    *("intravenous_therapy", "plasma_or_fibrinogen_given"),
)


def charts(*changes):
    """Feverish patients of whom all is known and normal, but for what is given of each."""
    columns = {
        name: np.array([change.get(name, value) for change in changes]) for name, value in NUMBERS.items()
    }
    columns |= {name: np.array([change.get(name, 0) for change in changes], dtype=np.int8) for name in CODES}
    return observations_with(len(changes), columns)


OXYGEN = (
    {},
    {"oxygen_flow_l_per_min": 4.0},
    {"oxygen_flow_l_per_min": 8.0},
    {"oxygen_flow_l_per_min": np.nan},
    {"fio2_percent": 50.0},
    {"fio2_percent": np.nan},
)
NOREPINEPHRINE = {"n_vasopressors": 1, "norepinephrine_ug_per_min": 5.0}


def doubt(scale, **change):
    grade, grounds = SCALES[scale]
    return bool(decided_by_unverified(grade(charts(change), RULES), grounds, RULES)[0])


@pytest.mark.parametrize(
    ("change", "doubtful"),
    [
        ({}, ()),
        (NOREPINEPHRINE, ("lee", "penn")),
        ({"vasopressin_given": 1}, ("astct", "lee", "penn", "ctcae")),
        ({"systolic_mmhg": 85.0}, ("astct", "lee", "ctcae")),
        ({"fluid_bolus": 1}, ("penn",)),
        ({"fluid_bolus": 1, "vasopressin_given": 1}, ("astct", "penn", "ctcae")),
        ({**NOREPINEPHRINE, "vasopressin_given": 1}, ("lee", "penn")),
        ({"dialysis": 1}, ("lee", "penn")),
        (
            {"n_vasopressors": 2, "norepinephrine_ug_per_min": 5.0, "epinephrine_ug_per_min": 2.0},
            ("penn", "ctcae"),
        ),
        ({"oxygen_device": OxygenDevice.BIPAP}, ("lee", "ctcae")),
        ({"oxygen_device": OxygenDevice.BIPAP, "fio2_percent": 60.0}, ()),
        ({"oxygen_device": OxygenDevice.VENTILATOR}, ("ctcae",)),
        ({"alt_x_uln": 6.0}, ()),
        ({"creatinine_mg_per_dl": 2.0}, ("lee", "penn")),
        ({"creatinine_mg_per_dl": 2.0, "creatinine_x_baseline": 2.0}, ()),
    ],
)
def test_a_grade_says_when_an_unverified_or_assumed_limit_decided_it(change, doubtful):
    assert tuple(scale for scale in SCALES if doubt(scale, **change)) == doubtful


def test_a_child_whose_pressure_is_low_for_age_is_graded_by_a_limit_that_was_read():
    chart = charts({"systolic_mmhg": 75.0})
    graded = grade_astct(chart, RULES, np.array([3.0]))
    assert graded.criterion[0] == CrsCriterion.LOW_PRESSURE_OF_A_CHILD
    assert not decided_by_unverified(graded, crs_grounds.ASTCT_GROUNDS, RULES)[0]


def test_the_explanation_names_what_was_seen_and_each_limit():
    chart = charts({}, {**NOREPINEPHRINE, "vasopressin_given": -1, "dopamine_ug_per_kg_per_min": np.nan})
    why = explain_grade(grade_lee(chart, RULES), crs_grounds.LEE_GROUNDS, chart, (1,), RULES)
    assert (why.answer, why.text) == (
        -1,
        "not assessable: blood pressure, fluids, or vasopressors and their doses not known",
    )
    assert (why.inputs["norepinephrine_ug_per_min"], why.inputs["vasopressin_given"]) == (5.0, None)
    assert why.inputs["dopamine_ug_per_kg_per_min"] is None
    why = explain_grade(grade_astct(chart, RULES), crs_grounds.ASTCT_GROUNDS, chart, (0,), RULES)
    assert (why.answer, why.text, why.source) == (1, "fever alone", "lee_2019")
    assert [limit.key for limit in why.limits] == ["scales.crs_astct.fever_c"]
    assert (why.unverified, why.assumed) == ((), ())
    assert why.inputs == {"temperature_c": 38.5, "fever_otherwise_explained": 0}


def test_an_assumed_limit_is_told_apart_from_one_that_was_not_read():
    chart = charts({"vasopressin_given": 1}, {"systolic_mmhg": 85.0})
    graded = grade_astct(chart, RULES)
    silent, second_hand = (
        explain_grade(graded, crs_grounds.ASTCT_GROUNDS, chart, (row,), RULES) for row in (0, 1)
    )
    assert silent.assumed == ("scales.crs_astct.vasopressin_alone_grade",)
    assert second_hand.unverified == ("scales.crs_astct.hypotension.adult_systolic_mmhg",)
    assert second_hand.assumed == ()


@pytest.mark.parametrize(
    "grounds", [*(grounds for _, grounds in SCALES.values()), icans.GROUNDS], ids=[*SCALES, "icans"]
)
def test_every_ground_names_inputs_and_limits_that_exist(grounds):
    for ground in grounds.values():
        assert ground.text
        assert set(ground.inputs) <= set(ALL_FIELDS)
        assert all(RULES.sourced(key).key == key for key in ground.keys)


def test_every_criterion_has_a_ground_on_some_scale():
    told = set().union(*(grounds for _, grounds in SCALES.values()))
    assert told == set(CrsCriterion)
    assert set(icans.GROUNDS) == set(IcansCriterion)


@pytest.mark.parametrize("scale", SCALES)
def test_every_criterion_that_a_scale_returns_has_a_ground(scale):
    """Over every device, many doses and every missing input, alone and together."""
    known = [
        *({"oxygen_device": device, **more} for device in OxygenDevice for more in OXYGEN),
        *({name: value} for name in CODES for value in ((1, -1) if name != "oxygen_device" else ())),
        *({name: value} for name in NUMBERS for value in (np.nan, 0.0, 30.0, 300.0)),
        NOREPINEPHRINE,
        {"n_vasopressors": 2},
        {**NOREPINEPHRINE, "vasopressin_given": 1},
        {"temperature_c": 37.0, "oxygen_device": OxygenDevice.VENTURI},
    ]
    grade, grounds = SCALES[scale]
    merged = [{**one, **other} for one in known for other in known]
    returned = grade(charts(*merged), RULES).criterion
    assert {CrsCriterion(int(c)) for c in np.unique(returned)} <= set(grounds)
    assert set(grounds) - {CrsCriterion(int(c)) for c in np.unique(returned)} <= {
        CrsCriterion.DEATH,
        CrsCriterion.CAUSE_OF_DEATH_UNKNOWN,
        CrsCriterion.LOW_PRESSURE_OF_A_CHILD,
    }
