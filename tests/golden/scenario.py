"""Small trials whose figures may not move unnoticed, and how they are written down.

``python tests/golden/scenario.py`` writes the files anew; say why under *Numbers* in CHANGELOG.md.
"""

import dataclasses
import json
import os
from pathlib import Path

import numpy as np

from livingdrug.course import run_course
from livingdrug.draws import Draws
from livingdrug.endpoints import summarise_course
from livingdrug.engine.integrate import ISA_VARIABLE
from livingdrug.evidence import load_edition
from livingdrug.patients import sample_patients
from livingdrug.trial import load_design

DESIGNS = ("juliet", "eliana", "elara")
EDITIONS = ("us_2025_06", "eu_current")
N_PATIENTS = 16
HORIZON_MONTHS = 6.0


GOLDEN_ISA = "baseline"
"""The instruction set under which the figures are made: its sums are the same on every processor."""


def golden_file(design: str) -> Path:
    """Return where the figures of a small trial are kept."""
    return Path(__file__).with_name(f"{design}_small.json")


def small_trial(design: str, edition: str) -> dict[str, list[float | None]]:
    """Take a few patients through the whole course and return every column that endpoints read.

    Profiles are left out: they hold the same observations on many days.
    """
    rules, draws = load_edition(edition), Draws(seed=20, first=0, n=N_PATIENTS)
    plan = dataclasses.replace(load_design(design).plan, horizon_months=HORIZON_MONTHS)
    course = run_course(sample_patients(design, draws, rules), plan, rules, draws)
    record = summarise_course(course, rules, draws)
    names = [field.name for field in dataclasses.fields(record) if not field.name.startswith("profile_")]
    columns = {name: getattr(record, name) for name in names}
    return {name: _plain(column) for name, column in columns.items() if isinstance(column, np.ndarray)}


def _plain(column: np.ndarray) -> list[float | None]:
    """Return the numbers of a column in one list, None where nothing is known."""
    return [None if np.isnan(value) else float(value) for value in column.astype(float).ravel()]


if __name__ == "__main__":
    os.environ[ISA_VARIABLE] = GOLDEN_ISA
    for design in DESIGNS:
        found = {edition: small_trial(design, edition) for edition in EDITIONS}
        golden_file(design).write_text(json.dumps(found, indent=0) + "\n")
