"""Laws of the calendar: never shorter than the rule, in order, days that no zone moves, real hours."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.typical_patients import typical

from livingdrug.bedside.assessment import regimen_days
from livingdrug.bedside.clock import days_written, hours_after, local_day, moment_of
from livingdrug.bedside.dates import GivenDates, key_dates, months_after, years_after
from livingdrug.bedside.lymphodepletion import Regimen
from livingdrug.bedside.milestones import plan_by_date
from livingdrug.errors import BadInput
from livingdrug.evidence import load_edition
from livingdrug.patients import Indication
from livingdrug.plans import Plan

ZONES = [
    ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "UTC", "Asia/Kathmandu")
]
DAYS = st.dates(date(2026, 1, 1), date(2060, 12, 31))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2060, 12, 31))
EDITIONS = st.sampled_from(["us_2017_08", "us_2018_05", "us_2024_04", "us_2025_06", "eu_current", "brief"])
LINES_OF_WEEKS = {
    "Stay near": ("label.monitoring.proximity.weeks", 7),
    "No driving": ("label.monitoring.driving.weeks", 7),
    "No heavy": ("label.monitoring.driving.machinery_weeks", 7),
    "Watch for": ("label.monitoring.symptom_watch.weeks", 7),
}


def plan(infusion, edition):
    rules = load_edition(edition)
    patients, regimen = typical(Indication.ALL), Regimen.FLUDARABINE_CYCLOPHOSPHAMIDE
    days = regimen_days(patients, regimen, rules, 0)
    referral = infusion - timedelta(days=60)
    dates = key_dates(GivenDates(infusion=infusion), referral, int(Indication.ALL), days, Plan(), rules)
    return plan_by_date(patients, 0, dates, regimen, Plan(), rules)


@given(DAYS, EDITIONS)
def test_nothing_ends_sooner_than_the_rule_and_the_order_is_kept(infusion, edition):
    lines, rules = plan(infusion, edition), load_edition(edition)
    assert [line.first for line in lines] == sorted(line.first for line in lines)
    for line in lines:
        assert line.last is None or line.last >= line.first
        assert list(line.again) == sorted(set(line.again))
        for start, (key, days) in LINES_OF_WEEKS.items():
            if line.what.startswith(start):
                assert line.last is not None
                assert (line.last - infusion).days >= rules.number(key) * days
        if line.what.startswith("Long-term follow-up"):
            assert line.first.year - infusion.year == 15
            assert (line.first.month, line.first.day) >= (infusion.month, infusion.day)
            assert (line.first - years_after(infusion, 15)).days in (0, 1)


@given(DAYS, DAYS, EDITIONS)
def test_a_later_infusion_makes_no_line_earlier(one, other, edition):
    early, late = sorted((one, other))
    ends = {line.what: (line.first, line.last or line.first) for line in plan(early, edition)}
    for line in plan(late, edition):
        if line.what in ends and line.first >= late:
            assert ends[line.what] <= (line.first, line.last or line.first)


@given(DAYS, DAYS, st.integers(0, 400))
def test_months_keep_the_order_of_days_and_add_up_over_the_first_of_a_month(one, other, months):
    early, late = sorted((one, other))
    assert months_after(early, months) <= months_after(late, months)
    first = one.replace(day=1)
    assert months_after(months_after(first, months), 12) == years_after(months_after(first, months), 1)
    assert months_after(first, months + 12) == months_after(months_after(first, months), 12)


@given(MOMENTS, st.sampled_from(ZONES), st.integers(0, 20_000))
def test_hours_are_real_hours_in_every_zone(moment, zone, minutes):
    start = moment_of(moment.replace(tzinfo=UTC), zone)
    later = hours_after(start.astimezone(zone), minutes / 60)
    assert abs((later - start) - timedelta(minutes=minutes)) < timedelta(milliseconds=1)


@given(MOMENTS, st.sampled_from(ZONES))
def test_the_local_day_is_the_day_on_the_centres_clock(moment, zone):
    start = moment_of(moment.replace(tzinfo=UTC), zone)
    assert local_day(start, zone) == start.astimezone(zone).date()
    assert abs((local_day(start, zone) - moment.date()).days) <= 1
    try:
        known = moment_of(moment, zone)
    except BadInput:
        at_once = {moment.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)}
        assert len(at_once) == 2
    else:
        assert local_day(known, zone) == moment.date()


@given(DAYS, st.sampled_from(ZONES))
def test_whole_days_do_not_move_with_the_zone(day, zone):
    assert days_written({"infusion": day}, zone, "x") == {"infusion": day}


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2027, 3, 28), 23),
        ("Europe/Berlin", date(2027, 10, 31), 25),
        ("America/New_York", date(2027, 3, 14), 23),
        ("America/New_York", date(2027, 11, 7), 25),
        ("Europe/Berlin", date(2027, 6, 1), 24),
    ],
)
def test_a_day_on_which_clocks_change_has_its_real_hours(zone, day, hours):
    place = ZoneInfo(zone)
    midnight = moment_of(datetime.combine(day, datetime.min.time()), place)
    assert local_day(hours_after(midnight, hours - 0.01), place) == day
    assert local_day(hours_after(midnight, hours), place) == day + timedelta(days=1)
