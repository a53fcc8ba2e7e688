"""Who computes the chunks of a run: this thread, some processes of this machine, or a Dask cluster."""

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from livingdrug.errors import BadInput
from livingdrug.runs.cluster import on_cluster
from livingdrug.runs.processes import Call, process_of_its_own

Submit = Callable[[Callable[[Any], Any], Any], "Future[Any]"]
"""From a function and its argument to the future result."""

_AHEAD = 2
"""Calls in flight for each worker: one that it works on, one that waits for it."""


@dataclass(frozen=True)
class Workers:
    """How many work on this machine, or the address of the Dask scheduler whose workers do."""

    n: int = 1
    dask: str | None = None


@dataclass(frozen=True)
class Crew:
    """Workers at work: where calls are handed in, and how many may be under way at once."""

    submit: Submit
    most_in_flight: int


@contextlib.contextmanager
def in_this_process() -> Iterator[Call]:
    """Call functions right here: what is shared out over threads."""
    yield lambda function, argument: function(argument)


_OWN_PLACE = process_of_its_own
"""Where each of several workers computes: a process of its own, or ``in_this_process`` for threads alone."""


def _at_once(function: Callable[[Any], Any], argument: Any) -> "Future[Any]":
    done: Future[Any] = Future()
    done.set_result(function(argument))
    return done


Asked = tuple["Future[Any]", Callable[[Any], Any], Any]


def _work(asked: "queue.SimpleQueue[Asked | None]", call: Call) -> None:
    """Answer what is asked until nothing more will be."""
    while (item := asked.get()) is not None:
        future, function, argument = item
        try:
            future.set_result(call(function, argument))
        except BaseException as problem:
            future.set_exception(problem)


def _let_go(asked: "queue.SimpleQueue[Asked | None]", n: int) -> None:
    """Take back what nobody has begun, and send the workers home."""
    with contextlib.suppress(queue.Empty):
        while True:
            asked.get_nowait()
    for _ in range(n):
        asked.put(None)


@contextlib.contextmanager
def _on_this_machine(n: int) -> Iterator[Crew]:
    """Start one thread a worker: daemons, so that an interrupted run need not wait for a chunk."""
    asked: queue.SimpleQueue[Asked | None] = queue.SimpleQueue()

    def submit(function: Callable[[Any], Any], argument: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        asked.put((future, function, argument))
        return future

    with contextlib.ExitStack() as places:
        try:
            for _ in range(n):
                call = places.enter_context(_OWN_PLACE())
                threading.Thread(target=_work, args=(asked, call), daemon=True).start()
            yield Crew(submit, _AHEAD * n)
        finally:
            _let_go(asked, n)


@contextlib.contextmanager
def hired(workers: Workers, n_chunks: int) -> Iterator[Crew]:
    """Put workers to work, and send them home at the end.

    Raises
    ------
    BadInput
        Fewer than one worker; no Dask scheduler at the address.
    """
    if workers.n < 1:
        raise BadInput(f"--workers: got {workers.n}, expected at least 1")
    if workers.dask is not None:
        with on_cluster(workers.dask) as (submit, n):
            yield Crew(submit, _AHEAD * n)
    elif min(workers.n, n_chunks) == 1:
        yield Crew(_at_once, 1)
    else:
        with _on_this_machine(min(workers.n, n_chunks)) as crew:
            yield crew
