"""The patient command: the four examples, bad input, and what is written to files."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from rich.console import Console

from livingdrug.bedside.assessment import assess_patients
from livingdrug.bedside.screening import assess_trial
from livingdrug.cli import main
from livingdrug.endpoints.survival import TimeToEvent
from livingdrug.evidence import library, load_edition
from livingdrug.patients import Indication, read_patient_toml
from livingdrug.report.patient_blocks import Grid, middle
from livingdrug.report.patient_course import median_of
from livingdrug.report.patient_text import table_of
from livingdrug.report.patient_verdict import inputs_of
from livingdrug.runs.one_patient import baseline_of

EXAMPLES = Path(__file__).parents[2] / "examples"
SIMULATED = ("all_child", "adult_lbcl", "adult_fl")
FROM = ("--from", "2026-11-22", "--seed", "2")


def run(*words):
    return CliRunner().invoke(main, ["patient", *(str(word) for word in words)])


@pytest.fixture(scope="module", params=SIMULATED)
def told(request, tmp_path_factory):
    """One example, its answer and the files it wrote."""
    folder = tmp_path_factory.mktemp(request.param)
    page, picture, data = folder / "x.html", folder / "x.svg", folder / "x.json"
    path = EXAMPLES / f"{request.param}.toml"
    answer = run(path, "-n", 16, *FROM, "--html", page, "--svg", picture, "--json", data)
    assert answer.exit_code == 0, answer.output
    return (
        answer.output,
        page.read_text("utf-8"),
        picture.read_text("utf-8"),
        json.loads(data.read_text("utf-8")),
    )


def test_an_example_is_eligible_planned_and_simulated(told):
    text, _, _, data = told
    assert "Eligible under us_2025_06" in text
    assert "not a medical device" in text
    assert "The safety sections of the US label were revised in 12/2025" in " ".join(text.split())
    assert "of 16 virtual patients like this one. Of those: complete" in " ".join(text.split())
    assert data["eligible"] == "yes"
    assert data["missing"] == []
    assert data["provenance"]["n"] == 16


def test_the_terminal_is_never_wider_than_100_columns(told):
    assert max(len(line.rstrip()) for line in told[0].splitlines()) <= 100


def test_the_plan_by_date_says_what_each_date_rests_on(told):
    text, _, _, data = told
    assert "The plan by date" in text
    rests_on = {line["rests_on"] for line in data["plan_by_date"]}
    assert {"rule", "typical wait", "plan", "assumed", "advice", "given", "centre practice"} == rests_on
    assert [line["day"] for line in data["plan_by_date"] if line["what"].startswith("Day 28")] == [28]


def test_the_page_loads_nothing_and_holds_the_figure_with_its_dates(told):
    _, page, picture, _ = told
    assert page.startswith("<!DOCTYPE html>")
    assert "http" not in page.replace("http://www.w3.org", "")
    assert 'role="img"' in page
    assert "month 12" in page
    assert "State at each visit" in page
    assert picture.startswith("<?xml")


@pytest.mark.parametrize("told", ["all_child"], indirect=True)
def test_the_same_seed_gives_the_same_files(told, tmp_path):
    page = told[1]
    again = tmp_path / "again.html"
    assert run(EXAMPLES / "all_child.toml", "-n", 16, *FROM, "--html", again).exit_code == 0
    assert again.read_text("utf-8") == page


def test_a_refused_patient_is_a_valid_answer_without_plan_or_course(tmp_path):
    page, picture, data = tmp_path / "x.html", tmp_path / "x.svg", tmp_path / "x.json"
    answer = run(EXAMPLES / "refused.toml", "--html", page, "--svg", picture, "--json", data)
    assert answer.exit_code == 0
    text = " ".join(answer.output.split())
    assert "Not eligible under us_2025_06. Not met: Age in completed years: at most 25 in leukaemia" in text
    assert "neither a plan by date nor a simulated course is shown" in text
    assert "The plan by date" not in text
    assert "A positive result (hepatitis B) is neither accepted nor refused" in text
    assert json.loads(data.read_text("utf-8"))["plan_by_date"] == []
    assert "Not planned, not simulated" in page.read_text("utf-8")
    assert "<svg" in picture.read_text("utf-8")


def test_the_eu_refuses_active_hepatitis_b_as_well():
    text = " ".join(run(EXAMPLES / "refused.toml", "--edition", "eu_current").output.split())
    assert "Not eligible under eu_current" in text
    assert "REFUSED Hepatitis B test" in text


def test_what_is_missing_is_named_with_its_field(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text("[patient]\nindication = 'ALL'\nage_years = 40\nweight_kg = 70\nsex = 'male'\n")
    text = " ".join(run(path).output.split())
    assert "Missing, and not assumed: histological type" in text
    for field in ("(histology)", "(hiv)", "(lvef_percent)", "(active_infection)"):
        assert field in text


def test_an_open_question_is_planned_and_simulated_but_said_to_be_open(tmp_path):
    path = tmp_path / "x.toml"
    text = (EXAMPLES / "adult_lbcl.toml").read_text("utf-8").replace('hiv = "no"', 'active_gvhd = "yes"', 1)
    short = "\n[plan]\nhorizon_months = 12.0\nvisit_months = [1.0, 3.0]\n"
    path.write_text(text.replace('active_gvhd = "no"\n', "") + short)
    answer = run(path, "-n", 5, *FROM, "--edition", "eu_current")
    told = " ".join(answer.output.split())
    assert answer.exit_code == 0
    assert "Not assessable yet under eu_current. Open: HIV." in told
    assert "A reason to delay the infusion is there today (no refusal)" in told
    assert "takes the missing tests to come back acceptable; the rules themselves do not" in told
    assert "HIV infection" in told.split("Drawn from the baseline of JULIET")[1]
    assert "horizon_months = 12.0" in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere.toml",), "nowhere.toml: cannot be read"),
        ((EXAMPLES / "refused.toml", "--edition", "us_2025_07"), "did you mean us_2025_06"),
        ((EXAMPLES / "refused.toml", "--edition", "us_2025_12"), "cannot be chosen"),
        ((EXAMPLES / "refused.toml", "-n", "0"), "-n: got 0, expected 1 to 5000 patients"),
        ((EXAMPLES / "refused.toml", "--seed", "-1"), "--seed: got -1, expected at least 0"),
        ((EXAMPLES / "refused.toml", "--from", "soon"), "--from: got 'soon', expected a date such as"),
        ((EXAMPLES / "refused.toml", "--html", "/nowhere/x.html"), "--html: /nowhere does not exist"),
        ((EXAMPLES / "adult_fl.toml", "--from", "2027-05-01"), "infusion: got 2027-01-11, expected a date"),
    ],
)  # fmt: skip
def test_bad_input_ends_with_code_2_and_says_what_was_expected(arguments, message):
    answer = run(*arguments)
    assert answer.exit_code == 2
    assert message in answer.stderr
    assert answer.stdout == ""


def test_the_help_shows_an_example_that_exists():
    answer = run("--help")
    assert "examples/all_child.toml" in answer.output
    assert (EXAMPLES / "all_child.toml").exists()


def test_every_example_is_listed():
    listed = (EXAMPLES / "README.md").read_text("utf-8")
    assert [path.name for path in EXAMPLES.glob("*.toml") if path.name not in listed] == []


def changed(tmp_path, name, **values):
    """An example with some of its fields replaced, or left out where None."""
    lines = (EXAMPLES / f"{name}.toml").read_text("utf-8").splitlines()
    for field, value in values.items():
        kept = [line for line in lines if not line.startswith(f"{field} =")]
        at = kept.index("[patient]") + 1
        lines = kept if value is None else [*kept[:at], f"{field} = {value}", *kept[at:]]
    path = tmp_path / "changed.toml"
    path.write_text("\n".join([*lines, ""]), "utf-8")
    return path


def words_of(path, *options):
    answer = run(path, "-n", 1, *FROM, *options)
    assert answer.exit_code == 0, answer.output
    return " ".join(answer.output.split())


def test_one_virtual_patient_alone_makes_sense(tmp_path):
    told = words_of(EXAMPLES / "all_child.toml")
    assert "1 virtual patient like this one" in told
    assert " - days" not in told
    assert "100% (100–100)" not in told
    assert "0% (0–0)" not in told


def test_cyclophosphamide_that_is_ruled_out_is_no_first_choice(tmp_path):
    path = changed(tmp_path, "all_child", haemorrhagic_cystitis_grade4='"yes"')
    told = words_of(path)
    assert "ruled out fludarabine" in told
    assert "first choice" not in told
    assert "this edition names no alternative, so the plan leaves the drugs open" in told
    assert "the option is cytarabine and etoposide" in words_of(path, "--edition", "eu_current")


@pytest.mark.parametrize(("clearance", "said"), [(59, True), (60, False), (None, True)])
def test_a_low_or_unknown_clearance_is_said_beside_the_doses(tmp_path, clearance, said):
    path = changed(tmp_path, "adult_lbcl", creatinine_clearance_ml_per_min=clearance)
    told = words_of(path, "--edition", "us_2025_06")
    assert ("fludarabine leaves by the kidney" in told) is said


def test_a_known_positive_test_is_open_and_not_unknown(tmp_path):
    told = words_of(changed(tmp_path, "adult_lbcl", hiv='"yes"'))
    assert "open HIV test before the cells positive yes" in told
    assert "outside the entry criteria of JULIET: HIV infection (positive yes)" in told


def test_the_briefs_band_for_lymphoma_is_its_own_and_no_labels(tmp_path):
    told = words_of(changed(tmp_path, "adult_lbcl", weight_kg=45), "--edition", "brief")
    assert "Dose window at 45 kg: 9e6 to 2.25e8" in told
    assert "Weight at leukapheresis decides. Source: product_brief: statement 7; unverified." in told
    assert "check the dose against a label edition" in told


@pytest.mark.parametrize(("weight", "band"), [(50.0, "2e5 to 5e6 per kg"), (50.1, "above 50 kg")])
def test_a_child_of_exactly_50_kg_is_dosed_per_kilogram(tmp_path, weight, band):
    told = words_of(changed(tmp_path, "all_child", weight_kg=weight))
    assert f"1e7 to 2.5e8 CAR-positive viable T cells ({band})" in told


@pytest.mark.parametrize(("age", "answer"), [(25.9, "Eligible"), (26, "Not eligible")])
def test_leukaemia_is_treated_up_to_the_26th_birthday(tmp_path, age, answer):
    assert f"{answer} under us_2025_06" in words_of(changed(tmp_path, "all_child", age_years=age))


@pytest.mark.parametrize("option", ["--html", "--svg", "--json"])
def test_a_folder_that_is_missing_is_refused_before_the_work(tmp_path, option):
    answer = run(EXAMPLES / "all_child.toml", option, tmp_path / "no" / "x")
    assert answer.exit_code == 2
    assert f"{option}: {tmp_path / 'no'} does not exist, expected a folder" in answer.output


def test_a_date_beyond_the_calendar_is_refused(tmp_path):
    answer = run(EXAMPLES / "all_child.toml", "-n", 1, "--from", "9999-12-01")
    assert answer.exit_code == 2
    assert "would fall outside the calendar" in answer.output


@pytest.mark.parametrize("width", [80, 100])
def test_no_word_or_number_is_broken_in_the_terminal(width):
    rows = (("Transgene, copies/µg", "27,800 (2,990–131,000)", "assumed_in_vivo_schedule"),) * 2
    grid = Grid(
        "",
        ("level", *("what",) * 4, "source"),
        (3, 2, 2, 2, 2, 2),
        tuple((first, *(middle,) * 4, last) for first, middle, last in rows),
    )
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(table_of(grid, width))
    told = console.export_text()
    assert "131,000)" in told
    assert max(len(line) for line in told.splitlines()) <= width


def test_what_lies_below_the_assays_limit_is_no_number():
    levels = np.array([0.0, 0.0, 0.0, 60.0, 90.0])
    assert middle(levels, lowest=50.0) == "<50 (<50–84)"
    assert middle(np.array([4.0])) == "4"


def test_a_death_after_the_last_visit_does_not_bring_the_median():
    months = np.array([*np.full(40, 59.0), 61.0])
    times = TimeToEvent(months, np.array([*np.zeros(40), 1.0]))
    assert median_of(times, 10) == "not reached"
    early = TimeToEvent(np.arange(1.0, 41.0), np.ones(40))
    assert median_of(early, 10).startswith("20")
    assert median_of(TimeToEvent(months[:5], np.ones(5)), 10) == "-"


def test_every_criterion_names_the_columns_that_it_reads():
    for edition in (name for name, info in library().editions.items() if info.selectable):
        rules = load_edition(edition)
        for name in ("all_child", "adult_lbcl", "adult_fl"):
            chart = read_patient_toml(EXAMPLES / f"{name}.toml")
            found = assess_patients(chart, rules)
            trial = assess_trial(chart, baseline_of(Indication(int(chart.indication[0])), rules), rules)
            for verdict in (found.indication, found.tests, found.delay, found.blood_before, trial):
                assert [r.code for r in verdict.reasons if not inputs_of(r.code)] == []
