import dataclasses

import numpy as np
import pytest

from livingdrug.body.construct import read_construct
from livingdrug.body.individual import individual_parameters
from livingdrug.body.known import known_only
from livingdrug.body.start import cells_without_cd19
from livingdrug.body.system import PARAMETER_NAMES, STATE_NAMES, Parameters, State
from livingdrug.body.values import individual, typical
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition
from livingdrug.patients import Indication

RULES = load_edition()
CONSTRUCT = read_construct(RULES)
N = 400


def _known(indication=1, n=N, **given):
    return known_only(
        indication=np.full(n, indication, dtype=np.int8),
        age_years=np.full(n, 50.0),
        weight_kg=np.full(n, 70.0),
        dose_cells=np.full(n, 3e8),
        fludarabine_auc_mg_h_per_l=np.full(n, 18.0),
        cyclophosphamide_mg_per_m2=np.full(n, 750.0),
        lymphodepletion_start_day=np.full(n, -6.0),
        lymphodepletion_end_day=np.full(n, -3.0),
        **given,
    )


def _body(known, seed=1, construct=CONSTRUCT):
    return individual_parameters(known, construct, RULES, Draws(seed, 0, len(known.indication)))


def test_everything_is_finite_even_when_next_to_nothing_is_known():
    who = _body(_known())
    assert who.parameters.shape == (len(PARAMETER_NAMES), N)
    assert who.initial_state.shape == (len(STATE_NAMES), N)
    assert np.isfinite(who.parameters).all()
    assert np.isfinite(who.initial_state).all()


def test_what_the_chart_says_is_used_and_what_it_leaves_out_is_drawn():
    platelets = np.where(np.arange(N) % 2 == 0, 88.0, np.nan)
    p = Parameters(*_body(_known(platelets_e9_per_l=platelets)).parameters)
    assert (p.platelet_baseline[::2] == 88).all()
    assert len(np.unique(p.platelet_baseline[1::2])) == N // 2


def test_indications_mixed_in_one_call_give_what_each_gives_alone():
    mixed = dataclasses.replace(_known(), indication=(np.arange(N) % 3).astype(np.int8))
    together = _body(mixed).parameters
    for kind in Indication:
        alone = _body(_known(indication=int(kind))).parameters
        of_kind = mixed.indication == kind
        assert (together[:, of_kind] == alone[:, of_kind]).all()


def test_a_patient_alone_has_the_same_body_as_in_the_cohort():
    cohort = _body(_known())
    third = individual_parameters(_known(n=1), CONSTRUCT, RULES, Draws(1, 2, 1))
    assert (third.parameters[:, 0] == cohort.parameters[:, 2]).all()
    assert (third.initial_state[:, 0] == cohort.initial_state[:, 2]).all()
    assert third.rejection_day[0] == cohort.rejection_day[2]


def test_the_median_and_spread_of_a_value_are_those_of_its_evidence():
    n = 20000
    who = np.full(n, 1, dtype=np.int8)
    drawn = individual("body.car_t.memory_share", who, RULES, Draws(1, 0, n))
    key = "body.car_t.memory_share.lbcl"
    centre, log_sd = RULES.number(key), RULES.spread(key)
    assert np.log(drawn).mean() == pytest.approx(np.log(centre), abs=4 * log_sd / np.sqrt(n))
    assert np.log(drawn).std() == pytest.approx(log_sd, rel=4 / np.sqrt(2 * n))
    assert (typical("body.car_t.memory_share", who, RULES) == centre).all()


def test_rejection_has_its_published_like_share_and_low_fludarabine_exposure_doubles_its_hazard():
    n = 20000
    enough = _body(_known(n=n))
    low = _body(dataclasses.replace(_known(n=n), fludarabine_auc_mg_h_per_l=np.full(n, 10.0)))
    share = np.mean(np.isfinite(enough.rejection_day))
    assert share == pytest.approx(0.2, abs=4 * np.sqrt(0.2 * 0.8 / n))
    doubled = 1 - (1 - 0.2) ** 2
    assert np.mean(np.isfinite(low.rejection_day)) == pytest.approx(doubled, abs=4 * np.sqrt(0.25 / n))
    assert (low.rejection_day <= enough.rejection_day).all()


def test_bendamustine_depletes_about_as_deeply_as_fludarabine_with_cyclophosphamide():
    other = dataclasses.replace(
        _known(),
        fludarabine_auc_mg_h_per_l=np.zeros(N),
        cyclophosphamide_mg_per_m2=np.zeros(N),
        bendamustine_mg_per_m2=np.full(N, 180.0),
    )
    standard, bendamustine = Parameters(*_body(_known()).parameters), Parameters(*_body(other).parameters)
    ratio = bendamustine.lymphocyte_kill_per_day / standard.lymphocyte_kill_per_day
    assert ratio == pytest.approx(1, abs=0.15)


def test_without_chemotherapy_nothing_is_killed_and_the_body_is_followed_from_a_set_day():
    known = dataclasses.replace(
        _known(),
        fludarabine_auc_mg_h_per_l=np.zeros(N),
        cyclophosphamide_mg_per_m2=np.zeros(N),
        lymphodepletion_start_day=np.full(N, np.nan),
        lymphodepletion_end_day=np.full(N, np.nan),
    )
    who = _body(known)
    assert (Parameters(*who.parameters).lymphocyte_kill_per_day == 0).all()
    assert (who.start_day == RULES.number("body.lymphodepletion.start_without_day")).all()


def test_engraftment_saturates_with_the_dose():
    low = _body(_known()).engrafted_cells
    high = _body(dataclasses.replace(_known(), dose_cells=np.full(N, 3e9))).engrafted_cells
    expected = (3e9 / (3e9 + 2e7)) / (3e8 / (3e8 + 2e7))
    assert high / low == pytest.approx(expected)


def test_a_construct_that_kills_twice_as_well_and_forms_half_the_memory_changes_just_that():
    other = dataclasses.replace(CONSTRUCT, killing_ratio=2.0, memory_ratio=0.5)
    p, q = Parameters(*_body(_known()).parameters), Parameters(*_body(_known(), construct=other).parameters)
    assert q.killing_per_day == pytest.approx(2 * p.killing_per_day)
    assert q.memory_formation_per_day == pytest.approx(p.memory_formation_per_day / 2)
    assert (q.growth_per_day == p.growth_per_day).all()


def test_cells_without_cd19_are_poisson_when_few_and_expected_when_many():
    n = 20000
    luck = Draws(1, 0, n).uniform("t")
    few = cells_without_cd19(np.full(n, 1.5), luck, RULES)
    assert few.mean() == pytest.approx(1.5, abs=4 * np.sqrt(1.5 / n))
    assert few.var() == pytest.approx(1.5, rel=0.06)
    assert (cells_without_cd19(np.full(3, 1e5), luck[:3], RULES) == 1e5).all()
    assert (cells_without_cd19(np.full(3, 1e-9), luck[:3], RULES) == 0).all()


def test_counts_and_levels_start_at_their_baseline_in_balance():
    who = _body(_known(igg_g_per_l=np.full(N, 5.5), haemoglobin_g_per_dl=np.full(N, 9.9)))
    state = State(*who.initial_state)
    assert (state.igg == 5.5).all()
    assert (state.haemoglobin == 9.9).all()
    assert (state.plasma_long == 1).all()
