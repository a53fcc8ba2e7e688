"""Reads patients from a CSV file (one row each) or one patient from TOML."""

import csv
import difflib
import hashlib
import io
import math
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from livingdrug.errors import BadInput
from livingdrug.patients.check import REQUIRED, Column, columns, faulty_rows, refuse
from livingdrug.patients.record import CATEGORIES, COLUMNS, UNKNOWN, Patients, unknown_column

_YES = frozenset({"yes", "true", "1"})
_NO = frozenset({"no", "false", "0"})
_UNKNOWN_WORDS = frozenset({"", "unknown", "na", "nan"})
_BESIDE = ("dates", "plan", "tests", "days_since", "signs")
"""Tables that may stand beside the patient in a file about one patient."""


def _flag(word: str) -> float:
    if word in _YES:
        return 1
    if word in _NO:
        return 0
    raise ValueError


def _category(name: str, word: str) -> float:
    members = {member.name.lower(): member for member in CATEGORIES[name] if member != UNKNOWN}
    key = word.replace(" ", "_").replace("-", "_")
    if key not in members:
        raise ValueError
    return int(members[key])


def _parse(column: Column, raw: Any) -> float:
    """Return the value of a cell as a number; NaN or -1 where unknown.

    Raises
    ------
    ValueError
        The cell cannot be read as this kind of column.
    """
    word = str(raw).strip().lower()
    if word in _UNKNOWN_WORDS:
        return UNKNOWN if column.kind in ("flag", "category") else math.nan
    if column.kind == "flag":
        return _flag(word)
    if column.kind == "category":
        return _category(column.name, word)
    if isinstance(raw, bool) or "_" in word:
        raise ValueError
    return float(word)


def _name_faults(names: Iterable[str]) -> list[str]:
    """Return one fault for each field that no patient has, with the nearest that exists."""
    faults = []
    for name in dict.fromkeys(names):
        if name not in COLUMNS:
            near = difflib.get_close_matches(name.lower(), COLUMNS, n=1, cutoff=0.5)
            hint = f", did you mean {near[0]}?" if near else ""
            faults.append(f"{name or repr(name)}: unknown field{hint}")
    return faults


def _header_faults(names: list[str]) -> list[str]:
    """Return what is wrong with the header of a CSV file: unknown, repeated and missing columns."""
    repeated = [name for name, n in Counter(names).items() if n > 1]
    missing = [name for name in REQUIRED if name not in names]
    return [
        *_name_faults(names),
        *(f"{name}: in the header {names.count(name)} times, expected once" for name in repeated),
        *(f"{name}: no such column, expected {columns()[name].expected}" for name in missing),
    ]


def _read_cell(column: Column, raw: Any) -> tuple[float, str | None]:
    """Return the value of a cell and what is wrong with it, or None."""
    fault = f"{column.name}: got {raw!r}, expected {column.expected}"
    try:
        value = _parse(column, raw)
    except ValueError:
        return UNKNOWN, fault
    if faulty_rows(column, np.array([value]))[0]:
        return value, fault
    unknown = math.isnan(value) or (column.kind == "category" and value == UNKNOWN)
    if unknown and column.name in REQUIRED:
        return value, f"{column.name}: missing, expected {column.expected}"
    return value, None


def _read_rows(rows: list[tuple[str, dict[str, Any]]], asked: Iterable[str], faults: list[str]) -> Patients:
    """Turn rows (place, cells) into patients, adding to the faults; asked: the columns to read."""
    table = {name: unknown_column(name, len(rows)) for name in COLUMNS}
    for i, (place, cells) in enumerate(rows):
        for name in asked:
            value, fault = _read_cell(columns()[name], cells.get(name, ""))
            if fault:
                faults.append(place + fault)
            else:
                table[name][i] = value
    return Patients(**table)


def _csv_rows(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header of a file and, for each row that is not blank, its last line and its cells."""
    line, rows = 0, []
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            for row in reader:
                line = reader.line_num
                if row:
                    rows.append((line, row))
    except OSError as problem:
        raise BadInput(f"{path}: cannot be read: {problem.strerror}, expected a CSV file") from problem
    except UnicodeDecodeError as problem:
        raise BadInput(f"{path}: cannot be read: expected UTF-8 text: {problem}") from problem
    except csv.Error as problem:
        raise BadInput(f"{path}: cannot be read: after line {line}: {problem}") from problem
    header = [name.strip() for name in rows[0][1]] if rows else []
    return header, rows[1:]


def read_patients_csv(path: str | Path) -> Patients:
    """Read patients from a CSV file whose header names columns; an empty cell is unknown.

    Raises
    ------
    BadInput
        Lists every fault of the file: line, field, value and what was expected.
    """
    path = Path(path)
    names, rows = _csv_rows(path)
    faults = _header_faults(names) if names else []
    if not rows:
        faults.append("no patients: expected a header and one line a patient")
    faults += [
        f"line {line}: more fields than the header names" for line, row in rows if len(row) > len(names)
    ]
    placed = [(f"line {line}: ", dict(zip(names, row, strict=False))) for line, row in rows]
    patients = _read_rows(placed, [name for name in COLUMNS if name in names], faults)
    refuse(str(path), faults)
    return patients


def patient_from_table(table: dict[str, Any], place: str) -> Patients:
    """Build one patient from field names and values, for example the ``[patient]`` table of a file.

    Raises
    ------
    BadInput
        Lists every fault: field, value and what was expected.
    """
    faults = _name_faults(table)
    asked = [name for name in COLUMNS if name in table or name in REQUIRED]
    patients = _read_rows([("", table)], asked, faults)
    refuse(place, faults)
    return patients


@dataclass(frozen=True)
class PatientFile:
    """A file about one patient: the patient, and the tables that others read.

    Attributes
    ----------
    place : str
        The file, for messages.
    digest : str
        A hash of its bytes, for the statement of what a result was computed from.
    patients : Patients
        One row.
    dates, plan : dict
        The tables ``[dates]`` and ``[plan]`` as they stand in the file; empty where it has none.
    tests, days_since, signs : dict
        Dates of tests, days since other treatment, and signs at a step, likewise.
    """

    place: str
    digest: str
    patients: Patients
    dates: dict[str, Any]
    plan: dict[str, Any]
    tests: dict[str, Any] = field(default_factory=dict)
    days_since: dict[str, Any] = field(default_factory=dict)
    signs: dict[str, Any] = field(default_factory=dict)


def read_toml(path: Path) -> tuple[dict[str, Any], bytes]:
    """Return the tables of a TOML file, and the bytes that they were read from.

    Raises
    ------
    BadInput
        The file cannot be read.
    """
    try:
        content = path.read_bytes()
        text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig").read()
        return tomllib.loads(text), content
    except OSError as problem:
        raise BadInput(f"{path}: cannot be read: {problem.strerror}, expected a TOML file") from problem
    except UnicodeDecodeError as problem:
        raise BadInput(f"{path}: cannot be read: expected UTF-8 text: {problem}") from problem
    except tomllib.TOMLDecodeError as problem:
        raise BadInput(f"{path}: cannot be read: {problem}") from problem


def read_patient_file(path: str | Path) -> PatientFile:
    """Read a file about one patient: ``[patient]``, and the tables beside it where it has them.

    Raises
    ------
    BadInput
        The file cannot be read, holds other tables, or lists a fault of the patient.
    """
    path = Path(path)
    raw, content = read_toml(path)
    others = sorted(set(raw) - {"patient", *_BESIDE})
    if others or not isinstance(raw.get("patient"), dict):
        named = f"got {', '.join(others)}, " if others else ""
        raise BadInput(f"{path}: {named}expected the fields of one patient in a table [patient]")
    for name in _BESIDE:
        if not isinstance(raw.get(name, {}), dict):
            raise BadInput(f"{path}: {name}: got {raw[name]!r}, expected a table [{name}]")
    return PatientFile(
        place=str(path),
        digest=hashlib.sha256(content).hexdigest()[:16],
        patients=patient_from_table(raw["patient"], str(path)),
        **{name: raw.get(name, {}) for name in _BESIDE},
    )


def read_patient_toml(path: str | Path) -> Patients:
    """Read one patient from the ``[patient]`` table of a TOML file; a missing field is unknown.

    The tables beside it are left to whoever reads them.
    """
    return read_patient_file(path).patients
