"""Tocilizumab: how much by weight, how soon again, how often in all, and what was given so far."""

from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.answers import NOT_ASSESSABLE, Verdict, combine, tri
from livingdrug.bedside.limits import number_or_nan, reason
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition
from livingdrug.units import HOURS_PER_DAY

_KEY = "scales.tocilizumab"


@dataclass(frozen=True)
class TocilizumabLedger:
    """Doses given so far.

    Attributes
    ----------
    n_doses : array (n,), int
    last_doses_day : array (n, 4), day
        Days of the doses in the order given; NaN where there was none.
    """

    n_doses: np.ndarray
    last_doses_day: np.ndarray


def empty_ledger(n: int, rules: Edition) -> TocilizumabLedger:
    """Return the ledger of n patients who have had no dose."""
    columns = int(rules.number(f"{_KEY}.doses_recorded"))
    return TocilizumabLedger(np.zeros(n, dtype=np.int64), np.full((n, columns), np.nan))


def hours_since(then: np.ndarray, day: np.ndarray | float, rules: Edition) -> np.ndarray:
    """Return hours passed, with the clock's tolerance added; NaN where nothing happened."""
    return (day - then) * HOURS_PER_DAY + clock_tolerance_hours(rules)


@dataclass(frozen=True)
class DoseLimits:
    """How often a table lets tocilizumab be given; NaN where it states no limit of a kind."""

    most_in_all: float
    interval_hours: float
    most_per_day: float


def clock_tolerance_hours(rules: Edition) -> float:
    """Return the tolerance with which the clock of the simulation is read; a chart's times are exact."""
    return rules.number(f"{_KEY}.clock_tolerance_hours")


def may_dose(
    ledger: TocilizumabLedger, day: np.ndarray | float, rules: Edition, tolerance_hours: float | None = None
) -> Verdict:
    """Say whether another dose keeps within the limits that the edition states.

    Limits: doses in all, time since the last dose, doses in 24 hours. A limit that the edition does not
    state is not asked for, unless it states none at all: then nothing can be assessed.

    Parameters
    ----------
    ledger : TocilizumabLedger
    day : number or array (n,), day
    rules : Edition
    tolerance_hours : number, hour, optional
        How much too early still counts as on time; left out, the tolerance of the simulation's clock.

    Returns
    -------
    Verdict
        1 within the limits, 0 not, -1 the edition states no limit.

    Source
    ------
    scales.tocilizumab
    """
    total, interval, daily = (
        f"{_KEY}.{name}" for name in ("max_doses", "interval_hours", "max_doses_per_day")
    )
    if rules.sourced(total).value is None:
        unknown = np.full(ledger.n_doses.shape, NOT_ASSESSABLE, dtype=np.int8)
        text = f"{rules.sourced(total).label}: {rules.sourced(total).absent}"
        return combine([reason(rules, total, "NOT_STATED", text, unknown)])
    limits = DoseLimits(rules.number(total), rules.number(interval), number_or_nan(rules, daily))
    return combine(
        [
            reason(rules, key, code, text, answer)
            for key, (code, text, answer) in zip(
                (total, interval, daily),
                within_limits(ledger, day, limits, rules, tolerance_hours),
                strict=False,
            )
        ]
    )


def within_limits(
    ledger: TocilizumabLedger,
    day: np.ndarray | float,
    limits: DoseLimits,
    rules: Edition,
    tolerance_hours: float | None = None,
) -> list[tuple[str, str, np.ndarray]]:
    """Hold doses in all, time since the last and doses in 24 hours against limits: code, words, answers.

    The tolerance, left out that of the simulation's clock, is on the side of giving. Without a limit a day
    there are two answers.
    """
    tolerance = clock_tolerance_hours(rules) if tolerance_hours is None else tolerance_hours
    most, interval, per_day = limits.most_in_all, limits.interval_hours, limits.most_per_day
    spaced = tri(_doses_within(ledger, day, interval - tolerance) < 1)
    found = [
        ("TOTAL", f"fewer than {most:g} doses so far", tri(~(ledger.n_doses >= most))),
        ("INTERVAL", f"{interval:g} hours since the last dose, or none so far", spaced),
    ]
    if not np.isnan(per_day):
        fewer = tri(_doses_within(ledger, day, HOURS_PER_DAY - tolerance) < per_day)
        found.append(("PER_DAY", f"fewer than {per_day:g} doses in 24 hours", fewer))
    return found


def _doses_within(ledger: TocilizumabLedger, day: np.ndarray | float, hours: float) -> np.ndarray:
    """Count the doses given less than so many hours ago."""
    count = np.zeros(ledger.n_doses.shape)
    for j in range(ledger.last_doses_day.shape[1]):
        count = count + ((day - ledger.last_doses_day[:, j]) * HOURS_PER_DAY < hours)
    return count


def record_dose(ledger: TocilizumabLedger, given: np.ndarray, day: np.ndarray | float) -> TocilizumabLedger:
    """Return the ledger after a dose on this day to the patients marked.

    Raises
    ------
    BadInput
        A dose to a patient whose ledger is full.
    """
    if np.any(given & (ledger.n_doses >= ledger.last_doses_day.shape[1])):
        raise BadInput("tocilizumab: given: more doses than the ledger holds; ask may_dose first")
    columns = np.arange(ledger.last_doses_day.shape[1])[np.newaxis, :]
    here = given[:, np.newaxis] & (columns == ledger.n_doses[:, np.newaxis])
    days = np.where(here, np.broadcast_to(day, given.shape)[:, np.newaxis], ledger.last_doses_day)
    return TocilizumabLedger(ledger.n_doses + given, days)


def states_dose(rules: Edition) -> bool:
    """Return whether the edition gives a dose of tocilizumab; the EU text refers to guidelines."""
    return rules.sourced(f"{_KEY}.mg_per_kg_from").value is not None


def dose_mg(weight_kg: np.ndarray, rules: Edition) -> np.ndarray:
    """Return one dose by weight: 12 mg/kg below 30 kg, 8 mg/kg from 30 kg on, 800 mg at most.

    The rule is not continuous: 29.9 kg gives 358.8 mg, 30.0 kg gives 240 mg. NaN weight gives NaN.

    Raises
    ------
    BadInput
        A weight that is not positive.
    NotStated
        The edition gives no dose.

    Source
    ------
    scales.tocilizumab
    """
    if np.any(weight_kg <= 0):
        raise BadInput(f"weight_kg: got {np.min(weight_kg):g}, expected a positive weight")
    below, from_limit = (rules.number(f"{_KEY}.mg_per_kg_{side}") for side in ("below", "from"))
    per_kg = np.where(weight_kg < rules.number(f"{_KEY}.weight_limit_kg"), below, from_limit)
    return np.minimum(weight_kg * per_kg, rules.number(f"{_KEY}.max_mg"))
