"""Stage 2, leukapheresis: how many T cells are collected, and whether they suffice."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from livingdrug import units
from livingdrug.bedside.leukapheresis import judge_collection
from livingdrug.course.stopping import StopReason
from livingdrug.draws import Draws
from livingdrug.evidence import Edition
from livingdrug.patients import Patients
from livingdrug.plans import Plan
from livingdrug.tables import describe

_STAGE = "course.leukapheresis"


@dataclass(frozen=True)
class Leukapheresis:
    """What was collected; every field has shape (patients,), NaN or 0 where the stage was not reached.

    Amounts are sums over all collections; volume and efficiency are those of the last one.
    """

    reached: np.ndarray
    accepted: np.ndarray
    n_collections: np.ndarray
    processed_volume_l: np.ndarray
    collection_efficiency: np.ndarray
    cd3_collected_cells: np.ndarray
    nucleated_cells_collected: np.ndarray
    weight_kg: np.ndarray
    leukapheresis_day_from_enrolment: np.ndarray
    stop_reason: np.ndarray

    def __repr__(self) -> str:
        return describe(self)


@dataclass(frozen=True)
class _Blood:
    """Cells per litre of blood that pass the separator, (patients,)."""

    cd3_per_l: np.ndarray
    nucleated_collectable_per_l: np.ndarray
    """Nucleated cells per litre, neutrophils counted by how much less of them is collected."""


def _known_or_drawn(known: np.ndarray, key: str, rules: Edition, draws: Draws, decision: str) -> np.ndarray:
    """Return a count, drawn from its distribution where it was not measured."""
    drawn = rules.number(key) * np.exp(rules.spread(key) * draws.normal(decision))
    return np.where(np.isnan(known), drawn, known)


def _blood(patients: Patients, rules: Edition, draws: Draws) -> _Blood:
    """Nucleated = (white - neutrophils) + r neutrophils, r = granulocyte over T-cell efficiency."""
    key = f"{_STAGE}.unknown.cd3_cells_per_ul"
    cd3 = _known_or_drawn(patients.cd3_cells_per_ul, key, rules, draws, "leukapheresis/unknown_cd3")
    cd3_per_l = cd3 * units.UL_PER_L
    ratio = rules.number(f"{_STAGE}.granulocyte_efficiency") / rules.number(f"{_STAGE}.collection_efficiency")
    mononuclear = patients.white_cells_e9_per_l - patients.anc_e9_per_l
    counted = (mononuclear + ratio * patients.anc_e9_per_l) * units.CELLS_PER_UL_PER_E9_PER_L * units.UL_PER_L
    key = f"{_STAGE}.unknown.cd3_share"
    z = draws.normal("leukapheresis/unknown_cd3_share")
    share = expit(logit(rules.number(key)) + rules.spread(key) * z)
    nucleated = np.where(np.isnan(counted), cd3_per_l / share, np.maximum(counted, cd3_per_l))
    return _Blood(cd3_per_l=cd3_per_l, nucleated_collectable_per_l=nucleated)


def _processed_volume_l(weight_kg: np.ndarray, k: int, rules: Edition, draws: Draws) -> np.ndarray:
    """V = min(blood volumes * 0.07 L/kg * weight, highest)."""
    key = f"{_STAGE}.blood_volumes_processed"
    z = draws.normal("leukapheresis/blood_volumes", k)
    volumes = rules.number(key) * np.exp(rules.spread(key) * z)
    wanted = volumes * rules.number(f"{_STAGE}.blood_l_per_kg") * weight_kg
    return np.minimum(wanted, rules.number(f"{_STAGE}.processed_volume_highest_l"))


def _efficiency(k: int, rules: Edition, draws: Draws) -> np.ndarray:
    key = f"{_STAGE}.collection_efficiency"
    z = draws.normal("leukapheresis/efficiency", k)
    return expit(logit(rules.number(key)) + rules.spread(key) * z)


def _last_day(plan: Plan, n_collections: np.ndarray, rules: Edition, draws: Draws) -> np.ndarray:
    """Day of the last collection: before enrolment where the plan stores cells, otherwise after it."""
    if plan.leukapheresis_lead_days > 0:
        spread = plan.leukapheresis_lead_log_sd * draws.normal("leukapheresis/lead")
        return -plan.leukapheresis_lead_days * np.exp(spread)
    repeated = (n_collections - 1.0) * rules.number(f"{_STAGE}.days_between")
    return rules.number(f"{_STAGE}.days_after_enrolment") + np.maximum(repeated, 0.0)


def collect_cells(
    patients: Patients,
    eligibility_passed: np.ndarray,
    plan: Plan,
    rules: Edition,
    draws: Draws,
    earlier_stop: np.ndarray | None = None,
) -> Leukapheresis:
    """Collect T cells by leukapheresis, again if too few, up to the number of times that the plan allows.

    CD3 cells = CD3 per litre * processed volume * collection efficiency, summed over collections.

    Parameters
    ----------
    patients : Patients
    eligibility_passed : bool array (patients,)
        Who reaches this stage.
    plan : Plan
    rules : Edition
    draws : Draws
    earlier_stop : int8 array (patients,), optional
        Why the others stopped; without it they count as not eligible.

    Source
    ------
    Limits: Rossoff 2021, Fong 2023. Volume and efficiency: assumed (``course.leukapheresis``).
    """
    reached = np.asarray(eligibility_passed, dtype=bool)
    blood = _blood(patients, rules, draws)
    zeros = np.zeros(len(patients))
    cd3, nucleated, n_done, volume, efficiency = zeros, zeros, zeros, zeros, zeros
    accepted = np.zeros(len(patients), dtype=bool)
    for k in range(plan.max_collections):
        again = reached & ~accepted
        volume_k, efficiency_k = (
            _processed_volume_l(patients.weight_kg, k, rules, draws),
            _efficiency(k, rules, draws),
        )
        passed = volume_k * efficiency_k
        cd3 = np.where(again, cd3 + blood.cd3_per_l * passed, cd3)
        nucleated = np.where(again, nucleated + blood.nucleated_collectable_per_l * passed, nucleated)
        volume, efficiency = np.where(again, volume_k, volume), np.where(again, efficiency_k, efficiency)
        n_done = np.where(again, n_done + 1, n_done)
        accepted = reached & (judge_collection(nucleated, cd3, rules).answer == 1)
    before = np.full(len(patients), int(StopReason.NOT_ELIGIBLE)) if earlier_stop is None else earlier_stop
    stopped = np.where(accepted, int(StopReason.NOT_STOPPED), int(StopReason.COLLECTION_FAILED))
    return Leukapheresis(
        reached=reached,
        accepted=accepted,
        n_collections=n_done.astype(np.int8),
        processed_volume_l=np.where(reached, volume, np.nan),
        collection_efficiency=np.where(reached, efficiency, np.nan),
        cd3_collected_cells=cd3,
        nucleated_cells_collected=nucleated,
        weight_kg=np.where(reached, patients.weight_kg, np.nan),
        leukapheresis_day_from_enrolment=np.where(reached, _last_day(plan, n_done, rules, draws), np.nan),
        stop_reason=np.where(reached, stopped, before).astype(np.int8),
    )
