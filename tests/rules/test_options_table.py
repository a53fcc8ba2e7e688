"""Every figure and every criterion of the table of options is pinned by a case, from both sides."""

import dataclasses
from collections import defaultdict

import pytest
from tests.rules.cases import Case, all_cases
from tests.rules.questions.options import QUESTIONS
from tests.rules.test_cases import fits

from livingdrug.bedside.options import Option, Situation, listing
from livingdrug.bedside.options import rows as module
from livingdrug.bedside.options.rows import CriterionRow, OptionRow, all_rows, is_key
from livingdrug.evidence import load_edition

FLIPPED = {
    "at_least": "above",
    "above": "at_least",
    "at_most": "below",
    "below": "at_most",
    "yes": "no",
    "no": "yes",
}
WHOLE = ("grade_from", "grade_to", "most_per_day", "most_in_all", "days", "count")
ROWS = all_rows()


def cases_by_table() -> dict[tuple[str, str], list[Case]]:
    """Return the cases that ask about options, by toxicity and guideline."""
    found = defaultdict(list)
    for case in all_cases():
        if case.question in QUESTIONS:
            found[case.given["ask"]["toxicity"], case.given["ask"]["guideline"]].append(case)
    return found


CASES = cases_by_table()
KEPT = {row.id: row for row in ROWS}
OPTIONS: dict[tuple[str, Situation, str], Option] = {}


def neighbours(name: str, cell: str) -> tuple[str, str]:
    """Return a number a little less and a little more: by one where it counts, or by a hundredth."""
    step = 1.0 if name in WHOLE else 0.01 * float(cell)
    return repr(float(cell) - step), repr(float(cell) + step)


def other_criteria(row: OptionRow, place: int):
    """Yield the criteria of a row with one of them flipped, left out, or with another limit."""
    before, own, after = row.criteria[:place], row.criteria[place], row.criteria[place + 1 :]
    changed: list[tuple[CriterionRow, ...]] = [
        (dataclasses.replace(own, comparison=FLIPPED[own.comparison]),),
        (),
    ]
    if own.limit and not is_key(own.limit):
        changed += [(dataclasses.replace(own, limit=to),) for to in neighbours(own.unit, own.limit)]
    for new in changed:
        yield dataclasses.replace(row, criteria=(*before, *new, *after)), f"{own} as {new}"


def mutants(row: OptionRow):
    """Yield a row with one thing changed, and what it is."""
    for name, cell in row.figures.items():
        for to in neighbours(name, cell) if cell and not is_key(cell) else ():
            yield dataclasses.replace(row, figures={**row.figures, name: to}), f"{name}: {cell} to {to}"
    for place in range(len(row.criteria)):
        yield from other_criteria(row, place)


def is_noticed(row: OptionRow) -> bool:
    """Return whether a case about the row's table is answered otherwise than expected."""
    return any(
        not fits(QUESTIONS[case.question]([case.given], load_edition(case.edition))[0], case)
        for case in CASES[str(row.toxicity), str(row.guideline)]
    )


@pytest.fixture(autouse=True)
def each_row_answered_once_a_situation(monkeypatch):
    """Keep what a row of the table, as it is, comes to; a changed row is asked anew every time."""

    def option(row, situation, rules, own=listing._option):
        if KEPT[row.id] is not row:
            return own(row, situation, rules)
        place = row.id, situation, rules.name
        if place not in OPTIONS:
            OPTIONS[place] = own(row, situation, rules)
        return OPTIONS[place]

    monkeypatch.setattr(listing, "_option", option)


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_case_notices_each_change_of_a_row(row, monkeypatch):
    assert not is_noticed(row)
    unnoticed = []
    for changed, what in mutants(row):
        table = tuple(changed if own is row else own for own in ROWS)
        monkeypatch.setattr(module, "all_rows", lambda table=table: table)
        if not is_noticed(row):
            unnoticed.append(what)
    assert unnoticed == []
