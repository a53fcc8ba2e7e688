"""Immunoglobulin G: from short-lived and long-lived plasma cells, and from infusions."""

from typing import Any

from livingdrug.body.names import Parameters, State


def antibody_rates(state: State, p: Parameters) -> tuple[Any, ...]:
    """Rates of change of plasma cells (1 = normal), IgG (g/L) and infused IgG (g).

    plasma' = loss (B / B_normal - plasma), for the short-lived and for the long-lived
    IgG'    = loss (baseline (f short + (1 - f) long) - IgG)
    infused: two compartments, clearance from the central one

    In adults most IgG comes from long-lived plasma cells that have lost CD19, so f is small.

    Source
    ------
    hill_2019 (fall of IgG in adults); cheng_2026 (infused IgG).
    """
    relative = state.b_cells / (p.b_cells_normal * p.size)
    made = p.plasma_short_share * state.plasma_short + (1 - p.plasma_short_share) * state.plasma_long
    central = state.ivig_central / p.ivig_central_l
    peripheral = state.ivig_peripheral / p.ivig_peripheral_l
    exchange = p.ivig_exchange_l_per_day * (central - peripheral)
    return (
        p.plasma_short_loss_per_day * (relative - state.plasma_short),
        p.plasma_long_loss_per_day * (relative - state.plasma_long),
        p.igg_loss_per_day * (p.igg_baseline * made - state.igg),
        -p.ivig_clearance_l_per_day * central - exchange,
        exchange,
    )
