"""What the guide says in every form: its title, status, headings and list of sources."""

from datetime import date

from livingdrug.bedside.guide import Guide, Section, Statement
from livingdrug.evidence import library
from livingdrug.patients import Indication

STATUS = (
    "For research and education; not a medical device. This guide does not replace your team: what your team "
    "tells you comes first."
)
LOCAL = "From your own centre: read this first"
LOCAL_EMPTY = "Space for what your own centre wants you to know:"
PHONE = "Your team, day and night"
HELP = ("emergency", "urgent", "then")
"""The sections that stay together on one page: the signs, and what to do."""
SOURCES = "Where this comes from"
UNVERIFIED = "not checked at the source"
ASSUMED = "our own reading"
_DISEASES = {
    Indication.ALL: "acute lymphoblastic leukaemia (ALL)",
    Indication.LBCL: "large B-cell lymphoma",
    Indication.FL: "follicular lymphoma",
}


def title(guide: Guide) -> str:
    """Return what the guide is and for whom."""
    return f"CAR-T cells for {_DISEASES[guide.indication]}: a guide for patients and families"


def edition_words(guide: Guide, made: date) -> str:
    """Return which edition the guide follows, and the day on which it was made."""
    return f"Follows: {guide.info.title} ({guide.info.date}; {guide.edition}). Made on {made}."


def numbers_of(statement: Statement, guide: Guide) -> tuple[int, ...]:
    """Return the numbers of the sources that a statement rests on."""
    order = [source for source, _ in guide.cited]
    return tuple(sorted({order.index(one.source) + 1 for one in statement.rests_on}))


def source_lines(guide: Guide) -> tuple[str, ...]:
    """Return each source with its places and, where it was not read there, that it was not."""
    lines = []
    for source, places in guide.cited:
        of = [
            one
            for section in guide.sections
            for statement in section.statements
            for one in statement.rests_on
            if one.source == source
        ]
        doubts = [UNVERIFIED] if any(one.unverified for one in of) else []
        doubts += [ASSUMED] if any(one.assumed for one in of) else []
        doubt = f" [in part {', '.join(doubts)}]" if doubts else ""
        lines.append(f"{library().sources[source].title}: {'; '.join(places)}{doubt}")
    return tuple(lines)


def own_marks(statement: Statement, section: Section) -> tuple[str, ...]:
    """Return the marks of a statement that its section does not show for all."""
    return tuple(mark for mark in statement.marks if mark not in section.shared_marks)
