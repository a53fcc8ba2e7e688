"""Each patient's own parameters, sensitivities and starting state."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from livingdrug.body.construct import Construct, engagement
from livingdrug.body.known import Known
from livingdrug.body.sensitivities import Sensitivities, draw_sensitivities
from livingdrug.body.start import starting_state, tumour_cells_at_start
from livingdrug.body.system import PARAMETER_NAMES, Parameters
from livingdrug.body.values import individual, known_or_drawn, typical
from livingdrug.draws import Draws
from livingdrug.evidence import Edition
from livingdrug.patients import Indication

_AS_STATED = {
    "car_t": (
        "growth_without_antigen",
        "lag_days",
        "niche_half_cells",
        "antigen_half_cells",
        "tumour_access",
        "exhausted_death_per_day",
        "memory_death_per_day",
        "memory_activation_per_day",
        "infused_loss_per_day",
        "least_cells",
        "steroid_on_growth",
        "lymphocyte_growth_per_day",
        "lymphocyte_capacity_cells",
        "steroid_on_lymphocytes_per_day",
    ),
    "tumour": ("targets_per_killer", "bystander_killing_per_day", "lysis_loss_per_day"),
    "cytokines": (
        "contact_gain_per_day",
        "contact_loss_per_day",
        "contact_half_cells",
        "contact_tumour_half_cells",
        "interferon_reference_cells",
        "interferon_loss_per_day",
        "interferon_half",
        "desensitisation_half",
        "desensitisation_loss_per_day",
        "lysis_half_cells",
        "macrophage_on_per_day",
        "macrophage_off_per_day",
        "il6_baseline",
        "il6_gain",
        "il6_loss_per_day",
        "crp_gain",
        "crp_half_il6",
        "crp_loss_per_day",
        "ferritin_gain",
        "ferritin_loss_per_day",
        "neuro_half_il6",
        "neuro_interferon_weight",
        "neuro_loss_per_day",
        "endothelium_reference_il6",
        "endothelium_loss_per_day",
        "steroid_on_interferon",
        "steroid_on_macrophages",
        "steroid_on_il6",
        "steroid_on_neuro",
    ),
    "drugs": (
        "tocilizumab_km_mg_per_l",
        "tocilizumab_half_mg_per_l",
        "tocilizumab_on_clearance",
        "tocilizumab_on_signal",
        "steroid_loss_per_day",
        "steroid_half",
        "steroid_greatest",
    ),
    "blood_counts": ("neutrophil_feedback", "platelet_feedback", "red_transit_per_day", "red_loss_per_day"),
    "antibodies": ("plasma_short_loss_per_day", "plasma_long_loss_per_day", "igg_loss_per_day"),
}
"""Parameters that are the evidence's value of the same name, spread over patients."""


@dataclass(frozen=True)
class Individual:
    """Each patient's body.

    Attributes
    ----------
    parameters : array (parameters, patients)
        Rows in the order of ``PARAMETER_NAMES``.
    initial_state : array (states, patients)
        At ``start_day``, before lymphodepletion.
    start_day : array (patients,), day
    rejection_day : array (patients,), day
        From this day the loop sets ``rejection_per_day``; infinite where never.
    engrafted_cells : array (patients,), cells
        Effector cells that the infusion leaves.
    resistant : bool array (patients,)
        Whether the tumour resists killing.
    sensitivities : Sensitivities
    """

    parameters: np.ndarray
    initial_state: np.ndarray
    start_day: np.ndarray
    rejection_day: np.ndarray
    engrafted_cells: np.ndarray
    resistant: np.ndarray
    sensitivities: Sensitivities


class _Drawer:
    """Draws values by key for one set of patients."""

    def __init__(self, known: Known, rules: Edition, draws: Draws):
        self.indication, self.rules, self.draws = known.indication, rules, draws

    def own(self, key: str) -> np.ndarray:
        return individual(f"body.{key}", self.indication, self.rules, self.draws)

    def typical(self, key: str) -> np.ndarray:
        return typical(f"body.{key}", self.indication, self.rules)

    def known(self, known: np.ndarray, key: str) -> np.ndarray:
        return known_or_drawn(known, f"body.{key}", self.indication, self.rules, self.draws)

    def set_point(self, known: np.ndarray, key: str) -> np.ndarray:
        """Return the level to which blood cells return: the chart's, in leukaemia at least the drawn one.

        A marrow full of blasts holds the charted count down; once it is cleared the count rises above it.
        """
        drawn = np.where(self.indication == Indication.ALL, self.own(key), 0)
        return np.maximum(self.known(known, key), drawn)


def _power(base: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    return np.exp(exponent * np.log(base))


def _body_size(known: Known, draw: _Drawer) -> dict[str, np.ndarray]:
    nothing = np.zeros(len(known.indication))
    return {
        "size": known.weight_kg / draw.typical("size.reference_weight_kg"),
        "lymphodepletion_now": nothing,
        "rejection_per_day": nothing,
        "rejection_when_on_per_day": draw.own("car_t.rejection_per_day"),
    }


def _car_t(known: Known, construct: Construct, draw: _Drawer) -> dict[str, np.ndarray]:
    """CAR-T cells: the product's memory-like share favours growth and memory; k_EM = FB (death - beta)."""
    reference = draw.typical("car_t.memory_fraction_reference")
    relative = np.where(np.isnan(known.memory_fraction), reference, known.memory_fraction) / reference
    death = draw.own("car_t.effector_death_per_day") * construct.death_ratio
    share = draw.own("car_t.memory_share") * construct.memory_ratio
    share = share * _power(relative, draw.typical("car_t.memory_formation_by_memory_fraction"))
    growth = draw.own("car_t.growth_per_day") * construct.growth_ratio
    return {
        "growth_per_day": growth * _power(relative, draw.typical("car_t.growth_by_memory_fraction")),
        "effector_death_per_day": death,
        "exhaustion_per_day": draw.own("car_t.exhaustion_per_day") * construct.exhaustion_ratio,
        "memory_formation_per_day": share * death,
        "interferon_gain": draw.own("cytokines.interferon_gain") * construct.interferon_ratio,
    }


def _tumour(
    known: Known, construct: Construct, resistant: np.ndarray, draw: _Drawer
) -> dict[str, np.ndarray]:
    """Tumour and its killing: k = k_most x / (k_most + x), x drawn for a sensitive or a resistant tumour.

    The bend keeps every patient's killing below the fastest; engagement and signal of the construct multiply
    it. A typical x is therefore not the typical k.
    """
    engaged = engagement(construct, construct.antigens_per_cell)
    killing = np.where(
        resistant, draw.own("tumour.resistant_killing_per_day"), draw.own("tumour.killing_per_day")
    )
    most = draw.typical("tumour.killing_most_per_day")
    killing = most * killing / (most + killing)
    return {
        "tumour_growth_per_day": draw.known(known.growth_per_day, "tumour.growth_per_day"),
        "tumour_death_per_day": draw.own("tumour.death_per_day"),
        "tumour_capacity_cells": draw.own("tumour.capacity_cells"),
        "killing_per_day": killing * engaged * construct.killing_ratio,
        "memory_killing_share": draw.own("tumour.memory_killing_share"),
        "killing_half_cells": draw.own("tumour.killing_half_cells"),
    }


def _b_cells(known: Known, draw: _Drawer) -> dict[str, np.ndarray]:
    """B cells: what a patient has before infusion is taken as in balance with what the marrow makes."""
    normal = draw.typical("b_cells.normal_cells")
    counted = known.b_cells_per_ul * draw.typical("size.cells_per_cell_per_ul") / normal
    share = np.where(np.isnan(counted), draw.own("b_cells.own_share"), np.maximum(counted, 1 / normal))
    progenitors = draw.typical("b_cells.progenitor_normal_cells") * share
    leaving = 1 / draw.typical("b_cells.progenitor_exit_days")
    death = 1 / draw.typical("b_cells.life_days")
    return {
        "progenitor_input_cells_per_day": progenitors * leaving,
        "progenitor_exit_per_day": leaving,
        "b_cell_maturation_per_day": normal * share * death / progenitors,
        "b_cell_death_per_day": death,
        "b_cell_killing_per_day": draw.own("b_cells.killing_per_day"),
        "b_cell_killing_half_cells": draw.own("b_cells.killing_half_cells"),
        "b_cells_normal": normal * share,
    }


def _drugs(size: np.ndarray, draw: _Drawer) -> dict[str, np.ndarray]:
    """Tocilizumab: clearance and volume vary together; the saturable part keeps its own rate constant."""
    correlation = draw.typical("drugs.tocilizumab_correlation")
    rules, draws = draw.rules, draw.draws
    shared = draws.normal("body/drugs.tocilizumab_clearance_l_per_day")
    own = draws.normal("body/drugs.tocilizumab_volume_l")
    mixed = correlation * shared + np.sqrt(1 - correlation * correlation) * own
    clearance_size = _power(size, draw.typical("drugs.clearance_exponent"))
    volume_ratio = size * np.exp(rules.spread("body.drugs.tocilizumab_volume_l") * mixed)
    return {
        "tocilizumab_clearance_l_per_day": draw.own("drugs.tocilizumab_clearance_l_per_day") * clearance_size,
        "tocilizumab_volume_l": draw.typical("drugs.tocilizumab_volume_l") * volume_ratio,
        "tocilizumab_vmax_mg_per_day": draw.typical("drugs.tocilizumab_vmax_mg_per_day") * volume_ratio,
        "ivig_clearance_l_per_day": draw.own("antibodies.ivig_clearance_l_per_day") * clearance_size,
        "ivig_exchange_l_per_day": draw.own("antibodies.ivig_exchange_l_per_day") * clearance_size,
        "ivig_central_l": draw.own("antibodies.ivig_central_l") * size,
        "ivig_peripheral_l": draw.own("antibodies.ivig_peripheral_l") * size,
    }


def _lymphodepletion(known: Known, draw: _Drawer) -> dict[str, np.ndarray]:
    """Daily effects of the chemotherapy: its whole effect over the days on which it is given."""
    exposure = known.fludarabine_auc_mg_h_per_l
    kill = (
        draw.typical("lymphodepletion.kill_by_fludarabine")
        * exposure
        / (exposure + draw.typical("lymphodepletion.fludarabine_half_auc"))
        + draw.typical("lymphodepletion.kill_per_cyclophosphamide_mg_per_m2")
        * known.cyclophosphamide_mg_per_m2
        + draw.typical("lymphodepletion.kill_per_bendamustine_mg_per_m2") * known.bendamustine_mg_per_m2
        + draw.typical("lymphodepletion.kill_by_cytarabine_etoposide") * (known.cytarabine_etoposide > 0)
    )
    days = known.lymphodepletion_end_day - known.lymphodepletion_start_day
    given = days > 0
    per_day = np.where(given, 1 / np.where(given, days, 1), 0)
    strength = kill / draw.typical("lymphodepletion.reference_kill")
    charted = draw.known(known.platelets_e9_per_l, "blood_counts.platelets_e9_per_l")
    reserve = charted / draw.typical("blood_counts.suppression_platelet_reference")
    slow = draw.own("blood_counts.suppression_by_lymphodepletion")
    slow = slow * _power(reserve, draw.typical("blood_counts.suppression_by_reserve"))
    return {
        "lymphocyte_kill_per_day": kill * per_day * draw.own("lymphodepletion.kill_ratio"),
        "neutrophil_damage_per_day": draw.own("blood_counts.neutrophil_log_damage") * strength * per_day,
        "platelet_damage_per_day": draw.own("blood_counts.platelet_log_damage") * strength * per_day,
        "red_damage_per_day": draw.own("blood_counts.red_log_damage") * strength * per_day,
        "marrow_suppression_gain_per_day": slow * strength * per_day,
    }


def _blood(known: Known, draw: _Drawer) -> dict[str, np.ndarray]:
    transits = draw.typical("blood_counts.transit_stages")
    anc = draw.set_point(known.anc_e9_per_l, "blood_counts.anc_e9_per_l")
    half_life = draw.own("blood_counts.suppression_half_life_days")
    return {
        "neutrophil_baseline": np.maximum(anc, draw.typical("blood_counts.least_neutrophil_set_point")),
        "neutrophil_transit_per_day": transits / draw.own("blood_counts.neutrophil_transit_days"),
        "marrow_interferon_effect": draw.own("blood_counts.interferon_effect"),
        "marrow_interferon_half": draw.own("blood_counts.interferon_half"),
        "platelet_baseline": draw.set_point(known.platelets_e9_per_l, "blood_counts.platelets_e9_per_l"),
        "platelet_transit_per_day": transits / draw.own("blood_counts.platelet_transit_days"),
        "haemoglobin_baseline": draw.set_point(
            known.haemoglobin_g_per_dl, "blood_counts.haemoglobin_g_per_dl"
        ),
        "marrow_suppression_by_macrophages_per_day": draw.own(
            "blood_counts.suppression_by_macrophages_per_day"
        ),
        "marrow_suppression_loss_per_day": np.log(2) / half_life,
        "red_suppression_share": draw.own("blood_counts.red_suppression_share"),
    }


def _levels(known: Known, draw: _Drawer) -> dict[str, np.ndarray]:
    """Levels at rest, charted or drawn."""
    return {
        "crp_baseline": draw.known(known.crp_mg_per_l, "cytokines.crp_baseline"),
        "ferritin_baseline": draw.known(known.ferritin_ug_per_l, "cytokines.ferritin_baseline"),
        "igg_baseline": draw.known(known.igg_g_per_l, "antibodies.igg_g_per_l"),
        "plasma_short_share": draw.own("antibodies.short_lived_share"),
    }


def _rejection_day(known: Known, draw: _Drawer) -> np.ndarray:
    """Day of rejection by inverting its cumulative incidence F(t) = p Phi(log(t / median) / sd).

    A hazard ratio r turns F into 1 - (1 - F)^r; the day solves that for one uniform number.
    """
    low = known.fludarabine_auc_mg_h_per_l < draw.typical("car_t.rejection_auc_limit")
    not_given = known.fludarabine_auc_mg_h_per_l <= 0
    ratio = np.where(low & ~not_given, draw.typical("car_t.rejection_hazard_ratio"), 1)
    luck = draw.draws.uniform("body/car_t.rejection")
    incidence = 1 - np.exp(np.log(1 - luck) / ratio)
    share = incidence / draw.typical("car_t.rejection_probability")
    median = draw.typical("car_t.rejection_median_day")
    log_sd = np.full(len(median), np.nan)
    for kind in Indication:
        log_sd[draw.indication == kind] = draw.rules.spread(f"body.car_t.rejection_median_day.{kind.key}")
    happens = share < 1
    day = median * np.exp(log_sd * ndtri(np.where(happens, share, 1 / (1 + 1))))
    return np.where(happens, day, np.inf)


def individual_parameters(known: Known, construct: Construct, rules: Edition, draws: Draws) -> Individual:
    """Draw each patient's body: parameters, starting state, rejection and sensitivities.

    Parameters
    ----------
    known : Known
        What the chart and the course so far say.
    construct : Construct
    rules : Edition
        Holds every parameter ("body.*").
    draws : Draws
        One stream a parameter, "body/<module>.<parameter>".
    """
    draw = _Drawer(known, rules, draws)
    resistant = draws.uniform("body/tumour.resistant") < draw.typical("tumour.resistant_probability")
    values = {name: draw.own(f"{module}.{name}") for module, names in _AS_STATED.items() for name in names}
    values |= _body_size(known, draw)
    values |= _car_t(known, construct, draw)
    values |= _tumour(known, construct, resistant, draw)
    values |= _b_cells(known, draw)
    values |= _drugs(values["size"], draw)
    values |= _lymphodepletion(known, draw)
    values |= _blood(known, draw)
    values |= _levels(known, draw)
    parameters = np.array([values[name] for name in PARAMETER_NAMES])
    held = Parameters(*parameters)
    without = draw.typical("lymphodepletion.start_without_day")
    saturating = draw.typical("car_t.engrafted_half_dose_cells") * held.size
    engrafted = (
        draw.own("car_t.engraftment") * saturating * known.dose_cells / (known.dose_cells + saturating)
    )
    return Individual(
        parameters=parameters,
        initial_state=starting_state(known, held, rules, draws),
        start_day=np.where(
            np.isnan(known.lymphodepletion_start_day), without, known.lymphodepletion_start_day
        ),
        rejection_day=_rejection_day(known, draw),
        engrafted_cells=engrafted,
        resistant=resistant,
        sensitivities=draw_sensitivities(known, tumour_cells_at_start(known, rules, draws), rules, draws),
    )
