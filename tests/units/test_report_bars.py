import dataclasses

import numpy as np
import pytest
from tests.lively_result import result_of
from tests.synthetic_pool import lively_pool

from livingdrug.bedside.response import Response
from livingdrug.endpoints import read_definitions
from livingdrug.report.figures import written
from livingdrug.report.grades import SCALES, draw_grades, grade_percent, published_at_least, show_grades
from livingdrug.report.published import published_shares
from livingdrug.report.treatments import (
    TREATMENTS,
    published_with_crs,
    show_treatments,
    treated_percent,
)
from livingdrug.report.visits import COUNTED, draw_visits, show_visits, states_of
from livingdrug.report.whole import infused_of
from livingdrug.trial import replicates


@pytest.fixture(scope="module")
def result():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicates, "_PART_TRIALS", 2)
        yield result_of(lively_pool(0, 300), trials=3)


@pytest.fixture(scope="module")
def leukaemia():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicates, "_PART_TRIALS", 2)
        yield result_of(lively_pool(0, 200), 3, "eliana")


def test_every_definition_that_a_picture_names_exists_and_counts_patients():
    named = [key for scale in SCALES for key in (*scale.any_grade, *scale.severe)]
    named += [key for treatment in TREATMENTS for key in (*treatment.of_infused, *treatment.of_crs)]
    named += [key for found in COUNTED for key in (*found.best, *found.within, *found.at_visit)]
    definitions = read_definitions()
    assert len(named) == len(set(named))
    assert {definitions[key].method for key in named} <= {"proportion", "count"}
    assert {definitions[key].simulated for key in named} <= {"yes", "input"}


def test_grades_add_up_and_are_those_of_the_pool(result):
    record = infused_of(result)
    for scale in SCALES:
        percent = grade_percent(result, scale)
        assert sum(percent) == pytest.approx(100)
        grade = getattr(record, scale.field)
        assert sum(percent[:3]) == pytest.approx(100 * np.mean(grade >= 3))
        assert f">{100 * np.mean(grade >= 3):.1f}</td>" in show_grades(result).html


def test_a_grade_that_cannot_be_told_is_not_taken_for_none(result):
    pool = result.pool
    unknown = dataclasses.replace(pool, crs_penn=np.full(len(pool), -1, dtype=np.int8))
    percent = grade_percent(dataclasses.replace(result, pool=unknown), SCALES[0])
    assert percent == [0, 0, 0, 0, 0, 0, 100]


def test_published_shares_stand_on_their_own_scale(result):
    by_scale = {
        (scale.name, level): [share.row.target.id for share in published_at_least(result, scale, level)]
        for scale in SCALES
        for level in (1, 3)
    }
    assert by_scale["CRS, Penn", 1] == ["juliet_crs_any_penn"]
    assert by_scale["CRS, Lee", 1] == ["juliet_crs_count_lee"]
    assert by_scale["ICANS, ASTCT", 1] == ["juliet_icans_astct"]
    assert by_scale["CRS, ASTCT", 3] == []
    counted = published_at_least(result, SCALES[1], 1)[0]
    assert counted.percent == pytest.approx(100 * counted.row.target.value / counted.row.target.n)


def test_shades_differ_by_hatching_too(result):
    assert written(draw_grades(result)).count("<pattern") >= 3
    assert written(draw_visits(result)).count("<pattern") >= 2


def test_tocilizumab_is_counted_by_doses(result):
    pool = result.pool
    doses = (pool.patient % 5).astype(np.int8)
    given = dataclasses.replace(result, pool=dataclasses.replace(pool, n_tocilizumab=doses))
    one, two, more = treated_percent(given, TREATMENTS[0])
    infused = doses[pool.infused]
    assert (one, two, more) == pytest.approx(
        [100 * np.mean(x) for x in (infused == 1, infused == 2, infused > 2)]
    )
    assert f">{one:.1f}</td>" in show_treatments(given).html


def test_treatments_hold_the_share_of_the_infused_and_the_published_one(result):
    record, shown = infused_of(result), show_treatments(result).html
    for treatment in TREATMENTS:
        share = 100 * np.mean(np.asarray(treatment.doses(record)) > 0)
        assert sum(treated_percent(result, treatment)) == pytest.approx(share)
        assert treatment.name in shown
    published = [s.row.target.id for t in TREATMENTS for s in published_shares(result, t.of_infused)]
    assert {"juliet_icu", "juliet_dialysis", "juliet_tocilizumab"} <= set(published)


def test_what_was_published_of_those_with_crs_is_not_mixed_with_all_infused(leukaemia):
    tocilizumab = TREATMENTS[0]
    assert published_shares(leukaemia, tocilizumab.of_infused) == []
    of_crs = published_with_crs(leukaemia, tocilizumab)
    assert [share.percent for share in of_crs] == [40, 50]  # the larger set first, then the label's
    assert "Treatments given, % of patients with CRS" in show_treatments(leukaemia).html


def test_states_add_up_and_the_best_is_that_of_the_record(result):
    record = infused_of(result)
    states = states_of(result)
    assert all(sum(at.percent) == pytest.approx(100) for at in states)
    assert states[0].percent[0] == pytest.approx(100 * np.mean(record.best_response == Response.CR))
    months = [at.month for at in states[1:]]
    assert months == list(result.design.plan.visit_months[: len(months)])


def test_at_a_visit_the_dead_are_dead_and_the_progressed_stay_so(result):
    record = infused_of(result)
    at = next(at for at in states_of(result) if at.month == 12 and not at.best)
    visit = result.design.plan.visit_months.index(12.0)
    day = record.assessment_day[:, visit]
    died = record.death_day <= day
    progressed = ~died & (record.progression_day <= day)
    assert at.percent[5] == pytest.approx(100 * np.mean(died))
    assert at.percent[4] >= 100 * np.mean(progressed)
    responding = ~died & ~progressed & np.isin(record.response[:, visit], (Response.CR, Response.PR))
    assert sum(at.percent[:3]) <= 100 * np.mean(responding) + 1e-9


def test_a_response_published_within_months_stands_beside_the_best_by_then(leukaemia):
    words = [at.words for at in states_of(leukaemia) if at.best]
    assert words == ["best", "best to\nmonth 3"]
    shown = show_visits(leukaemia).html
    row = shown[shown.index("best\u00a0to\nmonth\u00a03") :]
    assert "82 (72–90), n\u00a0=\u00a079" in row[: row.index("</tr>")]


def test_a_disease_without_partial_response_has_no_place_for_it(result):
    pool = dataclasses.replace(
        result.pool,
        response=np.where(result.pool.response == Response.PR, Response.CRI, result.pool.response).astype(
            "i1"
        ),
        best_response=np.where(
            result.pool.best_response == Response.PR, Response.CRI, result.pool.best_response
        ).astype("i1"),
    )
    shown = show_visits(dataclasses.replace(result, pool=pool)).html
    assert ">PR</th>" not in shown
    assert ">CRi</th>" in shown
    assert "PR 0%" not in shown
    assert ">PR</th>" in show_visits(result).html
