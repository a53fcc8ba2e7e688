"""The published rows that a trial is held against, with an interval for each."""

import math
from dataclasses import dataclass
from typing import Any

from livingdrug.endpoints import Definition
from livingdrug.endpoints.proportions import survival_interval, wilson
from livingdrug.errors import UnknownName
from livingdrug.evidence import load_table
from livingdrug.trial.design import Compare
from livingdrug.units import PERCENT


@dataclass(frozen=True)
class Target:
    """One published figure; numbers are NaN where none is printed.

    ``interval_kind`` says what stands in the interval: "confidence", "range" or "iqr" (the spread of
    patients: not an interval of the figure), or "none". ``role`` is "calibration" or "validation";
    ``use`` is "output", "input", "qualitative" or "superseded".
    """

    id: str
    study: str
    population: str
    endpoint: str
    stratum: str
    time_months: float
    value: float
    unit: str
    ci_low: float
    ci_high: float
    interval_kind: str
    n: float
    source: str
    where: str
    role: str
    use: str
    definition: str
    note: str


_NUMBERS = ("time_months", "value", "ci_low", "ci_high", "n")


def _target(row: dict[str, str]) -> Target:
    cells: dict[str, Any] = {**row}
    for name in _NUMBERS:
        cells[name] = float(row[name]) if row[name] else math.nan
    return Target(**cells)


def read_targets() -> tuple[Target, ...]:
    """Return all published rows."""
    return tuple(_target(row) for row in load_table("targets.targets"))


def read_likely_causes() -> dict[str, str]:
    """Return, by the id of a published row, why the simulation is likely to miss it."""
    return {row["target"]: row["cause"] for row in load_table("targets.likely_causes")}


def select_targets(targets: tuple[Target, ...], compare: tuple[Compare, ...]) -> tuple[Target, ...]:
    """Return the rows that a design is held against, in its order.

    Raises
    ------
    UnknownName
        The design names a study without rows.
    """
    chosen = []
    for wanted in compare:
        rows = [
            target
            for target in targets
            if target.study == wanted.study and wanted.population in (None, target.population)
        ]
        if not rows:
            asked = f"{wanted.study} {wanted.population or ''}".strip()
            raise UnknownName("study or population", asked, {target.study for target in targets})
        chosen += rows
    return tuple(chosen)


def published_interval(
    target: Target, definition: Definition | None, followed_fraction: float
) -> tuple[float, float, str]:
    """Return the 95% interval of a published figure and whether it is "printed", "computed" or "none".

    Computed: Wilson for proportions and counts with n, binomial with n reduced by ``followed_fraction``
    for Kaplan-Meier values.
    """
    if target.interval_kind == "confidence":
        return target.ci_low, target.ci_high, "printed"
    if definition is None or math.isnan(target.n):
        return math.nan, math.nan, "none"
    if definition.method == "proportion" and target.unit == "percent":
        return *wilson(target.value, target.n), "computed"
    if definition.method == "kaplan_meier":
        return *survival_interval(target.value, target.n, followed_fraction), "computed"
    if definition.method == "count":
        low, high = wilson(PERCENT * target.value / target.n, target.n)
        return low * target.n / PERCENT, high * target.n / PERCENT, "computed"
    return math.nan, math.nan, "none"
