"""Chunks on a Dask cluster: the same bytes as here, and a plain message where there is no cluster."""

import os
import signal
import sys
import time

import dask
import pytest
from distributed import LocalCluster
from tests.synthetic_pool import lively_pool, simulate_lively
from tests.units.test_runs import pool_of, refuse, same

from livingdrug.errors import BadInput
from livingdrug.plans import Plan
from livingdrug.runs import Chunk, Task, Workers, simulate_chunk, split, stream_chunks


@pytest.fixture(scope="module")
def cluster():
    """Run a scheduler and two processes that work, on free ports and without a dashboard."""
    with (
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"}),
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, worker_dashboard_address=None
        ) as running,
    ):
        yield running


@pytest.fixture
def by_cluster(cluster):
    return Workers(dask=cluster.scheduler_address)


def test_a_cluster_gives_the_same_bytes(by_cluster):
    assert same(pool_of(split(50, None, size=7), by=by_cluster), lively_pool(0, 50))


def test_an_error_of_a_chunk_comes_back_with_its_message(by_cluster):
    with pytest.raises(BadInput, match=r"^chunk 0 is refused$"):
        list(stream_chunks(split(20, None, 10), refuse, by_cluster))


def test_workers_of_another_state_of_the_package_refuse_to_simulate(by_cluster):
    task = Task("juliet", Plan(), "us_2025_06", seed=1, code_hash="another", kernel="")
    with pytest.raises(BadInput, match=r"changed during the run.*expected another"):
        list(stream_chunks(split(2, task, 1), simulate_chunk, by_cluster))


def of_which_process(chunk: Chunk) -> int:
    time.sleep(0.2)
    return os.getpid()


def test_the_chunks_of_a_lost_worker_are_done_by_another(by_cluster):
    results = stream_chunks(split(12, None, 1), of_which_process, by_cluster)
    lost = next(results)
    os.kill(lost, signal.SIGKILL)
    others = list(results)
    assert len(others) == 11
    assert others[-1] != lost


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere at all"])
def test_an_address_where_no_scheduler_answers_is_refused(address, monkeypatch):
    monkeypatch.setattr("livingdrug.runs.cluster._WAIT_SECONDS", 0.5)
    with pytest.raises(BadInput, match=f"--dask: {address}: no scheduler answers.*expected the address"):
        list(stream_chunks(split(20, None, 10), simulate_lively, Workers(dask=address)))


def test_without_dask_the_message_names_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(BadInput, match=r"--dask: .*distributed is not installed.*pip install 'livingdrug\[s"):
        list(stream_chunks(split(20, None, 10), simulate_lively, Workers(dask="tcp://127.0.0.1:8786")))
