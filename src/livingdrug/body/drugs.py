"""Tocilizumab and corticosteroid: amounts in the body and what they block."""

from typing import Any

from livingdrug.body.names import Parameters, State


def receptor_occupancy(state: State, p: Parameters) -> Any:
    """Share of IL-6 receptors that tocilizumab holds: C / (C_50 + C)."""
    level = state.tocilizumab_mg / p.tocilizumab_volume_l
    return level / (p.tocilizumab_half_mg_per_l + level)


def steroid_effect(state: State, p: Parameters) -> Any:
    """Effect of the corticosteroid, 0 to its greatest: greatest S / (S + S_50)."""
    return p.steroid_greatest * state.steroid / (state.steroid + p.steroid_half)


def drug_rates(state: State, p: Parameters) -> tuple[Any, Any]:
    """Rates of change of tocilizumab (mg per day) and of the corticosteroid (units per day).

    A' = -CL C - Vmax C / (Km + C),  C = A / V

    Source
    ------
    moes_2022 (patients under intensive care, with dexamethasone); corticosteroid assumed.
    """
    level = state.tocilizumab_mg / p.tocilizumab_volume_l
    saturable = p.tocilizumab_vmax_mg_per_day / (p.tocilizumab_km_mg_per_l + level)
    tocilizumab = -(p.tocilizumab_clearance_l_per_day + saturable) * level
    return tocilizumab, -p.steroid_loss_per_day * state.steroid
