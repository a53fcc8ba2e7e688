"""CAR-HEMATOTOX: the risk of lasting cytopenia, from blood drawn before lymphodepletion."""

from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.answers import tri
from livingdrug.evidence import Edition, is_unverified
from livingdrug.observations import Observations
from livingdrug.units import MG_PER_DL_PER_MG_PER_L

_SCALE = "scales.car_hematotox"
_KEYS = (
    f"{_SCALE}.platelets.one_point_at_most",
    f"{_SCALE}.platelets.two_points_below",
    f"{_SCALE}.neutrophils.one_point_below",
    f"{_SCALE}.haemoglobin.one_point_below",
    f"{_SCALE}.crp.one_point_from",
    f"{_SCALE}.ferritin.one_point_from",
    f"{_SCALE}.ferritin.two_points_above",
    f"{_SCALE}.high_from",
)


@dataclass(frozen=True)
class Item:
    """Points of one input; arrays like it, int8. ``lowest`` and ``highest`` differ where it is unknown."""

    field: str
    lowest: np.ndarray
    highest: np.ndarray


@dataclass(frozen=True)
class Hematotox:
    """CAR-HEMATOTOX: the lowest and highest score that what is known allows (equal when complete).

    Attributes
    ----------
    lowest, highest, n_missing : int8 array
    high_risk : int8 array
        1, 0, or -1 where missing values could decide it.
    items : tuple of Item
        What each of the five inputs contributed.
    source : str
        Of the limit from which the risk is high.
    unverified : tuple of str
        Keys of limits that were not read at their source.
    """

    lowest: np.ndarray
    highest: np.ndarray
    n_missing: np.ndarray
    high_risk: np.ndarray
    items: tuple[Item, ...]
    source: str
    unverified: tuple[str, ...]


def _item(field: str, value: np.ndarray, points: np.ndarray, most: int) -> Item:
    unknown = np.isnan(value)
    return Item(field, np.where(unknown, np.int8(0), points), np.where(unknown, np.int8(most), points))


def car_hematotox(observations: Observations, rules: Edition) -> Hematotox:
    """Score the risk of lasting cytopenia from counts, CRP and ferritin before lymphodepletion.

    Platelets: above 175e9/L 0, 75 to 175 1, below 75 2 points; neutrophils below 1.2e9/L 1; haemoglobin below
    9.0 g/dL 1; CRP of 3.0 mg/dL and more 1; ferritin below 650 ug/L 0, to 2000 1, above 2000 2.
    High risk from 2 points. Missing values widen the score to an interval; they never count as normal.

    Source
    ------
    rejeski_2021 (points and the unit of CRP unverified), hematotox_validation_2023 (high from 2).
    """

    def limit(name: str) -> float:
        return rules.number(f"{_SCALE}.{name}")

    platelets, ferritin = observations.platelets_e9_per_l, observations.ferritin_ug_per_l
    anc, haemoglobin = observations.anc_e9_per_l, observations.haemoglobin_g_per_dl
    crp_mg_per_dl = observations.crp_mg_per_l * MG_PER_DL_PER_MG_PER_L
    few_platelets = (platelets <= limit("platelets.one_point_at_most")).astype(np.int8)
    much_ferritin = (ferritin >= limit("ferritin.one_point_from")).astype(np.int8)
    few_neutrophils = (anc < limit("neutrophils.one_point_below")).astype(np.int8)
    anaemic = (haemoglobin < limit("haemoglobin.one_point_below")).astype(np.int8)
    inflamed = (crp_mg_per_dl >= limit("crp.one_point_from")).astype(np.int8)
    items = (
        _item(
            "platelets_e9_per_l",
            platelets,
            few_platelets + (platelets < limit("platelets.two_points_below")),
            2,
        ),
        _item("anc_e9_per_l", anc, few_neutrophils, 1),
        _item("haemoglobin_g_per_dl", haemoglobin, anaemic, 1),
        _item("crp_mg_per_l", crp_mg_per_dl, inflamed, 1),
        _item(
            "ferritin_ug_per_l", ferritin, much_ferritin + (ferritin > limit("ferritin.two_points_above")), 2
        ),
    )
    lowest = np.zeros(np.shape(platelets), dtype=np.int8)
    highest, n_missing = lowest, lowest
    for item in items:
        lowest, highest = lowest + item.lowest, highest + item.highest
        n_missing = n_missing + (item.lowest < item.highest)
    high = limit("high_from")
    return Hematotox(
        lowest=lowest,
        highest=highest,
        n_missing=n_missing,
        high_risk=tri(lowest >= high, (lowest >= high) | (highest < high)),
        items=items,
        source=rules.sourced(f"{_SCALE}.high_from").source,
        unverified=tuple(key for key in _KEYS if is_unverified(rules.sourced(key))),
    )
