"""What a column of observations may be called, its unit, its limits, and its factor to the record."""

import functools
import math
from dataclasses import dataclass

import numpy as np

from livingdrug.errors import BadInput
from livingdrug.evidence import load_table
from livingdrug.observations import ALL_FIELDS, CODE_FIELDS

PATIENT, DAY, TIME, INFUSED_AT = "patient", "day", "time", "infused_at"
PLACES = (PATIENT, DAY, TIME, INFUSED_AT)
"""Columns that say of whom and when; all others hold what was observed."""
DAY_LIMITS = (-3650.0, 36500.0)
_YES = ("yes", "y", "true", "1", "1.0")
_NO = ("no", "n", "false", "0", "0.0")
_DECIMALS = 9
"""A converted value is rounded here, far below any laboratory's last digit, so that 100.4 F is 38.0 C."""


@dataclass(frozen=True)
class Column:
    """One column that a file may hold.

    Attributes
    ----------
    name, field : str
        Its name in the file, and the field of the record (or of the patient) that it becomes.
    unit : str
        Of the file's values; ``low`` and ``high``, the limits of what can have been measured, are in it, and
        ``least``: what is above 0 and below it was counted in another unit.
    kind : str
        number, whole, flag, code, per_kg (a dose per kilogram of body weight), patient or patient_flag (one
        value a patient, not of a time).
    subtract, times, over : float
        The record's value is (value - subtract) x times / over.
    meaning : str
    """

    name: str
    field: str
    unit: str
    kind: str
    subtract: float
    times: float
    over: float
    low: float
    high: float
    least: float
    meaning: str

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers, not words."""
        return self.kind not in ("flag", "code", "patient_flag")

    @property
    def of_patient(self) -> bool:
        """Whether it holds one value a patient, not what was seen at a time."""
        return self.kind in ("patient", "patient_flag")

    @property
    def counts_cells(self) -> bool:
        """Whether its values are whole cells, written without decimals."""
        return self.unit == "cells/uL"

    @property
    def expected(self) -> str:
        """Words for what the column accepts."""
        if self.kind in ("flag", "patient_flag"):
            return "yes, no or unknown"
        if self.kind == "code":
            return "one of " + ", ".join(words_of(self))
        low = f"{self.low:g}, or {self.least:g}" if self.least else f"{self.low:g}"
        whole = "a whole number " if self.kind == "whole" else ""
        unit = "" if self.unit in ("1", "count") else f" {self.unit}"
        return f"{whole}{low} to {self.high:g}{unit}"


def words_of(column: Column) -> dict[str, int]:
    """Return the words of a column of flags or codes, each with its number; unknown is left out."""
    if column.kind in ("flag", "patient_flag"):
        return {word: 1 for word in _YES} | {word: 0 for word in _NO}
    return {member.name.lower(): int(member) for member in CODE_FIELDS[column.field] if member >= 0}


@functools.cache
def columns() -> dict[str, Column]:
    """Return every column that a file of observations may hold beside patient and time, by name.

    Raises
    ------
    BadInput
        The evidence table leaves out a field of the record, or names one that it does not have.
    """
    schema = {
        row["name"]: Column(
            name=row["name"],
            field=row["field"],
            unit=row["unit"],
            kind=row["kind"],
            subtract=float(row["subtract"] or 0),
            times=float(row["times"] or 1),
            over=float(row["over"] or 1),
            low=float(row["low"] or -math.inf),
            high=float(row["high"] or math.inf),
            least=float(row["least"] or 0),
            meaning=row["meaning"],
        )
        for row in load_table("patients.observation_columns")
    }
    named = {column.field for column in schema.values() if not column.of_patient}
    if named != set(ALL_FIELDS) - {DAY}:
        raise BadInput(f"patients.observation_columns: differs from the record in {named ^ set(ALL_FIELDS)}")
    return schema


def converted(column: Column, values: np.ndarray) -> np.ndarray:
    """Return values of a column in the unit of the record: (value - subtract) x times / over.

    Doses per kilogram stay so here: the body weight is the patient's.
    """
    if (column.subtract, column.times, column.over) == (0, 1, 1):
        return values
    return np.round((values - column.subtract) * column.times / column.over, _DECIMALS)


def in_unit_of(column: Column, values: np.ndarray) -> np.ndarray:
    """Return values of the record in the unit of a column, the way back of ``converted``."""
    return np.round(values * column.over / column.times + column.subtract, _DECIMALS)


def outside(column: Column, values: np.ndarray) -> np.ndarray:
    """Return where a number cannot have been measured; unknown (NaN) always may stand."""
    wrong = ~np.isnan(values) & ~((values >= column.low) & (values <= column.high))
    wrong |= (values > 0) & (values < column.least)
    if column.kind == "whole":
        wrong |= np.isfinite(values) & (np.floor(values) != values)
    return wrong


def better_column(column: Column, value: float) -> str:
    """Return the column of the same quantity in whose unit a value is possible, empty where there is none."""
    for other in columns().values():
        if other.field == column.field and other is not column and not outside(other, np.array(value)):
            return other.name
    return ""
