"""EASIX and two variants: how much the lining of the vessels is under stress."""

from dataclasses import dataclass

import numpy as np

from livingdrug.evidence import Edition
from livingdrug.observations import Observations
from livingdrug.units import MG_PER_DL_PER_MG_PER_L


@dataclass(frozen=True)
class Easix:
    """EASIX and two variants (dimensionless by convention), and their logarithms to base 2.

    NaN where not computable. The indices are published as continuous; no cut-off is relied on.
    """

    easix: np.ndarray
    modified: np.ndarray
    simplified: np.ndarray
    log2_easix: np.ndarray
    log2_modified: np.ndarray
    log2_simplified: np.ndarray
    sources: tuple[str, ...]


def easix(observations: Observations, rules: Edition) -> Easix:
    """Compute EASIX = LDH x creatinine / platelets and two variants.

    The modified index has CRP (mg/dL) for creatinine, the simplified one is LDH / platelets.
    Without platelets (0), or with a missing value, the index is NaN; of an index of 0 the logarithm is NaN.

    Source
    ------
    pennisi_2021, greenbaum_2021.
    """
    platelets = _positive(observations.platelets_e9_per_l)
    ldh = observations.ldh_u_per_l
    crp_mg_per_dl = observations.crp_mg_per_l * MG_PER_DL_PER_MG_PER_L
    full = ldh * observations.creatinine_mg_per_dl / platelets
    modified, simplified = ldh * crp_mg_per_dl / platelets, ldh / platelets
    return Easix(
        easix=full,
        modified=modified,
        simplified=simplified,
        log2_easix=np.log2(_positive(full)),
        log2_modified=np.log2(_positive(modified)),
        log2_simplified=np.log2(_positive(simplified)),
        sources=(
            rules.sourced("scales.easix.formula").source,
            rules.sourced("scales.easix.simplified").source,
        ),
    )


def _positive(value: np.ndarray) -> np.ndarray:
    return np.where(value > 0, value, np.nan)
