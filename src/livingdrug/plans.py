"""What is done to a patient or in a trial: doses, bridging, waits, visits and policies.

A design file states a plan as a table. Each value is bare or carries where it was published::

    bridging_probability = { value = 0.92, source = "bishop_2019", where = "abstract" }
"""

import dataclasses
import difflib
import itertools
import math
from dataclasses import dataclass
from typing import Any

from livingdrug.errors import BadInput
from livingdrug.evidence import library


@dataclass(frozen=True)
class Plan:
    """The decisions that a centre or a protocol makes in advance.

    The defaults are a label-guided treatment of one patient outside a trial; a design file states
    every field. NaN means that the plan sets no such value.
    """

    dose_target_cells: float = 5e8
    """CAR-positive viable T cells that manufacturing aims at."""
    dose_target_cells_per_kg: float = math.nan
    """The same per kilogram; the smaller of both targets is used."""
    dose_accepted_low_cells: float = math.nan
    """Fewest CAR-positive viable cells with which a product is released; NaN: judged at infusion only."""
    release_viability_percent: float = math.nan
    """Viability that release asks for; NaN: the limit of the label's jurisdiction."""
    accept_out_of_specification: bool = False
    """Whether a product outside its release limits is still given (managed access)."""
    lymphodepletion_edition: str = ""
    """Edition whose regimens, window and omission the protocol follows; empty: that of the run."""
    prefer_bendamustine_probability: float = 0.0
    bridging_probability: float = 0.9
    leukapheresis_lead_days: float = 0.0
    """Median days by which collection precedes enrolment (stored cells); 0: collected after enrolment."""
    leukapheresis_lead_log_sd: float = 0.0
    slot_wait_days: float = 7.0
    """Median days from enrolment (or collection, if later) to the start of manufacturing."""
    slot_wait_log_sd: float = 0.5
    schedule_days: float = 8.0
    """Median days from the product's return to infusion, lymphodepletion included."""
    schedule_log_sd: float = 0.3
    max_collections: int = 2
    max_manufacturing_attempts: int = 2
    visit_months: tuple[float, ...] = (1.0, 3.0, 6.0, 9.0, 12.0, 18.0, 24.0, 36.0, 48.0, 60.0)
    horizon_months: float = 66.0
    crs_protocol_edition: str = "us_2025_06"
    """Edition whose table guides tocilizumab and steroids."""
    tocilizumab_doses_in_stock: int = 2
    tocilizumab_repeat_hours: float = 8.0
    """Least hours that a centre waits for a dose of tocilizumab to work before it repeats it."""
    premedicated: bool = True
    ivig_below_g_per_l: float = 4.0
    """IgG below which immunoglobulin is given."""
    transplant_in_remission_probability: float = 0.0
    outpatient_infusion_probability: float = 0.0
    exclude_by_trial: str = ""
    """Whose eligibility thresholds apply beside the label's ("juliet"); empty: the label alone."""


@dataclass(frozen=True)
class _Range:
    low: float
    high: float
    may_be_nan: bool = False


_RANGES = {
    "dose_target_cells": _Range(1e6, 1e9, may_be_nan=True),
    "dose_target_cells_per_kg": _Range(1e4, 1e8, may_be_nan=True),
    "dose_accepted_low_cells": _Range(0.0, 1e9, may_be_nan=True),
    "release_viability_percent": _Range(0.0, 100.0, may_be_nan=True),
    "prefer_bendamustine_probability": _Range(0.0, 1.0),
    "bridging_probability": _Range(0.0, 1.0),
    "leukapheresis_lead_days": _Range(0.0, 540.0),
    "leukapheresis_lead_log_sd": _Range(0.0, 2.0),
    "slot_wait_days": _Range(0.0, 365.0),
    "slot_wait_log_sd": _Range(0.0, 2.0),
    "schedule_days": _Range(3.0, 60.0),
    "schedule_log_sd": _Range(0.0, 2.0),
    "max_collections": _Range(1, 5),
    "max_manufacturing_attempts": _Range(1, 5),
    "visit_months": _Range(0.25, 240.0),
    "horizon_months": _Range(1.0, 240.0),
    "tocilizumab_doses_in_stock": _Range(0, 20),
    "tocilizumab_repeat_hours": _Range(8.0, 168.0),
    "ivig_below_g_per_l": _Range(0.0, 20.0, may_be_nan=True),
    "transplant_in_remission_probability": _Range(0.0, 1.0),
    "outpatient_infusion_probability": _Range(0.0, 1.0),
}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number_fault(name: str, value: Any) -> str | None:
    """Return what is wrong with one number of the plan, or None."""
    limits = _RANGES[name]
    expected = f"expected {limits.low:g} to {limits.high:g}" + (" or nan" if limits.may_be_nan else "")
    if not _is_number(value):
        return f"got {value!r}, {expected}"
    if math.isnan(value):
        return None if limits.may_be_nan else f"got nan, {expected}"
    return None if limits.low <= value <= limits.high else f"got {value!r}, {expected}"


def _months_fault(value: Any) -> str | None:
    if not isinstance(value, list | tuple) or not value:
        return f"got {value!r}, expected a list of months"
    for month in value:
        if fault := _number_fault("visit_months", month):
            return fault
    return None if all(a < b for a, b in itertools.pairwise(value)) else f"got {value!r}, not rising"


def _value_fault(name: str, value: Any) -> str | None:
    """Return what is wrong with the value of one field of the plan, or None."""
    default = getattr(Plan, name)
    if name == "visit_months":
        return _months_fault(value)
    if isinstance(default, bool | str):
        kind = type(default)
        held = [edition for edition, info in library().editions.items() if info.selectable]
        if name == "lymphodepletion_edition" and value not in ("", *held):
            return f"got {value!r}, expected nothing or one of {', '.join(held)}"
        if name == "crs_protocol_edition" and value not in held:
            return f"got {value!r}, expected one of {', '.join(held)}"
        return None if isinstance(value, kind) else f"got {value!r}, expected {kind.__name__}"
    if isinstance(default, int) and not isinstance(value, int):
        return f"got {value!r}, expected a whole number"
    return _number_fault(name, value)


def _open_cell(cell: Any) -> tuple[Any, str | None]:
    """Split a cell into its value and what is wrong with the source that it names."""
    if not isinstance(cell, dict):
        return cell, None
    unknown = set(cell) - {"value", "source", "where", "note", "basis", "checked"}
    if "value" not in cell or unknown:
        return None, f"got {cell!r}, expected value, source, where"
    source = cell.get("source")
    if source is not None and source not in library().sources:
        return cell["value"], f"source {source!r} is not in sources.toml"
    return cell["value"], None


def _name_faults(table: dict[str, Any], names: list[str]) -> list[str]:
    faults = []
    for name in table:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            faults.append(f"{name}: unknown field" + (f", did you mean {near[0]}?" if near else ""))
    return faults + [f"{name}: missing" for name in names if name not in table]


def _as_field(name: str, value: Any) -> Any:
    default = getattr(Plan, name)
    if name == "visit_months":
        return tuple(float(month) for month in value)
    return type(default)(value)


def check_plan(plan: Plan, place: str) -> Plan:
    """Return the plan, or refuse it with every field that is out of its range."""
    values = {field.name: getattr(plan, field.name) for field in dataclasses.fields(Plan)}
    faults = [f"{name}: {fault}" for name, value in values.items() if (fault := _value_fault(name, value))]
    if faults:
        raise BadInput(f"{place}: {len(faults)} fault(s) in the plan:\n  " + "\n  ".join(faults))
    return plan


def change_plan(plan: Plan, table: dict[str, Any], place: str) -> Plan:
    """Return a plan with the fields that a ``[plan]`` table states in place of its own.

    Parameters
    ----------
    plan : Plan
    table : dict
        Field name to value, or to ``{value, source, where}``; any fields.
    place : str
        The file, for messages.

    Raises
    ------
    BadInput
        Lists every unknown or faulty field with its value and what was expected.
    """
    stated = {field.name: getattr(plan, field.name) for field in dataclasses.fields(Plan)}
    return plan_from_table({**stated, **table}, place)


def plan_from_table(table: dict[str, Any], place: str) -> Plan:
    """Build a plan from the ``[plan]`` table of a design file.

    Parameters
    ----------
    table : dict
        Field name to value, or to ``{value, source, where}``; all fields are stated.
    place : str
        The file, for messages.

    Raises
    ------
    BadInput
        Lists every unknown, missing or faulty field with its value and what was expected.
    """
    names = [field.name for field in dataclasses.fields(Plan)]
    faults = _name_faults(table, names)
    values = {}
    for name in names:
        if name not in table:
            continue
        value, fault = _open_cell(table[name])
        fault = fault or _value_fault(name, value)
        if fault:
            faults.append(f"{name}: {fault}")
        else:
            values[name] = _as_field(name, value)
    if faults:
        raise BadInput(f"{place}: {len(faults)} fault(s) in [plan]:\n  " + "\n  ".join(faults))
    return Plan(**values)
