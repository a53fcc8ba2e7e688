"""A record whose times are out of order is refused by rules that read one time after the other."""

import numpy as np
import pytest

from livingdrug.bedside.crs import grade_astct
from livingdrug.bedside.episodes import crs_course, icans_course
from livingdrug.bedside.iec_hs import meets_iec_hs
from livingdrug.errors import BadInput
from livingdrug.evidence import load_edition
from livingdrug.observations import empty_observations, observations_with, require_rising_days

RULES = load_edition()


@pytest.mark.parametrize("days", [[0.0], [0.0, 1.0, 5.0], [0.0, 0.0, 1.0], [0.0, np.nan, 1.0]])
def test_days_that_rise_or_stay_are_taken(days):
    require_rising_days(np.array([days]))


def test_days_that_fall_are_refused_with_their_row():
    with pytest.raises(BadInput, match=r"day: row 1: .* fall"):
        require_rising_days(np.array([[0.0, 1.0, 2.0], [0.0, 2.0, 1.9]]))


@pytest.mark.parametrize(
    "rule",
    [
        lambda record: crs_course(record, grade_astct(record, RULES), RULES),
        lambda record: icans_course(record, grade_astct(record, RULES), RULES),
        lambda record: meets_iec_hs(record, empty_observations(1), RULES),
    ],
)
def test_rules_that_read_one_time_after_the_other_refuse_days_that_fall(rule):
    rule(observations_with((1, 2), {"day": np.array([[1.0, 2.0]])}))
    with pytest.raises(BadInput, match="row 0"):
        rule(observations_with((1, 2), {"day": np.array([[2.0, 1.0]])}))
