"""Chance, addressed by decision and patient.

Each decision ("manufacturing/viability", "in_vivo/death") has its own stream and each patient
an own place in it, so the number drawn does not depend on what else was drawn, in which order,
in which chunk or by which worker. Two arms that share a seed share their luck, decision by decision.
"""

import hashlib
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

_WORDS_PER_COUNTER = 4  # Philox4x64 yields four words for each step of its counter
_MANTISSA_SHIFT = np.uint64(11)  # keep the top 53 of 64 bits
_MANTISSA_SCALE = 2.0**-53


@dataclass(frozen=True)
class Draws:
    """The luck of the patients first, first + 1, ..., first + n - 1 under one seed."""

    seed: int
    first: int
    n: int
    rows: np.ndarray | None = None
    """Which of the n patients are asked for (None: all of them)."""

    def only(self, rows: np.ndarray) -> "Draws":
        """Return the luck of some of these patients: row numbers within the present ones."""
        chosen = np.arange(self.n)[rows] if self.rows is None else self.rows[rows]
        return replace(self, rows=chosen)

    def uniform(self, decision: str, k: int = 0) -> np.ndarray:
        """Draw one number in (0, 1) for each patient: the k-th of this decision.

        Parameters
        ----------
        decision : str
            Address of the decision, "stage/what".
        k : int
            Which of the decision's draws: 0 for the only one, or a time index.

        Returns
        -------
        array (patients,), 1
            Never exactly 0 or 1.
        """
        digest = hashlib.blake2b(f"{self.seed}|{decision}|{k}".encode(), digest_size=16).digest()
        generator = np.random.Philox(key=np.frombuffer(digest, dtype=np.uint64))
        skip = self.first % _WORDS_PER_COUNTER
        generator.advance(self.first // _WORDS_PER_COUNTER)
        words = generator.random_raw(skip + self.n)[skip:]
        if self.rows is not None:
            words = words[self.rows]
        return ((words >> _MANTISSA_SHIFT).astype(float) + 0.5) * _MANTISSA_SCALE

    def normal(self, decision: str, k: int = 0) -> np.ndarray:
        """Draw one standard normal number for each patient, by inverting the distribution."""
        return ndtri(self.uniform(decision, k))

    def happens(self, decision: str, probability: np.ndarray | float, k: int = 0) -> np.ndarray:
        """Decide for each patient whether something of this probability happens."""
        return self.uniform(decision, k) < probability
