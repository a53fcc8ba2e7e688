"""From the text of a column to its values, with every cell that cannot be used."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from livingdrug.charts.columns import Column, better_column, converted, outside, words_of
from livingdrug.observations import UNKNOWN_FLAG

UNKNOWN_WORDS = ("", "unknown", "na", "n/a", "nan")
SHOWN = 50
"""Faults shown of one file; the others are counted."""


class Faults:
    """What is wrong in a file, by line: the first are kept in words, all are counted."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: list[tuple[int, str]] = []

    def add(self, text: str, line: int = 0) -> None:
        """Add a fault of a line, or of the file (line 0)."""
        self.count += 1
        self._kept.append((line, f"line {line}: {text}" if line else text))

    def add_rows(self, rows: np.ndarray, lines: np.ndarray, told: Callable[[int], str]) -> None:
        """Add a fault of each row, told in words for the first of them only."""
        for row in rows[:SHOWN]:
            self._kept.append((int(lines[row]), f"line {lines[row]}: {told(int(row))}"))
        self.count += len(rows)

    def in_words(self) -> list[str]:
        """Return the faults in the order of the file, and how many more there are."""
        shown = [text for _, text in sorted(self._kept, key=lambda fault: fault[0])[:SHOWN]]
        more = self.count - len(shown)
        return [*shown, f"and {more} more"] if more else shown


def _plain(word: object) -> str:
    return str(word).strip().lower().replace(" ", "_").replace("-", "_")


def distinct(cells: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Return for each row the place of its word among the distinct words, and those words; empty is ""."""
    if isinstance(cells.dtype, pd.CategoricalDtype):
        places, words = cells.cat.codes.to_numpy(dtype=np.int64), [str(word) for word in cells.cat.categories]
        return np.where(places < 0, len(words), places), [*words, ""]
    places, words = pd.factorize(cells.fillna(""))
    return places, [str(word) for word in words]


def read_words(column: Column, cells: pd.Series, lines: np.ndarray, faults: Faults) -> np.ndarray:
    """Return a column of flags or codes as int8, -1 where unknown."""
    known = words_of(column)
    places, words = distinct(cells)
    unreadable = np.array([_plain(word) not in (*known, *UNKNOWN_WORDS) for word in words], dtype=bool)
    values = np.array([known.get(_plain(word), UNKNOWN_FLAG) for word in words], dtype=np.int8)
    faults.add_rows(
        np.flatnonzero(unreadable[places]),
        lines,
        lambda row: f"{column.name}: got {words[places[row]]!r}, expected {column.expected}",
    )
    return values[places]


def _number(word: str) -> float:
    """Return a word as a number, NaN where it is none."""
    try:
        return math.nan if "_" in word else float(word)
    except ValueError:
        return math.nan


def _as_numbers(name: str, cells: pd.Series, lines: np.ndarray, faults: Faults) -> np.ndarray:
    if cells.dtype == np.float64:
        return cells.to_numpy()
    places, words = distinct(cells)
    values = np.array([_number(word.strip()) for word in words])
    blank = np.array([_plain(word) in UNKNOWN_WORDS for word in words], dtype=bool)
    faults.add_rows(
        np.flatnonzero((np.isnan(values) & ~blank)[places]),
        lines,
        lambda row: f"{name}: got {words[places[row]]!r}, expected a number",
    )
    return values[places]


def read_numbers(column: Column, cells: pd.Series, lines: np.ndarray, faults: Faults) -> np.ndarray:
    """Return a column of numbers in the unit of the record, NaN where unknown.

    A number that cannot have been measured is a fault, with the column in whose unit it could have been.
    """
    values = _as_numbers(column.name, cells, lines, faults)
    wrong = outside(column, values)
    faults.add_rows(
        np.flatnonzero(wrong),
        lines,
        lambda row: (
            f"{column.name}: got {values[row]:g}, expected {column.expected}{_hint(column, values[row])}"
        ),
    )
    return converted(column, np.where(wrong, np.nan, values))


def _hint(column: Column, value: float) -> str:
    other = better_column(column, value)
    return f"; is it {other}?" if other else ""


def read_plain_numbers(
    name: str, limits: tuple[float, float], cells: pd.Series, lines: np.ndarray, faults: Faults
) -> np.ndarray:
    """Return a column of numbers that must be known in every row and lie within limits."""
    values = _as_numbers(name, cells, lines, faults)
    expected = f"a number from {limits[0]:g} to {limits[1]:g}"
    empty = cells.isna() if cells.dtype == np.float64 else cells.fillna("").str.strip().eq("")
    faults.add_rows(np.flatnonzero(empty), lines, lambda row: f"{name}: missing, expected {expected}")
    wrong = ~np.isnan(values) & ~((values >= limits[0]) & (values <= limits[1]))
    faults.add_rows(
        np.flatnonzero(wrong), lines, lambda row: f"{name}: got {values[row]:g}, expected {expected}"
    )
    return values


def read_names(
    name: str, cells: pd.Series, lines: np.ndarray, faults: Faults
) -> tuple[np.ndarray, list[str]]:
    """Return for each row the place of its name among the distinct names (without blanks around them)."""
    places, words = distinct(cells)
    stripped = [word.strip() for word in words]
    used = np.bincount(places, minlength=len(words)) > 0
    names = list(dict.fromkeys(word for word, is_used in zip(stripped, used, strict=True) if is_used))
    place_of = {word: place for place, word in enumerate(names)}
    places = np.array([place_of.get(word, -1) for word in stripped], dtype=np.int64)[places]
    if "" in place_of:
        faults.add_rows(
            np.flatnonzero(places == place_of[""]), lines, lambda row: f"{name}: missing, expected a name"
        )
    return places, names
