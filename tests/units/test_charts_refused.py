"""What of a chart would be read wrong is refused: thousands, units, contradictions, short rows, deaths."""

import pytest

from livingdrug.charts import read_observations
from livingdrug.errors import BadInput


def write(tmp_path, text):
    path = tmp_path / "ward.csv"
    path.write_text(text, encoding="utf-8")
    return path


def faults(tmp_path, text, **given):
    with pytest.raises(BadInput) as refused:
        read_observations(write(tmp_path, text), **given)
    return str(refused.value).splitlines()[1:]


@pytest.mark.parametrize(
    ("separator", "column", "word", "refused"),
    [
        (";", "anc_per_ul", "1.200", True),
        (";", "platelets_per_ul", "150.000", True),
        (";", "platelets_per_ul", "1.234.567", True),
        (";", "creatinine_mg_per_dl", "1.200", True),
        (";", "creatinine_mg_per_dl", "0.900", False),
        (";", "creatinine_mg_per_dl", "1.20", False),
        (",", "platelets_per_ul", "150.000", True),
        (",", "alc_per_ul", "1200.0", False),
        (",", "creatinine_mg_per_dl", "1.200", False),
    ],
)
def test_a_point_that_may_part_thousands_is_refused(separator, column, word, refused, tmp_path):
    cells = [
        ["patient", "day", column, "crp_mg_per_l"],
        ["a", "0", word, "1,5" if separator == ";" else "1.5"],
    ]
    text = "\n".join(separator.join(row) for row in cells) + "\n"
    if not refused:
        assert read_observations(write(tmp_path, text)).patients == ("a",)
        return
    assert faults(tmp_path, text) == [
        f"  line 2: {column}: got {word!r}, expected a number in which no point parts thousands"
    ]


@pytest.mark.parametrize(
    ("column", "value", "least", "other"),
    [
        ("anc_per_ul", "1.2", "10", "anc_e9_per_l"),
        ("alc_per_ul", "9", "10", "alc_e9_per_l"),
        ("white_cells_per_ul", "9.9", "10", "white_cells_e9_per_l"),
        ("platelets_per_ul", "150", "1000", "platelets_e9_per_l"),
    ],
)
def test_cells_counted_in_thousands_in_a_column_of_cells_are_refused(column, value, least, other, tmp_path):
    (told,) = faults(tmp_path, f"patient,day,{column}\na,0,{value}\n")
    assert f"{column}: got {value}, expected 0, or {least} to" in told
    assert told.endswith(f"is it {other}?")
    for held in ("0", least):
        assert read_observations(write(tmp_path, f"patient,day,{column}\na,0,{held}\n")).patients == ("a",)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ("none,2,,,", "oxygen_device none: contradicts oxygen_flow_l_per_min 2"),
        ("none,,22,,", "oxygen_device none: contradicts fio2_percent 22"),
        ("low_flow_nasal,0,,,", "oxygen_device low_flow_nasal: contradicts oxygen_flow_l_per_min 0"),
        (",,,0,0.1", "n_vasopressors 0: doses above 0 of norepinephrine_ug_per_min"),
        ("none,0,21,0,0", None),
        ("low_flow_nasal,0.5,40,1,0.1", None),
        ("unknown,2,40,,0.1", None),
        ("venturi,0,21,2,0.1", None),
    ],
)
def test_fields_of_a_row_that_cannot_be_true_at_once_are_refused(cells, told, tmp_path):
    text = (
        "patient,day,oxygen_device,oxygen_flow_l_per_min,fio2_percent,n_vasopressors,norepinephrine_ug_per_min\n"
        f"a,0,{cells}\n"
    )
    if told is None:
        assert read_observations(write(tmp_path, text)).patients == ("a",)
    else:
        assert faults(tmp_path, text) == [f"  line 2: {told}"]


def test_a_row_with_fewer_cells_than_the_header_is_refused(tmp_path):
    assert faults(tmp_path, "patient,day,crp_mg_per_l\na,0\n\nb,1,2\n") == [
        "  line 2: 2 cells, fewer than the header has columns (3)"
    ]


def test_tabs_are_named_as_what_parts_the_cells(tmp_path):
    with pytest.raises(BadInput, match="parted by tabs, expected commas or semicolons"):
        read_observations(write(tmp_path, "patient\tday\tcrp_mg_per_l\na\t0\t3\n"))


def test_a_time_zone_beside_days_is_refused(tmp_path):
    assert faults(tmp_path, "patient,day\na,0\n", time_zone="Foo/Bar") == [
        "  line 1: --time-zone: days are counted from infusion already, expected none"
    ]


def test_flags_may_be_letters_or_numbers_with_decimals(tmp_path):
    text = "patient,day,dialysis\na,0,Y\na,1,n\na,2,1.0\na,3,0.0\n"
    assert read_observations(write(tmp_path, text)).observations.dialysis.tolist() == [1, 0, 1, 0]


def test_nothing_is_observed_after_a_death_and_its_cause_needs_its_day(tmp_path):
    text = "patient,day,died_day,died_of_crs,died_of_icans\na,0,3,yes,no\na,3.9,3,,\nb,0,,,\n"
    chart = read_observations(write(tmp_path, text))
    assert chart.died_of_crs.tolist() == [1, -1]
    assert chart.died_of_icans.tolist() == [0, -1]
    assert faults(tmp_path, "patient,day,died_day\na,0,3\na,4,3\n") == [
        "  line 3: day 4: observed after died_day 3"
    ]
    assert faults(tmp_path, "patient,day,died_of_icans\na,0,yes\n") == [
        "  line 2: died_of_icans yes: needs died_day of this patient"
    ]
