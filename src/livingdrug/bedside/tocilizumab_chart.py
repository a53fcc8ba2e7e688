"""Tocilizumab as a chart has it: doses by the clock, what is at hand, and when another is possible.

The limits are those of ``tocilizumab``, without the tolerance of the simulation's clock, for a chart's times
are exact; here times become days on one axis, right across midnight and daylight saving.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from livingdrug.bedside.answers import MET, NOT_MET, Reason, Verdict
from livingdrug.bedside.clock import days_between, hours_after, in_utc
from livingdrug.bedside.tocilizumab import TocilizumabLedger, may_dose
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition
from livingdrug.units import HOURS_PER_DAY

_KEY = "scales.tocilizumab"
_FIELD = "tocilizumab"


@dataclass(frozen=True)
class ChartedTocilizumab:
    """The doses of one patient as they were charted.

    Attributes
    ----------
    given : tuple of datetime
        Each dose once, in the order of time.
    entered_twice : tuple of datetime
        Moments that were entered more than once; each counts as one dose, and is to be cleared up.
    out_of_order : bool
        The entries were not in the order of time.
    outside : tuple of (datetime, Reason)
        Doses that did not keep within a limit when they were given, with that limit: perhaps one dose
        entered with two times.
    """

    given: tuple[datetime, ...]
    entered_twice: tuple[datetime, ...]
    out_of_order: bool
    outside: tuple[tuple[datetime, Reason], ...]


@dataclass(frozen=True)
class NextTocilizumab:
    """Whether another dose keeps within the limits, and what would be left.

    Attributes
    ----------
    verdict : Verdict, (1,)
        1 within the limits now, 0 not, -1 the edition states none.
    earliest : datetime or None
        The first moment, from now on, that keeps within the limits; None where no moment does, or where
        the edition states no limits.
    left_in_all : int or None
        Doses that the edition's total leaves before this one; None where it states no total.
    left_at_hand : int or None
        Doses left in stock after this one, below 0 where none is there to be given; None where the
        stock is not known.
    """

    verdict: Verdict
    earliest: datetime | None
    left_in_all: int | None
    left_at_hand: int | None


def chart_tocilizumab(entries: Sequence[datetime], rules: Edition) -> ChartedTocilizumab:
    """Put the charted doses into the order of time, each once, and say what is odd about them.

    Parameters
    ----------
    entries : sequence of datetime
        In the order in which they were entered, with their time zones.
    rules : Edition

    Raises
    ------
    BadInput
        A time without its zone.

    Source
    ------
    scales.tocilizumab
    """
    by_time = sorted(entries, key=lambda moment: in_utc(moment, _FIELD))
    given: list[datetime] = []
    twice: list[datetime] = []
    for moment in by_time:
        known = [in_utc(other, _FIELD) for other in given]
        (twice if in_utc(moment, _FIELD) in known else given).append(moment)
    outside = [
        (moment, reason)
        for k, moment in enumerate(given)
        for reason in _verdict(given[:k], moment, rules).reasons
        if reason.answer[0] == NOT_MET
    ]
    return ChartedTocilizumab(tuple(given), tuple(twice), by_time != list(entries), tuple(outside))


def _ledger(given: Sequence[datetime], axis: datetime) -> TocilizumabLedger:
    """Return the ledger of one patient, in days since a moment."""
    days = [days_between(axis, moment, _FIELD) for moment in given]
    return TocilizumabLedger(np.array([len(given)]), np.array([days], dtype=float))


def _verdict(given: Sequence[datetime], now: datetime, rules: Edition) -> Verdict:
    # Days count from now, so that no difference of two rounded numbers stands against a limit.
    return may_dose(_ledger(given, now), 0.0, rules, tolerance_hours=0.0)


def next_tocilizumab(
    charted: ChartedTocilizumab, now: datetime, n_at_hand: int | None, rules: Edition
) -> NextTocilizumab:
    """Say whether another dose keeps within the limits now, else when, and what would be left.

    Parameters
    ----------
    charted : ChartedTocilizumab
    now : datetime
    n_at_hand : int or None
        Doses in stock for this patient now; None not known.
    rules : Edition

    Raises
    ------
    BadInput
        A charted dose that lies ahead of now, or a negative stock.

    Source
    ------
    scales.tocilizumab
    """
    ahead = [moment for moment in charted.given if days_between(now, moment, _FIELD) > 0]
    if ahead:
        raise BadInput(
            f"{_FIELD}: got a dose at {ahead[0].isoformat()}, expected none after {now.isoformat()}"
        )
    if n_at_hand is not None and n_at_hand < 0:
        raise BadInput(f"tocilizumab at hand: got {n_at_hand}, expected 0 or more doses")
    total = rules.sourced(f"{_KEY}.max_doses").value
    verdict = _verdict(charted.given, now, rules)
    moments = _ends_of_limits(charted.given, now, rules) if total is not None else []
    possible = (moment for moment in moments if _verdict(charted.given, moment, rules).answer[0] == MET)
    return NextTocilizumab(
        verdict=verdict,
        earliest=next(possible, None),
        left_in_all=None
        if total is None
        else max(0, int(rules.number(f"{_KEY}.max_doses")) - len(charted.given)),
        left_at_hand=None if n_at_hand is None else n_at_hand - 1,
    )


def _ends_of_limits(given: Sequence[datetime], now: datetime, rules: Edition) -> list[datetime]:
    """Return now and the moments after it at which a limit in time ends, in order."""
    hours = (rules.number(f"{_KEY}.interval_hours"), HOURS_PER_DAY)
    ends = [hours_after(moment, length).astimezone(now.tzinfo) for moment in given for length in hours]
    later = [max(now, moment, key=lambda m: in_utc(m, _FIELD)) for moment in (now, *ends)]
    return sorted(later, key=lambda moment: in_utc(moment, _FIELD))


def warn_of_the_step(weight_kg: np.ndarray, rules: Edition) -> np.ndarray:
    """Return where a weight is so close to the step of the dose that a small error changes much, bool (n,).

    29.9 kg gives 358.8 mg and 30.0 kg 240 mg. Close is within a share of the limit, both ends included.

    Raises
    ------
    NotStated
        The edition gives no dose.

    Source
    ------
    scales.tocilizumab; how close is ours.
    """
    limit = rules.number(f"{_KEY}.weight_limit_kg")
    return np.abs(weight_kg - limit) <= rules.number(f"{_KEY}.step_warning_share") * limit
