"""Observations read from a file: units, words, times, faults, order and merging."""

import dataclasses

import numpy as np
import pytest

from livingdrug.charts import in_blocks, one_patient, read_observations
from livingdrug.charts.columns import columns, converted, in_unit_of
from livingdrug.errors import BadInput
from livingdrug.observations import Observations


def write(tmp_path, text, name="ward.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def faults(tmp_path, text, **given):
    with pytest.raises(BadInput) as refused:
        read_observations(write(tmp_path, text), **given)
    return str(refused.value).splitlines()[1:]


CONVERTED = [
    ("temperature_f", 100.4, "temperature_c", 38.0),
    ("temperature_f", 98.6, "temperature_c", 37.0),
    ("fio2_fraction", 0.4, "fio2_percent", 40.0),
    ("creatinine_umol_per_l", 88.4, "creatinine_mg_per_dl", 1.0),
    ("bilirubin_umol_per_l", 34.2, "bilirubin_mg_per_dl", 2.0),
    ("crp_mg_per_dl", 3.0, "crp_mg_per_l", 30.0),
    ("ferritin_ng_per_ml", 650, "ferritin_ug_per_l", 650.0),
    ("fibrinogen_g_per_l", 1.5, "fibrinogen_mg_per_dl", 150.0),
    ("urate_umol_per_l", 475.84, "urate_mg_per_dl", 8.0),
    ("phosphate_mmol_per_l", 1.45305, "phosphate_mg_per_dl", 4.5),
    ("calcium_mmol_per_l", 1.7465, "calcium_mg_per_dl", 7.0),
    ("white_cells_per_ul", 1000, "white_cells_e9_per_l", 1.0),
    ("anc_per_ul", 500, "anc_e9_per_l", 0.5),
    ("alc_per_ul", 200, "alc_e9_per_l", 0.2),
    ("platelets_per_ul", 25000, "platelets_e9_per_l", 25.0),
    ("haemoglobin_g_per_l", 80, "haemoglobin_g_per_dl", 8.0),
    ("igg_mg_per_dl", 400, "igg_g_per_l", 4.0),
]


@pytest.mark.parametrize(("name", "value", "field", "expected"), CONVERTED)
def test_another_unit_is_turned_into_that_of_the_record_to_the_last_digit(
    name, value, field, expected, tmp_path
):
    chart = read_observations(write(tmp_path, f"patient,day,{name}\na,0,{value}\n"))
    assert getattr(chart.observations, field)[0] == expected
    assert in_unit_of(columns()[name], np.array([expected]))[0] == value


def test_every_column_in_another_unit_is_tried_above():
    factors = {name for name, column in columns().items() if column.field != name and column.kind != "per_kg"}
    assert {name for name, *_ in CONVERTED} == factors


@pytest.mark.parametrize("name", [name for name, column in columns().items() if column.is_number])
def test_the_limits_of_two_units_of_one_quantity_are_the_same(name):
    column = columns()[name]
    if column.field == name or column.kind == "per_kg":
        return
    here = converted(column, np.array([column.low, column.high]))
    there = columns()[column.field]
    np.testing.assert_allclose(here, [there.low, there.high], rtol=0.1)


@pytest.mark.parametrize("name", ["norepinephrine", "epinephrine", "phenylephrine"])
def test_a_dose_per_kilogram_becomes_a_dose_by_the_body_weight_of_the_patient(name, tmp_path):
    text = f"patient,day,weight_kg,{name}_ug_per_kg_per_min\na,0,80,0.1\na,1,,0.2\nb,0,,0\n"
    dose = getattr(read_observations(write(tmp_path, text)).observations, f"{name}_ug_per_min")
    np.testing.assert_allclose(dose, [8.0, 16.0, 0.0])


def test_a_running_dose_per_kilogram_without_a_weight_is_refused(tmp_path):
    text = "patient,day,norepinephrine_ug_per_kg_per_min\na,0,0.1\n"
    assert faults(tmp_path, text) == [
        "  line 2: norepinephrine_ug_per_kg_per_min: needs weight_kg of this patient"
    ]


def test_words_flags_and_empty_cells(tmp_path):
    text = (
        "patient,day,oxygen_device,consciousness,fluid_bolus,dialysis,temperature_c\n"
        "a,0,Low-flow nasal,voice,yes,,\n"
        "a,1,unknown,AWAKE,0,TRUE,nan\n"
    )
    seen = read_observations(write(tmp_path, text)).observations
    assert seen.oxygen_device.tolist() == [1, -1]
    assert seen.consciousness.tolist() == [1, 0]
    assert seen.fluid_bolus.tolist() == [1, 0]
    assert seen.dialysis.tolist() == [-1, 1]
    assert np.isnan(seen.temperature_c).all()
    assert seen.seizure.tolist() == [-1, -1]


def test_every_fault_is_told_with_line_column_value_and_what_was_expected(tmp_path):
    text = (
        "patient,day,temperature_c,oxigen_device,fio2_percent,anc_e9_per_l,ice_score,fluid_bolus\n"
        "a,0,101.3,none,0.4,1200,9,maybe\n"
        "\n"
        ",1,hot,none,40,1,9.5,yes\n"
        "a,,38,none,40,1,11,yes,7\n"
    )
    assert faults(tmp_path, text) == [
        "  line 1: oxigen_device: unknown column, did you mean oxygen_device?",
        "  line 2: temperature_c: got 101.3, expected 25 to 45 degC; is it temperature_f?",
        "  line 2: fluid_bolus: got 'maybe', expected yes, no or unknown",
        "  line 2: fio2_percent: got 0.4, expected 21 to 100 percent; is it fio2_fraction?",
        "  line 2: anc_e9_per_l: got 1200, expected 0 to 100 e9/L; is it anc_per_ul?",
        "  line 4: patient: missing, expected a name",
        "  line 4: temperature_c: got 'hot', expected a number",
        "  line 4: ice_score: got 9.5, expected a whole number 0 to 10",
        "  line 5: more cells than the header has columns",
        "  line 5: day: missing, expected a number from -3650 to 36500",
        "  line 5: ice_score: got 11, expected a whole number 0 to 10",
    ]


def test_many_faults_are_counted(tmp_path):
    text = "patient,day,temperature_c\n" + "".join(f"a,{day},99\n" for day in range(80))
    told = faults(tmp_path, text)
    assert len(told) == 51
    assert told[-1] == "  and 30 more"


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        ("day,temperature_c", "patient: no such column"),
        ("patient,temperature_c", "day, time: got neither"),
        ("patient,day,time", "day, time: got both"),
        ("patient,time,temperature_c", "infused_at, --infusion: got neither"),
        ("patient,day,day", "day: in the header 2 times"),
    ],
)
def test_a_header_that_cannot_be_used_is_refused(header, fault, tmp_path):
    told = faults(tmp_path, f"{header}\n{',1' * header.count(',')}\n")
    assert any(fault in line for line in told), told


@pytest.mark.parametrize(("text", "fault"), [("", "no header"), ("patient,day\n", "no rows")])
def test_a_file_without_rows_is_refused(text, fault, tmp_path):
    with pytest.raises(BadInput, match=fault):
        read_observations(write(tmp_path, text))


def test_semicolons_and_decimal_commas(tmp_path):
    text = "\ufeffpatient;day;temperature_c;crp_mg_per_l\r\nMüller;0;38,4;12\r\nMüller;0,5;37.9;\r\n"
    chart = read_observations(write(tmp_path, text))
    assert chart.patients == ("Müller",)
    assert chart.observations.day.tolist() == [0, 0.5]
    assert chart.observations.temperature_c.tolist() == [38.4, 37.9]


def test_a_thousands_comma_in_a_file_with_commas_is_refused(tmp_path):
    assert faults(tmp_path, 'patient,day,anc_per_ul\na,0,"1,200"\n') == [
        "  line 2: anc_per_ul: got '1,200', expected a number"
    ]


def test_the_line_is_told_below_a_cell_with_a_line_break(tmp_path):
    assert faults(tmp_path, 'patient,day,ice_score\n"a\nb",0,9\nc,0,12\n') == [
        "  line 4: ice_score: got 12, expected a whole number 0 to 10"
    ]


def test_days_are_counted_in_hours_that_passed_across_the_change_of_clocks(tmp_path):
    text = (
        "patient,time,infused_at,temperature_c\n"
        "a,2026-03-29T12:00,2026-03-28T12:00,38\n"
        "a,2026-03-28T11:00Z,2026-03-28T12:00+01:00,37\n"
    )
    chart = read_observations(write(tmp_path, text), time_zone="Europe/Berlin")
    np.testing.assert_allclose(chart.observations.day, [0, 23 / 24])
    assert chart.observations.temperature_c.tolist() == [37, 38]


def test_the_infusion_of_a_patient_may_stand_in_any_row(tmp_path):
    text = (
        "patient,time,infused_at,temperature_c\n"
        "b,2026-01-02T12:00Z,,38\na,2026-01-04T00:00Z,,37\na,2026-01-03T00:00Z,2026-01-02T00:00Z,36\n"
        "b,2026-01-01T12:00Z,2026-01-01T12:00Z,39\n"
    )
    chart = read_observations(write(tmp_path, text))
    assert chart.observations.day.tolist() == [1, 2, 0, 1]
    assert chart.observations.temperature_c.tolist() == [36, 37, 39, 38]


def test_a_patient_is_infused_once_and_at_a_known_time(tmp_path):
    text = (
        "patient,time,infused_at,temperature_c\n"
        "b,2026-01-02T12:00Z,,38\na,2026-01-04T00:00Z,2026-01-03T00:00Z,37\na,,2026-01-02T00:00Z,36\n"
    )
    assert faults(tmp_path, text) == [
        "  line 2: infused_at: not known in any row of this patient, or its time cannot be read",
        "  line 4: time: missing, expected a date and time",
        "  line 4: infused_at: got 2026-01-02T00:00Z, but 2026-01-03T00:00Z before: one value a patient",
    ]


def test_one_moment_of_infusion_for_all(tmp_path):
    text = "patient,time,temperature_c\na,2024-02-29 12:00+00:00,38\n"
    chart = read_observations(write(tmp_path, text), infusion="2024-02-28T12:00Z")
    assert chart.observations.day.tolist() == [1]


@pytest.mark.parametrize(
    ("word", "zone", "fault"),
    [
        ("2026-01-05T10:00", None, "without a zone"),
        ("2026-01-05", "Europe/Berlin", "expected a date and time"),
        ("2026-03-29T02:30", "Europe/Berlin", "change of clocks"),
        ("2026-10-25T02:30", "Europe/Berlin", "change of clocks"),
        ("2026-02-29T10:00Z", None, "expected a date and time"),
    ],
)
def test_a_time_that_is_not_one_moment_is_refused(word, zone, fault, tmp_path):
    text = f"patient,time,temperature_c\na,{word},38\n"
    told = faults(tmp_path, text, infusion="2026-01-01T00:00Z", time_zone=zone)
    assert fault in told[0]


def test_an_unknown_time_zone_names_the_nearest(tmp_path):
    text = "patient,time,infused_at\na,2026-01-01T10:00,2026-01-01T10:00\n"
    with pytest.raises(BadInput, match="Europe/Berlin"):
        read_observations(write(tmp_path, text), time_zone="Europe/Berlinn")


def test_rows_of_one_time_are_merged_and_rows_sorted_by_patient_and_time(tmp_path):
    text = (
        "patient,day,temperature_c,systolic_mmhg,fluid_bolus\n"
        "10,1,38.5,,\n2,0,37,,\n10,0,36.6,,no\n10,1,,85,yes\n10,1,38.5,,\n"
    )
    chart = read_observations(write(tmp_path, text))
    assert chart.patients == ("2", "10")
    assert chart.starts.tolist() == [0, 1, 3]
    assert chart.observations.temperature_c.tolist() == [37, 36.6, 38.5]
    assert chart.observations.systolic_mmhg[2] == 85
    assert chart.observations.fluid_bolus.tolist() == [-1, 0, 1]
    assert chart.lines.tolist() == [3, 4, 2]


def test_rows_of_one_time_that_contradict_are_refused(tmp_path):
    text = "patient,day,temperature_c,fluid_bolus\na,1,38.5,yes\na,1,36.5,no\n"
    assert faults(tmp_path, text) == [
        "  line 3: temperature_c: got 36.5, but 38.5 in another row of this patient and time",
        "  line 3: fluid_bolus: got 0, but 1 in another row of this patient and time",
    ]


def test_two_columns_of_one_quantity_stand_where_they_agree(tmp_path):
    text = "patient,day,crp_mg_per_l,crp_mg_per_dl\na,0,151,15.1\na,1,,2\na,2,30,\n"
    chart = read_observations(write(tmp_path, text))
    assert chart.observations.crp_mg_per_l.tolist() == [151, 20, 30]
    assert faults(tmp_path, "patient,day,crp_mg_per_l,crp_mg_per_dl\na,0,150,150\n")[0].endswith(
        "expected 0 to 80 mg/dL; is it crp_mg_per_l?"
    )
    assert faults(tmp_path, "patient,day,crp_mg_per_l,crp_mg_per_dl\na,0,15,15\n") == [
        "  line 2: crp_mg_per_l and crp_mg_per_dl differ: 15 and 150 in the same unit"
    ]


@pytest.mark.parametrize(
    ("fahrenheit", "agrees"), [(100.4, True), (100.5, True), (100.7, False), (99.5, False)]
)
def test_two_temperatures_agree_to_a_tenth_of_a_degree(fahrenheit, agrees, tmp_path):
    path = write(tmp_path, f"patient,day,temperature_c,temperature_f\na,0,38.0,{fahrenheit}\n")
    if agrees:
        assert read_observations(path).observations.temperature_c.tolist() == [38.0]
    else:
        with pytest.raises(BadInput, match="temperature_c and temperature_f differ"):
            read_observations(path)


def test_what_is_one_value_a_patient_may_not_change(tmp_path):
    text = "patient,day,age_years\na,0,12\na,1,\na,2,13\n"
    assert faults(tmp_path, text) == ["  line 4: age_years: got 13, but 12 before: one value a patient"]


def test_patients_with_few_and_many_rows_come_in_blocks_padded_with_the_unknown(tmp_path):
    rows = "".join(f"b,{day},37\n" for day in range(9)) + "a,0,38\nc,3,39\n"
    chart = read_observations(write(tmp_path, "patient,day,temperature_c\n" + rows))
    blocks = list(in_blocks(chart))
    assert [block.members.tolist() for block in blocks] == [[0, 2], [1]]
    assert blocks[0].observations.temperature_c.tolist() == [[38], [39]]
    assert blocks[1].rows.tolist() == [list(range(1, 10))]
    few = read_observations(
        write(tmp_path, "patient,day,temperature_c\na,0,38\na,1,38\na,2,38\nb,0,37\nb,1,37\nb,2,37\nb,3,37\n")
    )
    (block,) = in_blocks(few)
    assert block.rows.tolist() == [[0, 1, 2, -1], [3, 4, 5, 6]]
    assert np.isnan(block.observations.day[0, 3])
    assert np.isnan(block.observations.temperature_c[0, 3])
    assert block.observations.seizure.shape == (2, 4)


def test_the_chart_of_one_patient_is_its_part_of_the_file(tmp_path):
    text = "patient,day,temperature_c,age_years\na,0,38,9\nb,0,37,70\nb,1,36,70\n"
    chart = one_patient(read_observations(write(tmp_path, text)), "b")
    alone = read_observations(write(tmp_path, "patient,day,temperature_c,age_years\nb,0,37,70\nb,1,36,70\n"))
    assert chart.patients == alone.patients == ("b",)
    assert chart.age_years.tolist() == [70]
    for field in dataclasses.fields(Observations):
        np.testing.assert_array_equal(
            getattr(chart.observations, field.name), getattr(alone.observations, field.name)
        )
