"""A grade with the bounds that what is known allows: not assessable still says between what and what."""

from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.answers import NOT_ASSESSABLE, Graded, choose
from livingdrug.bedside.bounds import Bounds


@dataclass(frozen=True)
class GradeRange:
    """A grade, -1 where it is not assessable, and the lowest and highest grade possible.

    Attributes
    ----------
    graded : Graded
    lowest, highest : int8 array (like the grade)
        Equal where the grade is assessable.
    """

    graded: Graded
    lowest: np.ndarray
    highest: np.ndarray


def grade_within(bounds: Bounds, none: int, source: str) -> GradeRange:
    """Return the grade where its bounds meet; ``none`` is the criterion to name where there is none."""
    definite = bounds.low == bounds.high
    decided = choose(bounds.low > 0, bounds.criterion, none)
    graded = Graded(
        choose(definite, bounds.low, NOT_ASSESSABLE), choose(definite, decided, bounds.missing), source
    )
    return GradeRange(graded, bounds.low, bounds.high)
