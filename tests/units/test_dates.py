"""Key dates: arithmetic at the ends of months and years, given dates, and dates that cannot be."""

from datetime import date, datetime

import pytest

from livingdrug.bedside.dates import (
    GivenDates,
    dates_from_table,
    key_dates,
    months_after,
    months_complete,
    read_date,
    settle_referral,
    years_after,
    years_complete,
)
from livingdrug.errors import BadInput
from livingdrug.evidence import load_edition
from livingdrug.patients import Indication
from livingdrug.plans import Plan

RULES = load_edition()
REFERRAL = date(2026, 11, 22)


def settled(given, asked, today):
    """The day of referral of a patient with lymphoma, and whether it is a given one."""
    referral, after = settle_referral(given, asked, int(Indication.LBCL), today, "x", RULES)
    return referral, after.referral == referral


def keys(given=None, indication=Indication.LBCL, days=3, plan=None, edition="us_2025_06"):
    return key_dates(
        given or GivenDates(), REFERRAL, int(indication), days, plan or Plan(), load_edition(edition)
    )


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
        (date(2026, 5, 5), 0.5, date(2026, 5, 20)),
    ],
)
def test_months_end_with_the_month(day, months, expected):
    assert months_after(day, months) == expected


def test_years_after_a_leap_day_end_on_the_last_of_february():
    assert years_after(date(2028, 2, 29), 15) == date(2043, 2, 28)
    assert years_after(date(2027, 1, 8), 15) == date(2042, 1, 8)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 3, 1)),
        (date(2026, 1, 28), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 3, 1)),
        (date(2026, 8, 31), 1, date(2026, 10, 1)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 1, 31), 1.5, date(2026, 3, 16)),
    ],
)
def test_months_that_last_at_least_are_never_a_day_short(day, months, expected):
    assert months_complete(day, months) == expected


def test_years_that_last_at_least_end_on_the_first_of_march_after_a_leap_day():
    assert years_complete(date(2028, 2, 29), 15) == date(2043, 3, 1)
    assert years_complete(date(2028, 2, 29), 16) == date(2044, 2, 29)
    assert years_complete(date(2028, 2, 28), 15) == date(2043, 2, 28)


def test_typical_waits_lead_from_referral_to_infusion():
    dates = keys()
    assert dates.collection == date(2026, 11, 26)
    assert dates.making_starts == date(2026, 12, 3)
    assert dates.product_back == date(2026, 12, 26)
    assert dates.infusion == date(2027, 1, 3)
    assert dates.given == frozenset()
    assert dates.notes == ()


def test_lymphodepletion_ends_the_shortest_gap_of_the_edition_before_the_infusion():
    dates = keys(days=3)
    assert (dates.infusion - dates.lymphodepletion_last).days == 2
    assert (dates.lymphodepletion_last - dates.lymphodepletion_first).days == 2


def test_without_lymphodepletion_there_are_no_such_days():
    dates = keys(days=0)
    assert dates.lymphodepletion_first is None
    assert dates.lymphodepletion_last is None


def test_an_infusion_follows_a_given_lymphodepletion_by_the_shortest_gap():
    dates = keys(GivenDates(lymphodepletion=date(2027, 1, 10)))
    assert dates.lymphodepletion_last == date(2027, 1, 12)
    assert dates.infusion == date(2027, 1, 14)


@pytest.mark.parametrize(
    ("infusion", "edition", "fits"),
    [
        (date(2027, 1, 14), "us_2025_06", True),
        (date(2027, 1, 23), "us_2025_06", True),
        (date(2027, 1, 24), "us_2025_06", False),
        (date(2027, 1, 26), "eu_current", True),
        (date(2027, 1, 27), "eu_current", False),
    ],
)
def test_an_infusion_outside_the_window_after_lymphodepletion_is_noted(infusion, edition, fits):
    given = GivenDates(lymphodepletion=date(2027, 1, 10), infusion=infusion)
    notes = keys(given, edition=edition).notes
    assert any("days after the last dose" in note for note in notes) is not fits


def test_an_infusion_within_lymphodepletion_or_before_collection_is_noted():
    within = keys(GivenDates(lymphodepletion=date(2027, 1, 10), infusion=date(2027, 1, 11))).notes
    assert any("fall before the last dose of lymphodepletion" in note for note in within)
    assert not any("-1 days" in note for note in within)
    early = keys(GivenDates(infusion=date(2026, 11, 25))).notes
    assert any(
        "infusion (2026-11-25) would fall before or on the day of collection" in note for note in early
    )


def test_a_year_that_the_calendar_lacks_is_an_overflow():
    with pytest.raises(OverflowError):
        years_after(date(9990, 1, 1), 15)


def test_an_infusion_before_the_product_is_typically_back_is_noted():
    notes = keys(GivenDates(infusion=date(2026, 12, 20))).notes
    assert any("before the typical wait would bring the product back (2026-12-26)" in note for note in notes)


def test_stored_cells_were_collected_before_referral():
    dates = keys(plan=Plan(leukapheresis_lead_days=30.0))
    assert dates.collection == date(2026, 10, 23)
    assert dates.making_starts == date(2026, 11, 29)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"infusoin": date(2027, 1, 1)}, "infusoin: unknown field, expected one of referral, leukapheresis"),
        ({"infusion": "2027-01-01"}, "infusion: got '2027-01-01', expected a date such as 2026-11-22"),
        ({"infusion": datetime(2027, 1, 1, 8)}, "infusion: got datetime"),
        (
            {"leukapheresis": date(2027, 1, 2), "infusion": date(2027, 1, 1)},
            r"infusion: got 2027-01-01, expected a date after leukapheresis \(2027-01-02\)",
        ),
        (
            {"referral": date(2027, 1, 1), "infusion": date(2027, 1, 1)},
            r"infusion: got 2027-01-01, expected a date after referral",
        ),
    ],
)
def test_dates_that_cannot_be_are_refused(table, message):
    with pytest.raises(BadInput, match=rf"x\.toml: 1 fault\(s\) in \[dates\]:\n  {message}"):
        dates_from_table(table, "x.toml")


def test_collection_may_come_before_referral():
    given = dates_from_table({"referral": date(2027, 1, 2), "leukapheresis": date(2026, 12, 1)}, "x")
    assert given.leukapheresis == date(2026, 12, 1)


def test_referral_is_what_was_asked_for_then_the_files_then_before_collection_then_today():
    today, asked = date(2026, 11, 22), date(2026, 10, 1)
    filed = GivenDates(referral=date(2026, 11, 1), leukapheresis=date(2026, 12, 1))
    collected = GivenDates(leukapheresis=date(2026, 12, 1))
    assert settled(filed, asked, today) == (asked, True)
    assert settled(filed, None, today) == (date(2026, 11, 1), True)
    assert settled(collected, None, today) == (date(2026, 11, 27), False)
    assert settled(GivenDates(), None, today) == (today, True)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2027, 1, 10), (date(2027, 1, 10), True)),
        (date(2027, 1, 11), (date(2026, 11, 18), False)),
        (date(2027, 2, 1), (date(2026, 11, 18), False)),
    ],
)
def test_referral_is_a_published_wait_before_an_infusion_that_is_no_longer_ahead(today, expected):
    assert settled(GivenDates(infusion=date(2027, 1, 11)), None, today) == expected
    earlier = GivenDates(lymphodepletion=date(2027, 1, 11), infusion=date(2027, 1, 16))
    assert settled(earlier, None, today) == expected


def test_a_referral_after_the_infusion_is_refused():
    with pytest.raises(BadInput, match="infusion: got 2027-01-01, expected a date after referral"):
        settled(GivenDates(infusion=date(2027, 1, 1)), date(2027, 2, 1), REFERRAL)


def test_a_date_that_is_none_names_the_option():
    with pytest.raises(BadInput, match=r"--from: got '22\.11\.2026', expected a date such as 2026-11-22"):
        read_date("22.11.2026", "--from")
