"""The names of the body's states and parameters: one field each, holding one value a patient."""

from typing import Any, NamedTuple


class State(NamedTuple):
    """Where the body stands: whole-body cells unless the name says otherwise.

    ``log_*`` are natural logarithms of cells. ``contact``, ``macrophages``, ``neuro``, ``endothelium``,
    ``marrow_suppression``, ``plasma_*`` and the marrow stages are indices (1 = normal for the last two).
    ``log_alive_*`` and ``growth_room_*`` carry the chance that one tumour cell's clone still lives
    (see ``livingdrug.body.cure``).
    """

    log_effector: Any
    memory: Any
    exhausted: Any
    infused_in_blood: Any
    log_lymphocytes: Any
    log_tumour_cd19_positive: Any
    log_tumour_cd19_negative: Any
    log_alive_positive: Any
    growth_room_positive: Any
    log_alive_negative: Any
    growth_room_negative: Any
    lysis_products: Any
    b_progenitors: Any
    b_cells: Any
    contact: Any
    interferon_gamma: Any
    desensitisation: Any
    macrophages: Any
    il6: Any
    crp: Any
    ferritin: Any
    neuro: Any
    endothelium: Any
    tocilizumab_mg: Any
    steroid: Any
    neutrophil_precursors: Any
    neutrophil_transit_1: Any
    neutrophil_transit_2: Any
    neutrophil_transit_3: Any
    neutrophils: Any
    platelet_precursors: Any
    platelet_transit_1: Any
    platelet_transit_2: Any
    platelet_transit_3: Any
    platelets: Any
    red_precursors: Any
    reticulocytes: Any
    haemoglobin: Any
    marrow_suppression: Any
    plasma_short: Any
    plasma_long: Any
    igg: Any
    ivig_central: Any
    ivig_peripheral: Any


class Parameters(NamedTuple):
    """What the equations need to know of a patient; three are switches that events change.

    ``lymphodepletion_now`` (0 or 1), ``rejection_per_day`` (0 until the CAR-T cells are rejected) and
    ``rejection_when_on_per_day`` (what the loop puts there) are the switches and their value.
    """

    # body and switches
    size: Any
    lymphodepletion_now: Any
    rejection_per_day: Any
    rejection_when_on_per_day: Any
    # CAR-T cells and niche
    growth_per_day: Any
    growth_without_antigen: Any
    lag_days: Any
    niche_half_cells: Any
    antigen_half_cells: Any
    tumour_access: Any
    effector_death_per_day: Any
    exhaustion_per_day: Any
    exhausted_death_per_day: Any
    memory_formation_per_day: Any
    memory_death_per_day: Any
    memory_activation_per_day: Any
    infused_loss_per_day: Any
    least_cells: Any
    steroid_on_growth: Any
    lymphocyte_growth_per_day: Any
    lymphocyte_capacity_cells: Any
    lymphocyte_kill_per_day: Any
    steroid_on_lymphocytes_per_day: Any
    # tumour
    tumour_growth_per_day: Any
    tumour_death_per_day: Any
    tumour_capacity_cells: Any
    killing_per_day: Any
    memory_killing_share: Any
    killing_half_cells: Any
    targets_per_killer: Any
    bystander_killing_per_day: Any
    lysis_loss_per_day: Any
    # B cells
    progenitor_input_cells_per_day: Any
    progenitor_exit_per_day: Any
    b_cell_maturation_per_day: Any
    b_cell_death_per_day: Any
    b_cell_killing_per_day: Any
    b_cell_killing_half_cells: Any
    b_cells_normal: Any
    # cytokines
    contact_gain_per_day: Any
    contact_loss_per_day: Any
    contact_half_cells: Any
    contact_tumour_half_cells: Any
    interferon_gain: Any
    interferon_reference_cells: Any
    interferon_loss_per_day: Any
    interferon_half: Any
    desensitisation_half: Any
    desensitisation_loss_per_day: Any
    lysis_half_cells: Any
    macrophage_on_per_day: Any
    macrophage_off_per_day: Any
    il6_baseline: Any
    il6_gain: Any
    il6_loss_per_day: Any
    crp_baseline: Any
    crp_gain: Any
    crp_half_il6: Any
    crp_loss_per_day: Any
    ferritin_baseline: Any
    ferritin_gain: Any
    ferritin_loss_per_day: Any
    neuro_half_il6: Any
    neuro_interferon_weight: Any
    neuro_loss_per_day: Any
    endothelium_reference_il6: Any
    endothelium_loss_per_day: Any
    steroid_on_interferon: Any
    steroid_on_macrophages: Any
    steroid_on_il6: Any
    steroid_on_neuro: Any
    # drugs
    tocilizumab_clearance_l_per_day: Any
    tocilizumab_volume_l: Any
    tocilizumab_vmax_mg_per_day: Any
    tocilizumab_km_mg_per_l: Any
    tocilizumab_half_mg_per_l: Any
    tocilizumab_on_clearance: Any
    tocilizumab_on_signal: Any
    steroid_loss_per_day: Any
    steroid_half: Any
    steroid_greatest: Any
    # blood counts
    neutrophil_baseline: Any
    neutrophil_transit_per_day: Any
    neutrophil_feedback: Any
    neutrophil_damage_per_day: Any
    marrow_interferon_effect: Any
    marrow_interferon_half: Any
    platelet_baseline: Any
    platelet_transit_per_day: Any
    platelet_feedback: Any
    platelet_damage_per_day: Any
    haemoglobin_baseline: Any
    red_transit_per_day: Any
    red_damage_per_day: Any
    red_loss_per_day: Any
    marrow_suppression_gain_per_day: Any
    marrow_suppression_by_macrophages_per_day: Any
    marrow_suppression_loss_per_day: Any
    red_suppression_share: Any
    # antibodies
    plasma_short_loss_per_day: Any
    plasma_long_loss_per_day: Any
    plasma_short_share: Any
    igg_baseline: Any
    igg_loss_per_day: Any
    ivig_clearance_l_per_day: Any
    ivig_exchange_l_per_day: Any
    ivig_central_l: Any
    ivig_peripheral_l: Any


STATE_NAMES = State._fields
PARAMETER_NAMES = Parameters._fields
