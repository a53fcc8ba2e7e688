"""A pool reduced chunk by chunk tells what the pool as a whole tells; only its first patients are kept."""

import dataclasses
from functools import partial

import numpy as np
import pytest
from tests.lively_result import CONDUCT
from tests.synthetic_pool import lively_pool

from livingdrug.endpoints import PatientRecord
from livingdrug.evidence import load_edition
from livingdrug.report import print_trial, trial_page
from livingdrug.runs import Simulated, Task, split
from livingdrug.tables import take
from livingdrug.trial import (
    arms,
    compare,
    gathering,
    incidence_in_pool,
    load_design,
    patient_flow,
    read_targets,
    replicates,
    run_trial,
    select_targets,
    survival_of_pool,
    trial_json,
)
from livingdrug.trial.gathering import PoolTask, joined, reduce_pool

N = 300


@pytest.fixture(scope="module")
def pool():
    return lively_pool(0, N)


@pytest.fixture(autouse=True)
def made_up_patients(monkeypatch, pool):
    def made_up(first, n, task):
        return Simulated(load_edition(task.edition), None, take(pool, slice(first, first + n)))

    monkeypatch.setattr(gathering, "simulate_patients", made_up)
    monkeypatch.setattr(replicates, "_PART_TRIALS", 2)


def asked(n_shown, name="juliet"):
    design = load_design(name)
    targets = select_targets(read_targets(), design.compare)
    return PoolTask(Task("", design.plan, "us_2025_06", 1, code_hash="", kernel=""), design, targets, n_shown)


def parts(pool, size, n_shown):
    for first in range(0, len(pool), size):
        yield reduce_pool(take(pool, slice(first, first + size)), asked(n_shown), CONDUCT)


def in_text(figures) -> str:
    """Write figures so that unknown equals unknown; a number is written to its last bit."""
    return repr(figures)


@pytest.mark.parametrize("design", ["juliet", "eliana", "elara", "cibmtr_lbcl"])
def test_a_run_in_chunks_tells_what_the_pool_as_a_whole_tells(design, pool, monkeypatch):
    monkeypatch.setattr(arms, "split", partial(split, size=70))
    result = run_trial(design, n=N, replicates=5)
    targets = select_targets(read_targets(), result.design.compare)
    conduct = gathering.conduct_of(result.design, load_edition())
    whole = compare(pool, result.design, targets, conduct, 5, 1)
    assert in_text(result.comparison) == in_text(whole)
    assert result.flow == patient_flow(pool)
    assert in_text(result.survival) == in_text(survival_of_pool(pool))
    assert in_text(result.incidence) == in_text(incidence_in_pool(pool, 1))
    for field in dataclasses.fields(PatientRecord):
        assert getattr(result.pool, field.name).tobytes() == getattr(pool, field.name).tobytes(), field.name


@pytest.mark.parametrize(("size", "n_shown", "kept"), [(50, 120, 120), (50, 1000, N), (7, 1, 1), (N, 40, 40)])
def test_only_the_first_patients_are_kept_whole(pool, size, n_shown, kept):
    with joined(parts(pool, size, n_shown)) as whole:
        assert whole.shown.patient.tolist() == list(range(kept))
        assert whole.counts[gathering.FLOW][0] == N


def test_who_is_shown_does_not_change_what_is_counted(monkeypatch):
    monkeypatch.setattr(arms, "SHOWN_PATIENTS", 90)
    some = run_trial("juliet", n=N, replicates=5)
    monkeypatch.setattr(arms, "SHOWN_PATIENTS", N)
    everybody = run_trial("juliet", n=N, replicates=5)
    assert len(some.pool) == 90
    assert in_text(some.comparison) == in_text(everybody.comparison)
    assert some.flow == everybody.flow
    assert in_text(some.survival) == in_text(everybody.survival)


def test_a_result_of_which_a_part_is_shown_says_so_everywhere(monkeypatch, capsys):
    monkeypatch.setattr(arms, "SHOWN_PATIENTS", 90)
    result = run_trial("juliet", n=N, replicates=5)
    print_trial(result)
    note = "the first 90 of 300 patients"
    for told in (str(result), result._repr_html_(), trial_page(result), trial_json(result)):
        assert note in told
    assert note in " ".join(capsys.readouterr().out.split())
    monkeypatch.setattr(arms, "SHOWN_PATIENTS", N)
    assert note[:9] not in str(run_trial("juliet", n=N, replicates=5))


def test_numbers_of_patients_add_up(pool):
    with joined(parts(pool, 33, 10)) as whole:
        assert gathering.count_in(whole, "count/infused") == int(pool.infused.sum())
        assert int(whole.counts[gathering.FLOW][5]) == patient_flow(pool).responded
        months = whole.columns.read("times/infused/overall_survival/months")
    assert len(months) == np.count_nonzero(pool.infused)
