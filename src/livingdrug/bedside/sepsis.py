"""Sepsis graded by CTCAE version 5: a positive blood culture with signs, from grade 3 on."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import Graded, all_of
from livingdrug.bedside.grounds import Ground
from livingdrug.bedside.severity import Condition, Sign, grade_by_signs
from livingdrug.evidence import Edition

_SCALE = "scales.infection.sepsis"


@dataclass(frozen=True)
class BloodCulture:
    """A blood culture and its patient, columns (n,), flags 1 yes, 0 no, -1 unknown.

    Attributes
    ----------
    positive : int8
    signs_or_symptoms : int8
    treatment_indicated : int8
    life_threatening, died : int8
    """

    positive: np.ndarray
    signs_or_symptoms: np.ndarray
    treatment_indicated: np.ndarray
    life_threatening: np.ndarray
    died: np.ndarray


class SepsisCriterion(IntEnum):
    """What decided the grade of sepsis."""

    NONE = 0
    PRESENT = 1
    LIFE_THREATENING = 2
    DEATH = 3
    SEPSIS_UNKNOWN = 20
    SEVERITY_UNKNOWN = 21


_WHAT = ("positive", "signs_or_symptoms", "treatment_indicated")
GROUNDS = {
    SepsisCriterion.NONE: Ground("no sepsis", _WHAT),
    SepsisCriterion.PRESENT: Ground(
        "a positive blood culture with signs, treatment indicated", _WHAT, (f"{_SCALE}.present",)
    ),
    SepsisCriterion.LIFE_THREATENING: Ground(
        "life-threatening", ("life_threatening",), (f"{_SCALE}.life_threatening",)
    ),
    SepsisCriterion.DEATH: Ground("death of it", ("died",), (f"{_SCALE}.death",)),
    SepsisCriterion.SEPSIS_UNKNOWN: Ground("not assessable: culture, signs or need of treatment", _WHAT),
    SepsisCriterion.SEVERITY_UNKNOWN: Ground(
        "not assessable: threat to life or death", ("life_threatening", "died")
    ),
}
"""What each criterion means and rests on; its inputs are fields of ``BloodCulture``."""


def grade_sepsis(culture: BloodCulture, rules: Edition) -> Graded:
    """Grade sepsis: present 3, life-threatening 4, death 5; the term has no grade 1 or 2.

    Parameters
    ----------
    culture : BloodCulture, (n,) columns
    rules : Edition

    Returns
    -------
    Graded
        Grade 0 or 3 to 5; ``criterion`` is a ``SepsisCriterion``.

    Source
    ------
    ctcae_v5, Sepsis.
    """

    def grade(name: str) -> float:
        return rules.number(f"{_SCALE}.{name}")

    condition = Condition(
        present=all_of([culture.positive, culture.signs_or_symptoms, culture.treatment_indicated]),
        least=grade("present"),
        criterion=SepsisCriterion.PRESENT,
        absent=SepsisCriterion.NONE,
        missing=SepsisCriterion.SEPSIS_UNKNOWN,
    )
    signs = (
        Sign(
            culture.life_threatening,
            grade("life_threatening"),
            SepsisCriterion.LIFE_THREATENING,
            SepsisCriterion.SEVERITY_UNKNOWN,
        ),
        Sign(culture.died, grade("death"), SepsisCriterion.DEATH, SepsisCriterion.SEVERITY_UNKNOWN),
    )
    return grade_by_signs(condition, signs, rules.sourced(f"{_SCALE}.present").source)
