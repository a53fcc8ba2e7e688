"""Why a rule answered as it did: what decided, what was seen, and how well its limits are known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from livingdrug.bedside.answers import NOT_ASSESSABLE, Graded
from livingdrug.evidence import Basis, Edition, Sourced, is_unverified


@dataclass(frozen=True)
class Ground:
    """What one criterion of a rule means and rests on.

    Attributes
    ----------
    text : str
        The criterion in words.
    inputs : tuple of str
        Fields of the record in which it is seen.
    keys : tuple of str
        Evidence keys of its limits.
    """

    text: str
    inputs: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Why:
    """What decided one answer of one patient.

    Attributes
    ----------
    answer : int
        The grade or code; -1 not assessable.
    text : str
        The criterion in words.
    inputs : dict of str to number or None
        What was seen in each input; None where it is not known.
    source : str
        Key of the source of the rule.
    limits : tuple of Sourced
        The limits that it rests on, each with its place in its source.
    unverified, assumed : tuple of str
        Keys among them that were not read at their source, and those that are this project's own reading.
    """

    answer: int
    text: str
    inputs: dict[str, float | None]
    source: str
    limits: tuple[Sourced, ...]
    unverified: tuple[str, ...]
    assumed: tuple[str, ...]


def explain_grade(
    graded: Graded, grounds: Mapping[Any, Ground], record: object, place: tuple[int, ...], rules: Edition
) -> Why:
    """Say why one patient, at one time, got the grade.

    Parameters
    ----------
    graded : Graded (patients,) or (patients, times)
    grounds : mapping of criterion to Ground
        Of the rule that graded.
    record : Observations or another record of columns
        What the rule read.
    place : tuple of int
        (patient,) or (patient, time).
    rules : Edition
    """
    ground = grounds[int(graded.criterion[place])]
    limits = tuple(rules.sourced(key) for key in ground.keys)
    return Why(
        answer=int(graded.grade[place]),
        text=ground.text,
        inputs={name: _seen(getattr(record, name), place) for name in ground.inputs},
        source=graded.source,
        limits=limits,
        unverified=tuple(limit.key for limit in limits if is_unverified(limit)),
        assumed=tuple(limit.key for limit in limits if limit.basis is Basis.ASSUMED),
    )


def _seen(column: np.ndarray | None, place: tuple[int, ...]) -> float | None:
    """Return a value of a column; None for NaN in a number, -1 in a flag or code, and no column at all."""
    if column is None:
        return None
    value = column[place]
    unknown = np.isnan(value) if np.issubdtype(column.dtype, np.floating) else value == NOT_ASSESSABLE
    return None if unknown else value.item()


def decided_by_unverified(graded: Graded, grounds: Mapping[Any, Ground], rules: Edition) -> np.ndarray:
    """Return where a limit that was not read at its source, or is assumed, decided the grade (bool array)."""
    doubtful = [
        criterion
        for criterion, ground in grounds.items()
        if any(_doubtful(rules.sourced(key)) for key in ground.keys)
    ]
    return np.isin(graded.criterion, np.array([int(criterion) for criterion in doubtful], dtype=np.int8))


def _doubtful(limit: Sourced) -> bool:
    return is_unverified(limit) or limit.basis is Basis.ASSUMED
