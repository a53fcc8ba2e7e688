"""The options that a guideline names for a toxicity, each with the criteria that this patient meets."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.answers import MET, NOT_ASSESSABLE, NOT_MET
from livingdrug.bedside.bounds import Grade
from livingdrug.bedside.options.criteria import Judged, judge
from livingdrug.bedside.options.doses import OptionDose, dose_of
from livingdrug.bedside.options.rows import InputLimits, OptionRow, all_rows, doubts, input_limits, rows_of
from livingdrug.bedside.options.situation import Guideline, Kind, Scale, Situation, Toxicity
from livingdrug.bedside.options.words import with_unit
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition

GRADES = tuple(grade.value for grade in Grade if grade is not Grade.NOT_ASSESSABLE)


@dataclass(frozen=True)
class Option:
    """One option for one patient, with all that it rests on.

    Attributes
    ----------
    id : str
    toxicity : Toxicity
    guideline : Guideline
    scale : Scale or None
        By which its grades count.
    kind : Kind
    text : str
        What it is.
    answer : int
        1 all criteria met, 0 one is not, -1 one is not assessable.
    criteria : tuple of Judged
    drug : str
    dose : OptionDose or None
    note, source, where : str
    unverified, assumed : tuple of str
        Evidence keys, or the row itself, not read at their source; keys that are this project's own reading.
    """

    id: str
    toxicity: Toxicity
    guideline: Guideline
    scale: Scale | None
    kind: Kind
    text: str
    answer: int
    criteria: tuple[Judged, ...]
    drug: str
    dose: OptionDose | None
    note: str
    source: str
    where: str
    unverified: tuple[str, ...]
    assumed: tuple[str, ...]


def options_for(
    toxicity: Toxicity, situation: Situation, guideline: Guideline, rules: Edition
) -> tuple[Option, ...]:
    """List every option that a guideline names for a toxicity: met, not met or not assessable.

    Parameters
    ----------
    toxicity : Toxicity
    situation : Situation
        One patient now.
    guideline : Guideline
        Of the label, the rows that hold in the edition.
    rules : Edition

    Raises
    ------
    BadInput
        A grade, a number or a number of doses that cannot be.

    Source
    ------
    scales.options, scales.option_criteria, scales.option_limits
    """
    _check(situation)
    return tuple(_option(row, situation, rules) for row in rows_of(toxicity, guideline, rules))


def _option(row: OptionRow, situation: Situation, rules: Edition) -> Option:
    criteria = judge(row, situation, rules)
    answers = {criterion.answer for criterion in criteria}
    unverified, assumed = doubts(row, rules)
    return Option(
        id=row.id,
        toxicity=row.toxicity,
        guideline=row.guideline,
        scale=row.scale,
        kind=row.kind,
        text=row.option,
        answer=NOT_MET if NOT_MET in answers else NOT_ASSESSABLE if NOT_ASSESSABLE in answers else MET,
        criteria=criteria,
        drug=row.drug,
        dose=dose_of(row, situation.weight_kg, rules),
        note=row.note,
        source=row.source,
        where=row.where,
        unverified=unverified,
        assumed=assumed,
    )


def guidelines_for(toxicity: Toxicity) -> tuple[Guideline, ...]:
    """Return the guidelines that state anything on a toxicity, in the order of their enumeration."""
    stating = {row.guideline for row in all_rows() if row.toxicity == toxicity}
    return tuple(guideline for guideline in Guideline if guideline in stating)


def _check(situation: Situation) -> None:
    """Refuse what cannot be: a grade off the scale, a number out of its limits, fewer doses than times."""
    _check_grades(situation)
    for name, value in vars(situation).items():
        if isinstance(value, float) and np.isnan(value):
            raise BadInput(f"{name}: got nan, expected a number, or nothing where it is not known")
    for limits in input_limits():
        _check_range(getattr(situation, limits.input), limits)
    n, known = situation.tocilizumab_doses, len(situation.tocilizumab_hours_ago)
    if n is not None and n < known:
        raise BadInput(f"tocilizumab_doses: got {n}, expected at least the {known} whose time is given")
    _check_infections(situation)


def _check_infections(situation: Situation) -> None:
    """Refuse serious infections that recur beside none that recur, or none that is serious."""
    for name in ("recurrent_infection", "serious_infection"):
        if situation.serious_recurrent_infection and getattr(situation, name) is False:
            raise BadInput(f"{name}: got no, expected yes, for serious_recurrent_infection is yes")


def _check_grades(situation: Situation) -> None:
    for name, grade in (("grade", situation.grade), ("crs_grade", situation.crs_grade)):
        if grade is not None and grade not in GRADES:
            raise BadInput(f"{name}: got {grade}, expected {GRADES[0]} to {GRADES[-1]}")
    graded, said = situation.crs_grade, situation.with_crs
    if None not in (graded, said) and (graded != Grade.NONE) != said:
        raise BadInput(f"crs_grade: got {graded}, expected a grade that agrees with with_crs")


def _check_range(value: float | tuple[float, ...] | None, limits: InputLimits) -> None:
    """Refuse a number that no patient has: most likely it has another unit."""
    values = value if isinstance(value, tuple) else () if value is None else (value,)
    for one in values:
        if not limits.low <= one <= limits.high:
            most = with_unit(limits.high, limits.unit)
            raise BadInput(f"{limits.input}: got {one:g}, expected {limits.low:g} to {most}")


def scales_asked(options: Iterable[Option]) -> tuple[Scale, ...]:
    """Return the scales by which the grade counts in some options, in the order of their enumeration."""
    asked = {option.scale for option in options if any(c.input == "grade" for c in option.criteria)}
    return tuple(scale for scale in Scale if scale in asked)
