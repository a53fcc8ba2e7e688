import dataclasses
import time

import numpy as np
import pytest

from livingdrug.bedside.answers import Graded
from livingdrug.bedside.care import OptionReason, SteroidOrder, new_care_state, next_care_state
from livingdrug.bedside.crs import grade_astct, grade_lee
from livingdrug.bedside.icans import grade_icans
from livingdrug.bedside.management import all_options, crs_options, icans_options
from livingdrug.bedside.steroid_dose import steroid_mg_per_day
from livingdrug.bedside.supportive import supportive_options
from livingdrug.evidence import load_edition
from livingdrug.observations import CODE_FIELDS, FLAG_FIELDS, FLOAT_FIELDS, OxygenDevice, empty_observations

US_2018 = load_edition("us_2018_05")
US_2025 = load_edition("us_2025_06")
EU = load_edition("eu_current")
WEIGHT = np.array([70.0])
WELL = {
    **{name: 0.0 for name in FLOAT_FIELDS},
    **{name: 0 for name in (*FLAG_FIELDS, *CODE_FIELDS)},
    "temperature_c": 37.0,
    "systolic_mmhg": 120.0,
    "fio2_percent": 21.0,
    "ice_score": 10.0,
    "igg_g_per_l": 8.0,
    "platelets_e9_per_l": 150.0,
    "haemoglobin_g_per_dl": 12.0,
    "anc_e9_per_l": 3.0,
}
FEVER = {"temperature_c": 39.0}
LOW_FLOW = {
    **FEVER,
    "oxygen_device": OxygenDevice.LOW_FLOW_NASAL,
    "oxygen_flow_l_per_min": 2.0,
    "fio2_percent": 28.0,
}
MASK = {**FEVER, "oxygen_device": OxygenDevice.FACE_MASK, "fio2_percent": 50.0}
PRESSOR = {**FEVER, "n_vasopressors": 1.0, "norepinephrine_ug_per_min": 5.0, "fluid_bolus": 1}
VENTILATED = {**FEVER, "oxygen_device": OxygenDevice.VENTILATOR, "fio2_percent": 60.0}
NO_LONGER_HOT = {"temperature_c": 37.0, "anticytokine_given": 1}


def observed(**changes):
    empty = empty_observations(1)
    values = {**WELL, **changes}
    return dataclasses.replace(
        empty, **{name: np.array([v], dtype=getattr(empty, name).dtype) for name, v in values.items()}
    )


def grade(value, n=1):
    return Graded(np.full(n, value, dtype=np.int8), np.zeros(n, dtype=np.int8), "lee_2019")


def follow(chart, rules):
    """Follow one patient through (hour, observations), taking every option; return the orders."""
    care = new_care_state(1, rules)
    taken = []
    for hour, changes in chart:
        now = observed(**changes)
        lee = grade_lee(now, rules)
        orders = crs_options(now, lee, care, WEIGHT, hour / 24, rules)
        care = next_care_state(care, orders, now, lee, hour / 24, rules)
        taken.append(orders)
    return taken, care


def given(orders):
    return [bool(order.tocilizumab[0]) for order in orders]


def steroids(orders):
    return [SteroidOrder(int(order.crs_steroid[0])) for order in orders]


def reasons(orders):
    return [OptionReason(int(order.tocilizumab_reason[0])) for order in orders]


NONE = SteroidOrder.NONE
LOWER = SteroidOrder.METHYLPREDNISOLONE_2_MG_PER_KG
UPPER = SteroidOrder.METHYLPREDNISOLONE_1000_MG


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (FEVER, OptionReason.NOT_MET),
        (LOW_FLOW, OptionReason.NOT_MET),
        (PRESSOR, OptionReason.NOT_MET),
        ({**PRESSOR, "systolic_mmhg": 85.0}, OptionReason.UNSTABLE_CIRCULATION),
        ({**PRESSOR, "norepinephrine_ug_per_min": 25.0}, OptionReason.UNSTABLE_CIRCULATION),
        (
            {**PRESSOR, "n_vasopressors": 2.0, "epinephrine_ug_per_min": 1.0},
            OptionReason.UNSTABLE_CIRCULATION,
        ),
        (MASK, OptionReason.RESPIRATORY_DISTRESS),
        (VENTILATED, OptionReason.RESPIRATORY_DISTRESS),
        ({**FEVER, "creatinine_x_baseline": 4.0}, OptionReason.RAPID_DETERIORATION),
    ],
)
def test_2018_tocilizumab_goes_by_presentation(changes, reason):
    orders, _ = follow([(0, changes)], US_2018)
    assert reasons(orders) == [reason]
    assert given(orders) == [reason != OptionReason.NOT_MET]


def test_2018_a_slow_rise_is_not_rapid_deterioration():
    organ = {**FEVER, "creatinine_x_baseline": 2.0}
    orders, _ = follow([(0, organ), (8, {**FEVER, "creatinine_x_baseline": 4.0})], US_2018)
    assert given(orders) == [False, False]


def test_2018_another_dose_needs_eight_hours_and_no_improvement():
    orders, _ = follow([(0, MASK), (4, MASK), (8, MASK)], US_2018)
    assert given(orders) == [True, False, True]
    assert reasons(orders)[1] == OptionReason.DOSE_LIMIT
    better = {**MASK, **NO_LONGER_HOT}
    orders, _ = follow([(0, MASK), (8, better)], US_2018)
    assert given(orders) == [True, False]


def test_2018_a_steroid_follows_after_12_hours_without_improvement_until_support_ends():
    chart = [(0, MASK), (8, MASK), (16, MASK), (24, {**LOW_FLOW, **NO_LONGER_HOT}), (32, NO_LONGER_HOT)]
    orders, care = follow(chart, US_2018)
    assert steroids(orders) == [NONE, NONE, LOWER, LOWER, NONE]
    assert care.steroid_first_day[0] == pytest.approx(16 / 24)
    assert np.isnan(care.crs_steroid_began_day[0])


def test_2018_worse_after_tocilizumab_is_a_reason_for_a_steroid_at_once():
    orders, _ = follow([(0, MASK), (8, {**VENTILATED, "fio2_percent": 80.0})], US_2018)
    assert steroids(orders) == [NONE, LOWER]
    assert orders[1].crs_steroid_reason[0] == OptionReason.WORSE_AFTER_TOCILIZUMAB


def test_2018_no_more_than_four_doses_and_then_other_treatment():
    orders, care = follow([(8 * k, MASK) for k in range(6)], US_2018)
    assert given(orders) == [True, True, True, True, False, False]
    assert care.ledger.n_doses[0] == 4
    assert orders[-1].alternative[0]


@pytest.mark.parametrize(
    ("changes", "expected"), [(FEVER, False), (LOW_FLOW, True), (PRESSOR, True), (MASK, True)]
)
def test_2025_tocilizumab_from_lee_grade_2(changes, expected):
    orders, _ = follow([(0, changes)], US_2025)
    assert given(orders) == [expected]
    if expected:
        assert orders[0].tocilizumab_mg[0] == 560.0


def test_2025_more_than_three_days_of_fever_count_as_grade_2():
    orders, _ = follow([(24 * day, FEVER) for day in range(5)], US_2025)
    assert given(orders) == [False, False, False, False, True]
    assert reasons(orders)[-1] == OptionReason.LONG_FEVER


def test_2025_a_day_without_fever_begins_the_count_again():
    hours = [0, 24, 48]
    chart = [(h, FEVER) for h in hours] + [(60, {}), (84, FEVER), (108, FEVER)]
    orders, care = follow(chart, US_2025)
    assert not any(given(orders))
    assert care.fever_began_day[0] == pytest.approx(84 / 24)


def test_2025_a_steroid_follows_after_24_hours_without_improvement():
    orders, _ = follow([(0, MASK), (8, MASK), (16, MASK), (24, MASK)], US_2025)
    assert steroids(orders) == [NONE, NONE, NONE, LOWER]
    assert given(orders) == [True, True, True, True]


def test_2025_grade_4_has_the_upper_regimen_at_once():
    orders, _ = follow([(0, VENTILATED)], US_2025)
    assert (given(orders), steroids(orders)) == ([True], [UPPER])


def test_2025_grade_3_that_does_not_improve_on_a_steroid_is_looked_after_as_grade_4():
    orders, _ = follow([(24 * k, MASK) for k in range(4)], US_2025)
    assert steroids(orders) == [NONE, LOWER, UPPER, UPPER]
    assert orders[2].crs_steroid_reason[0] == OptionReason.NOT_BETTER_ON_STEROID


@pytest.mark.parametrize("rules", [US_2018, US_2025], ids=["2018", "2025"])
def test_unknown_gives_no_option_but_says_so(rules):
    now = empty_observations(1)
    orders = crs_options(now, grade_lee(now, rules), new_care_state(1, rules), WEIGHT, 1.0, rules)
    assert reasons([orders]) == [OptionReason.NOT_ASSESSABLE]
    assert given([orders]) == [False]
    assert steroids([orders]) == [NONE]


def test_2018_a_missing_organ_value_does_not_hide_respiratory_distress():
    orders, _ = follow([(0, {**MASK, "bilirubin_mg_per_dl": float("nan")})], US_2018)
    assert reasons(orders) == [OptionReason.RESPIRATORY_DISTRESS]


def test_an_explained_fever_with_oxygen_gives_no_option():
    orders, _ = follow([(0, {**MASK, "fever_otherwise_explained": 1})], US_2018)
    assert given(orders) == [False]


def test_an_edition_without_an_algorithm_gives_no_option():
    orders, _ = follow([(0, VENTILATED)], EU)
    assert reasons(orders) == [OptionReason.NO_ALGORITHM]
    assert not orders[0].tocilizumab[0]
    neuro = icans_options(grade(4), grade(0), new_care_state(1, EU), WEIGHT, 1.0, EU)
    assert neuro.icans_steroid_reason[0] == OptionReason.NO_ALGORITHM
    assert neuro.icans_steroid[0] == NONE


def neuro_option(icans, lee, rules=US_2025, doses=0):
    care = new_care_state(1, rules)
    ledger = dataclasses.replace(care.ledger, n_doses=np.array([doses]))
    orders = icans_options(
        grade(icans), grade(lee), dataclasses.replace(care, ledger=ledger), WEIGHT, 5.0, rules
    )
    return bool(orders.tocilizumab[0]), SteroidOrder(int(orders.icans_steroid[0]))


DEXAMETHASONE = SteroidOrder.DEXAMETHASONE_10_MG


@pytest.mark.parametrize(
    ("icans", "lee", "doses", "expected"),
    [
        (1, 0, 0, (False, NONE)),
        (2, 0, 0, (False, DEXAMETHASONE)),
        (3, 0, 0, (False, DEXAMETHASONE)),
        (4, 0, 0, (False, UPPER)),
        (2, 1, 0, (True, NONE)),
        (2, 1, 1, (False, DEXAMETHASONE)),
        (3, 1, 0, (True, DEXAMETHASONE)),
        (4, 2, 0, (True, UPPER)),
        (-1, 1, 0, (False, NONE)),
    ],
)
def test_2025_icans_options(icans, lee, doses, expected):
    assert neuro_option(icans, lee, doses=doses) == expected


def test_2018_has_no_table_for_icans():
    assert neuro_option(4, 0, rules=US_2018) == (False, NONE)


def support(day=30.0, lee=0, astct=0, icans=0, **changes):
    return supportive_options(observed(**changes), grade(astct), grade(lee), grade(icans), day, US_2025, 4.0)


def test_supportive_options_go_by_limits():
    assert support(igg_g_per_l=3.9).ivig[0]
    assert not support(igg_g_per_l=4.0).ivig[0]
    assert not support(igg_g_per_l=float("nan")).ivig[0]
    assert support(platelets_e9_per_l=9.0).platelets[0]
    assert not support(platelets_e9_per_l=10.0).platelets[0]
    assert support(haemoglobin_g_per_dl=6.9).red_cells[0]
    assert support(astct=3).icu[0]
    assert support(icans=3).icu[0]
    assert not support(astct=2, icans=2).icu[0]


def test_growth_factor_waits_three_weeks_and_for_crs_to_be_over():
    assert support(day=21.0, anc_e9_per_l=0.4).gcsf[0]
    assert not support(day=20.9, anc_e9_per_l=0.4).gcsf[0]
    assert not support(day=30.0, lee=1, anc_e9_per_l=0.4).gcsf[0]
    assert not support(day=30.0, lee=-1, anc_e9_per_l=0.4).gcsf[0]
    assert not support(day=30.0, anc_e9_per_l=0.5).gcsf[0]


def everything(changes, rules):
    now = observed(**changes)
    lee = grade_lee(now, rules)
    icans = grade_icans(now, np.array([50.0]), rules)
    care = new_care_state(1, rules)
    return all_options(now, grade_astct(now, rules), lee, icans, care, WEIGHT, 4.0, rules, 4.0)


def test_all_options_join_crs_icans_and_support():
    orders = everything({**MASK, "ice_score": 2.0, "igg_g_per_l": 3.0}, US_2025)
    assert orders.tocilizumab[0]
    assert orders.tocilizumab_reason[0] == OptionReason.LEE_GRADE
    assert (orders.crs_steroid[0], orders.icans_steroid[0]) == (NONE, DEXAMETHASONE)
    assert orders.steroid[0] == DEXAMETHASONE
    assert orders.icu[0]
    assert orders.ivig[0]


def test_icans_with_mild_crs_makes_the_first_tocilizumab_an_option():
    orders = everything({**FEVER, "ice_score": 5.0}, US_2025)
    assert orders.tocilizumab[0]
    assert orders.tocilizumab_reason[0] == OptionReason.ICANS_WITH_CRS
    assert orders.tocilizumab_mg[0] == 560.0


def test_daily_steroid_dose_in_methylprednisolone():
    orders = np.array([NONE, DEXAMETHASONE, LOWER, UPPER])
    mg = steroid_mg_per_day(orders, np.full(4, 70.0), US_2025)
    np.testing.assert_allclose(mg, [0.0, 10 * 2 * 5.33, 140.0, 1000.0])


def test_options_of_a_thousand_patients_take_a_few_milliseconds():
    n = 1000
    empty = empty_observations(n)
    values = {**WELL, **MASK}
    now = dataclasses.replace(
        empty, **{name: np.full(n, v, dtype=getattr(empty, name).dtype) for name, v in values.items()}
    )
    care = new_care_state(n, US_2018)
    took = []
    for _ in range(7):
        began = time.perf_counter()
        crs_options(now, grade(3, n), care, np.full(n, 70.0), 4.0, US_2018)
        took.append(time.perf_counter() - began)
    assert min(took) < 2e-2
