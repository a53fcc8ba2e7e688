"""Cytokines: an early signal from the infused cells, then interferon, macrophages and IL-6."""

from typing import Any

from livingdrug.body.car_t import CarTSignals
from livingdrug.body.names import Parameters, State


def effective_il6(state: State, p: Parameters, occupancy: Any) -> Any:
    """IL-6 that still signals, pg/mL: under tocilizumab the level rises and the signal falls."""
    return state.il6 * (1 - p.tocilizumab_on_signal * occupancy)


def early_rates(
    state: State, p: Parameters, car: CarTSignals, steroid: Any, exp: Any
) -> tuple[Any, Any, Any]:
    """Rates of change of the contact signal, interferon gamma and its desensitisation, per day.

    contact'  = gain D/(K_D size + D) T/(K_T size + T) - loss contact, D infused cells in blood
    IFN'      = gain share E/(size reference) (1 - steroid) tau/(tau + A) - loss IFN
    A'        = IFN - recovery A

    Onset of fever is early (median day 3) and unrelated to the peak of the CAR-T cells, while its severity
    follows tumour volume: so the first signal comes from the infused cells meeting tumour, not from
    expansion.

    Source
    ------
    ema_epar_2018, maude_2014 and pmda_2019 (timing, volume); hardiansyah_2019 (loss of interferon);
    chen_2019 (desensitisation).
    """
    tumour = exp(state.log_tumour_cd19_positive)
    infused = state.infused_in_blood
    contact = (
        p.contact_gain_per_day
        * infused
        / (p.contact_half_cells * p.size + infused)
        * tumour
        / (p.contact_tumour_half_cells * p.size + tumour)
        - p.contact_loss_per_day * state.contact
    )
    interferon = (
        p.interferon_gain
        * car.antigen_share
        * car.effector
        / (p.size * p.interferon_reference_cells)
        * (1 - p.steroid_on_interferon * steroid)
        * p.desensitisation_half
        / (p.desensitisation_half + state.desensitisation)
        - p.interferon_loss_per_day * state.interferon_gamma
    )
    recovery = state.interferon_gamma - p.desensitisation_loss_per_day * state.desensitisation
    return contact, interferon, recovery


def inflammation_rates(
    state: State, p: Parameters, occupancy: Any, steroid: Any
) -> tuple[Any, Any, Any, Any, Any, Any]:
    """Rates of change of macrophages, IL-6, CRP, ferritin, neurotoxicity and endothelium, per day.

    drive = IFN/K + contact + lysis/(K_lysis size)
    Mac'  = on drive/(1 + drive) (1 - Mac) (1 - steroid) - off Mac
    IL6'  = loss baseline + gain Mac^2 (1 - steroid) - loss (1 - block occupancy) IL6
    CRP'  = loss (baseline + gain S^2/(S^2 + S_50^2) - CRP), S the effective IL-6
    ferritin' = loss (baseline + gain Mac^2 - ferritin)
    neuro' = (S/(S + S_N) + w IFN/(K + IFN)) (1 - steroid) - loss neuro
    endothelium' = loss (S/S_E - endothelium)

    ``steroid`` stands for its greatest suppression of the step times its present effect.

    Source
    ------
    santurio_2025 (macrophages, products of dying cells); hardiansyah_2019 (IL-6 loss); gains fitted.
    """
    signal = effective_il6(state, p, occupancy)
    drive = (
        state.interferon_gamma / p.interferon_half
        + state.contact
        + state.lysis_products / (p.lysis_half_cells * p.size)
    )
    mac = state.macrophages
    macrophages = (
        p.macrophage_on_per_day * drive / (1 + drive) * (1 - mac) * (1 - p.steroid_on_macrophages * steroid)
        - p.macrophage_off_per_day * mac
    )
    il6 = (
        p.il6_loss_per_day * p.il6_baseline
        + p.il6_gain * mac * mac * (1 - p.steroid_on_il6 * steroid)
        - p.il6_loss_per_day * (1 - p.tocilizumab_on_clearance * occupancy) * state.il6
    )
    signal2 = signal * signal
    acute_phase = p.crp_gain * signal2 / (signal2 + p.crp_half_il6 * p.crp_half_il6)
    crp = p.crp_loss_per_day * (p.crp_baseline + acute_phase - state.crp)
    ferritin = p.ferritin_loss_per_day * (p.ferritin_baseline + p.ferritin_gain * mac * mac - state.ferritin)
    interferon = state.interferon_gamma
    neuro = (
        signal / (signal + p.neuro_half_il6)
        + p.neuro_interferon_weight * interferon / (p.interferon_half + interferon)
    ) * (1 - p.steroid_on_neuro * steroid) - p.neuro_loss_per_day * state.neuro
    endothelium = p.endothelium_loss_per_day * (signal / p.endothelium_reference_il6 - state.endothelium)
    return macrophages, il6, crp, ferritin, neuro, endothelium
