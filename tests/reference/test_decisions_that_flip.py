"""Decisions that hang on the last digits of a state: counted apart from the errors of the states."""

import functools

import numpy as np
import pytest

import livingdrug.course.s6_in_vivo.stage as in_vivo
from livingdrug.course import run_course
from livingdrug.draws import Draws
from livingdrug.engine.integrate import advance
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


def _course(design, monkeypatch, **settings):
    monkeypatch.setattr(in_vivo, "advance", functools.partial(advance, **settings))
    draws, chosen = Draws(8, 0, N_PATIENTS), load_design(design)
    return run_course(sample_patients(chosen.baseline, draws, RULES), chosen.plan, RULES, draws)


@pytest.mark.parametrize("design", ["juliet", "eliana"])
def test_few_decisions_flip_when_the_body_is_integrated_a_thousand_times_more_exactly(design, monkeypatch):
    usual, exact = _course(design, monkeypatch), _course(design, monkeypatch, relative_tolerance=1e-9)
    flipped = {name: int((read(usual) != read(exact)).sum()) for name, read in DECISIONS.items()}
    print(f"{design}: decisions flipped in {N_PATIENTS} patients: {flipped}")
    assert max(flipped.values()) <= MOST_FLIPPED * N_PATIENTS
    assert (usual.in_vivo.n_tocilizumab > 0).sum() > 10  # there is something to flip
