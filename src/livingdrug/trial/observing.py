"""What the comparison reads of patients: reduced to a few columns a published row, which join over chunks."""

import math

import numpy as np

from livingdrug.endpoints import Conduct, Definition, Observed, Snapshot, as_of, observer
from livingdrug.endpoints.records import PatientRecord
from livingdrug.errors import BadInput
from livingdrug.runs import Arrays
from livingdrug.trial.design import Design, followed_months
from livingdrug.trial.targets import Target
from livingdrug.units import DAYS_PER_MONTH

Snapshots = dict[str, Snapshot]
"""The database at each data cut, by the cut's name; without a cut under ""."""

INFUSED = "count/infused"


def followed_key(cut: str, month: float) -> str:
    """Return the name of the number of infused patients who are followed to a month at a cut."""
    return f"count/followed/{cut}/{month:g}"


def column_key(target: Target, cut: str, observed: Observed, j: int) -> str:
    """Return the name of the j-th column of a row; rows that read one survival curve share its columns."""
    return f"row/{observed.curve} at {cut}/{j}" if observed.curve else f"row/{target.id}/{j}"


def cut_of(definition: Definition | None) -> str:
    """Return the data cut at which a row is read."""
    return definition.cut if definition else ""


def is_simulated(definition: Definition | None) -> bool:
    """Return whether anything is observed for a row of this definition."""
    return definition is not None and definition.simulated != "no"


def _snapshot(pool: PatientRecord, design: Design, conduct: Conduct, cut: str) -> Snapshot:
    if cut and cut not in design.cuts_months:
        raise BadInput(
            f"{design.name}: cuts: no {cut!r}, expected the months to this cut: rows that the design is "
            f"compared with are read at it (it has {', '.join(design.cuts_months)})"
        )
    months = design.cuts_months[cut] if cut else math.inf
    followed = followed_months(design.accrual, pool.accrual_uniform, months) * DAYS_PER_MONTH
    return Snapshot(as_of(pool, followed), conduct, followed)


def snapshots_of(
    pool: PatientRecord,
    design: Design,
    targets: tuple[Target, ...],
    conduct: Conduct,
    definitions: dict[str, Definition],
) -> Snapshots:
    """Return the database at every cut at which these rows are read."""
    cuts = {definitions[target.definition].cut for target in targets if target.definition} | {""}
    return {cut: _snapshot(pool, design, conduct, cut) for cut in sorted(cuts)}


def observe(target: Target, definition: Definition, snapshots: Snapshots) -> Observed:
    """Return how a row is observed in the database at its cut."""
    return observer(definition)(snapshots[definition.cut], target.time_months)


def reduce_record(
    record: PatientRecord,
    design: Design,
    targets: tuple[Target, ...],
    conduct: Conduct,
    definitions: dict[str, Definition],
) -> Arrays:
    """Return what the comparison reads of some patients of a pool.

    ``row/...``: the columns of each row, of the members of its analysis set only. ``count/...``: numbers
    of patients, which add up.
    """
    snapshots = snapshots_of(record, design, targets, conduct, definitions)
    found: Arrays = {INFUSED: np.array([record.infused.sum()])}
    for target in targets:
        definition = definitions.get(target.definition)
        cut = cut_of(definition)
        if cut and not math.isnan(target.time_months):
            found[followed_key(cut, target.time_months)] = _followed(record, design, cut, target.time_months)
        if definition is None or not is_simulated(definition):
            continue
        observed = observe(target, definition, snapshots)
        for j, column in enumerate(observed.columns):
            found[column_key(target, cut, observed, j)] = column[observed.members]
    return found


def _followed(record: PatientRecord, design: Design, cut: str, month: float) -> np.ndarray:
    months = followed_months(design.accrual, record.accrual_uniform[record.infused], design.cuts_months[cut])
    return np.array([(months >= month).sum()])
