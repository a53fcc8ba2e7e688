"""The whole course under a shortened JULIET: neither workers nor restarts nor chunks change a byte."""

import dataclasses
from functools import partial

import pytest
from tests.short_runs import SHORT

from livingdrug.runs import split
from livingdrug.trial import RunSettings, arms, replicates, run_trial, trial_json

SETTINGS = RunSettings(n=24, replicates=3)


@pytest.fixture(autouse=True)
def few_trials_from_the_parts(monkeypatch):
    monkeypatch.setattr(replicates, "_PART_TRIALS", 2)


def in_chunks_of(size, monkeypatch, **settings):
    monkeypatch.setattr(arms, "split", partial(split, size=size))
    return trial_json(run_trial(SHORT, dataclasses.replace(SETTINGS, **settings)))


def test_workers_and_restarts_do_not_change_a_byte(tmp_path, monkeypatch):
    first = in_chunks_of(8, monkeypatch, workers=2, out=tmp_path)
    files = {path.name: path.read_bytes() for path in sorted(tmp_path.iterdir())}
    assert len(files) == 3
    (tmp_path / list(files)[1]).unlink()
    again = in_chunks_of(8, monkeypatch, workers=1, out=tmp_path)
    assert again == first
    assert {path.name: path.read_bytes() for path in sorted(tmp_path.iterdir())} == files


def test_chunks_do_not_change_a_byte(monkeypatch):
    assert in_chunks_of(24, monkeypatch) == in_chunks_of(16, monkeypatch)
