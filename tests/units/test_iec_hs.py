"""HLH-like syndrome: ferritin is required, two more manifestations close in time are needed."""

import numpy as np
import pytest
from tests.fake_in_vivo import well

from livingdrug.bedside.iec_hs import meets_iec_hs
from livingdrug.evidence import load_edition

RULES = load_edition()
NAN = np.nan
BEFORE = well(1)
ILL = {
    "ferritin_ug_per_l": 5000.0,
    "alt_x_uln": 6.0,
    "fibrinogen_mg_per_dl": 100.0,
    "platelets_e9_per_l": 20.0,
}


def answer(before=BEFORE, **changes):
    return meets_iec_hs(well(1, **(ILL | changes)), before, RULES).answer.tolist()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 1),
        ({"ferritin_ug_per_l": 601.0}, 1),
        ({"ferritin_ug_per_l": 200.0}, 0),
        ({"ferritin_ug_per_l": NAN}, -1),
        ({"alt_x_uln": 5.0, "fibrinogen_mg_per_dl": 150.0}, -1),
        ({"alt_x_uln": 5.0}, 1),
        ({"alt_x_uln": 5.0, "platelets_e9_per_l": 25.0}, -1),
        ({"alt_x_uln": 5.0, "platelets_e9_per_l": 25.0, "fibrinogen_mg_per_dl": 150.0}, 0),
    ],
)
def test_ferritin_and_two_manifestations_are_needed(changes, expected):
    assert answer(**changes) == [expected]


def test_ferritin_counts_against_baseline_where_that_is_known():
    before = well(1, ferritin_ug_per_l=100.0)
    assert answer(before, ferritin_ug_per_l=201.0) == [1]
    assert answer(before, ferritin_ug_per_l=200.0) == [0]


def test_a_cytopenia_that_was_there_before_is_not_new():
    quiet = {"alt_x_uln": 5.0, "fibrinogen_mg_per_dl": 100.0}
    assert answer(well(1, platelets_e9_per_l=10.0), **quiet) == [-1]
    assert answer(**quiet) == [1]


@pytest.mark.parametrize(("hours", "expected"), [(72, 1), (73, 0)])
def test_manifestations_count_together_within_72_hours(hours, expected):
    seen = well(
        (1, 2),
        day=[[5.0, 5.0 + hours / 24]],
        ferritin_ug_per_l=[[200.0, 5000.0]],
        alt_x_uln=[[6.0, 1.0]],
        fibrinogen_mg_per_dl=[[100.0, 300.0]],
    )
    assert meets_iec_hs(seen, BEFORE, RULES).answer.tolist() == [[0, expected]]


def test_haemophagocytosis_is_listed_as_not_assessable():
    reasons = {r.code: r.answer.tolist() for r in meets_iec_hs(well(1, **ILL), BEFORE, RULES).reasons}
    assert reasons["HAEMOPHAGOCYTOSIS"] == [-1]
    assert reasons["FERRITIN_HIGH"] == [1]
