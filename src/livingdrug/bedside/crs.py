"""Cytokine release syndrome graded on four scales from what was observed.

All four ask for a fever of 38.0 C that nothing else explains, or for one that an antipyretic,
tocilizumab or a steroid now hides. ASTCT says so; for the other three this is how "CRS" is told from
other illness here. Without it, support (pressor, oxygen) is "not assessable: ask", never a grade; an
organ value alone never makes CRS. A missing input widens what is possible; a grade is given only when
every possibility agrees. Grade 5 (death due to CRS) is not read from observations: see ``with_death``.
"""

import numpy as np

from livingdrug.bedside.answers import MET, NOT_ASSESSABLE, NOT_MET, Graded, choose
from livingdrug.bedside.bounds import Grade, with_death_of, worst
from livingdrug.bedside.crs_axes import (
    CrsCriterion,
    Signs,
    hypotension,
    hypotension_criterion,
    pressure_by_count,
    pressure_by_dose,
    read_signs,
)
from livingdrug.bedside.crs_support import (
    Axes,
    axes_penn,
    organs_lee,
    oxygen_by_device,
    oxygen_by_fraction,
    oxygen_ctcae,
)
from livingdrug.evidence import Edition
from livingdrug.observations import Observations


def grade_astct(
    observations: Observations,
    rules: Edition,
    age_years: np.ndarray | None = None,
    signs: Signs | None = None,
) -> Graded:
    """Grade CRS by the ASTCT consensus: fever, and the worse of blood pressure and oxygen.

    Parameters
    ----------
    observations : Observations
        Of any shape, (n,) or (n, t).
    rules : Edition
        The evidence.
    age_years : array (n,), optional
        Sets the limit of low systolic pressure in children; without it the adult limit holds.
    signs : Signs, optional
        Those of these observations, where they have been read before.

    Returns
    -------
    Graded
        Grade 0 to 4, or -1; ``criterion`` is a ``CrsCriterion``.

    Source
    ------
    lee_2019. Organ toxicity does not count. Vasopressin alone is not in the table: its grade is assumed
    and its criterion says so.
    """
    signs = signs or read_signs(observations, rules)
    low_pressure = hypotension(observations, age_years, rules)
    because = hypotension_criterion(observations, age_years, rules)
    vasopressin_alone = int(rules.number("scales.crs_astct.vasopressin_alone_grade"))
    pressure = pressure_by_count(observations, signs, low_pressure, because, vasopressin_alone, Grade.FOUR)
    support = worst([pressure, oxygen_by_device(observations, rules)])
    return _graded(Axes(support, support), signs, rules.sourced("scales.crs_astct.fever_c").source)


def grade_lee(
    observations: Observations,
    rules: Edition,
    age_years: np.ndarray | None = None,
    signs: Signs | None = None,
) -> Graded:
    """Grade CRS by Lee 2014: pressor dose, inspired oxygen, and organ toxicity by CTCAE.

    Parameters and result as in ``grade_astct``.

    Source
    ------
    lee_2014 with its erratum. Limits of a high vasopressor dose are unverified. Ventilation by mask
    is not in the table; it counts as much oxygen. Organs: creatinine, bilirubin, ALT and dialysis.
    """
    signs = signs or read_signs(observations, rules)
    vasopressin_alone = int(rules.number("scales.crs_lee.vasopressin_alone_grade"))
    pressure = pressure_by_dose(
        observations,
        signs,
        hypotension(observations, age_years, rules),
        hypotension_criterion(observations, age_years, rules),
        grades=(Grade.TWO, vasopressin_alone, Grade.TWO, Grade.THREE),
        several_are_high=True,
    )
    support = worst([pressure, oxygen_by_fraction(observations, rules)])
    everything = worst([support, organs_lee(observations, rules)])
    source = rules.sourced("scales.crs_lee.fio2_percent").source
    return _graded(Axes(support, everything), signs, source)


def grade_penn(
    observations: Observations, rules: Edition, signs: Signs | None = None, axes: Axes | None = None
) -> Graded:
    """Grade CRS by the Penn scale of the ALL and large B-cell lymphoma trials: by the treatment needed.

    Grade 2 intravenous treatment, admission for CRS, creatinine grade 2 or liver tests grade 3;
    grade 3 fluid boluses or a low-dose pressor, any oxygen up to BiPAP, plasma or fibrinogen, creatinine
    grade 3 or liver tests grade 4; grade 4 a high-dose pressor or mechanical ventilation.

    ``signs`` and ``axes`` are those of these observations, where they have been read before.

    Source
    ------
    porter_2018. The scale says several fluid boluses; the observation says only that fluid was needed.
    Low pressure that was not treated does not grade.
    """
    signs = signs or read_signs(observations, rules)
    axes = axes or axes_penn(observations, signs, rules)
    return _graded(axes, signs, rules.sourced("scales.crs_penn.fluid_bolus_grade").source)


def grade_ctcae(observations: Observations, rules: Edition, age_years: np.ndarray | None = None) -> Graded:
    """Grade CRS by CTCAE version 5: fluids or oxygen below 40% 2; one pressor or 40% and more 3.

    Parameters and result as in ``grade_astct``.

    Source
    ------
    ctcae_v5. "Life-threatening" (4) is read as several vasopressors or a ventilator: an interpretation.
    """
    signs = read_signs(observations, rules)
    low_pressure = hypotension(observations, age_years, rules)
    because = hypotension_criterion(observations, age_years, rules)
    vasopressin_alone = int(rules.number("scales.crs_ctcae.vasopressin_alone_grade"))
    several = int(rules.number("scales.crs_ctcae.several_vasopressors_grade"))
    pressure = pressure_by_count(observations, signs, low_pressure, because, vasopressin_alone, several)
    support = worst([pressure, oxygen_ctcae(observations, rules)])
    return _graded(Axes(support, support), signs, rules.sourced("scales.crs_ctcae.fio2_percent").source)


def with_death(graded: Graded, died_of_crs: np.ndarray) -> Graded:
    """Return the grades, on any of the scales, with a death due to CRS as grade 5 (see ``with_death_of``)."""
    return with_death_of(graded, died_of_crs, CrsCriterion.DEATH, CrsCriterion.CAUSE_OF_DEATH_UNKNOWN)


def _graded(axes: Axes, signs: Signs, source: str) -> Graded:
    """Join fever with the other axes; a grade is given only where its bounds meet.

    Without a fever that counts for certain nothing is certain but that there is no CRS.
    """
    support, everything, hot, counts = axes.support, axes.everything, signs.fever, signs.counts
    low = np.maximum(everything.low, hot == MET)
    high = np.maximum(everything.high, hot != NOT_MET)
    no_crs = (counts == NOT_MET) & (support.high == Grade.NONE.value)
    lowest, highest = choose(counts == MET, low, Grade.NONE), choose(no_crs, Grade.NONE, high)
    grade = choose(lowest == highest, lowest, Grade.NOT_ASSESSABLE)
    decided = choose(everything.low > 0, everything.criterion, CrsCriterion.FEVER)
    decided = choose(grade == Grade.NONE.value, CrsCriterion.NO_CRS, decided)
    unsure_of_fever = (counts == NOT_ASSESSABLE) | (everything.low == everything.high)
    open_point = choose(unsure_of_fever, CrsCriterion.FEVER_UNKNOWN, everything.missing)
    without_fever = choose(support.low > 0, CrsCriterion.SUPPORT_WITHOUT_FEVER, support.missing)
    open_point = choose(counts == NOT_MET, without_fever, open_point)
    criterion = choose(grade == Grade.NOT_ASSESSABLE.value, open_point, decided)
    return Graded(grade, criterion, source, lowest, highest)
