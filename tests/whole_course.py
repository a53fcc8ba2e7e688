"""The whole course on small cohorts, and the means to compare two courses array by array."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from livingdrug.course import Course, run_course
from livingdrug.draws import Draws
from livingdrug.evidence import Edition, load_edition
from livingdrug.patients import sample_patients
from livingdrug.plans import Plan
from livingdrug.tables import take
from livingdrug.trial import load_design

RULES = load_edition()
JULIET = load_design("juliet").plan
SHORT = dataclasses.replace(JULIET, horizon_months=3.0, visit_months=(1.0, 3.0))


def rules_with(values: dict[str, float], rules: Edition = RULES) -> Edition:
    """Return the rules with other numbers at these keys."""
    changed = {key: dataclasses.replace(rules.sourced(key), value=value) for key, value in values.items()}
    return dataclasses.replace(rules, values={**rules.values, **changed})


def short_course(seed: int, first: int, n: int, rules: Edition = RULES, plan: Plan = SHORT) -> Course:
    """Run patients first, first + 1, ... of a JULIET cohort through all eight stages, to month 3."""
    draws = Draws(seed, first, n)
    return run_course(sample_patients("juliet", draws, rules), plan, rules, draws)


def columns(table: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every column of a record and of the records in it, with its name."""
    for field in dataclasses.fields(table):
        value = getattr(table, field.name)
        name = f"{place}.{field.name}".lstrip(".")
        if dataclasses.is_dataclass(value):
            yield from columns(value, name)
        else:
            yield name, value


def differences(one: Any, other: Any) -> list[str]:
    """List the columns in which two records differ by as much as one bit, or by their type."""
    left, right = dict(columns(one)), dict(columns(other))
    assert left.keys() == right.keys()
    return [name for name, value in left.items() if not _alike(value, right[name])]


def _alike(one: Any, other: Any) -> bool:
    if not isinstance(one, np.ndarray):
        return one == other
    return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()


def rows_of(course: Course, rows: Any) -> Course:
    """Return the course of some of its patients (verdicts' reasons, which are no columns, as they are)."""
    return take(course, rows)
