"""Every way in which an endpoint is observed: the words (evidence table) and the code that does it."""

from dataclasses import dataclass

from livingdrug.endpoints.crs_course import CRS_COURSE
from livingdrug.endpoints.exposures import EXPOSURES
from livingdrug.endpoints.follicular import FOLLICULAR
from livingdrug.endpoints.leukaemia import LEUKAEMIA
from livingdrug.endpoints.leukaemia_times import LEUKAEMIA_TIMES
from livingdrug.endpoints.neurology import NEUROLOGY
from livingdrug.endpoints.response import RESPONSE
from livingdrug.endpoints.safety import SAFETY
from livingdrug.endpoints.snapshot import Endpoint
from livingdrug.endpoints.times import TIMES
from livingdrug.errors import UnknownName
from livingdrug.evidence import load_table

OBSERVERS: dict[str, Endpoint] = {
    **RESPONSE,
    **TIMES,
    **SAFETY,
    **EXPOSURES,
    **LEUKAEMIA,
    **LEUKAEMIA_TIMES,
    **CRS_COURSE,
    **NEUROLOGY,
    **FOLLICULAR,
}
"""From the key of a definition to how it is observed."""


@dataclass(frozen=True)
class Definition:
    """One row of ``targets.definitions``.

    ``simulated`` is "yes" (a prediction, counted), "input" (simulated, but it rests on rates that were
    put in, so it is shown and not counted) or "no" (see ``reason``).
    """

    key: str
    topic: str
    title: str
    analysis_set: str
    clock: str
    event: str
    censoring: str
    intercurrent: str
    scale: str
    window: str
    cut: str
    method: str
    simulated: str
    reason: str


def read_definitions() -> dict[str, Definition]:
    """Return all definitions by key."""
    return {row["key"]: Definition(**row) for row in load_table("targets.definitions")}


def observer(definition: Definition) -> Endpoint:
    """Return how a definition is observed.

    Raises
    ------
    UnknownName
        The definition says that it is simulated, but nothing observes it.
    """
    if definition.key not in OBSERVERS:
        raise UnknownName("definition", definition.key, OBSERVERS)
    return OBSERVERS[definition.key]
