"""A population's courses as Parquet files: a row a patient, their visits, and what was observed of them."""

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from livingdrug.errors import BadInput, UnknownName
from livingdrug.evidence import load_edition
from livingdrug.observations import ALL_FIELDS
from livingdrug.runs import (
    Chunk,
    Store,
    Task,
    Workers,
    check_same_run,
    held,
    optional,
    simulate_patients,
    split,
    state_provenance,
    stream_chunks,
    task_here,
    write_atomically,
)
from livingdrug.trial.arms import RunSettings, checked_settings
from livingdrug.trial.design import Design
from livingdrug.trial.tables import baseline, observed, patients, visits

Contents = dict[str, bytes]
"""The Parquet file of each table; empty for a chunk that was there already."""

_STATEMENT = b"livingdrug"
_ZSTD_LEVEL = 3


@dataclass(frozen=True)
class CohortTask:
    """Who is simulated, which observations are wanted, and the statement that goes with every table."""

    task: Task
    observations: tuple[str, ...]
    provenance: dict[str, Any]


@dataclass(frozen=True)
class Cohort:
    """Where the courses of n patients lie: one folder a table."""

    folder: Path
    n: int
    tables: tuple[str, ...]


def _statements(asked: CohortTask) -> dict[str, dict[str, Any]]:
    """Return, for every table, what it was made from."""
    found = {name: {**asked.provenance, "table": name} for name in ("patients", "visits")}
    if asked.observations:
        fields = list(asked.observations)
        found["observations"] = {**asked.provenance, "table": "observations", "fields": fields}
    return found


def _parquet(frame: pd.DataFrame, statement: dict[str, Any]) -> bytes:
    """Return a table as a Parquet file: same table, same bytes."""
    arrow, parquet = optional("pyarrow", "cohort"), optional("pyarrow.parquet", "cohort")
    table = arrow.Table.from_pandas(frame, preserve_index=False)
    stated = {_STATEMENT: json.dumps(statement, sort_keys=True).encode()}
    stream = io.BytesIO()
    parquet.write_table(
        table.replace_schema_metadata({**(table.schema.metadata or {}), **stated}), stream, version="2.6",
        compression="zstd", compression_level=_ZSTD_LEVEL, row_group_size=max(1, len(frame)),
    )  # fmt: skip
    return stream.getvalue()


def simulate_cohort_chunk(chunk: Chunk) -> Contents:
    """Take a chunk through the course and return its tables as files."""
    asked: CohortTask = chunk.task
    simulated = simulate_patients(chunk.first, chunk.n, asked.task)
    record, course = simulated.record, simulated.course
    frames = {
        "patients": pd.concat([patients(record), baseline(course.patients)], axis=1),
        "visits": visits(record),
        "observations": observed(record, course.in_vivo.observations, asked.observations),
    }
    return {name: _parquet(frames[name], stated) for name, stated in _statements(asked).items()}


def _path(folder: Path, table: str, chunk: Chunk) -> Path:
    return folder / table / f"{table}-{chunk.span}.parquet"


def _is_there(path: Path, statement: dict[str, Any]) -> bool:
    """Tell whether a file of this run is there; refuse one that another run wrote."""
    if not path.exists():
        return False
    arrow, parquet = optional("pyarrow", "cohort"), optional("pyarrow.parquet", "cohort")
    try:
        found = json.loads(parquet.read_schema(path).metadata[_STATEMENT])
    except (arrow.ArrowInvalid, OSError, KeyError, TypeError, ValueError) as problem:
        raise BadInput(f"{path}: damaged ({problem}); delete it to compute it again") from problem
    check_same_run(path, found, statement)
    return True


def _files_in(folder: Path, statements: dict[str, dict[str, Any]]) -> Store[Contents]:
    def read(chunk: Chunk) -> Contents | None:
        there = [_is_there(_path(folder, name, chunk), stated) for name, stated in statements.items()]
        return {} if all(there) else None

    def write(chunk: Chunk, contents: Contents) -> None:
        for name, content in contents.items():
            write_atomically(_path(folder, name, chunk), content)

    return Store(read, write)


def _refuse_others(folder: Path, chunks: list[Chunk], tables: tuple[str, ...]) -> None:
    """Refuse a folder with files that this run would not write: who reads the folder would read them too."""
    expected = {_path(folder, table, chunk) for table in tables for chunk in chunks}
    others = sorted(set(folder.rglob("*.parquet")) - expected)
    if others:
        raise BadInput(
            f"--out: {folder} holds {others[0].relative_to(folder)}, which belongs to another run "
            "(of another -n or --observations); give another --out"
        )


def check_fields(fields: tuple[str, ...]) -> None:
    """Refuse observations that do not exist."""
    known = [name for name in ALL_FIELDS if name != "day"]
    for name in fields:
        if name not in known:
            raise UnknownName("observation", name, known)


def write_cohort(design: Design, settings: RunSettings, observations: tuple[str, ...] = ()) -> Cohort:
    """Simulate a population and write its courses; a run that was stopped goes on where it was.

    Parameters
    ----------
    design : Design
        Its baseline and plan.
    settings : RunSettings
        ``out`` is the folder; ``replicates`` has no meaning here.
    observations : tuple of str
        Fields of ``Observations`` that are wanted of every patient and day.

    Raises
    ------
    BadInput
        A setting out of range, an unknown field, or a folder that holds another run.
    """
    settings = checked_settings(settings)
    fields = tuple(dict.fromkeys(observations))
    check_fields(fields)
    if settings.out is None:
        raise BadInput("--out: not given, expected the folder for the tables")
    optional("pyarrow.parquet", "cohort")
    rules, folder = load_edition(settings.edition), settings.out
    provenance = state_provenance(rules, settings.seed, design.name, design.hash)
    task = task_here(design.baseline, design.plan, settings.edition, settings.seed)
    asked = CohortTask(task, fields, provenance)
    chunks, statements = split(settings.n, asked), _statements(asked)
    with held(folder):
        _refuse_others(folder, chunks, tuple(statements))
        workers, store = Workers(settings.workers, settings.dask), _files_in(folder, statements)
        for _ in stream_chunks(chunks, simulate_cohort_chunk, workers, store, design.name):
            pass
        told = {**provenance, "n": settings.n, "tables": list(statements), "observations": list(fields)}
        write_atomically(folder / "provenance.json", (json.dumps(told, indent=1) + "\n").encode())
    return Cohort(folder, settings.n, tuple(statements))
