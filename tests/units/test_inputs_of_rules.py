"""The list of what each bedside rule reads is held against what its code reads."""

import ast
from pathlib import Path

import pytest

import livingdrug.bedside
from livingdrug.evidence import load_table
from livingdrug.observations import ALL_FIELDS

BEDSIDE = Path(livingdrug.bedside.__file__).parent
PARTS_OF_RULES = {"bounds", "crs_axes", "crs_support", "episodes"}
RECORDS = {"observations", "observations_now", "baseline", "obs"}
MODULES = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(BEDSIDE.glob("*.py"))}
FUNCTIONS = {
    (module, node.name): node
    for module, tree in MODULES.items()
    for node in tree.body
    if isinstance(node, ast.FunctionDef)
}
SIMULATION = {"modelled", "drawn", "not assessable"}


def imports(module):
    found = {}
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("livingdrug.bedside."):
            for alias in node.names:
                found[alias.asname or alias.name] = (node.module.rsplit(".", 1)[1], alias.name)
    return found


def base_name(node):
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def reads(module, name, seen=frozenset()):
    """Return the fields of observations that a function reads, itself or through what it calls."""
    if (module, name) in seen or (module, name) not in FUNCTIONS:
        return set()
    seen = seen | {(module, name)}
    known = imports(module)
    found = set()
    for node in ast.walk(FUNCTIONS[module, name]):
        if isinstance(node, ast.Attribute) and node.attr in ALL_FIELDS and base_name(node.value) in RECORDS:
            found.add(node.attr)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found |= reads(*known.get(node.id, (module, node.id)), seen)
    return found


def takes_observations(node):
    arguments = [*node.args.args, *node.args.kwonlyargs]
    return any(
        base_name(argument.annotation) == "Observations" for argument in arguments if argument.annotation
    )


RULES = {
    f"{module}.{name}": reads(module, name)
    for (module, name), node in FUNCTIONS.items()
    if module not in PARTS_OF_RULES and not name.startswith("_") and takes_observations(node)
}
ROWS = load_table("scales.inputs_of_rules")


def test_the_code_is_read_at_all():
    assert {"crs.grade_astct", "crs.grade_lee", "icans.grade_icans", "management.crs_options"} <= set(RULES)
    assert "ice_score" in RULES["icans.grade_icans"]
    assert "alt_x_uln" not in RULES["crs.grade_astct"]


@pytest.mark.parametrize("rule", sorted(RULES))
def test_the_inputs_listed_for_a_rule_are_those_its_code_reads(rule):
    assert {row["input"] for row in ROWS if row["rule"] == rule} == RULES[rule]


def test_every_pair_says_once_how_the_simulation_fills_it():
    pairs = [(row["rule"], row["input"]) for row in ROWS]
    assert len(pairs) == len(set(pairs))
    assert {row["simulation"] for row in ROWS} <= SIMULATION


def test_an_input_is_filled_the_same_way_for_every_rule():
    ways = {}
    for row in ROWS:
        ways.setdefault(row["input"], set()).add(row["simulation"])
    assert {name: way for name, way in ways.items() if len(way) > 1} == {}


def test_no_row_names_a_rule_that_does_not_exist():
    modules = {row["rule"]: tuple(row["rule"].split(".")) for row in ROWS}
    assert {rule for rule, place in modules.items() if place not in FUNCTIONS} == set()


@pytest.mark.parametrize(
    "rule",
    [
        "antibody_levels.grade_hypogammaglobulinaemia",
        "response.cd19_positive",
        "response.classify_all",
        "response.classify_lugano",
        "response.mrd_negative",
    ],
)
def test_rules_that_take_plain_columns_of_the_observations_are_listed_too(rule):
    inputs = {row["input"] for row in ROWS if row["rule"] == rule}
    assert inputs
    assert inputs - set(ALL_FIELDS) <= {"extramedullary"}
