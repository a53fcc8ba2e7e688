"""Trials drawn from a pool: the figure that each of them would print, and their prediction interval."""

import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from livingdrug.endpoints import Observed

_PREDICTION = (0.025, 0.5, 0.975)
_PARTS = 10
"""Parts of the pool whose spread gives its Monte Carlo error."""
_PART_TRIALS = 20
"""Trials drawn from each part; their median is known well enough beside the spread of the parts."""


@dataclass(frozen=True)
class Replicated:
    """One figure a trial: ``figures`` of trials drawn from the pool, ``parts`` from each part of it alone."""

    figures: np.ndarray
    parts: tuple[np.ndarray, ...]

    def interval(self) -> tuple[float, float, float]:
        """Return the 2.5%, 50% and 97.5% order statistics of the figures."""
        return _quantiles(self.figures)

    def monte_carlo_error(self) -> float:
        """Return the standard error that the pool's finite size leaves in the simulated median.

        The spread of the medians that each part of the pool alone would give, divided by the root of
        their number. NaN where the analysis set is too small to be parted.
        """
        medians = np.array([_quantiles(part)[1] for part in self.parts])
        known = medians[np.isfinite(medians)]
        return float(known.std(ddof=1) / math.sqrt(_PARTS)) if len(known) > 1 else math.nan


@dataclass(frozen=True)
class Drawing:
    """How many trials are drawn and with which luck; keeps what was fitted to trials drawn before."""

    replicates: int
    seed: int
    _fitted: dict[tuple[str, str, int], list[Any]] = field(default_factory=dict)

    def replicate(self, observed: Observed, definition: str, cut: str, n: int) -> Replicated:
        """Return the figures of trials of n members of the analysis set, drawn with replacement.

        Parameters
        ----------
        observed : Observed
        definition, cut : str
            Key of the definition and name of the data cut.
        n : int, patients
        """
        key = (observed.curve or definition, cut, n)
        if observed.fit is None:
            figures = [observed.statistic(*columns) for columns in self._drawn(observed, key)]
        else:
            if key not in self._fitted:
                self._fitted[key] = [observed.fit(*columns) for columns in self._drawn(observed, key)]
            figures = [observed.statistic(fitted) for fitted in self._fitted[key]]
        return Replicated(figures[0], tuple(figures[1:]))

    def _drawn(self, observed: Observed, key: tuple[str, str, int]) -> Iterator[tuple[np.ndarray, ...]]:
        """Yield the columns, shape (trials, n), of trials drawn from the pool and then from each part."""
        what, _, n = key
        generator = np.random.default_rng([self.seed, zlib.crc32(what.encode()), n])
        members = np.flatnonzero(observed.members)
        groups = [(members, self.replicates)]
        if len(members) >= 2 * _PARTS:
            groups += [(part, _PART_TRIALS) for part in np.array_split(members, _PARTS)]
        for group, trials in groups:
            rows = group[generator.integers(0, len(group), size=(trials, n))]
            yield tuple(column[rows] for column in observed.columns)


def _quantiles(figures: np.ndarray) -> tuple[float, float, float]:
    """Return order statistics, so that a figure that is never reached (infinite) stays so."""
    known = np.sort(figures[~np.isnan(figures)])
    if len(known) == 0:
        return math.nan, math.nan, math.nan
    low, middle, high = (float(known[round(q * (len(known) - 1))]) for q in _PREDICTION)
    return low, middle, high
