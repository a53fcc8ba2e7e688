"""Chunks through workers and folders: nothing of how a run is cut, shared out or restarted changes a byte."""

import dataclasses
import errno
import io
import os
import resource
import time
from pathlib import Path

import numpy as np
import pytest
from tests.synthetic_pool import lively_pool, simulate_lively

from livingdrug.endpoints import PatientRecord
from livingdrug.errors import BadInput
from livingdrug.plans import Plan
from livingdrug.runs import (
    Chunk,
    Store,
    Task,
    Workers,
    growing_columns,
    held,
    read_arrays,
    simulate_chunk,
    split,
    stream_chunks,
    workers,
    write_arrays,
    write_atomically,
)
from livingdrug.tables import concatenate

PROVENANCE = {"edition": "us_2025_06", "seed": 1}
ALONE, TWO = Workers(1), Workers(2)


def same(one: PatientRecord, other: PatientRecord) -> bool:
    return all(
        getattr(one, field.name).tobytes() == getattr(other, field.name).tobytes()
        and getattr(one, field.name).dtype == getattr(other, field.name).dtype
        for field in dataclasses.fields(PatientRecord)
    )


def pool_of(chunks, simulate=simulate_lively, by=ALONE, store=None):
    return concatenate(list(stream_chunks(chunks, simulate, by, store)))


def columns_of(record):
    return {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}


def store_in(folder, provenance=PROVENANCE):
    def path(chunk):
        return folder / f"patients-{chunk.span}.zip"

    def read(chunk):
        arrays = read_arrays(path(chunk), provenance)
        return None if arrays is None else PatientRecord(**arrays)

    return Store(read, lambda chunk, record: write_arrays(path(chunk), columns_of(record), provenance))


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_chunks_cover_all_patients_once_in_order():
    chunks = split(1050, task=None, size=500)
    assert [(chunk.first, chunk.n) for chunk in chunks] == [(0, 500), (500, 500), (1000, 50)]


def test_the_places_of_the_cuts_do_not_hang_on_the_size_of_the_run():
    """Small chunks keep all workers busy in a run of usual size; a longer run goes on from a shorter one."""
    cuts = [(chunk.first, chunk.n) for chunk in split(12_000, task=None)]
    assert cuts == [(0, 750), (750, 750), (1500, 750), (2250, 750), (3000, 4000), (7000, 4000), (11000, 1000)]
    assert [(chunk.first, chunk.n) for chunk in split(3000, task=None)] == cuts[:4]
    assert [(chunk.first, chunk.n) for chunk in split(800, task=None)] == [(0, 750), (750, 50)]


@pytest.mark.parametrize("n", [0, -3])
def test_an_empty_run_is_refused(n):
    with pytest.raises(BadInput, match=f"-n: got {n}, expected at least 1"):
        split(n, task=None)


@pytest.mark.parametrize("size", [1, 7, 50, 60])
def test_chunk_size_does_not_change_the_pool(size):
    assert same(pool_of(split(60, None, size)), lively_pool(0, 60))


@pytest.mark.parametrize("place", ["in_this_process", "process_of_its_own"])
def test_workers_do_not_change_the_pool(place, monkeypatch):
    monkeypatch.setattr(workers, "_OWN_PLACE", getattr(workers, place))
    assert same(pool_of(split(70, None, size=10), by=TWO), lively_pool(0, 70))


def slow_at_first(chunk: Chunk) -> int:
    time.sleep(0.3 if chunk.first == 0 else 0.0)
    return chunk.first


def test_results_come_in_patient_order_whoever_is_ready_first(monkeypatch):
    monkeypatch.setattr(workers, "_OWN_PLACE", workers.in_this_process)
    assert list(stream_chunks(split(50, None, 10), slow_at_first, TWO)) == [0, 10, 20, 30, 40]


def test_only_a_few_chunks_are_under_way_at_once(monkeypatch):
    monkeypatch.setattr(workers, "_OWN_PLACE", workers.in_this_process)
    begun = []

    def simulate(chunk):
        begun.append(chunk.first)
        return chunk.first

    results = stream_chunks(split(1000, None, 1), simulate, TWO)
    next(results)
    time.sleep(0.1)
    assert len(begun) <= 4
    results.close()


def end_the_process(chunk: Chunk) -> None:
    raise SystemExit(7)


def refuse(chunk: Chunk) -> PatientRecord:
    raise BadInput(f"chunk {chunk.first} is refused")


def test_a_process_that_ends_is_reported():
    with pytest.raises(BadInput, match=r"one of the processes ended \(exit code 7\).*try fewer"):
        list(stream_chunks(split(20, None, 10), end_the_process, TWO))


@pytest.mark.parametrize("by", [ALONE, TWO])
def test_an_error_of_a_chunk_ends_the_run(by):
    with pytest.raises(BadInput, match="chunk 0 is refused"):
        list(stream_chunks(split(40, None, 10), refuse, by))


def say(chunk: Chunk) -> int:
    print("a word that is no result")
    return chunk.n


def test_what_a_chunk_prints_does_not_spoil_its_result(capfd):
    assert list(stream_chunks(split(20, None, 10), say, TWO)) == [10, 10]
    assert capfd.readouterr().out == ""


def test_a_finished_run_is_read_back_and_not_computed_again(tmp_path):
    chunks = split(30, None, size=10)
    first = pool_of(chunks, store=store_in(tmp_path))
    assert same(first, pool_of(chunks, refuse, store=store_in(tmp_path)))


def test_a_restart_after_a_lost_chunk_gives_the_same_bytes(tmp_path):
    chunks = split(30, None, size=10)
    first = pool_of(chunks, store=store_in(tmp_path))
    files = contents(tmp_path)
    assert len(files) == 3
    sorted(tmp_path.iterdir())[1].unlink()
    asked = []

    def simulate(chunk):
        asked.append(chunk.first)
        return simulate_lively(chunk)

    assert same(first, pool_of(chunks, simulate, store=store_in(tmp_path)))
    assert asked == [10]
    assert contents(tmp_path) == files


def test_a_failing_run_keeps_its_finished_chunks(tmp_path):
    def fail_late(chunk):
        if chunk.first == 20:
            raise BadInput("stopped here")
        return simulate_lively(chunk)

    with pytest.raises(BadInput, match="stopped here"):
        pool_of(split(30, None, size=10), fail_late, store=store_in(tmp_path))
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_of_another_run_is_refused(tmp_path):
    chunks = split(10, None)
    pool_of(chunks, store=store_in(tmp_path))
    with pytest.raises(BadInput, match="seed is 1, expected 2; give another --out"):
        pool_of(chunks, store=store_in(tmp_path, PROVENANCE | {"seed": 2}))


@pytest.mark.parametrize("content", [b"", b"PK half a file"])
def test_a_damaged_chunk_is_refused_by_name(tmp_path, content):
    chunks = split(10, None)
    pool_of(chunks, store=store_in(tmp_path))
    next(tmp_path.iterdir()).write_bytes(content)
    with pytest.raises(BadInput, match="damaged"):
        pool_of(chunks, store=store_in(tmp_path))


def test_a_chunk_cut_short_anywhere_is_refused(tmp_path):
    path = tmp_path / "chunk.zip"
    write_arrays(path, {"a": np.arange(50.0), "b": np.arange(3)}, PROVENANCE)
    whole = path.read_bytes()
    for end in range(0, len(whole), 37):
        path.write_bytes(whole[:end])
        with pytest.raises(BadInput, match="damaged"):
            read_arrays(path, PROVENANCE)


def test_a_place_that_is_no_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="expected a folder"), held(tmp_path / "file"):
        pass


def test_a_folder_is_held_by_one_run_at_a_time(tmp_path):
    refused = pytest.raises(BadInput, match="another run is writing there")
    with held(tmp_path / "out"), refused, held(tmp_path / "out"):
        pass
    with held(tmp_path / "out"):
        pass


def test_what_a_killed_run_had_half_written_is_removed(tmp_path):
    (tmp_path / "visits").mkdir()
    (tmp_path / "visits" / ".patients-0000000-0000009.parquet.123.tmp").write_bytes(b"half")
    with held(tmp_path):
        assert list((tmp_path / "visits").iterdir()) == []


HALF_WRITTEN = (
    ".patients-0000000-0000749.zip.123.tmp",
    "patients/.patients-0000000-0000749.parquet.123.tmp",
    "visits/.visits-0000000-0000749.parquet.7.tmp",
    "observations/.observations-0000000-0000749.parquet.7.tmp",
    ".provenance.json.99.tmp",
)
OF_A_STRANGER = (
    ".notes.tmp",
    ".mine-0000000-0000749.zip.123.tmp",
    "patients-0000000-0000749.zip.123.tmp",
    ".patients-0000000-0000749.zip.123.tmp.old",
    "sub/.mine.tmp",
    "sub/.patients-0000000-0000749.zip.123.tmp",
    "visits/.provenance.json.1.tmp/inside",
)


def test_what_a_stranger_keeps_in_the_folder_stays(tmp_path):
    for name in (*HALF_WRITTEN, *OF_A_STRANGER):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"half")
    with held(tmp_path):
        left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == set(OF_A_STRANGER)


def test_a_half_written_file_that_cannot_be_removed_is_told_by_name(tmp_path, monkeypatch):
    def unlink(path, missing_ok=False):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    (tmp_path / ".provenance.json.99.tmp").write_bytes(b"half")
    monkeypatch.setattr(Path, "unlink", unlink)
    refused = pytest.raises(BadInput, match=r"\.provenance\.json\.99\.tmp: Permission denied, expected")
    with refused, held(tmp_path):
        pass


def test_no_workers_are_refused():
    with pytest.raises(BadInput, match="--workers: got 0"):
        pool_of(split(10, None), by=Workers(0))


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "rows.json"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture
def no_room():
    """Let no file grow beyond 100 bytes, as on a disk that is all but full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_told_and_leaves_no_half_file(tmp_path, no_room):
    with pytest.raises(BadInput, match=r"rows.json: File too large, expected a place that can be written"):
        write_atomically(tmp_path / "rows.json", b"rows" * 1000)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="expected a place that can be written"):
        write_atomically(tmp_path / "file" / "rows.json", b"rows")


def test_stored_columns_keep_their_kind(tmp_path):
    chunks = split(5, None)
    pool_of(chunks, store=store_in(tmp_path))
    back = pool_of(chunks, refuse, store=store_in(tmp_path))
    assert back.infused.dtype == bool
    assert back.crs_penn.dtype == np.int8


def test_a_column_grows_in_memory_and_then_on_disk():
    parts = [np.arange(40_000.0), np.array([1, 0, 1]), np.array([np.nan])]
    with growing_columns() as columns:
        columns.append("none", np.array([]))
        for part in parts:
            columns.append("some", part)
            columns.read("some")
        np.testing.assert_array_equal(columns.read("some"), np.concatenate(parts))
        assert len(columns.read("none")) == 0


@pytest.fixture
def full_disk(monkeypatch):
    """Let every temporary file fail to be written out: at the next seek, and once more when it is closed."""

    class Full(io.BytesIO):
        def write(self, content):
            return len(content)

        def seek(self, *place):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        def close(self):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("tempfile.SpooledTemporaryFile", lambda most: Full())


def test_a_full_temporary_folder_is_told(full_disk):
    told = r"^TMPDIR: .*: No space left on device, expected a folder with room"
    with growing_columns() as columns:
        with pytest.raises(BadInput, match=told):
            columns.append("a", np.arange(3.0))
        with pytest.raises(BadInput, match=told):
            columns.read("a")


def test_a_missing_temporary_folder_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    told = "^TMPDIR: .*gone: No such file or directory, expected a folder with room"
    with pytest.raises(BadInput, match=told), growing_columns() as columns:
        columns.append("a", np.arange(2.0**16))


def test_a_worker_of_another_state_of_the_package_refuses_to_simulate():
    task = Task("juliet", Plan(), "us_2025_06", seed=1, code_hash="another", kernel="")
    with pytest.raises(BadInput, match=r"changed during the run.*expected another"):
        simulate_chunk(Chunk(0, 1, task))
