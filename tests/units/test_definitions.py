import pytest

from livingdrug.endpoints import observer, read_definitions
from livingdrug.errors import UnknownName
from livingdrug.trial import known_designs, load_design, read_targets, select_targets

DEFINITIONS = read_definitions()
METHODS = {
    "proportion", "median", "kaplan_meier", "kaplan_meier_median", "count", "geometric_mean", "geometric_cv",
    "cumulative_incidence", "hazard_ratio", "odds_ratio", "ratio_of_geometric_means", "maximum",
}  # fmt: skip


@pytest.mark.parametrize("key", DEFINITIONS)
def test_a_definition_states_its_method_set_and_whether_it_is_simulated(key):
    definition = DEFINITIONS[key]
    assert definition.method in METHODS
    assert definition.simulated in {"yes", "no", "input"}
    assert definition.analysis_set
    assert definition.title


@pytest.mark.parametrize("key", [k for k, d in DEFINITIONS.items() if d.simulated != "yes"])
def test_what_is_not_a_prediction_says_why(key):
    assert DEFINITIONS[key].reason


def test_every_definition_is_used_by_a_row():
    assert set(DEFINITIONS) == {target.definition for target in read_targets() if target.definition}


@pytest.mark.parametrize("name", known_designs())
def test_every_cut_that_a_row_of_a_design_is_read_at_is_in_the_design(name):
    design = load_design(name)
    rows = select_targets(read_targets(), design.compare)
    cuts = {DEFINITIONS[row.definition].cut for row in rows if row.definition}
    assert cuts - {""} <= set(design.cuts_months)


@pytest.mark.parametrize("key", ["crs_any_penn", "crs_any_label", "crs_count_lee", "crs_count_astct"])
def test_the_four_ways_of_counting_crs_are_different_definitions(key):
    others = {"crs_any_penn", "crs_any_label", "crs_count_lee", "crs_count_astct"} - {key}
    words = (DEFINITIONS[key].scale, DEFINITIONS[key].intercurrent)
    assert all(words != (DEFINITIONS[other].scale, DEFINITIONS[other].intercurrent) for other in others)


@pytest.mark.parametrize(
    ("key", "simulated"),
    [
        ("icans_astct", "yes"),
        ("neurotoxicity_fda", "input"),
        ("neurological_any_nejm", "input"),
        ("neurotoxicity_experts", "no"),
        ("neurotoxicity_mcres", "no"),
        ("headache", "input"),
        ("infused_fraction", "input"),
    ],
)
def test_what_rests_on_drawn_rates_is_marked(key, simulated):
    assert DEFINITIONS[key].simulated == simulated


def test_a_definition_that_nothing_observes_is_refused():
    with pytest.raises(UnknownName, match="persistence_flow"):
        observer(DEFINITIONS["persistence_flow"])
