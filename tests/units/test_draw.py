"""The pictures of a trial as matplotlib figures, for a script or a notebook."""

import dataclasses
import pickle
import subprocess
import sys

import numpy as np
import pytest
from tests.lively_result import result_of
from tests.synthetic_pool import lively_pool, quiet_pool

import livingdrug as ld
from livingdrug.endpoints.profiles import PROFILED, profile_days
from livingdrug.errors import BadInput, UnknownName
from livingdrug.report import draw
from livingdrug.report.figures import inlined, written
from livingdrug.trial import replicates

DRAWN = [name for name in ld.report.__all__ if hasattr(draw, name)]


def profiled(pool):
    """Return the pool with a level over time, different in each patient, as every profile."""
    days = profile_days(ld.load_edition())
    level = (1 + pool.patient[:, None]) * np.exp(-days / 200.0)
    seen = np.where(pool.infused[:, None], days, np.nan)
    return dataclasses.replace(pool, profile_day=seen, **{f"profile_{name}": level for name in PROFILED})


@pytest.fixture(scope="module")
def result():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicates, "_PART_TRIALS", 3)
        yield result_of(profiled(lively_pool(0, 200)), trials=10)


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_is_a_figure_that_can_be_saved_and_shows_itself(result, name, tmp_path):
    from matplotlib.figure import Figure

    figure = getattr(ld.report, name)(result)
    assert isinstance(figure, Figure)
    assert figure.axes
    figure.savefig(tmp_path / "picture.png", dpi=40)
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")
    shown = figure._repr_svg_()
    assert shown.startswith("<?xml")
    assert shown == written(getattr(ld.report, name)(result)) == written(pickle.loads(pickle.dumps(figure)))


def test_the_page_holds_the_same_picture(result):
    picture = inlined(ld.report.draw_survival(result), "alt")
    drawing = picture[picture.index(">") :]
    assert len(drawing) > 1000
    assert drawing in ld.report.trial_page(result)


def test_a_comparison_is_drawn_of_one_topic_or_of_all(result):
    rows = result.rows()
    counted = rows[rows["counted"] & (rows["published"] > 0)]
    of_all = ld.report.draw_comparison(result)
    assert sum(len(axes.get_yticks()) for axes in of_all.axes) >= len(counted)
    one = ld.report.draw_comparison(result, topic="Response")
    labels = [label.get_text() for axes in one.axes for label in axes.get_yticklabels()]
    assert len(labels) == (counted["topic"] == "Response").sum()
    assert one.get_figheight() < of_all.get_figheight() / 3


def test_a_comparison_that_cannot_be_drawn_says_why(result):
    with pytest.raises(UnknownName, match="unknown topic 'Respons': did you mean Response"):
        ld.report.draw_comparison(result, topic="Respons")
    nobody = result_of(quiet_pool(2, infused=quiet_pool(2).intubated), trials=2)
    with pytest.raises(BadInput, match="no published figure was counted"):
        ld.report.draw_comparison(nobody)


def test_matplotlib_is_loaded_with_the_first_picture_only():
    code = "import livingdrug as ld, sys; ld.report.draw_survival; print('matplotlib' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"
