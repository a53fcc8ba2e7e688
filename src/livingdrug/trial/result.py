"""The outcome of a trial run, and its form as JSON."""

import json
import math
from dataclasses import asdict, dataclass
from typing import Any

from livingdrug.endpoints import PatientRecord
from livingdrug.endpoints.survival import Estimate
from livingdrug.trial.comparison import Comparison, Row
from livingdrug.trial.design import Design
from livingdrug.trial.flow import Flow
from livingdrug.trial.incidence import MONTHS, Series

LIMITS = "For research and education; not a medical device, and no advice for any patient."


@dataclass(frozen=True)
class TrialResult:
    """A simulated trial: its pool, the comparison with published figures, and where it comes from."""

    design: Design
    pool: PatientRecord
    comparison: Comparison
    flow: Flow
    survival: tuple[Series, ...]
    incidence: tuple[Series, ...]
    provenance: dict[str, Any]
    warning: str | None


def _plain(value: float) -> float | None:
    """Return a number that JSON can hold: None for unknown and for "never reached"."""
    return float(value) if math.isfinite(value) else None


def _json_row(row: Row) -> dict[str, Any]:
    target = row.target
    return {
        "study": target.study,
        "population": target.population,
        "endpoint": target.endpoint,
        "stratum": target.stratum,
        "time_months": _plain(target.time_months),
        "unit": target.unit,
        "published": _plain(target.value),
        "ci_low": _plain(row.ci_low),
        "ci_high": _plain(row.ci_high),
        "n": int(target.n) if math.isfinite(target.n) else None,
        "role": target.role,
        "use": target.use,
        "definition": target.definition or None,
        "simulated": _plain(row.simulated),
        "pi_low": _plain(row.pi_low),
        "pi_high": _plain(row.pi_high),
        "inside": row.inside,
    }


def _json_estimate(estimate: Estimate) -> dict[str, float | None]:
    return {name: _plain(value) for name, value in asdict(estimate).items()}


def _json_series(series: Series) -> dict[str, Any]:
    at = [
        {"month": month, **_json_estimate(found)} for month, found in zip(MONTHS, series.percent, strict=True)
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
        "replicates": comparison.replicates,
        "inside": {role: {"inside": k, "outside": m - k, "of": m} for role, (k, m) in counts.items()},
        "survival": [_json_series(item) for item in result.survival],
        "incidence": [_json_series(item) for item in result.incidence],
        **_notes(comparison.rows),
    }
    content = {"rows": [_json_row(row) for row in comparison.rows], "provenance": provenance}
    return json.dumps(content, indent=1, allow_nan=False) + "\n"
