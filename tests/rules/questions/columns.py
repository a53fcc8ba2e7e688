"""Small records of columns as a case writes them; what is left out is unknown.

Numbers, yes, no, and codes by name.
"""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, TypeVar

import numpy as np

_NUMBER = re.compile(r"_(c|dl|l|ml|percent|years|uln|m2|centile|cm|days|fraction|score|tests)$")
Record = TypeVar("Record")
_FLAGS = {"yes": 1, "no": 0, "unknown": -1}


def _is_number(name: str) -> bool:
    return _NUMBER.search(name) is not None


def _cell(name: str, value: Any, codes: Mapping[str, type[IntEnum]]) -> float:
    if value == "unknown":
        return np.nan if _is_number(name) else -1
    if name in codes:
        return int(codes[name][value.upper()])
    return _FLAGS[value] if isinstance(value, str) else value


def columns(
    record: type[Record],
    cases: Sequence[dict[str, Any]],
    table: str,
    codes: Mapping[str, type[IntEnum]] | None = None,
) -> Record:
    """Return a record (cases,) from a table of each case; a list in a cell makes it (cases, items)."""
    names = [field.name for field in dataclasses.fields(record)]  # pyright: ignore[reportArgumentType]
    for given in cases:
        assert set(given.get(table, {})) <= set(names), given["name"]
    found = {name: [given.get(table, {}).get(name, "unknown") for given in cases] for name in names}
    return record(**{name: _column(name, cells, codes or {}) for name, cells in found.items()})


def _column(name: str, cells: list[Any], codes: Mapping[str, type[IntEnum]]) -> np.ndarray:
    kind = float if _is_number(name) else np.int8
    longest = max((len(cell) for cell in cells if isinstance(cell, list)), default=0)
    if not longest:
        return np.array([_cell(name, cell, codes) for cell in cells], dtype=kind)
    rows = [cell if isinstance(cell, list) else [cell] for cell in cells]
    padded = [row + ["unknown"] * (longest - len(row)) for row in rows]
    return np.array([[_cell(name, cell, codes) for cell in row] for row in padded], dtype=kind)
