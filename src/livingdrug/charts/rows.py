"""Rows put in the order of patient and time; rows of one time are merged where they do not contradict."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from livingdrug.charts.cells import Faults
from livingdrug.charts.columns import Column

_SHARE, _DEGREES = 0.02, 0.1
"""What two columns of one quantity may differ by, each rounded to its own last digit.

A share of the value; degrees for temperatures, whose nought is not nothing.
"""


def _known(values: np.ndarray) -> np.ndarray:
    return ~np.isnan(values) if values.dtype == np.float64 else values >= 0


def join_columns(
    one: tuple[Column, np.ndarray], other: tuple[Column, np.ndarray], lines: np.ndarray, faults: Faults
) -> np.ndarray:
    """Join two columns of one quantity, both in the unit of the record; the first one stands.

    Parameters
    ----------
    one, other : Column and values (rows,)
    """
    (column, values), (other_column, others) = one, other
    share = _SHARE * np.maximum(np.abs(values), np.abs(others))
    allowed = _DEGREES if column.subtract or other_column.subtract else share
    rows = np.flatnonzero(np.abs(values - others) > allowed)
    name, other_name = column.name, other_column.name
    faults.add_rows(
        rows,
        lines,
        lambda row: f"{name} and {other_name} differ: {values[row]:g} and {others[row]:g} in the same unit",
    )
    return np.where(np.isnan(values), others, values)


def one_value_each(
    name: str,
    patient: np.ndarray,
    values: np.ndarray,
    n: int,
    lines: np.ndarray,
    faults: Faults,
    written: Callable[[float], str] = "{:g}".format,
) -> np.ndarray:
    """Return the one value that each of n patients has in a column, NaN where none is known.

    ``written`` writes a value for a fault.
    """
    by_patient = pd.Series(values).groupby(patient)
    found = np.full(n, np.nan)
    first = by_patient.first()
    found[first.index.to_numpy()] = first.to_numpy()
    rows = np.flatnonzero(_known(values) & (values != found[patient]))

    def told(row: int) -> str:
        got, before = written(float(values[row])), written(float(found[patient[row]]))
        return f"{name}: got {got}, but {before} before: one value a patient"

    faults.add_rows(rows, lines, told)
    return found


def in_order(patient: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Return the rows in the order of patient and day; equal ones as they stand in the file."""
    return np.lexsort((day, patient))


def merge(
    fields: dict[str, np.ndarray], patient: np.ndarray, day: np.ndarray, lines: np.ndarray, faults: Faults
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Merge rows of one patient and time, all in order.

    Parameters
    ----------
    fields : dict of str to array (rows,)
    patient, day, lines : array (rows,)

    Returns
    -------
    dict of str to array, and the rows that are left: the first of each time.
    """
    same = (patient[1:] == patient[:-1]) & (day[1:] == day[:-1])
    kept = np.flatnonzero(np.concatenate([[True], ~same]))
    if not same.any():
        return fields, kept
    group = np.cumsum(np.concatenate([[True], ~same])) - 1
    doubled = np.flatnonzero(np.concatenate([same, [False]]) | np.concatenate([[False], same]))
    merged = {}
    for name, values in fields.items():
        known = _known(values[doubled])
        found = pd.Series(np.where(known, values[doubled], np.nan)).groupby(group[doubled]).first()
        first = np.full(len(kept), np.nan)
        first[found.index.to_numpy()] = found.to_numpy()
        contradicts = doubled[known & (values[doubled] != first[group[doubled]])]
        _tell(name, contradicts, values, first[group], lines, faults)
        filled = ~np.isnan(first)
        left = values[kept]
        left[filled] = first[filled].astype(values.dtype)
        merged[name] = left
    return merged, kept


def _tell(
    name: str, rows: np.ndarray, values: np.ndarray, first: np.ndarray, lines: np.ndarray, faults: Faults
) -> None:
    faults.add_rows(
        rows,
        lines,
        lambda row: (
            f"{name}: got {values[row]:g}, but {first[row]:g} in another row of this patient and time"
        ),
    )
