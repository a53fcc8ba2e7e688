"""Response: which kinds count as one, and what the rules of a chart refuse."""

import numpy as np
import pytest

from livingdrug.bedside.lugano import (
    OtherSites,
    PetFindings,
    TargetLesions,
    classify_by_ct,
    classify_by_pet,
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


@pytest.mark.parametrize("score", [0.0, 0.9, 5.1, 6.0])
def test_a_deauville_score_outside_its_scale_is_refused(score):
    with pytest.raises(BadInput, match="Deauville score outside 1 to 5"):
        classify_by_pet(PetFindings(np.array([score]), NO, NO), RULES)


@pytest.mark.parametrize(("lesions", "refused"), [(6, False), (7, True)])
def test_at_most_six_lesions_are_measured(lesions, refused):
    size = np.ones((1, lesions))
    targets = TargetLesions(size, size, size, size, size, size, np.zeros((1, lesions), dtype=np.int8))
    spleen = np.array([11.0])
    sites = OtherSites(spleen, spleen, NO, NO, NO)
    if refused:
        with pytest.raises(BadInput, match="got 7, expected at most 6"):
            classify_by_ct(targets, sites, RULES)
    else:
        assert classify_by_ct(targets, sites, RULES).grade.tolist() == [CR]
