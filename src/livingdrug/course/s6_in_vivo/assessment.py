"""Response assessments at the trial's visits, read from observations by the bedside rules."""

from dataclasses import dataclass, replace

import numpy as np

from livingdrug.bedside.response import Response, classify_all, classify_lugano, is_complete, is_response
from livingdrug.evidence import Edition
from livingdrug.observations import Observations
from livingdrug.patients import Indication


@dataclass(frozen=True)
class Disease:
    """What the assessments so far have shown of each patient's disease, arrays (patients,).

    Attributes
    ----------
    baseline_cm2, nadir_cm2 : cm2
        Sum of the products of diameters before treatment, and the smallest since.
    has_responded, in_remission : bool
    progression_day : day
        First assessment that showed progression or relapse; NaN: none.
    refractory_day : day
        Leukaemia: first assessment without a response, none having been seen before; NaN: none.
    """

    baseline_cm2: np.ndarray
    nadir_cm2: np.ndarray
    has_responded: np.ndarray
    in_remission: np.ndarray
    progression_day: np.ndarray
    refractory_day: np.ndarray


def disease_before_treatment(sum_product_diameters_cm2: np.ndarray) -> Disease:
    """Return the disease as it stands before any assessment."""
    n = len(sum_product_diameters_cm2)
    return Disease(
        baseline_cm2=sum_product_diameters_cm2,
        nadir_cm2=sum_product_diameters_cm2,
        has_responded=np.zeros(n, dtype=bool),
        in_remission=np.zeros(n, dtype=bool),
        progression_day=np.full(n, np.nan),
        refractory_day=np.full(n, np.nan),
    )


def _read(indication: np.ndarray, seen: Observations, disease: Disease, rules: Edition) -> np.ndarray:
    lymphoma = classify_lugano(
        seen.sum_product_diameters_cm2,
        disease.baseline_cm2,
        disease.nadir_cm2,
        seen.deauville_score,
        seen.new_lesion,
        rules,
    )
    leukaemia = classify_all(
        seen.marrow_blasts_percent,
        seen.anc_e9_per_l,
        seen.platelets_e9_per_l,
        np.maximum(seen.platelets_transfused, seen.red_cells_transfused),
        np.zeros(len(indication), dtype=np.int8),
        disease.has_responded,
        rules,
    )
    return np.where(indication == Indication.ALL, leukaemia, lymphoma).astype(np.int8)


def assess(
    indication: np.ndarray,
    seen: Observations,
    disease: Disease,
    present: np.ndarray,
    day: float,
    rules: Edition,
) -> tuple[np.ndarray, Disease]:
    """Read the response of those present at a visit and update what is known of their disease.

    Returns
    -------
    response : array (patients,), int8
        ``Response``; NOT_ASSESSED for those absent or progressed before.
    disease : Disease
    """
    open_case = present & np.isnan(disease.progression_day)
    read = np.where(open_case, _read(indication, seen, disease, rules), Response.NOT_ASSESSED)
    progressed = open_case & (read == Response.PD)
    failed = (read == Response.NO_RESPONSE) & ~disease.has_responded & np.isnan(disease.refractory_day)
    size = np.where(open_case, seen.sum_product_diameters_cm2, np.nan)
    return read.astype(np.int8), replace(
        disease,
        nadir_cm2=np.fmin(disease.nadir_cm2, size),
        has_responded=disease.has_responded | is_response(read),
        in_remission=np.where(read == Response.NOT_ASSESSED, disease.in_remission, is_complete(read)),
        progression_day=np.where(progressed, day, disease.progression_day),
        refractory_day=np.where(failed, day, disease.refractory_day),
    )
