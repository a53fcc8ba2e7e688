"""Why a published figure is likely to be missed: said once, only of figures that are compared."""

import dataclasses

from tests.lively_result import CONDUCT
from tests.synthetic_pool import lively_pool

from livingdrug.endpoints import read_definitions
from livingdrug.trial import compare, load_design, read_targets
from livingdrug.trial.targets import read_likely_causes

CAUSES = read_likely_causes()
TARGETS = {target.id: target for target in read_targets()}


def test_a_cause_is_given_for_figures_that_are_counted_and_is_a_sentence_without_its_full_stop():
    counted = {key for key, found in read_definitions().items() if found.simulated == "yes"}
    unfit = [key for key in CAUSES if TARGETS[key].use != "output" or TARGETS[key].definition not in counted]
    assert unfit == []
    assert [text for text in CAUSES.values() if not text or text.endswith(".")] == []


def test_a_cause_stands_beside_a_miss_and_not_beside_a_figure_that_lies_inside():
    design, chosen = load_design("juliet"), TARGETS["juliet_best_pr_14m"]
    pool = lively_pool(0, 400)
    found = compare(pool, design, (chosen,), CONDUCT, 50, 1).rows[0]
    inside = dataclasses.replace(chosen, value=found.simulated)
    outside = dataclasses.replace(chosen, value=99.0)
    rows = compare(pool, design, (inside, outside), CONDUCT, 50, 1).rows
    assert [row.inside for row in rows] == [True, False]
    assert [row.reason for row in rows] == ["", CAUSES[chosen.id]]
