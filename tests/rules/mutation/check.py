"""Makes every mutant of the rules in turn and finds whether a case notices it."""

import functools
import importlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.test_evidence_is_complete import unread, words_of_code
from tests.rules.cases import Case, all_cases
from tests.rules.mutation.mutants import Flip, Nudge, flipped, flips, nudged, nudges
from tests.rules.mutation.watch import HELPERS, TELLERS, Watched, groups_of, watch
from tests.rules.questions import QUESTIONS

from livingdrug.evidence import Edition, library, load_edition

PACKAGE = Path(__file__).parents[3] / "src" / "livingdrug"
BEDSIDE = PACKAGE / "bedside"
FILES = {
    ".".join(path.relative_to(BEDSIDE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in BEDSIDE.rglob("*.py")
    if path != BEDSIDE / "__init__.py"
}
FILES["observations"] = PACKAGE / "observations.py"
MODULES = tuple(sorted(FILES))
_EQUIVALENTS = Path(__file__).parent / "equivalent.toml"
_RULES = ("scales.", "label.")

Mutant = Flip | Nudge
Name = tuple[str, str, str]
"""File, name and question of a case."""


@dataclass(frozen=True)
class Tally:
    """The mutants of one module that a case notices, those that none does, and the cases that tell."""

    module: str
    caught: tuple[Mutant, ...]
    survived: tuple[Mutant, ...]
    telling: frozenset[Name] = frozenset()

    def __str__(self) -> str:
        return score(self.module, len(self.caught), len(self.survived))


def score(name: str, n_caught: int, n_survived: int) -> str:
    """Return the line of a module: how many of its mutants a case notices."""
    n = n_caught + n_survived
    share = f"{n_caught / n:7.1%}" if n else "nothing to change"
    return f"{name:20} {n_caught:4} of {n:4}  {share}"


@dataclass(frozen=True)
class Equivalent:
    """A mutant that no case can tell from the rule itself, and why.

    ``comparison`` and ``function`` for a comparison; ``key`` for a value, both ways.
    """

    reason: str
    module: str = ""
    function: str = ""
    comparison: str = ""
    key: str = ""

    def covers(self, mutant: Mutant) -> bool:
        """Return whether this is about a mutant."""
        if isinstance(mutant, Nudge):
            return self.key == mutant.key
        place = (mutant.module, mutant.function, mutant.comparison)
        return (self.module, self.function, self.comparison) == place


@functools.cache
def equivalents(path: Path = _EQUIVALENTS) -> tuple[Equivalent, ...]:
    """Return the mutants that are known to change nothing."""
    return tuple(Equivalent(**raw) for raw in tomllib.loads(path.read_text("utf-8")).get("equivalent", []))


@functools.cache
def source_of(module: str) -> str:
    """Return the source of a module of the rules."""
    return FILES[module].read_text(encoding="utf-8")


def module_of(name: str):
    """Return a module of the rules."""
    inside = FILES[name].relative_to(PACKAGE.parent).with_suffix("")
    return importlib.import_module(".".join(inside.parts).removesuffix(".__init__"))


@functools.cache
def _editions() -> tuple[Edition, ...]:
    return tuple(load_edition(name) for name, info in library().editions.items() if info.selectable)


@functools.cache
def _watched() -> Watched | AssertionError:
    """Return what the cases do, or what was wrong with them: kept either way, for it takes a while."""
    for name in MODULES:
        module_of(name)
    try:
        return watch(groups_of(all_cases(), QUESTIONS, load_edition), FILES)
    except AssertionError as problem:
        return problem


def watched() -> Watched:
    """Return what the cases run and read."""
    found = _watched()
    if isinstance(found, AssertionError):
        raise found
    return found


@functools.cache
def _never_asked(module: str) -> frozenset[str]:
    """Return the keys that a module can read, by the words in it, and no case makes any module ask for."""
    if module in HELPERS or module in TELLERS:
        return frozenset()
    keys = {key for key in library().entries if key.startswith(_RULES)} - watched().seen
    return frozenset(keys - set(unread(keys, words_of_code(source_of(module)))))


def mutants_of(module: str) -> tuple[Mutant, ...]:
    """Return every mutant of a module: of its comparisons, and of the values that it reads."""
    read = {key for key, names in watched().readers.items() if module in names and key.startswith(_RULES)}
    values = (nudges(key, _editions()) for key in sorted(read | _never_asked(module)))
    found = (*flips(source_of(module), module), *(nudge for group in values for nudge in group))
    return tuple(mutant for mutant in found if not any(e.covers(mutant) for e in equivalents()))


def _misfits_of_flip(flip: Flip, seen: Watched) -> Iterable[tuple[Case, ...]]:
    functions = [place for place in seen.runs if place[0] == flip.module]
    if flip.function:
        functions = [(flip.module, flip.function)]
    with flipped(module_of(flip.module), source_of(flip.module), flip):
        for number in sorted({number for place in functions for number in seen.runs.get(place, ())}):
            yield seen.groups[number].misfits()


def _misfits_of_nudge(nudge: Nudge, seen: Watched) -> Iterable[tuple[Case, ...]]:
    for number in seen.reads.get(nudge.key, ()):
        group = seen.groups[number]
        if group.edition.name in nudge.editions:
            yield group.misfits(nudged(group.edition, nudge))


def telling_cases(mutant: Mutant, whole: bool = False) -> frozenset[Name]:
    """Return cases that notice a mutant: those of the first group that does, or of all groups."""
    seen = watched()
    misfits = _misfits_of_flip(mutant, seen) if isinstance(mutant, Flip) else _misfits_of_nudge(mutant, seen)
    found: set[Name] = set()
    for wrong in misfits:
        found |= {(case.file, case.name, case.question) for case in wrong}
        if wrong and not whole:
            break
    return frozenset(found)


def tally(module: str, whole: bool = False) -> Tally:
    """Try every mutant of a module; ``whole`` finds every case that notices one, which takes longer."""
    caught, survived, telling = [], [], set()
    for mutant in mutants_of(module):
        cases = telling_cases(mutant, whole)
        (caught if cases else survived).append(mutant)
        telling |= cases
    return Tally(module, tuple(caught), tuple(survived), frozenset(telling))


def stale_equivalents() -> tuple[Equivalent, ...]:
    """Return those that no longer fit any line of the rules or any value."""
    every = [flip for module in MODULES for flip in flips(source_of(module), module)]
    return tuple(
        known
        for known in equivalents()
        if known.key not in library().entries and not any(known.covers(flip) for flip in every)
    )
