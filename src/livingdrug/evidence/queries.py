"""Questions to the evidence: what a key says, how editions differ, what is assumed, what is unverified."""

from collections.abc import Sequence
from dataclasses import dataclass

from livingdrug.errors import UnknownName
from livingdrug.evidence.edition import DEFAULT_EDITION, NOT_READ, Sourced, load_edition
from livingdrug.evidence.loader import Library, library
from livingdrug.evidence.schema import Basis, EditionInfo, Value

OVERVIEW_GROUPS = (
    "label.overview.name",
    "label.overview.construct",
    "label.overview.status",
    "label.overview.approved",
    "label.overview.boxed_warning",
    "label.overview.site",
)
_SILENT_UNITS = ("text", "flag", "date", "1", "count")
_PLURAL_UNITS = ("minute", "hour", "day", "week", "month", "year")
_OURS = (Basis.ASSUMED, Basis.FITTED)


@dataclass(frozen=True)
class Difference:
    """One point on which two editions differ."""

    key: str
    label: str
    a: Sourced
    b: Sourced


@dataclass(frozen=True)
class Unverified:
    """A value that was not held against its source; edition is empty where it holds for all."""

    key: str
    edition: str
    label: str
    source: str
    where: str


def selectable_editions() -> dict[str, EditionInfo]:
    """Return the editions that can be chosen, in the order of their register."""
    return {name: info for name, info in library().editions.items() if info.selectable}


def value_text(value: Value | None) -> str:
    """Write a value for people: yes and no, lists with semicolons, numbers without needless digits."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(value_text(item) for item in value)
    if isinstance(value, float):
        return f"{value:g}".replace("e+0", "e").replace("e+", "e")
    return str(value)


def said_text(found: Sourced) -> str:
    """Write what an edition says on a point with its unit, or why it says nothing."""
    if found.value is None:
        return f"not stated: {found.absent}"
    return value_text(found.value) + _unit_text(found.unit, found.value)


def place_text(found: Sourced) -> str:
    """Write where an edition says it; empty where the edition was not read on this point."""
    return "" if found.absent == NOT_READ else f"{found.source}: {found.where}"


def _unit_text(unit: str, value: Value) -> str:
    if unit in _SILENT_UNITS:
        return ""
    if unit == "percent":
        return "%"
    return f" {unit}s" if unit in _PLURAL_UNITS and value != 1 else f" {unit}"


def is_below(key: str, group: str) -> bool:
    """Return whether a dotted key is the group itself or lies below it."""
    return key == group or key.startswith(f"{group}.")


def _groups(keys: list[str]) -> set[str]:
    return {key.rsplit(".", depth)[0] for key in keys for depth in range(1, key.count(".") + 1)}


def show(key: str, edition: str = DEFAULT_EDITION) -> tuple[Sourced, ...]:
    """Return a value, or every value below a group, as one edition states it.

    Raises
    ------
    UnknownName
        Neither an entry nor a group of entries has this name.
    """
    values = load_edition(edition).values
    found = tuple(values[name] for name in sorted(values) if is_below(name, key))
    if not found:
        raise UnknownName("evidence key", key, {*values, *_groups(list(values)), *library().tables})
    return found


def show_table(name: str, edition: str | None = None) -> tuple[dict[str, str], ...]:
    """Return the rows of a table; with an edition, the rows of that edition only where the table says."""
    tables = library().tables
    if name not in tables:
        raise UnknownName("evidence table", name, tables)
    rows = tables[name]
    if edition is None or not rows or "edition" not in rows[0]:
        return rows
    inherited = lineage(edition)
    return tuple(row for row in rows if not row["edition"] or row["edition"] in inherited)


def lineage(edition: str) -> set[str]:
    """Return an edition and every edition that it inherits from."""
    editions = library().editions
    name: str | None = load_edition(edition).name
    found: set[str] = set()
    while name is not None:
        found.add(name)
        name = editions[name].inherits
    return found


def difference(edition_a: str, edition_b: str) -> tuple[Difference, ...]:
    """Return every point on which two editions state different things, or only one states anything."""
    a, b = load_edition(edition_a).values, load_edition(edition_b).values
    return tuple(
        Difference(key=key, label=a[key].label, a=a[key], b=b[key])
        for key in sorted(a)
        if a[key].value != b[key].value
    )


def assumptions(edition: str = DEFAULT_EDITION) -> tuple[Sourced, ...]:
    """Return every value that is assumed or was fitted here, in the order of the keys."""
    return tuple(found for found in load_edition(edition).values.values() if found.basis in _OURS)


def _unverified_versions(shelf: Library) -> list[Unverified]:
    found = []
    for key, entry in sorted(shelf.entries.items()):
        if entry.value is not None and entry.checked is None and entry.basis not in _OURS:
            found.append(Unverified(key, "", entry.label, entry.source, entry.where))
        for edition, said in entry.by_edition.items():
            if said.value is not None and said.checked is None and (said.basis or entry.basis) not in _OURS:
                source, where = said.source or entry.source, said.where or entry.where
                found.append(Unverified(key, edition, entry.label, source, where))
    return [value for value in found if shelf.sources[value.source].kind != "assumption"]


def unverified() -> tuple[Unverified, ...]:
    """Return every value and version that was not held against its source.

    What the product assumed, fitted or defined itself has no source to be held against; see ``assumptions``.
    A statement of silence ("not stated") is not counted.
    """
    return tuple(_unverified_versions(library()))


def unverified_rows() -> dict[str, tuple[int, int]]:
    """Return, for each table that records it, how many of its rows are unverified and how many it has."""
    counts = {}
    for name, rows in sorted(library().tables.items()):
        if rows and "checked" in rows[0]:
            counts[name] = (sum(not row["checked"] for row in rows), len(rows))
    return counts


def overview(edition: str = DEFAULT_EDITION) -> tuple[Sourced, ...]:
    """Return name, class, route, construct, status, boxed warning and site rules of one edition.

    In the order of their file: names first.
    """
    order = {key: place for place, key in enumerate(library().entries)}
    found = [said for group in OVERVIEW_GROUPS for said in show(group, edition)]
    return tuple(sorted(found, key=lambda said: order[said.key]))


def overviews(editions: Sequence[str]) -> tuple[tuple[Sourced, ...], dict[str, tuple[Sourced, ...]]]:
    """Return what the overviews of several editions have in common, and what each says beyond that."""
    by_edition = {name: overview(name) for name in editions}
    said: dict[str, set[str]] = {}
    for points in by_edition.values():
        for point in points:
            said.setdefault(point.key, set()).add(f"{said_text(point)} {point.checked}")
    common = tuple(point for point in by_edition[editions[0]] if len(said[point.key]) == 1)
    own = {
        name: tuple(point for point in points if len(said[point.key]) > 1)
        for name, points in by_edition.items()
    }
    return common, own


def targets(study: str | None = None, role: str | None = None) -> tuple[dict[str, str], ...]:
    """Return the published outcome figures, of one study and one role if named."""
    rows = library().tables.get("targets.targets", ())
    for column, wanted in (("study", study), ("role", role)):
        if wanted is None:
            continue
        known = {row[column] for row in rows}
        named = {name.lower(): name for name in known}
        if wanted.lower() not in named:
            raise UnknownName(f"{column} of targets", wanted.lower(), named)
        rows = tuple(row for row in rows if row[column] == named[wanted.lower()])
    return rows


def sources_in_use() -> dict[str, int]:
    """Return how often each source is named by values, their editions, tables and editions of the label."""
    shelf = library()
    named = [info.source for info in shelf.editions.values()]
    for entry in shelf.entries.values():
        named += [entry.source, *(said.source for said in entry.by_edition.values() if said.source)]
    named += [row["source"] for rows in shelf.tables.values() for row in rows if row.get("source")]
    return {name: named.count(name) for name in shelf.sources}
