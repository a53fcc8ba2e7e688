"""A finished chunk on disk: written whole or not at all, and only read back by the run that wrote it."""

import dataclasses
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from livingdrug.endpoints import PatientRecord
from livingdrug.errors import BadInput

_STATEMENT = "provenance.json"


def chunk_path(folder: Path, first: int, n: int) -> Path:
    """Return where the chunk of patients first .. first + n - 1 is kept."""
    return folder / f"patients-{first:07d}-{first + n - 1:07d}.zip"


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name), content)  # ZipInfo's fixed date keeps the bytes the same


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file beside its place, then move it there: readers see the whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_chunk(path: Path, record: PatientRecord, provenance: dict[str, Any]) -> None:
    """Store one chunk with the statement of what it was computed from."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, _STATEMENT, json.dumps(provenance, sort_keys=True, indent=1).encode())
        for field in dataclasses.fields(record):
            column = io.BytesIO()
            np.save(column, getattr(record, field.name), allow_pickle=False)
            _add(archive, f"{field.name}.npy", column.getvalue())
    write_atomically(path, stream.getvalue())


def read_chunk(path: Path, provenance: dict[str, Any]) -> PatientRecord | None:
    """Read a chunk back; None if it was never written.

    Raises
    ------
    BadInput
        The file is damaged, or belongs to another run (edition, seed, design or code differ).
    """
    if not path.exists():
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            found = json.loads(archive.read(_STATEMENT))
            _check_same_run(path, found, provenance)
            columns = {
                field.name: np.load(io.BytesIO(archive.read(f"{field.name}.npy")), allow_pickle=False)
                for field in dataclasses.fields(PatientRecord)
            }
    except (zipfile.BadZipFile, KeyError, ValueError) as problem:
        raise BadInput(f"{path}: damaged ({problem}); delete it to compute it again") from problem
    return PatientRecord(**columns)


def _check_same_run(path: Path, found: dict[str, Any], expected: dict[str, Any]) -> None:
    differing = [key for key in expected if found.get(key) != expected[key]]
    if differing:
        key = differing[0]
        raise BadInput(
            f"{path}: belongs to another run: {key} is {found.get(key)!r}, expected {expected[key]!r}; "
            "give another --out"
        )
