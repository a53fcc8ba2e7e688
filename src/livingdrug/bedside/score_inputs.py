"""Inputs of scores that no rule has a record of its own for, as a file holds them."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class IecHsValues:
    """Laboratory values now and before lymphodepletion, columns (n,), NaN where unknown."""

    ferritin_ug_per_l: np.ndarray
    alt_x_uln: np.ndarray
    fibrinogen_mg_per_dl: np.ndarray
    anc_e9_per_l: np.ndarray
    platelets_e9_per_l: np.ndarray
    baseline_ferritin_ug_per_l: np.ndarray
    baseline_anc_e9_per_l: np.ndarray
    baseline_platelets_e9_per_l: np.ndarray


@dataclass(frozen=True)
class RemissionDays:
    """Days of a remission, columns (n,), NaN where unknown.

    Attributes
    ----------
    first_day, last_day : float
        First and last assessment that found the remission, with none between that did not.
    """

    first_day: np.ndarray
    last_day: np.ndarray


@dataclass(frozen=True)
class ResidualTest:
    """One test of measurable residual disease, columns (n,), NaN where unknown.

    Attributes
    ----------
    found_fraction : float
        Share of cells found; 0 where none was.
    assay_limit_fraction : float
        Least share that the assay finds in this sample.
    """

    found_fraction: np.ndarray
    assay_limit_fraction: np.ndarray


@dataclass(frozen=True)
class CalciumTest:
    """Calcium and albumin, columns (n,), NaN where unknown.

    Attributes
    ----------
    calcium_mg_per_dl : float
        Total calcium as measured, not corrected.
    albumin_g_per_dl : float
        Albumin of the same sample.
    """

    calcium_mg_per_dl: np.ndarray
    albumin_g_per_dl: np.ndarray


@dataclass(frozen=True)
class LowerLimit:
    """The laboratory's own limit, columns (n,), NaN where unknown.

    Attributes
    ----------
    lower_limit_cells_per_ul : float
        Lower limit of normal of this laboratory.
    """

    lower_limit_cells_per_ul: np.ndarray


@dataclass(frozen=True)
class Symptom:
    """What a symptom limits, columns (n,).

    Attributes
    ----------
    limitation : int8
        Daily life that it limits, as judged at the bedside.
    ice_score : float
    consciousness : int8
    """

    limitation: np.ndarray
    ice_score: np.ndarray
    consciousness: np.ndarray


@dataclass(frozen=True)
class SeizureSeen:
    """A seizure, columns (n,).

    Attributes
    ----------
    seizure : int8
        None, one that resolved rapidly, or one that lasted or recurred without return to baseline.
    """

    seizure: np.ndarray
