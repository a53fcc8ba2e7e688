"""A run is computed by one kernel: instruction set and build are part of what it was computed from."""

import pytest

from livingdrug.errors import BadInput
from livingdrug.plans import Plan
from livingdrug.runs import Chunk, Task, code_hash, provenance, simulate_chunk
from livingdrug.trial import run_trial


def test_a_worker_with_another_kernel_refuses_to_simulate():
    task = Task("juliet", Plan(), "us_2025_06", seed=1, code_hash=code_hash(), kernel="another")
    with pytest.raises(BadInput, match=r"kernel is .*expected 'another'.*LIVINGDRUG_ISA=baseline"):
        simulate_chunk(Chunk(0, 1, task))


def test_a_folder_of_another_instruction_set_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("LIVINGDRUG_ISA", "baseline")
    run_trial("juliet", n=3, replicates=1, out=tmp_path)
    monkeypatch.setattr(provenance, "kernel_in_use", lambda: "another")
    with pytest.raises(BadInput, match=r"belongs to another run: kernel is 'baseline', expected 'another'"):
        run_trial("juliet", n=3, replicates=1, out=tmp_path)
