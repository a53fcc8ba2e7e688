"""Columns that grow chunk by chunk, on disk once they are large."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

import numpy as np

from livingdrug.errors import BadInput

_IN_MEMORY_BYTES = 2**18
"""Size of a column beyond which it is kept in a temporary file."""


@contextlib.contextmanager
def _room_for_columns() -> Iterator[None]:
    """Tell of a temporary folder that is full or missing as of anything else that cannot be used."""
    try:
        yield
    except OSError as problem:
        raise BadInput(
            f"TMPDIR: {tempfile.tempdir or 'no folder found'}: {problem.strerror}, expected a folder with "
            "room for a run's columns (about half a gigabyte for a million patients)"
        ) from problem


@dataclass(frozen=True)
class Columns:
    """Columns of numbers by name, each as long as what was appended to it."""

    _files: dict[str, IO[bytes]] = field(default_factory=dict)

    def append(self, name: str, values: np.ndarray) -> None:
        """Add numbers to the end of a column, which begins with the first of them.

        Raises
        ------
        BadInput
            The temporary folder is full or missing.
        """
        if name not in self._files:
            self._files[name] = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115
        with _room_for_columns():
            self._files[name].seek(0, os.SEEK_END)
            self._files[name].write(np.asarray(values, dtype=float).tobytes())

    def read(self, name: str) -> np.ndarray:
        """Return a column whole.

        Raises
        ------
        BadInput
            The temporary folder is full: the end of the column is written only now.
        """
        file = self._files[name]
        with _room_for_columns():
            values = np.empty(file.seek(0, os.SEEK_END) // np.dtype(float).itemsize)
            file.seek(0)
            file.readinto(memoryview(values).cast("B"))  # type: ignore[attr-defined]
        return values


@contextlib.contextmanager
def growing_columns() -> Iterator[Columns]:
    """Give columns and let them go at the end."""
    files: dict[str, IO[bytes]] = {}
    try:
        yield Columns(files)
    finally:
        for file in files.values():
            with contextlib.suppress(OSError):  # on a full disk closing writes, and fails, once more
                file.close()
