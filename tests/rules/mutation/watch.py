"""Which cases run which function of the rules, and read which value of the evidence."""

import contextlib
import dataclasses
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from tests.rules.cases import Case, Question, answers_to
from tests.rules.test_cases import fits

from livingdrug.evidence import Edition, Sourced

HELPERS = ("answers", "bounds", "limits")
"""Modules that read the evidence on behalf of the rule that called them."""

TELLERS = ("grounds",)
"""Modules that read it only to show it."""


@dataclass(frozen=True)
class Group:
    """Cases that ask one question of one edition; they are answered together."""

    ask: Question
    edition: Edition
    cases: tuple[Case, ...]

    def misfits(self, edition: Edition | None = None) -> tuple[Case, ...]:
        """Return the cases that are not answered as expected, all of them where the rule fails."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                answers = answers_to(self.ask, self.cases, edition or self.edition)
                pairs = list(zip(answers, self.cases, strict=True))
            except Exception:  # whatever a wrong limit may lead to
                return self.cases
        return tuple(case for answer, case in pairs if not fits(answer, case))


def groups_of(cases: Sequence[Case], questions: dict[str, Question], load: Callable[[str], Edition]):
    """Return the cases by question and edition."""
    found: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        found[case.question, case.edition].append(case)
    return tuple(
        Group(questions[question], load(edition), tuple(together))
        for (question, edition), together in found.items()
    )


@dataclass(frozen=True)
class Watched:
    """What the groups do, by their number, the quick ones first.

    Attributes
    ----------
    runs : dict of (module, function) to groups
    reads : dict of evidence key to groups
        That read the value itself.
    readers : dict of evidence key to modules
        That read the value itself.
    seen : set of evidence keys
        Asked for in any way, such as for their source alone.
    """

    groups: tuple[Group, ...]
    runs: dict[tuple[str, str], tuple[int, ...]]
    reads: dict[str, tuple[int, ...]]
    readers: dict[str, frozenset[str]]
    seen: frozenset[str]


@dataclass(frozen=True)
class _Seen:
    """What one group did."""

    seconds: float
    runs: frozenset[tuple[str, str]]
    reads: frozenset[tuple[str, str]]
    keys: frozenset[str]


class _SaidAloud(Sourced):
    """A value of the evidence that tells when it is read."""

    def __getattribute__(self, name: str) -> Any:
        if name == "value":
            tell = object.__getattribute__(self, "__dict__").get("_tell")
            if tell is not None:
                tell(object.__getattribute__(self, "key"))
        return object.__getattribute__(self, name)


class _Values(dict[str, Sourced]):
    """The values of an edition that tell which of them are asked for."""

    def __init__(self, values: dict[str, Sourced], keys: set[str], tell: Callable[[str], None]) -> None:
        super().__init__(values)
        self._keys, self._tell = keys, tell
        self._told: dict[str, Sourced] = {}

    def _aloud(self, key: str) -> Sourced:
        self._keys.add(key)
        if key not in self._told:
            self._told[key] = self._telling(key)
        return self._told[key]

    def _telling(self, key: str) -> Sourced:
        own = super().__getitem__(key)
        fields = {field.name: getattr(own, field.name) for field in dataclasses.fields(own)}
        found = _SaidAloud(**fields)
        object.__setattr__(found, "_tell", self._tell)
        return found

    def __getitem__(self, key: str) -> Sourced:
        return self._aloud(key)

    def get(self, key: str, default: Any = None) -> Any:
        return self._aloud(key) if key in self else default


def _reader(frame: FrameType | None, modules: dict[str, str]) -> str:
    """Return the module of the rule that reads a value just now, nothing where it is only shown."""
    while frame is not None:
        name = modules.get(frame.f_code.co_filename)
        if name in TELLERS:
            return ""
        if name is not None and name not in HELPERS:
            return name
        frame = frame.f_back
    return ""


@contextlib.contextmanager
def _traced(modules: dict[str, str], runs: set[tuple[str, str]]) -> Iterator[None]:
    def note(frame: FrameType, event: str, _: Any) -> None:
        name = modules.get(frame.f_code.co_filename)
        if name is not None:
            runs.add((name, frame.f_code.co_qualname.split(".<locals>")[0]))

    before = sys.gettrace()
    sys.settrace(note)
    try:
        yield
    finally:
        sys.settrace(before)


def _watch_one(group: Group, modules: dict[str, str]) -> _Seen:
    runs: set[tuple[str, str]] = set()
    reads: set[tuple[str, str]] = set()
    keys: set[str] = set()

    def tell(key: str) -> None:
        reads.add((key, _reader(sys._getframe(2), modules)))

    aloud = dataclasses.replace(group.edition, values=_Values(group.edition.values, keys, tell))
    started = time.perf_counter()
    with _traced(modules, runs):
        wrong = group.misfits(aloud)
    seconds = time.perf_counter() - started
    if wrong:
        names = ", ".join(sorted({f"{case.file}: {case.name}: {case.question}" for case in wrong}))
        raise AssertionError(f"answered wrongly before anything was changed: {names}")
    return _Seen(seconds, frozenset(runs), frozenset(reads), frozenset(keys))


def watch(groups: Sequence[Group], files: dict[str, Path]) -> Watched:
    """Run every group as it is and return what each runs and reads.

    Parameters
    ----------
    groups : sequence of Group
    files : dict of module name to path
        The modules that are watched.

    Raises
    ------
    AssertionError
        A case is answered wrongly as it is.
    """
    modules = {str(path): name for name, path in files.items()}
    seen = [_watch_one(group, modules) for group in groups]
    order = sorted(range(len(groups)), key=lambda i: seen[i].seconds)
    runs: dict[tuple[str, str], list[int]] = defaultdict(list)
    reads: dict[str, list[int]] = defaultdict(list)
    readers: dict[str, set[str]] = defaultdict(set)
    for new, old in enumerate(order):
        for place in seen[old].runs:
            runs[place].append(new)
        for key, reader in seen[old].reads:
            if reader and (not reads[key] or reads[key][-1] != new):
                reads[key].append(new)
            if reader:
                readers[key].add(reader)
    return Watched(
        groups=tuple(groups[i] for i in order),
        runs={place: tuple(numbers) for place, numbers in runs.items()},
        reads={key: tuple(numbers) for key, numbers in reads.items() if numbers},
        readers={key: frozenset(names) for key, names in readers.items()},
        seen=frozenset().union(*(one.keys for one in seen)),
    )
