"""Frozen tables of columns: dataclasses whose fields are arrays with one entry per patient.

Axis 0 is always the patient; further axes are time and then anything else. Rows are never
deleted, so row i is patient i in every table of a course.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import pandas as pd

Table = TypeVar("Table")


def _map_fields(table: Any, change) -> Any:
    """Rebuild a table with ``change`` applied to each of its array fields."""
    changed = {}
    for field in dataclasses.fields(table):
        value = getattr(table, field.name)
        if isinstance(value, np.ndarray):
            changed[field.name] = change(value)
        elif dataclasses.is_dataclass(value) and not isinstance(value, type):
            changed[field.name] = _map_fields(value, change)
        else:
            changed[field.name] = value
    return type(table)(**changed)


def take(table: Table, rows: Any) -> Table:
    """Return the same table with these rows only (an index array, mask or slice)."""
    return _map_fields(table, lambda column: column[rows])


def concatenate(tables: Sequence[Table]) -> Table:
    """Join tables of the same kind, one below the other; fields that are not arrays come from the first."""
    first: Any = tables[0]
    joined = {}
    for field in dataclasses.fields(first):
        values = [getattr(table, field.name) for table in tables]
        if isinstance(values[0], np.ndarray):
            joined[field.name] = np.concatenate(values, axis=0)
        elif dataclasses.is_dataclass(values[0]) and not isinstance(values[0], type):
            joined[field.name] = concatenate(values)
        else:
            joined[field.name] = values[0]
    return type(first)(**joined)


def to_pandas(table: Any) -> pd.DataFrame:
    """Return the one-dimensional columns of a table as a pandas frame, one row a patient."""
    columns = {
        field.name: getattr(table, field.name)
        for field in dataclasses.fields(table)
        if isinstance(getattr(table, field.name), np.ndarray) and getattr(table, field.name).ndim == 1
    }
    return pd.DataFrame(columns)
