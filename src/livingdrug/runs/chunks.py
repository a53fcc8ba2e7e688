"""A run cut into chunks of patients."""

from dataclasses import dataclass
from typing import Any

from livingdrug.errors import BadInput

CHUNK_PATIENTS = 1000
"""Patients of one chunk: no result depends on it (docs/decisions/0006-streamed-runs.md)."""


@dataclass(frozen=True)
class Chunk:
    """Patients first .. first + n - 1 of a run, and all that decides what happens to them.

    ``task`` is whatever the simulating function needs; it must be picklable.
    """

    first: int
    n: int
    task: Any

    @property
    def span(self) -> str:
        """First and last patient, as they stand in the names of files."""
        return f"{self.first:07d}-{self.first + self.n - 1:07d}"


def split(n: int, task: Any, size: int = CHUNK_PATIENTS) -> list[Chunk]:
    """Divide a run of n patients into chunks of a fixed size."""
    if n < 1:
        raise BadInput(f"-n: got {n}, expected at least 1 patient")
    return [Chunk(first, min(size, n - first), task) for first in range(0, n, size)]
