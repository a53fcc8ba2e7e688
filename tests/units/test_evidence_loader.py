"""The loader lists every fault at once; editions inherit, and silence is never a number."""

import datetime
from pathlib import Path

import pytest

from livingdrug.errors import BadInput, EvidenceFault, NotStated, UnknownName
from livingdrug.evidence import load_edition, load_table, read_library, resolve_edition

UNITS = 'day = "days"\ntext = "words"\n'
SOURCES = """
[label_a]
title = "A label"
kind = "label"
"""
EDITIONS = """
[us_2020_01]
title = "First"
jurisdiction = "us"
date = "2020-01"
source = "label_a"
selectable = true

[us_2021_01]
title = "Second"
jurisdiction = "us"
date = "2021-01"
source = "label_a"
selectable = true
inherits = "us_2020_01"

[us_2022_01]
title = "Not held"
jurisdiction = "us"
date = "2022-01"
source = "label_a"
selectable = false
inherits = "us_2021_01"

[eu]
title = "Alone"
jurisdiction = "eu"
date = "2021-01"
source = "label_a"
selectable = true
"""
GOOD = """
[stay.days]
label = "days to stay"
unit = "day"
basis = "rule"
source = "label_a"
where = "page 1"
by_edition.us_2020_01 = { value = 28, checked = 2024-02-29 }

[anywhere]
label = "the same in every edition"
value = 3
unit = "day"
basis = "assumed"
source = "label_a"
where = "page 2"

[dropped]
label = "a sentence that was removed"
unit = "day"
basis = "rule"
source = "label_a"
where = "page 3"
by_edition.us_2020_01 = { value = 56 }
by_edition.us_2021_01 = { absent = "the sentence was removed" }
"""
HEAD = '[a]\nlabel = "some value"\nunit = "day"\nbasis = "rule"\nsource = "label_a"\nwhere = "page 1"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "units.toml").write_text(UNITS)
    (tmp_path / "sources.toml").write_text(SOURCES)
    (tmp_path / "editions.toml").write_text(EDITIONS)
    (tmp_path / "label").mkdir()
    (tmp_path / "label" / "rules.toml").write_text(GOOD)
    return tmp_path


def _faults(folder: Path, text: str, name: str = "label/bad.toml") -> tuple[str, ...]:
    (folder / name).write_text(text)
    with pytest.raises(EvidenceFault) as refused:
        read_library(folder)
    return refused.value.faults


def test_a_key_is_the_path_of_the_file_and_of_the_table(folder):
    assert set(read_library(folder).entries) == {
        "label.rules.stay.days",
        "label.rules.anywhere",
        "label.rules.dropped",
    }


def test_an_edition_says_what_the_older_one_said_unless_it_says_something_new(folder):
    newer = resolve_edition("us_2021_01", read_library(folder))
    assert newer.number("label.rules.stay.days") == 28.0
    assert newer.sourced("label.rules.stay.days").checked == datetime.date(2024, 2, 29)
    assert newer.sourced("label.rules.dropped").value is None
    assert resolve_edition("us_2020_01", read_library(folder)).number("label.rules.dropped") == 56.0


def test_an_edition_that_inherits_nothing_is_silent_where_it_was_not_read(folder):
    alone = resolve_edition("eu", read_library(folder))
    assert alone.number("label.rules.anywhere") == 3.0
    with pytest.raises(NotStated, match=r"eu does not state label\.rules\.stay\.days \(days to stay\)"):
        alone.number("label.rules.stay.days")


def test_silence_gives_the_reason_that_the_edition_gives(folder):
    newer = resolve_edition("us_2021_01", read_library(folder))
    with pytest.raises(NotStated, match="the sentence was removed"):
        newer.stated("label.rules.dropped")


def test_a_value_of_the_wrong_kind_is_refused_when_asked_for(folder):
    said = resolve_edition("us_2020_01", read_library(folder))
    with pytest.raises(BadInput, match=r"label\.rules\.anywhere: expected a list of numbers, got 3"):
        said.numbers("label.rules.anywhere")
    with pytest.raises(BadInput, match="has no spread"):
        said.spread("label.rules.anywhere")
    with pytest.raises(UnknownName, match=r"did you mean label\.rules\.stay\.days"):
        said.number("label.rules.stay.day")


def test_every_fault_of_every_file_is_listed_at_once(folder):
    (folder / "label" / "second.toml").write_text(HEAD.replace("label_a", "label_b") + "value = 1\n")
    found = _faults(
        folder,
        """
[unknown_unit]
label = "some value"
value = 1
unit = "fortnight"
basis = "rule"
source = "label_a"
where = "page 1"

[no_label]
value = 1
unit = "day"
basis = "rule"
source = "label_a"
where = "page 1"

[wrong_basis]
label = "some value"
value = 1
unit = "day"
basis = "guess"
source = "label_a"
where = "page 1"
""",
    )
    text = "\n".join(found)
    assert "label.bad.unknown_unit.unit: 'fortnight' is not in units.toml" in found
    assert "label.second.a.source: 'label_b' is not in sources.toml" in found
    assert "label/bad.toml: label.bad.no_label.label: Field required" in text
    assert "label.bad.wrong_basis.basis" in text
    assert "got 'guess'" in text
    assert len(found) == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD, "give a value or by_edition"),
        (HEAD + "value = 1\nunits = 'day'\n", "label.bad.a.units: Extra inputs are not permitted"),
        (HEAD + "value = { low = 1 }\n", "label.bad.a.value"),
        (HEAD + "value = 1\nchecked = 'yesterday'\n", "label.bad.a.checked"),
        (HEAD + "value = 1\nspread = { kind = 'normal', sd = 0 }\n", "label.bad.a.spread.sd"),
        (HEAD + "by_edition.us_2019_01 = { value = 1 }\n", "'us_2019_01' is not in editions.toml"),
        (HEAD + "by_edition.us_2022_01 = { value = 1 }\n", "its text is not held"),
        (HEAD + "by_edition.eu = { where = 'page 2' }\n", "give either value or absent"),
        (HEAD + "by_edition.eu = { value = 1, source = 'x' }\n", "by_edition.eu.source: 'x' is not in"),
        ("loose = 1\n", "label.bad.loose: a value outside an entry (got 1)"),
        ("[a\n", "bad.toml: "),
    ],
)
def test_a_fault_is_named_with_its_path(folder, text, expected):
    assert expected in "\n".join(_faults(folder, text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("source,unit\nlabel_a,day\nlabel_c,day\n", "line 3: source: 'label_c' is not in sources.toml"),
        ("source,unit\nlabel_a,days\n", "line 2: unit: 'days' is not in units.toml"),
        ("edition,value\nus_2022_01,1\n", "line 2: edition: 'us_2022_01' is known to exist"),
        ("source,unit\nlabel_a\n", "line 2: 2 fields do not match the header"),
        ("source,unit\nlabel_a,day,9\n", "line 2: 3 fields do not match the header"),
    ],
)
def test_a_fault_of_a_table_is_named_with_its_line(folder, text, expected):
    assert expected in "\n".join(_faults(folder, text, "label/bad.csv"))


def test_a_fault_of_a_register_is_listed(folder):
    found = _faults(folder, SOURCES + "[x]\ntitle = 'X'\nkind = 'rumour'\n", "sources.toml")
    assert "sources.toml: x.kind" in "\n".join(found)
    (folder / "sources.toml").write_text(SOURCES)
    orphan = EDITIONS.replace('inherits = "us_2020_01"', 'inherits = "us_1999_01"')
    assert "us_2021_01.inherits: 'us_1999_01'" in "\n".join(_faults(folder, orphan, "editions.toml"))


def test_an_unknown_edition_names_the_nearest():
    with pytest.raises(UnknownName, match=r"unknown edition 'us_2025_6': did you mean us_2025_06"):
        load_edition("us_2025_6")


def test_the_edition_of_december_2025_cannot_be_chosen():
    with pytest.raises(BadInput, match=r"edition us_2025_12 cannot be chosen: .* was not seen"):
        load_edition("us_2025_12")


def test_the_edition_of_june_2025_warns_that_its_safety_sections_were_revised():
    warning = load_edition("us_2025_06").info.warning
    assert warning is not None
    assert "12/2025" in warning


def test_an_unknown_table_is_refused():
    with pytest.raises(UnknownName, match=r"did you mean label\.crs"):
        load_table("label.crss")


def test_the_hash_of_an_edition_changes_with_its_values_only(folder):
    before = resolve_edition("us_2020_01", read_library(folder)).hash
    path = folder / "label" / "rules.toml"
    path.write_text(GOOD.replace("page 2", "page 20"))
    assert resolve_edition("us_2020_01", read_library(folder)).hash == before
    path.write_text(GOOD.replace("value = 3", "value = 4"))
    assert resolve_edition("us_2020_01", read_library(folder)).hash != before


@pytest.mark.parametrize("value", ["nan", "inf", "[1.0, nan]"])
def test_a_value_that_is_no_number_is_refused(folder, value):
    faults = _faults(folder, f"{HEAD}value = {value}\n")
    assert any("label/bad.toml: label.bad.a.value" in fault for fault in faults)


def test_a_row_checked_on_no_day_is_refused_with_its_line(folder):
    text = "item,source,unit,checked\nx,label_a,day,2026-13-01\ny,label_a,day,\n"
    (fault,) = _faults(folder, text, "label/table.csv")
    assert fault.startswith("label.table: line 2: checked: expected a day")
    assert "'2026-13-01'" in fault


@pytest.mark.parametrize("name", ["label/bad.toml", "label/bad.csv"])
def test_a_file_that_is_not_utf_8_is_a_fault_like_others(folder, name):
    (folder / name).write_bytes(b"\xff")
    with pytest.raises(EvidenceFault) as refused:
        read_library(folder)
    assert len(refused.value.faults) == 1
    assert "bad" in refused.value.faults[0]
