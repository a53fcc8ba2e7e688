"""The evidence is whole: nothing named that is missing, nothing registered that is unused."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from livingdrug.evidence import library, load_table

PACKAGE = Path(__file__).parents[2] / "src" / "livingdrug"
DESIGNS = sorted(PACKAGE.glob("*/designs/*.toml"))
READERS = ("bedside", "body", "course", "engine", "patients", "trial", "endpoints")
SHORTEST_PART = 4
READ_BY_CODE = ("body.", "course.", "scales.")
OURS = ("assumption", "model")
# Kept for reference: shown by the evidence commands, read by no rule.
REFERENCE_ONLY: frozenset[str] = frozenset()


def _fields(raw: object, name: str) -> Iterator[str]:
    """Yield every text that a nested table gives for a field of this name, such as source."""
    if isinstance(raw, dict):
        for key, value in raw.items():
            if key == name and isinstance(value, str):
                yield value
            elif key == f"{name}s" and isinstance(value, list):
                yield from (item for item in value if isinstance(item, str))
            else:
                yield from _fields(value, name)
    elif isinstance(raw, list):
        for item in raw:
            yield from _fields(item, name)


def _designs(name: str) -> set[str]:
    return {text for path in DESIGNS for text in _fields(tomllib.loads(path.read_text("utf-8")), name)}


def _named(column: str) -> set[str]:
    """Return every source, or every unit, that entries, their editions, tables and designs name."""
    shelf = library()
    entries = {getattr(entry, column) for entry in shelf.entries.values()}
    rows = {row[column] for table in shelf.tables.values() for row in table if row.get(column)}
    return entries | rows | _designs(column)


def _named_sources() -> set[str]:
    shelf = library()
    said = {s.source for entry in shelf.entries.values() for s in entry.by_edition.values() if s.source}
    return _named("source") | said | {info.source for info in shelf.editions.values()}


def test_every_source_is_named_by_something():
    assert sorted(set(library().sources) - _named_sources()) == []


def test_every_source_that_is_named_is_registered():
    assert sorted(_named_sources() - set(library().sources)) == []


def test_every_unit_is_used_and_every_unit_used_is_registered():
    assert sorted(set(library().units) - _named("unit")) == []
    assert sorted(_named("unit") - set(library().units)) == []


def test_nothing_is_said_for_the_edition_whose_text_is_not_held():
    shelf = library()
    not_held = {name for name, info in shelf.editions.items() if not info.selectable}
    assert not_held == {"us_2025_12"}
    assert [key for key, entry in shelf.entries.items() if not_held & set(entry.by_edition)] == []
    assert [n for n, rows in shelf.tables.items() for row in rows if row.get("edition") in not_held] == []


def test_an_assumption_rests_on_a_source_of_its_own_kind():
    shelf = library()
    misplaced = [
        f"{key}: {entry.source}"
        for key, entry in shelf.entries.items()
        if entry.basis.value == "assumed" and shelf.sources[entry.source].kind not in OURS
    ]
    assert misplaced == []


def test_nothing_that_is_assumed_claims_to_have_been_checked():
    shelf = library()
    claims = [k for k, e in shelf.entries.items() if e.basis.value in ("assumed", "fitted") and e.checked]
    assert claims == []


def _text(node: ast.AST) -> str:
    """Return a text as written, with a star for each part that is only known when it runs."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "*"


def words_of_code(source: str) -> set[str]:
    """Return the names a module uses and the words in its texts; docstrings do not count.

    A word that is put together when it runs keeps a star: f"grade{n}_at_most" is grade*_at_most.
    """
    tree = ast.parse(source)
    spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    words: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            words.add(node.id.lower())
        elif isinstance(node, ast.Attribute):
            words.add(node.attr.lower())
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            words.add(node.arg.lower())
        elif isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in spoken:
            words.update(re.findall(r"[a-z0-9_*]+", _text(node).lower()))
    return words


def unread(keys: set[str], words: set[str]) -> list[str]:
    """List the keys that code cannot be reading: a part of their name occurs nowhere in it."""
    composed = [word for word in words if "*" in word and len(word.replace("*", "")) >= SHORTEST_PART]
    patterns = [re.compile(re.escape(word).replace(r"\*", "[a-z0-9_]+")) for word in composed]

    def is_known(word: str) -> bool:
        return word in words or any(pattern.fullmatch(word) for pattern in patterns)

    return sorted(key for key in keys if not all(is_known(word) for word in key.split(".")))


def _all_words() -> set[str]:
    files = [path for folder in READERS for path in (PACKAGE / folder).rglob("*.py")]
    files += [path for path in PACKAGE.glob("*.py") if path.stem != "cli_evidence"]
    return set().union(*(words_of_code(path.read_text(encoding="utf-8")) for path in files))


def test_every_value_of_the_body_the_course_and_the_scales_is_read_by_code():
    entries = library().entries.items()
    keys = {key for key, entry in entries if key.startswith(READ_BY_CODE) and entry.unit != "text"}
    assert unread(keys - REFERENCE_ONLY, _all_words()) == []


def _keys_named_in_code() -> Iterator[tuple[str, str]]:
    """Yield (file:line, text) for every text of the code that has the form of a whole evidence key."""
    tops = {path.name for path in (PACKAGE / "evidence" / "data").iterdir() if path.is_dir()}
    form = re.compile(rf"({'|'.join(sorted(tops))})(\.[a-z0-9_]+)+")
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        parts = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
        }
        for node in ast.walk(tree):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts
            if is_text and form.fullmatch(node.value):
                yield f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno}", node.value


def test_every_key_that_code_names_exists():
    known = {*library().entries, *library().tables}
    named = list(_keys_named_in_code())
    assert named
    missing = [
        f"{place}: {key}"
        for place, key in named
        if not any(name == key or name.startswith(key if key.endswith("_") else f"{key}.") for name in known)
    ]
    assert missing == []


def test_what_is_kept_for_reference_exists():
    assert sorted(REFERENCE_ONLY - set(library().entries)) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('x = rules.number("body.car_t.death")', []),
        ('x = rules.number(f"body.car_t.{name}")', ["body.car_t.death"]),
        ('NAMES = ("death",)\nx = rules.number(f"body.car_t.{name}")', []),
        ('x = rules.number(f"body.car_t.d{part}h")', ["body.car_t.death"]),
        ('x = rules.number(f"body.car_t.deat{part}")', []),
        ('"""body.car_t.death"""', ["body.car_t.death"]),
    ],
)
def test_a_value_that_nothing_reads_is_found(source, expected):
    assert unread({"body.car_t.death"}, words_of_code(source)) == expected


def test_every_key_that_the_list_of_the_briefs_statements_names_exists():
    shelf = library()
    known = {*shelf.entries, *shelf.tables}
    named = {key for row in load_table("label.brief_statements") for key in row["key"].split(";")}
    missing = [key for key in named if not any(k == key or k.startswith(f"{key}.") for k in known)]
    assert missing == []
    assert [row["number"] for row in load_table("label.brief_statements")] == [str(n) for n in range(1, 26)]


@pytest.mark.parametrize("name", ["crs", "neurotoxicity", "kinetics", "efficacy", "adverse_reactions"])
def test_a_table_of_the_label_names_source_place_and_unit_in_every_row(name):
    rows = load_table(f"label.{name}")
    assert rows
    assert [row for row in rows if not (row["source"] and row["where"] and row["unit"])] == []


def test_an_edition_named_in_a_table_fits_its_jurisdiction():
    shelf = library()
    wrong = [
        f"{name}: {row['edition']} is not {row['jurisdiction']}"
        for name, rows in shelf.tables.items()
        for row in rows
        if row.get("edition")
        and "jurisdiction" in row
        and shelf.editions[row["edition"]].jurisdiction != row["jurisdiction"]
    ]
    assert wrong == []
