"""A run cut into chunks of patients."""

import itertools
from dataclasses import dataclass
from typing import Any

from livingdrug.errors import BadInput

FIRST_PATIENTS = 3000
"""The first patients of a run are cut into small chunks, so that a run of usual size keeps all busy."""

SMALL_CHUNK_PATIENTS = 750
LARGE_CHUNK_PATIENTS = 4000
"""Patients of a chunk within the first and beyond: no result depends on it (decision 0006)."""


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


def split(n: int, task: Any, size: int | None = None) -> list[Chunk]:
    """Divide a run of n patients into chunks: small ones first, then large ones.

    Where a chunk ends does not hang on n. ``size`` cuts all of them alike.
    """
    if n < 1:
        raise BadInput(f"-n: got {n}, expected at least 1 patient")
    small, large = (SMALL_CHUNK_PATIENTS, LARGE_CHUNK_PATIENTS) if size is None else (size, size)
    first_end = min(n, FIRST_PATIENTS) if size is None else 0
    places = [*range(0, first_end, small), *range(first_end, n, large), n]
    return [Chunk(first, after - first, task) for first, after in itertools.pairwise(places)]
