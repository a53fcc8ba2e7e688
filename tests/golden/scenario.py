"""The rich small scenario whose figures may not move unnoticed, and how it is written down.

``python tests/golden/scenario.py`` writes juliet_small.json anew; say why under *Numbers* in CHANGELOG.md.
"""

import dataclasses
import json
from pathlib import Path

import numpy as np

from livingdrug.course import run_course
from livingdrug.draws import Draws
from livingdrug.endpoints import summarise_course
from livingdrug.evidence import load_edition
from livingdrug.patients import sample_patients
from livingdrug.trial import load_design

GOLDEN = Path(__file__).with_name("juliet_small.json")
EDITIONS = ("us_2025_06", "eu_current")
N_PATIENTS = 24
HORIZON_MONTHS = 6.0


def small_juliet(edition: str) -> dict[str, list[float | None]]:
    """Take a few JULIET patients through the whole course and return every column that endpoints read."""
    rules, draws = load_edition(edition), Draws(seed=20, first=0, n=N_PATIENTS)
    plan = dataclasses.replace(load_design("juliet").plan, horizon_months=HORIZON_MONTHS)
    course = run_course(sample_patients("juliet", draws, rules), plan, rules, draws)
    record = summarise_course(course, rules, draws)
    columns = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
    return {name: _plain(column) for name, column in columns.items() if isinstance(column, np.ndarray)}


def _plain(column: np.ndarray) -> list[float | None]:
    """Return the numbers of a column in one list, None where nothing is known."""
    return [None if np.isnan(value) else float(value) for value in column.astype(float).ravel()]


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps({name: small_juliet(name) for name in EDITIONS}, indent=0) + "\n")
