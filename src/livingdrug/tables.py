"""Frozen tables of columns: dataclasses whose fields are arrays with one entry per patient.

Axis 0 is always the patient; further axes are time and then anything else. Rows are never
deleted, so row i is patient i in every table of a course.
"""

import dataclasses
import textwrap
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import pandas as pd

Table = TypeVar("Table")


def take(table: Table, rows: Any, patients_last: frozenset[str] = frozenset()) -> Table:
    """Return the same table with these rows only.

    Parameters
    ----------
    table : frozen dataclass
        Tables within it are cut too.
    rows : index array, mask or slice
        An index array where there are ``patients_last``.
    patients_last : set of str
        Fields that hold the patient on their last axis, not on the first; they come back contiguous.
    """
    whole: Any = table
    chosen = {}
    for field in dataclasses.fields(whole):
        value = getattr(whole, field.name)
        if isinstance(value, np.ndarray):
            last = field.name in patients_last
            chosen[field.name] = value.take(rows, axis=-1) if last else value[rows]
        elif dataclasses.is_dataclass(value) and not isinstance(value, type):
            chosen[field.name] = take(value, rows, patients_last)
        else:
            chosen[field.name] = value
    return type(whole)(**chosen)


def concatenate(tables: Sequence[Table], patients_last: frozenset[str] = frozenset()) -> Table:
    """Join tables of the same kind, one below the other; fields that are not arrays come from the first.

    ``patients_last`` names the fields that hold the patient on their last axis.
    """
    first: Any = tables[0]
    joined = {}
    for field in dataclasses.fields(first):
        values = [getattr(table, field.name) for table in tables]
        if isinstance(values[0], np.ndarray):
            joined[field.name] = np.concatenate(values, axis=-1 if field.name in patients_last else 0)
        elif dataclasses.is_dataclass(values[0]) and not isinstance(values[0], type):
            joined[field.name] = concatenate(values, patients_last)
        else:
            joined[field.name] = values[0]
    return type(first)(**joined)


_UNKNOWN = -1
"""In columns of whole numbers (grades, flags, categories, counts): not known."""
_MOST_VALUES_NAMED = 8


def to_pandas(table: Any) -> pd.DataFrame:
    """Return the one-dimensional columns of a table as a pandas frame, one row a patient.

    What is not known is missing: NaN where a number is measured, ``<NA>`` where a grade, a flag, a
    category or a count is -1, so that no mean or count takes it for a value.
    """
    columns = {
        field.name: with_missing(getattr(table, field.name))
        for field in dataclasses.fields(table)
        if isinstance(getattr(table, field.name), np.ndarray) and getattr(table, field.name).ndim == 1
    }
    return pd.DataFrame(columns)


def with_missing(column: np.ndarray) -> Any:
    """Return a column for a pandas frame, with -1 in a column of whole numbers as missing."""
    if not np.issubdtype(column.dtype, np.signedinteger):
        return column
    return pd.arrays.IntegerArray(column.copy(), column == _UNKNOWN)


def describe(table: Any) -> str:
    """Return a table in a few words a column: how often yes, which grades, the median and the range."""
    lines = [f"{type(table).__name__}{_size(table)}"]
    width = max((len(field.name) for field in dataclasses.fields(table)), default=0)
    for field in dataclasses.fields(table):
        value = getattr(table, field.name)
        lines.append(f"  {field.name:<{width}}  {_in_words(value)}")
    return "\n".join(lines)


def _size(table: Any) -> str:
    for field in dataclasses.fields(table):
        value = getattr(table, field.name)
        if isinstance(value, np.ndarray) and value.ndim:
            return f": {len(value)} {'patient' if len(value) == 1 else 'patients'}"
    return ""


def _in_words(value: Any) -> str:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return f"{type(value).__name__}, a table of {len(dataclasses.fields(value))} columns"
    if not isinstance(value, np.ndarray):
        return textwrap.shorten(str(value), width=80, placeholder=" ...")
    if value.ndim != 1:
        return " by ".join(str(n) for n in value.shape) + " values"
    if value.dtype == bool:
        return f"{int(value.sum())} yes, {int((~value).sum())} no"
    missing = value == _UNKNOWN if np.issubdtype(value.dtype, np.signedinteger) else pd.isna(value)
    return ", ".join(
        [*_known(value[~missing]), *([f"{int(missing.sum())} without"] if missing.any() else [])]
    )


def _known(known: np.ndarray) -> list[str]:
    """Say what the known values of a column are: each with its number, or median and range."""
    if not len(known) or not np.issubdtype(known.dtype, np.number):
        return [f"{len(known)} values"] if len(known) else []
    found, counts = np.unique(known, return_counts=True)
    if len(found) == 1:
        return [f"{found[0]:.4g}" + (f" in {len(known)}" if len(known) > 1 else "")]
    if len(found) <= _MOST_VALUES_NAMED and np.issubdtype(known.dtype, np.integer):
        return [f"{value} in {n}" for value, n in zip(found, counts, strict=True)]
    return [f"median {np.median(known):.3g} ({known.min():.3g} to {known.max():.3g})"]
