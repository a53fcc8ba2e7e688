"""Neutrophils, platelets and haemoglobin: chains from the marrow, hit by chemotherapy and inflammation."""

from typing import Any

from livingdrug.body.names import Parameters, State


def marrow_output(state: State, p: Parameters) -> Any:
    """Share of proliferation that the marrow keeps: slow suppression times interferon's passing effect."""
    interferon = state.interferon_gamma
    passing = 1 - p.marrow_interferon_effect * interferon / (p.marrow_interferon_half + interferon)
    return passing / (1 + state.marrow_suppression)


def _chain(
    stages: tuple[Any, ...], transit_per_day: Any, growth: Any, damage: Any, baseline: Any
) -> tuple[Any, ...]:
    """Rates of a proliferating stage (1 = normal), three transit stages and the count in blood."""
    precursors, first, second, third, count = stages
    return (
        transit_per_day * precursors * (growth - 1) - damage * precursors,
        transit_per_day * (precursors - first),
        transit_per_day * (first - second),
        transit_per_day * (second - third),
        transit_per_day * (baseline * third - count),
    )


def neutrophil_rates(state: State, p: Parameters, output: Any, exp: Any, log: Any) -> tuple[Any, ...]:
    """Rates of change of the neutrophil chain; feedback (baseline/count)^gamma.

    Source
    ------
    friberg_2002 (structure); damage fitted to cytopenia at day 28.
    """
    feedback = exp(-p.neutrophil_feedback * log(state.neutrophils / p.neutrophil_baseline))
    stages = (
        state.neutrophil_precursors,
        state.neutrophil_transit_1,
        state.neutrophil_transit_2,
        state.neutrophil_transit_3,
        state.neutrophils,
    )
    damage = p.neutrophil_damage_per_day * p.lymphodepletion_now
    return _chain(stages, p.neutrophil_transit_per_day, feedback * output, damage, p.neutrophil_baseline)


def platelet_rates(state: State, p: Parameters, output: Any, exp: Any, log: Any) -> tuple[Any, ...]:
    """Rates of change of the platelet chain; the same form as for neutrophils, slower."""
    feedback = exp(-p.platelet_feedback * log(state.platelets / p.platelet_baseline))
    stages = (
        state.platelet_precursors,
        state.platelet_transit_1,
        state.platelet_transit_2,
        state.platelet_transit_3,
        state.platelets,
    )
    damage = p.platelet_damage_per_day * p.lymphodepletion_now
    return _chain(stages, p.platelet_transit_per_day, feedback * output, damage, p.platelet_baseline)


def red_cell_rates(state: State, p: Parameters) -> tuple[Any, Any, Any]:
    """Rates of change of red-cell precursors, reticulocytes (1 = normal) and haemoglobin (g/dL)."""
    kept = 1 / (1 + p.red_suppression_share * state.marrow_suppression)
    precursors = (
        p.red_transit_per_day * (kept - state.red_precursors)
        - p.red_damage_per_day * p.lymphodepletion_now * state.red_precursors
    )
    reticulocytes = p.red_transit_per_day * (state.red_precursors - state.reticulocytes)
    haemoglobin = p.red_loss_per_day * (p.haemoglobin_baseline * state.reticulocytes - state.haemoglobin)
    return precursors, reticulocytes, haemoglobin


def suppression_rate(state: State, p: Parameters) -> Any:
    """Rate of change of slow marrow suppression: raised by chemotherapy and inflammation, lost slowly."""
    return (
        p.marrow_suppression_gain_per_day * p.lymphodepletion_now
        + p.marrow_suppression_by_macrophages_per_day * state.macrophages
        - p.marrow_suppression_loss_per_day * state.marrow_suppression
    )
