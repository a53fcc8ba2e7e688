"""A file of scores: one table a score, read by the fields that the score asks for, every fault at once."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livingdrug.errors import BadInput, UnknownName
from livingdrug.patients.read import read_toml

_UNKNOWN = "unknown"
_NEVER = "never"


@dataclass(frozen=True)
class Field:
    """One field of a score.

    Attributes
    ----------
    name : str
    unit : str
        Of a number; empty for words.
    meaning : str
    words : mapping of str to int
        What a flag or code may say; empty for a number.
    low, high : float
        Between which a number can have been measured.
    whole, never : bool
        Whether only whole numbers are, and whether "never" (infinite) is an answer.
    """

    name: str
    unit: str
    meaning: str
    words: Mapping[str, int]
    low: float = 0.0
    high: float = math.inf
    whole: bool = False
    never: bool = False

    @property
    def expected(self) -> str:
        """Words for what the field accepts beside "unknown"."""
        if self.words:
            return "one of " + ", ".join(f'"{word}"' for word in self.words)
        kind = "a whole number" if self.whole else "a number"
        limits = f"{self.low:g} to {self.high:g}" if math.isfinite(self.high) else f"of at least {self.low:g}"
        return f"{kind} {limits}" + (f' or "{_NEVER}"' if self.never else "")


@dataclass(frozen=True)
class Form:
    """What one table may hold: its fields, and lists of smaller tables by name."""

    fields: Mapping[str, Field]
    lists: Mapping[str, Mapping[str, Field]]


@dataclass(frozen=True)
class Filled:
    """What one table of a file says: values by field, only those that are known, and its lists.

    A number stands in the unit of its name, a flag or code as its number.
    """

    values: dict[str, float]
    lists: dict[str, tuple[dict[str, float], ...]]


@dataclass(frozen=True)
class ScoreFile:
    """A file of scores: its place, a hash of its bytes, and each table in the order of the file."""

    place: str
    digest: str
    tables: dict[str, Filled]


def read_score_file(path: str | Path, forms: Mapping[str, Form]) -> ScoreFile:
    """Read a TOML file with one table a score; what is left out is unknown.

    Parameters
    ----------
    path : path
    forms : mapping of table to Form

    Raises
    ------
    BadInput
        Lists every fault: table, field, value and what was expected.
    """
    raw, content = read_toml(Path(path))
    faults: list[str] = []
    tables = {}
    for name, table in raw.items():
        if name not in forms:
            faults.append(str(UnknownName("table", name, forms)))
        elif not isinstance(table, dict):
            faults.append(f"{name}: got {table!r}, expected a table [{name}]")
        else:
            tables[name] = _filled(name, table, forms[name], faults)
    if not raw:
        faults.append(f"no table, expected at least one of {', '.join(f'[{name}]' for name in forms)}")
    refuse_scores(str(path), faults)
    return ScoreFile(str(path), hashlib.sha256(content).hexdigest()[:16], tables)


def refuse_scores(place: str, faults: list[str]) -> None:
    """Raise BadInput with every fault of a file, or do nothing when there is none."""
    if faults:
        raise BadInput(f"{place}: {len(faults)} fault(s) in the scores:\n  " + "\n  ".join(faults))


def _filled(name: str, table: dict[str, Any], form: Form, faults: list[str]) -> Filled:
    plain = {field: value for field, value in table.items() if field not in form.lists}
    lists = {
        inner: _list(f"[{name}] {inner}", table[inner], fields, faults)
        for inner, fields in form.lists.items()
        if inner in table
    }
    return Filled(_values(f"[{name}]", plain, form.fields, faults, form.lists), lists)


def _list(
    place: str, rows: Any, fields: Mapping[str, Field], faults: list[str]
) -> tuple[dict[str, float], ...]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        faults.append(f"{place}: got {rows!r}, expected a list of tables")
        return ()
    found = []
    for number, row in enumerate(rows, start=1):
        values = _values(f"{place} {number}:", row, fields, faults)
        if not any(field in values for field in fields if not fields[field].words):
            faults.append(f"{place} {number}: no number is known, expected at least one")
        found.append(values)
    return tuple(found)


def _values(
    place: str,
    table: dict[str, Any],
    fields: Mapping[str, Field],
    faults: list[str],
    beside: Mapping[str, Any] | None = None,
) -> dict[str, float]:
    """Return what is known in a table; beside: names that are known there too."""
    found = {}
    for name, raw in table.items():
        if name not in fields:
            faults.append(f"{place} {UnknownName('field', name, [*fields, *(beside or {})])}")
            continue
        value = _value(fields[name], raw)
        if value is None:
            faults.append(f"{place} {name}: got {raw!r}, expected {fields[name].expected}")
        elif not math.isnan(value):
            found[name] = value
    return found


def _value(field: Field, raw: Any) -> float | None:
    """Return a value as a number, NaN where it is unknown, None where it cannot be used."""
    if raw == _UNKNOWN:
        return math.nan
    if field.words:
        word = {True: "yes", False: "no"}.get(raw) if isinstance(raw, bool) else raw
        key = word.strip().lower().replace(" ", "_").replace("-", "_") if isinstance(word, str) else ""
        return field.words.get(key)
    if field.never and raw == _NEVER:
        return math.inf
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    possible = math.isfinite(raw) and field.low <= raw <= field.high
    return float(raw) if possible and (not field.whole or raw == int(raw)) else None
