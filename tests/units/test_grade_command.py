"""The grade command: what it shows, what it writes, and what it refuses."""

import csv
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from livingdrug.bedside.chart_grades import COURSES, RECORD_SCALES, ROW_SCALES, grade_chart
from livingdrug.charts import read_observations
from livingdrug.cli import main
from livingdrug.evidence import load_edition
from livingdrug.report import GradedChart, grades_csv, grades_json, grades_page
from livingdrug.report.graded_chart import MANY

WARD = Path(__file__).parents[2] / "examples" / "ward.csv"
RULES = load_edition()


def run(*given):
    return CliRunner().invoke(main, ["grade", *(str(word) for word in given)])


@pytest.fixture(scope="module")
def result():
    chart = read_observations(WARD)
    return GradedChart(chart, grade_chart(chart, RULES), RULES)


@pytest.fixture(scope="module")
def shown():
    told = run(WARD)
    assert told.exit_code == 0, told.output
    return " ".join(told.output.split())


def test_the_terminal_shows_the_worst_grade_on_each_scale_with_what_decided_it(shown):
    assert "K-004: 8 years, 14 times" in shown
    assert "W-017: 63 years, 19 times" in shown
    assert "a vasopressor (n_vasopressors 1, norepinephrine_ug_per_min" in shown
    assert "3 3.5 oxygen at a high concentration (oxygen_device face_mask," in shown
    assert "ash_crs_scales, table 1, Lee: below 40%" in shown
    assert "CAPD score of delirium (capd_score 11)" in shown
    assert "CRS, ASTCT 2019, episode 2: began on day 10, worst grade 1 on day 10, over on day 12" in shown
    assert "assumed: scales.hypogammaglobulinaemia.lower_normal" in shown
    assert "CAR-HEMATOTOX before lymphodepletion: 1; high risk: no" in shown
    assert "not assessable: white cells not known; missing: white_cells_e9_per_l" in shown
    assert RULES.hash in shown


def test_times_at_which_no_grade_changed_are_left_out_unless_asked_for(shown):
    everything = run(WARD, "--patient", "W-017", "--all-times").output
    chart = read_observations(WARD)
    days = [f"{day:.4g}" for day in chart.observations.day[chart.patient == 1]]
    listed = [line.split()[0] for line in everything.splitlines() if line[:3].strip() in days]
    assert listed == days
    assert "left out" not in everything
    assert "3 times left out" in shown
    assert "K-004" not in everything


def test_many_patients_are_counted(tmp_path):
    rows = "".join(f"p{i},0,{36 + i / 2},no,no,no,120,no,0,no,none,40\n" for i in range(MANY + 2))
    path = tmp_path / "many.csv"
    path.write_text(
        "patient,day,temperature_c,fever_otherwise_explained,antipyretic_given,anticytokine_given,"
        "systolic_mmhg,fluid_bolus,n_vasopressors,vasopressin_given,oxygen_device,age_years\n" + rows
    )
    told = run(path)
    assert told.exit_code == 0
    (line,) = (line for line in told.output.splitlines() if line.startswith("CRS, ASTCT"))
    assert line.split()[3:] == ["4", "3", "0", "0", "0", "0", "0", "0", "(0.0%)"]
    (line,) = (line for line in told.output.splitlines() if line.startswith("ICANS"))
    assert line.split()[-3:] == ["7", "0", "(0.0%)"]


def test_the_table_has_a_grade_a_reason_and_a_mark_for_each_scale_in_each_row(result):
    rows = list(csv.DictReader(io.StringIO(grades_csv(result))))
    assert len(rows) == len(result.chart.lines)
    for scale in ROW_SCALES:
        graded = result.grades.by_row[scale.key]
        for row, grade, criterion in zip(rows, graded.grade, graded.criterion, strict=True):
            assert row[scale.key] == ("not assessable" if grade < 0 else str(grade))
            assert row[f"{scale.key}_why"] == scale.grounds[int(criterion)].text
            assert row[f"{scale.key}_unverified"] in ("yes", "no")
    assert [row["patient"] for row in rows[:2]] == ["K-004", "K-004"]
    assert {row["hypogammaglobulinaemia_unverified"] for row in rows if row["day"] == "28.0"} == {"yes"}


def test_the_json_holds_everything_with_its_provenance(result):
    document = json.loads(grades_json(result))
    assert document["provenance"]["edition_hash"] == RULES.hash
    assert document["provenance"]["file_hash"] == result.chart.digest
    assert set(document["scales"]) == {scale.key for scale in (*ROW_SCALES, *RECORD_SCALES)}
    adult = document["patients"][1]
    assert adult["patient"] == "W-017"
    assert len(adult["by_time"]["crs_astct"]["grade"]) == len(adult["day"]) == 19
    assert adult["worst"]["crs_astct"]["grade"] == 3
    assert adult["worst"]["crs_astct"]["day"] == 3.5
    assert adult["worst"]["leukopenia"]["grade"] is None
    code = str(adult["by_time"]["crs_lee"]["criterion"][adult["day"].index(3.5)])
    limits = document["scales"]["crs_lee"]["criteria"][code]["limits"]
    assert {limit["key"] for limit in limits} == {"scales.crs_lee.fio2_percent"}
    assert set(adult["episodes"]) == set(COURSES)
    assert [episode["onset_day"] for episode in adult["episodes"]["crs_astct"]] == [2, 10]
    assert adult["before_lymphodepletion"]["car_hematotox"]["high_risk"] is False
    assert np.isclose(adult["before_lymphodepletion"]["easix"]["easix"], 310 * 0.9 / 142)
    assert adult["by_record"]["icaht_platelets_late"]["highest"] == 4


def test_both_files_are_written(tmp_path):
    told = run(WARD, "--out", tmp_path / "g.csv", "--json", tmp_path / "g.json", "--edition", "eu_current")
    assert told.exit_code == 0, told.output
    assert len((tmp_path / "g.csv").read_text().splitlines()) == 34
    assert json.loads((tmp_path / "g.json").read_text())["provenance"]["edition"] == "eu_current"


def test_the_page_holds_every_patient_and_loads_nothing(result, tmp_path):
    page = grades_page(result)
    assert page.startswith("<!DOCTYPE html>")
    assert page.count("<section") == 2
    assert "K-004: 8 years, 14 times" in page
    assert "CAPD score of delirium (capd_score 11)" in page
    assert "assumed: scales.hypogammaglobulinaemia.lower_normal" in page
    assert page.count('aria-label="not assessable"') > 10
    assert "http" not in re.sub(r"https?://www.w3.org\S*", "", page)
    told = run(WARD, "--html", tmp_path / "ward.html")
    assert told.exit_code == 0
    assert (tmp_path / "ward.html").read_text().count("<section") == 2


def test_a_name_cannot_break_the_page(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("patient,day,anc_per_ul\n<b>x</b>,0,400\n")
    chart = read_observations(path)
    page = grades_page(GradedChart(chart, grade_chart(chart, RULES), RULES))
    assert "<b>x" not in page
    assert "&lt;b&gt;x" in page


def test_a_file_that_cannot_be_used_is_refused_with_every_fault(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("patient,day,temperature_c,colour\na,0,101,red\n")
    told = run(path)
    assert told.exit_code == 2
    assert "2 fault(s)" in told.output
    assert "temperature_c: got 101, expected 25 to 45 degC; is it temperature_f?" in told.output
    assert "colour: unknown column" in told.output


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--patient", "W-018"), "did you mean W-017"),
        (("--edition", "us_1999"), "us_1999"),
        (("--out", "nowhere/grades.csv"), "does not exist"),
        (("--infusion", "2026-01-01T00:00Z"), "--infusion"),
    ],
)
def test_what_cannot_be_done_is_said_with_exit_code_2(given, told):
    refused = run(WARD, *given)
    assert refused.exit_code == 2
    assert told in refused.output


def test_the_help_has_an_example_that_runs():
    told = run("--help").output
    assert "livingdrug grade examples/ward.csv" in told


def test_times_by_the_clock_are_graded(tmp_path):
    path = tmp_path / "clock.csv"
    path.write_text("patient,time,anc_per_ul\na,2026-01-02T10:00,400\na,2026-01-03T22:00,400\n")
    told = run(path, "--time-zone", "Europe/Berlin", "--infusion", "2026-01-01T10:00", "--all-times")
    assert told.exit_code == 0, told.output
    listed = [line.split()[:2] for line in told.output.splitlines() if line[:3].strip() in ("1", "2.5")]
    assert listed == [["1", "4"], ["2.5", "4"]]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--out", "self.csv"), "--out: got self.csv, which is the file read"),
        (("--out", "link.csv"), "--out: got link.csv, which is the file read"),
        (("--out", "x.out", "--json", "x.out"), "--json: got x.out, which is --out, expected another file"),
        (("--out", "x.out", "--html", "./x.out"), "which is --out"),
    ],
)
def test_no_file_is_written_over_the_one_read_or_over_another(given, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("self.csv").write_text("patient,day,anc_per_ul\na,0,400\n")
    Path("link.csv").symlink_to("self.csv")
    before = Path("self.csv").read_text()
    refused = run("self.csv", *given)
    assert refused.exit_code == 2
    assert told in refused.output
    assert Path("self.csv").read_text() == before
    assert not Path("x.out").exists()
