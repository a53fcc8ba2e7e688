"""Tocilizumab given so far, as far as it is known, held against the limits of a table."""

import numpy as np

from livingdrug.bedside.answers import NOT_ASSESSABLE, NOT_MET, all_of
from livingdrug.bedside.options.rows import OptionRow, figure
from livingdrug.bedside.options.situation import Situation
from livingdrug.bedside.tocilizumab import DoseLimits, TocilizumabLedger, within_limits
from livingdrug.evidence import Edition
from livingdrug.units import HOURS_PER_DAY

NOW_DAY = 0.0
_LIMITS = {"most_mg": "no cap", "most_in_all": "no total"}


def _ledger(hours_ago: list[float]) -> TocilizumabLedger:
    days = [-hours / HOURS_PER_DAY for hours in sorted(hours_ago, reverse=True)]
    return TocilizumabLedger(np.array([len(days)]), np.array([days], dtype=float))


def _possible_ledgers(
    situation: Situation, limits: DoseLimits
) -> tuple[TocilizumabLedger, TocilizumabLedger]:
    """Return the ledgers with the least and the most room that what is known allows.

    Doses whose time is not known were given before those whose time is known. Where even their number is
    not known, it may be any up to the limit.
    """
    known, n = list(situation.tocilizumab_hours_ago), situation.tocilizumab_doses
    most_in_all = 0 if np.isnan(limits.most_in_all) else int(limits.most_in_all)
    fewest = len(known) if n is None else n
    most = max(len(known) + 1, most_in_all) if n is None else n
    oldest = max(known, default=0.0)
    strict = _ledger([*known, *[oldest] * (most - len(known))])
    loose = _ledger([*known, *[np.inf] * (fewest - len(known))])
    return strict, loose


def room(situation: Situation, row: OptionRow, rules: Edition) -> int:
    """Say whether one more dose keeps within the limits of the option's table: 1, 0 or -1.

    Where the table states no largest dose, or no number of doses in all, a dose may be outside the limits
    that it states, never certainly within all of them.

    Source
    ------
    The row's own limits; for the label ``scales.tocilizumab``.
    """
    stated = {
        name: figure(row.figures[name], rules) for name in ("most_in_all", "interval_hours", "most_per_day")
    }
    limits = DoseLimits(**{name: np.nan if value is None else value for name, value in stated.items()})
    answers = {
        int(all_of([answer for *_, answer in within_limits(ledger, NOW_DAY, limits, rules)])[0])
        for ledger in _possible_ledgers(situation, limits)
    }
    if unstated(row, rules):
        answers |= {NOT_ASSESSABLE} if answers != {NOT_MET} else set()
    return answers.pop() if len(answers) == 1 else NOT_ASSESSABLE


def unstated(row: OptionRow, rules: Edition) -> str:
    """Write which limits of tocilizumab a table does not state; empty where it states both."""
    missing = [words for name, words in _LIMITS.items() if figure(row.figures[name], rules) is None]
    return " and ".join(missing)


def hours_since_first(situation: Situation) -> tuple[float, float]:
    """Return the least and the greatest time since the first dose that what is known allows, in hours."""
    known, n = situation.tocilizumab_hours_ago, situation.tocilizumab_doses
    if n == 0:
        return -np.inf, -np.inf
    if known and len(known) == n:
        return max(known), max(known)
    return max(known, default=0.0) if known or n else -np.inf, np.inf
