"""From course records to endpoints: what a trial would print, and how it was counted."""

from livingdrug.endpoints.definitions import OBSERVERS as OBSERVERS
from livingdrug.endpoints.definitions import Definition as Definition
from livingdrug.endpoints.definitions import observer as observer
from livingdrug.endpoints.definitions import read_definitions as read_definitions
from livingdrug.endpoints.kinetics import Exposure as Exposure
from livingdrug.endpoints.kinetics import Sampling as Sampling
from livingdrug.endpoints.kinetics import exposure as exposure
from livingdrug.endpoints.kinetics import read_sampling as read_sampling
from livingdrug.endpoints.records import PatientRecord as PatientRecord
from livingdrug.endpoints.records import as_of as as_of
from livingdrug.endpoints.records import summarise_course as summarise_course
from livingdrug.endpoints.snapshot import Conduct as Conduct
from livingdrug.endpoints.snapshot import Observed as Observed
from livingdrug.endpoints.snapshot import Snapshot as Snapshot

__all__ = [
    "OBSERVERS",
    "Conduct",
    "Definition",
    "Exposure",
    "Observed",
    "PatientRecord",
    "Sampling",
    "Snapshot",
    "as_of",
    "exposure",
    "observer",
    "read_definitions",
    "read_sampling",
    "summarise_course",
]
