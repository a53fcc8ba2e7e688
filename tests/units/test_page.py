import dataclasses
import itertools
import re
from collections import Counter
from html.parser import HTMLParser

import numpy as np
import pytest
from tests.lively_result import lively_result, result_of
from tests.synthetic_pool import lively_pool, quiet_pool

from livingdrug.report import trial_page
from livingdrug.report.figures import written
from livingdrug.report.forest import LABEL_WIDTH, draw_forest, is_share, label, share_scale
from livingdrug.report.table import name, published_text
from livingdrug.report.whole import assumed_in_baseline
from livingdrug.trial import LIMITS, replicates
from livingdrug.trial.groups import counted_by_topic, driven_by_inputs, not_simulated

VOID = {"meta", "br", "hr", "img", "link", "input"}
LOADING = {"img", "link", "script", "iframe", "object", "embed", "audio", "video", "source", "image", "base"}


class Reader(HTMLParser):
    """Reads a page as a browser would: nesting, attributes and text."""

    def __init__(self):
        super().__init__()
        self.open, self.faults, self.elements, self.text = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data):
        self.text.append(data)

    def all(self, wanted):
        return [attributes for tag, attributes in self.elements if tag == wanted]

    def values(self, attribute):
        return [attributes[attribute] for _, attributes in self.elements if attribute in attributes]


def read(page):
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


@pytest.fixture(scope="module")
def result():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicates, "_PART_TRIALS", 3)
        yield lively_result(600, trials=20)


@pytest.fixture(scope="module")
def page(result):
    return trial_page(result)


@pytest.fixture(scope="module")
def reader(page):
    return read(page)


def test_the_page_is_well_formed_and_says_its_language(page, reader):
    assert page.startswith("<!DOCTYPE html>\n<html lang=\"en\">")  # fmt: skip
    assert reader.faults == []
    assert reader.open == []
    assert len(reader.all("h1")) == len(reader.all("main")) == len(reader.all("title")) == 1


def test_every_id_is_unique_and_every_link_inside_the_page_leads_somewhere(reader):
    ids = Counter(reader.values("id"))
    assert [key for key, n in ids.items() if n > 1] == []
    inside = [link[1:] for link in reader.values("href") if link.startswith("#")]
    assert len(inside) > 50
    assert [key for key in inside if key not in ids] == []
    used = re.findall(r"url\(#([^)]+)\)", "".join(map(str, reader.values("clip-path"))))
    assert set(used) <= set(ids)


def test_nothing_is_loaded_from_elsewhere(page, reader):
    assert LOADING & {tag for tag, _ in reader.elements} == set()
    assert reader.values("src") == []
    assert all(link.startswith("#") for link in reader.values("xlink:href"))
    assert [tag for tag, found in reader.elements if "href" in found and tag != "a"] == []
    assert re.findall(r"@import|url\((?!#)|@font-face", page) == []


def test_the_page_holds_every_row_with_what_was_published(result, reader):
    text = " ".join(reader.text)
    rows = result.comparison.rows
    shown = [row for topic in counted_by_topic(rows).values() for row in topic] + driven_by_inputs(rows)
    assert len(shown) > 80
    for row in shown:
        assert name(row) in text, row.target.id
        assert published_text(row) in text, row.target.id
    for row in not_simulated(rows):
        assert row.target.endpoint in text, row.target.id
        assert row.reason in text, row.target.id


def test_the_page_states_warning_limits_losses_and_provenance(reader):
    text = " ".join(reader.text)
    for words in (
        LIMITS, "the edition's warning", "Died before the infusion", "relapse, CD19-negative",
        "What falls outside",
        "us_2025_06 (e)", "juliet (d)", "Schuster et al.", "Published, not simulated",
    ):  # fmt: skip
        assert words in text, words


def test_every_picture_has_a_text_and_stands_in_a_figure_with_its_numbers(result, page, reader):
    pictures = reader.all("svg")
    assert len(pictures) == 10 + len(counted_by_topic(result.comparison.rows))
    assert all(found["role"] == "img" and len(found["aria-label"]) > 80 for found in pictures)
    figures = page.split("<figure>")[1:]
    assert len(figures) == len(pictures)
    for figure in figures:
        inside = figure[: figure.index("</figure>")]
        assert inside.count("<svg") == 1
        assert "<figcaption>" in inside
        assert "<table>" in inside


def test_headings_follow_in_order(reader):
    levels = [int(tag[1]) for tag, _ in reader.elements if tag in {"h1", "h2", "h3", "h4"}]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_what_falls_outside_stands_before_all_figures(page):
    assert page.index('id="outside"') < page.index('id="comparison"')


def test_the_page_stays_small(page):
    assert len(page.encode()) < 3e6


def test_every_table_has_a_caption_and_every_head_a_scope(reader):
    assert len(reader.all("caption")) == len(reader.all("table"))
    assert {found.get("scope") for found in reader.all("th")} == {"col", "row"}


def test_validation_rows_are_marked(result, reader):
    text = " ".join(reader.text)
    held_back = [row for row in result.comparison.rows if row.counted and row.target.role == "validation"]
    assert held_back
    for row in held_back:
        assert f"{name(row)}\u00a0†" in text
        assert f"{label(row)} †" in text


def test_the_same_result_gives_the_same_bytes(result, page):
    assert trial_page(result) == page


def test_text_is_escaped(result):
    design = dataclasses.replace(result.design, title="<b>A & B</b>")
    page = trial_page(dataclasses.replace(result, design=design, warning='"quoted" <i>'))
    assert "<h1>&lt;b&gt;A &amp; B&lt;/b&gt;</h1>" in page
    assert "<i>" not in page


def test_a_trial_that_infused_no_one_still_has_a_page():
    nobody = result_of(dataclasses.replace(quiet_pool(50), infused=np.zeros(50, dtype=bool)), trials=2)
    found = read(trial_page(nobody))
    assert found.faults == []
    assert "No patient was infused." in found.text


def test_counts_of_a_known_number_stand_among_the_percentages(result):
    rows = {row.target.id: row for row in result.comparison.rows}
    count = rows["juliet_crs_lee_same_as_penn"]
    assert is_share(count)
    assert count.target.value * share_scale(count) == pytest.approx(100 * 39 / 64)
    assert label(count) == "Lee grade as Penn (of 64)"
    assert not is_share(rows["eu_kinetics_lbcl_cmax_cv_responders"])
    assert label(rows["juliet_os_18m"]) == "Overall survival, month 18"


def test_the_labels_of_the_pictures_fit_beside_their_axes(result):
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    for row in result.comparison.rows:
        if row.counted:
            weight = "bold" if row.target.role == "validation" else "normal"
            path = TextPath(
                (0, 0), f"{label(row)} †", size=9, prop=FontProperties(family="DejaVu Sans", weight=weight)
            )
            assert path.get_extents().width < 72 * LABEL_WIDTH, label(row)


def test_an_interval_that_leaves_the_axis_ends_in_an_arrow(result):
    row = next(row for row in result.comparison.rows if row.target.id == "juliet_median_os_40m")
    within = dataclasses.replace(row, simulated=11.1, pi_low=10.0, pi_high=12.0)
    beyond = dataclasses.replace(within, pi_high=float("inf"))
    one, other = written(draw_forest([beyond], "a")), written(draw_forest([within], "a"))
    assert one.count("<use") == other.count("<use") + 1


@pytest.fixture(scope="module")
def registry():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicates, "_PART_TRIALS", 2)
        return result_of(lively_pool(0, 150), trials=3, name="cibmtr_lbcl")


def test_a_registry_says_what_is_assumed_and_what_was_not_recorded(registry):
    text = " ".join(read(trial_page(registry)).text)
    assumed, of = assumed_in_baseline(registry)
    assert 0.5 * of < assumed < of
    for words in (
        "No published figure counts here: the registry's baseline is assumed", "0 counted",
        "enrolment and losses before infusion not recorded", f"{assumed} are assumed",
        "No published figure is counted for this design", "Every published figure is simulated",
    ):  # fmt: skip
        assert words in text, words
    for row in driven_by_inputs(registry.comparison.rows):
        assert published_text(row) in text
        assert row.inside is None
    assert "published baseline" not in text


def test_no_table_of_a_page_is_empty(result, registry):
    for page in (trial_page(result), trial_page(registry)):
        assert "<tbody></tbody>" not in page


def test_a_page_names_no_published_marks_where_it_has_none(registry):
    page = trial_page(registry)
    for words in ("published, of the infused", "published, any grade", "Cmax at Tmax"):
        assert words not in page
    assert "published, any response" in page


def test_on_paper_a_picture_fits_a_page_and_keeps_its_caption(page):
    paper = page[page.index("@media print") :]
    assert "max-height: 205mm" in paper
    assert "figcaption { break-before: avoid; }" in paper
