"""Time to event: who is at risk from when, what counts, what censors; every estimate is made by lifelines."""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from lifelines import AalenJohansenFitter, CoxPHFitter, KaplanMeierFitter
from lifelines.exceptions import ConvergenceError, ConvergenceWarning
from lifelines.utils import median_survival_times

from livingdrug.endpoints.records import PatientRecord
from livingdrug.units import DAYS_PER_MONTH, PERCENT

_FEWEST_EVENTS = 2
"""Of a Cox regression with one covariate."""


@dataclass(frozen=True)
class TimeToEvent:
    """Months at risk and whether the event (1) or censoring (0) ended them; shape (patients,)."""

    months: np.ndarray
    event: np.ndarray


def left_open_day(record: PatientRecord) -> np.ndarray:
    """Return the day from which the disease is no longer followed: next therapy, transplant or loss."""
    return np.fmin(np.fmin(record.next_therapy_day, record.transplant_day), record.followed_until_day)


def last_assessed_day(record: PatientRecord, until_day: np.ndarray) -> np.ndarray:
    """Return the day of the last response assessment up to a day; 0 (infusion) if there was none."""
    usable = (record.response >= 0) & (record.assessment_day <= until_day[:, None])
    return np.where(usable, record.assessment_day, 0.0).max(axis=1)


def _until(
    start: np.ndarray, event_day: np.ndarray, until_day: np.ndarray, censor_day: np.ndarray
) -> TimeToEvent:
    """Return time from a start to an event up to a day, otherwise to the day of censoring."""
    happened = event_day <= until_day
    end = np.where(happened, event_day, censor_day)
    return TimeToEvent(np.maximum(end - start, 0.0) / DAYS_PER_MONTH, happened.astype(float))


def overall_survival(record: PatientRecord) -> TimeToEvent:
    """From infusion to death of any cause; censored when last known alive."""
    last = record.followed_until_day
    return _until(np.zeros(len(record)), record.death_day, last, last)


def _free_of_disease(record: PatientRecord, start: np.ndarray) -> TimeToEvent:
    event, until = np.fmin(record.progression_day, record.death_day), left_open_day(record)
    return _until(start, event, until, last_assessed_day(record, until))


def progression_free_survival(record: PatientRecord) -> TimeToEvent:
    """From infusion to progression or death of any cause before next therapy or transplant.

    Without an event, censored at the last assessment: what happened to the disease later is not known.
    """
    return _free_of_disease(record, np.zeros(len(record)))


def relapse_free_survival(record: PatientRecord) -> TimeToEvent:
    """From first response to relapse or death of any cause before next therapy or transplant.

    Without an event, censored at the last assessment.
    """
    start = np.where(np.isnan(record.first_response_day), 0.0, record.first_response_day)
    return _free_of_disease(record, start)


def relapse_free_survival_followed_on(record: PatientRecord) -> TimeToEvent:
    """From first response to relapse or death of any cause, through transplant and next therapy.

    Without an event, censored at the last assessment. A relapse after a next therapy is not observed.
    """
    start = np.where(np.isnan(record.first_response_day), 0.0, record.first_response_day)
    until = record.followed_until_day
    event = np.fmin(record.progression_day, record.death_day)
    return _until(start, event, until, last_assessed_day(record, until))


LATEST_RESPONSE_DAY = 3.5 * DAYS_PER_MONTH
"""Day by which the visit of month 3 is over."""


def event_free_survival(record: PatientRecord) -> TimeToEvent:
    """From infusion to death, relapse, or a response that was not there by month 3, before next therapy.

    Who is followed to month 3 without a response counts as failed then. Without an event, censored at
    the last assessment before next therapy, transplant or loss.
    """
    failed = ~(record.first_response_day <= LATEST_RESPONSE_DAY)
    failure_day = np.where(failed, 3 * DAYS_PER_MONTH, np.nan)
    event = np.fmin(np.fmin(record.progression_day, record.death_day), failure_day)
    until = left_open_day(record)
    return _until(np.zeros(len(record)), event, until, last_assessed_day(record, until))


def b_cell_aplasia(record: PatientRecord) -> TimeToEvent:
    """From infusion to the recovery of B cells; censored at relapse, transplant, next therapy or loss."""
    until = np.fmin(left_open_day(record), np.fmin(record.progression_day, record.death_day))
    return _until(np.zeros(len(record)), record.b_cell_recovery_day, until, until)


def relapse(record: PatientRecord) -> TimeToEvent:
    """From infusion to relapse before next therapy or transplant; censored at the last assessment."""
    until = left_open_day(record)
    return _until(np.zeros(len(record)), record.progression_day, until, last_assessed_day(record, until))


@dataclass(frozen=True)
class Curve:
    """A Kaplan-Meier estimate: its steps and its median (infinite if never reached)."""

    months: np.ndarray
    percent: np.ndarray
    median_months: float


def fit_curves(months: np.ndarray, event: np.ndarray) -> tuple[Curve, ...]:
    """Fit one Kaplan-Meier estimate a trial.

    Parameters
    ----------
    months, event : array (trials, patients)
    """
    return tuple(_curve(t, e) for t, e in zip(months, event, strict=True))


def _curve(months: np.ndarray, event: np.ndarray) -> Curve:
    fitter = KaplanMeierFitter().fit(months, event)
    steps = fitter.survival_function_.iloc[:, 0]
    return Curve(steps.index.to_numpy(), PERCENT * steps.to_numpy(), float(fitter.median_survival_time_))


def survival_at(curves: tuple[Curve, ...], month: float) -> np.ndarray:
    """Return each trial's estimate at a month, in percent."""
    return np.array([c.percent[c.months.searchsorted(month, side="right") - 1] for c in curves])


def median_survival(curves: tuple[Curve, ...]) -> np.ndarray:
    """Return each trial's median in months; infinite if never reached."""
    return np.array([curve.median_months for curve in curves])


def hazard_ratios(covariate: np.ndarray, months: np.ndarray, event: np.ndarray) -> np.ndarray:
    """Return the hazard ratio per unit of one covariate, by a Cox regression a trial.

    Parameters
    ----------
    covariate, months, event : array (trials, patients)

    Returns
    -------
    array (trials,)
        NaN where a trial has too few events or its regression does not converge.
    """
    rows = zip(covariate, months, event, strict=True)
    return np.array([_hazard_ratio(*row) for row in rows])


def _hazard_ratio(covariate: np.ndarray, months: np.ndarray, event: np.ndarray) -> float:
    if event.sum() < _FEWEST_EVENTS:
        return np.nan
    frame = pd.DataFrame({"covariate": covariate, "months": months, "event": event})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", ConvergenceWarning)
            fitter = CoxPHFitter().fit(frame, "months", "event")
    except (ConvergenceError, ConvergenceWarning):
        return np.nan
    return float(fitter.hazard_ratios_["covariate"])


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95% interval."""

    value: float
    low: float
    high: float


def _row_at(index: pd.Index, month: float) -> int:
    return max(int(index.searchsorted(month, side="right")) - 1, 0)


def kaplan_meier(times: TimeToEvent, at_months: tuple[float, ...]) -> tuple[Estimate, ...]:
    """Return the Kaplan-Meier estimates at some months with their intervals, in percent.

    Intervals are those of lifelines: Greenwood's on the log-log scale.
    """
    fitter = KaplanMeierFitter().fit(times.months, times.event)
    interval = fitter.confidence_interval_
    found = []
    for month in at_months:
        low, high = interval.iloc[_row_at(interval.index, month)]
        found.append(Estimate(*(PERCENT * float(x) for x in (fitter.predict(month), low, high))))
    return tuple(found)


def kaplan_meier_median(times: TimeToEvent) -> Estimate:
    """Return the Kaplan-Meier median with its interval, in months; infinite where not reached."""
    fitter = KaplanMeierFitter().fit(times.months, times.event)
    low, high = np.asarray(median_survival_times(fitter.confidence_interval_))[0]
    return Estimate(float(fitter.median_survival_time_), float(low), float(high))


def cumulative_incidence(
    months: np.ndarray, cause: np.ndarray, of: int, at_months: tuple[float, ...], seed: int
) -> tuple[Estimate, ...]:
    """Return how many had an event of one cause by some months, others competing, in percent.

    Aalen and Johansen's estimate. A cause that was never seen has no interval.

    Parameters
    ----------
    months : array (patients,), month
    cause : array (patients,)
        0 for censored, else the number of the cause that came first.
    of : int
        The cause asked for.
    at_months : tuple of float, month
    seed : int
        lifelines breaks ties by a small random shift; the seed makes that repeatable.
    """
    if not (cause == of).any():
        return (Estimate(0.0, np.nan, np.nan),) * len(at_months)
    state = np.random.get_state()  # noqa: NPY002 - lifelines seeds the global generator; put it back after
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Tied event times")  # broken by the seeded shift
            fitter = AalenJohansenFitter(seed=seed).fit(months, cause, event_of_interest=of)
    finally:
        np.random.set_state(state)  # noqa: NPY002
    interval, found = fitter.confidence_interval_, []
    for month in at_months:
        row = _row_at(interval.index, month)
        values = (fitter.cumulative_density_.iloc[row, 0], *interval.iloc[row])
        found.append(Estimate(*(PERCENT * float(x) for x in values)))
    return tuple(found)
