"""Laws of grading and classification that hold for any record."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fake_in_vivo import DAYS, in_vivo, infused, well_record
from tests.typical_patients import typical

from livingdrug.bedside.blood_counts import grade_neutropenia, grade_thrombocytopenia
from livingdrug.bedside.car_hematotox import car_hematotox
from livingdrug.bedside.crs import grade_penn
from livingdrug.bedside.response import classify_lugano
from livingdrug.course.causes import DeathCause
from livingdrug.course.s7_toxicity import grade_toxicity
from livingdrug.course.s7_toxicity.chance import draw_reactions, reaction_rates, reference_mix
from livingdrug.course.s8_outcomes import classify_outcomes
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition
from livingdrug.observations import ALL_FIELDS, FLOAT_FIELDS, Observations, OxygenDevice
from livingdrug.patients import Indication
from livingdrug.tables import take

RULES = load_edition()
N = 6
SEEDS = st.integers(0, 10_000)


def random_record(seed):
    """A record of N patients with any course, blank after each one's death."""
    random = np.random.default_rng(seed)
    n, t = N, len(DAYS)
    death = np.where(random.random(n) < 0.4, random.uniform(1, 300, n), np.nan)
    until = np.where(np.isnan(death), DAYS[-1] * random.uniform(0.3, 1, n), death)
    observations = well_record(
        n,
        temperature_c=random.choice([36.5, 38.0, 39.5], (n, t)),
        fever_otherwise_explained=random.choice([0, 1], (n, t)),
        systolic_mmhg=random.choice([80.0, 120.0], (n, t)),
        n_vasopressors=random.choice([0.0, 1.0], (n, t)),
        oxygen_device=random.choice([OxygenDevice.NONE, OxygenDevice.FACE_MASK], (n, t)),
        anc_e9_per_l=random.lognormal(0, 1.2, (n, t)),
        platelets_e9_per_l=random.lognormal(4, 1, (n, t)),
        ice_score=random.choice([0.0, 5.0, 10.0], (n, t)),
        igg_g_per_l=random.uniform(1, 10, (n, t)),
    )
    gone = observations.day > until[:, None]
    blank = {
        name: np.where(gone, np.nan if name in FLOAT_FIELDS else -1, getattr(observations, name)).astype(
            getattr(observations, name).dtype
        )
        for name in ALL_FIELDS
        if name != "day"
    }
    cause = np.where(np.isnan(death), DeathCause.NONE, random.integers(1, 9, n)).astype(np.int8)
    return in_vivo(
        Observations(day=observations.day, **blank),
        reached=random.random(n) < 0.8,
        response=random.choice([-1, 0, 1, 2, 3], (n, 4)).astype(np.int8),
        progression_day=np.where(random.random(n) < 0.5, random.uniform(20, 350, n), np.nan),
        transplant_day=np.where(random.random(n) < 0.3, random.uniform(20, 350, n), np.nan),
        next_therapy_day=np.where(random.random(n) < 0.3, random.uniform(20, 350, n), np.nan),
        second_malignancy_day=np.where(random.random(n) < 0.2, random.uniform(20, 350, n), np.nan),
        relapse_antigen=random.choice([-1, 0, 1], n).astype(np.int8),
        death_day=death,
        death_cause=cause,
        followed_until_day=until,
    )


def both(record, first=0, n=N):
    patients = typical(Indication.LBCL, n)
    toxicity = grade_toxicity(patients, infused(n), record, RULES, Draws(9, first, n))
    return toxicity, classify_outcomes(infused(n), record, RULES)


@given(SEEDS)
@settings(max_examples=25)
def test_no_one_responds_or_suffers_without_an_infusion(seed):
    record = random_record(seed)
    toxicity, outcomes = both(record)
    out = ~record.reached
    assert np.isnan(outcomes.first_response_day[out]).all()
    assert (outcomes.best_response[out] == -1).all()
    assert (toxicity.crs_penn[out] == -1).all()
    assert (toxicity.reactions[out] == -1).all()
    assert not toxicity.icu[out].any()


@given(SEEDS)
@settings(max_examples=25)
def test_nothing_is_seen_after_death_or_the_end_of_follow_up(seed):
    record = random_record(seed)
    for table in both(record):
        for field in dataclasses.fields(table):
            column = getattr(table, field.name)
            if field.name.endswith("_day"):
                assert not (column > record.followed_until_day + 1e-9).any(), field.name


@given(SEEDS)
@settings(max_examples=25)
def test_one_thing_implies_another(seed):
    toxicity, outcomes = both(random_record(seed))
    assert (np.isnan(toxicity.crs_onset_day) | (toxicity.crs_penn >= 1)).all()
    assert (np.isnan(toxicity.crs_resolved_day) | (toxicity.crs_resolved_day > toxicity.crs_onset_day)).all()
    assert (toxicity.crs_as_fda_penn >= np.minimum(toxicity.crs_penn, 1)).all()
    assert (~toxicity.intubated | toxicity.oxygen_given).all()
    assert (
        toxicity.neurological_event_grade >= np.where(toxicity.icans_grade >= 1, toxicity.icans_grade, -1)
    ).all()
    assert (toxicity.febrile_neutropenia <= toxicity.febrile_neutropenia_any_fever).all()
    assert (np.isnan(outcomes.complete_response_day) | ~np.isnan(outcomes.first_response_day)).all()
    assert (~outcomes.transplant_in_response | ~np.isnan(outcomes.transplant_day)).all()
    assert ((outcomes.death_cause >= 1) == ~np.isnan(outcomes.death_day)).all()
    assert (np.isnan(outcomes.response_ended_day) | ~np.isnan(outcomes.first_response_day)).all()


@given(SEEDS)
@settings(max_examples=25)
def test_the_worst_grade_is_at_least_the_grade_at_any_time(seed):
    record = random_record(seed)
    toxicity, _ = both(record)
    seen = record.observations
    reached = record.reached
    early = seen.day <= 95
    for grader, worst in (
        (grade_neutropenia, toxicity.neutropenia_grade_worst),
        (grade_thrombocytopenia, toxicity.thrombocytopenia_grade_worst),
    ):
        grades = np.where(early, grader(seen, RULES).grade, -1)
        assert (worst[reached] == grades[reached].max(axis=1)).all()
    penn = grade_penn(seen, RULES).grade
    inside = (seen.day >= toxicity.crs_onset_day[:, None]) & (
        (seen.day < toxicity.crs_resolved_day[:, None]) | np.isnan(toxicity.crs_resolved_day)[:, None]
    )
    assert (toxicity.crs_penn[reached] >= np.where(inside, penn, -1).max(axis=1)[reached]).all()


@given(SEEDS, st.integers(0, N - 1))
@settings(max_examples=15)
def test_a_patient_alone_has_the_same_record_as_among_others(seed, row):
    record = random_record(seed)
    single = in_vivo(
        take(record.observations, slice(row, row + 1)),
        **{
            name: value[row : row + 1]
            for name, value in vars(record).items()
            if isinstance(value, np.ndarray)
        },
    )
    for together, alone in zip(both(record), both(single, first=row, n=1), strict=True):
        for field in dataclasses.fields(together):
            column = getattr(together, field.name)
            if isinstance(column, np.ndarray):
                np.testing.assert_array_equal(getattr(alone, field.name)[0], column[row], err_msg=field.name)


@given(
    st.lists(st.floats(0.1, 200), min_size=3, max_size=3),
    st.sampled_from([1.0, 3.0, 4.0, np.nan]),
    st.floats(1.0, 3.0),
)
def test_a_larger_tumour_never_responds_better(sizes, deauville, factor):
    spd, baseline, nadir = (np.array([size]) for size in sizes)
    nadir = np.minimum(nadir, baseline)
    none = np.zeros(1, dtype=np.int8)
    small = classify_lugano(spd, baseline, nadir, np.array([deauville]), none, RULES)
    large = classify_lugano(spd * factor, baseline, nadir, np.array([deauville]), none, RULES)
    assert large[0] >= small[0]


@given(SEEDS)
def test_a_completed_panel_lies_within_the_bounds_of_the_incomplete_one(seed):
    random = np.random.default_rng(seed)
    full = well_record(
        4,
        [0.0],
        platelets_e9_per_l=random.uniform(20, 250, (4, 1)),
        anc_e9_per_l=random.uniform(0.2, 3, (4, 1)),
        haemoglobin_g_per_dl=random.uniform(6, 13, (4, 1)),
        crp_mg_per_l=random.uniform(0, 90, (4, 1)),
        ferritin_ug_per_l=random.uniform(50, 4000, (4, 1)),
    )
    part = dataclasses.replace(
        full, ferritin_ug_per_l=np.full((4, 1), np.nan), anc_e9_per_l=np.full((4, 1), np.nan)
    )
    complete, bounds = car_hematotox(full, RULES), car_hematotox(part, RULES)
    assert (complete.lowest == complete.highest).all()
    assert ((bounds.lowest <= complete.lowest) & (complete.lowest <= bounds.highest)).all()
    assert ((bounds.high_risk == -1) | (bounds.high_risk == complete.high_risk)).all()


@pytest.mark.parametrize("indication", list(Indication))
def test_reactions_are_as_frequent_as_the_label_prints_over_its_own_mix_of_crs(indication):
    n = 40_000
    mix = reference_mix(indication, RULES)
    crs = np.random.default_rng(5).choice([0, 2, 3], size=n, p=mix)
    code, names = draw_reactions(np.full(n, indication), crs, np.ones(n, dtype=bool), RULES, Draws(11, 0, n))
    rates = reaction_rates(RULES)
    assert names == rates.names
    for r, name in enumerate(names):
        expected, severe = rates.any_grade[r, indication], rates.grade3_up[r, indication]
        if np.isnan(expected):
            assert (code[:, r] == -1).all(), name
            continue
        for drawn, rate in (((code[:, r] >= 1).mean(), expected), ((code[:, r] == 3).mean(), severe)):
            assert abs(drawn - rate) <= 4 * np.sqrt(rate * (1 - rate) / n), name
        if indication != Indication.FL and expected > 0.05:
            assert (code[crs == 3, r] >= 1).mean() > (code[crs == 0, r] >= 1).mean(), name
