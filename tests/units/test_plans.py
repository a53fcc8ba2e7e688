"""Plans: what a design file may state, and how it is refused."""

import dataclasses
import math

import pytest

from livingdrug.errors import BadInput
from livingdrug.plans import Plan, check_plan, plan_from_table


def _table(**changes):
    table = {field.name: getattr(Plan(), field.name) for field in dataclasses.fields(Plan)}
    table["visit_months"] = list(table["visit_months"])
    return table | changes


def test_a_full_table_gives_the_plan_that_it_states():
    plan = plan_from_table(_table(bridging_probability=0.4, max_collections=3, visit_months=[1, 3]), "x")
    assert plan.bridging_probability == 0.4
    assert plan.max_collections == 3
    assert plan.visit_months == (1.0, 3.0)
    assert math.isnan(plan.dose_target_cells_per_kg)


def test_a_value_may_carry_its_source():
    cell = {"value": 3e8, "source": "us_pi_2025_06", "where": "section 14", "checked": "2026-11-22"}
    assert plan_from_table(_table(dose_target_cells=cell), "x").dose_target_cells == 3e8


def test_all_faults_of_a_plan_are_listed_with_field_value_and_expectation():
    table = _table(bridging_probability=1.2, max_collections=1.5, premedicated=1, bridgin_probability=0.9)
    del table["horizon_months"]
    with pytest.raises(BadInput) as caught:
        plan_from_table(table, "design.toml")
    message = str(caught.value)
    assert "design.toml: 5 fault(s)" in message
    assert "bridgin_probability: unknown field, did you mean bridging_probability" in message
    assert "horizon_months: missing" in message
    assert "bridging_probability: got 1.2, expected 0 to 1" in message
    assert "max_collections: got 1.5, expected a whole number" in message
    assert "premedicated: got 1, expected bool" in message


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("slot_wait_days", math.nan, "got nan"),
        ("slot_wait_days", "soon", "got 'soon'"),
        ("dose_target_cells", -1.0, "got -1.0, expected 1e"),
        ("visit_months", [], "a list of months"),
        ("visit_months", [3, 1], "not rising"),
        ("visit_months", [0], "expected 0.25 to 240"),
        ("visit_months", 3, "a list of months"),
        ("crs_protocol_edition", "us_1999", "expected one of"),
        ("crs_protocol_edition", "us_2025_12", "expected one of .*us_2025_06, eu_current"),
        ("max_manufacturing_attempts", True, "whole number|expected"),
        ("ivig_below_g_per_l", {"value": 4.0, "source": "nowhere"}, "source 'nowhere'"),
        ("ivig_below_g_per_l", {"valu": 4.0}, "expected value, source, where"),
    ],
)
def test_a_faulty_value_is_refused(field, value, fault):
    with pytest.raises(BadInput, match=f"{field}: .*({fault})"):
        plan_from_table(_table(**{field: value}), "x")


def test_a_plan_made_in_code_is_checked_alike():
    assert check_plan(Plan(), "x") == Plan()
    with pytest.raises(BadInput, match="horizon_months: got 0"):
        check_plan(Plan(horizon_months=0.0), "x")
