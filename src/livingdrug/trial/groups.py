"""The rows of a comparison, in the groups and the order in which they are read."""

from livingdrug.endpoints import read_definitions
from livingdrug.trial.comparison import Row


def counted_by_topic(rows: tuple[Row, ...]) -> dict[str, list[Row]]:
    """Return the rows that count, by topic, in the order of the table of definitions."""
    topics = dict.fromkeys(definition.topic for definition in read_definitions().values())
    counted = in_order([row for row in rows if row.counted])
    found = {
        topic: [row for row in counted if row.definition and row.definition.topic == topic]
        for topic in topics
    }
    return {topic: chosen for topic, chosen in found.items() if chosen}


def driven_by_inputs(rows: tuple[Row, ...]) -> list[Row]:
    """Return the rows that were simulated from what was put in: shown, not counted."""
    return in_order([row for row in rows if row.n_drawn and not row.counted])


def not_simulated(rows: tuple[Row, ...]) -> list[Row]:
    """Return the published outputs that were not simulated."""
    return [row for row in rows if not row.n_drawn and row.target.use == "output"]


def kept_but_not_compared(rows: tuple[Row, ...]) -> dict[str, int]:
    """Count the published rows that are no outputs, by what they are."""
    uses = [row.target.use for row in rows if not row.n_drawn]
    return {use: uses.count(use) for use in ("input", "superseded", "qualitative") if use in uses}


def in_order(rows: list[Row]) -> list[Row]:
    """Return rows in the order of the table of definitions."""
    place = {key: k for k, key in enumerate(read_definitions())}
    return sorted(rows, key=lambda row: place[row.target.definition])
