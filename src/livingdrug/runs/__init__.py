"""Chunks of patients through course and endpoints: workers, restarts, provenance."""

from livingdrug.runs.chunks import write_atomically as write_atomically
from livingdrug.runs.one_patient import Alike as Alike
from livingdrug.runs.one_patient import OnePatient as OnePatient
from livingdrug.runs.one_patient import Seen as Seen
from livingdrug.runs.one_patient import follow_patient as follow_patient
from livingdrug.runs.one_patient import simulate_alike as simulate_alike
from livingdrug.runs.pool import CHUNK_PATIENTS as CHUNK_PATIENTS
from livingdrug.runs.pool import Chunk as Chunk
from livingdrug.runs.pool import run_pool as run_pool
from livingdrug.runs.pool import split as split
from livingdrug.runs.progress import Bar as Bar
from livingdrug.runs.provenance import code_hash as code_hash
from livingdrug.runs.provenance import state_provenance as state_provenance
from livingdrug.runs.simulate import Task as Task
from livingdrug.runs.simulate import simulate_chunk as simulate_chunk

__all__ = [
    "CHUNK_PATIENTS",
    "Alike",
    "Bar",
    "Chunk",
    "OnePatient",
    "Seen",
    "Task",
    "code_hash",
    "follow_patient",
    "run_pool",
    "simulate_alike",
    "simulate_chunk",
    "split",
    "state_provenance",
    "write_atomically",
]
