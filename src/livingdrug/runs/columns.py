"""Columns that grow chunk by chunk, on disk once they are large: memory does not grow with the patients."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

import numpy as np

_IN_MEMORY_BYTES = 2**18
"""Size of a column beyond which it is kept in a temporary file."""


@dataclass(frozen=True)
class Columns:
    """Columns of numbers by name, each as long as what was appended to it."""

    _files: dict[str, IO[bytes]] = field(default_factory=dict)

    def append(self, name: str, values: np.ndarray) -> None:
        """Add numbers to the end of a column, which begins with the first of them."""
        if name not in self._files:
            self._files[name] = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115
        self._files[name].seek(0, os.SEEK_END)
        self._files[name].write(np.asarray(values, dtype=float).tobytes())

    def read(self, name: str) -> np.ndarray:
        """Return a column whole."""
        file = self._files[name]
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
            file.close()
