"""Response: Lugano from sums of products, Deauville and new lesions; remission of leukaemia."""

import numpy as np
import pytest

from livingdrug.bedside.response import (
    BEST_FIRST,
    Response,
    cd19_positive,
    classify_all,
    classify_lugano,
    is_complete,
    is_response,
    mrd_negative,
)
from livingdrug.evidence import load_edition

RULES = load_edition()
NAN = np.nan
CR, PR, SD, PD, UNKNOWN = Response.CR, Response.PR, Response.SD, Response.PD, Response.NOT_ASSESSED


def lugano(spd, baseline=40.0, nadir=40.0, deauville=NAN, new_lesion=0):
    columns = [np.array([float(x)]) for x in (spd, baseline, nadir, deauville)]
    return Response(int(classify_lugano(*columns, np.array([new_lesion], dtype=np.int8), RULES)[0]))


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({"spd": 20.0}, PR),
        ({"spd": 20.01}, SD),
        ({"spd": 59.9}, SD),
        ({"spd": 60.0}, PD),
        ({"spd": 15.0, "nadir": 10.0}, PD),
        ({"spd": 14.9, "nadir": 10.0}, PR),
        ({"spd": 2.25, "nadir": 0.5}, CR),
        ({"spd": 2.26, "nadir": 0.5}, PD),
        ({"spd": 2.25}, CR),
        ({"spd": 2.26}, PR),
        ({"spd": 2.0, "deauville": 4}, PR),
        ({"spd": 30.0, "deauville": 3}, CR),
        ({"spd": 30.0, "deauville": 4}, SD),
        ({"spd": 10.0, "deauville": 5}, PR),
        ({"spd": 10.0, "deauville": 2, "new_lesion": 1}, PD),
        ({"spd": 80.0, "deauville": 2}, PD),
    ],
)
def test_lugano_at_its_limits(case, expected):
    assert lugano(**case) == expected


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({"spd": NAN}, UNKNOWN),
        ({"spd": NAN, "deauville": 3}, CR),
        ({"spd": 10.0, "new_lesion": -1}, UNKNOWN),
        ({"spd": 70.0, "new_lesion": -1}, PD),
        ({"spd": 10.0, "deauville": 1, "new_lesion": -1}, UNKNOWN),
        ({"spd": NAN, "new_lesion": 1}, PD),
        ({"spd": 10.0, "baseline": NAN}, UNKNOWN),
        ({"spd": 30.0, "nadir": NAN}, UNKNOWN),
    ],
)
def test_what_is_unknown_is_never_read_as_a_response(case, expected):
    assert lugano(**case) == expected


def leukaemia(blasts, anc=2.0, platelets=150.0, transfused=0, extramedullary=0, was_in_remission=False):
    answer = classify_all(
        np.array([float(blasts)]),
        np.array([anc]),
        np.array([platelets]),
        np.array([transfused]),
        np.array([extramedullary]),
        np.array([was_in_remission]),
        RULES,
    )
    return Response(int(answer[0]))


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({"blasts": 4.9}, CR),
        ({"blasts": 4.9, "anc": 1.0, "platelets": 100.0}, CR),
        ({"blasts": 4.9, "anc": 0.99}, Response.CRI),
        ({"blasts": 4.9, "platelets": 99.0}, Response.CRI),
        ({"blasts": 4.9, "transfused": 1}, Response.CRI),
        ({"blasts": 4.9, "transfused": -1}, Response.CRI),
        ({"blasts": 4.9, "anc": NAN}, Response.CRI),
        ({"blasts": 5.0}, Response.NO_RESPONSE),
        ({"blasts": 5.0, "was_in_remission": True}, Response.NO_RESPONSE),
        ({"blasts": 5.1, "was_in_remission": True}, PD),
        ({"blasts": 60.0}, Response.NO_RESPONSE),
        ({"blasts": 1.0, "extramedullary": 1}, Response.NO_RESPONSE),
        ({"blasts": 1.0, "extramedullary": 1, "was_in_remission": True}, PD),
        ({"blasts": 1.0, "extramedullary": -1}, UNKNOWN),
        ({"blasts": NAN}, UNKNOWN),
        ({"blasts": NAN, "extramedullary": 1, "was_in_remission": True}, PD),
    ],
)
def test_leukaemia_at_its_limits(case, expected):
    assert leukaemia(**case) == expected


def test_residual_disease_is_negative_below_one_in_ten_thousand():
    assert mrd_negative(np.array([0.0, 0.00009, 0.0001, NAN]), RULES).tolist() == [1, 1, 0, -1]


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


def test_a_tumour_is_cd19_positive_when_most_of_its_cells_are_and_unknown_without_a_sample():
    assert cd19_positive(np.array([100.0, 50.0, 49.9, 0.0, NAN]), RULES).tolist() == [1, 1, 0, 0, -1]
