"""What a patient guide is made of."""

from dataclasses import dataclass
from enum import Enum, auto

from livingdrug.evidence import EditionInfo
from livingdrug.patients import Indication


class Kind(Enum):
    """How a section is read: signs to call for, plain text, what to do, what not to do."""

    URGENT = auto()
    PLAIN = auto()
    DO = auto()
    DONT = auto()


@dataclass(frozen=True)
class Cited:
    """A value that a statement rests on: its key, source and place, and whether it was read there."""

    key: str
    source: str
    where: str
    unverified: bool
    assumed: bool


@dataclass(frozen=True)
class Statement:
    """One thing that the guide says.

    Attributes
    ----------
    text : str
        One or more plain sentences; in an urgent section a sign.
    rests_on : tuple of Cited
        Empty where it is general knowledge.
    marks : tuple of str
        What a reader must know of it: dated, taken from another edition.
    """

    text: str
    rests_on: tuple[Cited, ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """Statements under one heading."""

    key: str
    title: str
    kind: Kind
    statements: tuple[Statement, ...]

    @property
    def shared_marks(self) -> tuple[str, ...]:
        """Marks that all statements carry, to be shown once."""
        marks = dict.fromkeys(mark for one in self.statements for mark in one.marks)
        return tuple(mark for mark in marks if all(mark in one.marks for one in self.statements))


@dataclass(frozen=True)
class Card:
    """A card to cut out, where the edition has one; a line that ends with a colon is filled in by hand."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Guide:
    """A patient guide for one disease under one edition.

    ``local`` holds the centre's own instructions and ``phone`` the team's number; both may be empty, to
    be filled in by hand.
    """

    indication: Indication
    edition: str
    edition_hash: str
    info: EditionInfo
    sections: tuple[Section, ...]
    card: Card | None
    local: str = ""
    phone: str = ""

    @property
    def cited(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Sources in the order in which they are met, each with the places in it."""
        found: dict[str, dict[str, None]] = {}
        for section in self.sections:
            for one in (one for statement in section.statements for one in statement.rests_on):
                found.setdefault(one.source, {})[one.where] = None
        return tuple((source, tuple(places)) for source, places in found.items())
