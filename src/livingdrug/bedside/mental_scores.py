"""ICE and CAPD, the scores of ICANS, from their items; a missing item leaves a score within bounds.

ICE: five tasks, 10 points when all succeed. CAPD: eight observations of a child, each from never (0) to
always (4); in the first four, of wanted behaviour, never counts most. Items are named by topic.
"""

from dataclasses import dataclass

import numpy as np

from livingdrug.errors import BadInput
from livingdrug.evidence import Edition


@dataclass(frozen=True)
class ScoreBounds:
    """Least and greatest score that the known items allow; they meet where all items are known."""

    least: np.ndarray
    greatest: np.ndarray

    def score(self) -> np.ndarray:
        """Return the score, NaN where an item is missing."""
        return np.where(self.least == self.greatest, self.least, np.nan)


def exactly(score: np.ndarray) -> ScoreBounds:
    """Return a score that is known as such, NaN where it is not known."""
    return ScoreBounds(score, score)


@dataclass(frozen=True)
class IceItems:
    """Points in the tasks of ICE, arrays of one shape; NaN where a task was not tried.

    ``orientation`` to year, month, city and hospital (0 to 4), ``naming`` of three objects (0 to 3),
    following a ``command`` (0 or 1), ``writing`` a sentence (0 or 1), ``attention`` in counting backwards
    (0 or 1). A task that was tried and failed is 0; a patient who cannot be aroused tries none.
    """

    orientation: np.ndarray
    naming: np.ndarray
    command: np.ndarray
    writing: np.ndarray
    attention: np.ndarray


@dataclass(frozen=True)
class CapdItems:
    """How often a child shows each behaviour, 0 never to 4 always; NaN where it was not observed."""

    eye_contact: np.ndarray
    purposeful_actions: np.ndarray
    awareness: np.ndarray
    communication: np.ndarray
    restlessness: np.ndarray
    inconsolability: np.ndarray
    underactivity: np.ndarray
    slow_response: np.ndarray


def ice_score(items: IceItems, rules: Edition) -> ScoreBounds:
    """Add the points of ICE; a missing task may have succeeded or failed.

    Raises
    ------
    BadInput
        Points outside the range of a task.

    Source
    ------
    lee_2019
    """
    return _sum(
        [
            _item(getattr(items, name), name, rules.number(f"scales.icans.ice.{name}_points"))
            for name in ("orientation", "naming", "command", "writing", "attention")
        ]
    )


def capd_score(items: CapdItems, rules: Edition) -> ScoreBounds:
    """Add the points of CAPD: the first four items count from always (0) to never (4), the others reversed.

    Raises
    ------
    BadInput
        An answer outside 0 to 4.

    Source
    ------
    lee_2019
    """
    most = rules.number("scales.icans.capd.item_points")
    wanted = ("eye_contact", "purposeful_actions", "awareness", "communication")
    unwanted = ("restlessness", "inconsolability", "underactivity", "slow_response")
    points = [_item(getattr(items, name), name, most) for name in wanted]
    reversed_points = [ScoreBounds(most - each.greatest, most - each.least) for each in points]
    return _sum([*reversed_points, *(_item(getattr(items, name), name, most) for name in unwanted)])


def _item(points: np.ndarray, name: str, most: float) -> ScoreBounds:
    wrong = (points < 0) | (points > most)
    if np.any(wrong):
        raise BadInput(f"{name}: got {points[wrong][0]:g} points, expected 0 to {most:g}")
    missing = np.isnan(points)
    return ScoreBounds(np.where(missing, 0, points), np.where(missing, most, points))


def _sum(items: list[ScoreBounds]) -> ScoreBounds:
    least, greatest = items[0].least, items[0].greatest
    for item in items[1:]:
        least, greatest = least + item.least, greatest + item.greatest
    return ScoreBounds(least, greatest)
