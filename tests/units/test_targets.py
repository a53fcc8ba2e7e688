import hashlib
import math
from collections import Counter

import pytest

from livingdrug.endpoints import OBSERVERS, read_definitions
from livingdrug.endpoints.proportions import survival_interval, wilson
from livingdrug.errors import UnknownName
from livingdrug.evidence import library
from livingdrug.trial import read_targets, select_targets
from livingdrug.trial.design import Compare
from livingdrug.trial.targets import Target, published_interval

TARGETS = read_targets()
BY_ID = {target.id: target for target in TARGETS}
DEFINITIONS = read_definitions()
_PUBLISHED = ("id", "time_months", "value", "unit", "ci_low", "ci_high", "n", "role")
_DIGEST = "37603e579337aa5d4314982bbe8066cd117beac5b2e1d3afbeeec10c1501f3fe"


def disease(target: Target) -> str:
    """Return the disease of a published row: rows of one disease are held against the same pool."""
    return next((name for name in ("LBCL", "FL") if target.population.startswith(name)), "ALL")


def test_every_published_row_is_carried_over_under_its_own_id():
    assert len(TARGETS) == 481
    assert len(BY_ID) == 481


def test_every_row_names_known_sources_units_roles_and_uses():
    for target in TARGETS:
        assert target.source in library().sources, target.id
        assert target.unit in library().units, target.id
        assert target.role in {"calibration", "validation"}
        assert target.use in {"output", "input", "qualitative", "superseded"}
        assert target.interval_kind in {"confidence", "range", "iqr", "none"}
        assert (target.interval_kind == "none") == math.isnan(target.ci_low)


def test_validation_rows_stay_flagged():
    validation = {target.id for target in TARGETS if target.role == "validation"}
    assert len(validation) == 21
    assert {"juliet_os_60m", "juliet_os_60m_responders", "cibmtr_orr", "cibmtr_cr"} <= validation


def test_no_validation_row_is_superseded_put_in_or_left_to_a_direction():
    assert {target.use for target in TARGETS if target.role == "validation"} == {"output"}


def test_no_published_figure_moves_unnoticed():
    """A changed value, interval, n, unit or role needs a new digest here, and its reason in a note."""
    figures = [
        "|".join(f"{getattr(target, name)}" for name in _PUBLISHED)
        for target in sorted(TARGETS, key=lambda target: target.id)
    ]
    assert hashlib.sha256("\n".join(figures).encode()).hexdigest() == _DIGEST


def test_what_a_superseded_row_counted_is_counted_by_a_row_of_the_same_role():
    for target in TARGETS:
        if target.use == "superseded":
            named = [word for word in target.note.replace(";", "").replace(":", "").replace(",", "").split()]
            assert {BY_ID[word].role for word in named if word in BY_ID} == {target.role}, target.id


def test_every_output_has_a_definition_but_those_that_pool_two_diseases():
    for target in TARGETS:
        if target.use == "output" and target.population != "ALL+DLBCL":
            assert target.definition in DEFINITIONS, target.id


def test_outputs_without_a_definition_carry_a_reason():
    for target in TARGETS:
        assert "not built" not in target.note, target.id
        if target.use == "output" and not target.definition:
            assert target.note, target.id


def test_superseded_rows_name_the_row_that_stands():
    for target in TARGETS:
        if target.use == "superseded":
            named = [
                word
                for word in target.note.replace(";", "").replace(":", "").replace(",", "").split()
                if word in BY_ID
            ]
            assert named, target.id
            assert all(BY_ID[name].use == "output" for name in named), target.id


def test_each_endpoint_time_and_definition_counts_once_for_a_disease():
    counted = Counter(
        (disease(target), target.definition, target.time_months)
        for target in TARGETS
        if target.use == "output" and target.definition and DEFINITIONS[target.definition].simulated == "yes"
    )
    assert [key for key, times in counted.items() if times > 1] == []


@pytest.mark.parametrize(
    ("row", "use"),
    [
        ("juliet_enrolled", "input"),
        ("juliet_infused_fraction", "input"),
        ("juliet_transplant_in_response", "input"),
        ("juliet_headache", "input"),
        ("juliet_best_orr_14m", "superseded"),
        ("us_kinetics_lbcl_cmax_mean_responders", "superseded"),
        ("us_kinetics_lbcl_half_life_mean_responders", "output"),
        ("juliet_cytopenia_beyond_day_28", "superseded"),
        ("awasthi_no_exposure_response", "qualitative"),
        ("eliana_infused_fraction", "input"),
        ("eliana_hsct_while_in_remission", "input"),
        ("eliana_orr_cr_cri_within_3_months", "superseded"),
        ("eliana_orr_cr_cri_within_3_months_n_79", "output"),
        ("eliana_os_kaplan_meier_step_value_right_of_21_516m", "superseded"),
        ("eliana_os_kaplan_meier_step_value_right_of_28_259m", "output"),
        ("eliana_os_kaplan_meier_step_value_right_of_33_99m", "output"),
        ("eliana_tocilizumab_among_crs", "output"),
        ("stein_2019_tocilizumab_use", "superseded"),
        ("stein_2019_first_tocilizumab", "output"),
        ("us_kinetics_all_tmax_median_responders", "superseded"),
        ("us_kinetics_all_t1_2_geometric_mean_responders", "output"),
        ("us_kinetics_fl_t1_2_geometric_mean_responders", "superseded"),
        ("elara_outpatient_infusion", "input"),
    ],
)
def test_inputs_and_superseded_rows_are_not_outputs(row, use):
    assert BY_ID[row].use == use


def test_corrected_label_kinetics_stand():
    assert BY_ID["eu_kinetics_lbcl_cmax_mean_responders"].value == 6070
    assert BY_ID["eu_kinetics_lbcl_tlast_responders"].value == 930
    assert BY_ID["eu_kinetics_lbcl_half_life_mean_non_responders"].n == 49


def test_a_range_is_never_read_as_an_interval():
    onset = BY_ID["juliet_crs_onset"]
    assert (onset.interval_kind, onset.ci_low, onset.ci_high) == ("range", 1, 9)
    low, high, kind = published_interval(onset, DEFINITIONS[onset.definition], 1.0)
    assert kind == "none"
    assert math.isnan(low)
    assert math.isnan(high)
    assert BY_ID["juliet_follow_up_40m"].interval_kind == "iqr"


def test_wilson_agrees_with_the_formula_worked_by_hand():
    # 64 of 111: centre (p + z2/2n) / (1 + z2/n), half width z sqrt(pq/n + z2/4n2) / (1 + z2/n)
    z, n, p = 1.959963984540054, 111, 64 / 111
    z2 = z * z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    low, high = wilson(58, 111)
    assert low == pytest.approx(100 * (centre - half))
    assert high == pytest.approx(100 * (centre + half))


def test_wilson_of_none_starts_at_zero_and_has_an_upper_limit():
    low, high = wilson(0, 111)
    assert low == 0
    assert 3 < high < 4


def test_fewer_followed_patients_widen_the_interval_of_a_survival_value():
    narrow, wide = survival_interval(43, 115, 1.0), survival_interval(43, 115, 0.5)
    assert wide[1] - wide[0] > narrow[1] - narrow[0]


def test_counts_get_an_interval_in_patients():
    target = BY_ID["juliet_deaths_30_days"]
    low, high, kind = published_interval(target, DEFINITIONS[target.definition], 1.0)
    assert kind == "computed"
    assert 0 < low < 3 < high < 12


def test_an_unknown_study_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean JULIET"):
        select_targets(TARGETS, (Compare(study="JULIT"),))


def test_all_definitions_that_are_simulated_can_be_observed_and_no_others():
    assert {key for key, d in DEFINITIONS.items() if d.simulated != "no"} == set(OBSERVERS)
