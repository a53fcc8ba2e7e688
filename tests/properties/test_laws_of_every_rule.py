"""Laws of every graded rule: worse is never milder, unknown never reassures, rows do not see each other."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.graded_rules import RULES, Rule, grades

from livingdrug.evidence import load_edition

EDITION = load_edition()
OVER_TIME = [name for name, rule in RULES.items() if rule.by_time]
CHOOSES_A_TIME = "prolonged_cytopenia"
"""Reads the grade nearest to a day; where that one is not known, another is the nearest."""
EITHER = ("neutropenia", "thrombocytopenia", "lymphopenia", "anaemia", "febrile_neutropenia", "iec_hs")
DAYS = (-4.0, -3.0, -1.0, 0.0, 1.0, 2.5, 7.0, 9.0, 21.0, 27.0, 29.0, 30.5, 31.0, 45.0, 100.0)


def chart_of(rule: Rule, day: float | None = None):
    given_once = {name: st.sampled_from(ladder) for name, ladder in rule.ladders.items()}
    return st.fixed_dictionaries(given_once if day is None else {"day": st.just(day), **given_once})


@st.composite
def records(draw, rule: Rule):
    """One patient's charts, one a day; one chart for a rule that reads one time."""
    if not rule.by_time:
        return [draw(chart_of(rule))]
    days = draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=8, unique=True))
    return [draw(chart_of(rule, day)) for day in sorted(days)]


def answer_to(rule: Rule, record):
    return asked(rule, [record])[0]


def asked(rule: Rule, rows):
    return grades(rule.ask(rule.read(rows), EDITION))


def forgotten(rule, record, names):
    """Return a record in which some fields were never seen, at any time."""
    return [
        {name: rule.unknown(name) if name in names else value for name, value in chart.items()}
        for chart in record
    ]


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=60)
@given(data=st.data())
def test_a_worse_value_never_makes_a_milder_answer(name, data):
    rule = RULES[name]
    record = data.draw(records(rule))
    i = data.draw(st.integers(0, len(record) - 1))
    field = data.draw(st.sampled_from(rule.varied))
    steps = rule.ladders[field]
    step = data.draw(st.integers(0, len(steps) - 2))
    milder, worse = (
        answer_to(rule, [*record[:i], {**record[i], field: value}, *record[i + 1 :]])
        for value in steps[step : step + 2]
    )
    # Of a grade, not assessable may follow none; it may not turn into none.
    assert np.all((worse >= milder) | ((milder == 0) & (worse == -1))), (milder, worse)
    assert not np.any((milder == -1) & (worse == 0))


@pytest.mark.parametrize("name", [n for n in RULES if n != CHOOSES_A_TIME])
@settings(max_examples=80)
@given(data=st.data())
def test_forgetting_a_value_gives_the_same_answer_or_none(name, data):
    rule = RULES[name]
    record = data.draw(records(rule))
    before = answer_to(rule, record)
    names = data.draw(st.sets(st.sampled_from(sorted(rule.ladders))))
    after = answer_to(rule, forgotten(rule, record, names))
    if np.ndim(before):
        assert after[0] <= before[0] <= before[1] <= after[1]
    else:
        assert after in (before, -1)


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=25)
@given(data=st.data())
def test_a_patient_alone_is_answered_as_in_a_cohort(name, data):
    rule = RULES[name]
    first = data.draw(records(rule))
    others = data.draw(st.lists(st.tuples(*(chart_of(rule) for _ in first)), min_size=1, max_size=3))
    rows = [first, *([{**own, **chart} for own, chart in zip(first, o, strict=True)] for o in others)]
    together = asked(rule, rows)
    for k, row in enumerate(rows):
        np.testing.assert_array_equal(together[k], answer_to(rule, row))


@pytest.mark.parametrize("name", EITHER)
@settings(max_examples=25)
@given(data=st.data())
def test_one_time_is_answered_as_a_record_of_one_time(name, data):
    rule = RULES[name]
    rows = [[chart] for chart in data.draw(st.lists(chart_of(rule, 1.0), min_size=1, max_size=4))]
    over_time = asked(dataclasses.replace(rule, by_time=True), rows)
    np.testing.assert_array_equal(over_time[:, 0], asked(rule, rows))


@pytest.mark.parametrize("name", OVER_TIME)
@settings(max_examples=60)
@given(data=st.data())
def test_the_order_of_the_observations_does_not_matter(name, data):
    rule = RULES[name]
    record = data.draw(records(rule))
    shuffled = data.draw(st.permutations(record))
    np.testing.assert_array_equal(answer_to(rule, shuffled), answer_to(rule, record))


@pytest.mark.parametrize("name", RULES)
def test_nothing_known_is_not_assessable(name):
    rule = RULES[name]
    nothing = {field: rule.unknown(field) for field in rule.ladders}
    record = [{"day": day, **nothing} for day in DAYS] if rule.by_time else [nothing]
    answer = answer_to(rule, record)
    if np.ndim(answer):
        assert answer[0] == 0 < answer[1]
    else:
        assert answer == -1
