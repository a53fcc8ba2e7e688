"""Reads the evidence files and lists every fault at once, with its path and value."""

import csv
import datetime
import functools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from livingdrug.errors import EvidenceFault
from livingdrug.evidence.schema import EditionInfo, Entry, Source

DATA = Path(__file__).parent / "data"
_REGISTERS = ("units.toml", "sources.toml", "editions.toml")
_ENTRY_FIELDS = ("label", "unit", "basis", "source", "where")


@dataclass(frozen=True)
class Library:
    """All evidence as read: entries by dotted key, tables of rows by name, and the three registers."""

    entries: dict[str, Entry]
    tables: dict[str, tuple[dict[str, str], ...]]
    sources: dict[str, Source]
    editions: dict[str, EditionInfo]
    units: dict[str, str]


def _read_toml(path: Path, faults: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        faults.append(f"{path.name}: {problem}")
        return {}


def _parse(model: type[BaseModel], raw: Any, place: str, faults: list[str]) -> Any:
    try:
        return model.model_validate(raw)
    except ValidationError as problem:
        for fault in problem.errors():
            at = ".".join(str(part) for part in fault["loc"])
            faults.append(f"{place}{'.' + at if at else ''}: {fault['msg']} (got {fault['input']!r})")
        return None


def _register(folder: Path, name: str, model: type[BaseModel], faults: list[str]) -> dict[str, Any]:
    raw = _read_toml(folder / name, faults)
    parsed = {key: _parse(model, value, f"{name}: {key}", faults) for key, value in raw.items()}
    return {key: value for key, value in parsed.items() if value is not None}


def _walk(raw: dict[str, Any], prefix: str, place: str, faults: list[str]) -> Iterator[tuple[str, Any]]:
    """Yield (dotted key, raw entry): a table that states entry fields is an entry, any other is a group."""
    for name, value in raw.items():
        key = f"{prefix}.{name}"
        if not isinstance(value, dict):
            faults.append(f"{place}: {key}: a value outside an entry (got {value!r}); give it label and unit")
        elif any(not isinstance(value.get(field, {}), dict) for field in _ENTRY_FIELDS):
            yield key, value
        else:
            yield from _walk(value, key, place, faults)


def _read_entries(folder: Path, faults: list[str]) -> dict[str, Entry]:
    entries = {}
    for path in sorted(folder.rglob("*.toml")):
        if path.name in _REGISTERS:
            continue
        place = path.relative_to(folder).as_posix()
        prefix = ".".join(path.relative_to(folder).with_suffix("").parts)
        for key, raw in _walk(_read_toml(path, faults), prefix, place, faults):
            entry = _parse(Entry, raw, f"{place}: {key}", faults)
            if entry is not None:
                entries[key] = entry
    return entries


def _read_tables(folder: Path, faults: list[str]) -> dict[str, tuple[dict[str, str], ...]]:
    tables = {}
    for path in sorted(folder.rglob("*.csv")):
        name = ".".join(path.relative_to(folder).with_suffix("").parts)
        place = path.relative_to(folder).as_posix()
        try:
            with path.open(encoding="utf-8", newline="") as stream:
                reader = csv.DictReader(stream, restkey="_excess", strict=True)
                rows = tuple(dict(row) for row in reader)
        except (OSError, UnicodeDecodeError, csv.Error) as problem:
            faults.append(f"{place}: {problem}")
            continue
        for line, row in enumerate(rows, start=2):
            if "_excess" in row or None in row.values():
                faults.append(f"{place}: line {line}: {len(row)} fields do not match the header")
        tables[name] = rows
    return tables


def _known(name: str | None, register: dict[str, Any], place: str, file: str) -> list[str]:
    if not name or name in register:
        return []
    return [f"{place}: {name!r} is not in {file}"]


def _held(name: str | None, editions: dict[str, EditionInfo], place: str) -> list[str]:
    """List the fault of naming an edition that does not exist or whose text is not held."""
    if name and name in editions and not editions[name].selectable:
        return [f"{place}: {name!r} is known to exist but its text is not held"]
    return _known(name, editions, place, "editions.toml")


def _entry_faults(key: str, entry: Entry, library: Library) -> list[str]:
    faults = _known(entry.unit, library.units, f"{key}.unit", "units.toml")
    faults += _known(entry.source, library.sources, f"{key}.source", "sources.toml")
    for name, said in entry.by_edition.items():
        place = f"{key}.by_edition.{name}"
        faults += _held(name, library.editions, f"{key}.by_edition")
        faults += _known(said.source, library.sources, f"{place}.source", "sources.toml")
    return faults


def _edition_faults(name: str, info: EditionInfo, library: Library) -> list[str]:
    place = f"editions.toml: {name}"
    faults = _known(info.source, library.sources, f"{place}.source", "sources.toml")
    return faults + _known(info.inherits, library.editions, f"{place}.inherits", "editions.toml")


def _row_faults(row: dict[str, str], place: str, library: Library) -> list[str]:
    faults = _known(row.get("source"), library.sources, f"{place}: source", "sources.toml")
    faults += _known(row.get("unit"), library.units, f"{place}: unit", "units.toml")
    if not _is_day(row.get("checked")):
        faults.append(f"{place}: checked: expected a day as 2026-01-31 or nothing (got {row['checked']!r})")
    return faults + _held(row.get("edition"), library.editions, f"{place}: edition")


def _is_day(text: str | None) -> bool:
    try:
        return not text or bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def _check_names(library: Library, faults: list[str]) -> None:
    """Every unit, source and edition that is named must be in its register."""
    for key, entry in library.entries.items():
        faults += _entry_faults(key, entry, library)
    for name, info in library.editions.items():
        faults += _edition_faults(name, info, library)
    for name, rows in library.tables.items():
        for line, row in enumerate(rows, start=2):
            faults += _row_faults(row, f"{name}: line {line}", library)


def read_library(folder: Path = DATA) -> Library:
    """Read every evidence file below a folder.

    Raises
    ------
    EvidenceFault
        With all faults of all files, each with its path and value.
    """
    faults: list[str] = []
    units = {name: str(meaning) for name, meaning in _read_toml(folder / "units.toml", faults).items()}
    library = Library(
        entries=_read_entries(folder, faults),
        tables=_read_tables(folder, faults),
        sources=_register(folder, "sources.toml", Source, faults),
        editions=_register(folder, "editions.toml", EditionInfo, faults),
        units=units,
    )
    _check_names(library, faults)
    if faults:
        raise EvidenceFault(faults)
    return library


@functools.cache
def library() -> Library:
    """Return the evidence shipped with the package, read once."""
    return read_library()
