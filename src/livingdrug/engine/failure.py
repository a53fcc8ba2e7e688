"""Why the body of a patient could not be carried on."""

from enum import IntEnum

import numpy as np


class Failure(IntEnum):
    """What stopped the integration of one patient; the numbers are those of the kernel."""

    NONE = 0
    TOO_MANY_STEPS = 1
    NOT_FINITE = 2
    STEP_TOO_SMALL = 3

    @property
    def text(self) -> str:
        """The reason in words for a report."""
        return _TEXTS[self]


_TEXTS = {
    Failure.NONE: "simulated to the end",
    Failure.TOO_MANY_STEPS: "too many steps",
    Failure.NOT_FINITE: "a value that is not finite",
    Failure.STEP_TOO_SMALL: "steps too small",
}


def first_failure(before: np.ndarray, then: np.ndarray) -> np.ndarray:
    """Return what stopped each patient first, of two stretches in a row, array (patients,), int8."""
    return np.where(before != Failure.NONE, before, then).astype(np.int8)
