"""Commands that show the evidence: what a number is, where it comes from and how editions differ."""

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import click

from livingdrug.cli_guard import refuse_politely
from livingdrug.evidence import DEFAULT_EDITION, Sourced, library, load_edition, queries
from livingdrug.evidence.edition import NOT_READ

_WIDTH_WITHOUT_SCREEN = 100
_SHORT = 18
_LONG = 45
_HEADINGS = {"indication": "disease", "cv_percent": "cv %"}
_SILENT = "the brief is silent"
_TOPICS = {
    "label.overview": "What it is, and where it may be given",
    "label.indications": "Who may be treated",
    "label.trial_eligibility": "Who may be treated",
    "label.screening": "Tests before treatment",
    "label.test_windows": "Tests before treatment",
    "label.wash_outs": "Tests before treatment",
    "label.delay": "Reasons to delay",
    "label.dose": "Dose",
    "label.lymphodepletion": "Lymphodepletion",
    "label.leukapheresis": "Collection and manufacture",
    "label.timeline": "Collection and manufacture",
    "label.product": "Product",
    "label.infusion": "Infusion",
    "label.monitoring": "After the infusion",
    "label.counselling": "What patients are told",
    "scales.": "Grading and management of toxicity",
}
"""Topics by the start of their keys, in the order of a treatment."""
_NOT_COLUMNS = ("source", "where", "checked", "note", "jurisdiction", "edition")


def _print(*things: Any) -> None:
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else _WIDTH_WITHOUT_SCREEN, highlight=False)
    for thing in things:
        console.print(thing, markup=False) if isinstance(thing, str) else console.print(thing)


def _print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], ratios: Sequence[int]
) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(title), title_justify="left", box=box.SIMPLE_HEAD, expand=True, padding=(0, 1, 0, 0)
    )
    for name, ratio in zip(columns, ratios, strict=True):
        table.add_column(name, ratio=ratio or None, no_wrap=not ratio, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    _print(table)


def _print_grid(rows: Iterable[Sequence[str]], ratios: Sequence[int]) -> None:
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(expand=True, padding=(0, 2, 0, 0))
    for ratio in ratios:
        grid.add_column(ratio=ratio, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    _print(Padding(grid, (0, 0, 0, 2)))


def _broken(name: str, width: int) -> str:
    """Break a name into lines after its dots, or where that is not enough its underscores."""
    lines = [""]
    for part in re.findall(r"[^.]*\.?", name):
        pieces = re.findall(r"[^_]*_?", part) if len(part) > width else [part]
        for piece in pieces:
            fits = len(lines[-1] + piece) <= width or not lines[-1]
            lines = [*lines[:-1], lines[-1] + piece] if fits else [*lines, piece]
    return "\n".join(lines)


def _warn(*editions: str) -> None:
    """Print the warning of each edition that an answer rests on."""
    for name in dict.fromkeys(editions):
        warning = load_edition(name).info.warning
        if warning:
            _print(f"Warning ({name}): {warning}")


def _checked(found: Sourced) -> str:
    if found.value is None:
        return ""
    return str(found.checked) if found.checked else "unverified"


def _place(source: str, where: str) -> str:
    return f"{source}: {where}"


def _place_checked(found: Sourced) -> str:
    mark = " (unverified)" if _checked(found) == "unverified" else ""
    return queries.place_text(found) + mark


def _card(key: str, edition: str | None) -> None:
    """Print one value with all that is known about it, then what the other editions say."""
    chosen = edition or DEFAULT_EDITION
    found = queries.show(key, chosen)[0]
    source = library().sources[found.source]
    spread = f"{found.spread.kind}, sd {found.spread.sd:g}" if found.spread else ""
    facts = {
        "key": found.key,
        "meaning": found.label,
        f"value ({chosen})": queries.said_text(found),
        "unit": found.unit,
        "between patients": spread,
        "basis": found.basis.value,
        "source": f"{source.title} {source.url}".strip(),
        "where": found.where,
        "checked": _checked(found),
        "note": found.note or "",
    }
    _print_table(found.label, ("", ""), [(k, v) for k, v in facts.items() if v], (1, 4))
    if edition is not None or not library().entries[key].by_edition:
        return
    said = [(name, queries.show(key, name)[0]) for name in queries.selectable_editions()]
    rows = [(name, queries.said_text(v), queries.place_text(v), _checked(v)) for name, v in said]
    _print_table("by edition", ("edition", "says", "where", "checked"), rows, (2, 5, 4, 2))


def _group(key: str, edition: str) -> None:
    found = queries.show(key, edition)
    rows = [
        (_broken(v.key.removeprefix(f"{key}."), 20), v.label, queries.said_text(v), _place_checked(v))
        for v in found
    ]
    _print_table(f"{key} in {edition}", ("key", "meaning", "says", "where"), rows, (5, 6, 6, 5))


def _place_of_row(row: dict[str, str]) -> str:
    mark = "" if row.get("checked", "-") else " (unverified)"
    return _place(row.get("source", ""), row.get("where", "")) + mark


def _print_rows(title: str, rows: Sequence[dict[str, str]], columns: Sequence[str]) -> None:
    """Print rows: what is the same in all of them goes to the title, empty columns are left out."""
    same = [c for c in columns if len(rows) > 1 and len({row[c] for row in rows}) == 1]
    facts = "".join(f"; {c.replace('_', ' ')}: {rows[0][c]}" for c in same if rows[0][c])
    used = [c for c in columns if c not in same and any(row[c] for row in rows)]
    widest = [max(len(row[c]) for row in rows) for c in used]
    ratios = [min(width, _LONG) if width > _SHORT else 0 for width in widest]
    cells = [[_broken(row[c].replace(";", "; "), 18) if c == "key" else row[c] for c in used] for row in rows]
    _print_table(title + facts, [_HEADINGS.get(c, c.replace("_", "\n")) for c in used], cells, ratios)


def _table(name: str, edition: str | None) -> None:
    """Print a table of the evidence, one part for each place it was read at, and its notes below."""
    rows = queries.show_table(name, edition)
    columns = [c for c in (rows[0] if rows else ()) if c not in _NOT_COLUMNS]
    _print(f"{name}: {len(rows)} rows")
    parts: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        parts.setdefault(f"{row.get('edition', '')} {_place_of_row(row)}".strip(), []).append(row)
    for place, part in parts.items():
        _print_rows(place, part, columns)
    for note in dict.fromkeys(row["note"] for row in rows if row.get("note")):
        _print(f"Note: {note}")


_EDITION = click.option("--edition", metavar="E", help="Edition of the label, by its name (see: editions).")


@click.group()
def evidence() -> None:
    """Show the evidence: every number with its source, by edition of the label."""


@evidence.command(epilog="Example: livingdrug evidence show label.monitoring --edition eu_current")
@click.argument("key")
@_EDITION
@refuse_politely
def show(key: str, edition: str | None) -> None:
    """Show one value, every value below a group, or a table such as label.crs."""
    shelf = library()
    if edition is not None:
        load_edition(edition)
    if key in shelf.tables:
        _table(key, edition)
    elif key in shelf.entries:
        _card(key, edition)
    else:
        _group(key, edition or DEFAULT_EDITION)
    _warn(edition or DEFAULT_EDITION)


@evidence.command(epilog="Example: livingdrug evidence diff brief us_2025_06")
@click.argument("edition_a")
@click.argument("edition_b")
@refuse_politely
def diff(edition_a: str, edition_b: str) -> None:
    """Compare two editions: what each says, and where, wherever they differ."""
    found = queries.difference(edition_a, edition_b)
    _print(f"{edition_a} against {edition_b}: {len(found)} differences")
    _warn(edition_a, edition_b)
    both = [point for point in found if point.a.value is not None and point.b.value is not None]
    only_a = [point for point in found if point.b.value is None]
    only_b = [point for point in found if point.a.value is None]
    for title, points in (
        ("Both say something, and it differs", both),
        (f"Only {edition_a} says something", only_a),
        (f"Only {edition_b} says something", only_b),
    ):
        if points:
            _print(f"\n{title} ({len(points)})\n{'=' * _WIDTH_WITHOUT_SCREEN}")
            _print_differences(points, edition_a, edition_b)


def _topic(key: str) -> str:
    """Return what a key is about, in words."""
    return next((words for start, words in _TOPICS.items() if key.startswith(start)), "Model and endpoints")


def _print_differences(points: Sequence[queries.Difference], edition_a: str, edition_b: str) -> None:
    """Print points topic by topic: the point, then what each edition says and where."""
    order = [*_TOPICS.values(), "Model and endpoints"]
    last = ""
    for point in sorted(points, key=lambda p: order.index(_topic(p.key))):
        topic = _topic(point.key)
        if topic != last:
            _print(f"\n{topic}\n{'-' * len(topic)}")
        last = topic
        _print(f"\n{point.label[0].upper()}{point.label[1:]}  [{point.key}]")
        said = ((edition_a, point.a), (edition_b, point.b))
        rows = [
            (name, _said_plainly(found), _where_with_note(found)) for name, found in said if _tells(found)
        ]
        _print_grid(rows, (3, 8, 9))


def _tells(found: Sourced) -> bool:
    """Return whether an edition says something, or its silence has a reason worth a line."""
    return found.value is not None or found.absent not in (NOT_READ, _SILENT)


def _said_plainly(found: Sourced) -> str:
    """Write what an edition says; the codes of histologies, and of others in a list, as words."""
    from livingdrug.report.patient_blocks import HISTOLOGIES

    if not isinstance(found.value, list):
        return queries.said_text(found)
    names = {member.name.lower(): words for member, words in HISTOLOGIES.items()}
    said = [names.get(str(code), str(code).replace("_", " ")) for code in found.value]
    return queries.said_text(replace(found, value=said))


def _where_with_note(found: Sourced) -> str:
    note = f". {found.note}" if found.note and found.value is not None else ""
    return queries.place_text(found) + note


@evidence.command(epilog="Example: livingdrug evidence assumptions")
@_EDITION
@refuse_politely
def assumptions(edition: str | None) -> None:
    """List every value that is assumed, or was fitted here, with what it rests on."""
    chosen = edition or DEFAULT_EDITION
    found = queries.assumptions(chosen)
    sources = library().sources
    rows = [
        (_broken(v.key, 24), v.label, queries.said_text(v), v.basis.value, sources[v.source].title)
        for v in found
    ]
    title = f"{len(found)} values are assumed or fitted"
    _print_table(title, ("key", "meaning", "value", "basis", "rests on"), rows, (6, 6, 3, 2, 6))
    _warn(chosen)


@evidence.command(epilog="Example: livingdrug evidence unverified")
@refuse_politely
def unverified() -> None:
    """List every value, version and table row that was not held against its source."""
    found = queries.unverified()
    rows = [
        (_broken(v.key, 27), v.edition or "all", v.label, _place(_broken(v.source, 24), v.where))
        for v in found
    ]
    title = f"{len(found)} values or versions are unverified (what is assumed is listed by: assumptions)"
    _print_table(title, ("key", "edition", "meaning", "said to be in"), rows, (5, 2, 5, 5))
    counted = [(name, f"{bad} of {n}") for name, (bad, n) in queries.unverified_rows().items() if bad]
    if counted:
        _print_table("unverified rows of tables", ("table", "rows"), counted, (3, 1))


@evidence.command(epilog="Example: livingdrug evidence targets --study juliet")
@click.option("--study", metavar="NAME", help="One study only, such as JULIET.")
@click.option("--role", metavar="ROLE", help="One role only: calibration, validation, ...")
@refuse_politely
def targets(study: str | None, role: str | None) -> None:
    """List the published outcome figures with interval, role and source."""
    found = queries.targets(study, role)
    columns = ("endpoint", "stratum", "month", "published", "n", "role, use", "where")
    for name in dict.fromkeys(row["study"] for row in found):
        rows = [
            (
                row["endpoint"].replace("_", " "),
                row["stratum"],
                row["time_months"],
                f"{row['value']} {row['unit']}{_interval(row)}",
                row["n"],
                f"{row['role']},\n{row['use']}",
                _place(_broken(row["source"], 17), row["where"]),
            )
            for row in found
            if row["study"] == name
        ]
        _print_table(f"{name}: {len(rows)} published figures", columns, rows, (5, 5, 0, 5, 0, 0, 6))


def _interval(row: dict[str, str]) -> str:
    if not (row["ci_low"] or row["ci_high"]):
        return ""
    return f" ({row['ci_low'] or '?'} to {row['ci_high'] or '?'})"


@evidence.command(epilog="Example: livingdrug evidence overview --edition us_2025_06")
@_EDITION
@refuse_politely
def overview(edition: str | None) -> None:
    """Show name, class, route, status and boxed warning, of one edition or of all."""
    if edition:
        own = {edition: queries.overview(edition)}
    else:
        common, own = queries.overviews(list(queries.selectable_editions()))
        _print_points("the same in every edition", common)
    for name, points in own.items():
        _print_points(f"{name}: {load_edition(name).info.title}", points)
        _warn(name)


def _print_points(title: str, points: Iterable[Sourced]) -> None:
    rows = [(v.label, queries.said_text(v), _checked(v)) for v in points]
    _print_table(title, ("point", "says", "checked"), rows, (4, 7, 2))


@evidence.command(epilog="Example: livingdrug evidence editions")
@refuse_politely
def editions() -> None:
    """List the editions of the label, which inherit from which, and their warnings."""
    rows = []
    for name, info in library().editions.items():
        can = load_edition(name).hash if info.selectable else "cannot be chosen"
        mark = " (default)" if name == DEFAULT_EDITION else ""
        rows.append((name + mark, info.title, info.date, info.inherits or "", can, info.warning or ""))
    columns = ("edition", "title", "date", "inherits", "hash", "warning")
    _print_table(f"{len(rows)} editions", columns, rows, (4, 6, 2, 3, 3, 6))


@evidence.command(epilog="Example: livingdrug evidence sources")
@refuse_politely
def sources() -> None:
    """List every source with its address and how many values it carries."""
    used = queries.sources_in_use()
    rows = [
        (name, source.kind, f"{source.title}\n{source.url}".strip(), str(used[name]))
        for name, source in sorted(library().sources.items())
    ]
    _print_table(f"{len(rows)} sources", ("source", "kind", "title and address", "uses"), rows, (3, 1, 7, 1))
