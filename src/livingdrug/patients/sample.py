"""Draws virtual patients from the published baseline of a trial.

A baseline is evidence: ``patients.baseline_<name>.<column>.<what>``, where ``what`` is one of

- ``share`` (a flag), ``share_<name>`` (a category), ``share_<number>`` (a whole number);
- ``value`` (the same for everyone);
- ``centre`` with a spread, or ``centre_female`` and ``centre_male``; ``low`` and ``high`` bound it;
- ``correlation_with_<column>``: with one column drawn as a centre and spread.

A centre is the median of the patients enrolled. Bounds restrict the uniform number from which a
value is made, below and above the median apart, so that the median stays where it was published.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri

from livingdrug.draws import Draws
from livingdrug.errors import BadInput, UnknownName
from livingdrug.evidence import Edition, Sourced, Spread
from livingdrug.patients.check import check_patients, is_unknown
from livingdrug.patients.derive import derive_columns
from livingdrug.patients.record import CATEGORIES, COLUMNS, FLAGS, Patients, Sex, unknown_column

_PREFIX = "patients.baseline_"
_SHARE = "share_"
_CORRELATION = "correlation_with_"
_HALF = 0.5


@dataclass(frozen=True)
class _Sampler:
    """One baseline with the luck of its patients; ``spec`` is column -> what -> value.

    ``chart`` holds the columns whose value is known, the same for all, and so not drawn.
    """

    name: str
    spec: dict[str, dict[str, Sourced]]
    draws: Draws
    chart: dict[str, float]

    def number(self, column: str, what: str) -> float:
        value = self.spec[column][what].value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadInput(f"{_PREFIX}{self.name}.{column}.{what}: expected a number, got {value!r}")
        return float(value)


def _read_spec(baseline: str, rules: Edition) -> dict[str, dict[str, Sourced]]:
    """Return the entries of a baseline by column, refusing a baseline that does not exist."""
    names = {key.split(".")[1].removeprefix("baseline_") for key in rules.values if key.startswith(_PREFIX)}
    if baseline not in names:
        raise UnknownName("baseline", baseline, names)
    spec: dict[str, dict[str, Sourced]] = {}
    for key, entry in rules.values.items():
        if key.startswith(f"{_PREFIX}{baseline}."):
            column, what = key.split(".")[2:]
            spec.setdefault(column, {})[what] = entry
    return spec


def _standardise(value: np.ndarray | float, centre: np.ndarray, spread: Spread) -> np.ndarray:
    """Return how many standard deviations a value lies from the centre, on the scale of the spread."""
    with np.errstate(divide="ignore"):
        if spread.kind == "lognormal":
            return (np.log(value) - np.log(centre)) / spread.sd
        if spread.kind == "logit_normal":
            return (logit(value) - logit(centre)) / spread.sd
        if spread.kind == "log10_normal":
            return (np.log10(value) - centre) / spread.sd
    return (value - centre) / spread.sd


def _restore(z: np.ndarray, centre: np.ndarray, spread: Spread) -> np.ndarray:
    if spread.kind == "lognormal":
        return centre * np.exp(spread.sd * z)
    if spread.kind == "logit_normal":
        return expit(logit(centre) + spread.sd * z)
    value = centre + spread.sd * z
    return np.exp(math.log(10.0) * value) if spread.kind == "log10_normal" else value


def _restrict(u: np.ndarray, u_low: np.ndarray | float, u_high: np.ndarray | float) -> np.ndarray:
    """Squeeze uniform numbers into (u_low, u_high), each half apart so that one half stays one half."""
    lower = u_low + (u / _HALF) * (_HALF - u_low)
    upper = _HALF + (u - _HALF) / _HALF * (u_high - _HALF)
    return np.where(u < _HALF, lower, upper)


def _centre(sampler: _Sampler, column: str, sex: np.ndarray) -> tuple[np.ndarray, Spread]:
    entries = sampler.spec[column]
    if "centre" in entries:
        centre, spread = np.full(len(sex), sampler.number(column, "centre")), entries["centre"].spread
    else:
        female, male = sampler.number(column, "centre_female"), sampler.number(column, "centre_male")
        centre, spread = np.where(sex == Sex.MALE, male, female), entries["centre_female"].spread
    if spread is None:
        raise BadInput(f"{_PREFIX}{sampler.name}.{column}: the centre has no spread")
    return centre, spread


def _release(u: np.ndarray, u_low: np.ndarray | float, u_high: np.ndarray | float) -> np.ndarray:
    """Undo ``_restrict``; what lies beyond the bounds is taken to lie on them."""
    lower = (u - u_low) / (_HALF - u_low) * _HALF
    upper = _HALF + (u - _HALF) / (u_high - _HALF) * _HALF
    return np.where(u < _HALF, lower, upper)


def _bounds(
    sampler: _Sampler, column: str, centre: np.ndarray, spread: Spread
) -> tuple[np.ndarray | float, np.ndarray | float]:
    """Return the probabilities that lie below the lowest and below the highest value of a column."""
    entries = sampler.spec[column]
    limits: list[np.ndarray | float] = [0.0, 1.0]
    for k, side in enumerate(("low", "high")):
        if side in entries:
            limits[k] = ndtr(_standardise(sampler.number(column, side), centre, spread))
    return limits[0], limits[1]


def _within(u: np.ndarray) -> np.ndarray:
    """Keep uniform numbers off 0 and 1, which rounding can reach."""
    return np.clip(u, np.finfo(float).tiny, 1 - np.finfo(float).epsneg)


def _charted_latent(sampler: _Sampler, column: str, sex: np.ndarray) -> np.ndarray:
    """Return the standard normal number that would have given the charted value."""
    centre, spread = _centre(sampler, column, sex)
    u = ndtr(_standardise(sampler.chart[column], centre, spread))
    return ndtri(_within(_release(u, *_bounds(sampler, column, centre, spread))))


def _latent(sampler: _Sampler, column: str, sex: np.ndarray) -> np.ndarray:
    """Return the standard normal number behind a column, correlated with that of its parent.

    z = r z_parent + sqrt(1 - r^2) e: the rows of the Cholesky factor of a tree of correlations.
    """
    if column in sampler.chart:
        return _charted_latent(sampler, column, sex)
    own = sampler.draws.normal(f"patients/{column}")
    parents = [what for what in sampler.spec[column] if what.startswith(_CORRELATION)]
    if not parents:
        return own
    if len(parents) > 1:
        raise BadInput(f"{_PREFIX}{sampler.name}.{column}: more than one correlation ({', '.join(parents)})")
    r = sampler.number(column, parents[0])
    parent = _latent(sampler, parents[0].removeprefix(_CORRELATION), sex)
    return r * parent + math.sqrt(1 - r * r) * own


def _sample_continuous(sampler: _Sampler, column: str, sex: np.ndarray) -> np.ndarray:
    centre, spread = _centre(sampler, column, sex)
    u = _restrict(ndtr(_latent(sampler, column, sex)), *_bounds(sampler, column, centre, spread))
    return _restore(ndtri(_within(u)), centre, spread)


def _sample_shares(sampler: _Sampler, column: str) -> np.ndarray:
    """Draw a category or a whole number from shares that sum to one."""
    names = [what for what in sampler.spec[column] if what.startswith(_SHARE)]
    shares = [sampler.number(column, what) for what in names]
    if not math.isclose(math.fsum(shares), 1.0, abs_tol=1e-6):
        raise BadInput(f"{_PREFIX}{sampler.name}.{column}: shares sum to {math.fsum(shares):g}, expected 1")
    u = sampler.draws.uniform(f"patients/{column}")
    values = np.zeros(len(u))
    below = 0.0
    for what, share in zip(names, shares, strict=True):
        word = what.removeprefix(_SHARE)
        code = CATEGORIES[column][word.upper()] if column in CATEGORIES else int(word)
        values = np.where(u >= below, float(code), values)
        below += share
    return values


def _sample_constant(sampler: _Sampler, column: str) -> np.ndarray:
    value = sampler.spec[column]["value"].value
    number = (
        CATEGORIES[column][str(value).upper()] if column in CATEGORIES else sampler.number(column, "value")
    )
    return np.full(sampler.draws.n, float(number))


def _sample_column(sampler: _Sampler, column: str, sex: np.ndarray) -> np.ndarray:
    entries = sampler.spec[column]
    if column in sampler.chart:
        return np.full(sampler.draws.n, sampler.chart[column])
    if "value" in entries:
        return _sample_constant(sampler, column)
    if "share" in entries:
        return sampler.draws.happens(f"patients/{column}", sampler.number(column, "share")).astype(float)
    if any(what.startswith(_SHARE) for what in entries):
        return _sample_shares(sampler, column)
    return _sample_continuous(sampler, column, sex)


def _charted(chart: Patients | None) -> dict[str, float]:
    """Return what is known of one patient, by column."""
    if chart is None:
        return {}
    if len(chart) != 1:
        raise BadInput(f"chart: got {len(chart)} patients, expected one")
    known = {}
    for name in COLUMNS:
        value = getattr(chart, name)
        if not is_unknown(name, value)[0]:
            known[name] = float(value[0])
    return known


def sample_patients(baseline: str, draws: Draws, rules: Edition, chart: Patients | None = None) -> Patients:
    """Draw virtual patients who look like those enrolled in a trial, or like one patient.

    Parameters
    ----------
    baseline : str
        Name of the baseline: "juliet".
    draws : Draws
        The patients' luck; patient i is the same in every chunk.
    rules : Edition
    chart : Patients, optional
        One patient: what is known of this one holds for all, and only the rest is drawn. A column that
        the baseline correlates with a charted one is drawn given the charted value.

    Returns
    -------
    Patients
        Columns of which neither the baseline nor the chart says anything stay unknown.

    Raises
    ------
    UnknownName
        No baseline of this name.
    """
    sampler = _Sampler(baseline, _read_spec(baseline, rules), draws, _charted(chart))
    sex = np.full(draws.n, sampler.chart.get("sex", float(Sex.UNKNOWN)))
    if "sex" in sampler.spec:
        sex = _sample_column(sampler, "sex", sex)
    drawn = derive_columns({column: _sample_column(sampler, column, sex) for column in sampler.spec})
    drawn |= {name: np.full(draws.n, value) for name, value in sampler.chart.items()}
    table = {name: unknown_column(name, draws.n) for name in COLUMNS}
    for name, values in drawn.items():
        if name not in COLUMNS:
            raise BadInput(f"{_PREFIX}{baseline}.{name}: no patient has such a column")
        table[name] = values.astype(np.int8) if name in CATEGORIES or name in FLAGS else values
    return check_patients(Patients(**table), f"baseline {baseline}")
