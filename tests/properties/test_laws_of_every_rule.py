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


DAYS_SEEN = st.lists(st.sampled_from(DAYS), min_size=1, max_size=8, unique=True)
CHARTS = {
    name: st.fixed_dictionaries({field: st.sampled_from(ladder) for field, ladder in rule.ladders.items()})
    for name, rule in RULES.items()
}
"""One chart of each rule, made once: to make what is drawn takes longer than to draw it."""


@st.composite
def records(draw, name: str):
    """One patient's charts, one a day; one chart for a rule that reads one time."""
    if not RULES[name].by_time:
        return [draw(CHARTS[name])]
    return [{"day": day, **draw(CHARTS[name])} for day in sorted(draw(DAYS_SEEN))]


RECORDS = {name: records(name) for name in RULES}


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
    record = data.draw(RECORDS[name])
    i = data.draw(st.integers(0, len(record) - 1))
    field = data.draw(st.sampled_from(rule.varied))
    steps = rule.ladders[field]
    step = data.draw(st.integers(0, len(steps) - 2))
    milder, worse = asked(
        rule,
        [[*record[:i], {**record[i], field: value}, *record[i + 1 :]] for value in steps[step : step + 2]],
    )
    # Of a grade, not assessable may follow none; it may not turn into none.
    assert np.all((worse >= milder) | ((milder == 0) & (worse == -1))), (milder, worse)
    assert not np.any((milder == -1) & (worse == 0))


@pytest.mark.parametrize("name", [n for n in RULES if n != CHOOSES_A_TIME])
@settings(max_examples=80)
@given(data=st.data())
def test_forgetting_a_value_gives_the_same_answer_or_none(name, data):
    rule = RULES[name]
    record = data.draw(RECORDS[name])
    names = data.draw(st.sets(st.sampled_from(sorted(rule.ladders))))
    before, after = asked(rule, [record, forgotten(rule, record, names)])
    if np.ndim(before):
        assert after[0] <= before[0] <= before[1] <= after[1]
    else:
        assert after in (before, -1)


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=25)
@given(data=st.data())
def test_a_patient_alone_is_answered_as_in_a_cohort(name, data):
    rule = RULES[name]
    first = data.draw(RECORDS[name])
    others = data.draw(st.lists(st.tuples(*(CHARTS[name] for _ in first)), min_size=1, max_size=3))
    rows = [first, *([{**own, **chart} for own, chart in zip(first, o, strict=True)] for o in others)]
    together = asked(rule, rows)
    for k, row in enumerate(rows):
        np.testing.assert_array_equal(together[k], answer_to(rule, row))


@pytest.mark.parametrize("name", EITHER)
@settings(max_examples=25)
@given(data=st.data())
def test_one_time_is_answered_as_a_record_of_one_time(name, data):
    rule = RULES[name]
    charts = data.draw(st.lists(CHARTS[name], min_size=1, max_size=4))
    rows = [[{"day": 1.0, **chart}] for chart in charts]
    over_time = asked(dataclasses.replace(rule, by_time=True), rows)
    np.testing.assert_array_equal(over_time[:, 0], asked(rule, rows))


@pytest.mark.parametrize("name", OVER_TIME)
@settings(max_examples=60)
@given(data=st.data())
def test_the_order_of_the_observations_does_not_matter(name, data):
    rule = RULES[name]
    record = data.draw(RECORDS[name])
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
