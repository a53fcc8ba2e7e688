"""Response: which kinds count as one, and what the rules of a chart refuse."""

import numpy as np
import pytest

from livingdrug.bedside.lugano import (
    OtherSites,
    PetFindings,
    TargetLesions,
    classify_by_ct,
    classify_by_pet,
    lesions_grown,
)
from livingdrug.bedside.response import BEST_FIRST, Response, is_complete, is_response
from livingdrug.errors import BadInput
from livingdrug.evidence import load_edition

RULES = load_edition()
CR, PR, SD, UNKNOWN = Response.CR, Response.PR, Response.SD, Response.NOT_ASSESSED
NO = np.zeros(1, dtype=np.int8)


def test_cri_is_complete_and_pr_is_a_response():
    assert is_complete(np.array([CR, Response.CRI, PR, UNKNOWN])).tolist() == [True, True, False, False]
    assert is_response(np.array([CR, Response.CRI, PR, SD, UNKNOWN])).tolist() == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert set(BEST_FIRST) == set(Response) - {UNKNOWN}


def test_a_deauville_score_outside_its_scale_is_refused_in_words():
    with pytest.raises(BadInput, match="Deauville score outside 1 to 5"):
        classify_by_pet(PetFindings(np.array([6.0]), NO, NO), RULES)


def test_more_than_six_measured_lesions_are_refused_in_words():
    size = np.ones((1, 7))
    targets = TargetLesions(size, size, size, size, size, size, np.zeros((1, 7), dtype=np.int8))
    spleen = np.array([11.0])
    with pytest.raises(BadInput, match="got 7, expected at most 6"):
        classify_by_ct(targets, OtherSites(spleen, spleen, NO, NO, NO), RULES)


def test_the_lesion_that_has_grown_is_told_from_the_others():
    now, smallest = np.array([[2.0, 1.0, np.nan]]), np.array([[1.0, 1.0, np.nan]])
    targets = TargetLesions(now, now, now, now, smallest, smallest, np.zeros((1, 3), dtype=np.int8))
    assert lesions_grown(targets, RULES).tolist() == [[1, 0, -1]]
