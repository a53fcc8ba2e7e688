"""Normal B cells: the CD19-positive cells whose absence marks CAR-T cells at work."""

from typing import Any

from livingdrug.body.names import Parameters, State


def b_cell_rates(state: State, p: Parameters, living: Any) -> tuple[Any, Any]:
    """Rates of change of B-cell progenitors and B cells, cells per day.

    P' = input size - (exit + kill) P;   B' = maturation P - (death + kill) B
    kill = k Q / (K size + Q), Q = effector and memory cells: both live where B cells do

    Source
    ------
    leon_triana_2020 (pools and lifetimes); killing fitted to the duration of B-cell aplasia.
    """
    kill = p.b_cell_killing_per_day * living / (p.b_cell_killing_half_cells * p.size + living)
    progenitors = (
        p.progenitor_input_cells_per_day * p.size - (p.progenitor_exit_per_day + kill) * state.b_progenitors
    )
    b_cells = (
        p.b_cell_maturation_per_day * state.b_progenitors - (p.b_cell_death_per_day + kill) * state.b_cells
    )
    return progenitors, b_cells
