"""Stage 5: what stops an infusion, and how it runs otherwise."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from tests.typical_patients import typical

from livingdrug.course.s5_infusion import DRAWN_COLUMNS, Infusion, infuse
from livingdrug.course.stopping import StopReason
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition
from livingdrug.patients import Indication
from livingdrug.plans import Plan
from livingdrug.tables import take

US = load_edition("us_2025_06")
EU = load_edition("eu_current")
BRIEF = load_edition("brief")
ALL, LBCL, FL = Indication.ALL, Indication.LBCL, Indication.FL
JULIET = Plan(exclude_by_trial="juliet")


def column(value, n):
    return np.broadcast_to(np.asarray(value), (n,)).copy()


def run(patients, plan=None, rules=US, weight=80.0, dose=3e8, released=True, stop=0, first=0):
    n = len(patients)
    product = SimpleNamespace(
        dose_cells=column(dose, n).astype(float),
        n_bags=column(2.0, n),
        bag_volume_ml=column(25.0, n),
        released=column(released, n),
        planned_infusion_day_from_enrolment=column(54.0, n),
    )
    stops = column(stop, n).astype(np.int8)
    prepared = SimpleNamespace(reached=stops == 0, stop_reason=stops)
    collected = SimpleNamespace(weight_kg=column(weight, n).astype(float))
    return infuse(patients, collected, product, prepared, plan or Plan(), rules, Draws(1, first, n))


def test_a_released_dose_within_the_window_is_infused():
    done = run(typical(LBCL, 200))
    assert done.infused.all()
    assert (done.within_label == 1).all()
    assert (done.dose_cells == 3e8).all()
    assert (done.volume_ml == 50).all()
    assert np.all((done.rate_ml_per_min > 10) & (done.rate_ml_per_min < 20))
    assert np.array_equal(done.minutes, 50 / done.rate_ml_per_min)
    assert (done.minutes < 30).all()
    assert done.identity_confirmed.all()
    assert done.premedicated.all()


def test_no_one_is_infused_without_a_released_product():
    done = run(typical(LBCL, 3), JULIET, released=[True, False, True], stop=[0, 0, StopReason.WITHDREW])
    assert done.infused.tolist() == [True, False, False]
    expected = [StopReason.NOT_STOPPED, StopReason.OUT_OF_SPECIFICATION, StopReason.WITHDREW]
    assert done.stop_reason.tolist() == expected
    assert np.isnan(done.dose_cells[1:]).all()
    assert done.reached.tolist() == [True, True, False]


def test_a_dose_outside_the_window_stops_under_the_label_and_is_marked_in_a_trial():
    label = run(typical(LBCL, 2), dose=[5.9e7, 6e7])
    assert label.infused.tolist() == [False, True]
    assert label.stop_reason[0] == StopReason.OUT_OF_SPECIFICATION
    for plan in (JULIET, Plan(accept_out_of_specification=True)):
        trial = run(typical(LBCL, 2), plan, dose=[5.9e7, 6e7])
        assert trial.infused.all()
        assert trial.within_label.tolist() == [0, 1]


def test_the_weight_at_leukapheresis_decides_not_the_one_at_enrolment():
    child = typical(ALL, 2, weight_kg=60)
    done = run(child, weight=[20.0, 60.0], dose=1.1e8)
    assert done.within_label.tolist() == [0, 1]


def test_a_dose_that_cannot_be_checked_is_not_given():
    done = run(typical(ALL, 2), weight=[np.nan, 60.0], dose=1e8)
    assert done.infused.tolist() == [False, True]
    assert done.stop_reason[0] == StopReason.DOSE_NOT_ASSESSABLE


def test_under_the_brief_a_dose_above_50_kg_is_given_but_never_called_within_the_window():
    done = run(typical(LBCL), rules=BRIEF)
    assert done.infused.tolist() == [True]
    assert done.within_label.tolist() == [-1]


@pytest.mark.parametrize(("doses", "us", "eu"), [(0, False, False), (1, False, True), (2, True, True)])
def test_too_little_tocilizumab_stops_the_infusion(doses, us, eu):
    plan = Plan(tocilizumab_doses_in_stock=doses)
    for rules, expected in ((US, us), (EU, eu)):
        done = run(typical(LBCL), plan, rules)
        assert done.infused.tolist() == [expected]
        assert (done.stop_reason[0] == StopReason.NO_TOCILIZUMAB) == (not expected)


def test_an_identity_mismatch_is_a_hard_stop_whatever_the_plan_accepts():
    key = "course.infusion.identity.p_mismatch"
    certain = dataclasses.replace(US.values[key], value=1.0)
    rules = dataclasses.replace(US, values={**US.values, key: certain})
    plan = dataclasses.replace(JULIET, accept_out_of_specification=True)
    done = run(typical(LBCL, 50), plan, rules, released=False)
    assert not done.infused.any()
    assert (done.stop_reason == StopReason.IDENTITY_MISMATCH).all()
    assert not done.identity_confirmed.any()


def test_some_infusions_are_postponed_and_the_day_moves_with_them():
    n = 4000
    done = run(typical(LBCL, n))
    postponed = done.delayed_days > 0
    assert abs(postponed.mean() - 0.05) < 4 * np.sqrt(0.05 * 0.95 / n)
    assert np.array_equal(done.infusion_day_from_enrolment, 54 + done.delayed_days)
    assert np.array_equal(done.delayed_days, np.floor(done.delayed_days))


@pytest.mark.parametrize(("indication", "p"), [(ALL, 0.06), (LBCL, 0.03), (FL, 0.03)])
def test_infusion_reactions_are_as_common_as_the_label_says(indication, p):
    n = 20000
    done = run(typical(indication, n), dose=1e8)
    reacted = (done.reaction_grade > 0) & ~done.anaphylaxis
    assert abs(reacted.mean() - p) < 4 * np.sqrt(p * (1 - p) / n) + 0.001 * p
    assert (done.reaction_grade[done.anaphylaxis] == 3).all()
    assert 0 < done.anaphylaxis.sum() < 60


def test_reactions_are_commoner_without_premedication():
    with_it = run(typical(LBCL, 5000))
    without = run(typical(LBCL, 5000), Plan(premedicated=False))
    assert not without.premedicated.any()
    assert (without.reaction_grade > 0).sum() > 1.5 * (with_it.reaction_grade > 0).sum()


def test_a_patient_is_infused_alone_as_among_others():
    patients = typical(LBCL, 9)
    together = run(patients)
    for i in range(9):
        alone = run(take(patients, [i]), first=i)
        for field in dataclasses.fields(together):
            a, b = getattr(together, field.name)[i : i + 1], getattr(alone, field.name)
            assert np.array_equal(a, b, equal_nan=a.dtype.kind == "f"), field.name


def test_outpatients_are_as_many_as_the_plan_says_and_all_infused():
    done = run(typical(LBCL, 4000), Plan(outpatient_infusion_probability=0.25))
    assert done.outpatient.mean() == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / 4000))
    assert not run(
        typical(LBCL, 50), Plan(outpatient_infusion_probability=1.0), released=False
    ).outpatient.any()


def test_what_is_drawn_is_named():
    assert set(DRAWN_COLUMNS) <= {field.name for field in dataclasses.fields(Infusion)}
