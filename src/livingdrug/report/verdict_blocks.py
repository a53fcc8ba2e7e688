"""Verdicts of rules as tables and as plain data, for every report that shows one."""

from typing import Any

from livingdrug.bedside.answers import MET, NOT_ASSESSABLE, NOT_MET, Reason, Verdict
from livingdrug.evidence import Edition, Sourced, is_unverified
from livingdrug.report.patient_blocks import NOT_KNOWN, Block, Grid, Listed, Part, Words, placed

STATUS = (
    "For research and education; not a medical device, and no advice for any patient. What is shown are "
    "options with their source, never orders."
)
ANSWERS = {MET: "met", NOT_MET: "NOT MET", NOT_ASSESSABLE: NOT_KNOWN}
PLAIN_ANSWERS = {MET: "yes", NOT_MET: "no", NOT_ASSESSABLE: "not assessable"}
_ORDER = (NOT_MET, NOT_ASSESSABLE, MET)


def edition_line(rules: Edition) -> str:
    """Return which edition was asked."""
    return f"Edition {rules.name}: {rules.info.title} ({rules.info.date})"


def place(reason: Reason) -> str:
    """Write where a criterion stands, and where its limit was not read at its source."""
    return placed(reason.source, reason.where) + ("; unverified" if reason.unverified else "")


def cited(found: Sourced) -> str:
    """Write where a value stands, and that it was not read at its source where it was not."""
    return placed(found.source, found.where) + ("; unverified" if is_unverified(found) else "")


def by_answer(reasons: tuple[Reason, ...]) -> list[Reason]:
    """Return the criteria of one patient: not met first, then not known, then met."""
    return sorted(reasons, key=lambda reason: _ORDER.index(int(reason.answer[0])))


def verdict_grid(caption: str, verdict: Verdict, head: str = "criterion") -> Grid:
    """Return a table of the criteria of one patient with answer and source."""
    rows = [(ANSWERS[int(r.answer[0])], r.text, place(r)) for r in by_answer(verdict.reasons)]
    return Grid(caption, ("", head, "source"), (0, 5, 4), tuple(rows))


def plain_verdict(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict on one patient as plain data."""
    return {
        "answer": PLAIN_ANSWERS[int(verdict.answer[0])],
        "criteria": [
            {
                "code": reason.code,
                "criterion": reason.text,
                "answer": PLAIN_ANSWERS[int(reason.answer[0])],
                "source": placed(reason.source, reason.where),
                "unverified": reason.unverified,
            }
            for reason in verdict.reasons
        ],
    }


def plain_blocks(parts: tuple[Part, ...], key: str) -> list[Any]:
    """Return the blocks of one part as plain data: texts, and tables with their heads."""
    return [plain for part in parts if part.key == key for plain in _plain(part.blocks)]


def _plain(blocks: tuple[Block, ...]) -> list[Any]:
    found: list[Any] = []
    for block in blocks:
        if isinstance(block, Words):
            found.append(block.text)
        elif isinstance(block, Listed):
            found.append(list(block.items))
        elif isinstance(block, Grid):
            rows = [[cell.strip() for cell in row] for row in block.rows]
            found.append({"caption": block.caption, "heads": list(block.heads), "rows": rows})
    return found
