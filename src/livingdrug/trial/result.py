"""The outcome of a trial run, and its form as JSON."""

import json
import math
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from livingdrug.endpoints import PatientRecord
from livingdrug.endpoints.survival import Estimate
from livingdrug.trial import summary, tables
from livingdrug.trial.comparison import Comparison, Row
from livingdrug.trial.design import Design
from livingdrug.trial.flow import Flow, told_failures
from livingdrug.trial.incidence import MONTHS, Series
from livingdrug.trial.tables import row_values
from livingdrug.trial.words import LIMITS


@dataclass(frozen=True)
class TrialResult:
    """A simulated trial: its pool, the comparison with published figures, and where it comes from.

    ``pool`` holds the first patients, at most ``gathering.SHOWN_PATIENTS``: pictures and tables of patients
    are made of them. ``comparison``, ``flow``, ``survival`` and ``incidence`` are of all ``provenance["n"]``.
    """

    design: Design
    pool: PatientRecord
    comparison: Comparison
    flow: Flow
    survival: tuple[Series, ...]
    incidence: tuple[Series, ...]
    provenance: dict[str, Any]
    warning: str | None

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know beside the figures: the edition's warning, failures, whom pictures show."""
        shown, n = len(self.pool), self.provenance["n"]
        part = (
            f"Pictures and tables of patients show the first {shown:,} of {n:,} patients; counts, survival, "
            "incidence and the comparison rest on all of them."
        )
        notes = (self.warning, told_failures(self.flow), part if shown < n else None)
        return tuple(note for note in notes if note)

    def __repr__(self) -> str:
        return summary.in_a_line(self)

    def __str__(self) -> str:
        return summary.as_text(self)

    def _repr_html_(self) -> str:
        """Show the result in a notebook."""
        return summary.as_html(self)

    def rows(self) -> pd.DataFrame:
        """Return the comparison: one row a published figure, in the unit that its column ``unit`` names."""
        return tables.rows(self.comparison)

    def steps(self) -> pd.DataFrame:
        """Return how many patients came how far."""
        return tables.steps(self.flow)

    def losses(self) -> pd.DataFrame:
        """Return how many patients were lost before infusion, and why."""
        return tables.losses(self.flow)

    def estimates(self) -> pd.DataFrame:
        """Return survival and cumulative incidence of the pool at months 12, 24 and 60, in percent."""
        return tables.estimates(self.survival, self.incidence)

    def medians(self) -> pd.DataFrame:
        """Return the median survival times of the pool, in months."""
        return tables.medians(self.survival)

    def patients(self) -> pd.DataFrame:
        """Return the pool, one row a patient, of its first 50,000; days count from infusion."""
        return tables.patients(self.pool)

    def samples(self) -> pd.DataFrame:
        """Return the transgene samples, one row a sample."""
        return tables.samples(self.pool)

    def assessments(self) -> pd.DataFrame:
        """Return the response at each visit, one row an assessment."""
        return tables.assessments(self.pool)

    def profiles(self) -> pd.DataFrame:
        """Return percentiles over the patients seen on each day of what was measured over time."""
        return tables.profiles(self.pool)


def _plain(value: float) -> float | None:
    """Return a number that JSON can hold: None for unknown and for "never reached"."""
    return float(value) if math.isfinite(value) else None


def _json_row(row: Row) -> dict[str, Any]:
    return {name: _plain(v) if isinstance(v, float) else v for name, v in row_values(row).items()}


def _json_estimate(estimate: Estimate) -> dict[str, float | None]:
    return {name: _plain(value) for name, value in asdict(estimate).items()}


def _json_series(series: Series) -> dict[str, Any]:
    at = [
        {"month": month, **_json_estimate(found), "at_risk": at_risk}
        for month, found, at_risk in zip(MONTHS, series.percent, series.at_risk, strict=True)
    ]
    median = {"median_months": _json_estimate(series.median_months)} if series.median_months else {}
    return {"name": series.name, "n": series.n, "percent": at, **median}


def _notes(rows: tuple[Row, ...]) -> dict[str, Any]:
    """Return, by the row's id, what the rows themselves have no place for."""
    simulated = [row for row in rows if row.n_drawn]
    return {
        "row_ids": [row.target.id for row in rows],
        "counted": [row.target.id for row in rows if row.counted],
        "not_simulated": {row.target.id: row.reason for row in rows if not row.n_drawn},
        "input_driven": {
            row.target.id: row.reason or row.target.note for row in simulated if not row.counted
        },
        "likely_causes": {row.target.id: row.reason for row in rows if row.inside is False and row.reason},
        "computed_intervals": [row.target.id for row in rows if row.interval == "computed"],
        "n_drawn": {row.target.id: row.n_drawn for row in simulated},
        "monte_carlo_error": {row.target.id: _plain(row.monte_carlo_error) for row in simulated},
        "never_reached": [row.target.id for row in simulated if math.isinf(row.pi_high)],
    }


def trial_json(result: TrialResult) -> str:
    """Return the result as JSON text: ``rows`` and ``provenance``."""
    comparison = result.comparison
    counts = {role: comparison.inside(role) for role in ("calibration", "validation")}
    provenance = {
        **result.provenance,
        "warning": result.warning,
        "limits": LIMITS,
        "pool": asdict(result.flow),
        **({"notes": list(result.notes)} if len(result.pool) < result.provenance["n"] else {}),
        "replicates": comparison.replicates,
        "inside": {role: {"inside": k, "outside": m - k, "of": m} for role, (k, m) in counts.items()},
        "survival": [_json_series(item) for item in result.survival],
        "incidence": [_json_series(item) for item in result.incidence],
        **_notes(comparison.rows),
    }
    content = {"rows": [_json_row(row) for row in comparison.rows], "provenance": provenance}
    return json.dumps(content, indent=1, allow_nan=False) + "\n"
