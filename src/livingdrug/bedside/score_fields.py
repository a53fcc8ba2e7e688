"""The fields of a score's own record of inputs, as a file may hold them: unit, meaning, words, limits."""

import dataclasses
import inspect
import math
import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any

import numpy as np

from livingdrug.bedside.answers import NOT_ASSESSABLE
from livingdrug.charts.columns import columns
from livingdrug.charts.score_file import Field
from livingdrug.units import PERCENT

_FLAG = {"yes": 1, "no": 0}
_BEFORE = "baseline_"
_SHARE = "share of cells"
_TESTS = "tests"
_OF_PREDICTED = ("dlco_percent", "fev1_percent")
"""Percentages that may exceed 100."""
_UNITS = {
    "_g_per_dl": "g/dL",
    "_mg_per_dl": "mg/dL",
    "_ug_per_l": "ug/L",
    "_mmol_per_l": "mmol/L",
    "_g_per_l": "g/L",
    "_u_per_l": "U/L",
    "_u_per_ml": "U/mL",
    "_e9_per_l": "e9/L",
    "_cells_per_ul": "cells/uL",
    "_kg_per_m2": "kg/m2",
    "_x_uln": "times the upper limit of normal",
    "_percent": "%",
    "_centile": "centile",
    "_fraction": _SHARE,
    "_cm": "cm",
    "_years": "years",
    "_days": "days",
    "_day": "day after infusion",
    "_score": "points",
    "_tests": _TESTS,
    "_c": "degC",
}
"""Endings of the names of numbers, each with its unit; a field of another name is a flag or a code."""
_AS_IN_A_FILE = (
    (re.compile(r"Member of ``\w+``\.|Flags are 1 yes, 0 no, -1 unknown\."), ""),
    (re.compile(r": 1, 0, or -1 unknown|[;,] NaN where unknown|, or NaN if unknown"), ""),
    (re.compile(r"-1 where none"), "left out where none"),
    (re.compile(r"infinite where"), '"never" where'),
    (re.compile(r"NaN where"), "left out where"),
)
"""How docstrings write what is unknown in columns, and how a file does."""
_TOLD = re.compile(r"(\w+(?:, \w+)*) : ")


def _ending(name: str) -> str:
    return next((ending for ending in _UNITS if name.endswith(ending)), "")


def unit_of(name: str) -> str:
    """Return the unit that a name carries, empty for a flag or a code."""
    return _UNITS.get(_ending(name), "")


def meanings(record: type) -> dict[tuple[str, ...], str]:
    """Return what the docstring of a record says of its fields, by the names that it says it of."""
    found: dict[tuple[str, ...], str] = {}
    names: tuple[str, ...] = ()
    for line in (inspect.getdoc(record) or "").splitlines():
        told = _TOLD.match(line)
        if told:
            names = tuple(told[1].split(", "))
            found[names] = ""
        elif names and line.startswith(" "):
            found[names] = f"{found[names]} {line.strip()}".strip()
        else:
            names = ()
    return {names: _as_in_a_file(text) for names, text in found.items()}


def _as_in_a_file(text: str) -> str:
    for written, instead in _AS_IN_A_FILE:
        text = written.sub(instead, text)
    return text.strip()


def fields_of(record: type, codes: Mapping[str, type[IntEnum]], units: Mapping[str, str]) -> dict[str, Field]:
    """Return the fields of a record.

    Parameters
    ----------
    record : type
        A dataclass of columns.
    codes : mapping of field to IntEnum
        Fields that hold a member of an enumeration.
    units : mapping of field to str
        Units of numbers whose name carries none.
    """
    alone = {names[0]: text for names, text in meanings(record).items() if len(names) == 1}
    names = [field.name for field in dataclasses.fields(record)]
    return {name: _field(name, alone.get(name, ""), codes, units) for name in names}


def _field(name: str, meaning: str, codes: Mapping[str, type[IntEnum]], units: Mapping[str, str]) -> Field:
    plain = name.removeprefix(_BEFORE)
    column = columns().get(plain)
    words = (
        (name if unit_of(name) == _TESTS else name.removesuffix(_ending(name))).replace("_", " ").capitalize()
    )
    meaning = f"{words}. {meaning}" if meaning else column.meaning.split(";")[0] if column else words
    meaning = f"{meaning}, before lymphodepletion" if name != plain and column else meaning
    if name in codes:
        words = {member.name.lower(): int(member) for member in codes[name] if member != NOT_ASSESSABLE}
        return Field(name, "", meaning, words)
    unit = units.get(name) or unit_of(name)
    if not unit:
        return Field(name, "", meaning, _FLAG)
    if column:
        return Field(name, unit, meaning, {}, column.low, column.high, column.kind == "whole")
    counted = name in units or unit == _TESTS
    return Field(
        name, unit, meaning, {}, high=_highest(name, unit), whole=counted, never=name.startswith("since_")
    )


def _highest(name: str, unit: str) -> float:
    if unit == _SHARE:
        return 1.0
    return PERCENT if unit in ("%", "centile") and name not in _OF_PREDICTED else math.inf


def record_of(
    record: type[Any], values: Sequence[Mapping[str, float]], fields: Mapping[str, Field], many: bool = False
) -> Any:
    """Return a record of one patient, columns (1,), or (1, items) of many; what is left out is unknown."""
    found = {}
    for field in dataclasses.fields(record):
        is_number = not fields[field.name].words
        unknown, kind = (math.nan, float) if is_number else (-1, np.int8)
        column = np.array([each.get(field.name, unknown) for each in values], dtype=kind)
        found[field.name] = column[np.newaxis] if many else column
    return record(**found)
