"""The options listed for a patient are those that the simulation takes in the same situation."""

import dataclasses

import numpy as np
import pytest
from tests.situations import situation_at

from livingdrug.bedside.care import SteroidOrder, new_care_state, next_care_state
from livingdrug.bedside.crs import grade_astct, grade_lee
from livingdrug.bedside.icans import grade_icans
from livingdrug.bedside.management import all_options
from livingdrug.bedside.options import Guideline, Toxicity, options_for
from livingdrug.bedside.options.rows import all_rows
from livingdrug.evidence import load_edition
from livingdrug.observations import (
    CODE_FIELDS,
    FLAG_FIELDS,
    FLOAT_FIELDS,
    UNKNOWN,
    Consciousness,
    OxygenDevice,
    observations_with,
)

NOT_SIMULATED = ("label_icans_1_crs",)
"""Tocilizumab for ICANS of grade 1 beside CRS: the simulation has it by the table for CRS alone."""

N = 40
HOURS = np.cumsum([0.0, 4, 8, 4, 8, 8, 12, 16, 24, 8, 24, 24, 24])
REGIMENS = {
    "scales.management_crs.methylprednisolone_mg_per_kg_per_day": SteroidOrder.METHYLPREDNISOLONE_2_MG_PER_KG,
    "scales.management_crs.methylprednisolone_mg_per_day": SteroidOrder.METHYLPREDNISOLONE_1000_MG,
    "scales.management_icans.dexamethasone_mg": SteroidOrder.DEXAMETHASONE_10_MG,
}
REGIMEN_OF = {row.id: REGIMENS.get(row.figures["dose"], SteroidOrder.NONE) for row in all_rows()}
WELL = {
    **{name: 0.0 for name in FLOAT_FIELDS},
    **{name: 0 for name in (*FLAG_FIELDS, *CODE_FIELDS)},
    "temperature_c": 37.0, "systolic_mmhg": 120.0, "fio2_percent": 21.0, "ice_score": 10.0,
}  # fmt: skip
HOT = {"temperature_c": 39.0}
STATES = (
    {},
    {"temperature_c": 37.0, "anticytokine_given": 1},
    HOT,
    HOT,
    {**HOT, "oxygen_device": OxygenDevice.LOW_FLOW_NASAL, "oxygen_flow_l_per_min": 2.0, "fio2_percent": 28.0},
    {**HOT, "n_vasopressors": 1.0, "norepinephrine_ug_per_min": 5.0, "fluid_bolus": 1},
    {**HOT, "n_vasopressors": 1.0, "norepinephrine_ug_per_min": 5.0, "systolic_mmhg": 80.0},
    {**HOT, "n_vasopressors": 2.0, "norepinephrine_ug_per_min": 30.0, "epinephrine_ug_per_min": 12.0},
    {**HOT, "oxygen_device": OxygenDevice.FACE_MASK, "fio2_percent": 50.0},
    {**HOT, "oxygen_device": OxygenDevice.VENTILATOR, "fio2_percent": 60.0},
    {"temperature_c": np.nan},
    {**HOT, "oxygen_device": -1, "fio2_percent": np.nan},
)
ICE = (10.0, 10.0, 8.0, 5.0, 5.0, 1.0, np.nan)


def chart_at(luck, last):
    """Return the observations of everybody at one time: half stay as they are, half draw a new state."""
    stay = luck.random(N) < 0.5
    states = np.where(stay, last, luck.integers(len(STATES), size=N))
    columns = {name: np.full(N, WELL.get(name, UNKNOWN[name])) for name in WELL}
    for i, state in enumerate(states):
        for name, value in STATES[state].items():
            columns[name][i] = value
    columns["ice_score"] = luck.choice(ICE, size=N)
    columns["consciousness"] = np.where(luck.random(N) < 0.1, Consciousness.UNAROUSABLE.value, 0.0)
    typed = {
        name: column if name in FLOAT_FIELDS else column.astype(np.int8)
        for name, column in columns.items()
        if name in WELL
    }
    return observations_with(N, typed), states


def strongest(options):
    """Return the strongest regimen among the options that are met."""
    return max((REGIMEN_OF[option.id] for option in options if option.answer == 1), default=SteroidOrder.NONE)


def icans_begins_past_a_dose(row, lee, icans, care):
    """Return whether the list asks what the chart does not tell: has ICANS become better since the dose.

    The simulation begins the steroid without asking.
    """
    begins = icans.grade[row] == 2 and lee.grade[row] >= 1 and care.icans_steroid[row] == 0
    return begins and care.ledger.n_doses[row] >= 1


def compare(row, now, grades, care, weight_kg, day, rules, orders):
    """Hold what is listed for one patient against what the simulation orders; return what it ordered."""
    lee, icans = grades
    situations = situation_at(row, now, lee, icans, care, weight_kg, day, rules)
    crs, neuro = (
        options_for(toxicity, situation, Guideline.LABEL, rules)
        for toxicity, situation in zip((Toxicity.CRS, Toxicity.ICANS), situations, strict=True)
    )
    listed = [o for o in (*crs, *neuro) if o.id not in NOT_SIMULATED]
    doses = [o for o in listed if o.drug == "tocilizumab" and o.answer == 1]
    assert bool(doses) == bool(orders.tocilizumab[row]), (situations, doses)
    for option in doses:
        assert option.dose.for_patient[0] == orders.tocilizumab_mg[row]
    if lee.grade[row] >= 0:
        assert strongest(crs) == orders.crs_steroid[row], situations[0]
    # Without the grade of CRS the simulation reads ICANS as without CRS, without that of ICANS it lets
    # run what runs; a list for people says in both that it cannot be assessed.
    past_a_dose = [o.answer for o in neuro if o.id == "label_icans_2_crs_steroid"]
    if past_a_dose and icans_begins_past_a_dose(row, lee, icans, care):
        assert strongest(neuro) == 0 < orders.icans_steroid[row], situations[1]
        assert past_a_dose == [-1]
    elif lee.grade[row] >= 0 and icans.grade[row] >= 0:
        assert strongest(neuro) == orders.icans_steroid[row], situations[1]
    return bool(doses), int(orders.crs_steroid[row]), int(orders.icans_steroid[row])


@pytest.mark.parametrize("edition", ["us_2018_05", "us_2024_04", "us_2025_06"])
def test_tocilizumab_and_steroids_are_listed_as_met_where_the_simulation_takes_them(edition):
    rules, luck = load_edition(edition), np.random.default_rng(5)
    weight_kg = luck.uniform(12.0, 110.0, N)
    care, states, seen = new_care_state(N, rules), np.zeros(N, dtype=int), set()
    for hours in HOURS:
        day = hours / 24.0
        now, states = chart_at(luck, states)
        lee, icans = grade_lee(now, rules), grade_icans(now, np.full(N, 40.0), rules)
        orders = all_options(now, grade_astct(now, rules), lee, icans, care, weight_kg, day, rules, 4.0)
        seen |= {compare(i, now, (lee, icans), care, weight_kg, day, rules, orders) for i in range(N)}
        care = next_care_state(care, orders, now, lee, day, rules)
    assert {dosed for dosed, _, _ in seen} == {True, False}
    assert {order for _, order, _ in seen} == ({0, 2} if edition == "us_2018_05" else {0, 2, 3})
    assert {order for _, _, order in seen} == ({0} if edition == "us_2018_05" else {0, 1, 3})


def test_an_edition_without_an_algorithm_lists_neither():
    rules = load_edition("eu_current")
    now, _ = chart_at(np.random.default_rng(1), np.full(N, 9))
    lee, icans = grade_lee(now, rules), grade_icans(now, np.full(N, 40.0), rules)
    care = new_care_state(N, rules)
    for i in range(N):
        crs, neuro = situation_at(i, now, lee, icans, care, np.full(N, 70.0), 4.0, rules)
        drugs = {
            option.drug
            for toxicity, situation in ((Toxicity.CRS, crs), (Toxicity.ICANS, neuro))
            for option in options_for(toxicity, situation, Guideline.LABEL, rules)
        }
        assert drugs <= {""}


def test_a_situation_read_off_a_chart_is_plain_and_whole():
    rules = load_edition()
    now, _ = chart_at(np.random.default_rng(1), np.full(N, 9))
    lee, icans = grade_lee(now, rules), grade_icans(now, np.full(N, 40.0), rules)
    crs, _ = situation_at(0, now, lee, icans, new_care_state(N, rules), np.full(N, np.nan), 4.0, rules)
    assert crs.weight_kg is None
    assert all(not isinstance(value, np.generic) for value in vars(crs).values())
    assert dataclasses.replace(crs, grade=None).grade is None
