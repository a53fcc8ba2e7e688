"""Scores that add points: the least and the most that what is known allows, item by item."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.answers import MET, NOT_MET, Reason, tri
from livingdrug.bedside.limits import reason
from livingdrug.evidence import Edition


@dataclass(frozen=True)
class Score:
    """A score of each patient (n,), within the bounds of what is known.

    Attributes
    ----------
    lowest, highest : array (n,), points
        Equal where nothing that could matter is missing.
    items : tuple of Reason
        Each item: 1 it gives points, 0 it gives none, -1 an input is missing.
    """

    lowest: np.ndarray
    highest: np.ndarray
    items: tuple[Reason, ...]


@dataclass(frozen=True)
class Item:
    """The least and the most points that one item gives, and the evidence key that names its source."""

    code: str
    text: str
    key: str
    low: np.ndarray
    high: np.ndarray


def tiers(code: str, text: str, key: str, answers: Sequence[np.ndarray], points: Sequence[float]) -> Item:
    """Return an item whose points rise from tier to tier; a tier counts only where those below it do.

    Parameters
    ----------
    answers : sequence of int8 array (n,)
        Whether each tier is reached, the lowest first: 1, 0 or -1.
    points : sequence of float
        Points of the whole item at each tier.
    """
    low, high, below = np.zeros(answers[0].shape), np.zeros(answers[0].shape), 0.0
    for answer, whole in zip(answers, points, strict=True):
        low = low + (whole - below) * (answer == MET)
        high = high + (whole - below) * (answer != NOT_MET)
        below = whole
    return Item(code, text, key, low, high)


def total(items: Sequence[Item], rules: Edition) -> Score:
    """Add the items up."""
    lowest, highest = items[0].low, items[0].high
    for item in items[1:]:
        lowest, highest = lowest + item.low, highest + item.high
    return Score(lowest, highest, tuple(_reason(item, rules) for item in items))


def _reason(item: Item, rules: Edition) -> Reason:
    scores = item.low > 0
    return reason(rules, item.key, item.code, item.text, tri(scores, scores | (item.high == 0)))
