"""Marrow blasts and leukaemia cells: one into the other and back."""

import numpy as np
import pytest

from livingdrug.body.marrow import cells_from_marrow_blasts, marrow_share
from livingdrug.course.s3_manufacturing.tumour import start_waiting
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition
from livingdrug.patients import sample_patients
from livingdrug.plans import Plan

RULES = load_edition()
LEAST = RULES.number("body.observe.marrow_blasts_least_percent")


def test_cells_and_share_of_blasts_are_two_ways_of_saying_the_same():
    blasts, weight = np.array([5.0, 50.0, 74.0, 95.0]), np.array([12.0, 39.0, 70.0, 39.0])
    cells = cells_from_marrow_blasts(blasts, weight, RULES)
    assert 100 * marrow_share(cells, weight, RULES) == pytest.approx(blasts)


def test_half_the_marrow_is_blasts_at_the_stated_number_of_cells_of_the_reference_weight():
    reference = np.array([RULES.number("body.size.reference_weight_kg")])
    half = RULES.number("body.observe.marrow_half_cells")
    assert cells_from_marrow_blasts(np.array([50.0]), reference, RULES) == pytest.approx([half])
    assert cells_from_marrow_blasts(np.array([50.0]), reference / 2, RULES) == pytest.approx([half / 2])


def test_shares_that_a_marrow_sample_cannot_tell_apart_stand_for_the_same_cells():
    weight = np.full(4, 39.0)
    cells = cells_from_marrow_blasts(np.array([0.0, LEAST, 100.0 - LEAST, 100.0]), weight, RULES)
    assert cells[0] == cells[1] > 0
    assert np.isfinite(cells[3])
    assert cells[2] == cells[3]


def test_an_unknown_share_stays_unknown_and_the_course_then_draws_the_burden():
    assert np.isnan(cells_from_marrow_blasts(np.array([np.nan]), np.array([39.0]), RULES)[0])
    draws = Draws(1, 0, 4)
    children = sample_patients("eliana", draws, RULES)
    children.marrow_blasts_percent[:2] = np.nan
    cells = start_waiting(children, Plan(), RULES, draws).cells_at_enrolment
    charted = cells_from_marrow_blasts(children.marrow_blasts_percent, children.weight_kg, RULES)
    assert np.isfinite(cells).all()
    assert cells[2:] == pytest.approx(charted[2:])
