"""Exposure to the living drug by response: what the labels print beside what was simulated."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from livingdrug.endpoints import Exposure
from livingdrug.endpoints.statistics import geometric_mean, median
from livingdrug.report.markup import Column, Markup, table
from livingdrug.report.whole import observed_whole
from livingdrug.report.words import number, published_text, span
from livingdrug.trial import Row, TrialResult

GROUPS = ("responders", "non-responders")


@dataclass(frozen=True)
class Parameter:
    """One kinetic parameter: as it stands in the labels' rows, in words, and how it is read and averaged."""

    endpoint: str
    name: str
    unit: str
    read: Callable[[Exposure], np.ndarray]
    average: Callable[[np.ndarray], np.ndarray]


CMAX = Parameter("Cmax geometric mean", "Cmax, geometric mean", "copies/µg", lambda e: e.cmax, geometric_mean)
TMAX = Parameter("Tmax median", "Tmax, median", "days", lambda e: e.tmax, median)
PARAMETERS = (
    CMAX, TMAX,
    Parameter("AUC0-28d geometric mean", "AUC0-28d, geometric mean", "copies/µg · days", lambda e: e.auc,
              geometric_mean),
    Parameter("T1/2 geometric mean", "Half-life, geometric mean", "days", lambda e: e.half_life,
              geometric_mean),
)  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """A parameter in one group as one label prints it, beside the simulation; None where none does.

    ``simulated`` with its prediction interval for a trial of that size stands where the row is compared;
    ``pool`` is the figure of the whole pool, of ``n_pool`` patients.
    """

    parameter: Parameter
    group: str
    row: Row | None
    pool: float
    n_pool: int

    @property
    def label(self) -> str:
        """The label that printed the figure, such as "EU label"."""
        return self.row.target.study.removesuffix(" kinetics") if self.row else ""


def _is_of_label(row: Row) -> bool:
    return row.target.study.endswith("label kinetics") and row.target.use == "output"


def compared_exposures(result: TrialResult) -> tuple[Compared, ...]:
    """Return each parameter in responders and the others, with every label that prints it."""
    whole = observed_whole(result)
    rows = [row for row in result.comparison.rows if _is_of_label(row)]
    groups = (whole.responded, whole.record.infused & ~whole.responded)
    found = []
    for parameter in PARAMETERS:
        for group, members in zip(GROUPS, groups, strict=True):
            values = parameter.read(whole.exposure)[members]
            known = values[~np.isnan(values)]
            figure = float(parameter.average(known[None, :])[0]) if len(known) else math.nan
            printed = [
                row for row in rows
                if (row.target.endpoint, row.target.stratum) == (parameter.endpoint, group)
            ]  # fmt: skip
            found += [Compared(parameter, group, row, figure, len(known)) for row in printed or [None]]
    return tuple(found)


def simulated_text(item: Compared) -> str:
    """Write the simulated figure with its prediction interval, where the row is compared."""
    if item.row is None or not item.row.n_drawn:
        return ""
    return number(item.row.simulated) + span(item.row.pi_low, item.row.pi_high)


def exposure_table(exposures: tuple[Compared, ...]) -> Markup:
    """Return the kinetic parameters by response as a table."""
    columns = (
        Column("Parameter"), Column("Group"), Column("Label"), Column("n", "figure"),
        Column("Published (95%)", "figure"), Column("Simulated (95% PI)", "figure"),
        Column("Whole pool", "figure"), Column("n in the pool", "figure"),
    )  # fmt: skip
    rows = []
    for item in exposures:
        row = item.row
        printed = (
            [item.label, number(row.target.n), published_text(row)] if row else ["not published", "", ""]
        )
        rows.append(
            [f"{item.parameter.name}, {item.parameter.unit}", item.group, *printed, simulated_text(item),
             number(item.pool), f"{item.n_pool:,}"]
        )  # fmt: skip
    return table("Exposure by response: the labels' figures and the simulated ones", columns, rows)
