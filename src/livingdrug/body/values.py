"""Individual values: a typical value of the evidence, spread over patients by their own luck."""

import numpy as np

from livingdrug.draws import Draws
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition, Sourced
from livingdrug.patients import Indication


def _spread_out(found: Sourced, luck: np.ndarray) -> np.ndarray:
    """Apply a spread to a value; the value itself where none is stated."""
    if isinstance(found.value, bool) or not isinstance(found.value, int | float):
        raise BadInput(f"{found.key}: expected a number, got {found.value!r}")
    centre = np.full(len(luck), float(found.value))
    if found.spread is None:
        return centre
    shift = found.spread.sd * luck
    if found.spread.kind == "lognormal":
        return centre * np.exp(shift)
    if found.spread.kind == "logit_normal":
        odds = centre / (1 - centre) * np.exp(shift)
        return odds / (1 + odds)
    return centre + shift


def typical(key: str, indication: np.ndarray, rules: Edition) -> np.ndarray:
    """Return the typical value of a key for each patient, by indication where the evidence says so."""
    if key in rules.values:
        return np.full(len(indication), rules.number(key))
    value = np.full(len(indication), np.nan)
    for kind in Indication:
        value[indication == kind] = rules.number(f"{key}.{kind.key}")
    return value


def individual(key: str, indication: np.ndarray, rules: Edition, draws: Draws) -> np.ndarray:
    """Draw the value of a key for each patient, by indication where the evidence says so.

    Parameters
    ----------
    key : str
        Evidence key "body.<module>.<name>"; its draw is "body/<module>.<name>".
    indication : array (patients,), int8
    """
    luck = draws.normal("body/" + key.removeprefix("body."))
    if key in rules.values:
        return _spread_out(rules.sourced(key), luck)
    value = np.full(len(indication), np.nan)
    for kind in Indication:
        value = np.where(indication == kind, _spread_out(rules.sourced(f"{key}.{kind.key}"), luck), value)
    return value


def known_or_drawn(
    known: np.ndarray, key: str, indication: np.ndarray, rules: Edition, draws: Draws
) -> np.ndarray:
    """Return what the chart says, and a drawn value where it says nothing (NaN)."""
    return np.where(np.isnan(known), individual(key, indication, rules, draws), known)
