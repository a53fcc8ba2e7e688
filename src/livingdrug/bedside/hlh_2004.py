"""HLH-2004: five of eight criteria of haemophagocytic lymphohistiocytosis, or a molecular diagnosis."""

from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.answers import Verdict, any_of, enough_of
from livingdrug.bedside.limits import at_least, at_most, below, reason
from livingdrug.evidence import Edition

_SCALE = "scales.hlh_2004"


@dataclass(frozen=True)
class Hlh2004Inputs:
    """What the criteria read, columns (n,). Flags are 1 yes, 0 no, -1 unknown; numbers NaN where unknown.

    Attributes
    ----------
    molecular_diagnosis : int8
        A mutation known to cause the disease.
    splenomegaly, haemophagocytosis, natural_killer_activity_low : int8
    temperature_c, haemoglobin_g_per_dl, platelets_e9_per_l, anc_e9_per_l : float
    triglycerides_mmol_per_l : float
        Fasting.
    fibrinogen_g_per_l, ferritin_ug_per_l, soluble_cd25_u_per_ml : float
    """

    molecular_diagnosis: np.ndarray
    temperature_c: np.ndarray
    splenomegaly: np.ndarray
    haemoglobin_g_per_dl: np.ndarray
    platelets_e9_per_l: np.ndarray
    anc_e9_per_l: np.ndarray
    triglycerides_mmol_per_l: np.ndarray
    fibrinogen_g_per_l: np.ndarray
    haemophagocytosis: np.ndarray
    natural_killer_activity_low: np.ndarray
    ferritin_ug_per_l: np.ndarray
    soluble_cd25_u_per_ml: np.ndarray


def meets_hlh_2004(inputs: Hlh2004Inputs, rules: Edition) -> Verdict:
    """Say whether five of the eight criteria are met, or a molecular diagnosis makes them unnecessary.

    Parameters
    ----------
    inputs : Hlh2004Inputs, (n,) columns
    rules : Edition

    Source
    ------
    hlh_2004_table. The criteria were made for the inherited disease; after CAR-T most of them follow
    from the treatment itself.
    """

    def number(name: str) -> float:
        return rules.number(f"{_SCALE}.{name}")

    lineages = [
        below(inputs.haemoglobin_g_per_dl, number("haemoglobin_below")),
        below(inputs.platelets_e9_per_l, number("platelets_below")),
        below(inputs.anc_e9_per_l, number("neutrophils_below")),
    ]
    clotting = [
        at_least(inputs.triglycerides_mmol_per_l, number("triglycerides_from")),
        at_most(inputs.fibrinogen_g_per_l, number("fibrinogen_at_most")),
    ]
    criteria = (
        ("FEVER", "Fever.", "temperature_from", at_least(inputs.temperature_c, number("temperature_from"))),
        ("SPLENOMEGALY", "Large spleen.", "needed", inputs.splenomegaly),
        (
            "CYTOPENIA",
            "Two of three blood cell lineages low.",
            "lineages_needed",
            enough_of(lineages, number("lineages_needed")),
        ),
        (
            "TRIGLYCERIDES_OR_FIBRINOGEN",
            "High fasting triglycerides or low fibrinogen.",
            "triglycerides_from",
            any_of(clotting),
        ),
        ("HAEMOPHAGOCYTOSIS", "Haemophagocytosis in tissue.", "needed", inputs.haemophagocytosis),
        (
            "NATURAL_KILLER_CELLS",
            "Low or no activity of natural killer cells.",
            "needed",
            inputs.natural_killer_activity_low,
        ),
        (
            "FERRITIN",
            "High ferritin.",
            "ferritin_from",
            at_least(inputs.ferritin_ug_per_l, number("ferritin_from")),
        ),
        (
            "SOLUBLE_CD25",
            "High soluble CD25.",
            "soluble_cd25_from",
            at_least(inputs.soluble_cd25_u_per_ml, number("soluble_cd25_from")),
        ),
    )
    reasons = tuple(
        reason(rules, f"{_SCALE}.{name}", code, text, answer) for code, text, name, answer in criteria
    )
    enough = enough_of([answer for *_, answer in criteria], number("needed"))
    molecular = reason(
        rules, f"{_SCALE}.needed", "MOLECULAR", "A molecular diagnosis.", inputs.molecular_diagnosis
    )
    return Verdict(any_of([inputs.molecular_diagnosis, enough]), (*reasons, molecular))
