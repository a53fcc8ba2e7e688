"""The mutants: a comparison flipped between strict and not, and a value of the evidence nudged."""

import ast
import contextlib
import dataclasses
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

from livingdrug.evidence import Edition, Sourced

_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
_SHARE = 0.01
_WHOLE_UNITS = ("count", "day", "minute", "week", "month", "year", "mmHg")
_WHOLE_NUMBER = re.compile(r"grade|score|point|ecog|karnofsky|deauville|ice\b|capd", re.IGNORECASE)
"""What a dimensionless value is about where it is a whole number."""


@dataclass(frozen=True)
class Flip:
    """One operator of one comparison of a module.

    ``function`` is the outermost function that holds it, empty outside of any; ``place`` the operator's
    place in a chain; ``comparison`` as written, on one line; ``text`` the line of the source.
    """

    module: str
    function: str
    line: int
    column: int
    place: int
    comparison: str
    text: str

    def __str__(self) -> str:
        nth = f" (operator {self.place + 1})" if self.place else ""
        return f"{self.module.replace('.', '/')}.py:{self.line}: {self.comparison}{nth}    in: {self.text}"


@dataclass(frozen=True)
class Nudge:
    """One number of the evidence a little up or down, in the editions that state it so."""

    key: str
    value: float
    place: int | None
    to: float
    editions: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.key}: {self.value:g} to {self.to:g} ({', '.join(self.editions)})"


def _outermost(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Yield every function of a module and every method of its classes, then what stands outside."""
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef):
            yield statement.name, statement
        elif isinstance(statement, ast.ClassDef):
            for inner in statement.body:
                name = f"{statement.name}.{inner.name}" if isinstance(inner, ast.FunctionDef) else ""
                yield name, inner
        else:
            yield "", statement


def flips(source: str, module: str) -> tuple[Flip, ...]:
    """Return every comparison of a source that may be flipped, in the order of the lines."""
    lines = source.splitlines()
    found = []
    for name, node in _outermost(ast.parse(source)):
        for compare in ast.walk(node):
            if isinstance(compare, ast.Compare):
                written = " ".join((ast.get_source_segment(source, compare) or "").split())
                found += [
                    Flip(
                        module=module,
                        function=name,
                        line=compare.lineno,
                        column=compare.col_offset,
                        place=place,
                        comparison=written,
                        text=lines[compare.lineno - 1].strip(),
                    )
                    for place, operator in enumerate(compare.ops)
                    if type(operator) in _FLIPPED
                ]
    return tuple(sorted(found, key=lambda flip: (flip.line, flip.column, flip.place)))


def _code_objects(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _code_objects(constant)


def flipped_code(source: str, flip: Flip) -> CodeType:
    """Return the code of the function with the one operator flipped."""
    top = flip.function.split(".")[0]
    tree = ast.parse(source)
    tree.body = [
        statement
        for statement in tree.body
        if isinstance(statement, ast.FunctionDef | ast.ClassDef) and statement.name == top
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and (node.lineno, node.col_offset) == (flip.line, flip.column):
            node.ops[flip.place] = _FLIPPED[type(node.ops[flip.place])]()
    whole = compile(tree, f"<{flip}>", "exec", dont_inherit=True)
    return next(code for code in _code_objects(whole) if code.co_qualname == flip.function)


def _function(module: ModuleType, name: str) -> FunctionType:
    found: Any = module
    for part in name.split("."):
        found = vars(found)[part]
    if isinstance(found, property):
        found = found.fget
    found = inspect.unwrap(getattr(found, "__func__", found))
    assert isinstance(found, FunctionType)
    return found


@contextlib.contextmanager
def flipped(module: ModuleType, source: str, flip: Flip) -> Iterator[None]:
    """Let the function, whoever has imported it, run with the comparison flipped while this lasts."""
    function = _function(module, flip.function)
    own = function.__code__
    function.__code__ = flipped_code(source, flip)
    try:
        yield
    finally:
        function.__code__ = own


def is_number(value: Any) -> bool:
    """Return whether a value is a number; yes and no are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(found: Sourced, value: float) -> bool:
    """Return whether a value counts whole things: then its neighbour is one away."""
    if value != int(value):
        return False
    about = f"{found.key} {found.label}"
    return found.unit in _WHOLE_UNITS or (found.unit == "1" and bool(_WHOLE_NUMBER.search(about)))


def _neighbours(found: Sourced, value: float) -> tuple[float, float]:
    """Return the value a little less and a little more, by one or by a hundredth."""
    if _is_whole(found, value):
        return value - 1, value + 1
    step = abs(value) * _SHARE or _SHARE
    return value - step, value + step


def nudges(key: str, editions: Iterable[Edition]) -> tuple[Nudge, ...]:
    """Return every number that editions state for a key, nudged down and up.

    Editions that state the same are nudged together.
    """
    stating: dict[str, list[Edition]] = {}
    for edition in editions:
        stating.setdefault(repr(edition.values[key].value), []).append(edition)
    found = []
    for together in stating.values():
        said = together[0].values[key]
        names = tuple(edition.name for edition in together)
        numbers: list[tuple[int | None, Any]] = [(None, said.value)]
        if isinstance(said.value, list):
            numbers = list(enumerate(said.value))
        for place, value in numbers:
            if is_number(value):
                found += [Nudge(key, value, place, to, names) for to in _neighbours(said, value)]
    return tuple(found)


def nudged(edition: Edition, nudge: Nudge) -> Edition:
    """Return an edition with one number nudged; text, source and hash stay."""
    own, to = edition.values[nudge.key], nudge.to
    if isinstance(own.value, list):
        to = [nudge.to if i == nudge.place else item for i, item in enumerate(own.value)]
    said = dataclasses.replace(own, value=to)
    return dataclasses.replace(edition, values={**edition.values, nudge.key: said})
