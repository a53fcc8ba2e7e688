"""The runs of low days behind the grades of haematotoxicity, against a second way of finding them."""

import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from livingdrug.bedside.icaht import grade_icaht
from livingdrug.bedside.icaht_platelets import grade_icaht_platelets
from livingdrug.evidence import load_edition
from livingdrug.observations import observations_with

RULES = load_edition()
ALIVE = np.array([np.nan])
ANC = {"n": 2.0, "l": 0.4, "p": 0.05}
PLATELETS = {"n": 200.0, "l": 40.0, "p": 10.0}
COURSES = st.text("nlp", min_size=31, max_size=31)
# Runs are what makes a course interesting: single days drawn at random seldom make a long one.
BLOCKS = st.lists(st.tuples(st.sampled_from("nlp"), st.integers(1, 12)), min_size=31, max_size=31).map(
    lambda blocks: "".join(letter * n for letter, n in blocks)[:31]
)


def runs(course, low):
    """Return the (start, end) of runs of low days, joined over one or two other days, written as text."""
    marked = re.sub(f"[^{low}]", "-", course)
    marked = re.sub(f"[{low}]", "x", marked)
    return [(found.start(), found.end()) for found in re.finditer(r"x+(?:-{1,2}x+)*", marked)]


def longest(course, low):
    return max((end - start for start, end in runs(course, low)), default=0)


def record(course, **of):
    days = np.arange(len(course), dtype=float)[None, :]
    values = {name: np.array([[codes[letter] for letter in course]]) for name, codes in of.items()}
    flags = {"platelets_transfused": np.zeros(days.shape, dtype=np.int8)}
    return observations_with(days.shape, {"day": days, **values, **flags})


def expected_icaht(course):
    days, profound = longest(course, "lp"), longest(course, "p")
    to_the_end = any(start <= 3 and end == 31 for start, end in runs(course, "lp"))
    if days == 31 or profound >= 14 or to_the_end:
        return 4
    if days >= 14 or profound >= 7:
        return 3
    return 2 if days >= 7 else 1 if days else 0


def expected_platelets(course):
    low, very_low = (sum(end - start for start, end in runs(course, codes)) for codes in ("lp", "p"))
    if very_low:
        return 4 if very_low >= 14 else 3
    return 2 if low >= 7 else 1 if low else 0


@settings(max_examples=200)
@given(course=COURSES | BLOCKS)
def test_early_icaht_is_that_of_runs_found_as_patterns_in_a_text(course):
    found = grade_icaht(record(course, anc_e9_per_l=ANC), ALIVE, RULES)
    assert found.longest_run_days.tolist() == [longest(course, "lp")]
    assert found.cumulative_days.tolist() == [31 - course.count("n")]
    assert found.early.graded.grade.tolist() == [expected_icaht(course)]


@settings(max_examples=200)
@given(course=COURSES | BLOCKS)
def test_early_platelet_grades_are_those_of_runs_found_as_patterns_in_a_text(course):
    found = grade_icaht_platelets(record(course, platelets_e9_per_l=PLATELETS), ALIVE, RULES)
    assert found.early.graded.grade.tolist() == [expected_platelets(course)]
