"""How a run is cut into chunks decides nothing: the records of its patients are the same to the bit."""

import dataclasses

import pytest
from tests.short_runs import SHORT

from livingdrug.endpoints import PatientRecord
from livingdrug.runs import Workers, simulate_chunk, split, stream_chunks, task_here
from livingdrug.tables import concatenate

N = 8


def records(size: int) -> PatientRecord:
    task = task_here(SHORT.baseline, SHORT.plan, "us_2025_06", 5)
    return concatenate(list(stream_chunks(split(N, task, size), simulate_chunk, Workers())))


@pytest.fixture(scope="module")
def whole() -> PatientRecord:
    return records(N)


@pytest.mark.parametrize("size", [1, 7, 50])
def test_a_patient_has_the_same_record_in_a_chunk_of_any_size(size, whole):
    cut = records(size)
    for field in dataclasses.fields(PatientRecord):
        one, other = getattr(cut, field.name), getattr(whole, field.name)
        assert one.dtype == other.dtype, field.name
        assert one.tobytes() == other.tobytes(), field.name
