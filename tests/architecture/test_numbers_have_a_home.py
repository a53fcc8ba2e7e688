"""Numbers live in the evidence: rules, equations and stages hold none but 0, 1, -1 and 2."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "livingdrug"
FOLDERS = ("bedside", "body", "course")
FILES = sorted(path for folder in FOLDERS for path in (PACKAGE / folder).rglob("*.py"))
FREE = {0, 1, -1, 2}
CONVERTERS = {"float", "int", "float64", "Decimal", "Fraction"}


def _is_int_enum(node: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef) and any(
        ast.unparse(base).split(".")[-1] == "IntEnum" for base in node.bases
    )


def _number(node: ast.AST) -> complex | None:
    """Return the number that a node writes, its sign included; None for anything else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _number(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float | complex):
        return None if isinstance(node.value, bool) else node.value
    return None


def _spelled(node: ast.AST) -> bool:
    """Return whether a number is hidden in words: float("0.5")."""
    return (
        isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] in CONVERTERS
        and any(isinstance(a, ast.Constant) and isinstance(a.value, str) for a in node.args)
    )


def homeless(source: str, name: str) -> list[str]:
    """List the numbers of a module that have no home, as file:line: number."""
    found: list[str] = []

    def visit(node: ast.AST) -> None:
        if _is_int_enum(node):
            return
        number = _number(node)
        if (number is not None and number not in FREE) or _spelled(node):
            found.append(f"{name}:{getattr(node, 'lineno', 0)}: {ast.unparse(node)}")
        if number is None:
            for child in ast.iter_child_nodes(node):
                visit(child)

    visit(ast.parse(source))
    return found


def test_there_is_something_to_look_at():
    assert {path.relative_to(PACKAGE).parts[0] for path in FILES} == set(FOLDERS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_number_has_its_home_in_the_evidence(path):
    name = path.relative_to(PACKAGE.parents[1]).as_posix()
    assert homeless(path.read_text(encoding="utf-8"), name) == []


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x = 0.5", "f.py:1: 0.5"),
        ("x = -2", "f.py:1: -2"),
        ("y = 1\nx = t ** 3", "f.py:2: 3"),
        ("x = 1e6", "f.py:1: 1000000.0"),
        ("def f(a=8): ...", "f.py:1: 8"),
        ("x = float('0.5')", "f.py:1: float('0.5')"),
        ("class A:\n    B = 4", "f.py:2: 4"),
    ],
)
def test_a_number_without_a_home_is_found_with_its_line(source, line):
    assert homeless(source, "f.py") == [line]


@pytest.mark.parametrize(
    "source",
    [
        "x = -1.0 + 2.0 * a[0] + a[1]",
        "class Grade(IntEnum):\n    THREE = 3\n    FOUR = 4",
        "class Grade(enum.IntEnum):\n    THREE = 3",
        'x = "38.0 degrees"',
        "x = True",
        "x = float(y)",
    ],
)
def test_what_is_free_is_not_found(source):
    assert homeless(source, "f.py") == []
