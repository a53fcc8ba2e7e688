"""What the diseases share in the body, and that whatever differs says why."""

import itertools

import pytest

from livingdrug.evidence import load_edition
from livingdrug.patients import Indication

RULES = load_edition()
DISEASES = tuple(kind.key for kind in Indication)
PER_DISEASE = sorted(
    key.removesuffix(".all") for key in RULES.values if key.startswith("body.") and key.endswith(".all")
)
SHARED_GROWTH = (
    "growth_per_day",
    "growth_without_antigen",
    "lag_days",
    "niche_half_cells",
    "antigen_half_cells",
    "effector_death_per_day",
    "exhaustion_per_day",
    "exhausted_death_per_day",
    "memory_death_per_day",
    "memory_activation_per_day",
    "memory_at_infusion",
    "engraftment",
    "engrafted_half_dose_cells",
    "growth_by_memory_fraction",
    "vector_copies_per_cell",
    "lymphocyte_growth_per_day",
    "lymphocyte_capacity_cells",
)


@pytest.mark.parametrize("name", SHARED_GROWTH)
def test_growth_and_contraction_of_car_t_cells_have_one_value_for_all_diseases(name):
    assert f"body.car_t.{name}" in RULES.values
    assert not [key for key in RULES.values if key.startswith(f"body.car_t.{name}.")]


def test_of_the_car_t_cells_no_more_than_these_differ_between_diseases():
    """Where the antigen is, how many cells stay, and who loses them; the lag of those who do not respond."""
    differing = [key for key in PER_DISEASE if key.startswith(("body.car_t.", "body.lymphodepletion."))]
    assert differing == [
        "body.car_t.memory_share",
        "body.car_t.rejection_median_day",
        "body.car_t.rejection_probability",
        "body.car_t.tumour_access",
        "body.lymphodepletion.regrowth_delay_days",
    ]


@pytest.mark.parametrize("key", PER_DISEASE)
def test_two_diseases_that_differ_do_not_give_the_same_reason(key):
    values = {disease: RULES.sourced(f"{key}.{disease}") for disease in DISEASES}
    for one, other in itertools.combinations(DISEASES, 2):
        if (values[one].value, values[one].spread) != (values[other].value, values[other].spread):
            assert values[one].where != values[other].where, f"{key}: {one} and {other}"
