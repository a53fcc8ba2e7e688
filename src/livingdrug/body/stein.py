"""The published kinetic curve of tisagenlecleucel in leukaemia: an exact yardstick, no part of the body."""

from dataclasses import dataclass

import numpy as np

from livingdrug.evidence import Edition


@dataclass(frozen=True)
class SteinCurve:
    """Parameters of one curve; arrays (patients, 1) or numbers."""

    fold: np.ndarray | float
    peak_day: np.ndarray | float
    peak_copies_per_ug: np.ndarray | float
    contraction_per_day: np.ndarray | float
    persisting_share: np.ndarray | float
    persisting_loss_per_day: np.ndarray | float


def typical_curve(rules: Edition) -> SteinCurve:
    """Return the curve of the typical patient."""
    return SteinCurve(
        **{name: rules.number(f"body.stein.{name}") for name in SteinCurve.__dataclass_fields__}
    )


def growth_per_day(curve: SteinCurve) -> np.ndarray:
    """Return the rate of expansion: log(fold) / peak day."""
    return np.log(curve.fold) / curve.peak_day


def transgene_level(day: np.ndarray, curve: SteinCurve) -> np.ndarray:
    """Transgene in blood after one infusion: exponential rise, then two-phase fall.

    rise (day < peak):  C_max exp(rho (day - peak)),  rho = log(fold) / peak
    fall (day >= peak): C_max ((1 - F) exp(-alpha s) + F exp(-beta s)),  s = day - peak

    Parameters
    ----------
    day : array (times,) or (patients, times), day
    curve : SteinCurve

    Returns
    -------
    array, copies/ug

    Source
    ------
    stein_2019_nlmixr2lib. Left out: factors of tocilizumab and corticosteroid (1.2, 1.0), covariates.

    Notes
    -----
    Continuous at the peak, not differentiable there; the slow phase is an extrapolation beyond a year.
    """
    since = np.asarray(day) - curve.peak_day
    rise = np.exp(growth_per_day(curve) * np.minimum(since, 0))
    after = np.maximum(since, 0)
    share = curve.persisting_share
    fall = (1 - share) * np.exp(-curve.contraction_per_day * after) + share * np.exp(
        -curve.persisting_loss_per_day * after
    )
    return curve.peak_copies_per_ug * rise * fall


def area_to(day: np.ndarray | float, curve: SteinCurve) -> np.ndarray:
    """Area under the curve from infusion to a day after the peak, copies/ug x day (exact)."""
    rho = growth_per_day(curve)
    after = np.asarray(day) - curve.peak_day
    share, alpha, beta = curve.persisting_share, curve.contraction_per_day, curve.persisting_loss_per_day
    rising = (1 - 1 / np.asarray(curve.fold)) / rho
    falling = (1 - share) * (1 - np.exp(-alpha * after)) / alpha + share * (1 - np.exp(-beta * after)) / beta
    return curve.peak_copies_per_ug * (rising + falling)
