"""The folder of a run: held by one run at a time, and every file in it whole or not there."""

import contextlib
import fcntl
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from livingdrug.errors import BadInput

_TABLES = ("patients", "visits", "observations")
_HALF_WRITTEN = re.compile(
    rf"\.(patients-\d+-\d+\.zip|({'|'.join(_TABLES)})-\d+-\d+\.parquet|provenance\.json)\.\d+\.tmp"
)
"""Names that ``write_atomically`` gives to the files of a run before they are whole."""


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file beside its place, then move it there: readers see the whole file or none.

    Raises
    ------
    BadInput
        The disk is full, or the place cannot be written; nothing is left behind.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except OSError as problem:
        raise BadInput(f"{path}: {problem.strerror}, expected a place that can be written") from problem
    finally:
        with contextlib.suppress(OSError):  # where the folder itself is missing there is nothing to remove
            temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep a folder to this run alone, and remove what an earlier one had half written when it was killed.

    The hold ends with the process, however that ends.

    Raises
    ------
    BadInput
        Not a folder, not writable, another run is at work in it, or what was left cannot be removed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as problem:
        raise BadInput(
            f"--out: {folder}: {problem.strerror}, expected a folder that can be written"
        ) from problem
    try:
        _lock(folder, place)
        _remove_half_written(folder)
        yield
    finally:
        os.close(place)


def _remove_half_written(folder: Path) -> None:
    """Remove a run's own temporary files; anything else in the folder is somebody's and stays."""
    for place in (folder, *(folder / table for table in _TABLES)):
        for left in place.glob(".*.tmp"):
            if not _HALF_WRITTEN.fullmatch(left.name) or not left.is_file():
                continue
            try:
                left.unlink(missing_ok=True)
            except OSError as problem:
                raise BadInput(
                    f"--out: {left}: {problem.strerror}, expected a file that can be removed: "
                    "an earlier run left it half written"
                ) from problem


def _lock(folder: Path, place: int) -> None:
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as problem:
        raise BadInput(
            f"--out: {folder}: another run is writing there; wait for it or give another --out"
        ) from problem
    except OSError as problem:
        raise BadInput(
            f"--out: {folder}: {problem.strerror}, expected a disk on which a folder can be locked"
        ) from problem


def check_same_run(place: Path, found: dict[str, Any], expected: dict[str, Any]) -> None:
    """Refuse what another run wrote: its edition, seed, design or code differ."""
    differing = [key for key in expected if found.get(key) != expected[key]]
    if differing:
        key = differing[0]
        raise BadInput(
            f"{place}: belongs to another run: {key} is {found.get(key)!r}, expected {expected[key]!r}; "
            "give another --out"
        )
