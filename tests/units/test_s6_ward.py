"""The ward: what explains a fever, and orders carried out once, in their size and at their interval."""

import dataclasses

import numpy as np
import pytest
from tests.fake_in_vivo import well
from tests.fake_journey import journey

from livingdrug.body.events import row
from livingdrug.course.s6_in_vivo.chance import Infections
from livingdrug.course.s6_in_vivo.ward import chart, grade, manage
from livingdrug.evidence import load_edition
from livingdrug.observations import OxygenDevice, PlaceOfCare
from livingdrug.plans import Plan

RULES = load_edition()
CARE = "course.in_vivo.care"
NAN = np.nan


def from_the_body(n=1, **changes):
    """What the body shows of well people: it does not know what explains a fever or what was given."""
    unknown = {"fever_otherwise_explained": -1, "antipyretic_given": -1, "anticytokine_given": -1}
    return well(n, **(unknown | changes))


def infected(n=1, febrile=True):
    return Infections(np.full(n, 100.0), np.full(n, 3.0), np.full(n, febrile), np.zeros(n, dtype=bool))


def on(day, seen, before, weight_kg=80.0, to_next=1 / 3, plan=None, rules=RULES):
    """Chart, grade and manage at one decision time."""
    n = len(before.observed)
    shown, began = chart(seen, before, day, rules)
    grades = grade(shown, np.full(n, 50.0), rules)
    before = dataclasses.replace(before, episode_began_day=began)
    return manage(before, shown, grades, np.full(n, weight_kg), plan or Plan(), rules, day, to_next, rules)


def test_a_fever_is_explained_by_an_infection_only_where_the_body_alone_has_none():
    seen, _ = chart(
        from_the_body(3, temperature_c=np.array([36.8, 39.5, 39.5])),
        journey(3, infections=dataclasses.replace(infected(3), febrile=np.array([True, True, False]))),
        5.0,
        RULES,
    )
    infection = RULES.number("course.in_vivo.infection.temperature_c")
    assert seen.temperature_c == pytest.approx([infection, 39.5, 39.5])
    assert seen.fever_otherwise_explained.tolist() == [1, 0, 0]
    assert (seen.infection_grade == 3).all()


def test_crs_is_graded_through_an_infection_and_not_for_it():
    feverish = from_the_body(2, temperature_c=np.array([39.5, 36.8]))
    seen, _ = chart(feverish, journey(2, infections=infected(2)), 5.0, RULES)
    astct, _, penn, _ = grade(seen, np.full(2, 50.0), RULES)
    assert astct.grade.tolist() == [1, 0]
    assert (penn.grade > 0).tolist() == [True, False]


def test_an_episode_begins_with_the_fever_and_lasts_as_long_as_support():
    first, began = chart(from_the_body(temperature_c=39.0), journey(1), 4.0, RULES)
    assert (began[0], first.antipyretic_given[0]) == (4.0, 0)
    supported = from_the_body(oxygen_device=OxygenDevice.FACE_MASK, fio2_percent=40)
    later, began = chart(supported, journey(1, episode_began_day=began), 5.0, RULES)
    assert (began[0], later.antipyretic_given[0]) == (4.0, 1)
    _, over = chart(from_the_body(), journey(1, episode_began_day=began), 6.0, RULES)
    assert np.isnan(over[0])


def test_an_anticytokine_drug_counts_from_the_fever_it_was_given_for():
    given = dataclasses.replace(
        journey(2).care.ledger, last_doses_day=np.array([[4.5, NAN, NAN, NAN], [2.0, NAN, NAN, NAN]])
    )
    before = journey(2)
    before = dataclasses.replace(
        before, care=dataclasses.replace(before.care, ledger=given), episode_began_day=np.array([4.0, 4.0])
    )
    seen, _ = chart(from_the_body(2, temperature_c=39.0), before, 5.0, RULES)
    assert seen.anticytokine_given.tolist() == [1, 0]


GRAVE = {
    "temperature_c": 39.5,
    "systolic_mmhg": 75.0,
    "fluid_bolus": 1,
    "n_vasopressors": 2,
    "norepinephrine_ug_per_min": 25.0,
    "epinephrine_ug_per_min": 5.0,
}


def test_tocilizumab_goes_to_the_ill_who_are_there_and_to_no_one_else():
    before = journey(3, observed=np.array([True, False, True]))
    seen = from_the_body(3, **(GRAVE | {"temperature_c": np.array([39.5, 39.5, 36.8])}))
    seen = dataclasses.replace(
        seen,
        systolic_mmhg=np.array([75.0, 75, 120]),
        n_vasopressors=np.array([2.0, 2, 0]),
        fluid_bolus=np.array([1, 1, 0], dtype=np.int8),
        norepinephrine_ug_per_min=np.array([25.0, 25, 0]),
        epinephrine_ug_per_min=np.array([5.0, 5, 0]),
    )
    after, shown = on(3.0, seen, before)
    assert after.care.ledger.n_doses.tolist() == [1, 0, 0]
    assert after.state[row("tocilizumab_mg")].tolist() == [8 * 80, 0, 0]
    assert after.icu_first_day == pytest.approx([3.0, NAN, NAN], nan_ok=True)
    assert shown.place_of_care.tolist()[0] == PlaceOfCare.ICU
    assert shown.place_of_care.tolist()[2] == PlaceOfCare.OUTPATIENT


def test_doses_of_tocilizumab_keep_their_distance_and_number_however_ill_a_patient_stays():
    now = journey(1)
    for k in range(31):
        now, _ = on(k / 3, from_the_body(**GRAVE), now)
    days = now.care.ledger.last_doses_day[0]
    assert now.care.ledger.n_doses[0] == 4
    assert (np.diff(days) * 24 >= 8 - 1e-6).all()


@pytest.mark.parametrize("hours", [8.0, 24.0, 32.0])
def test_a_plan_may_wait_longer_than_the_label_before_it_repeats_tocilizumab(hours):
    now = journey(1)
    for k in range(31):
        now, _ = on(k / 3, from_the_body(**GRAVE), now, plan=Plan(tocilizumab_repeat_hours=hours))
    assert np.diff(now.care.ledger.last_doses_day[0]).min() * 24 == pytest.approx(hours)


@pytest.mark.parametrize(("to_next", "days"), [(1 / 3, 1 / 3), (1.0, 1.0), (30.0, 1.0), (0.0, 0.0)])
def test_a_steroid_is_given_for_the_interval_and_a_day_at_most(to_next, days):
    after, _ = on(3.0, from_the_body(ice_score=5), journey(1), to_next=to_next)
    dexamethasone_mg_per_day = 10 * 24 / RULES.number("scales.management_icans.dexamethasone_interval_hours")
    unit = RULES.number("body.drugs.dexamethasone_unit_mg")
    assert after.state[row("steroid")][0] == pytest.approx(dexamethasone_mg_per_day * days / unit)
    assert after.care.steroid_first_day[0] == 3.0


def test_immunoglobulin_is_given_below_the_plans_limit_and_not_again_within_its_interval():
    interval = RULES.number(f"{CARE}.ivig_interval_days")
    grams = RULES.number(f"{CARE}.ivig_mg_per_kg") * 80 / 1000
    now = journey(1)
    given = []
    for day in (0.0, 1.0, interval - 1, interval, interval + 1):
        held = now.state[row("ivig_central")][0]
        now, _ = on(day, from_the_body(igg_g_per_l=3.9), now, plan=Plan(ivig_below_g_per_l=4.0))
        given.append(now.state[row("ivig_central")][0] - held)
    assert given == pytest.approx([grams, 0, 0, grams, 0])
    assert now.ivig_first_day[0] == 0
    enough, _ = on(0.0, from_the_body(igg_g_per_l=4.0), journey(1), plan=Plan(ivig_below_g_per_l=4.0))
    assert enough.state[row("ivig_central")][0] == 0
    assert np.isnan(enough.ivig_first_day[0])


def test_the_protocol_decides_not_the_edition_of_the_label():
    now = {}
    for name in ("us_2018_05", "us_2025_06"):
        before = journey(1)
        seen = from_the_body(temperature_c=39.0, systolic_mmhg=85.0, fluid_bolus=1)
        shown, _ = chart(seen, before, 3.0, RULES)
        grades = grade(shown, np.array([50.0]), RULES)
        after, _ = manage(
            before, shown, grades, np.array([80.0]), Plan(), load_edition(name), 3.0, 1 / 3, RULES
        )
        now[name] = after.care.ledger.n_doses[0]
    assert now == {"us_2018_05": 0, "us_2025_06": 1}
