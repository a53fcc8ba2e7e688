"""Observations as a case writes them: numbers, yes, no, names of codes; what is left out is unknown.

A list gives one value for each of the case's ``days``.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from livingdrug.observations import CODE_FIELDS, FLOAT_FIELDS, UNKNOWN, Observations, observations_with

_FLAGS = {"yes": 1, "no": 0, "unknown": -1}


def cell(name: str, value: Any) -> float:
    """Return one value as the observations hold it."""
    if value == "unknown":
        return UNKNOWN[name]
    if name in CODE_FIELDS:
        return int(CODE_FIELDS[name][value.upper()])
    return _FLAGS[value] if isinstance(value, str) else value


def _columns(rows: Sequence[Sequence[dict[str, Any]]]) -> dict[str, np.ndarray]:
    """Return the columns (cases, times) of all that any case knows."""
    names = sorted({name for times in rows for row in times for name in row})
    return {
        name: np.array(
            [[cell(name, row.get(name, "unknown")) for row in times] for times in rows],
            dtype=float if name in FLOAT_FIELDS else np.int8,
        )
        for name in names
    }


def at_one_time(cases: Sequence[dict[str, Any]]) -> Observations:
    """Return what each case observes at one time, (cases,)."""
    columns = _columns([[given.get("observations", {})] for given in cases])
    return observations_with(len(cases), {name: column[:, 0] for name, column in columns.items()})


def over_time(given: dict[str, Any]) -> Observations:
    """Return what one case observes on its days, (1, times)."""
    days, known = given["days"], given.get("observations", {})
    rows = [
        {"day": day, **{name: v[j] if isinstance(v, list) else v for name, v in known.items()}}
        for j, day in enumerate(days)
    ]
    return observations_with((1, len(days)), _columns([rows]))


def ages(cases: Sequence[dict[str, Any]]) -> np.ndarray:
    """Return the age of each case, (cases,), NaN where it is not given."""
    return np.array([float(given.get("age_years", np.nan)) for given in cases])
