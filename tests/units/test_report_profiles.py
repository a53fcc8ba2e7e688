import dataclasses

import numpy as np
import pytest
from tests.lively_result import result_of
from tests.synthetic_pool import lively_pool

from livingdrug.endpoints import Sampling, exposure
from livingdrug.endpoints.profiles import profile_days
from livingdrug.evidence import load_edition
from livingdrug.patients import Indication
from livingdrug.report.b_cells import aplasia_times, draw_b_cells, published_aplasia, show_b_cells
from livingdrug.report.bands import bands_of, written_quantiles
from livingdrug.report.blood import B_CELLS, COUNTS, IGG, draw_blood_counts, measure_bands, show_blood_counts
from livingdrug.report.exposure import GROUPS, compared_exposures
from livingdrug.report.figures import written
from livingdrug.report.transgene import draw_transgene, limit_of, show_transgene, transgene_bands
from livingdrug.report.words import number, published_text
from livingdrug.trial import replicates

DAYS = profile_days(load_edition())


@pytest.fixture(scope="module")
def result():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicates, "_PART_TRIALS", 2)
        pool = lively_pool(0, 200)
        yield result_of(dataclasses.replace(pool, indication=np.full(200, Indication.LBCL)), trials=3)


@pytest.fixture(scope="module")
def leukaemia():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicates, "_PART_TRIALS", 2)
        pool = lively_pool(0, 200)
        yield result_of(dataclasses.replace(pool, indication=np.zeros(200, np.int8)), 3, "eliana")


def test_bands_are_the_quantiles_of_those_measured_and_none_of_a_few():
    values = np.stack([np.arange(20.0), np.where(np.arange(20) < 9, 1.0, np.nan)], axis=1)
    bands = bands_of(values, np.array([0.0, 7.0]))
    assert bands.n.tolist() == [20, 9]
    assert bands.quantiles[:, 0] == pytest.approx([0.95, 4.75, 9.5, 14.25, 18.05])
    assert np.isnan(bands.quantiles[:, 1]).all()
    assert written_quantiles(bands, 1) == ["9", "-", "-", "-"]
    assert written_quantiles(bands, 0, limit=5.0)[2:] == ["<5 to 14.2", "<5 to 18.1"]


def test_the_transgene_is_shown_by_response(result):
    pool = result.pool
    responded = pool.infused & ~np.isnan(pool.first_response_day)
    day = int(np.abs(DAYS - 14).argmin())
    found = transgene_bands(result)
    assert tuple(found) == GROUPS
    for group, members in zip(GROUPS, (responded, pool.infused & ~responded), strict=True):
        values = pool.profile_transgene_copies_per_ug[members, day]
        values = values[~np.isnan(values)]
        assert found[group].n[day] == len(values)
        assert found[group].quantiles[2, day] == pytest.approx(np.median(values))
        assert f">{number(float(np.median(values)))}</td>" in show_transgene(result).html


def test_the_labels_exposure_stands_beside_the_simulated_one(result):
    compared = compared_exposures(result)
    responded = result.pool.infused & ~np.isnan(result.pool.first_response_day)
    cmax = exposure(result.pool, Sampling(50.0, 28.0, 3)).cmax[responded]
    first = compared[0]
    assert (first.parameter.name, first.group, first.label) == (
        "Cmax, geometric mean",
        "responders",
        "EU label",
    )
    assert first.pool == pytest.approx(np.exp(np.nanmean(np.log(cmax))))
    assert first.n_pool == int((~np.isnan(cmax)).sum())
    shown = show_transgene(result).html
    labels = {(item.parameter.endpoint, item.label) for item in compared}
    assert {("T1/2 geometric mean", "EU label"), ("T1/2 geometric mean", "US label")} <= labels
    assert ("Cmax geometric mean", "US label") not in labels  # superseded
    for item in compared:
        assert published_text(item.row) in shown


def test_the_limit_of_quantification_is_named(result):
    assert limit_of(result) == 50
    assert "limit, 50" in written(draw_transgene(result))


def test_blood_counts_hold_the_medians_of_the_infused_and_the_limits_of_grades(result):
    pool, day = result.pool, int(np.abs(DAYS - 28).argmin())
    picture, shown = written(draw_blood_counts(result)), show_blood_counts(result).html
    for measure in COUNTS:
        values = getattr(pool, measure.field)[pool.infused, day]
        median = float(np.nanmedian(values))
        assert measure_bands(result, measure).quantiles[2, day] == pytest.approx(median)
        assert number(median) in shown
    for words in ("grade 3 below 1", "grade 4 below 0.5", "grade 3 below 50", "grade 3 below 8"):
        assert words in picture


def test_b_cell_aplasia_is_drawn_with_what_was_published(leukaemia):
    times, pool = aplasia_times(leukaemia), leukaemia.pool
    responded = pool.infused & ~np.isnan(pool.first_response_day)
    assert len(times.months) == int(responded.sum())
    assert times.event.sum() > 0
    assert [share.percent for share in published_aplasia(leukaemia)] == [83]
    assert f"B-cell aplasia, % (n = {len(times.months):,})" in written(draw_b_cells(leukaemia))
    assert "83 (69–91)" in show_b_cells(leukaemia).html


def test_b_cell_aplasia_is_left_out_where_it_tells_nothing(result):
    never = np.full(len(result.pool), np.nan)
    nothing = dataclasses.replace(result, pool=dataclasses.replace(result.pool, b_cell_recovery_day=never))
    assert "B-cell aplasia" not in written(draw_b_cells(nothing))
    assert "B-cell aplasia maintained" not in show_b_cells(nothing).html


def test_a_pool_in_which_nothing_was_measured_still_has_its_pictures(result):
    fields = {
        name: np.full((200, len(DAYS)), np.nan) for name in vars(result.pool) if name.startswith("profile_")
    }
    blind = dataclasses.replace(result, pool=dataclasses.replace(result.pool, **fields))
    for shown in (show_transgene(blind), show_blood_counts(blind), show_b_cells(blind)):
        assert "<svg" in shown.html


def test_without_a_label_every_simulated_exposure_still_stands_inside_its_axis(result):
    none = dataclasses.replace(result, comparison=dataclasses.replace(result.comparison, rows=()))
    drawn = draw_transgene(none)
    for axes in drawn.axes[2:]:
        bottom, top = axes.get_ylim()
        marks = [line for line in axes.lines if line.get_marker() == "o"]
        assert len(marks) == 2
        assert all(top < float(line.get_ydata()[0]) < bottom for line in marks)
    shown = show_transgene(none).html
    assert "No label prints figures for this design." in shown
    assert "Open marks above" not in shown


def test_what_lies_below_a_log_axis_is_told_as_below_it():
    days = np.array([0.0, 28.0])
    bands = bands_of(np.tile([0.002, 5.0], (20, 1)), days)
    assert written_quantiles(bands, 0, B_CELLS.limit) == ["20", "<0.01", "<0.01 to <0.01", "<0.01 to <0.01"]
    assert written_quantiles(bands, 1, B_CELLS.limit) == ["20", "5", "5 to 5", "5 to 5"]
    assert IGG.limit == -np.inf


def test_the_title_of_b_cell_aplasia_fits_its_picture(leukaemia):
    drawn = draw_b_cells(leukaemia)
    drawn.draw_without_rendering()
    width = drawn.get_window_extent().width
    for axes in drawn.axes:
        left = axes.transAxes.transform((0, 0))[0]
        assert left + 1.1 * axes._left_title.get_window_extent().width < width
