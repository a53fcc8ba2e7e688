"""Laws of the rules before and at the infusion that hold for any dates, clocks, bags and ledgers."""

import dataclasses
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.typical_patients import typical

from livingdrug.bedside.delay import (
    FLAG_SIGNS,
    Signs,
    assess_delay_as_in_eliana,
    assess_delay_before_leukapheresis,
    unknown_signs,
)
from livingdrug.bedside.infusion import assess_bags, bags_of_one, thaw_clock
from livingdrug.bedside.lymphodepletion import assess_omission
from livingdrug.bedside.tocilizumab import dose_mg
from livingdrug.bedside.tocilizumab_chart import chart_tocilizumab, next_tocilizumab, warn_of_the_step
from livingdrug.bedside.validity import TestAges, assess_windows, unknown_ages
from livingdrug.bedside.wash_out import DaysSince, assess_wash_out, wash_outs_held
from livingdrug.evidence import load_edition
from livingdrug.patients import Indication

US, US_2018 = load_edition("us_2025_06"), load_edition("us_2018_05")
START = datetime(2026, 10, 24, 12, tzinfo=UTC)
hours = st.lists(st.integers(0, 200), max_size=7)
zones = st.integers(-12, 14).map(lambda h: timezone(timedelta(hours=h)))
ages = st.one_of(st.floats(-5, 200), st.just(np.nan))


def at(hour, zone=UTC):
    return (START + timedelta(hours=hour)).astimezone(zone)


@given(st.dictionaries(st.sampled_from([f.name for f in dataclasses.fields(TestAges)]), ages))
def test_the_date_of_a_test_never_refuses_anybody_and_without_it_there_is_no_yes(known):
    found = dataclasses.replace(unknown_ages(1), **{name: np.array([age]) for name, age in known.items()})
    for trial, indication in (("eliana", Indication.ALL), ("juliet", Indication.LBCL)):
        answer = assess_windows(trial, typical(indication), found, US).answer[0]
        assert answer in (1, -1)
    assert assess_windows("eliana", typical(Indication.ALL), unknown_ages(1), US).answer[0] == -1


@given(st.floats(0, 5), ages)
def test_an_old_white_count_never_lets_lymphodepletion_be_omitted(white, age):
    code = np.array([Indication.LBCL], dtype=np.int8)
    dated = assess_omission(code, np.array([white]), US, np.array([age])).answer[0]
    assert dated in (-1, assess_omission(code, np.array([white]), US).answer[0])


@given(st.sampled_from(wash_outs_held(US)), st.lists(st.floats(0, 100), min_size=11, max_size=11), st.data())
def test_forgetting_when_a_treatment_ended_never_turns_a_no_into_a_yes(whose, days, data):
    names = [field.name for field in dataclasses.fields(DaysSince)]
    full = DaysSince(**{name: np.array([day]) for name, day in zip(names, days, strict=True)})
    forgotten = data.draw(st.sampled_from(names))
    blank = dataclasses.replace(full, **{forgotten: np.array([np.nan])})
    before, after = (assess_wash_out(whose, known, US).answer[0] for known in (full, blank))
    assert after in ((-1, 0) if before == 0 else (-1, 1))


def _signs(values) -> Signs:
    columns = {}
    for name, value in zip(Signs.__dataclass_fields__, values, strict=True):
        columns[name] = np.array([value], dtype=np.int8) if name in FLAG_SIGNS else np.array([50.0 * value])
    return Signs(**columns)


@given(st.lists(st.sampled_from([0, 1]), min_size=15, max_size=15), st.data())
def test_forgetting_a_sign_never_turns_a_delay_into_a_go_ahead_or_back(values, data):
    full = _signs(values)
    name = data.draw(st.sampled_from(list(Signs.__dataclass_fields__)))
    blank = dataclasses.replace(full, **{name: getattr(unknown_signs(1), name)})
    patients = typical(Indication.ALL)
    for ask in (
        lambda signs: assess_delay_as_in_eliana(signs, US).answer[0],
        lambda signs: assess_delay_before_leukapheresis(patients, signs, US).answer[0],
    ):
        assert ask(blank) in (-1, ask(full))


@given(hours, st.data())
def test_the_order_of_entry_and_the_zone_change_no_ledger(given_hours, data):
    shuffled = data.draw(st.permutations(given_hours))
    zone = data.draw(zones)
    first = chart_tocilizumab([at(hour) for hour in given_hours], US)
    second = chart_tocilizumab([at(hour, zone) for hour in shuffled], US)
    assert first.given == second.given == tuple(sorted(first.given))
    assert len(first.given) == len(set(given_hours))
    assert len(first.entered_twice) == len(given_hours) - len(set(given_hours))
    assert [m for m, _ in first.outside] == [m for m, _ in second.outside]


@given(hours, st.integers(200, 260), zones, st.sampled_from([US, US_2018]))
def test_the_next_possible_time_is_the_first_that_keeps_within_the_limits(given_hours, now, zone, rules):
    charted = chart_tocilizumab([at(hour) for hour in given_hours], rules)
    found = next_tocilizumab(charted, at(now, zone), 2, rules)
    if len(charted.given) >= 4:
        assert (found.earliest, found.left_in_all) == (None, 0)
        return
    assert found.earliest is not None
    assert found.earliest >= at(now)
    assert next_tocilizumab(charted, found.earliest, 2, rules).verdict.answer[0] == 1
    minute_before = found.earliest - timedelta(minutes=1)
    if minute_before > at(now):
        assert next_tocilizumab(charted, minute_before, 2, rules).verdict.answer[0] == 0


@given(st.floats(5, 150), st.floats(0.01, 20))
def test_a_heavier_patient_gets_no_less_tocilizumab_but_across_the_step_and_close_to_it_one_is_warned(
    weight, more
):
    pair = np.array([weight, weight + more])
    light, heavy = dose_mg(pair, US)
    across = pair[0] < 30 <= pair[1]
    assert light <= heavy or across
    assert not (across and more <= 3) or warn_of_the_step(pair, US).any()


@given(st.integers(0, 59), zones, zones)
def test_the_thaw_clock_does_not_depend_on_how_a_time_is_written(minutes, first, second):
    thawed, now = at(0, first), at(0, second) + timedelta(minutes=minutes)
    clock = thaw_clock(thawed, now, US)
    assert clock.minutes_left == pytest.approx(30 - minutes)
    assert clock.deadline == at(0) + timedelta(minutes=30)
    assert clock.verdict.answer[0] == (minutes <= 30)


@given(
    st.lists(st.floats(1e6, 2e8), min_size=1, max_size=3), st.lists(st.floats(10, 50), min_size=3, max_size=3)
)
def test_bags_hold_their_own_sum_in_any_order_and_not_without_one_of_them(cells, volumes):
    volumes = volumes[: len(cells)]
    dose = np.array([sum(cells)])
    assert assess_bags(bags_of_one(volumes, cells), dose, US).answer[0] == 1
    assert assess_bags(bags_of_one(volumes[::-1], cells[::-1]), dose, US).answer[0] == 1
    if len(cells) > 1 and min(cells) > 0.02 * sum(cells):
        assert assess_bags(bags_of_one(volumes[1:], cells[1:]), dose, US).answer[0] == 0
