"""Arrays by name in one file, with the statement of the run that they belong to."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from livingdrug.errors import BadInput
from livingdrug.runs.folder import check_same_run, write_atomically

Arrays = dict[str, np.ndarray]

_STATEMENT = "provenance.json"


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name), content)  # ZipInfo's fixed date keeps the bytes the same


def write_arrays(path: Path, arrays: Arrays, provenance: dict[str, Any]) -> None:
    """Store arrays with the statement of what they were computed from."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, _STATEMENT, json.dumps(provenance, sort_keys=True, indent=1).encode())
        for name, values in arrays.items():
            column = io.BytesIO()
            np.save(column, values, allow_pickle=False)
            _add(archive, f"{name}.npy", column.getvalue())
    write_atomically(path, stream.getvalue())


def read_arrays(path: Path, provenance: dict[str, Any]) -> Arrays | None:
    """Read arrays back; None if they were never written.

    Raises
    ------
    BadInput
        The file is damaged, or belongs to another run (edition, seed, design or code differ).
    """
    if not path.exists():
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            check_same_run(path, json.loads(archive.read(_STATEMENT)), provenance)
            return {
                name.removesuffix(".npy"): np.load(io.BytesIO(archive.read(name)), allow_pickle=False)
                for name in archive.namelist()
                if name != _STATEMENT
            }
    except (zipfile.BadZipFile, EOFError, KeyError, ValueError) as problem:
        raise BadInput(f"{path}: damaged ({problem}); delete it to compute it again") from problem
