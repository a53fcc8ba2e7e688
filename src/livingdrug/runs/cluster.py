"""Chunks on the workers of a Dask cluster that is already there."""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

from livingdrug.errors import BadInput
from livingdrug.runs.extra import optional
from livingdrug.runs.processes import answer, result_of

_WAIT_SECONDS = 10


@contextlib.contextmanager
def on_cluster(address: str) -> Iterator[tuple[Callable[[Callable[[Any], Any], Any], "Future[Any]"], int]]:
    """Give a function that hands calls to a cluster, and the number of its threads now.

    A call whose worker is lost is done again by another; Dask sees to that.

    Raises
    ------
    BadInput
        Dask is not installed, no scheduler answers at the address, or it has no worker.
    """
    distributed = optional("distributed", "--dask")
    try:
        client = distributed.Client(address, timeout=_WAIT_SECONDS, set_as_default=False)
    except (OSError, ValueError, ImportError) as problem:
        raise BadInput(
            f"--dask: {address}: no scheduler answers ({problem}), expected the address of a running one, "
            "such as tcp://127.0.0.1:8786"
        ) from problem
    with client:
        n = sum(client.nthreads().values())
        if n == 0:
            raise BadInput(f"--dask: {address}: the scheduler has no workers, expected at least one")

        def submit(function: Callable[[Any], Any], argument: Any) -> "Future[Any]":
            return _as_future(client.submit(answer, function, argument, pure=False))

        yield submit, n


def _as_future(asked: Any) -> "Future[Any]":
    """Return a standard future that ends when a Dask future does."""
    future: Future[Any] = Future()

    def finish(done: Any) -> None:
        try:
            future.set_result(result_of(done.result()))
        except BadInput as problem:
            future.set_exception(problem)
        except Exception as problem:
            what = f"--dask: a chunk could not be computed: {problem}; expected workers that have livingdrug"
            future.set_exception(BadInput(what))

    asked.add_done_callback(finish)
    return future
