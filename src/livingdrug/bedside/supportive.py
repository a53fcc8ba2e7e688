"""Supportive options: intensive care, immunoglobulin, blood products, growth factor."""

from dataclasses import replace

import numpy as np

from livingdrug.bedside.answers import Graded
from livingdrug.bedside.bounds import Grade
from livingdrug.bedside.care import Orders, no_orders
from livingdrug.evidence import Edition
from livingdrug.observations import Observations

_KEY = "scales.management_support"


def supportive_options(
    observations_now: Observations,
    astct: Graded,
    lee: Graded,
    icans: Graded,
    day: np.ndarray | float,
    rules: Edition,
    ivig_below_g_per_l: float,
) -> Orders:
    """Return the supportive options met: each needs a known value beyond its limit.

    Intensive care from ASTCT CRS grade 3 or ICANS grade 3; immunoglobulin below the plan's limit; platelets
    and red cells below the usual limits; G-CSF for severe neutropenia after the first three weeks and once
    there is certainly no CRS.

    Source
    ------
    scales.management_support
    """

    def limit(name: str) -> float:
        return rules.number(f"{_KEY}.{name}")

    icu = (astct.grade >= limit("icu_from_crs_grade")) | (icans.grade >= limit("icu_from_icans_grade"))
    neutropenic = observations_now.anc_e9_per_l < limit("gcsf_below_anc_e9_per_l")
    late = np.asarray(day) >= limit("gcsf_not_before_day")
    return replace(
        no_orders(len(icu)),
        icu=icu,
        ivig=observations_now.igg_g_per_l < ivig_below_g_per_l,
        platelets=observations_now.platelets_e9_per_l < limit("platelets_below_e9_per_l"),
        red_cells=observations_now.haemoglobin_g_per_dl < limit("haemoglobin_below_g_per_dl"),
        gcsf=neutropenic & late & (lee.grade == Grade.NONE),
    )
