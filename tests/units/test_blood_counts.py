"""Blood counts and scores: what is not a case of tests/rules, such as grounds, days and several patients."""

import dataclasses

import numpy as np
import pytest
from tests.fake_in_vivo import changed, well, well_record

from livingdrug.bedside import antibody_levels, febrile_neutropenia, icaht, icaht_platelets
from livingdrug.bedside.antibody_levels import grade_hypogammaglobulinaemia
from livingdrug.bedside.blood_counts import (
    ANAEMIA_GROUNDS,
    CD4_GROUNDS,
    LEUKOPENIA_GROUNDS,
    LYMPHOPENIA_GROUNDS,
    NEUTROPENIA_GROUNDS,
    THROMBOCYTOPENIA_GROUNDS,
    grade_anaemia,
    grade_neutropenia,
    grade_thrombocytopenia,
    prolonged_cytopenia,
)
from livingdrug.bedside.car_hematotox import car_hematotox
from livingdrug.bedside.ctcae_electrolytes import (
    HYPERKALAEMIA_GROUNDS,
    HYPERURICAEMIA_GROUNDS,
    HYPOCALCAEMIA_GROUNDS,
    HYPOKALAEMIA_GROUNDS,
    HYPOPHOSPHATAEMIA_GROUNDS,
    grade_hypokalaemia,
)
from livingdrug.bedside.ctcae_laboratory import (
    AMINOTRANSFERASE_GROUNDS,
    BILIRUBIN_GROUNDS,
    CREATININE_GROUNDS,
    FIBRINOGEN_GROUNDS,
    grade_bilirubin,
    grade_creatinine,
)
from livingdrug.bedside.daily_counts import days_of, runs_of
from livingdrug.bedside.easix import easix
from livingdrug.bedside.febrile_neutropenia import grade_febrile_neutropenia
from livingdrug.bedside.grounds import decided_by_unverified, explain_grade
from livingdrug.bedside.icaht import grade_icaht
from livingdrug.bedside.icaht_platelets import grade_icaht_platelets
from livingdrug.evidence import load_edition
from livingdrug.observations import ALL_FIELDS

RULES = load_edition()
NAN = np.nan
ALIVE = np.array([NAN])
COLUMNS = {*ALL_FIELDS, "cd4_cells_per_ul"}
ICAHT = {field.name for field in dataclasses.fields(icaht.Icaht)}
PLATELETS = {field.name for field in dataclasses.fields(icaht_platelets.PlateletIcaht)}
TABLES = {
    "anaemia": (ANAEMIA_GROUNDS, COLUMNS),
    "neutropenia": (NEUTROPENIA_GROUNDS, COLUMNS),
    "thrombocytopenia": (THROMBOCYTOPENIA_GROUNDS, COLUMNS),
    "lymphopenia": (LYMPHOPENIA_GROUNDS, COLUMNS),
    "leukopenia": (LEUKOPENIA_GROUNDS, COLUMNS),
    "cd4": (CD4_GROUNDS, COLUMNS),
    "febrile_neutropenia": (febrile_neutropenia.GROUNDS, COLUMNS),
    "igg": (antibody_levels.GROUNDS, COLUMNS),
    "aminotransferase": (AMINOTRANSFERASE_GROUNDS, COLUMNS),
    "bilirubin": (BILIRUBIN_GROUNDS, COLUMNS),
    "creatinine": (CREATININE_GROUNDS, COLUMNS),
    "fibrinogen": (FIBRINOGEN_GROUNDS, COLUMNS),
    "hyperkalaemia": (HYPERKALAEMIA_GROUNDS, COLUMNS),
    "hypokalaemia": (HYPOKALAEMIA_GROUNDS, COLUMNS),
    "hypocalcaemia": (HYPOCALCAEMIA_GROUNDS, COLUMNS),
    "hyperuricaemia": (HYPERURICAEMIA_GROUNDS, COLUMNS),
    "hypophosphataemia": (HYPOPHOSPHATAEMIA_GROUNDS, COLUMNS),
    "icaht": (icaht.GROUNDS, ICAHT),
    "icaht_platelets": (icaht_platelets.GROUNDS, PLATELETS),
}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_grounds_name_columns_and_limits_that_exist(name):
    grounds, columns = TABLES[name]
    assert {column for ground in grounds.values() for column in ground.inputs} <= columns
    assert all(ground.text and ground.inputs for ground in grounds.values())
    for ground in grounds.values():
        for key in ground.keys:
            assert RULES.sourced(key).label


@pytest.mark.parametrize(
    "enumeration", [febrile_neutropenia.FebrileNeutropeniaCriterion, antibody_levels.AntibodyCriterion]
)
def test_every_criterion_has_its_ground(enumeration):
    module = {
        febrile_neutropenia.FebrileNeutropeniaCriterion: febrile_neutropenia,
        antibody_levels.AntibodyCriterion: antibody_levels,
    }[enumeration]
    assert set(module.GROUNDS) == set(enumeration)


def test_every_criterion_of_haematotoxicity_has_its_ground():
    assert set(icaht.GROUNDS) == set(icaht.IcahtCriterion)
    assert set(icaht_platelets.GROUNDS) == set(icaht_platelets.PlateletCriterion)


def test_a_grade_says_what_was_seen_and_on_which_limits_it_rests():
    seen = well(2, anc_e9_per_l=[0.4, 1.9])
    graded = grade_neutropenia(seen, RULES)
    why = explain_grade(graded, NEUTROPENIA_GROUNDS, seen, (0,), RULES)
    assert (why.answer, why.inputs, why.unverified, why.assumed) == (4, {"anc_e9_per_l": 0.4}, (), ())
    assert [limit.value for limit in why.limits] == [0.5]
    normal = explain_grade(graded, NEUTROPENIA_GROUNDS, seen, (1,), RULES)
    assert normal.assumed == ("scales.ctcae_blood.neutrophils.lower_limit",)
    assert decided_by_unverified(graded, NEUTROPENIA_GROUNDS, RULES).tolist() == [False, True]


def test_an_own_limit_of_the_laboratory_is_not_an_assumed_one():
    graded = grade_neutropenia(well(1, anc_e9_per_l=1.9), RULES, 1.8)
    assert decided_by_unverified(graded, NEUTROPENIA_GROUNDS, RULES).tolist() == [False]


def test_each_patient_may_come_from_a_laboratory_of_its_own():
    seen = well((2, 3), anc_e9_per_l=1.9)
    graded = grade_neutropenia(seen, RULES, np.array([2.0, 1.8]))
    assert graded.grade.tolist() == [[1, 1, 1], [0, 0, 0]]


def test_several_patients_are_graded_as_one_alone():
    random = np.random.default_rng(1)
    record = well_record(6, np.arange(101), anc_e9_per_l=np.exp(random.normal(-1, 1.5, (6, 101))))
    record = dataclasses.replace(
        record,
        platelets_e9_per_l=np.where(random.random((6, 101)) < 0.3, NAN, random.uniform(0, 120, (6, 101))),
    )
    died = np.array([NAN, 9.5, NAN, 40.0, NAN, 20.0])
    together = grade_icaht(record, died, RULES)
    platelets = grade_icaht_platelets(record, died, RULES)
    for row in range(6):
        one = dataclasses.replace(
            record, **{name: getattr(record, name)[row : row + 1] for name in ALL_FIELDS}
        )
        alone = grade_icaht(one, died[row : row + 1], RULES)
        assert together.early.graded.grade[row] == alone.early.graded.grade[0]
        assert together.late.grade[row] == alone.late.grade[0]
        alone = grade_icaht_platelets(one, died[row : row + 1], RULES)
        assert platelets.early.graded.grade[row] == alone.early.graded.grade[0]
        assert platelets.late.graded.grade[row] == alone.late.graded.grade[0]


def test_fever_is_followed_for_each_patient_alone():
    seen = well(
        (2, 2), day=[[4.0, 4.5], [4.0, 4.5]], temperature_c=[[38.1, 38.1], [37.0, 38.1]], anc_e9_per_l=0.2
    )
    assert grade_febrile_neutropenia(seen, RULES).grade.tolist() == [[-1, 3], [0, 0]]


def test_the_count_nearest_to_the_landmark_stands_for_it():
    seen = well(
        (3, 3), day=[[20.0, 26.0, 31.0]], anc_e9_per_l=[[0.2, 0.8, 3.0], [0.2, NAN, 0.4], [0.2, NAN, NAN]]
    )
    landmark = prolonged_cytopenia(seen, 28.0, RULES)
    assert landmark.neutropenia_grade.tolist() == [3, 4, -1]
    assert landmark.prolonged.tolist() == [1, 1, -1]
    assert landmark.thrombocytopenia_grade.tolist() == [0, 0, 0]
    assert landmark.anaemia_grade.tolist() == [0, 0, 0]


def test_car_hematotox_says_which_of_its_limits_were_not_read_at_their_source():
    found = car_hematotox(well(1), RULES)
    assert "scales.car_hematotox.crp.one_point_from" in found.unverified
    assert "scales.car_hematotox.high_from" not in found.unverified
    assert len(found.unverified) == 7
    assert [item.field for item in found.items][:2] == ["platelets_e9_per_l", "anc_e9_per_l"]
    assert found.source == "hematotox_validation_2023"


def test_a_missing_input_of_car_hematotox_is_counted():
    found = car_hematotox(well(1, crp_mg_per_l=NAN, ferritin_ug_per_l=NAN), RULES)
    assert found.n_missing.tolist() == [2]


def test_the_indices_name_their_sources():
    assert easix(well(1), RULES).sources == ("pennisi_2021", "greenbaum_2021")


def test_the_laboratorys_own_limit_of_igg_goes_before_the_usual_one():
    assert grade_hypogammaglobulinaemia(np.array([6.0]), RULES, 5.5).grade.tolist() == [0]


def test_graders_name_their_source():
    seen = well(1)
    for graded in (
        grade_neutropenia(seen, RULES),
        grade_thrombocytopenia(seen, RULES),
        grade_anaemia(seen, RULES),
    ):
        assert graded.source == "ctcae_v5"
    for found in (
        grade_bilirubin(seen, RULES),
        grade_creatinine(seen, RULES),
        grade_hypokalaemia(seen, RULES),
    ):
        assert found.graded.source == "ctcae_v5"


def test_a_bound_is_kept_where_the_grade_is_not_assessable():
    found = grade_hypokalaemia(well(1, potassium_mmol_per_l=3.2), RULES)
    assert (found.graded.grade.tolist(), found.lowest.tolist(), found.highest.tolist()) == ([-1], [1], [2])


def test_a_record_of_grades_can_be_explained_by_its_days():
    record = changed(well_record(1, np.arange(31)), 0, lambda day: (day >= 5) & (day < 13), anc_e9_per_l=0.4)
    found = grade_icaht(record, ALIVE, RULES)
    why = explain_grade(found.early.graded, icaht.GROUNDS, found, (0,), RULES)
    assert (why.answer, why.inputs["longest_run_days"]) == (2, 8.0)
    assert why.source == "liang_icaht"


def test_a_short_gap_is_bridged_and_a_long_one_stays_unknown():
    days = days_of(
        np.array([[0.0, 4.0, 4.5, 13.0]]), np.array([[1.0, 3.0, 2.0, 2.0]]), (0, 14), 7, np.array([NAN])
    )
    assert days.lowest[0, :5] == pytest.approx([1.0, 1.25, 1.5, 1.75, 2.0])
    assert np.isnan(days.lowest[0, 5:13]).all()
    assert days.lowest[0, 13] == 2.0
    assert np.isnan(days.lowest[0, 14])  # the record stops: what comes after it has not been seen
    assert days.measured[0].nonzero()[0].tolist() == [0, 4, 13]


def test_days_after_the_end_of_follow_up_are_not_there():
    days = days_of(np.array([[0.0, 5.0]]), np.array([[1.0, 3.0]]), (0, 9), 7, np.array([4.5]))
    assert days.present[0].tolist() == [True] * 5 + [False] * 5
    assert days.lowest[0, :5].tolist() == [1.0] * 5


def test_a_day_that_is_neither_low_nor_a_recovery_joins_without_ending_a_run():
    low = np.array([[1, 0, 0, 0, 1, 0]], dtype=bool)
    present = np.ones_like(low)
    joined = runs_of(low, np.zeros_like(low), present, 3)
    apart = runs_of(low, ~low, present, 3)
    assert (joined.longest.tolist(), joined.joined.tolist(), joined.cumulative.tolist()) == ([5], [5], [2])
    assert (apart.longest.tolist(), apart.joined.tolist()) == ([1], [2])
    assert np.isinf(joined.open_since).all()
