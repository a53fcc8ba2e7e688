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


def area_under_curve(day: np.ndarray, level: np.ndarray, until_day: float) -> np.ndarray:
    """Return the area under the level from day 0 to a day, by linear trapezoids.

    The level is 0 at day 0; on the last day it is interpolated.

    Parameters
    ----------
    day, level : array (patients, samples), day and copies/ug
        Samples in the order of time, all known.
    until_day : float, day

    Returns
    -------
    array (patients,), copies/ug*day
        NaN if sampling ended earlier.
    """
    area = np.full(len(day), np.nan)
    start = np.zeros((len(day), 1))
    day, level = np.hstack([start, day]), np.hstack([start, level])
    long_enough = (day[:, -1] >= until_day) & (day.shape[1] > 1)
    n_before = (day < until_day).sum(axis=1)
    for n in np.unique(n_before[long_enough]):
        rows = np.flatnonzero(long_enough & (n_before == n))
        at_end = _interpolated(day[rows], level[rows], n - 1, until_day)
        x = np.hstack([day[rows, :n], np.full((len(rows), 1), until_day)])
        area[rows] = np.trapezoid(np.hstack([level[rows, :n], at_end[:, None]]), x, axis=1)
    return area


def _interpolated(day: np.ndarray, level: np.ndarray, last: int, at_day: float) -> np.ndarray:
    """Return the level on a day after the sample ``last`` and not after the next one."""
    after = last + 1
    slope = (level[:, after] - level[:, last]) / (day[:, after] - day[:, last])
    between = slope * (at_day - day[:, last]) + level[:, last]
    return np.where(day[:, after] == at_day, level[:, after], between)


def terminal_half_life(day: np.ndarray, level: np.ndarray, fewest: int) -> np.ndarray:
    """Return the half-life of the last phase: log-linear fit with the best adjusted R squared.

    Fits the last 3, 4, ... samples after the peak, all with quantifiable levels, takes the longest of
    those within 0.0001 of the best adjusted R squared, and requires a falling line.

    Parameters
    ----------
    day, level : array (patients, samples), day and copies/ug
        Samples after the peak, in the order of time.
    fewest : int
        Fewest samples for a fit.

    Returns
    -------
    array (patients,), day
        NaN if there are too few samples or the level does not fall.
    """
    if day.shape[1] < fewest:
        return np.full(len(day), np.nan)
    # A logarithm read backwards may differ in its last bit from one read forwards: all are read backwards.
    log_level = np.log(np.ascontiguousarray(level).ravel()[::-1]).reshape(level.shape)[::-1]
    x, y = day[:, ::-1] - day[:, -1:], log_level
    m = np.arange(1, x.shape[1] + 1)
    sxx, sxy, syy = _centred(x, x, m), _centred(x, y, m), _centred(y, y, m)
    m, sxx, sxy, syy = m[fewest - 1 :], sxx[:, fewest - 1 :], sxy[:, fewest - 1 :], syy[:, fewest - 1 :]
    slope = sxy / sxx
    with np.errstate(divide="ignore", invalid="ignore"):
        explained = np.where(syy > 0, sxy * sxy / (sxx * syy), 0.0)
    adjusted = 1 - (1 - explained) * (m - 1) / (m - 2)
    adjusted = np.where(slope < 0, adjusted, -np.inf)
    best_found = adjusted.max(axis=1, keepdims=True)
    good = adjusted >= best_found - 1e-4
    longest = good.shape[1] - 1 - good[:, ::-1].argmax(axis=1)
    chosen = slope[np.arange(len(slope)), longest]
    falls = np.isfinite(best_found[:, 0])
    return np.where(falls, np.log(2) / -np.where(falls, chosen, -1.0), np.nan)


def _centred(a: np.ndarray, b: np.ndarray, m: np.ndarray) -> np.ndarray:
    """Return the sums of products about the means, of the first 1, 2, ... samples."""
    return np.cumsum(a * b, axis=1) - np.cumsum(a, axis=1) * np.cumsum(b, axis=1) / m


def _half_lives(day: np.ndarray, level: np.ndarray, after: np.ndarray, fewest: int) -> np.ndarray:
    """Return the half-life of each patient from the samples that ``after`` marks."""
    found, n_after = np.full(len(day), np.nan), np.count_nonzero(after, axis=1)
    for n in np.unique(n_after[n_after >= fewest]):
        rows = n_after == n
        chosen = after[rows]
        days, levels = (column[rows][chosen].reshape(-1, n) for column in (day, level))
        found[rows] = terminal_half_life(days, levels, fewest)
    return found


def _all_sampled(day: np.ndarray, level: np.ndarray, sampling: Sampling) -> np.ndarray:
    """Return the five parameters (patients, 5) of patients who all have every sample."""
    quantifiable = level >= sampling.lower_limit_copies_per_ug
    counted = np.where(quantifiable, level, 0.0)
    each, peak = np.arange(len(day)), counted.argmax(axis=1)
    last = quantifiable.shape[1] - 1 - quantifiable[:, ::-1].argmax(axis=1)
    after = quantifiable & (np.arange(day.shape[1]) > peak[:, None])
    found = np.stack(
        [
            counted[each, peak],
            day[each, peak],
            area_under_curve(day, counted, sampling.auc_until_day),
            _half_lives(day, level, after, sampling.half_life_points),
            day[each, last],
        ],
        axis=1,
    )
    return np.where(quantifiable.any(axis=1, keepdims=True), found, np.nan)


def exposure(record: PatientRecord, sampling: Sampling) -> Exposure:
    """Compute Cmax, Tmax, AUC, terminal half-life and the last quantifiable day of each patient.

    Levels below the limit of quantification count as zero in the area and not at all elsewhere.
    Patients with as many samples are computed together; each gets the same bits as alone.
    """
    day, level = record.sampling_day, record.transgene_copies_per_ug
    known = ~(np.isnan(day) | np.isnan(level))
    n_known, found = known.sum(axis=1), np.full((len(record), 5), np.nan)
    for n in np.unique(n_known[n_known > 0]):
        rows = n_known == n
        chosen = known[rows]
        days, levels = (column[rows][chosen].reshape(-1, n) for column in (day, level))
        found[rows] = _all_sampled(days, levels, sampling)
    return Exposure(*(found[:, j] for j in range(5)))
