"""The grade command: what it shows, what it writes, and what it refuses."""

import csv
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from livingdrug.bedside.chart_grades import COURSES, RECORD_SCALES, grade_chart, shown_scales
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
    assert "a vasopressor (vasopressors that run, vasopressin left out" in shown
    assert "3 3.5 oxygen at a high concentration (how oxygen is given" in shown
    assert "ash_crs_scales, table 1, Lee: below 40%" in shown
    assert "CAPD score of delirium (CAPD score (children) 11)" in shown
    assert "CRS, ASTCT 2019, episode 2: began on day 10, worst grade 1 on day 10, over on day 12" in shown
    assert "(scales.hypogammaglobulinaemia.lower_normal)" in shown
    assert "Laboratory tumour lysis: no (beyond its limit or changed: uric acid no," in shown
    assert "ctcae_v5: Common Terminology Criteria" in shown
    assert "platelets [e9/L] 142 (day -6)" in shown
    assert "CAR-HEMATOTOX before lymphodepletion: 1; high risk: no" in shown
    assert RULES.hash in shown


def test_times_at_which_no_grade_changed_are_left_out_unless_asked_for(shown):
    everything = run(WARD, "--patient", "W-017", "--all-times").output
    chart = read_observations(WARD)
    days = [f"{day:.4g}" for day in chart.observations.day[chart.patient == 1]]
    listed = [line.split()[0] for line in everything.splitlines() if line[:3].strip() in days]
    assert listed == days
    assert "times left out" not in everything
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
    assert line.split()[3:] == ["4", "3", "0", "0", "0", "0", "0", "(0.0%)", "0"]
    assert "ICANS, ASTCT" not in told.output
    named = [line.split()[0] for line in told.output.splitlines() if re.match(r"p\d ", line)]
    assert named == [f"p{i}" for i in (4, 5, 6, 0, 1, 2, 3)]


def test_the_table_has_a_grade_a_reason_and_a_mark_for_each_scale_in_each_row(result):
    rows = list(csv.DictReader(io.StringIO(grades_csv(result))))
    assert len(rows) == len(result.chart.lines)
    for scale in shown_scales(result.chart, result.grades):
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
    assert set(document["scales"]) == {
        scale.key for scale in (*shown_scales(result.chart, result.grades), *RECORD_SCALES)
    }
    adult = document["patients"][1]
    assert adult["patient"] == "W-017"
    assert len(adult["by_time"]["crs_astct"]["grade"]) == len(adult["day"]) == 19
    assert adult["worst"]["crs_astct"]["grade"] == 3
    assert adult["worst"]["crs_astct"]["day"] == 3.5
    assert "leukopenia" not in adult["worst"]
    assert adult["laboratory_tumour_lysis"]["answer"] == "no"
    assert adult["before_lymphodepletion"]["values"]["ldh_u_per_l"] == {"value": 310, "day": -6}
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
    assert page.count("<section") == 3
    assert "K-004: 8 years, 14 times" in page
    assert "CAPD score of delirium (CAPD score (children) 11)" in page
    assert "(scales.hypogammaglobulinaemia.lower_normal)" in page
    assert page.count('aria-label="not assessable"') > 10
    assert "http" not in re.sub(r"https?://www.w3.org\S*", "", page)
    told = run(WARD, "--html", tmp_path / "ward.html")
    assert told.exit_code == 0
    assert (tmp_path / "ward.html").read_text().count("<section") == 3


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


def test_a_grade_known_to_be_at_least_so_high_is_shown_so_everywhere(tmp_path):
    path = tmp_path / "open.csv"
    head = "patient,day,age_years,ice_score,seizure,focal_weakness,cerebral_oedema\n"
    path.write_text(head + "a,0,40,1,none,no,none\n")
    told = " ".join(run(path).output.split())
    assert "0 3+" in told
    assert "ICANS, ASTCT 2019 at least 3 (3 0 not assessable" in told
    assert "worst grade at least 3 on day 0" in told
    chart = read_observations(path)
    found = GradedChart(chart, grade_chart(chart, RULES), RULES)
    document = json.loads(grades_json(found))["patients"][0]
    assert document["by_time"]["icans"] | {"criterion": 0} == {
        "grade": [None], "criterion": 0, "lowest": [3], "highest": [4],
    }  # fmt: skip
    assert document["worst"]["icans"]["told"] == "at least 3 (3 to 4)"
    assert document["episodes"]["icans"][0]["peak_may_be_higher"] is True
    (row,) = csv.DictReader(io.StringIO(grades_csv(found)))
    assert (row["icans"], row["icans_lowest"], row["icans_highest"]) == ("not assessable", "3", "4")
    page = grades_page(found)
    assert 'aria-label="at least 3">3+' in page
    assert "at least 3 (3 to 4)" in page
    path.write_text(head + "".join(f"p{i},0,40,1,none,no,none\n" for i in range(MANY + 1)))
    (line,) = (line for line in run(path).output.splitlines() if line.startswith("ICANS"))
    assert line.split()[3:] == ["0", "0", "0", "6", "0", "0", "6", "(100.0%)", "6"]


def test_many_patients_have_a_line_and_a_section_each_severest_first(tmp_path):
    path = tmp_path / "many.csv"
    rows = "".join(f"p{i},0,{(1 + i) * 100},no\n" for i in range(MANY + 2))
    path.write_text("patient,day,anc_per_ul,new_lesion\n" + rows)
    told = run(path, "--html", tmp_path / "many.html")
    assert told.exit_code == 0, told.output
    assert re.findall(r"^(p\d) +(\d)", told.output, re.MULTILINE)[:5] == [
        ("p0", "4"), ("p1", "4"), ("p2", "4"), ("p3", "4"), ("p4", "3"),
    ]  # fmt: skip
    assert "No scale here uses: new_lesion." in told.output
    page = (tmp_path / "many.html").read_text()
    assert page.count('id="patient-') == MANY + 2
    assert "ICAHT by neutrophils" in page
    assert "<strong>4!</strong>" in page


def test_counts_have_a_column_of_deaths_where_their_cause_is_told(tmp_path):
    path = tmp_path / "died.csv"
    rows = "".join(f"p{i},0,38.5,5,{'yes' if i == 3 else 'no'}\n" for i in range(MANY + 1))
    path.write_text("patient,day,temperature_c,died_day,died_of_crs\n" + rows)
    told = run(path).output
    (line,) = (line for line in told.splitlines() if line.startswith("CRS, ASTCT"))
    assert line.split()[3:] == ["0", "0", "0", "0", "0", "1", "5", "1", "(16.7%)", "0"]
    one = run(path, "--patient", "p3").output
    assert re.search(r"CRS, ASTCT 2019 +5 +5 +death due to CRS", one)


def test_nothing_over_time_is_shown_where_no_scale_grades_a_time(tmp_path):
    path = tmp_path / "few.csv"
    path.write_text("patient,day,crp_mg_per_l\na,0,3\na,12345.5,4\n")
    told = run(path)
    assert "Grades over time" not in told.output
    assert told.exit_code == 0
    path.write_text("patient,day,anc_per_ul\na,0,300\na,12345.5,4000\n")
    assert re.search(r"^12345.5 +0", run(path).output, re.MULTILINE)
