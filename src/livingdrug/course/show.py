"""A course in a few lines: how far the patients came, what stopped the others, and how they fared."""

from typing import TYPE_CHECKING

import numpy as np

from livingdrug.bedside.response import BEST_FIRST
from livingdrug.course.stopping import StopReason

if TYPE_CHECKING:
    from livingdrug.course.run import Course


def _steps(course: "Course") -> dict[str, int]:
    steps = {
        "eligible": course.eligibility.eligible == 1,
        "cells collected and accepted": course.manufacturing.reached,
        "product released": course.manufacturing.reached & course.manufacturing.released,
        "infused": course.infusion.infused,
        "responded": ~np.isnan(course.outcomes.first_response_day),
        "died while followed": ~np.isnan(course.outcomes.death_day),
    }
    return {name: int(reached.sum()) for name, reached in steps.items()}


def _stops(course: "Course") -> dict[str, int]:
    found = {
        reason.text.rstrip("."): int((course.infusion.stop_reason == reason).sum())
        for reason in StopReason
        if reason != StopReason.NOT_STOPPED
    }
    return {text: n for text, n in found.items() if n}


def _best(course: "Course") -> str:
    best = course.outcomes.best_response
    found = [f"{kind.name} {int((best == kind).sum())}" for kind in BEST_FIRST if (best == kind).any()]
    return ", ".join(found)


def _grades(grade: np.ndarray) -> str:
    """Write how many patients had each grade; a grade that was not assessable is left out."""
    found, counts = np.unique(grade[grade >= 0], return_counts=True)
    return ", ".join(f"{value} in {n}" for value, n in zip(found, counts, strict=True))


def _listed(title: str, counts: dict[str, int]) -> list[str]:
    width = max((len(f"{n:,}") for n in counts.values()), default=0)
    return [title, *(f"  {n:>{width},}  {text}" for text, n in counts.items())] if counts else []


def summarise(course: "Course") -> str:
    """Return how far the patients of a course came, what stopped the others, and how they fared."""
    n = len(course.patients)
    lines = _listed(f"Course of {n:,} {'patient' if n == 1 else 'patients'}", _steps(course))
    lines += _listed("Not infused because", _stops(course))
    if course.infusion.infused.any():
        lines.append(f"Best response: {_best(course) or 'none assessed'}")
        lines.append(f"Worst CRS grade (ASTCT): {_grades(course.toxicity.crs_astct) or 'none assessed'}")
        lines.append(f"Worst ICANS grade (ASTCT): {_grades(course.toxicity.icans_grade) or 'none assessed'}")
    return "\n".join(lines)
