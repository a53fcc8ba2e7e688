"""The calendar command: days that no zone moves, moments on the centre's clock, identifiers that stay."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner
from icalendar import Calendar

from livingdrug.bedside.milestones import Milestone, Standing
from livingdrug.cli import main
from livingdrug.evidence import load_edition
from livingdrug.report.patient_treatment import source_of

PATIENT = '[patient]\nindication = "LBCL"\nage_years = 60\nweight_kg = 80\n'
FROM = ("--from", "2026-11-22")
STAMP = "2026-11-22T01:00+01:00"


def write(folder, dates="infusion = 2027-01-11", name="plan.toml", more=""):
    path = folder / name
    path.write_text(f"{PATIENT}{more}[dates]\n{dates}\n", encoding="utf-8")
    return path


def run(*arguments):
    return CliRunner().invoke(main, ["calendar", *map(str, arguments)])


def events(path):
    return Calendar.from_ical(path.read_bytes()).walk("VEVENT")


def event(found, start):
    (one,) = [e for e in found if str(e["summary"]).startswith(start)]
    return one


def calendar_of(folder, *options, **plan):
    out = folder / "plan.ics"
    answer = run(write(folder, **plan), "--ics", out, *FROM, *options)
    assert answer.exit_code == 0, answer.stderr
    return events(out)


def test_spans_are_whole_days_and_end_as_the_edition_says(tmp_path):
    driving = event(calendar_of(tmp_path), "No driving")
    assert (driving.start, driving.end) == (date(2027, 1, 11), date(2027, 1, 26))
    driving = event(calendar_of(tmp_path, "--edition", "eu_current"), "No driving")
    assert (driving.start, driving.end) == (date(2027, 1, 11), date(2027, 3, 9))


def test_what_falls_due_again_is_an_event_each_time(tmp_path):
    found = calendar_of(tmp_path, dates="infusion = 2028-02-29")
    yearly = [e.start for e in found if str(e["summary"]).startswith("Registry report every year")]
    assert len(yearly) == 15
    assert yearly[0] == date(2029, 2, 28)
    assert yearly[3] == date(2032, 2, 29)
    assert yearly[-1] == date(2043, 2, 28)
    assert len([e for e in found if str(e["summary"]).startswith("Checks of IgG")]) == 3


def test_an_event_says_what_it_rests_on_and_the_status_but_nobodys_identity(tmp_path):
    found = calendar_of(tmp_path, name="anna_miller.toml")
    told = str(event(found, "Stay near")["description"])
    assert "Rests on: rule" in told
    assert "us_pi_2025_06: section 2.3" in told
    assert "not a medical device" in told
    assert "12/2025" in told
    text = (tmp_path / "plan.ics").read_text("utf-8")
    assert "anna" not in text.lower()
    assert "80" not in str(event(found, "Referral")["summary"])
    assert str(event(found, "By today: Heart")["categories"].cats[0]) == "assumed"
    assert str(event(found, "A caregiver")["categories"].cats[0]) == "centre practice"


def test_the_same_file_gives_the_same_bytes_and_all_identifiers_differ(tmp_path):
    path, one, two = write(tmp_path), tmp_path / "one.ics", tmp_path / "two.ics"
    for out in (one, two):
        assert run(path, "--ics", out, *FROM, "--stamp", STAMP).exit_code == 0
    assert one.read_bytes() == two.read_bytes()
    identifiers = [str(e["uid"]) for e in events(one)]
    assert len(set(identifiers)) == len(identifiers) > 40
    for field in ("dtstamp", "last-modified"):
        assert {e[field].dt for e in events(one)} == {datetime(2026, 11, 22, tzinfo=UTC)}
    assert {e["sequence"] for e in events(one)} == {datetime(2026, 11, 22, tzinfo=UTC).timestamp() / 60}


def identifiers(folder, *options, **plan):
    return {str(e["uid"]) for e in calendar_of(folder, *options, **plan)}


def test_identifiers_stay_when_dates_or_the_chart_change(tmp_path):
    chart = 'height_cm = 180\nsex = "female"\nplatelets_e9_per_l = '
    first = identifiers(tmp_path, more=f"{chart}148\n")
    assert identifiers(tmp_path, more=f"{chart}147\n") == first
    assert identifiers(tmp_path, more=f"{chart}148\n", dates="infusion = 2027-01-18") == first
    assert identifiers(tmp_path, more=f"{chart.replace('180', '179')}148\n") == first
    assert identifiers(tmp_path, more=f"{chart.removeprefix('height_cm = 180')}148\n") == first
    assert identifiers(tmp_path, "--course", "plan.toml", more=f"{chart}148\n", name="moved.toml") == first


def test_identifiers_differ_between_courses_editions_and_diseases(tmp_path):
    first = identifiers(tmp_path)
    assert not first & identifiers(tmp_path, name="other.toml")
    assert not first & identifiers(tmp_path, "--course", "17")
    assert not first & identifiers(tmp_path, "--edition", "eu_current")
    path = write(tmp_path)
    path.write_text(path.read_text("utf-8").replace("LBCL", "FL"), encoding="utf-8")
    out = tmp_path / "fl.ics"
    assert run(path, "--ics", out, *FROM).exit_code == 0
    assert not first & {str(e["uid"]) for e in events(out)}


def test_each_of_several_lines_alike_keeps_its_own_identifier(tmp_path):
    early = calendar_of(tmp_path, dates="infusion = 2027-01-11")
    late = calendar_of(tmp_path, dates="infusion = 2027-01-18")
    for what in ("Month 3:", "Lymphodepletion, day 2", "Registry report: month 6"):
        assert event(early, what)["uid"] == event(late, what)["uid"]
    assert event(late, "Month 3:").start - event(early, "Month 3:").start == timedelta(days=7)


def test_a_later_writing_is_known_as_the_later_one(tmp_path):
    early = event(calendar_of(tmp_path, "--stamp", STAMP), "No driving")
    late = event(calendar_of(tmp_path, "--stamp", "2026-11-22T01:01+01:00"), "No driving")
    assert late["uid"] == early["uid"]
    assert late["sequence"] == early["sequence"] + 1
    assert late["last-modified"].dt > early["last-modified"].dt
    assert event(calendar_of(tmp_path), "No driving")["sequence"] > late["sequence"]


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Berlin", date(2027, 3, 28)),
        ("America/New_York", date(2027, 3, 27)),
        ("UTC", date(2027, 3, 27)),
    ],
)
def test_a_moment_falls_on_the_day_of_the_centre_and_stays_the_same_moment(tmp_path, zone, day):
    found = calendar_of(tmp_path, "--time-zone", zone, dates="infusion = 2027-03-27T23:30:00Z")
    assert event(found, "No driving").start == day
    assert event(found, "No driving").end == day + timedelta(days=15)
    moment = [e for e in found if str(e["summary"]) == "Infusion of tisagenlecleucel"]
    assert [e.start for e in moment] == [datetime(2027, 3, 27, 23, 30, tzinfo=UTC)]
    assert "DTEND" not in moment[0]
    before = event(found, "Premedication")
    assert (before.start, before.end) == (
        datetime(2027, 3, 27, 22, 30, tzinfo=UTC),
        datetime(2027, 3, 27, 23, 0, tzinfo=UTC),
    )


def test_without_a_moment_there_are_no_hours(tmp_path):
    found = calendar_of(tmp_path)
    assert all(isinstance(e.start, date) and not isinstance(e.start, datetime) for e in found)


def test_the_table_and_json_say_the_same(tmp_path):
    out = tmp_path / "plan.json"
    path = write(tmp_path, dates="infusion = 2027-01-11T23:50:00")
    answer = run(path, "--json", out, *FROM, "--time-zone", "Europe/Zurich", "--edition", "eu_current")
    assert answer.exit_code == 0
    text = " ".join(answer.output.split())
    assert "LBCL: plan by date" in text
    assert "2027-01-11 22:50 to 23:20" in text
    assert "not a medical device" in text
    data = json.loads(out.read_text("utf-8"))
    assert (data["infusion"], data["time_zone"]) == ("2027-01-11", "Europe/Zurich")
    (near,) = [line for line in data["plan_by_date"] if line["what"].startswith("Stay near")]
    assert (near["first"], near["last"], near["rests_on"]) == ("2027-01-11", "2027-02-08", "rule")
    assert near["source"] == "eu_smpc_current: sections 4.2 and 4.4"
    assert data["by_the_clock"][1]["first"] == "2027-01-11T23:50:00+01:00"
    assert near["what"].split(":")[0][:12] in text


def test_a_file_with_an_infusion_in_the_past_needs_no_other_date(tmp_path):
    out = tmp_path / "x.json"
    answer = run(write(tmp_path, dates="infusion = 2020-02-29"), "--json", out)
    assert answer.exit_code == 0, answer.stderr
    lines = json.loads(out.read_text("utf-8"))["plan_by_date"]
    (referral,) = [line for line in lines if line["what"].startswith("Referral")]
    assert (referral["first"], referral["rests_on"]) == ("2020-01-06", "typical wait")
    assert referral["source"] == "ema_epar_2018: page 82"
    (end,) = [line for line in lines if line["what"].startswith("Long-term")]
    assert end["first"] == "2035-03-01"


def test_what_was_not_read_at_its_source_says_so(tmp_path):
    told = str(event(calendar_of(tmp_path, "--edition", "us_2018_05"), "Monitoring")["description"])
    assert "(unverified)" in told
    line = Milestone(date(2027, 1, 1), "x", Standing.RULE, "us_pi_2018_05", "section 1", unverified=True)
    assert source_of(line) == "us_pi_2018_05: section 1 (unverified)"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--time-zone", "Europe/Atlantis"), "--time-zone: got 'Europe/Atlantis', expected a time zone"),
        (("--time-zone", "../etc"), "--time-zone: got '../etc', expected a time zone"),
        (("--edition", "us_2025_07"), "did you mean us_2025_06"),
        (("--stamp", "soon"), "--stamp: got 'soon', expected a time such as 2026-11-22T09:05+01:00"),
        (("--from", "soon"), "--from: got 'soon', expected a date such as 2026-11-22"),
        (("--from", "2027-05-01"), "infusion: got 2027-01-11, expected a date after referral"),
        (("--ics", "/nowhere/x.ics"), "--ics: /nowhere does not exist"),
    ],
)  # fmt: skip
def test_bad_input_ends_with_code_2_and_writes_nothing(tmp_path, options, message):
    out = tmp_path / "x.json"
    answer = run(write(tmp_path), *FROM, "--json", out, *options)
    assert answer.exit_code == 2
    assert message in answer.stderr
    assert answer.stdout == ""
    assert not out.exists()


def test_a_time_of_day_without_a_zone_is_refused(tmp_path):
    answer = run(write(tmp_path, dates="infusion = 2027-01-12T00:10:00+01:00"), *FROM)
    assert answer.exit_code == 2
    assert "infusion in [dates] has a time of day, expected --time-zone" in answer.stderr
    assert answer.stdout == ""


def test_a_refused_patient_has_no_calendar(tmp_path):
    out = tmp_path / "x.ics"
    answer = run(write(tmp_path, more='hiv = "yes"\n'), "--edition", "eu_current", "--ics", out, *FROM)
    assert answer.exit_code == 2
    assert "not eligible under eu_current, so there is no plan to write. Not met:" in answer.stderr
    assert not out.exists()


def test_a_date_outside_the_calendar_is_refused(tmp_path):
    answer = run(write(tmp_path, dates="infusion = 9990-01-01"), *FROM)
    assert answer.exit_code == 2
    assert "would fall outside the calendar" in answer.stderr


def test_the_warning_of_the_edition_stands_above_the_plan(tmp_path):
    answer = run(write(tmp_path), *FROM)
    assert load_edition().info.warning in " ".join(answer.output.split())
