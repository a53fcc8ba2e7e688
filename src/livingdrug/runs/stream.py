"""Takes the chunks of a run through workers and hands them on in patient order, a few at a time."""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from livingdrug.runs.chunks import Chunk
from livingdrug.runs.progress import Bar
from livingdrug.runs.workers import Crew, Workers, hired

Result = TypeVar("Result")

_TICK_SECONDS = 0.5


@dataclass(frozen=True)
class Store(Generic[Result]):
    """Where finished chunks are kept: ``read`` gives None for one that is not there."""

    read: Callable[[Chunk], Result | None]
    write: Callable[[Chunk, Result], None]


@dataclass(frozen=True)
class _Pending(Generic[Result]):
    """A chunk that was found in the store, or is being computed."""

    chunk: Chunk
    found: Result | None
    future: "Future[Result] | None"


def _pending(
    chunk: Chunk, crew: Crew, simulate: Callable[[Chunk], Any], store: Store[Any] | None
) -> _Pending:
    found = store.read(chunk) if store else None
    return _Pending(chunk, found, crew.submit(simulate, chunk) if found is None else None)


def _finished(pending: _Pending[Result], store: Store[Result] | None, bar: Bar) -> Result:
    """Wait for a chunk, keep it, and return its result."""
    if pending.future is None:
        assert pending.found is not None
        bar.skip(pending.chunk.n)
        return pending.found
    while not wait([pending.future], timeout=_TICK_SECONDS).done:
        bar.advance(0)
    result = pending.future.result()
    if store is not None:
        store.write(pending.chunk, result)
    bar.advance(pending.chunk.n)
    return result


def stream_chunks(
    chunks: Sequence[Chunk],
    simulate: Callable[[Chunk], Result],
    workers: Workers,
    store: Store[Result] | None = None,
    title: str = "simulating",
) -> Generator[Result, None, None]:
    """Yield the result of every chunk in patient order; only those under way are in memory.

    The results are the same, bit for bit, for any number of workers and after any restart.

    Parameters
    ----------
    chunks : sequence of Chunk
    simulate : callable
        From a chunk to its result; a function at the top of a module, so that it can be sent.
    workers : Workers
    store : Store, optional
        Keeps finished chunks; what it has is not computed again.
    title : str
        Shown beside the progress bar.

    Raises
    ------
    BadInput
        No workers, or a store of another run.
    """
    bar = Bar(title, sum(chunk.n for chunk in chunks), "patients")
    try:
        with hired(workers, len(chunks)) as crew:
            under_way: deque[_Pending[Result]] = deque()
            for chunk in chunks:
                under_way.append(_pending(chunk, crew, simulate, store))
                if len(under_way) >= crew.most_in_flight:
                    yield _finished(under_way.popleft(), store, bar)
            while under_way:
                yield _finished(under_way.popleft(), store, bar)
    finally:
        bar.close()
