"""Which survival curves a disease is shown by, each with the published figures of the same curve."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from livingdrug.endpoints import Snapshot, observer
from livingdrug.endpoints.survival import TimeToEvent
from livingdrug.endpoints.times import curve_name, everyone_infused, responders
from livingdrug.report.figures import INSIDE, OUTSIDE
from livingdrug.report.whole import observed_whole
from livingdrug.tables import take
from livingdrug.trial import Row, TrialResult
from livingdrug.trial.incidence import CLOCKS, OVERALL, Clock, indication_of

_DIGITISED = "digitised"
_KAPLAN_MEIER = "kaplan_meier"


Members = Callable[[Snapshot], np.ndarray]


@dataclass(frozen=True)
class Line:
    """One survival curve: how it is counted, in whom, and its colour, dash and mark."""

    clock: Clock
    members: Members
    colour: str
    dash: Literal["-", "--"]
    mark: str

    @property
    def curve(self) -> str:
        """The name under which definitions of endpoints read this curve."""
        return curve_name(self.clock.read, self.members)


def _pair(members: Members, clock: Clock) -> tuple[Line, ...]:
    return Line(OVERALL, members, INSIDE, "-", "s"), Line(clock, members, OUTSIDE, "--", "^")


LINES = {
    disease: (
        ("All infused", _pair(everyone_infused, of_infused)),
        ("Responders", _pair(responders, of_responders)),
    )
    for disease, (of_infused, of_responders) in CLOCKS.items()
}
"""For each disease: the sets of patients shown, in words, each with its curves."""


@dataclass(frozen=True)
class Drawn:
    """A curve with what it is drawn from: times, published points, a published curve read off its figure."""

    line: Line
    times: TimeToEvent
    points: tuple[Row, ...]
    steps: tuple[Row, ...]


@dataclass(frozen=True)
class Panel:
    """One set of patients with its curves."""

    title: str
    n: int
    drawn: tuple[Drawn, ...]


def rows_by_curve(result: TrialResult, whole: Snapshot) -> dict[str, list[Row]]:
    """Return the published Kaplan-Meier figures under the name of the curve that each is read from."""
    found: dict[str, list[Row]] = {}
    for row in result.comparison.rows:
        if row.n_drawn and row.definition and row.definition.method == _KAPLAN_MEIER:
            curve = observer(row.definition)(whole, row.target.time_months).curve
            found.setdefault(curve, []).append(row)
    return found


def digitised_rows(result: TrialResult, line: Line) -> tuple[Row, ...]:
    """Return the steps of a published curve of the infused that were read off its figure, by month."""
    rows = [
        row
        for row in result.comparison.rows
        if _DIGITISED in row.target.stratum and row.target.endpoint.split(" ")[0] == line.clock.short
    ]
    ordered = tuple(sorted(rows, key=lambda row: row.target.time_months))
    return ordered if line.members is everyone_infused else ()


def panels_of(result: TrialResult) -> list[Panel]:
    """Return the sets of patients by which the disease is shown, with their curves; none that is empty."""
    whole = observed_whole(result)
    published = rows_by_curve(result, whole)
    panels = []
    for title, lines in LINES[indication_of(result.pool)]:
        record = take(result.pool, lines[0].members(whole))
        drawn = []
        for line in lines:
            rows = sorted(published.get(line.curve, []), key=lambda row: row.target.time_months)
            drawn.append(Drawn(line, line.clock.read(record), tuple(rows), digitised_rows(result, line)))
        if len(record):
            panels.append(Panel(title, len(record), tuple(drawn)))
    return panels
