import dataclasses

import numpy as np
import pytest
from tests.lively_result import result_of
from tests.synthetic_pool import lively_pool

from livingdrug.endpoints.survival import (
    event_free_survival,
    kaplan_meier,
    overall_survival,
    progression_free_survival,
    relapse_free_survival,
)
from livingdrug.patients import Indication
from livingdrug.report.curves import draw_survival, months_drawn, show_survival
from livingdrug.report.figures import written
from livingdrug.report.lines import LINES, panels_of
from livingdrug.report.words import number, published_text, span
from livingdrug.tables import take
from livingdrug.trial import replicates
from livingdrug.trial.incidence import enough_at_risk


def of(name, indication):
    pool = lively_pool(0, 200)
    pool = dataclasses.replace(pool, indication=np.full(len(pool), indication, dtype=np.int8))
    return result_of(pool, trials=3, name=name)


@pytest.fixture(scope="module")
def results():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicates, "_PART_TRIALS", 2)
        yield {
            Indication.LBCL: of("juliet", Indication.LBCL),
            Indication.ALL: of("eliana", Indication.ALL),
            Indication.FL: of("elara", Indication.FL),
        }


def test_a_disease_is_shown_by_the_clocks_of_its_trials(results):
    clocks = {
        disease: [drawn.line.clock.read for panel in panels_of(result) for drawn in panel.drawn]
        for disease, result in results.items()
    }
    assert clocks[Indication.LBCL] == [
        overall_survival, progression_free_survival, overall_survival, relapse_free_survival,
    ]  # fmt: skip
    assert clocks[Indication.ALL][1] is event_free_survival
    assert clocks[Indication.ALL][3] is relapse_free_survival
    names = [line.clock.name for _, lines in LINES[Indication.FL] for line in lines]
    assert names == ["overall survival", "progression-free", "overall survival", "duration of response"]
    assert set(LINES) == set(Indication)


def test_published_points_stand_on_the_curve_that_their_definition_reads(results):
    found = {
        (disease, panel.title, drawn.line.clock.short): {row.target.id for row in drawn.points}
        for disease, result in results.items()
        for panel in panels_of(result)
        for drawn in panel.drawn
    }
    assert "juliet_os_12m" in found[Indication.LBCL, "All infused", "OS"]
    assert "juliet_pfs_24m" in found[Indication.LBCL, "All infused", "PFS"]
    assert {"eliana_efs_12m", "eliana_efs_36m"} <= found[Indication.ALL, "All infused", "EFS"]
    assert "eliana_rfs_24m" in found[Indication.ALL, "Responders", "RFS"]
    assert found[Indication.FL, "Responders", "DOR"] == {"elara_dor_9m"}


def test_the_digitised_curve_of_a_trial_is_drawn_as_its_curve(results):
    panels = {panel.title: panel for panel in panels_of(results[Indication.ALL])}
    overall, event_free = panels["All infused"].drawn
    assert len(overall.steps) == 24
    months = [row.target.time_months for row in overall.steps]
    assert months == sorted(months)
    assert event_free.steps == panels["Responders"].drawn[0].steps == ()
    assert "published curve" in written(draw_survival(results[Indication.ALL]))
    assert "published curve" not in written(draw_survival(results[Indication.LBCL]))


def test_the_table_holds_the_estimates_of_the_pool(results):
    result = results[Indication.LBCL]
    times = overall_survival(take(result.pool, result.pool.infused))
    at = kaplan_meier(times, (12.0,))[0]
    left = int((times.months >= 12).sum())
    shown = show_survival(result).html
    assert f"{number(at.value)}{span(at.low, at.high)} [{left:,}]" in shown
    for panel in panels_of(result):
        for drawn in panel.drawn:
            for row in drawn.points:
                assert published_text(row) in shown


def test_nothing_is_estimated_from_a_handful(results):
    result = results[Indication.LBCL]
    times = panels_of(result)[1].drawn[1].times
    enough = enough_at_risk(len(times.months))
    last = max(months_drawn(times))
    assert (times.months >= last).sum() >= enough
    assert (times.months >= last + 0.25).sum() < enough
    shown = show_survival(result).html
    assert "- [" in shown
    assert "relapse-free: month 12" in shown
    assert "month 60 too few at risk" in shown


def test_a_published_point_beyond_the_curve_has_no_estimate_beside_it(results):
    result = results[Indication.LBCL]
    rows = list(result.comparison.rows)
    at = next(k for k, row in enumerate(rows) if row.target.id == "juliet_pfs_24m")
    rows[at] = dataclasses.replace(rows[at], target=dataclasses.replace(rows[at].target, time_months=70.0))
    odd = dataclasses.replace(result, comparison=dataclasses.replace(result.comparison, rows=tuple(rows)))
    shown = show_survival(odd).html
    row = shown[shown.index(f">{number(70.0)}</td>") :]
    assert row[: row.index("</tr>")].endswith('<td class="figure">-</td>')


def test_published_points_stand_at_their_month_and_value(results):
    for result in results.values():
        for axes, panel in zip(draw_survival(result).axes, panels_of(result), strict=True):
            drawn = {
                (x, y) for line in axes.lines if line.get_marker() in ("s", "^")
                for x, y in np.asarray(line.get_xydata()).tolist()
            }  # fmt: skip
            points = {
                (row.target.time_months, row.target.value) for found in panel.drawn for row in found.points
            }
            assert drawn == points


def test_a_trial_without_published_points_still_has_curves(results):
    result = results[Indication.LBCL]
    none = dataclasses.replace(result, comparison=dataclasses.replace(result.comparison, rows=()))
    assert all(drawn.points == () for panel in panels_of(none) for drawn in panel.drawn)
    shown = show_survival(none).html
    assert "<svg" in shown
    assert "Open marks" not in shown
    assert "Published points" not in shown
