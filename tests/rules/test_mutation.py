"""A wrong limit would be noticed: every limit nudged and every comparison flipped, one at a time.

``python -m tests.rules.mutation --show`` lists what no case notices.
"""

import dataclasses
from types import ModuleType

import numpy as np
import pytest
from tests.rules.cases import Answer, Case
from tests.rules.mutation.check import MODULES, stale_equivalents, tally
from tests.rules.mutation.mutants import Flip, flipped, flips, nudged, nudges
from tests.rules.mutation.watch import Group, watch

from livingdrug.evidence import Basis, Edition, Sourced, load_edition


@pytest.mark.parametrize("module", MODULES)
def test_a_wrong_limit_is_noticed(module, record_property):
    found = tally(module)
    record_property("caught", [str(mutant) for mutant in found.caught])
    record_property("survived", [str(mutant) for mutant in found.survived])
    record_property("telling", sorted(found.telling))
    record_property("module", module)
    assert [str(mutant) for mutant in found.survived] == []


def test_every_mutant_listed_as_changing_nothing_is_still_there():
    assert stale_equivalents() == ()


# A rule made for these tests: a fever from a limit of the evidence on, and a strict limit of its own.
SOURCE = """
def grade(value, rules):
    def limit():
        return rules.number("scales.made_up.from")
    return [1 if v >= limit() else 0 for v in value]

class Wrapped:
    @property
    def chained(self):
        return 0 < self.value <= 10
"""
LIMIT = 38.0


def made_up_rule() -> ModuleType:
    module = ModuleType("made_up")
    exec(compile(SOURCE, "made_up.py", "exec"), module.__dict__)
    return module


def made_up_edition() -> Edition:
    said = Sourced(
        key="scales.made_up.from",
        label="Fever from",
        value=LIMIT,
        unit="degC",
        source="nowhere",
        where="",
        basis=Basis.ASSUMED,
        checked=None,
        spread=None,
        note=None,
    )
    return dataclasses.replace(load_edition(), values={said.key: said})


def group_of(module: ModuleType, values: dict[float, int]) -> Group:
    cases = tuple(
        Case("made_up", f"{v:g}", "us_2025_06", "fever", {"value": v}, expected, None, "made up")
        for v, expected in values.items()
    )

    def ask(given, rules):
        return [Answer(grade) for grade in module.grade([each["value"] for each in given], rules)]

    return Group(ask, made_up_edition(), cases)


def the_flip() -> Flip:
    return flips(SOURCE, "made_up")[0]


def test_comparisons_are_found_with_the_function_that_holds_them():
    found = [(flip.function, flip.comparison, flip.place) for flip in flips(SOURCE, "made_up")]
    chained = "0 < self.value <= 10"
    assert found == [("grade", "v >= limit()", 0), *(("Wrapped.chained", chained, i) for i in (0, 1))]


@pytest.mark.parametrize(
    ("values", "noticed"), [({37.0: 0, 39.0: 1}, False), ({37.0: 0, 38.0: 1}, True), ({}, False)]
)
def test_a_flipped_comparison_is_noticed_only_by_a_case_at_the_limit(values, noticed):
    module = made_up_rule()
    group = group_of(module, values)
    with flipped(module, SOURCE, the_flip()):
        assert bool(group.misfits()) is noticed
    assert not group.misfits()


def test_a_function_that_compares_is_flipped_as_an_operator_is():
    source = """
from livingdrug.bedside.limits import above, at_most
from elsewhere import below

def grade(value, limit):
    return below, at_most(value, limit)
"""
    (flip,) = flips(source, "made_up")
    assert (flip.function, flip.comparison) == ("grade", "at_most")
    module = ModuleType("made_up")
    exec(source.replace("from elsewhere import below", "below = 0"), module.__dict__)
    five = np.array([5.0])
    assert module.grade(five, 5.0)[1] == [1]
    with flipped(module, source, flip):
        assert module.grade(five, 5.0)[1] == [0]
    assert module.grade(five, 5.0)[1] == [1]


def test_a_comparison_in_a_table_of_a_module_is_flipped():
    source = """
from livingdrug.bedside.limits import at_least

RULES = {"from": at_least}

def grade(value, limit):
    return RULES["from"](value, limit)
"""
    (flip,) = flips(source, "made_up")
    assert (flip.function, flip.comparison) == ("", "at_least")
    module = ModuleType("made_up")
    exec(source, module.__dict__)
    five = np.array([5.0])
    with flipped(module, source, flip):
        assert module.grade(five, 5.0) == [0]
    assert module.grade(five, 5.0) == [1]


def test_each_operator_of_a_chain_is_flipped_by_itself():
    module = made_up_rule()
    wrapped = module.Wrapped()
    first, second = flips(SOURCE, "made_up")[1:]
    wrapped.value = 0
    assert not wrapped.chained
    with flipped(module, SOURCE, first):
        assert wrapped.chained
    wrapped.value = 10
    assert wrapped.chained
    with flipped(module, SOURCE, second):
        assert not wrapped.chained


@pytest.mark.parametrize(
    ("values", "n_noticed"), [({30.0: 0, 45.0: 1}, 0), ({38.0: 1}, 1), ({37.9: 0, 38.0: 1}, 2)]
)
def test_a_nudged_limit_is_noticed_only_by_cases_on_both_sides(values, n_noticed):
    group = group_of(made_up_rule(), values)
    both = nudges("scales.made_up.from", [group.edition])
    assert [nudge.to for nudge in both] == [pytest.approx(37.62), pytest.approx(38.38)]
    assert sum(bool(group.misfits(nudged(group.edition, nudge))) for nudge in both) == n_noticed


@pytest.mark.parametrize(
    ("unit", "label", "value", "expected"),
    [
        ("count", "Doses", 3, [2, 4]),
        ("1", "ICE score from", 7, [6, 8]),
        ("1", "A factor", 2, [1.98, 2.02]),
        ("day", "Half a day", 0.5, [0.495, 0.505]),
        ("hour", "Tolerance", 0.0, [-0.01, 0.01]),
        ("day", "First and last", [2, 6], [1, 3, 5, 7]),
        ("flag", "Whether", True, [False]),
        ("flag", "Whether", False, [True]),
        ("text", "Words", "7", []),
    ],
)
def test_whole_numbers_are_nudged_by_one_others_by_a_hundredth_and_flags_are_denied(
    unit, label, value, expected
):
    edition = made_up_edition()
    (said,) = edition.values.values()
    said = dataclasses.replace(said, unit=unit, label=label, value=value)
    found = nudges(said.key, [dataclasses.replace(edition, values={said.key: said})])
    assert [nudge.to for nudge in found] == pytest.approx(expected)
    nudged_values = [nudged(dataclasses.replace(edition, values={said.key: said}), n) for n in found]
    assert all(each.values[said.key].value != value for each in nudged_values)


def test_editions_that_state_the_same_are_nudged_together():
    one = made_up_edition()
    other = dataclasses.replace(one, name="other")
    third = nudged(dataclasses.replace(one, name="third"), nudges("scales.made_up.from", [one])[0])
    together = {nudge.editions for nudge in nudges("scales.made_up.from", [one, other, third])}
    assert together == {(one.name, "other"), ("third",)}


def test_a_case_that_fails_as_it_is_stops_the_check():
    with pytest.raises(AssertionError, match="made_up: 38: fever"):
        watch([group_of(made_up_rule(), {38.0: 0})], {})


def test_what_a_group_runs_and_reads_is_seen(tmp_path):
    path = tmp_path / "made_up.py"
    module = ModuleType("made_up")
    exec(compile(SOURCE, str(path), "exec"), module.__dict__)
    seen = watch([group_of(module, {38.0: 1})], {"made_up": path})
    assert seen.runs == {("made_up", "grade"): (0,)}
    assert seen.reads == {"scales.made_up.from": (0,)}
    assert seen.readers == {"scales.made_up.from": {"made_up"}}
