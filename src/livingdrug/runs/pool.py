"""Runs a pool of virtual patients chunk by chunk, on several processes, and restarts where it stopped."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livingdrug.endpoints import PatientRecord
from livingdrug.errors import BadInput
from livingdrug.runs.chunks import chunk_path, read_chunk, write_chunk
from livingdrug.runs.progress import Bar
from livingdrug.tables import concatenate

CHUNK_PATIENTS = 500
_TICK_SECONDS = 0.5


@dataclass(frozen=True)
class Chunk:
    """Patients first .. first + n - 1 of a pool, and all that decides what happens to them.

    ``task`` is whatever the simulating function needs; it must be picklable.
    """

    first: int
    n: int
    task: Any


Simulate = Callable[[Chunk], PatientRecord]


def split(n: int, task: Any, size: int = CHUNK_PATIENTS) -> list[Chunk]:
    """Divide a pool of n patients into chunks of a fixed size."""
    if n < 1:
        raise BadInput(f"-n: got {n}, expected at least 1 patient")
    return [Chunk(first, min(size, n - first), task) for first in range(0, n, size)]


def _finished(
    chunks: Sequence[Chunk], simulate: Simulate, workers: int, bar: Bar
) -> Iterator[tuple[Chunk, PatientRecord]]:
    """Yield chunks with their results as they finish, in any order."""
    if workers == 1 or len(chunks) == 1:
        for chunk in chunks:
            yield chunk, simulate(chunk)
        return
    spawn = multiprocessing.get_context("spawn")  # a fork would copy locks held by other threads
    with ProcessPoolExecutor(max_workers=min(workers, len(chunks)), mp_context=spawn) as executor:
        waiting: dict[Future[PatientRecord], Chunk] = {
            executor.submit(simulate, chunk): chunk for chunk in chunks
        }
        try:
            while waiting:
                for future in wait(waiting, timeout=_TICK_SECONDS, return_when=FIRST_COMPLETED).done:
                    yield waiting.pop(future), future.result()
                bar.advance(0)
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise


def run_pool(
    chunks: Sequence[Chunk],
    simulate: Simulate,
    provenance: dict[str, Any],
    workers: int,
    out: Path | None = None,
    title: str = "simulating",
) -> PatientRecord:
    """Simulate all chunks and join them in patient order.

    The result is the same, bit for bit, for any number of workers and after any restart.

    Parameters
    ----------
    chunks : sequence of Chunk
    simulate : callable
        From a chunk to its record; a function at the top of a module, so that it can be sent.
    provenance : dict
        What the run is computed from; a stored chunk of another provenance is refused.
    workers : int
        Processes.
    out : path, optional
        Folder for finished chunks; those found there are not computed again.
    title : str
        Shown beside the progress bar.

    Raises
    ------
    BadInput
        Fewer than one worker, or a folder that holds another run.
    """
    if workers < 1:
        raise BadInput(f"--workers: got {workers}, expected at least 1")
    done = _stored(chunks, provenance, out)
    missing = [chunk for chunk in chunks if chunk.first not in done]
    if missing:
        bar = Bar(title, sum(chunk.n for chunk in missing), "patients")
        try:
            for chunk, record in _finished(missing, simulate, workers, bar):
                if out is not None:
                    write_chunk(chunk_path(out, chunk.first, chunk.n), record, _of_chunk(provenance, chunk))
                done[chunk.first] = record
                bar.advance(chunk.n)
        finally:
            bar.close()
    return concatenate([done[chunk.first] for chunk in chunks])


def _of_chunk(provenance: dict[str, Any], chunk: Chunk) -> dict[str, Any]:
    return {**provenance, "first": chunk.first, "n": chunk.n}


def _stored(
    chunks: Sequence[Chunk], provenance: dict[str, Any], out: Path | None
) -> dict[int, PatientRecord]:
    if out is None:
        return {}
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise BadInput(
            f"--out: {out}: {problem.strerror}, expected a folder that can be written"
        ) from problem
    found = {c.first: read_chunk(chunk_path(out, c.first, c.n), _of_chunk(provenance, c)) for c in chunks}
    return {first: record for first, record in found.items() if record is not None}
