"""Cytokine release syndrome graded on four scales from what was observed.

All four ask for a fever of 38.0 C that nothing else explains, or for one that an antipyretic,
tocilizumab or a steroid now hides. ASTCT says so; for the other three this is how "CRS" is told from
other illness here. Without it, support (pressor, oxygen) is "not assessable: ask", never a grade; an
organ value alone never makes CRS. A missing input widens what is possible; a grade is given only when
every possibility agrees. Grade 5 (death) is not read from observations.
"""

import numpy as np

from livingdrug.bedside.answers import Graded
from livingdrug.bedside.bounds import Bounds, Grade, worst
from livingdrug.bedside.crs_axes import (
    CrsCriterion,
    fever,
    fever_counts,
    hypotension,
    pressure_by_count,
    pressure_by_dose,
)
from livingdrug.bedside.crs_support import (
    organs_lee,
    organs_penn,
    oxygen_by_device,
    oxygen_by_fraction,
    oxygen_by_ventilation,
    treatment_penn,
)
from livingdrug.evidence import Edition
from livingdrug.observations import Observations


def grade_astct(observations: Observations, rules: Edition, age_years: np.ndarray | None = None) -> Graded:
    """Grade CRS by the ASTCT consensus: fever, and the worse of blood pressure and oxygen.

    Parameters
    ----------
    observations : Observations
        Of any shape, (n,) or (n, t).
    rules : Edition
        The evidence.
    age_years : array (n,), optional
        Sets the limit of low systolic pressure in children; without it the adult limit holds.

    Returns
    -------
    Graded
        Grade 0 to 4, or -1; ``criterion`` is a ``CrsCriterion``.

    Source
    ------
    lee_2019. Organ toxicity does not count. Vasopressin alone is not in the table: its grade is assumed
    and its criterion says so.
    """
    pressure = pressure_by_count(observations, hypotension(observations, age_years, rules), rules)
    support = worst([pressure, oxygen_by_device(observations, rules)])
    return _graded(observations, support, support, rules, "scales.crs_astct.fever_c")


def grade_lee(observations: Observations, rules: Edition, age_years: np.ndarray | None = None) -> Graded:
    """Grade CRS by Lee 2014: pressor dose, inspired oxygen, and organ toxicity by CTCAE.

    Parameters and result as in ``grade_astct``.

    Source
    ------
    lee_2014 with its erratum. Limits of a high vasopressor dose are unverified. Ventilation by mask
    is not in the table; it counts as much oxygen. Organs: creatinine, bilirubin, ALT and dialysis.
    """
    pressure = pressure_by_dose(
        observations,
        hypotension(observations, age_years, rules),
        rules,
        grades=(Grade.TWO, Grade.TWO, Grade.THREE),
        several_are_high=True,
    )
    support = worst([pressure, oxygen_by_fraction(observations, rules)])
    everything = worst([support, organs_lee(observations, rules)])
    return _graded(observations, support, everything, rules, "scales.crs_lee.fio2_percent")


def grade_penn(observations: Observations, rules: Edition) -> Graded:
    """Grade CRS by the Penn scale of the ALL and large B-cell lymphoma trials: by the treatment needed.

    Grade 2 intravenous treatment, admission for CRS, creatinine grade 2 or liver tests grade 3;
    grade 3 fluid boluses or a low-dose pressor, any oxygen up to BiPAP, plasma or fibrinogen, creatinine
    grade 3 or liver tests grade 4; grade 4 a high-dose pressor or mechanical ventilation.

    Source
    ------
    porter_2018. The scale says several fluid boluses; the observation says only that fluid was needed.
    Low pressure that was not treated does not grade.
    """
    fluid_grade = int(rules.number("scales.crs_penn.fluid_bolus_grade"))
    pressure = pressure_by_dose(
        observations,
        observations.fluid_bolus,
        rules,
        grades=(fluid_grade, Grade.THREE, Grade.FOUR),
        several_are_high=False,
    )
    support = worst([pressure, oxygen_by_ventilation(observations)])
    rest = [organs_penn(observations, rules), treatment_penn(observations)]
    return _graded(observations, support, worst([support, *rest]), rules, "scales.crs_penn.fluid_bolus_grade")


def grade_ctcae(observations: Observations, rules: Edition, age_years: np.ndarray | None = None) -> Graded:
    """Grade CRS by CTCAE version 5: fluids or oxygen below 40% 2; one pressor or 40% and more 3.

    Parameters and result as in ``grade_astct``.

    Source
    ------
    ctcae_v5. "Life-threatening" (4) is read as several vasopressors or a ventilator: an interpretation.
    """
    pressure = pressure_by_count(observations, hypotension(observations, age_years, rules), rules)
    support = worst([pressure, oxygen_by_fraction(observations, rules)])
    return _graded(observations, support, support, rules, "scales.crs_ctcae.fever_c")


def _graded(
    observations: Observations, support: Bounds, everything: Bounds, rules: Edition, key: str
) -> Graded:
    """Join fever with the other axes; a grade is given only where its bounds meet."""
    hot = fever(observations, rules)
    counts = fever_counts(observations, rules)
    low = np.maximum(everything.low, hot == 1)
    high = np.maximum(everything.high, hot != 0)
    definite = (counts == 1) & (low == high)
    no_crs = (counts == 0) & (support.high == 0)
    grade = np.where(definite, low, Grade.NOT_ASSESSABLE)
    grade = np.where(no_crs, Grade.NONE, grade)
    decided = np.where(everything.low > 0, everything.criterion, CrsCriterion.FEVER)
    decided = np.where(grade == 0, CrsCriterion.NO_CRS, decided)
    open_point = np.where(hot == -1, CrsCriterion.FEVER_UNKNOWN, everything.missing)
    open_point = np.where(everything.low != everything.high, everything.missing, open_point)
    open_point = np.where(counts == -1, CrsCriterion.FEVER_UNKNOWN, open_point)
    without_fever = (counts == 0) & (support.low > 0)
    open_point = np.where(without_fever, CrsCriterion.SUPPORT_WITHOUT_FEVER, open_point)
    criterion = np.where(grade == Grade.NOT_ASSESSABLE, open_point, decided)
    return Graded(grade.astype(np.int8), criterion.astype(np.int8), rules.sourced(key).source)
