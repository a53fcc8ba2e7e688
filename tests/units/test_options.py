"""The table of options as data, and what is said of it: whole, plain, and never an order."""

import re

import pytest

from livingdrug.bedside.options import (
    GUIDELINE_TITLES,
    Guideline,
    Kind,
    Scale,
    Situation,
    Toxicity,
    guidelines_for,
    options_for,
)
from livingdrug.bedside.options.criteria import _COMPARE, read
from livingdrug.bedside.options.rows import all_rows, figure, is_key, keys_below
from livingdrug.bedside.options.situation import SCALE_TITLES
from livingdrug.bedside.options.words import INPUT_WORDS
from livingdrug.errors import BadInput
from livingdrug.evidence import load_edition, load_table
from livingdrug.evidence.queries import selectable_editions
from livingdrug.report.options_blocks import TITLES

RULES = load_edition()
ROWS = all_rows()
ORDERS = {
    "must", "should", "shall", "give", "given", "administer", "start", "begin", "stop", "initiate", "treat",
    "consider", "use", "monitor", "transfer", "continue", "repeat", "avoid", "obtain", "hold", "do", "never",
    "always", "required", "ensure", "perform", "withhold", "taper", "increase", "reduce", "contact", "need",
}  # fmt: skip
EVERYTHING = [
    (toxicity, guideline, name)
    for name in selectable_editions()
    for toxicity in Toxicity
    for guideline in guidelines_for(toxicity)
]


def texts():
    """Yield every text that a list of options may show."""
    for row in ROWS:
        yield from (row.option, row.note)
    yield from (words.text for words in INPUT_WORDS.values())
    yield from (*GUIDELINE_TITLES.values(), *SCALE_TITLES.values(), *TITLES.values())


def test_no_text_is_an_order():
    found = {word: text for text in texts() for word in re.findall(r"[a-z]+", text.lower()) if word in ORDERS}
    assert found == {}


def test_no_criterion_or_dose_of_any_edition_is_an_order():
    found = set()
    for toxicity, guideline, edition in EVERYTHING:
        for option in options_for(toxicity, Situation(weight_kg=70.0), guideline, load_edition(edition)):
            said = [f"{criterion.text} {criterion.seen}" for criterion in option.criteria]
            said += [] if option.dose is None else [option.dose.stated, option.dose.how_often]
            found |= set(re.findall(r"[a-z]+", " ".join(said).lower())) & ORDERS
    assert found == set()


def test_every_row_names_its_source_and_place_and_has_an_id_of_its_own():
    assert len({row.id for row in ROWS}) == len(ROWS) > 100
    assert [row.id for row in ROWS if not (row.source and row.where and row.option)] == []
    assert [row.id for row in ROWS if row.kind == Kind.CARE and row.figures["dose"]] == []
    assert [row.id for row in ROWS if row.figures["dose"] and not (row.drug and row.unit)] == []


def test_every_criterion_belongs_to_an_option_and_is_written_so_that_it_can_be_judged():
    rows = load_table("scales.option_criteria")
    assert {row["option"] for row in rows} <= {row.id for row in ROWS}
    for row in rows:
        if row["limit"]:
            assert row["comparison"] in _COMPARE, row
            assert bool(row["unit"]) != is_key(row["limit"]), row
        else:
            assert row["comparison"] in ("yes", "no"), row
            assert INPUT_WORDS[row["input"]].flag, row


def test_every_input_is_read_and_worded_and_every_field_is_asked_for():
    named = {criterion.input for row in ROWS for criterion in row.criteria}
    for name in named:
        assert len(read(name, ROWS[0], Situation(), RULES)) == 2
    assert named | {"grade"} == set(INPUT_WORDS)


def test_every_key_that_a_row_names_exists():
    cells = {cell for row in ROWS for cell in row.figures.values()}
    cells |= {criterion.limit for row in ROWS for criterion in row.criteria}
    for cell in filter(is_key, cells):
        assert keys_below(cell, RULES), cell


def test_each_guideline_scale_and_toxicity_has_rows_and_a_title():
    assert {row.guideline for row in ROWS} == set(Guideline) == set(GUIDELINE_TITLES)
    assert {row.toxicity for row in ROWS} == set(Toxicity) == set(TITLES)
    assert {row.scale for row in ROWS} - {None} == set(Scale) == set(SCALE_TITLES)


def test_a_figure_of_the_label_stands_once_in_the_evidence_of_the_simulation():
    for row in ROWS:
        if row.algorithm and row.drug in ("tocilizumab", "dexamethasone"):
            assert is_key(row.figures["dose"]), row.id
    assert figure("scales.tocilizumab.interval_hours", RULES) == 8.0
    assert figure("scales.tocilizumab.interval_hours", load_edition("eu_current")) is None


def test_a_grade_of_another_scale_is_not_taken_for_the_tables_own():
    for scale, answer in ((Scale.LEE_2014, 1), (None, 1), (Scale.ASTCT_2019, -1)):
        (found,) = (
            option
            for option in options_for(Toxicity.CRS, Situation(grade=4, scale=scale), Guideline.LABEL, RULES)
            if option.id == "label_crs_steroid_4"
        )
        assert found.answer == answer


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"grade": 6}, "grade: got 6, expected 0 to 5"),
        ({"grade": -1}, "grade: got -1, expected 0 to 5"),
        ({"weight_kg": 0.0}, "weight_kg: got 0, expected 2 to 300 kg"),
        ({"anc_e9_per_l": float("nan")}, "anc_e9_per_l: got nan"),
        ({"tocilizumab_hours_ago": (-1.0,)}, "tocilizumab_hours_ago: got -1, expected 0 to 8760 hours"),
        ({"tocilizumab_doses": 1, "tocilizumab_hours_ago": (1.0, 9.0)}, "expected at least the 2"),
    ],
)
def test_a_situation_that_cannot_be_is_refused(changes, message):
    with pytest.raises(BadInput, match=re.escape(message)):
        options_for(Toxicity.CRS, Situation(**changes), Guideline.LABEL, RULES)


def test_nothing_known_lists_no_treatment_as_met_that_has_a_criterion():
    for toxicity, guideline, edition in EVERYTHING:
        for option in options_for(toxicity, Situation(), guideline, load_edition(edition)):
            assert option.answer == (-1 if option.criteria else 1), option.id


def test_second_hand_rows_say_that_they_are_unverified():
    by_guideline = {
        guideline: {bool(o.unverified) for o in options_for(Toxicity.CRS, Situation(), guideline, RULES)}
        for guideline in (Guideline.NCCN, Guideline.CARTOX, Guideline.LABEL)
    }
    assert by_guideline == {Guideline.NCCN: {True}, Guideline.CARTOX: {True}, Guideline.LABEL: {False}}
    older = options_for(Toxicity.CRS, Situation(), Guideline.LABEL, load_edition("us_2022_05"))
    assert {bool(o.unverified) for o in older if o.id.startswith("label_crs_")} == {True}
