"""Cytokine release syndrome of the same patients on three scales: cross-tables, and what was published."""

from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.bounds import Grade
from livingdrug.trial.comparison import Row
from livingdrug.trial.result import TrialResult

GRADES = tuple(grade for grade in Grade if grade >= 0)
"""Rows of a cross-table; its columns have "not assessable" last."""


@dataclass(frozen=True)
class Regrading:
    """The worst grade of each infused patient on the Penn scale and on another one.

    Attributes
    ----------
    scale : str
    counts : int array (7, 7)
        Patients by Penn grade (row) and grade on the other scale (column): 0 to 5, then not assessable.
    published : tuple of Row
        Patients with the same, a lower and a higher grade among those with CRS by Penn, and patients with
        CRS on the other scale: each as published, beside simulated trials of that size.
    """

    scale: str
    counts: np.ndarray
    published: tuple[Row, ...]


_SCALES = (("Lee", "crs_lee"), ("ASTCT", "crs_astct"))
_QUESTIONS = ("same", "lower", "higher")


def cross_table(penn: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Count patients by their grades on two scales, int (7, 7): 0 to 5, then not assessable.

    Parameters
    ----------
    penn, other : int8 array (n,)
        -1 where not assessable.
    """
    counts = np.zeros((len(Grade), len(Grade)), dtype=int)
    np.add.at(counts, (penn.astype(int), other.astype(int)), 1)  # -1 is the last row and column
    return counts


def regrade(result: TrialResult) -> tuple[Regrading, ...]:
    """Grade the same courses on Penn, Lee and ASTCT, and set them beside a published regrading.

    Returns
    -------
    tuple of Regrading
        Penn against Lee, and against ASTCT. ``published`` is empty where the design compares with none.
    """
    pool = result.pool
    infused = pool.infused
    found = []
    for scale, field in _SCALES:
        keys = [*(f"{field}_{question}" for question in _QUESTIONS), field.replace("_", "_count_", 1)]
        rows = {row.target.definition: row for row in result.comparison.rows if row.n_drawn}
        found.append(
            Regrading(
                scale=scale,
                counts=cross_table(pool.crs_penn[infused], getattr(pool, field)[infused]),
                published=tuple(rows[key] for key in keys if key in rows),
            )
        )
    return tuple(found)
