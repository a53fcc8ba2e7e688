"""A pool chunk by chunk: each is reduced where it is computed, and what is left of it is joined."""

import contextlib
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from livingdrug.endpoints import Conduct, PatientRecord, read_definitions, read_sampling
from livingdrug.evidence import Edition
from livingdrug.runs import (
    Arrays,
    Chunk,
    Columns,
    Store,
    Task,
    growing_columns,
    read_arrays,
    simulate_patients,
    write_arrays,
)
from livingdrug.tables import concatenate, take
from livingdrug.trial.design import Design
from livingdrug.trial.flow import count_flow
from livingdrug.trial.incidence import count_indications, times_of
from livingdrug.trial.observing import reduce_record
from livingdrug.trial.targets import Target

SHOWN_PATIENTS = 50_000
"""The first patients of a pool, whose records are kept whole: pictures and tables show these."""

_RECORD = "record/"
_COUNT = "count/"
FLOW = "count/flow"
INDICATIONS = "count/indications"


@dataclass(frozen=True)
class PoolTask:
    """Who is simulated, and what is asked of them."""

    task: Task
    design: Design
    targets: tuple[Target, ...]
    n_shown: int


def conduct_of(design: Design, rules: Edition) -> Conduct:
    """Return the rules of a design's analysis."""
    analysis = design.analysis
    return Conduct(
        analysis.visit_window_days, analysis.unevaluable_counts_as_no_response, read_sampling(rules)
    )


def reduce_pool(record: PatientRecord, asked: PoolTask, conduct: Conduct) -> Arrays:
    """Return what a trial asks of some patients: counts, columns, and the records of those shown."""
    n_kept = int((record.patient < asked.n_shown).sum())
    kept = take(record, slice(n_kept))
    return {
        FLOW: count_flow(record),
        INDICATIONS: count_indications(record),
        **times_of(record),
        **reduce_record(record, asked.design, asked.targets, conduct, read_definitions()),
        **{f"{_RECORD}{field.name}": getattr(kept, field.name) for field in dataclasses.fields(kept)},
    }


def simulate_pool_chunk(chunk: Chunk) -> Arrays:
    """Take a chunk through the course and keep what the trial asks of it."""
    asked: PoolTask = chunk.task
    simulated = simulate_patients(chunk.first, chunk.n, asked.task)
    return reduce_pool(simulated.record, asked, conduct_of(asked.design, simulated.rules))


def archive_in(folder: Path, provenance: dict[str, object]) -> Store[Arrays]:
    """Keep reduced chunks in a folder."""

    def stated(chunk: Chunk) -> dict[str, object]:
        return {**provenance, "first": chunk.first, "n": chunk.n}

    return Store(
        lambda chunk: read_arrays(folder / f"patients-{chunk.span}.zip", stated(chunk)),
        lambda chunk, arrays: write_arrays(folder / f"patients-{chunk.span}.zip", arrays, stated(chunk)),
    )


@dataclass(frozen=True)
class Whole:
    """What was asked of all patients, and the whole records of the first of them."""

    columns: Columns
    counts: Arrays
    shown: PatientRecord


@contextlib.contextmanager
def joined(parts: Iterator[Arrays]) -> Iterator[Whole]:
    """Join reduced chunks, which come in patient order."""
    counts: Arrays = {}
    records: list[PatientRecord] = []
    with growing_columns() as columns:
        for part in parts:
            for name, values in part.items():
                if name.startswith(_COUNT):
                    counts[name] = counts[name] + values if name in counts else values
                elif not name.startswith(_RECORD):
                    columns.append(name, values)
            records += _shown(part, first=not records)
        yield Whole(columns, counts, concatenate(records))


def _shown(part: Arrays, first: bool) -> list[PatientRecord]:
    """Return the records that a chunk brings; of the first chunk in any case."""
    fields = [field.name for field in dataclasses.fields(PatientRecord)]
    record = PatientRecord(**{name: part[f"{_RECORD}{name}"] for name in fields})
    return [record] if len(record) or first else []


def count_in(whole: Whole, name: str) -> int:
    """Return a number of patients of the pool."""
    return int(np.sum(whole.counts[name]))
