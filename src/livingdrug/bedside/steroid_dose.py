"""Daily dose of the steroid regimens, in milligrams of methylprednisolone."""

import numpy as np

from livingdrug.bedside.care import SteroidOrder
from livingdrug.evidence import Edition
from livingdrug.units import HOURS_PER_DAY

_CRS = "scales.management_crs"
_ICANS = "scales.management_icans"


def steroid_mg_per_day(order: np.ndarray, weight_kg: np.ndarray, rules: Edition) -> np.ndarray:
    """Return the daily dose of a steroid regimen in mg of methylprednisolone (dexamethasone converted).

    Source
    ------
    scales.management_crs, scales.management_icans; the equivalence is the usual one.
    """
    mg = np.zeros(np.shape(order))
    for regimen, daily in (
        (SteroidOrder.DEXAMETHASONE_10_MG, _dexamethasone_mg_per_day),
        (SteroidOrder.METHYLPREDNISOLONE_2_MG_PER_KG, _lower_mg_per_day),
        (SteroidOrder.METHYLPREDNISOLONE_1000_MG, _upper_mg_per_day),
    ):
        here = order == regimen
        if np.any(here):
            mg = np.where(here, daily(weight_kg, rules), mg)
    return mg


def _dexamethasone_mg_per_day(weight_kg: np.ndarray, rules: Edition) -> np.ndarray:
    doses = HOURS_PER_DAY / rules.number(f"{_ICANS}.dexamethasone_interval_hours")
    equivalent = rules.number(f"{_ICANS}.methylprednisolone_mg_per_dexamethasone_mg")
    return np.full(np.shape(weight_kg), rules.number(f"{_ICANS}.dexamethasone_mg") * doses * equivalent)


def _lower_mg_per_day(weight_kg: np.ndarray, rules: Edition) -> np.ndarray:
    return weight_kg * rules.number(f"{_CRS}.methylprednisolone_mg_per_kg_per_day")


def _upper_mg_per_day(weight_kg: np.ndarray, rules: Edition) -> np.ndarray:
    return np.full(np.shape(weight_kg), rules.number(f"{_CRS}.methylprednisolone_mg_per_day"))
