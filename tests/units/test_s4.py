"""Stage 4: who receives which lymphodepletion and when."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from tests.typical_patients import typical

from livingdrug.bedside.lymphodepletion import Regimen, assess_window
from livingdrug.course.s4_lymphodepletion import lymphodeplete
from livingdrug.course.stopping import StopReason
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition
from livingdrug.patients import Indication
from livingdrug.plans import Plan
from livingdrug.tables import take

US = load_edition("us_2025_06")
EU = load_edition("eu_current")
ALL, LBCL, FL = Indication.ALL, Indication.LBCL, Indication.FL


def made(n, bridged=True, stop=StopReason.NOT_STOPPED):
    stops = np.full(n, stop, dtype=np.int8)
    return SimpleNamespace(
        reached=stops != StopReason.NOT_ELIGIBLE, bridged=np.full(n, bridged), stop_reason=stops
    )


def run(patients, plan=None, rules=US, seed=1, **manufacturing):
    n = len(patients)
    return lymphodeplete(patients, made(n, **manufacturing), plan or Plan(), rules, Draws(seed, 0, n))


@pytest.mark.parametrize("rules", [US, EU], ids=["us", "eu"])
@pytest.mark.parametrize("indication", list(Indication))
def test_the_infusion_falls_into_the_window_and_the_whole_window_is_used(indication, rules):
    done = run(typical(indication, 2000, white_cells_e9_per_l=50), rules=rules)
    assert done.given.all()
    assert done.within_window.all()
    codes = np.full(2000, indication, dtype=np.int8)
    assert (assess_window(codes, -done.end_day, rules).answer == 1).all()
    gaps = -done.end_day
    last = rules.number(f"label.lymphodepletion.window.{indication.key}.last_day")
    assert set(gaps) == set(np.arange(2, last + 1))
    days = rules.number(f"label.lymphodepletion.{indication.key}.fludarabine.days")
    assert np.all(done.end_day - done.start_day == days)
    assert np.all(done.end_day < 0)


def test_without_a_released_product_nothing_is_given():
    done = run(typical(LBCL, 5), stop=StopReason.MANUFACTURING_FAILED)
    assert not done.reached.any()
    assert not done.given.any()
    assert (done.regimen == Regimen.NONE).all()
    assert (done.stop_reason == StopReason.MANUFACTURING_FAILED).all()
    assert np.isnan(done.start_day).all()
    assert (done.fludarabine_auc_mg_h_per_l == 0).all()


def test_lymphodepletion_is_omitted_exactly_where_white_cells_are_low():
    done = run(typical(LBCL, 4000, white_cells_e9_per_l=1.4))
    assert np.array_equal(done.omitted_for_white_count, done.white_cells_e9_per_l_before < 1.0)
    assert 0 < done.omitted_for_white_count.sum() < 4000
    assert np.array_equal(done.given, ~done.omitted_for_white_count)
    assert np.isnan(done.end_day[done.omitted_for_white_count]).all()
    assert done.within_window.all()


def test_leukaemia_is_never_without_lymphodepletion_in_the_us_and_rarely_in_the_eu():
    n = 4000
    low = typical(ALL, n, white_cells_e9_per_l=1e-3)
    assert run(low, rules=US).given.all()
    p = 0.091
    assert abs(run(low, rules=EU).omitted_for_white_count.mean() - p) < 4 * np.sqrt(p * (1 - p) / n)


def test_bendamustine_is_given_as_often_as_the_plan_prefers_it():
    n = 4000
    done = run(typical(LBCL, n, white_cells_e9_per_l=50), Plan(prefer_bendamustine_probability=0.24))
    share = (done.regimen == Regimen.BENDAMUSTINE).mean()
    assert abs(share - 0.24) < 4 * np.sqrt(0.24 * 0.76 / n)
    with_it = done.regimen == Regimen.BENDAMUSTINE
    assert (done.bendamustine_mg_per_m2_total[with_it] == 180).all()
    assert (done.fludarabine_mg_per_m2_total[with_it] == 0).all()
    assert (done.fludarabine_auc_mg_h_per_l[with_it] == 0).all()
    assert (done.fludarabine_auc_mg_h_per_l[~with_it] > 0).all()


@pytest.mark.parametrize("column", ["cyclophosphamide_resistant", "haemorrhagic_cystitis_grade4"])
def test_a_history_with_cyclophosphamide_calls_for_the_alternative(column):
    lymphoma = run(typical(FL, white_cells_e9_per_l=50, **{column: 1}))
    assert lymphoma.regimen.tolist() == [Regimen.BENDAMUSTINE]
    leukaemia = typical(ALL, white_cells_e9_per_l=50, **{column: 1})
    eu, us = run(leukaemia, rules=EU), run(leukaemia, rules=US)
    assert eu.regimen.tolist() == [Regimen.CYTARABINE_ETOPOSIDE]
    assert eu.cytarabine_mg_per_m2_total.tolist() == [1000]
    assert eu.etoposide_mg_per_m2_total.tolist() == [450]
    assert eu.alternative_not_stated.tolist() == [False]
    assert us.regimen.tolist() == [Regimen.FLUDARABINE_CYCLOPHOSPHAMIDE]
    assert us.alternative_not_stated.tolist() == [True]


def test_bridging_lowers_the_white_cells():
    patients = typical(LBCL, 2000)
    bridged = run(patients, bridged=True).white_cells_e9_per_l_before
    spared = run(patients, bridged=False).white_cells_e9_per_l_before
    assert np.median(bridged) < np.median(spared)


def test_the_spread_of_exposure_is_the_published_one():
    n = 20000
    auc = run(typical(LBCL, n, white_cells_e9_per_l=500)).fludarabine_auc_mg_h_per_l
    assert abs(np.log(auc).std() - 0.298) < 4 * 0.298 / np.sqrt(2 * n)


def test_a_patient_is_treated_alone_as_among_others():
    patients = typical(LBCL, 9, white_cells_e9_per_l=np.linspace(0.8, 6, 9))
    together = run(patients, Plan(prefer_bendamustine_probability=0.5))
    for i in range(9):
        alone = lymphodeplete(
            take(patients, [i]), made(1), Plan(prefer_bendamustine_probability=0.5), US, Draws(1, i, 1)
        )
        for field in dataclasses.fields(together):
            a, b = getattr(together, field.name)[i : i + 1], getattr(alone, field.name)
            assert np.array_equal(a, b, equal_nan=a.dtype.kind == "f"), field.name
