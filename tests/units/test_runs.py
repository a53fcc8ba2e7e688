import dataclasses
from pathlib import Path

import numpy as np
import pytest
from tests.synthetic_pool import lively_pool, simulate_lively

from livingdrug.endpoints import PatientRecord
from livingdrug.errors import BadInput
from livingdrug.plans import Plan
from livingdrug.runs import Chunk, Task, run_pool, simulate_chunk, split, write_atomically

PROVENANCE = {"edition": "us_2025_06", "seed": 1}


def same(one: PatientRecord, other: PatientRecord) -> bool:
    return all(
        getattr(one, field.name).tobytes() == getattr(other, field.name).tobytes()
        and getattr(one, field.name).dtype == getattr(other, field.name).dtype
        for field in dataclasses.fields(PatientRecord)
    )


def test_chunks_cover_all_patients_once_in_order():
    chunks = split(1050, task=None, size=500)
    assert [(chunk.first, chunk.n) for chunk in chunks] == [(0, 500), (500, 500), (1000, 50)]


@pytest.mark.parametrize("n", [0, -3])
def test_an_empty_pool_is_refused(n):
    with pytest.raises(BadInput, match=f"-n: got {n}, expected at least 1"):
        split(n, task=None)


def test_chunk_size_does_not_change_the_pool():
    small = run_pool(split(60, None, size=7), simulate_lively, PROVENANCE, workers=1)
    assert same(small, lively_pool(0, 60))


def test_workers_do_not_change_the_pool(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[2])  # the workers import the stand-in from there
    one = run_pool(split(30, None, size=10), simulate_lively, PROVENANCE, workers=1)
    two = run_pool(split(30, None, size=10), simulate_lively, PROVENANCE, workers=2)
    assert same(one, two)


def refuse(chunk: Chunk) -> PatientRecord:
    raise AssertionError(f"chunk {chunk.first} is computed again")


def test_a_finished_run_is_read_back_and_not_computed_again(tmp_path):
    chunks = split(30, None, size=10)
    first = run_pool(chunks, simulate_lively, PROVENANCE, workers=1, out=tmp_path)
    assert same(first, run_pool(chunks, refuse, PROVENANCE, workers=1, out=tmp_path))


def test_a_restart_after_a_lost_chunk_gives_the_same_bytes(tmp_path):
    chunks = split(30, None, size=10)
    first = run_pool(chunks, simulate_lively, PROVENANCE, workers=1, out=tmp_path)
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(files) == 3
    lost = sorted(tmp_path.iterdir())[1]
    lost.unlink()
    asked = []

    def simulate(chunk):
        asked.append(chunk.first)
        return simulate_lively(chunk)

    again = run_pool(chunks, simulate, PROVENANCE, workers=1, out=tmp_path)
    assert asked == [10]
    assert same(first, again)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == files


def test_a_failing_run_keeps_its_finished_chunks(tmp_path):
    def fail_late(chunk):
        if chunk.first == 20:
            raise BadInput("stopped here")
        return simulate_lively(chunk)

    with pytest.raises(BadInput, match="stopped here"):
        run_pool(split(30, None, size=10), fail_late, PROVENANCE, workers=1, out=tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_of_another_run_is_refused(tmp_path):
    chunks = split(10, None)
    run_pool(chunks, simulate_lively, PROVENANCE, workers=1, out=tmp_path)
    with pytest.raises(BadInput, match="seed is 1, expected 2; give another --out"):
        run_pool(chunks, simulate_lively, PROVENANCE | {"seed": 2}, workers=1, out=tmp_path)


def test_a_damaged_chunk_is_refused_by_name(tmp_path):
    chunks = split(10, None)
    run_pool(chunks, simulate_lively, PROVENANCE, workers=1, out=tmp_path)
    next(tmp_path.iterdir()).write_bytes(b"PK half a file")
    with pytest.raises(BadInput, match="damaged"):
        run_pool(chunks, simulate_lively, PROVENANCE, workers=1, out=tmp_path)


def test_a_place_that_is_no_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="expected a folder"):
        run_pool(split(10, None), simulate_lively, PROVENANCE, workers=1, out=tmp_path / "file")


def test_no_workers_is_refused():
    with pytest.raises(BadInput, match="--workers: got 0"):
        run_pool(split(10, None), simulate_lively, PROVENANCE, workers=0)


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "rows.json"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_stored_columns_keep_their_kind(tmp_path):
    chunks = split(5, None)
    run_pool(chunks, simulate_lively, PROVENANCE, workers=1, out=tmp_path)
    back = run_pool(chunks, refuse, PROVENANCE, workers=1, out=tmp_path)
    assert back.infused.dtype == bool
    assert back.crs_penn.dtype == np.int8


def test_a_worker_of_another_state_of_the_package_refuses_to_simulate():
    task = Task("juliet", Plan(), "us_2025_06", seed=1, code_hash="another")
    with pytest.raises(BadInput, match=r"changed during the run.*expected another"):
        simulate_chunk(Chunk(0, 1, task))
