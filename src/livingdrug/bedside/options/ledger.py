"""Tocilizumab given so far, as far as it is known, held against the limits of a table."""

import numpy as np

from livingdrug.bedside.answers import NOT_ASSESSABLE, all_of
from livingdrug.bedside.options.rows import OptionRow, figure
from livingdrug.bedside.options.situation import Situation
from livingdrug.bedside.tocilizumab import DoseLimits, TocilizumabLedger, within_limits
from livingdrug.evidence import Edition
from livingdrug.units import HOURS_PER_DAY

NOW_DAY = 0.0


def _ledger(hours_ago: list[float], columns: int) -> TocilizumabLedger:
    days = [-hours / HOURS_PER_DAY for hours in sorted(hours_ago, reverse=True)]
    days += [np.nan] * (columns - len(days))
    return TocilizumabLedger(np.array([len(hours_ago)]), np.array([days]))


def _possible_ledgers(situation: Situation, columns: int) -> tuple[TocilizumabLedger, TocilizumabLedger]:
    """Return the ledgers with the least and the most room that what is known allows.

    Doses whose time is not known were given before those whose time is known.
    """
    known = list(situation.tocilizumab_hours_ago)
    fewest = len(known) if situation.tocilizumab_doses is None else situation.tocilizumab_doses
    most = max(columns, len(known)) if situation.tocilizumab_doses is None else situation.tocilizumab_doses
    oldest = max(known, default=0.0)
    strict = _ledger([*known, *[oldest] * (most - len(known))], columns)
    loose = _ledger([*known, *[np.inf] * (fewest - len(known))], columns)
    return strict, loose


def room(situation: Situation, row: OptionRow, rules: Edition) -> int:
    """Say whether one more dose keeps within the limits of the option's table: 1, 0 or -1.

    Source
    ------
    The row's own limits; for the label ``scales.tocilizumab``.
    """
    stated = {
        name: figure(row.figures[name], rules) for name in ("most_in_all", "interval_hours", "most_per_day")
    }
    limits = DoseLimits(**{name: np.nan if value is None else value for name, value in stated.items()})
    columns = max(
        int(rules.number("scales.tocilizumab.doses_recorded")),
        situation.tocilizumab_doses or 0,
        len(situation.tocilizumab_hours_ago),
    )
    answers = {
        int(all_of([answer for *_, answer in within_limits(ledger, NOW_DAY, limits, rules)])[0])
        for ledger in _possible_ledgers(situation, columns)
    }
    return answers.pop() if len(answers) == 1 else NOT_ASSESSABLE


def hours_since_first(situation: Situation) -> tuple[float, float]:
    """Return the least and the greatest time since the first dose that what is known allows, in hours."""
    known, n = situation.tocilizumab_hours_ago, situation.tocilizumab_doses
    if n == 0:
        return -np.inf, -np.inf
    if known and len(known) == n:
        return max(known), max(known)
    return max(known, default=0.0) if known or n else -np.inf, np.inf
