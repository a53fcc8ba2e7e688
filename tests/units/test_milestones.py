"""The plan by date: what each edition asks for and when, for one patient."""

from datetime import date, timedelta

import numpy as np
import pytest
from tests.typical_patients import typical

from livingdrug.bedside.assessment import (
    assess_patients,
    drug_courses,
    open_reasons,
    regimen_days,
    stated_regimens,
)
from livingdrug.bedside.dates import GivenDates, key_dates, published_wait
from livingdrug.bedside.lymphodepletion import Regimen
from livingdrug.bedside.milestones import Standing, plan_by_date
from livingdrug.evidence import library, load_edition
from livingdrug.patients import Indication, Sex
from livingdrug.plans import Plan

INFUSION = date(2027, 1, 11)


def plan(edition="us_2025_06", indication=Indication.LBCL, given=None, **changes):
    rules = load_edition(edition)
    patients = typical(indication, **changes)
    regimen = Regimen(int(assess_patients(patients, rules).regimen[0]))
    given = given or GivenDates(infusion=INFUSION)
    days = regimen_days(patients, regimen, rules, 0)
    dates = key_dates(given, date(2026, 11, 22), int(indication), days, Plan(), rules)
    return plan_by_date(patients, 0, dates, regimen, Plan(), rules)


def line(lines, start):
    (found,) = [one for one in lines if one.what.startswith(start)]
    return found


@pytest.mark.parametrize(
    ("edition", "driving", "near"),
    [
        ("us_2018_05", 56, 28),
        ("us_2024_04", 56, 28),
        ("us_2025_06", 14, 14),
        ("eu_current", 56, 28),
        ("brief", 56, 28),
    ],
)
def test_driving_and_staying_near_end_as_the_edition_says(edition, driving, near):
    lines = plan(edition)
    assert line(lines, "No driving").last == INFUSION + timedelta(days=driving)
    assert line(lines, "Stay near").last == INFUSION + timedelta(days=near)


def test_the_brief_names_its_range_for_staying_near():
    assert line(plan("brief"), "Stay near").what == "Stay near the certified facility: 2 to 4 weeks"


def test_monitoring_without_an_end_in_the_edition_gets_none():
    found = line(plan("brief"), "Monitoring")
    assert found.what == "Monitoring: daily, no end given"
    assert (found.last, found.onward) == (None, True)


@pytest.mark.parametrize("history", ["cyclophosphamide_resistant", "haemorrhagic_cystitis_grade4"])
def test_cyclophosphamide_that_is_ruled_out_is_in_no_plan(history):
    lines = plan(indication=Indication.ALL, **{history: 1})
    assert not [one for one in lines if "cyclophosphamide 500" in one.what]
    assert "names no other regimen" in line(lines, "Lymphodepletion: open").what
    assert (
        "cytarabine"
        in line(plan("eu_current", Indication.ALL, **{history: 1}), "Lymphodepletion, day 1").what
    )
    assert "bendamustine" in line(plan(**{history: 1}), "Lymphodepletion, day 1").what


def test_an_unknown_history_rules_cyclophosphamide_neither_out_nor_in():
    lines = plan(indication=Indication.ALL, cyclophosphamide_resistant=-1)
    assert "cyclophosphamide 500" in line(lines, "Lymphodepletion, day 1").what


def test_with_stored_cells_bridging_and_the_labels_weeks_count_from_referral():
    lines = plan(given=GivenDates(leukapheresis=date(2026, 3, 1)))
    assert line(lines, "Bridging").first == date(2026, 11, 22)
    product = line(lines, "Product expected")
    assert product.first == date(2026, 12, 13)
    assert product.what.endswith("after referral, with stored cells")


def test_nothing_is_bridged_after_the_infusion():
    lines = plan(given=GivenDates(infusion=date(2026, 11, 25)))
    assert not [one for one in lines if one.what.startswith("Bridging")]


@pytest.mark.parametrize(
    ("edition", "words"),
    [
        ("us_2025_06", "daily in the first week"),
        ("us_2024_04", "2 to 3 times"),
        ("eu_current", "2 to 3 times"),
    ],
)
def test_monitoring_in_the_first_week_is_as_often_as_the_edition_says(edition, words):
    found = line(plan(edition), "Monitoring")
    assert words in found.what
    assert (found.first, found.last) == (date(2027, 1, 12), date(2027, 1, 18))


def test_the_milestones_fall_on_their_days():
    lines = plan()
    assert line(lines, "Day 28").first == date(2027, 2, 8)
    assert line(lines, "Month 3:").first == date(2027, 4, 11)
    assert line(lines, "Month 12:").first == date(2028, 1, 11)
    assert line(lines, "Long-term follow-up").first == date(2042, 1, 11)
    assert line(lines, "IgG").onward
    assert line(lines, "Lifelong").onward


def test_lymphodepletion_is_given_day_by_day_for_the_body_surface():
    lines = plan(indication=Indication.ALL)
    first = line(lines, "Lymphodepletion, day 1")
    assert first.first == date(2027, 1, 6)
    assert first.what == (
        "Lymphodepletion, day 1: fludarabine 30 mg/m2 = 38 mg; cyclophosphamide 500 mg/m2 = 627 mg"
    )
    assert "cyclophosphamide" not in line(lines, "Lymphodepletion, day 3").what
    assert line(lines, "Lymphodepletion, day 4").first == date(2027, 1, 9)
    assert not [one for one in lines if one.what.startswith("Lymphodepletion, day 5")]


def test_without_height_the_dose_a_day_is_left_open():
    first = line(plan(height_cm=np.nan), "Lymphodepletion, day 1")
    assert first.what == "Lymphodepletion, day 1: fludarabine 25 mg/m2; cyclophosphamide 250 mg/m2"


@pytest.mark.parametrize(
    ("indication", "edition", "last_day"),
    [
        (Indication.ALL, "us_2025_06", 14),
        (Indication.LBCL, "us_2025_06", 11),
        (Indication.LBCL, "eu_current", 14),
        (Indication.FL, "us_2025_06", 6),
    ],
)
def test_the_window_for_the_infusion_is_that_of_disease_and_edition(indication, edition, last_day):
    lines = plan(edition, indication)
    window = line(lines, "Window for the infusion")
    ended = max(one.first for one in lines if one.what.startswith("Lymphodepletion, day"))
    assert (window.first - ended).days == 2
    assert (window.last - ended).days == last_day


def test_only_the_eu_says_when_lymphodepletion_is_repeated():
    assert [one for one in plan("eu_current") if "lymphodepletion again" in one.what]
    assert not [one for one in plan("us_2025_06") if "lymphodepletion again" in one.what]


def test_tocilizumab_at_hand_is_counted_as_the_edition_does():
    assert "at least 2 doses" in line(plan(), "Tocilizumab").what
    assert "at least 1 dose, a further one within 8 hours" in line(plan("eu_current"), "Tocilizumab").what


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"sex": Sex.FEMALE, "could_be_pregnant": 1}, True),
        ({"sex": Sex.UNKNOWN, "could_be_pregnant": -1}, True),
        ({"sex": Sex.MALE, "could_be_pregnant": -1}, False),
        ({"sex": Sex.FEMALE, "could_be_pregnant": 0}, False),
    ],
)
def test_a_pregnancy_test_is_planned_unless_pregnancy_is_ruled_out(changes, asked):
    assert bool([one for one in plan(**changes) if one.what.startswith("Pregnancy test")]) is asked


def test_each_date_says_what_it_rests_on():
    lines = plan(given=GivenDates(leukapheresis=date(2026, 12, 1)))
    assert line(lines, "Leukapheresis").standing == Standing.GIVEN
    assert line(lines, "Infusion of").standing == Standing.TYPICAL
    assert line(lines, "No driving").standing == Standing.RULE
    assert line(lines, "Month 6:").standing == Standing.PLAN
    assert line(lines, "Blood count").standing == Standing.ADVICE
    assert line(lines, "Heart, lung").standing == Standing.ASSUMED
    sources = {one.source for one in lines} - {"", "plan"}
    assert sources <= set(library().sources)


@pytest.mark.parametrize("edition", ["us_2017_08", "us_2018_05", "us_2022_05", "us_2025_06", "eu_current"])
def test_dates_never_run_backwards(edition):
    lines = plan(edition, Indication.ALL)
    assert [one.first for one in lines] == sorted(one.first for one in lines)
    assert all(one.last is None or one.last >= one.first for one in lines)


def test_the_published_wait_is_that_of_the_disease():
    median, spread = published_wait(Indication.FL, load_edition())
    assert (median.value, spread.value) == (46, [23, 127])


def test_the_assessment_of_a_typical_child_is_open_only_where_a_test_is_missing():
    rules = load_edition()
    child = assess_patients(typical(Indication.ALL), rules)
    assert child.eligible[0] == 1
    missing = assess_patients(typical(Indication.ALL, hiv=-1), rules)
    assert missing.eligible[0] == -1
    assert [reason.code for reason in open_reasons(missing.tests, 0)] == ["HIV"]
    assert missing.tests.reasons[1].where == "section 5.5"


def test_a_man_needs_no_pregnancy_test():
    rules = load_edition()
    man = typical(Indication.LBCL, sex=Sex.MALE, could_be_pregnant=-1, pregnancy_test=-1)
    woman = typical(Indication.LBCL, sex=Sex.FEMALE, could_be_pregnant=-1, pregnancy_test=-1)
    assert assess_patients(man, rules).eligible[0] == 1
    assert assess_patients(woman, rules).eligible[0] == -1


def test_regimens_are_those_that_the_edition_names_for_the_disease():
    child = typical(Indication.ALL)
    first = Regimen.FLUDARABINE_CYCLOPHOSPHAMIDE
    assert stated_regimens(child, load_edition(), 0) == (first,)
    assert stated_regimens(child, load_edition("eu_current"), 0) == (first, Regimen.CYTARABINE_ETOPOSIDE)
    adult = typical(Indication.FL)
    assert stated_regimens(adult, load_edition(), 0) == (first, Regimen.BENDAMUSTINE)


def test_a_daily_dose_is_that_per_square_metre_times_body_surface():
    fludarabine, cyclophosphamide = drug_courses(
        typical(Indication.LBCL, weight_kg=80, height_cm=180),
        Regimen.FLUDARABINE_CYCLOPHOSPHAMIDE,
        load_edition(),
    )
    assert fludarabine.mg_per_day[0] == pytest.approx(25 * 2.0)
    assert cyclophosphamide.mg_per_day[0] == pytest.approx(250 * 2.0)


@pytest.mark.parametrize(("weight", "mg"), [(29.9, 358.8), (30.0, 240.0), (110.0, 800.0)])
def test_tocilizumab_is_by_weight_and_not_stated_in_the_eu(weight, mg):
    patients = typical(Indication.ALL, weight_kg=weight)
    assert assess_patients(patients, load_edition()).tocilizumab_mg[0] == pytest.approx(mg)
    assert np.isnan(assess_patients(patients, load_edition("eu_current")).tocilizumab_mg[0])
