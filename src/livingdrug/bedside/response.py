"""Response of the disease: Lugano 2014 for lymphoma, remission and residual disease for leukaemia."""

from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import tri
from livingdrug.evidence import Edition
from livingdrug.units import PERCENT


class Response(IntEnum):
    """Response at one assessment. CRI and NO_RESPONSE belong to leukaemia, PR and SD to lymphoma."""

    NOT_ASSESSED = -1
    CR = 0
    PR = 1
    SD = 2
    PD = 3
    CRI = 4
    NO_RESPONSE = 5


BEST_FIRST = (Response.CR, Response.CRI, Response.PR, Response.SD, Response.NO_RESPONSE, Response.PD)
"""All responses, the best first."""


def is_response(response: np.ndarray) -> np.ndarray:
    """Return whether a patient responds: CR, CRi or PR."""
    return is_complete(response) | (response == Response.PR)


def is_complete(response: np.ndarray) -> np.ndarray:
    """Return whether a remission is complete: CR, or CRi in leukaemia."""
    return (response == Response.CR) | (response == Response.CRI)


def best_response(response: np.ndarray) -> np.ndarray:
    """Return the best of several assessments.

    Parameters
    ----------
    response : array (patients, visits), int8
        ``Response``; NOT_ASSESSED where an assessment does not count.

    Returns
    -------
    array (patients,), int8
    """
    best = np.full(response.shape[0], len(BEST_FIRST))
    for rank, kind in enumerate(BEST_FIRST):
        best = np.where((response == kind).any(axis=1), np.minimum(best, rank), best)
    return np.array([*BEST_FIRST, Response.NOT_ASSESSED], dtype=np.int8)[best]


def lugano_progression(
    spd_cm2: np.ndarray, nadir_spd_cm2: np.ndarray, new_lesion: np.ndarray, rules: Edition
) -> np.ndarray:
    """Say whether a lymphoma has progressed: a new lesion, or growth by half from the smallest sum so far.

    Growth counts only above the sum that one node of normal size has, so that regrowth from nothing
    to a trace is not progression.

    Returns
    -------
    array, int8
        1 yes, 0 no, -1 not assessable (new lesions not looked for, or sizes unknown).

    Source
    ------
    lugano_2014. The criteria look at each lesion; only the sum is observed here.
    """
    rise = 1 + rules.number("scales.lugano.progression_rise_percent") / PERCENT
    measured = ~np.isnan(spd_cm2) & ~np.isnan(nadir_spd_cm2)
    grown = (spd_cm2 >= rise * nadir_spd_cm2) & (spd_cm2 > _normal_node_cm2(rules))
    return np.where((new_lesion == 1) | grown, 1, np.where((new_lesion == 0) & measured, 0, -1)).astype(
        np.int8
    )


def _normal_node_cm2(rules: Edition) -> float:
    diameter = rules.number("scales.lugano.normal_diameter")
    return diameter * diameter


def classify_lugano(
    spd: np.ndarray,
    baseline_spd: np.ndarray,
    nadir_spd: np.ndarray,
    deauville: np.ndarray,
    new_lesion: np.ndarray,
    rules: Edition,
) -> np.ndarray:
    """Classify the response of a lymphoma from lesion size, PET score and new lesions.

    Progression: a new lesion, or a sum at least 50% above its nadir. Otherwise complete: Deauville 1
    to 3 (or, without PET, a sum no larger than one normal node); partial: a fall of at least 50% from
    baseline; else stable.

    Parameters
    ----------
    spd, baseline_spd, nadir_spd : array (patients,), cm2
        Sum of the products of diameters now, before treatment, and the smallest before now.
    deauville : array (patients,), 1
        1 to 5; NaN without PET.
    new_lesion : array (patients,), int8
        1, 0, or -1 when not looked for: no response can then be claimed.
    rules : Edition
        The evidence.

    Returns
    -------
    array (patients,), int8
        ``Response``; NOT_ASSESSED where what is known does not decide.

    Source
    ------
    lugano_2014, on sums instead of single lesions; spleen and marrow are not observed.
    """
    progressed = lugano_progression(spd, nadir_spd, new_lesion, rules)
    with_pet = ~np.isnan(deauville)
    complete_by_pet = deauville <= rules.number("scales.lugano.deauville_complete_at_most")
    complete_by_ct = ~with_pet & (spd <= _normal_node_cm2(rules))
    left = 1 - rules.number("scales.lugano.partial_fall_percent") / PERCENT
    sized = ~np.isnan(spd) & ~np.isnan(baseline_spd)
    response = np.where(sized & (spd <= left * baseline_spd), Response.PR, Response.SD)
    response = np.where(sized & ~np.isnan(nadir_spd), response, Response.NOT_ASSESSED)
    response = np.where(complete_by_pet | complete_by_ct, Response.CR, response)
    response = np.where(new_lesion == 0, response, Response.NOT_ASSESSED)
    return np.where(progressed == 1, Response.PD, response).astype(np.int8)


def classify_all(
    marrow_blasts_percent: np.ndarray,
    anc_e9_per_l: np.ndarray,
    platelets_e9_per_l: np.ndarray,
    transfused: np.ndarray,
    extramedullary: np.ndarray,
    was_in_remission: np.ndarray,
    rules: Edition,
) -> np.ndarray:
    """Classify the response of an acute lymphoblastic leukaemia.

    Remission is fewer than 5% marrow blasts and no disease elsewhere. It is complete with neutrophils
    of at least 1.0e9/L and platelets of at least 100e9/L without transfusion; otherwise CRi, which here
    takes in the morphologic leukaemia-free state. More than 5%, or disease elsewhere, after a
    remission is relapse (PD), without one no response.

    Parameters
    ----------
    marrow_blasts_percent, anc_e9_per_l, platelets_e9_per_l : array (patients,)
        NaN where unknown. Unknown counts never make a CR: they leave CRi.
    transfused, extramedullary : array (patients,), int8
        1, 0 or -1; an unknown extramedullary status makes a remission not assessable.
    was_in_remission : array (patients,), bool
        Whether an earlier assessment after infusion found a remission.

    Returns
    -------
    array (patients,), int8
        ``Response``.

    Source
    ------
    cibmtr_all_response. That a remission lasts four weeks is not read here: the trials' next visit comes
    later than that. Blood blasts are not observed.
    """
    few = marrow_blasts_percent < rules.number("scales.all_response.blasts_below")
    many = marrow_blasts_percent > rules.number("scales.all_response.relapse_blasts_above")
    recovered = (
        (anc_e9_per_l >= rules.number("scales.all_response.anc_from"))
        & (platelets_e9_per_l >= rules.number("scales.all_response.platelets_from"))
        & (transfused == 0)
    )
    active = many | (extramedullary == 1)
    known = ~np.isnan(marrow_blasts_percent)
    response = np.where(recovered, Response.CR, Response.CRI)
    response = np.where(few, response, Response.NO_RESPONSE)
    response = np.where(known & (~few | (extramedullary == 0)), response, Response.NOT_ASSESSED)
    failed = np.where(was_in_remission, Response.PD, Response.NO_RESPONSE)
    return np.where(active, failed, response).astype(np.int8)


def cd19_positive(cd19_positive_percent: np.ndarray, rules: Edition) -> np.ndarray:
    """Say whether a tumour counts as CD19-positive: most of its cells show CD19.

    Returns
    -------
    array, int8
        1 positive, 0 negative, -1 no sample.

    Source
    ------
    scales.cd19; no series states its limit.
    """
    limit = rules.number("scales.cd19.positive_from")
    return tri(cd19_positive_percent >= limit, ~np.isnan(cd19_positive_percent))


def mrd_negative(mrd_fraction: np.ndarray, rules: Edition) -> np.ndarray:
    """Say whether measurable residual disease is negative (below 1 cell in 10,000).

    Returns
    -------
    array, int8
        1 negative, 0 positive, -1 not measured.

    Source
    ------
    us_pi_2025_06, section 14.1.
    """
    limit = rules.number("scales.all_response.mrd_negative_below")
    return tri(mrd_fraction < limit, ~np.isnan(mrd_fraction))
