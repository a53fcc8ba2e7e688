"""Holding a value against a limit of the evidence: unknown stays unknown, silence is no limit."""

from collections.abc import Callable, Iterable

import numpy as np

from livingdrug.bedside.answers import MET, NOT_ASSESSABLE, NOT_MET, Reason, tri
from livingdrug.evidence import Edition, is_unverified
from livingdrug.patients import Indication


def at_least(value: np.ndarray, limit: float | np.ndarray) -> np.ndarray:
    """Answer whether a value is at or above a limit; unknown (NaN) on either side is not assessable."""
    return tri(value >= limit, ~np.isnan(value) & ~np.isnan(limit))


def at_most(value: np.ndarray, limit: float | np.ndarray) -> np.ndarray:
    """Answer whether a value is at or below a limit; unknown (NaN) on either side is not assessable."""
    return tri(value <= limit, ~np.isnan(value) & ~np.isnan(limit))


def above(value: np.ndarray, limit: float | np.ndarray) -> np.ndarray:
    """Answer whether a value is strictly above a limit; unknown is not assessable."""
    return tri(value > limit, ~np.isnan(value) & ~np.isnan(limit))


def below(value: np.ndarray, limit: float | np.ndarray) -> np.ndarray:
    """Answer whether a value is strictly below a limit; unknown is not assessable."""
    return tri(value < limit, ~np.isnan(value) & ~np.isnan(limit))


def enough_or_open(value: np.ndarray, low: float, high: float) -> np.ndarray:
    """Answer yes from the upper end of a published range on, no below its lower end; open between."""
    return np.where(at_least(value, high) == MET, MET, _no_or_open(below(value, low)))


def beyond_or_open(value: np.ndarray, low: float, high: float) -> np.ndarray:
    """Answer yes above the upper end of a published range, no up to its lower end; open between."""
    return np.where(above(value, high) == MET, MET, _no_or_open(at_most(value, low)))


def _no_or_open(no: np.ndarray) -> np.ndarray:
    return np.where(no == MET, NOT_MET, NOT_ASSESSABLE).astype(np.int8)


def within_window(age_days: np.ndarray, most_days: float) -> np.ndarray:
    """Answer 1 where a test was made before its step and within the window, otherwise -1: never a no."""
    inside = (age_days >= 0) & (age_days <= most_days)
    return tri(inside, inside)


def known(value: np.ndarray) -> np.ndarray:
    """Answer 1 where a test result is there and -1 where it is missing: a missing test is no refusal."""
    return tri(np.ones(value.shape, dtype=bool), ~np.isnan(value))


def number_or_nan(rules: Edition, key: str) -> float:
    """Return a number of the evidence, NaN where the edition states none."""
    return np.nan if rules.sourced(key).value is None else rules.number(key)


def texts(rules: Edition, key: str) -> tuple[str, ...]:
    """Return a list of words of the evidence, empty where the edition states none."""
    value = rules.sourced(key).value
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def flag(rules: Edition, key: str) -> bool:
    """Return whether a flag of the evidence is stated and true."""
    return rules.sourced(key).value is True


def is_asked(rules: Edition, key: str) -> bool:
    """Return whether an edition asks for a criterion: it states the limit, or the flag and not as no."""
    value = rules.sourced(key).value
    return value is not None and value is not False


def by_indication(indication: np.ndarray, of: Callable[[Indication], float]) -> np.ndarray:
    """Return for each patient the number that belongs to the own indication, NaN where it is unknown."""
    value = np.full(indication.shape, np.nan)
    for member in Indication:
        value = np.where(indication == member, of(member), value)
    return value


def indications_of(indication: np.ndarray) -> tuple[Indication, ...]:
    """Return which indications a column holds."""
    return tuple(member for member in Indication if np.any(indication == member))


def shared_reason(rules: Edition, keys: Iterable[str], code: str, text: str, answer: np.ndarray) -> Reason:
    """Return a criterion that rests on one key for some patients and on another for others.

    Its source is theirs where they share one, else the edition's; so with the place in it. It is unverified
    where one of them is.
    """
    found = [rules.sourced(key) for key in dict.fromkeys(keys)]
    sources, places = {each.source for each in found}, {each.where for each in found}
    source = sources.pop() if len(sources) == 1 else rules.info.source
    where = places.pop() if len(places) == 1 else ""
    return Reason(code, text, source, answer, where, any(is_unverified(each) for each in found))


def reason(rules: Edition, key: str, code: str, text: str, answer: np.ndarray) -> Reason:
    """Return a criterion that names the source of the evidence key that it rests on."""
    found = rules.sourced(key)
    return Reason(code, text, found.source, answer, found.where, is_unverified(found))
