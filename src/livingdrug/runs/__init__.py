"""Chunks of patients through course and endpoints: workers, a Dask cluster, restarts, provenance."""

from livingdrug.runs.archive import Arrays as Arrays
from livingdrug.runs.archive import read_arrays as read_arrays
from livingdrug.runs.archive import write_arrays as write_arrays
from livingdrug.runs.chunks import Chunk as Chunk
from livingdrug.runs.chunks import split as split
from livingdrug.runs.columns import Columns as Columns
from livingdrug.runs.columns import growing_columns as growing_columns
from livingdrug.runs.extra import optional as optional
from livingdrug.runs.folder import check_same_run as check_same_run
from livingdrug.runs.folder import held as held
from livingdrug.runs.folder import write_atomically as write_atomically
from livingdrug.runs.one_patient import Alike as Alike
from livingdrug.runs.one_patient import OnePatient as OnePatient
from livingdrug.runs.one_patient import Seen as Seen
from livingdrug.runs.one_patient import follow_patient as follow_patient
from livingdrug.runs.one_patient import simulate_alike as simulate_alike
from livingdrug.runs.plan_patient import PlannedPatient as PlannedPatient
from livingdrug.runs.plan_patient import plan_on_calendar as plan_on_calendar
from livingdrug.runs.progress import Bar as Bar
from livingdrug.runs.provenance import code_hash as code_hash
from livingdrug.runs.provenance import state_provenance as state_provenance
from livingdrug.runs.readiness import Readiness as Readiness
from livingdrug.runs.readiness import check_patient as check_patient
from livingdrug.runs.simulate import Simulated as Simulated
from livingdrug.runs.simulate import Task as Task
from livingdrug.runs.simulate import simulate_chunk as simulate_chunk
from livingdrug.runs.simulate import simulate_patients as simulate_patients
from livingdrug.runs.simulate import task_here as task_here
from livingdrug.runs.stream import Store as Store
from livingdrug.runs.stream import stream_chunks as stream_chunks
from livingdrug.runs.workers import Workers as Workers

__all__ = [
    "Alike",
    "Arrays",
    "Bar",
    "Chunk",
    "Columns",
    "OnePatient",
    "PlannedPatient",
    "Readiness",
    "Seen",
    "Simulated",
    "Store",
    "Task",
    "Workers",
    "check_patient",
    "check_same_run",
    "code_hash",
    "follow_patient",
    "growing_columns",
    "held",
    "optional",
    "plan_on_calendar",
    "read_arrays",
    "simulate_alike",
    "simulate_chunk",
    "simulate_patients",
    "split",
    "state_provenance",
    "stream_chunks",
    "task_here",
    "write_arrays",
    "write_atomically",
]
