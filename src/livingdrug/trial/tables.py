"""A trial's result as pandas tables: units stand in the column names, what is not known is missing."""

import math
from enum import IntEnum
from typing import Any

import numpy as np
import pandas as pd

from livingdrug.bedside.response import Response
from livingdrug.course.causes import DeathCause
from livingdrug.course.stopping import StopReason
from livingdrug.endpoints import PatientRecord
from livingdrug.endpoints.profiles import PROFILED
from livingdrug.engine.failure import Failure
from livingdrug.observations import CODE_FIELDS, Observations
from livingdrug.patients.record import CATEGORIES, Indication, Patients
from livingdrug.tables import to_pandas, with_missing
from livingdrug.trial.comparison import Comparison, Row
from livingdrug.trial.flow import Flow, Loss
from livingdrug.trial.incidence import MONTHS, Series

PERCENTILES = (5, 25, 50, 75, 95)
_ANTIGEN = {0: "CD19-negative", 1: "CD19-positive"}


def row_values(row: Row) -> dict[str, Any]:
    """Return what a row of the comparison says, by name; NaN or None where there is nothing."""
    target = row.target
    return {
        "study": target.study,
        "population": target.population,
        "endpoint": target.endpoint,
        "stratum": target.stratum,
        "time_months": target.time_months,
        "unit": target.unit,
        "published": target.value,
        "ci_low": row.ci_low,
        "ci_high": row.ci_high,
        "n": int(target.n) if math.isfinite(target.n) else None,
        "role": target.role,
        "use": target.use,
        "definition": target.definition or None,
        "simulated": row.simulated,
        "pi_low": row.pi_low,
        "pi_high": row.pi_high,
        "inside": row.inside,
    }


def _with_notes(row: Row) -> dict[str, Any]:
    definition = row.definition
    return {
        "id": row.target.id,
        "topic": definition.topic if definition else None,
        "title": definition.title if definition else row.target.endpoint,
        **row_values(row),
        "counted": row.counted,
        "n_drawn": row.n_drawn,
        "monte_carlo_error": row.monte_carlo_error,
        "interval": row.interval,
        "reason": row.reason,
    }


def rows(comparison: Comparison) -> pd.DataFrame:
    """Return one row a published figure, with the names that the rows have in JSON.

    ``published``, ``simulated``, their intervals (``ci_`` of the published figure, ``pi_`` the prediction
    interval) and ``monte_carlo_error`` are in the unit that ``unit`` names. ``inside`` is missing where a
    row is not counted, ``simulated`` where nothing was simulated (``reason`` says why); an infinite value
    was never reached.
    """
    frame = pd.DataFrame([_with_notes(row) for row in comparison.rows])
    return frame.astype({"n": "Int64", "inside": "boolean"}) if len(frame) else frame


def steps(flow: Flow) -> pd.DataFrame:
    """Return how many patients came how far: ``step``, ``n_patients``."""
    names = ("sampled", "eligible", "enrolled", "released", "infused", "responded")
    return pd.DataFrame({"step": names, "n_patients": [getattr(flow, name) for name in names]})


def losses(flow: Flow) -> pd.DataFrame:
    """Return the patients lost before infusion by reason: ``lost``, ``reason``, ``n_patients``, ``percent``.

    The percentage is of the patients sampled for losses before enrolment, of those enrolled thereafter.
    """
    before = _losses("before enrolment", flow.not_enrolled, flow.sampled)
    after = _losses("between enrolment and infusion", flow.not_infused, flow.enrolled)
    return pd.DataFrame(before + after, columns=pd.Index(["lost", "reason", "n_patients", "percent"]))


def _losses(when: str, lost: tuple[Loss, ...], of: int) -> list[tuple[str, str, int, float]]:
    return [(when, loss.reason, loss.n, 100.0 * loss.n / of) for loss in lost]


def estimates(survival: tuple[Series, ...], incidence: tuple[Series, ...]) -> pd.DataFrame:
    """Return the pool's own estimates with their 95% intervals: one row an estimate and month.

    Columns: ``kind`` (survival: Kaplan-Meier; incidence: Aalen-Johansen, each cause competing with the
    others), ``estimate``, ``n_patients``, ``month``, ``n_at_risk``, ``percent``, ``low_percent``,
    ``high_percent``. The percentages are missing where fewer than 5% of the patients are at risk.
    """
    found = [
        (kind, item.name, item.n, month, at_risk, at.value, at.low, at.high)
        for kind, series in (("survival", survival), ("incidence", incidence))
        for item in series
        for month, at_risk, at in zip(MONTHS, item.at_risk, item.percent, strict=True)
    ]
    columns = (
        "kind", "estimate", "n_patients", "month", "n_at_risk", "percent", "low_percent", "high_percent",
    )  # fmt: skip
    return pd.DataFrame(found, columns=pd.Index(columns))


def medians(survival: tuple[Series, ...]) -> pd.DataFrame:
    """Return median survival times with their 95% intervals; infinite where not reached."""
    found = [
        (item.name, item.n, item.median_months.value, item.median_months.low, item.median_months.high)
        for item in survival
        if item.median_months
    ]
    columns = pd.Index(["estimate", "n_patients", "median_months", "low_months", "high_months"])
    return pd.DataFrame(found, columns=columns)


def _named(codes: np.ndarray, names: dict[int, str]) -> Any:
    """Return codes as words; a code without a word is missing."""
    known = list(names)
    place = np.array([known.index(code) if code in names else -1 for code in codes.tolist()], dtype=int)
    return pd.Categorical.from_codes(place, categories=list(names.values()))


def _words(kind: type[IntEnum]) -> dict[int, str]:
    return {int(member): member.name.lower().replace("_", " ") for member in kind if member >= 0}


_RESPONSES = {
    **_words(Response),
    **{int(kind): kind.name for kind in (Response.CR, Response.PR, Response.SD, Response.PD)},
    int(Response.CRI): "CRi",
}
_NAMED = {
    "indication": {int(kind): kind.name for kind in Indication},
    "stop_reason": {int(reason): reason.text.rstrip(".") for reason in StopReason if reason},
    "best_response": _RESPONSES,
    "relapse_antigen": _ANTIGEN,
    "simulation_failed": {int(failure): failure.text for failure in Failure if failure},
    "death_cause": {code: name for code, name in _words(DeathCause).items() if code != DeathCause.NONE},
}
"""Columns of the record that hold codes, and the words for them; the codes for "none" have no word."""


def patients(pool: PatientRecord) -> pd.DataFrame:
    """Return the pool as a trial's database would hold it: one row a patient, codes as words.

    Days count from infusion and are NaN where nothing happened. Grades and flags that could not be
    assessed are missing, so no mean takes them for a nought.
    """
    frame = to_pandas(pool)
    for name, words in _NAMED.items():
        frame[name] = _named(getattr(pool, name), words)
    return frame


def baseline(patients: Patients) -> pd.DataFrame:
    """Return what is known of patients at enrolment, each column as ``baseline_<name>``; codes as words."""
    frame = to_pandas(patients)
    for name, kind in CATEGORIES.items():
        frame[name] = _named(getattr(patients, name), _words(kind))
    return frame.drop(columns="indication").add_prefix("baseline_")


def _long(pool: PatientRecord, day: np.ndarray, **columns: np.ndarray) -> pd.DataFrame:
    """Return columns (patients, times) with one row for each patient and day that was seen."""
    seen = ~np.isnan(day)
    who = np.broadcast_to(pool.patient[:, None], day.shape)[seen]
    return pd.DataFrame(
        {"patient": who, "day": day[seen], **{name: values[seen] for name, values in columns.items()}}
    )


def samples(pool: PatientRecord) -> pd.DataFrame:
    """Return the transgene samples: ``patient``, ``day``, ``transgene_copies_per_ug``."""
    return _long(pool, pool.sampling_day, transgene_copies_per_ug=pool.transgene_copies_per_ug)


def assessments(pool: PatientRecord) -> pd.DataFrame:
    """Return the response at each visit: ``patient``, ``day``, ``response``; missing: not assessable."""
    frame = _long(pool, pool.assessment_day, response=pool.response)
    frame["response"] = _named(frame["response"].to_numpy(), _RESPONSES)
    return frame


def visits(pool: PatientRecord) -> pd.DataFrame:
    """Return the visits: as ``assessments``, with what was found of residual disease."""
    found = {name: getattr(pool, name) for name in ("response", "mrd_negative", "mrd_by_sequencing")}
    frame = _long(pool, pool.assessment_day, **found)
    frame["response"] = _named(frame["response"].to_numpy(), _RESPONSES)
    for name in ("mrd_negative", "mrd_by_sequencing"):
        frame[name] = with_missing(frame[name].to_numpy())
    return frame


def observed(pool: PatientRecord, seen: Observations, fields: tuple[str, ...]) -> pd.DataFrame:
    """Return what ward and laboratory saw: ``patient``, ``day`` and these fields; codes as words."""
    frame = _long(pool, seen.day, **{name: getattr(seen, name) for name in fields})
    for name in fields:
        values = frame[name].to_numpy()
        kind = CODE_FIELDS.get(name)
        frame[name] = with_missing(values) if kind is None else _named(values, _words(kind))
    return frame


def profiles(pool: PatientRecord) -> pd.DataFrame:
    """Return what was measured over time: one row a day and percentile.

    Columns: ``day``, ``n_patients`` (seen on that day), ``percentile`` and each measurement with its unit.
    """
    found = []
    for k in range(pool.profile_day.shape[1]):
        seen = ~np.isnan(pool.profile_day[:, k])
        if seen.any():
            day = float(np.median(pool.profile_day[seen, k]))
            measured = {name: _percentiles(getattr(pool, f"profile_{name}")[seen, k]) for name in PROFILED}
            frame = pd.DataFrame(
                {"day": day, "n_patients": int(seen.sum()), "percentile": PERCENTILES, **measured}
            )
            found.append(frame)
    columns = pd.Index(["day", "n_patients", "percentile", *PROFILED])
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def _percentiles(values: np.ndarray) -> np.ndarray:
    known = values[~np.isnan(values)]
    return np.percentile(known, PERCENTILES) if len(known) else np.full(len(PERCENTILES), np.nan)
