"""What the report of one patient is made of, for terminal and page alike, and how its values are written."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from livingdrug.bedside.answers import Verdict
from livingdrug.bedside.assessment import Assessment
from livingdrug.endpoints.proportions import wilson
from livingdrug.evidence import Edition
from livingdrug.patients import Histology, Indication, Patients, columns
from livingdrug.patients.record import CATEGORIES, FLAGS
from livingdrug.report.words import number, unit
from livingdrug.units import PERCENT

MIDDLE = (5.0, 95.0)
"""Percentiles between which the middle 90% of patients lie."""
_CELL_DIGITS = 3
_NEXT_TO_NOTHING = 0.001
HISTOLOGIES = {
    Histology.B_CELL_PRECURSOR_ALL: "B-cell precursor ALL",
    Histology.DLBCL_NOS: "diffuse large B-cell lymphoma",
    Histology.HIGH_GRADE_B_CELL: "high-grade B-cell lymphoma",
    Histology.TRANSFORMED_FOLLICULAR: "transformed follicular lymphoma",
    Histology.PRIMARY_MEDIASTINAL: "primary mediastinal B-cell lymphoma",
    Histology.PRIMARY_CNS_LYMPHOMA: "primary CNS lymphoma",
    Histology.FOLLICULAR_1_3A: "follicular lymphoma, grade 1 to 3A",
    Histology.FOLLICULAR_3B: "follicular lymphoma, grade 3B",
    Histology.OTHER: "another type",
}
NOT_KNOWN = "not known"
_FLAG_WORDS = {1: "yes", 0: "no"}
_PLAIN_UNITS = ("flag", "text", "count", "1")
_BIG_UNITS = {"e9/L": "e9/L", "cells/uL": "/µL"}


@dataclass(frozen=True)
class Words:
    """A paragraph; ``loud`` is what must not be missed."""

    text: str
    loud: bool = False


@dataclass(frozen=True)
class Listed:
    """Short statements, one a line."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table: caption, heads with how much of the width each may take, and rows of text.

    A width of 0 takes what its longest cell needs.
    """

    caption: str
    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Picture:
    """A figure as SVG, what it shows in words, and its caption; a terminal leaves it out."""

    svg: str
    alt: str
    caption: str


Block = Words | Listed | Grid | Picture


class Judged(Protocol):
    """One patient held against the rules, simulated or not: what the parts on the rules are written from."""

    @property
    def chart(self) -> Patients: ...  # noqa: D102
    @property
    def rules(self) -> Edition: ...  # noqa: D102
    @property
    def assessment(self) -> Assessment: ...  # noqa: D102
    @property
    def trial_name(self) -> str: ...  # noqa: D102
    @property
    def trial(self) -> Verdict: ...  # noqa: D102
    @property
    def refused(self) -> bool: ...  # noqa: D102
    @property
    def indication(self) -> Indication: ...  # noqa: D102


@dataclass(frozen=True)
class Part:
    """A section of the report."""

    key: str
    title: str
    blocks: tuple[Block, ...]


def cells(value: float) -> str:
    """Write a number of cells without needless digits, 1.35e8: enough of them that no limit is widened."""
    if math.isnan(value):
        return NOT_KNOWN
    mantissa, _, exponent = f"{value:.{_CELL_DIGITS}e}".partition("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def column_words(name: str) -> str:
    """Return what a column of the chart is, in words, for use within a sentence."""
    words = columns()[name].description
    return words if words[1:2].isupper() or words[1:3].strip().isdigit() else words[0].lower() + words[1:]


def _category(name: str, value: int) -> str:
    if value < 0:
        return NOT_KNOWN
    if name == "histology":
        return HISTOLOGIES[Histology(value)]
    written = str(CATEGORIES[name](value).name)
    return written if name == "indication" else written.lower()


def charted(patients: Patients, row: int, name: str) -> str:
    """Write one value of a chart with its unit, or that it is not known."""
    value, column = getattr(patients, name)[row], columns()[name]
    if name in CATEGORIES:
        return _category(name, int(value))
    if name in FLAGS:
        return _FLAG_WORDS.get(int(value), NOT_KNOWN)
    if math.isnan(value):
        return NOT_KNOWN
    if column.unit in _PLAIN_UNITS:
        return number(float(value))
    words = {
        "year": "years",
        "month": "months",
        "hour": "hours",
        "percent": "%",
        "xULN": "× ULN",
    } | _BIG_UNITS
    joined = words.get(column.unit, unit(column.unit))
    return f"{number(float(value))}{'' if joined == '%' or joined.startswith(('e9', '/')) else ' '}{joined}"


def share(yes: np.ndarray) -> tuple[str, str]:
    """Write how many of some patients, and their share with its Wilson 95% interval."""
    n, k = len(yes), int(np.sum(yes))
    if n == 0:
        return "-", "-"
    low, high = wilson(PERCENT * k / n, n)
    return f"{k} of {n}", f"{PERCENT * k / n:.0f}% ({low:.0f}–{high:.0f})"


def middle(
    values: np.ndarray, fewest: int = 1, decimals: int | None = None, lowest: float | None = None
) -> str:
    """Write the median and the middle 90% of the values that are known; a dash for too few.

    ``lowest`` is the least that a test can tell: what lies below is written so, never as a number.
    """
    known = values[~np.isnan(values)]
    if len(known) < max(1, fewest):
        return "-"
    points = np.percentile(known, (MIDDLE[0], 50.0, MIDDLE[1]))
    low, median, high = (_written(float(value), decimals, lowest) for value in points)
    return f"{median} ({low}–{high})" if low != high else median


def _written(value: float, decimals: int | None, lowest: float | None) -> str:
    """Write a value with so many decimals, or without the noise of its last digits."""
    if lowest is not None and value < lowest:
        return f"<{lowest:g}"
    if decimals is not None:
        return f"{value:.{decimals}f}"
    if 0 < value < _NEXT_TO_NOTHING:
        return f"<{_NEXT_TO_NOTHING:g}"
    return number(float(f"{value:.2g}")) if abs(value) < 1 else number(value)


def joined(words: Sequence[str]) -> str:
    """Write several things in one sentence: a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def placed(source: str, where: str) -> str:
    """Write where something stands; an assumption is named alone, for its reasons stand in the evidence."""
    if source.startswith("assumed") or not where:
        return source
    return f"{source}: {where}"
