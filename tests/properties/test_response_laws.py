"""Laws of response as a chart gives it: forgetting never turns an answer into another, a row stands alone."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livingdrug.bedside.lugano import (
    OtherSites,
    PetFindings,
    TargetLesions,
    classify_by_ct,
    classify_by_pet,
)
from livingdrug.bedside.remission import LeukaemiaFindings, Series, classify_remission
from livingdrug.evidence import load_edition

RULES = load_edition()
LESIONS = ("first", "second")
YES_OR_NO = (0, 1)
NUMBERS = {
    "marrow_blasts_percent": (0.0, 0.9, 1.0, 4.9, 5.0, 5.1, 24.0, 25.0),
    "blood_blasts_percent": (0.0, 0.9, 1.0),
    "anc_e9_per_l": (0.9, 1.0),
    "platelets_e9_per_l": (99.0, 100.0),
    "since_transfusion_days": (3.0, 7.0, 8.0, 28.0, np.inf),
    "age_years": (10.0, 18.0, 40.0),
    "other_positive_tests": (0.0, 1.0, 2.0),
    "deauville_score": (1.0, 3.0, 4.0, 5.0),
    "spleen_cm": (11.0, 13.0, 14.9, 15.0, 16.0, 16.1),
    "baseline_spleen_cm": (11.0, 13.0, 15.0, 17.0),
    **dict.fromkeys(
        [f.name for f in dataclasses.fields(TargetLesions) if f.name != "extranodal"],
        (0.0, 1.0, 1.5, 1.6, 2.0, 2.5, 3.0, 4.0),
    ),
}
CODES = {"uptake": (0, 1, 2), "non_measured": (0, 1, 2)}
RECORDS = {
    "remission_registry": (LeukaemiaFindings,),
    "remission_trials": (LeukaemiaFindings,),
    "pet": (PetFindings,),
    "ct": (TargetLesions, OtherSites),
}


def ask(rule, found):
    if rule == "pet":
        return classify_by_pet(found[0], RULES).grade
    if rule == "ct":
        return classify_by_ct(found[0], found[1], RULES).grade
    series = Series.CIBMTR if rule == "remission_registry" else Series.TRIALS
    return classify_remission(found[0], series, RULES).grade


def filled(record, rows):
    """Return a record of columns (rows,), or (rows, lesions) for the measured lesions."""
    columns = {}
    for field in dataclasses.fields(record):
        kind = float if field.name in NUMBERS else np.int8
        cells = [[row[record, field.name, lesion] for lesion in LESIONS] for row in rows]
        column = np.array(cells, dtype=kind)
        columns[field.name] = column if record is TargetLesions else column[:, 0]
    return record(**columns)


def answers(rule, rows):
    return ask(rule, [filled(record, rows) for record in RECORDS[rule]])


def places(rule):
    return [
        (record, field.name, lesion)
        for record in RECORDS[rule]
        for field in dataclasses.fields(record)
        for lesion in LESIONS
    ]


@st.composite
def charts(draw, rule):
    return {
        place: draw(st.sampled_from(NUMBERS.get(place[1], CODES.get(place[1], YES_OR_NO))))
        for place in places(rule)
    }


def unknown(place):
    return np.nan if place[1] in NUMBERS else -1


@pytest.mark.parametrize("rule", RECORDS)
@settings(max_examples=150)
@given(data=st.data())
def test_forgetting_a_finding_gives_the_same_response_or_none(rule, data):
    chart = data.draw(charts(rule))
    names = data.draw(st.sets(st.sampled_from(sorted({place[1] for place in places(rule)})), max_size=3))
    kept = {place: unknown(place) if place[1] in names else value for place, value in chart.items()}
    before, after = int(answers(rule, [chart])[0]), int(answers(rule, [kept])[0])
    assert after in (before, -1)


@pytest.mark.parametrize("rule", RECORDS)
@settings(max_examples=60)
@given(data=st.data())
def test_a_patient_alone_responds_as_in_a_cohort(rule, data):
    rows = data.draw(st.lists(charts(rule), min_size=2, max_size=4))
    together = answers(rule, rows)
    assert [int(answers(rule, [row])[0]) for row in rows] == together.tolist()


@pytest.mark.parametrize("rule", RECORDS)
@settings(max_examples=60)
@given(data=st.data())
def test_a_chart_in_which_all_is_known_is_answered(rule, data):
    chart = data.draw(charts(rule))
    answer = int(answers(rule, [chart])[0])
    no_baseline = rule == "ct" and all(
        not chart[TargetLesions, "baseline_ldi_cm", lesion]
        or not chart[TargetLesions, "baseline_sdi_cm", lesion]
        for lesion in LESIONS
    )
    # After a remission these are neither remission nor relapse.
    between = {
        (LeukaemiaFindings, "marrow_blasts_percent"): 5.0,
        (LeukaemiaFindings, "blood_blasts_percent"): 0.9,
    }
    neither = any(between.get((record, name)) == value for (record, name, _), value in chart.items())
    assert answer >= 0 or no_baseline or neither
