"""The mutants: a comparison flipped between strict and not, a value of the evidence nudged or denied."""

import ast
import contextlib
import dataclasses
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

from livingdrug.bedside import limits
from livingdrug.evidence import Edition, Sourced

_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
_FLIPPED_NAMES = {"at_least": "above", "above": "at_least", "at_most": "below", "below": "at_most"}
_LIMITS = "livingdrug.bedside.limits"
_BY_NAME = -1
"""Place of a comparison that is a function of ``limits``, not an operator."""
_STAND_IN = "_flipped"
_SHARE = 0.01
_WHOLE_UNITS = ("count", "day", "minute", "week", "month", "year", "mmHg")
_WHOLE_NUMBER = re.compile(r"grade|score|point|ecog|karnofsky|deauville|ice\b|capd", re.IGNORECASE)
"""What a dimensionless value is about where it is a whole number."""


@dataclass(frozen=True)
class Flip:
    """One operator of one comparison of a module, or a function of ``limits`` that compares.

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

    @property
    def at(self) -> tuple[int, int]:
        """Line and column."""
        return self.line, self.column

    def __str__(self) -> str:
        nth = f" (operator {self.place + 1})" if self.place > 0 else ""
        place = f"{self.module.replace('.', '/')}.py:{self.line}:{self.column + 1}"
        return f"{place}: {self.comparison}{nth}    in: {self.text}"


@dataclass(frozen=True)
class Nudge:
    """One number of the evidence a little up or down, or yes for no, in the editions that state it so."""

    key: str
    value: float
    place: int | None
    to: float
    editions: tuple[str, ...]

    def __str__(self) -> str:
        said = (str(value) if isinstance(value, bool) else f"{value:g}" for value in (self.value, self.to))
        return f"{self.key}: {' to '.join(said)} ({', '.join(self.editions)})"


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


def _comparing_names(tree: ast.Module, module: str) -> frozenset[str]:
    """Return the functions of ``limits`` that compare and that a module knows by their name."""
    if module == _LIMITS.rsplit(".", 1)[1]:
        return frozenset(_FLIPPED_NAMES)
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == _LIMITS]
    return frozenset(each.asname or each.name for node in imports for each in node.names) & {*_FLIPPED_NAMES}


def _places(node: ast.AST, names: frozenset[str]) -> list[int]:
    """Return the operators of a comparison that may be flipped, or the place of a name that compares."""
    if isinstance(node, ast.Compare):
        return [place for place, operator in enumerate(node.ops) if type(operator) in _FLIPPED]
    if isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load):
        return [_BY_NAME]
    return []


def flips(source: str, module: str) -> tuple[Flip, ...]:
    """Return every comparison of a source that may be flipped, in the order of the lines."""
    lines, tree = source.splitlines(), ast.parse(source)
    names = _comparing_names(tree, module)
    found = [
        Flip(
            module=module,
            function=function,
            line=node.lineno,
            column=node.col_offset,
            place=place,
            comparison=" ".join((ast.get_source_segment(source, node) or "").split()),
            text=lines[node.lineno - 1].strip(),
        )
        for function, outer in _outermost(tree)
        for node in ast.walk(outer)
        if isinstance(node, ast.Compare | ast.Name)
        for place in _places(node, names)
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
    _flip_at(tree, flip)
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


def _flip_at(tree: ast.AST, flip: Flip) -> None:
    """Flip the one operator of a tree, or put the stand-in where the function that compares is named."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare | ast.Name) and (node.lineno, node.col_offset) == flip.at:
            if isinstance(node, ast.Compare) and flip.place != _BY_NAME:
                node.ops[flip.place] = _FLIPPED[type(node.ops[flip.place])]()
            elif isinstance(node, ast.Name) and flip.place == _BY_NAME:
                node.id = _STAND_IN


def _flipped_table(source: str, flip: Flip) -> tuple[str, CodeType]:
    """Return the name that a module gives to what holds the comparison outside any function, and its code."""
    for statement in ast.parse(source).body:
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
            continue
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        last = statement.end_lineno or statement.lineno
        if isinstance(target, ast.Name) and statement.lineno <= flip.line <= last:
            expression = ast.Expression(statement.value)
            _flip_at(expression, flip)
            return target.id, compile(expression, f"<{flip}>", "eval", dont_inherit=True)
    raise ValueError(f"{flip}: a comparison outside any function and any table")


@contextlib.contextmanager
def flipped(module: ModuleType, source: str, flip: Flip) -> Iterator[None]:
    """Let the function, whoever has imported it, run with the comparison flipped while this lasts.

    Of a table that holds the comparison, its own module sees the flipped one.
    """
    known = vars(module)
    if flip.place == _BY_NAME:
        known[_STAND_IN] = getattr(limits, _FLIPPED_NAMES[flip.comparison])
    try:
        with (
            _table_flipped(known, source, flip) if not flip.function else _code_flipped(module, source, flip)
        ):
            yield
    finally:
        known.pop(_STAND_IN, None)


@contextlib.contextmanager
def _code_flipped(module: ModuleType, source: str, flip: Flip) -> Iterator[None]:
    function = _function(module, flip.function)
    own = function.__code__
    function.__code__ = flipped_code(source, flip)
    try:
        yield
    finally:
        function.__code__ = own


@contextlib.contextmanager
def _table_flipped(known: dict[str, Any], source: str, flip: Flip) -> Iterator[None]:
    name, code = _flipped_table(source, flip)
    own = known[name]
    known[name] = eval(code, known)
    try:
        yield
    finally:
        known[name] = own


def _is_whole(found: Sourced, value: float) -> bool:
    """Return whether a value counts whole things: then its neighbour is one away."""
    if value != int(value):
        return False
    about = f"{found.key} {found.label}"
    return found.unit in _WHOLE_UNITS or (found.unit == "1" and bool(_WHOLE_NUMBER.search(about)))


def _neighbours(found: Sourced, value: float) -> tuple[float, ...]:
    """Return the value a little less and a little more, by one or by a hundredth; of a flag, its opposite."""
    if isinstance(value, bool):
        return (not value,)
    if _is_whole(found, value):
        return value - 1, value + 1
    step = abs(value) * _SHARE or _SHARE
    return value - step, value + step


def nudges(key: str, editions: Iterable[Edition]) -> tuple[Nudge, ...]:
    """Return every number that editions state for a key, nudged down and up, and every flag, denied.

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
            if isinstance(value, int | float):
                found += [Nudge(key, value, place, to, names) for to in _neighbours(said, value)]
    return tuple(found)


def nudged(edition: Edition, nudge: Nudge) -> Edition:
    """Return an edition with one number nudged; text, source and hash stay."""
    own, to = edition.values[nudge.key], nudge.to
    if isinstance(own.value, list):
        to = [nudge.to if i == nudge.place else item for i, item in enumerate(own.value)]
    said = dataclasses.replace(own, value=to)
    return dataclasses.replace(edition, values={**edition.values, nudge.key: said})
