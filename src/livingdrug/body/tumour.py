"""The tumour: cells that show CD19, cells that have lost it, and what dying cells spill."""

from typing import Any

from livingdrug.body.names import Parameters, State


def killing(state: State, p: Parameters, killers: Any, exp: Any) -> Any:
    """Rate at which CD19-positive tumour cells are killed, per day.

    kill = k Q / (K_E size + Q + q T+), Q = effector cells and the share of memory cells that reach the
    tumour (``car_t_signals``); one cell kills at most k / q cells a day.

    Source
    ------
    kimmel_2021 (half-saturation); halle_2016 (kills per cell and day); k fitted to response rates.
    """
    targets = exp(state.log_tumour_cd19_positive)
    return (
        p.killing_per_day
        * killers
        / (p.killing_half_cells * p.size + killers + p.targets_per_killer * targets)
    )


def tumour_rates(state: State, p: Parameters, kill: Any, killers: Any, exp: Any) -> tuple[Any, ...]:
    """Rates of change of both clones' logarithms, of their survival, and of lysis products, per day.

    (log T)' = growth (1 - (T+ + T-) / capacity) - kill, for T- bystander k_by Q / (K_E size + Q)
    One cell's clone: (log alive)' = -death room;  room' = room (death - birth - death room)

    (lysis products)' = kill T+ - loss lysis products

    ``death`` includes the kill, ``birth`` = growth + natural death. See ``livingdrug.body.cure``.

    Source
    ------
    bjh_1997_growth (growth, natural death in leukaemia); kendall_1948 (extinction).
    """
    positive = exp(state.log_tumour_cd19_positive)
    negative = exp(state.log_tumour_cd19_negative)
    growth = p.tumour_growth_per_day * (1 - (positive + negative) / p.tumour_capacity_cells)
    bystander = p.bystander_killing_per_day * killers / (p.killing_half_cells * p.size + killers)
    birth = p.tumour_growth_per_day + p.tumour_death_per_day
    death_positive = p.tumour_death_per_day + kill
    death_negative = p.tumour_death_per_day + bystander
    room_positive = state.growth_room_positive
    room_negative = state.growth_room_negative
    return (
        growth - kill,
        growth - bystander,
        -death_positive * room_positive,
        room_positive * (death_positive - birth - death_positive * room_positive),
        -death_negative * room_negative,
        room_negative * (death_negative - birth - death_negative * room_negative),
        kill * positive - p.lysis_loss_per_day * state.lysis_products,
    )
