"""Non-compartmental analysis of the transgene in blood, as the labels report it."""

from dataclasses import dataclass

import numpy as np

from livingdrug.endpoints.records import PatientRecord
from livingdrug.evidence import Edition


@dataclass(frozen=True)
class Sampling:
    """What the laboratory can quantify and how exposure is computed from it."""

    lower_limit_copies_per_ug: float
    auc_until_day: float
    half_life_points: int


@dataclass(frozen=True)
class Exposure:
    """Kinetic parameters, one entry per patient; NaN where a parameter cannot be computed.

    ``cmax`` in copies/ug, ``tmax``, ``half_life`` and ``tlast`` in days, ``auc`` in copies/ug*day.
    """

    cmax: np.ndarray
    tmax: np.ndarray
    auc: np.ndarray
    half_life: np.ndarray
    tlast: np.ndarray


def read_sampling(rules: Edition) -> Sampling:
    """Return the laboratory's limits from the evidence."""
    return Sampling(
        lower_limit_copies_per_ug=rules.number("endpoints.sampling.lower_limit"),
        auc_until_day=rules.number("endpoints.sampling.auc_until"),
        half_life_points=int(rules.number("endpoints.sampling.half_life_points")),
    )


def area_under_curve(day: np.ndarray, level: np.ndarray, until_day: float) -> float:
    """Return the area under the level from day 0 to a day, by linear trapezoids.

    The level is 0 at day 0; on the last day it is interpolated. NaN if sampling ended earlier.
    """
    if len(day) == 0 or day[-1] < until_day:
        return np.nan
    day, level = np.append(0.0, day), np.append(0.0, level)
    inside = day < until_day
    at_end = np.interp(until_day, day, level)
    return float(np.trapezoid(np.append(level[inside], at_end), np.append(day[inside], until_day)))


def terminal_half_life(day: np.ndarray, level: np.ndarray, fewest: int) -> float:
    """Return the half-life of the last phase: log-linear fit with the best adjusted R squared.

    Fits the last 3, 4, ... samples after the peak, all with quantifiable levels, takes the longest of
    those within 0.0001 of the best adjusted R squared, and requires a falling line.

    Parameters
    ----------
    day, level : array (samples,), day and copies/ug
        Samples after the peak.
    fewest : int
        Fewest samples for a fit.

    Returns
    -------
    float, day
        NaN if there are too few samples or the level does not fall.
    """
    if len(day) < fewest:
        return np.nan
    x, y = day[::-1] - day[-1], np.log(level[::-1])
    m = np.arange(1, len(x) + 1)
    sxx = np.cumsum(x * x) - np.cumsum(x) * np.cumsum(x) / m
    sxy = np.cumsum(x * y) - np.cumsum(x) * np.cumsum(y) / m
    syy = np.cumsum(y * y) - np.cumsum(y) * np.cumsum(y) / m
    m, sxx, sxy, syy = m[fewest - 1 :], sxx[fewest - 1 :], sxy[fewest - 1 :], syy[fewest - 1 :]
    slope = sxy / sxx
    with np.errstate(divide="ignore", invalid="ignore"):
        explained = np.where(syy > 0, sxy * sxy / (sxx * syy), 0.0)
    adjusted = 1 - (1 - explained) * (m - 1) / (m - 2)
    adjusted = np.where(slope < 0, adjusted, -np.inf)
    if not np.isfinite(adjusted.max()):
        return np.nan
    best = np.nonzero(adjusted >= adjusted.max() - 1e-4)[0][-1]
    return float(np.log(2) / -slope[best])


def _one_patient(day: np.ndarray, level: np.ndarray, sampling: Sampling) -> tuple[float, ...]:
    known = ~(np.isnan(day) | np.isnan(level))
    day, level = day[known], level[known]
    quantifiable = level >= sampling.lower_limit_copies_per_ug
    if not quantifiable.any():
        return (np.nan,) * 5
    counted = np.where(quantifiable, level, 0.0)
    peak = int(counted.argmax())
    after = quantifiable & (np.arange(len(day)) > peak)
    return (
        float(counted[peak]),
        float(day[peak]),
        area_under_curve(day, counted, sampling.auc_until_day),
        terminal_half_life(day[after], level[after], sampling.half_life_points),
        float(day[quantifiable][-1]),
    )


def exposure(record: PatientRecord, sampling: Sampling) -> Exposure:
    """Compute Cmax, Tmax, AUC, terminal half-life and the last quantifiable day of each patient.

    Levels below the limit of quantification count as zero in the area and not at all elsewhere.
    """
    rows = [
        _one_patient(record.sampling_day[i], record.transgene_copies_per_ug[i], sampling)
        for i in range(len(record))
    ]
    columns = np.array(rows, dtype=float).reshape(len(record), 5)
    return Exposure(*(columns[:, j] for j in range(5)))
