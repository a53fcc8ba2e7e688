"""Exposure to fludarabine from body surface, weight and kidney function."""

from enum import IntEnum

import numpy as np

from livingdrug.evidence import Edition
from livingdrug.patients import Indication
from livingdrug.units import MINUTES_PER_HOUR, ML_PER_L

_KEY = "course.lymphodepletion"


class BodySurfaceFormula(IntEnum):
    """How body surface is worked out from height and weight."""

    MOSTELLER = 0
    DU_BOIS = 1


def body_surface_m2(
    height_cm: np.ndarray,
    weight_kg: np.ndarray,
    rules: Edition,
    formula: BodySurfaceFormula = BodySurfaceFormula.MOSTELLER,
) -> np.ndarray:
    """Return body surface from height and weight.

    Mosteller: sqrt(height_cm * weight_kg / 3600). Du Bois: 0.007184 * weight_kg^0.425 * height_cm^0.725.

    Parameters
    ----------
    height_cm, weight_kg : array (n,)
    rules : Edition
    formula : BodySurfaceFormula

    Returns
    -------
    array (n,), m2
        NaN where height or weight is unknown.

    Source
    ------
    mosteller_1987, dubois_1916.
    """
    where = f"{_KEY}.body_surface"
    if formula == BodySurfaceFormula.MOSTELLER:
        return np.sqrt(height_cm * weight_kg / rules.number(f"{where}.mosteller_divisor"))
    by_weight = rules.number(f"{where}.dubois_weight_exponent") * np.log(weight_kg)
    by_height = rules.number(f"{where}.dubois_height_exponent") * np.log(height_cm)
    return rules.number(f"{where}.dubois_factor") * np.exp(by_weight + by_height)


def fludarabine_clearance_l_per_h(
    indication: np.ndarray,
    weight_kg: np.ndarray,
    creatinine_clearance_ml_per_min: np.ndarray,
    rules: Edition,
    standard_normal: np.ndarray | float = 0.0,
) -> np.ndarray:
    """Return the clearance of fludarabine from weight and kidney function.

    Lymphoma (adults):  (3.9 + 1.7 * CrCl / 96) * (W / 70)^0.75
    Leukaemia (children and young adults):  (3.2 + 0.78 * CrCl[L/h]) * (W / 70)^0.75
    each times exp(sd * z).

    Parameters
    ----------
    indication : int8 array (n,)
    weight_kg : array (n,), kg
    creatinine_clearance_ml_per_min : array (n,), mL/min
    rules : Edition
    standard_normal : array (n,) or 0
        The patient's own deviation z; 0 gives the typical clearance.

    Returns
    -------
    array (n,), L/h
        NaN where weight or creatinine clearance is unknown.

    Source
    ------
    varela_gonzalez_aller_2025 (56 adults before CAR-T, value for tisagenlecleucel); langenhorst_2019, whose
    filtration rate is per patient; creatinine clearance stands in for it.
    """
    where = f"{_KEY}.fludarabine"
    reference = rules.number(f"{where}.adult.reference_clearance_ml_per_min")
    adult = rules.number(f"{where}.adult.nonrenal_l_per_h") + (
        rules.number(f"{where}.adult.renal_slope_l_per_h") * (creatinine_clearance_ml_per_min / reference)
    )
    filtration_l_per_h = creatinine_clearance_ml_per_min * MINUTES_PER_HOUR / ML_PER_L
    child = rules.number(f"{where}.child.nonrenal_l_per_h") + (
        rules.number(f"{where}.child.renal_slope") * filtration_l_per_h
    )
    leukaemia = indication == Indication.ALL
    sd = np.where(
        leukaemia,
        rules.spread(f"{where}.child.nonrenal_l_per_h"),
        rules.spread(f"{where}.adult.nonrenal_l_per_h"),
    )
    relative_weight = weight_kg / rules.number(f"{where}.reference_weight_kg")
    size = np.exp(rules.number(f"{where}.weight_exponent") * np.log(relative_weight))
    return np.where(leukaemia, child, adult) * size * np.exp(sd * standard_normal)


def fludarabine_auc_mg_h_per_l(
    dose_mg: np.ndarray, clearance_l_per_h: np.ndarray, rules: Edition
) -> np.ndarray:
    """Return the exposure to fludarabine over the whole course: AUC = 0.78 * dose / clearance.

    Parameters
    ----------
    dose_mg : array (n,), mg
        Fludarabine phosphate of all days together; 0.78 turns it into fludarabine.
    clearance_l_per_h : array (n,), L/h
    rules : Edition

    Returns
    -------
    array (n,), mg*h/L
        0 where none is given, NaN where the clearance of a treated patient is unknown.
    """
    fludarabine_mg = rules.number(f"{_KEY}.fludarabine.salt_factor") * dose_mg
    return np.where(dose_mg == 0, 0.0, fludarabine_mg / clearance_l_per_h)
