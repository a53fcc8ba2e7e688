"""Stage 8: response, its end, transplant and death, on records made by hand."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from tests.fake_in_vivo import changed, in_vivo, infused, well_record

from livingdrug.bedside.response import Response
from livingdrug.course.causes import DeathCause
from livingdrug.course.s8_outcomes import DRAWN_COLUMNS, Outcomes, ResponseEnd, classify_outcomes
from livingdrug.evidence import load_edition
from livingdrug.units import DAYS_PER_MONTH

RULES = load_edition()
NAN = np.nan
CR, PR, SD, PD, UNKNOWN = Response.CR, Response.PR, Response.SD, Response.PD, Response.NOT_ASSESSED
CRI = Response.CRI
MONTH = DAYS_PER_MONTH
RECORD = well_record(1)


def outcome(response=(SD, SD, SD, SD), **changes):
    columns = {
        name: np.array([value], dtype=np.int8 if name in ("death_cause", "relapse_antigen") else float)
        for name, value in changes.items()
        if name != "assessment_day"
    }
    if "assessment_day" in changes:
        columns["assessment_day"] = np.array([changes["assessment_day"]])
    record = in_vivo(RECORD, response=np.array([response], dtype=np.int8), **columns)
    return classify_outcomes(infused(1), record, RULES)


@pytest.mark.parametrize(
    ("response", "best", "first", "complete"),
    [
        ((PR, CR, CR, CR), CR, 1, 3),
        ((SD, PR, PR, PR), PR, 3, NAN),
        ((CRI, CRI, CRI, CRI), CRI, 1, 1),
        ((CRI, CR, CR, CR), CR, 1, 1),
        ((SD, SD, SD, SD), SD, NAN, NAN),
        ((UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN), UNKNOWN, NAN, NAN),
        ((Response.NO_RESPONSE, UNKNOWN, UNKNOWN, UNKNOWN), Response.NO_RESPONSE, NAN, NAN),
    ],
)
def test_the_best_response_and_its_first_days(response, best, first, complete):
    seen = outcome(response)
    assert seen.best_response.tolist() == [best]
    assert seen.first_response_day[0] == pytest.approx(first * MONTH, nan_ok=True)
    assert seen.complete_response_day[0] == pytest.approx(complete * MONTH, nan_ok=True)


def test_a_visit_that_shows_progression_counts_and_later_ones_do_not():
    seen = outcome((PD, CR, CR, CR), progression_day=MONTH)
    assert seen.best_response.tolist() == [PD]
    assert seen.response_ended_by.tolist() == [ResponseEnd.NO_RESPONSE]


def test_a_response_to_the_next_therapy_is_not_a_response_to_the_cells():
    seen = outcome((SD, CR, CR, CR), next_therapy_day=40.0)
    assert seen.best_response.tolist() == [SD]
    assert seen.in_complete_response_at.tolist() == [[0, 0, 0, 0]]


def test_relapse_ends_a_response_and_carries_its_antigen():
    seen = outcome((CR, CR, PD, UNKNOWN), progression_day=6 * MONTH, relapse_antigen=0)
    assert seen.response_ended_day.tolist() == [6 * MONTH]
    assert seen.response_ended_by.tolist() == [ResponseEnd.RELAPSE]
    assert seen.relapse_antigen.tolist() == [0]
    assert seen.in_complete_response_at.tolist() == [[1, 1, 0, 0]]


def test_progression_without_a_response_is_no_relapse():
    assert outcome(
        (PD, UNKNOWN, UNKNOWN, UNKNOWN), progression_day=MONTH, relapse_antigen=1
    ).relapse_antigen == [-1]


def test_death_ends_a_response_and_nothing_is_seen_afterwards():
    dead = {"death_day": 100.0, "death_cause": DeathCause.INFECTION, "followed_until_day": 100.0}
    seen = outcome((CR, CR, CR, CR), progression_day=200.0, transplant_day=150.0, **dead)
    assert (seen.response_ended_day.tolist(), seen.response_ended_by.tolist()) == (
        [100.0],
        [ResponseEnd.DEATH],
    )
    assert np.isnan([seen.progression_day[0], seen.transplant_day[0]]).all()
    assert seen.death_cause.tolist() == [DeathCause.INFECTION]
    assert seen.in_complete_response_at.tolist() == [[1, 1, 0, 0]]


def test_relapse_and_death_on_the_same_day_is_a_relapse():
    dead = {"death_day": 182.625, "death_cause": DeathCause.DISEASE, "followed_until_day": 182.625}
    seen = outcome((CR, CR, PD, UNKNOWN), progression_day=182.625, **dead)
    assert seen.response_ended_by.tolist() == [ResponseEnd.RELAPSE]


def test_a_missed_visit_is_unknown_and_not_a_failure():
    days = [MONTH, NAN, 6 * MONTH, 12 * MONTH]
    seen = outcome((CR, UNKNOWN, CR, CR), assessment_day=days)
    assert seen.in_complete_response_at.tolist() == [[1, -1, 1, 1]]
    lost = outcome((CR, CR, CR, CR), followed_until_day=100.0)
    assert lost.in_complete_response_at.tolist() == [[1, 1, -1, -1]]
    assert lost.response_ended_by.tolist() == [ResponseEnd.NOT_ENDED]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"transplant_day": 100.0}, True),
        ({"transplant_day": 20.0}, False),
        ({"transplant_day": 100.0, "progression_day": 3 * MONTH}, False),
        ({"transplant_day": 100.0, "next_therapy_day": 95.0}, False),
        ({}, False),
    ],
)
def test_a_transplant_in_response_needs_a_response_that_still_stands(changes, expected):
    assert outcome((CR, CR, CR, CR), **changes).transplant_in_response.tolist() == [expected]


def test_who_was_never_infused_has_no_outcome():
    record = in_vivo(RECORD, reached=np.array([False]), death_day=np.array([3.0]))
    seen = classify_outcomes(SimpleNamespace(infused=np.array([False])), record, RULES)
    for field in dataclasses.fields(Outcomes):
        column = getattr(seen, field.name)
        blank = (
            ~column if column.dtype == bool else np.isnan(column) if column.dtype == float else column == -1
        )
        assert np.all(blank), field.name


@pytest.mark.parametrize(
    ("mrd", "response", "expected"),
    [
        ((0.01, 0.0), (CRI, CR), 1),
        ((0.01, 0.001), (CR, CR), 0),
        ((0.0, 0.0), (Response.NO_RESPONSE, PD), -1),
        ((NAN, NAN), (CR, CR), -1),
    ],
)
def test_residual_disease_counts_when_measured_at_a_visit_in_remission(mrd, response, expected):
    days = np.array([[28.0, 90.0]])
    seen = well_record(1, days=days[0], mrd_fraction=np.array([mrd]))
    record = in_vivo(
        seen, visit_months=(1.0, 3.0), assessment_day=days, response=np.array([response], dtype=np.int8)
    )
    assert classify_outcomes(infused(1), record, RULES).mrd_negative_in_remission.tolist() == [expected]


def test_what_is_drawn_is_named():
    assert set(DRAWN_COLUMNS) <= {field.name for field in dataclasses.fields(Outcomes)}


@pytest.mark.parametrize(
    ("fraction", "negative", "found"),
    [(1e-2, 0, 1), (1e-5, 1, 1), (1e-7, 1, 0), (NAN, -1, -1)],
)
def test_sequencing_sees_residual_disease_that_flow_cytometry_does_not(fraction, negative, found):
    record = in_vivo(changed(RECORD, 0, lambda day: day > 0, mrd_fraction=fraction))
    seen = classify_outcomes(infused(1), record, RULES)
    assert seen.mrd_negative[0, 1:].tolist() == [negative] * 3
    assert seen.mrd_by_sequencing[0, 1:].tolist() == [found] * 3


def test_b_cells_recover_on_the_first_day_at_or_above_their_share_after_aplasia():
    # 6 e9/L white cells: one percent is 60 per microlitre
    record = changed(RECORD, 0, lambda day: day < 30, b_cells_per_ul=100.0)
    record = changed(record, 0, lambda day: (day >= 40) & (day < 50), b_cells_per_ul=59.9)
    record = changed(record, 0, lambda day: (day >= 50) & (day < 60), b_cells_per_ul=60.0)
    seen = classify_outcomes(infused(1), in_vivo(record), RULES)
    assert seen.b_cell_aplasia_day.tolist() == [30]
    assert seen.b_cell_recovery_day.tolist() == [50]


def test_the_share_of_b_cells_is_not_read_before_the_first_assessment():
    # white cells that chemotherapy took away make few B cells look like many
    record = changed(RECORD, 0, lambda day: day < 28, b_cells_per_ul=100.0)
    seen = classify_outcomes(infused(1), in_vivo(record), RULES)
    assert seen.b_cell_aplasia_day.tolist() == [28]
    assert np.isnan(seen.b_cell_recovery_day[0])


def test_b_cells_that_never_fall_do_not_recover_and_nothing_is_seen_after_follow_up():
    high = in_vivo(changed(RECORD, 0, lambda day: day >= 0, b_cells_per_ul=500.0))
    seen = classify_outcomes(infused(1), high, RULES)
    assert np.isnan([seen.b_cell_aplasia_day[0], seen.b_cell_recovery_day[0]]).all()
    late = changed(RECORD, 0, lambda day: day > 80, b_cells_per_ul=500.0)
    lost = in_vivo(late, followed_until_day=np.array([70.0]))
    assert np.isnan(classify_outcomes(infused(1), lost, RULES).b_cell_recovery_day[0])
