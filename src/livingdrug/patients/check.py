"""Refuses values that a patient cannot have, with field, value and allowed range."""

import dataclasses
import functools
import math
from dataclasses import dataclass

import numpy as np

from livingdrug.errors import BadInput
from livingdrug.evidence import load_table
from livingdrug.patients.record import CATEGORIES, COLUMNS, FLAGS, UNKNOWN, Patients

REQUIRED = ("indication", "age_years", "weight_kg")
"""What must be known of everyone; all else may be unknown."""

_FAULTS_SHOWN = 50


@dataclass(frozen=True)
class Column:
    """One row of the schema: what a column holds and which values it can take."""

    name: str
    unit: str
    kind: str
    low: float
    high: float
    description: str

    @property
    def expected(self) -> str:
        """Words for what the column accepts."""
        if self.kind == "category":
            return "one of " + ", ".join(member.name for member in CATEGORIES[self.name] if member != UNKNOWN)
        if self.kind == "flag":
            return "yes, no or unknown"
        whole = "a whole number " if self.kind == "integer" else ""
        return f"{whole}{self.low:g} to {self.high:g} {self.unit}"


@functools.cache
def columns() -> dict[str, Column]:
    """Return the schema of the patients' columns, by name.

    Raises
    ------
    BadInput
        The evidence table and the record do not name the same columns.
    """
    schema = {
        row["name"]: Column(
            name=row["name"],
            unit=row["unit"],
            kind=row["kind"],
            low=float(row["low"] or -math.inf),
            high=float(row["high"] or math.inf),
            description=row["description"],
        )
        for row in load_table("patients.columns")
    }
    if set(schema) != set(COLUMNS):
        raise BadInput(f"patients.columns: differs from the record in {sorted(set(schema) ^ set(COLUMNS))}")
    return schema


def faulty_rows(column: Column, values: np.ndarray) -> np.ndarray:
    """Return which rows hold a value that the column cannot take; unknown is always allowed."""
    if column.name in CATEGORIES:
        return ~np.isin(values, [int(member) for member in CATEGORIES[column.name]] + [UNKNOWN])
    if column.name in FLAGS:
        return ~np.isin(values, [1, 0, UNKNOWN])
    known = ~np.isnan(values)
    outside = known & ~((values >= column.low) & (values <= column.high))
    if column.kind == "integer":
        outside = outside | (known & (np.floor(np.where(known, values, 0.0)) != np.where(known, values, 0.0)))
    return outside


def is_unknown(name: str, values: np.ndarray) -> np.ndarray:
    """Return where a column is unknown."""
    if name in FLAGS or name in CATEGORIES:
        return values == UNKNOWN
    return np.isnan(values)


def refuse(place: str, faults: list[str]) -> None:
    """Raise BadInput with every fault of a file, or do nothing when there is none."""
    if not faults:
        return
    shown = faults[:_FAULTS_SHOWN]
    if len(faults) > len(shown):
        shown.append(f"and {len(faults) - len(shown)} more")
    raise BadInput(f"{place}: {len(faults)} fault(s) in the patients:\n  " + "\n  ".join(shown))


def check_patients(patients: Patients, place: str) -> Patients:
    """Return the patients, or refuse them with every value that lies outside its range.

    Parameters
    ----------
    patients : Patients
    place : str
        Where they came from, for the message.

    Raises
    ------
    BadInput
        Row, field, value and allowed range of every fault.
    """
    faults = []
    for field in dataclasses.fields(Patients):
        values = getattr(patients, field.name)
        column = columns()[field.name]
        if values.shape != (len(patients),):
            faults.append(f"{field.name}: shape {values.shape}, expected ({len(patients)},)")
            continue
        for row in np.flatnonzero(faulty_rows(column, values)):
            faults.append(f"row {row}: {field.name}: got {values[row]:g}, expected {column.expected}")
        if field.name in REQUIRED:
            for row in np.flatnonzero(is_unknown(field.name, values)):
                faults.append(f"row {row}: {field.name}: missing, expected {column.expected}")
    refuse(place, faults)
    return patients
