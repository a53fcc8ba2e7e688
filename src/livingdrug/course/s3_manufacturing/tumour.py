"""The tumour while the product is made: growth, and what bridging holds back."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from livingdrug.body.marrow import cells_from_marrow_blasts
from livingdrug.course.s3_manufacturing.population import centre_and_spread
from livingdrug.draws import Draws
from livingdrug.evidence import Edition
from livingdrug.patients import Indication, Patients
from livingdrug.plans import Plan

_STAGE = "course.manufacturing"


@dataclass(frozen=True)
class WaitingTumour:
    """The tumour at enrolment and how it will fare, (patients,)."""

    cells_at_enrolment: np.ndarray
    growth_per_day: np.ndarray
    bridged: np.ndarray
    control: np.ndarray
    """Share of the growth that bridging holds back: 0 none, 1 all, above 1 the tumour shrinks."""


def _cells_at_enrolment(patients: Patients, rules: Edition, draws: Draws) -> np.ndarray:
    """Tumour cells: from the volume on PET, in leukaemia from the marrow blasts; drawn where not known."""
    centre, sd = centre_and_spread(patients.indication, f"{_STAGE}.tumour.log10_cells", rules)
    log10_cells = centre + sd * draws.normal("manufacturing/unknown_tumour")
    drawn = np.exp(math.log(rules.number(f"{_STAGE}.tumour.log_base")) * log10_cells)
    counted = patients.tumour_volume_ml * rules.number("body.size.cells_per_ml_tumour")
    blasts = cells_from_marrow_blasts(patients.marrow_blasts_percent, patients.weight_kg, rules)
    counted = np.where(patients.indication == Indication.ALL, blasts, counted)
    cells = np.where(np.isnan(counted), drawn, counted)
    return np.minimum(cells, rules.number("body.tumour.capacity_cells") / 2)


def start_waiting(patients: Patients, plan: Plan, rules: Edition, draws: Draws) -> WaitingTumour:
    """Draw growth, bridging and the control that bridging brings.

    Faster tumours are bridged more often: P(bridged | z) = Phi(a sqrt(1 + b^2) + b z) with z the
    standardised log growth, so that the plan's probability holds over all.
    """
    z = draws.normal("manufacturing/tumour_growth")
    growth, growth_sd = centre_and_spread(patients.indication, "body.tumour.growth_per_day", rules)
    slope = rules.number(f"{_STAGE}.bridging.goes_with_growth")
    p_bridged = ndtr(ndtri(plan.bridging_probability) * math.sqrt(1 + slope * slope) + slope * z)
    bridged = draws.happens("manufacturing/bridged", p_bridged)
    control, control_sd = centre_and_spread(patients.indication, f"{_STAGE}.bridging.control", rules)
    drawn = np.maximum(control + control_sd * draws.normal("manufacturing/bridging_control"), 0.0)
    return WaitingTumour(
        cells_at_enrolment=_cells_at_enrolment(patients, rules, draws),
        growth_per_day=growth * np.exp(growth_sd * z),
        bridged=bridged,
        control=np.where(bridged, drawn, 0.0),
    )


def bridging_response(tumour: WaitingTumour, days: np.ndarray) -> np.ndarray:
    """Return by which fraction the tumour is smaller than without bridging: 1 - exp(-c g t)."""
    return -np.expm1(-tumour.control * tumour.growth_per_day * days)


def tumour_after(tumour: WaitingTumour, days: np.ndarray, rules: Edition) -> np.ndarray:
    """Return tumour cells after some days: logistic growth at the rate that bridging leaves.

    ::

        T = K / (1 + (K / T0 - 1) exp(-g (1 - c) t))

    Parameters
    ----------
    tumour : WaitingTumour
    days : array (patients,), day
    rules : Edition

    Source
    ------
    Growth: livingdrug_model. Control: growth_before_car_t_2023 (58 percent growing). Capacity: assumed.
    """
    capacity = rules.number("body.tumour.capacity_cells")
    exponent = tumour.growth_per_day * (1 - tumour.control) * days
    return capacity / (1 + (capacity / tumour.cells_at_enrolment - 1) * np.exp(-exponent))
