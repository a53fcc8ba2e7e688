"""One edition of the evidence: every value as that label (or the brief) states it."""

import datetime
import functools
import hashlib
import json
from dataclasses import dataclass

from livingdrug.errors import BadInput, NotStated, UnknownName
from livingdrug.evidence.loader import Library, library
from livingdrug.evidence.schema import Basis, EditionInfo, Entry, Spread, Stated, Value

DEFAULT_EDITION = "us_2025_06"
NOT_READ = "not in what was read of this edition"


@dataclass(frozen=True)
class Sourced:
    """A value with all that is known about where it comes from; value is None where none is stated."""

    key: str
    label: str
    value: Value | None
    unit: str
    source: str
    where: str
    basis: Basis
    checked: datetime.date | None
    spread: Spread | None
    note: str | None
    absent: str | None = None


@dataclass(frozen=True)
class Edition:
    """The evidence as one edition states it, with a hash over everything in it."""

    name: str
    info: EditionInfo
    values: dict[str, Sourced]
    hash: str

    def sourced(self, key: str) -> Sourced:
        """Return the value of a key with its source; its value may be None (not stated)."""
        if key not in self.values:
            raise UnknownName("evidence key", key, self.values)
        return self.values[key]

    def stated(self, key: str) -> Value:
        """Return the bare value of a key.

        Raises
        ------
        NotStated
            The edition says nothing on this point.
        """
        found = self.sourced(key)
        if found.value is None:
            raise NotStated(f"{self.name} does not state {key} ({found.label}): {found.absent}")
        return found.value

    def number(self, key: str) -> float:
        """Return a value that must be a number."""
        found = self.values.get(key)
        if found is not None and type(found.value) is float:  # asked for most often by far
            return found.value
        value = self.stated(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadInput(f"{key}: expected a number, got {value!r}")
        return float(value)

    def numbers(self, key: str) -> tuple[float, ...]:
        """Return a value that must be a list of numbers."""
        value = self.stated(key)
        if not isinstance(value, list) or any(isinstance(item, str | bool) for item in value):
            raise BadInput(f"{key}: expected a list of numbers, got {value!r}")
        return tuple(float(item) for item in value)

    def spread(self, key: str) -> float:
        """Return the standard deviation between patients that goes with a value (see Spread)."""
        found = self.sourced(key).spread
        if found is None:
            raise BadInput(f"{key}: has no spread between patients")
        return found.sd


def is_unverified(found: Sourced) -> bool:
    """Return whether a value has a source at which it was not read; what is assumed or fitted has none."""
    ours = (
        found.basis in (Basis.ASSUMED, Basis.FITTED) or library().sources[found.source].kind == "assumption"
    )
    return found.value is not None and found.checked is None and not ours


def _chain(name: str, editions: dict[str, EditionInfo]) -> list[str]:
    """Return an edition and those it inherits from, nearest first."""
    chain = [name]
    while (parent := editions[chain[-1]].inherits) is not None:
        chain.append(parent)
    return chain


def _resolve(key: str, entry: Entry, chain: list[str]) -> Sourced:
    said = next((entry.by_edition[name] for name in chain if name in entry.by_edition), None)
    if said is None:
        reason = None if entry.value is not None else NOT_READ
        said = Stated(value=entry.value, absent=reason, checked=entry.checked)
    return Sourced(
        key=key,
        label=entry.label,
        value=said.value,
        unit=entry.unit,
        source=said.source or entry.source,
        where=said.where or entry.where,
        basis=said.basis or entry.basis,
        checked=said.checked,
        spread=entry.spread,
        note=said.note or entry.note,
        absent=said.absent,
    )


def _hash(values: dict[str, Sourced]) -> str:
    plain = {key: [v.value, v.unit, v.spread.model_dump() if v.spread else None] for key, v in values.items()}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]


def resolve_edition(name: str, shelf: Library) -> Edition:
    """Return one edition of a given library, selectable or not."""
    if name not in shelf.editions:
        raise UnknownName("edition", name, shelf.editions)
    chain = _chain(name, shelf.editions)
    values = {key: _resolve(key, entry, chain) for key, entry in sorted(shelf.entries.items())}
    return Edition(name=name, info=shelf.editions[name], values=values, hash=_hash(values))


@functools.cache
def load_edition(name: str = DEFAULT_EDITION) -> Edition:
    """Return the evidence as one edition states it.

    Raises
    ------
    UnknownName
        No edition of this name.
    BadInput
        The edition is known to exist but its text is not held.
    """
    edition = resolve_edition(name, library())
    if not edition.info.selectable:
        raise BadInput(f"edition {name} cannot be chosen: {edition.info.warning}")
    return edition


def load_table(name: str) -> tuple[dict[str, str], ...]:
    """Return a table of the evidence (a CSV file) as its rows."""
    tables = library().tables
    if name not in tables:
        raise UnknownName("evidence table", name, tables)
    return tables[name]
