"""Decisions that hang on the last digits of a state: counted apart from the errors of the states."""

import functools

import numpy as np
import pytest

import livingdrug.course.s6_in_vivo.stage as in_vivo
from livingdrug.course import run_course
from livingdrug.course.s6_in_vivo.recording import close_record
from livingdrug.draws import Draws
from livingdrug.engine.integrate import ISA_VARIABLE, advance, instruction_sets
from livingdrug.evidence import load_edition
from livingdrug.patients import sample_patients
from livingdrug.trial import load_design

RULES = load_edition()
N_PATIENTS = 300
MOST_FLIPPED = 0.01
DECISIONS = {
    "doses of tocilizumab": lambda course: course.in_vivo.n_tocilizumab,
    "any steroid": lambda course: ~np.isnan(course.in_vivo.steroid_first_day),
    "any immunoglobulin": lambda course: ~np.isnan(course.in_vivo.ivig_first_day),
    "cause of death": lambda course: course.in_vivo.death_cause,
    "relapse and its antigen": lambda course: course.in_vivo.relapse_antigen,
    "response at month 3": lambda course: course.in_vivo.response[:, 1],
    "response at the last visit": lambda course: course.in_vivo.response[:, -1],
}


def _course(design, isa, monkeypatch, **settings):
    """Return the course of some patients, and whose tumour has died out, with CD19 and without."""
    journeys = []

    def close(journey, *others):
        journeys.append(journey)
        return close_record(journey, *others)

    monkeypatch.setenv(ISA_VARIABLE, isa)
    monkeypatch.setattr(in_vivo, "close_record", close)
    monkeypatch.setattr(in_vivo, "advance", functools.partial(advance, **settings))
    draws, chosen = Draws(8, 0, N_PATIENTS), load_design(design)
    course = run_course(sample_patients(chosen.baseline, draws, RULES), chosen.plan, RULES, draws)
    clones = journeys[0].clones
    return course, np.array([clones.positive.extinct, clones.negative.extinct])


@pytest.mark.parametrize("isa", instruction_sets())
@pytest.mark.parametrize("design", ["juliet", "eliana"])
def test_few_decisions_flip_when_the_body_is_integrated_a_thousand_times_more_exactly(
    design, isa, monkeypatch
):
    usual, cured = _course(design, isa, monkeypatch)
    exact, cured_exactly = _course(design, isa, monkeypatch, relative_tolerance=1e-9)
    flipped = {name: int((read(usual) != read(exact)).sum()) for name, read in DECISIONS.items()}
    flipped["tumour died out"] = int((cured != cured_exactly).any(axis=0).sum())
    print(f"{design}: decisions flipped in {N_PATIENTS} patients: {flipped}")
    assert max(flipped.values()) <= MOST_FLIPPED * N_PATIENTS
    # The states do differ, and there is something to flip.
    assert (usual.in_vivo.observations.il6_pg_per_ml != exact.in_vivo.observations.il6_pg_per_ml).any()
    assert (usual.in_vivo.n_tocilizumab > 0).sum() > 10
    assert 10 < cured[0].sum() < cured.shape[1] - 10
