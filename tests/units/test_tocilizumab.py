import numpy as np
import pytest

from livingdrug.bedside.tocilizumab import dose_mg, empty_ledger, may_dose, record_dose
from livingdrug.errors import BadInput, NotStated
from livingdrug.evidence import load_edition

US_2018 = load_edition("us_2018_05")
US_2025 = load_edition("us_2025_06")
EU = load_edition("eu_current")
YES = np.array([True])


def ledger_after(hours):
    ledger = empty_ledger(1, US_2025)
    for hour in hours:
        ledger = record_dose(ledger, YES, hour / 24)
    return ledger


def answer(hours, now, rules=US_2025):
    return int(may_dose(ledger_after(hours), now / 24, rules).answer[0])


def test_an_unknown_weight_gives_no_dose_and_a_weight_of_zero_is_refused():
    assert np.isnan(dose_mg(np.array([np.nan]), US_2025)[0])
    with pytest.raises(BadInput, match="weight_kg: got 0"):
        dose_mg(np.array([0.0, 70.0]), US_2025)


def test_eight_hours_on_the_grid_of_thirds_of_a_day_count_as_eight_hours():
    for k in range(90):
        ledger = record_dose(empty_ledger(1, US_2025), YES, k / 3)
        assert may_dose(ledger, (k + 1) / 3, US_2025).answer[0] == 1


def test_the_ledger_keeps_the_days_in_order_and_refuses_a_fifth_dose():
    ledger = ledger_after([0, 24, 48, 72])
    np.testing.assert_array_equal(ledger.last_doses_day, [[0, 1, 2, 3]])
    assert ledger.n_doses[0] == 4
    with pytest.raises(BadInput, match="more doses than the ledger holds"):
        record_dose(ledger, YES, 5.0)


def test_patients_have_their_own_ledger():
    ledger = record_dose(empty_ledger(3, US_2025), np.array([True, False, True]), 1.0)
    assert may_dose(ledger, 1.1, US_2025).answer.tolist() == [0, 1, 0]


def test_an_edition_that_states_no_limit_gives_no_answer():
    verdict = may_dose(empty_ledger(2, EU), 1.0, EU)
    assert verdict.answer.tolist() == [-1, -1]
    assert verdict.reasons[0].code == "NOT_STATED"
    with pytest.raises(NotStated):
        dose_mg(np.array([70.0]), EU)
