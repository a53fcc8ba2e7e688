"""A trial's memory does not grow with its patients, who are made up, so that only the run is measured."""

import dataclasses
import tracemalloc

import numpy as np
import pytest
from tests.synthetic_pool import lively_pool

from livingdrug.evidence import load_edition
from livingdrug.runs import Simulated, chunks, columns
from livingdrug.tables import take
from livingdrug.trial import arms, gathering, replicates, run_trial

FEW, MANY = 2_000, 10_000
RECORD_BYTES = 2_500
"""Least size of one patient's whole record."""
MOST_BYTES_A_PATIENT = 600
"""What an estimate over all patients may take for each, while it is made; a quarter of the record at most."""


@pytest.fixture
def made_up_patients(monkeypatch):
    some = lively_pool(0, 500)

    def made_up(first, n, task):
        who = np.arange(first, first + n)
        record = dataclasses.replace(take(some, who % len(some)), patient=who)
        return Simulated(load_edition(task.edition), None, record)

    monkeypatch.setattr(gathering, "simulate_patients", made_up)
    monkeypatch.setattr(arms, "SHOWN_PATIENTS", 100)
    monkeypatch.setattr(columns, "_IN_MEMORY_BYTES", 2**10)  # columns go to disk as they would for a million
    monkeypatch.setattr(replicates, "_PART_TRIALS", 2)
    for size in (
        "SMALL_CHUNK_PATIENTS",
        "LARGE_CHUNK_PATIENTS",
    ):  # one chunk's memory is the same in both runs
        monkeypatch.setattr(chunks, size, 500)
    return some


def peak_bytes(n: int) -> int:
    tracemalloc.start()
    try:
        run_trial("juliet", n=n, replicates=2)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_four_times_the_patients_need_hardly_more_memory(made_up_patients):
    record = dataclasses.asdict(take(made_up_patients, slice(1)))
    assert sum(column.nbytes for column in record.values()) > RECORD_BYTES
    run_trial("juliet", n=500, replicates=2)  # loads what is loaded once
    few, many = peak_bytes(FEW), peak_bytes(MANY)
    assert many - few < MOST_BYTES_A_PATIENT * (MANY - FEW)
