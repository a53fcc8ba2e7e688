"""Rows of the table of options, with the figures that they take from the edition filled in."""

import functools
from dataclasses import dataclass

from livingdrug.bedside.options.situation import Guideline, Kind, Scale, Toxicity
from livingdrug.evidence import Basis, Edition, is_unverified, load_table
from livingdrug.evidence.queries import lineage

_ALGORITHM = {
    Toxicity.CRS: "scales.management_crs.algorithm",
    Toxicity.ICANS: "scales.management_icans.algorithm",
}


@dataclass(frozen=True)
class CriterionRow:
    """One criterion of an option: an input, how it is compared, and with what.

    ``limit`` is a number or the evidence key that states it; empty for yes and no.
    """

    input: str
    comparison: str
    limit: str
    unit: str


@dataclass(frozen=True)
class OptionRow:
    """One option as a guideline states it; figures are numbers, evidence keys or empty."""

    id: str
    toxicity: Toxicity
    guideline: Guideline
    edition: str
    algorithm: str
    scale: Scale | None
    kind: Kind
    option: str
    drug: str
    figures: dict[str, str]
    unit: str
    note: str
    source: str
    where: str
    checked: bool
    criteria: tuple[CriterionRow, ...]


@dataclass(frozen=True)
class InputLimits:
    """What a number that is asked for may be, wide enough for the sickest patient; a wrong unit is not."""

    input: str
    low: float
    high: float
    unit: str


_FIGURES = (
    "grade_from", "grade_to", "dose", "dose_high", "most_mg", "interval_hours", "interval_hours_high",
    "most_per_day", "most_in_all", "days",
)  # fmt: skip


@functools.cache
def all_rows() -> tuple[OptionRow, ...]:
    """Return every row of the table of options with its criteria."""
    criteria: dict[str, list[CriterionRow]] = {}
    for row in load_table("scales.option_criteria"):
        found = CriterionRow(row["input"], row["comparison"], row["limit"], row["unit"])
        criteria.setdefault(row["option"], []).append(found)
    return tuple(
        OptionRow(
            id=row["id"],
            toxicity=Toxicity(row["toxicity"]),
            guideline=Guideline(row["guideline"]),
            edition=row["edition"],
            algorithm=row["algorithm"],
            scale=Scale(row["scale"]) if row["scale"] else None,
            kind=Kind(row["kind"]),
            option=row["option"],
            drug=row["drug"],
            figures={name: row[name] for name in _FIGURES},
            unit=row["unit"],
            note=row["note"],
            source=row["source"],
            where=row["where"],
            checked=bool(row["checked"]),
            criteria=tuple(criteria.get(row["id"], ())),
        )
        for row in load_table("scales.options")
    )


@functools.cache
def input_limits() -> tuple[InputLimits, ...]:
    """Return what a number asked for may be; what a chart may hold too has the chart's limits."""
    named = {row["input"]: row for row in load_table("scales.option_limits")}
    charted = {row["name"]: row for row in load_table("patients.observation_columns")}
    found = ((name, row if row["low"] else charted[name]) for name, row in named.items())
    return tuple(InputLimits(name, float(row["low"]), float(row["high"]), row["unit"]) for name, row in found)


def rows_of(toxicity: Toxicity, guideline: Guideline, rules: Edition) -> tuple[OptionRow, ...]:
    """Return the rows that a guideline has for a toxicity; of the label, those that hold in the edition."""
    return tuple(
        row
        for row in all_rows()
        if row.toxicity == toxicity and row.guideline == guideline and _holds(row, rules)
    )


def _holds(row: OptionRow, rules: Edition) -> bool:
    """Return whether an edition states the row: by the table that it gives, or by inheritance."""
    if row.algorithm:
        return rules.sourced(_ALGORITHM[row.toxicity]).value == row.algorithm
    return not row.edition or row.edition in lineage(rules.name)


def is_key(cell: str) -> bool:
    """Return whether a cell names the evidence that states the figure."""
    return cell.startswith("scales.")


def figure(cell: str, rules: Edition) -> float | None:
    """Return the number of a cell; None where it is empty or the edition does not state it."""
    if not cell:
        return None
    if not is_key(cell):
        return float(cell)
    return None if rules.sourced(cell).value is None else rules.number(cell)


def keys_of(row: OptionRow, rules: Edition) -> tuple[str, ...]:
    """Return the evidence keys that an option rests on in this edition."""
    cells = [*row.figures.values(), *(criterion.limit for criterion in row.criteria)]
    if row.algorithm:
        cells.append(_ALGORITHM[row.toxicity])
    named = [cell for cell in cells if is_key(cell)]
    return tuple(key for name in named for key in keys_below(name, rules))


def keys_below(name: str, rules: Edition) -> tuple[str, ...]:
    """Return a key itself, or all keys of a group, or all that begin with a name ending in "_"."""
    if name in rules.values:
        return (name,)
    start = name if name.endswith("_") else f"{name}."
    return tuple(key for key in rules.values if key.startswith(start))


def doubts(row: OptionRow, rules: Edition) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what of an option was not read at its source, and which of its limits are assumed."""
    found = [rules.sourced(key) for key in keys_of(row, rules)]
    own = () if row.checked else (row.id,)
    return (
        (*own, *(value.key for value in found if is_unverified(value))),
        tuple(value.key for value in found if value.basis is Basis.ASSUMED),
    )
