"""Stage 7: episodes, counting, death, and the chance layer, on records made by hand."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from tests.fake_in_vivo import changed, in_vivo, infused, unseen_after, well_record
from tests.typical_patients import typical

from livingdrug.bedside.episodes import EpisodeWindow, find_episode, span_days
from livingdrug.course.causes import DeathCause
from livingdrug.course.s7_toxicity import DRAWN_COLUMNS, Toxicity, grade_toxicity
from livingdrug.course.s7_toxicity.chance import (
    conditional_rates,
    draw_reactions,
    neurological_names,
    reaction_rates,
    reference_mix,
)
from livingdrug.course.s7_toxicity.neurology import NeurologicalEvent, wide_event
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition
from livingdrug.observations import OxygenDevice, PlaceOfCare
from livingdrug.patients import Indication

RULES = load_edition()
NAN = np.nan
LBCL = Indication.LBCL


def between(first, last):
    return lambda day: (day > first - 0.01) & (day < last + 0.01)


def toxicity(observations, rules=RULES, seed=1, **changes):
    n = observations.day.shape[0]
    patients = typical(LBCL, n, ferritin_ug_per_l=200.0)
    record = in_vivo(observations, **changes)
    return grade_toxicity(patients, infused(n), record, rules, Draws(seed, 0, n))


def feverish(first=3.0, last=8.0, **more):
    return changed(well_record(1), 0, between(first, last), temperature_c=39.0, **more)


def one(column):
    return column[0].item()


def test_a_well_patient_has_no_toxicity_but_what_is_drawn():
    seen = toxicity(well_record(1))
    assert (one(seen.crs_penn), one(seen.crs_lee), one(seen.crs_astct), one(seen.crs_as_fda_penn)) == (
        0,
        0,
        0,
        0,
    )
    assert np.isnan(seen.crs_onset_day[0])
    assert (one(seen.icans_grade), one(seen.hlh_like), one(seen.tumour_lysis_grade)) == (0, 0, 0)
    assert (one(seen.neutropenia_grade_day28), one(seen.thrombocytopenia_grade_month3)) == (0, 0)
    assert (one(seen.febrile_neutropenia), one(seen.hypogammaglobulinaemia)) == (0, 0)
    assert one(seen.days_anc_below_0_5) == 0
    assert one(seen.infection_grade_8_weeks) == 0
    assert not seen.treatment_related_death[0]


def test_a_fever_makes_an_episode_with_onset_and_end():
    seen = toxicity(feverish())
    assert (one(seen.crs_penn), one(seen.crs_astct)) == (1, 1)
    assert one(seen.crs_onset_day) == pytest.approx(3.0)
    assert one(seen.crs_resolved_day) == pytest.approx(8 + 1 / 3)
    assert (seen.crs_with_fever[0], seen.crs_with_hypotension[0], seen.oxygen_given[0]) == (
        True,
        False,
        False,
    )


def test_the_worst_grade_of_the_episode_counts_on_each_scale():
    record = changed(
        feverish(),
        0,
        between(5, 6),
        n_vasopressors=1,
        norepinephrine_ug_per_min=30.0,
        oxygen_device=OxygenDevice.LOW_FLOW_NASAL,
        oxygen_flow_l_per_min=2.0,
        fio2_percent=28.0,
        systolic_mmhg=80.0,
        heart_rate_per_min=125.0,
        place_of_care=PlaceOfCare.ICU,
    )
    seen = toxicity(record)
    assert (one(seen.crs_penn), one(seen.crs_lee), one(seen.crs_astct)) == (4, 3, 3)
    assert all(
        flag[0]
        for flag in (
            seen.crs_with_hypotension,
            seen.crs_with_hypoxia,
            seen.crs_with_tachycardia,
            seen.high_dose_vasopressor,
            seen.icu,
            seen.oxygen_given,
        )
    )
    assert not seen.intubated[0]


def test_fever_of_an_infection_counts_for_the_fda_and_not_for_investigators():
    seen = toxicity(feverish(12.0, 14.0, fever_otherwise_explained=1))
    assert (one(seen.crs_penn), one(seen.crs_astct)) == (0, 0)
    assert one(seen.crs_as_fda_penn) == 1
    assert one(seen.crs_as_fda_onset_day) == pytest.approx(12.0)
    assert seen.crs_with_fever[0]


def test_hypotension_without_fever_counts_for_the_fda_alone():
    record = changed(well_record(1), 0, between(9, 10), systolic_mmhg=80.0, fluid_bolus=1)
    seen = toxicity(record)
    assert np.isnan(seen.crs_onset_day[0])
    assert one(seen.crs_as_fda_penn) == 3
    assert one(seen.crs_as_fda_onset_day) == pytest.approx(9.0)


@pytest.mark.parametrize(("first", "grade"), [(30.0, 1), (31.0, 0)])
def test_an_episode_must_begin_within_the_first_thirty_days(first, grade):
    assert one(toxicity(feverish(first, first + 2)).crs_penn) == grade


@pytest.mark.parametrize(("pause", "end"), [(2 / 3, 9.0), (4 / 3, 5 + 1 / 3)])
def test_a_day_without_signs_ends_the_episode(pause, end):
    record = changed(feverish(3.0, 5.0), 0, between(5 + 1 / 3 + pause, 8 + 2 / 3), temperature_c=39.0)
    assert one(toxicity(record).crs_resolved_day) == pytest.approx(end)


@pytest.mark.parametrize(
    ("doubtful", "longest_gap_days", "end"), [(False, 1.0, 1.0), (False, 0.9, np.nan), (True, 1.0, np.nan)]
)
def test_an_unseen_time_says_nothing_unless_it_is_doubtful_or_the_gap_is_long(
    doubtful, longest_gap_days, end
):
    sick = np.array([[False, True, False, False, False, False]])
    clear = np.array([[True, False, True, False, True, False]])
    window = EpisodeWindow(onset_until_day=30.0, clear_for_days=1.0, longest_gap_days=longest_gap_days)
    unseen = doubtful & ~sick & ~clear
    episode = find_episode(sick, clear, np.arange(6.0)[None, :] / 2, window, unseen)
    np.testing.assert_array_equal([one(episode.onset_day), episode.resolved_day[0]], [0.5, end])


def test_crs_that_lasts_until_death_is_grade_5_and_never_resolved():
    record = unseen_after(feverish(3.0, 30.0), 0, 7.5)
    seen = toxicity(
        record,
        death_day=np.array([7.6]),
        death_cause=np.array([DeathCause.CRS], dtype=np.int8),
        followed_until_day=np.array([7.6]),
    )
    assert (one(seen.crs_penn), one(seen.crs_lee), one(seen.crs_astct), one(seen.crs_as_fda_penn)) == (
        5,
        5,
        5,
        5,
    )
    assert np.isnan(seen.crs_resolved_day[0])
    assert seen.treatment_related_death[0]
    assert (one(seen.neutropenia_grade_day28), one(seen.icans_grade)) == (-1, 0)


def test_death_of_the_disease_is_not_related_to_treatment():
    seen = toxicity(well_record(1), death_cause=np.array([DeathCause.DISEASE], dtype=np.int8))
    assert (seen.treatment_related_death[0], one(seen.crs_penn)) == (False, 0)


def test_a_record_that_could_never_be_graded_is_not_assessable():
    seen = toxicity(well_record(1, temperature_c=NAN, ice_score=NAN, anc_e9_per_l=NAN, igg_g_per_l=NAN))
    assert (one(seen.crs_penn), one(seen.crs_as_fda_penn), one(seen.icans_grade)) == (-1, -1, -1)
    assert (one(seen.neutropenia_grade_day28), one(seen.hypogammaglobulinaemia)) == (-1, -1)
    assert np.isnan(seen.days_anc_below_0_5[0])


def test_who_was_never_infused_has_no_toxicity_at_all():
    record = in_vivo(feverish(), reached=np.array([False]))
    seen = grade_toxicity(
        typical(LBCL), SimpleNamespace(infused=np.array([False])), record, RULES, Draws(1, 0, 1)
    )
    for field in dataclasses.fields(Toxicity):
        column = getattr(seen, field.name)
        if not isinstance(column, np.ndarray):
            continue
        blank = (
            ~column if column.dtype == bool else np.isnan(column) if column.dtype == float else column == -1
        )
        assert np.all(blank), field.name


def test_icans_is_read_from_the_observations():
    record = changed(well_record(1), 0, between(6, 7), ice_score=5.0)
    record = changed(record, 0, between(7 + 1 / 3, 8), ice_score=8.0)
    seen = toxicity(record)
    assert one(seen.icans_grade) == 2
    assert one(seen.icans_onset_day) == pytest.approx(6.0)
    assert one(seen.icans_resolved_day) == pytest.approx(8 + 1 / 3)
    assert one(seen.neurological_event_grade) >= 2


def test_cytopenia_is_read_at_its_landmarks_with_its_depth_and_duration():
    record = changed(well_record(1), 0, between(5, 29), anc_e9_per_l=0.3, platelets_e9_per_l=40.0)
    record = changed(record, 0, lambda day: day > 85, platelets_e9_per_l=60.0)
    seen = toxicity(record)
    assert (one(seen.neutropenia_grade_day28), one(seen.neutropenia_grade_month3)) == (4, 0)
    assert (one(seen.thrombocytopenia_grade_day28), one(seen.thrombocytopenia_grade_month3)) == (3, 2)
    assert one(seen.days_anc_below_0_5) == pytest.approx(24 + 1 / 3)
    assert (one(seen.lowest_anc_e9_per_l), one(seen.icaht_early)) == (0.3, 3)
    assert (one(seen.neutropenia_grade_worst), one(seen.thrombocytopenia_grade_worst)) == (4, 3)


def test_neutropenic_fever_within_crs_is_told_from_one_of_its_own():
    within = toxicity(feverish(3, 8, anc_e9_per_l=0.2))
    assert (one(within.febrile_neutropenia), one(within.febrile_neutropenia_any_fever)) == (0, 1)
    explained = toxicity(feverish(3, 8, anc_e9_per_l=0.2, fever_otherwise_explained=1))
    assert (one(explained.febrile_neutropenia), one(explained.febrile_neutropenia_any_fever)) == (1, 1)


def test_infections_count_by_their_first_eight_weeks():
    record = changed(well_record(4), 0, between(10, 12), infection_grade=1)
    record = changed(record, 0, between(70, 72), infection_grade=4)
    record = changed(record, 1, between(56, 57), infection_grade=3)
    record = changed(record, 2, between(57, 60), infection_grade=3)
    seen = toxicity(unseen_after(record, 3, 5.0))
    assert seen.infection_grade_8_weeks.tolist() == [1, 3, 0, 0]


def test_low_igg_counts_where_it_is_replaced():
    seen = toxicity(well_record(2, igg_g_per_l=np.array([[5.0], [3.9]])))
    assert seen.hypogammaglobulinaemia.tolist() == [0, 1]
    assert seen.hypogammaglobulinaemia_grade.tolist() == [1, 2]


def test_every_drawn_column_exists_and_icans_is_not_one_of_them():
    names = {field.name for field in dataclasses.fields(Toxicity)}
    assert set(DRAWN_COLUMNS) <= names
    assert not {"icans_grade", "crs_penn", "crs_as_fda_penn"} & set(DRAWN_COLUMNS)


def test_what_another_stage_has_is_not_drawn():
    names = reaction_rates(RULES).names
    assert {"Headache", "Delirium", "Nausea", "Acute kidney injury", "Tremor"} <= set(names)
    assert not {
        "Cytokine release syndrome",
        "Fever",
        "Hypotension",
        "Febrile neutropenia",
        "Viral infections",
    } & set(names)
    assert set(neurological_names(RULES)) <= set(names)


def test_rates_are_those_that_the_label_prints():
    rates = reaction_rates(RULES)
    headache = rates.names.index("Headache")
    assert rates.any_grade[headache].tolist() == [0.35, 0.21, 0.25]
    assert rates.grade3_up[headache].tolist() == [0.03, 0.01, 0.02]


def test_an_edition_that_prints_no_rate_leaves_reactions_unknown():
    european = load_edition("eu_current")
    seen = toxicity(well_record(2), european)
    assert seen.reaction_names == reaction_rates(RULES).names
    assert np.all(seen.reactions == -1)
    assert seen.neurological_event_grade.tolist() == [-1, -1]
    assert not seen.headache.any()


@pytest.mark.parametrize("marginal", [0.01, 0.21, 0.5, 0.77, 0.99])
@pytest.mark.parametrize("indication", list(Indication))
def test_the_average_over_the_labels_own_mix_is_the_published_rate(marginal, indication):
    mix = reference_mix(indication, RULES)
    rates = conditional_rates(marginal, mix, (1.0, 1.5, 3.0))
    assert sum(mix) == pytest.approx(1)
    assert sum(share * rate for share, rate in zip(mix, rates, strict=True)) == pytest.approx(marginal)
    odds = [rate / (1 - rate) for rate in rates]
    assert odds[1] / odds[0] == pytest.approx(1.5)
    assert odds[2] / odds[0] == pytest.approx(3.0)


@pytest.mark.parametrize("marginal", [0.0, 1.0])
def test_a_certain_or_impossible_reaction_needs_no_odds(marginal):
    assert conditional_rates(marginal, (0.2, 0.5, 0.3), (1.0, 1.5, 3.0)) == (marginal,) * 3


def test_a_patient_has_the_same_reactions_alone_as_among_others():
    n = 40
    indication, crs = np.full(n, LBCL), np.arange(n) % 6 - 1
    together, _ = draw_reactions(indication, crs, np.ones(n, dtype=bool), RULES, Draws(3, 0, n))
    alone, _ = draw_reactions(indication[17:18], crs[17:18], np.ones(1, dtype=bool), RULES, Draws(3, 17, 1))
    assert alone[0].tolist() == together[17].tolist()


def test_a_drawn_symptom_begins_within_follow_up_and_ends_only_if_seen_to():
    n = 500
    until = np.linspace(0.5, 400.0, n)
    none = NeurologicalEvent(np.zeros(n, dtype=np.int8), np.full(n, NAN), np.full(n, NAN))
    drawn = np.ones((n, 1), dtype=np.int8)
    event = wide_event(none, drawn, ("Headache",), np.full(n, LBCL), until, RULES, Draws(4, 0, n))
    assert np.all(event.grade == 1)
    assert np.all((event.onset_day > 0) & (event.onset_day <= until))
    ended = ~np.isnan(event.resolved_day)
    assert 0 < ended.sum() < n
    assert np.all(event.resolved_day[ended] <= until[ended])
    assert np.all(event.resolved_day[ended] > event.onset_day[ended])


def test_the_length_of_fever_care_and_support_is_read_within_the_episode():
    ill = changed(feverish(3, 9), 0, between(5, 7), place_of_care=PlaceOfCare.ICU, fluid_bolus=1)
    ill = changed(ill, 0, between(6, 6), oxygen_device=OxygenDevice.VENTILATOR, fibrinogen_mg_per_dl=99.0)
    ill = changed(ill, 0, between(6, 8), dialysis=1)
    seen = toxicity(ill)
    third = 1 / 3  # of a day: until the next decision
    assert one(seen.fever_days) == pytest.approx(6 + third)
    assert one(seen.icu_days) == pytest.approx(2 + third)
    assert one(seen.ventilated_days) == pytest.approx(third)
    assert one(seen.dialysis_days) == pytest.approx(2 + third)
    assert one(seen.crs_grade4_day) == pytest.approx(6)
    assert one(seen.crs_hypotension_treated)
    assert one(seen.crs_low_fibrinogen)


def test_without_an_episode_there_is_no_care_for_it():
    seen = toxicity(changed(well_record(1), 0, between(5, 7), place_of_care=PlaceOfCare.ICU, fluid_bolus=1))
    for name in ("fever_days", "icu_days", "ventilated_days", "dialysis_days", "crs_grade4_day"):
        assert np.isnan(getattr(seen, name)[0]), name
    assert not one(seen.crs_hypotension_treated)
    assert not one(seen.crs_low_fibrinogen)


def test_days_in_hospital_are_those_of_the_first_two_months():
    stays = changed(well_record(1), 0, between(4, 6), place_of_care=PlaceOfCare.WARD)
    stays = changed(stays, 0, between(70, 75), place_of_care=PlaceOfCare.WARD)
    seen = toxicity(stays)
    assert one(seen.hospital_first_day) == 4
    assert one(seen.hospital_days) == pytest.approx(2 + 1 / 3)


def test_what_lasts_until_nothing_more_is_seen_ends_with_the_last_time_seen():
    day = np.array([[0.0, 1, 2, NAN]])
    held = np.array([[False, True, True, False]])
    assert span_days(held, np.ones((1, 4), dtype=bool), day).tolist() == [1]
