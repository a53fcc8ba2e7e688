"""Comorbidity before cell therapy (HCT-CI): weighted conditions, with bounds where some are unknown.

Made and tested for transplantation; used here to describe patients, not to refuse them.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import NOT_ASSESSABLE, any_of, choose
from livingdrug.bedside.limits import above, at_least, at_most
from livingdrug.bedside.points import Item, Score, tiers, total
from livingdrug.evidence import Edition

_SCALE = "scales.hct_ci"


class HctCiGroup(IntEnum):
    """Risk group: score 0, 1 to 2, 3 and more."""

    NOT_ASSESSABLE = -1
    LOW = 0
    INTERMEDIATE = 1
    HIGH = 2


@dataclass(frozen=True)
class Comorbidities:
    """What the index reads, columns (n,). Flags are 1 yes, 0 no, -1 unknown; numbers NaN where unknown.

    Attributes
    ----------
    arrhythmia : int8
        Atrial fibrillation or flutter, sick sinus syndrome or ventricular arrhythmia.
    heart_disease : int8
        Coronary disease, congestive failure or infarction.
    ejection_fraction_percent : float
    inflammatory_bowel_disease, diabetes_treated, cerebrovascular_disease, psychiatric_treated : int8
        Diabetes treated by more than diet; depression or anxiety that needs advice or treatment.
    chronic_hepatitis, cirrhosis : int8
    bilirubin_x_uln, aminotransferase_x_uln : float
    age_years, body_mass_index_kg_per_m2, body_mass_index_centile : float
        The centile is read for children.
    infection_treated : int8
        Needs antimicrobial treatment before and beyond conditioning.
    rheumatological_disease, peptic_ulcer_treated : int8
    creatinine_mg_per_dl : float
    dialysis, kidney_transplant : int8
    dlco_percent, fev1_percent : float
        Of the predicted value.
    dyspnoea_on_slight_activity, dyspnoea_at_rest, oxygen_needed : int8
    solid_tumour_treated : int8
        At any time; not a skin cancer other than melanoma, and not the disease treated now.
    heart_valve_disease : int8
        Other than mitral prolapse without symptoms.
    """

    arrhythmia: np.ndarray
    heart_disease: np.ndarray
    ejection_fraction_percent: np.ndarray
    inflammatory_bowel_disease: np.ndarray
    diabetes_treated: np.ndarray
    cerebrovascular_disease: np.ndarray
    psychiatric_treated: np.ndarray
    chronic_hepatitis: np.ndarray
    cirrhosis: np.ndarray
    bilirubin_x_uln: np.ndarray
    aminotransferase_x_uln: np.ndarray
    age_years: np.ndarray
    body_mass_index_kg_per_m2: np.ndarray
    body_mass_index_centile: np.ndarray
    infection_treated: np.ndarray
    rheumatological_disease: np.ndarray
    peptic_ulcer_treated: np.ndarray
    creatinine_mg_per_dl: np.ndarray
    dialysis: np.ndarray
    kidney_transplant: np.ndarray
    dlco_percent: np.ndarray
    fev1_percent: np.ndarray
    dyspnoea_on_slight_activity: np.ndarray
    dyspnoea_at_rest: np.ndarray
    oxygen_needed: np.ndarray
    solid_tumour_treated: np.ndarray
    heart_valve_disease: np.ndarray


@dataclass(frozen=True)
class HctCi:
    """The index with its bounds, and the risk group where the bounds agree on it (else -1)."""

    score: Score
    group: np.ndarray


def score_comorbidity(inputs: Comorbidities, rules: Edition) -> HctCi:
    """Add up the weights of the conditions and name the risk group: 0, 1 to 2, 3 and more.

    Parameters
    ----------
    inputs : Comorbidities, (n,) columns
    rules : Edition

    Source
    ------
    hct_ci_definitions; weights sorror_2005, in part unverified.
    """
    score = total((*_conditions(inputs, rules), *_organs(inputs, rules)), rules)
    lowest, highest = _group(score.lowest, rules), _group(score.highest, rules)
    return HctCi(score, choose(lowest == highest, lowest, NOT_ASSESSABLE))


def _group(score: np.ndarray, rules: Edition) -> np.ndarray:
    group = np.full(score.shape, HctCiGroup.LOW, dtype=np.int8)
    intermediate = score >= rules.number(f"{_SCALE}.groups.intermediate_from")
    group = choose(intermediate, HctCiGroup.INTERMEDIATE, group)
    return choose(score >= rules.number(f"{_SCALE}.groups.high_from"), HctCiGroup.HIGH, group)


def _conditions(inputs: Comorbidities, rules: Edition) -> tuple[Item, ...]:
    """Return the items that are there or not."""
    weak_heart = at_most(
        inputs.ejection_fraction_percent, rules.number(f"{_SCALE}.ejection_fraction_at_most")
    )
    high_creatinine = above(inputs.creatinine_mg_per_dl, rules.number(f"{_SCALE}.creatinine_above"))
    kidney = any_of([high_creatinine, inputs.dialysis, inputs.kidney_transplant])
    answers = (
        ("arrhythmia", "Arrhythmia.", inputs.arrhythmia),
        ("cardiac", "Heart disease.", any_of([inputs.heart_disease, weak_heart])),
        ("inflammatory_bowel", "Inflammatory bowel disease.", inputs.inflammatory_bowel_disease),
        ("diabetes", "Diabetes treated by more than diet.", inputs.diabetes_treated),
        ("cerebrovascular", "Cerebrovascular disease.", inputs.cerebrovascular_disease),
        ("psychiatric", "Depression or anxiety under treatment.", inputs.psychiatric_treated),
        ("obesity", "Obesity.", _obesity(inputs, rules)),
        ("infection", "Infection under treatment.", inputs.infection_treated),
        ("rheumatological", "Rheumatological disease.", inputs.rheumatological_disease),
        ("peptic_ulcer", "Peptic ulcer under treatment.", inputs.peptic_ulcer_treated),
        ("renal", "Moderate or severe kidney disease.", kidney),
        ("solid_tumour", "A solid malignancy treated before.", inputs.solid_tumour_treated),
        ("heart_valve", "Heart valve disease.", inputs.heart_valve_disease),
    )
    return tuple(
        tiers(
            name.upper(),
            text,
            f"{_SCALE}.weights.{name}",
            [answer],
            [rules.number(f"{_SCALE}.weights.{name}")],
        )
        for name, text, answer in answers
    )


def _obesity(inputs: Comorbidities, rules: Edition) -> np.ndarray:
    def number(name: str) -> float:
        return rules.number(f"{_SCALE}.obesity.{name}")

    adult = at_least(inputs.age_years, number("adult_from_years"))
    by_index = above(inputs.body_mass_index_kg_per_m2, number("adult_above_kg_per_m2"))
    by_centile = at_least(inputs.body_mass_index_centile, number("child_from_centile"))
    if_unknown = choose(by_index == by_centile, by_index, NOT_ASSESSABLE)
    return choose(adult == 1, by_index, choose(adult == 0, by_centile, if_unknown))


def _organs(inputs: Comorbidities, rules: Edition) -> tuple[Item, Item]:
    """Return liver and lung, of which the severe form replaces the milder one."""

    def number(name: str) -> float:
        return rules.number(f"{_SCALE}.{name}")

    bilirubin, enzymes = inputs.bilirubin_x_uln, inputs.aminotransferase_x_uln
    severe_liver = any_of(
        [
            inputs.cirrhosis,
            above(bilirubin, number("hepatic.bilirubin_severe_above")),
            above(enzymes, number("hepatic.aminotransferase_severe_above")),
        ]
    )
    raised = [above(value, number("hepatic.mild_above")) for value in (bilirubin, enzymes)]
    lungs = (inputs.dlco_percent, inputs.fev1_percent)
    severe_lung = any_of(
        [
            inputs.dyspnoea_at_rest,
            inputs.oxygen_needed,
            *(at_most(value, number("pulmonary.severe_at_most")) for value in lungs),
        ]
    )
    weak = [at_most(value, number("pulmonary.moderate_at_most")) for value in lungs]
    return (
        tiers(
            "LIVER",
            "Liver disease, mild or more.",
            f"{_SCALE}.weights.hepatic_mild",
            [any_of([severe_liver, inputs.chronic_hepatitis, *raised]), severe_liver],
            [number("weights.hepatic_mild"), number("weights.hepatic_severe")],
        ),
        tiers(
            "LUNG",
            "Lung disease, moderate or severe.",
            f"{_SCALE}.weights.pulmonary_moderate",
            [any_of([severe_lung, inputs.dyspnoea_on_slight_activity, *weak]), severe_lung],
            [number("weights.pulmonary_moderate"), number("weights.pulmonary_severe")],
        ),
    )
