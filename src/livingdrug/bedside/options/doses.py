"""Dose of an option as its source states it, and for this patient where the weight is known."""

from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.options.rows import OptionRow, figure
from livingdrug.bedside.rescue_drugs import RescueDrug, methylprednisolone_taper, rescue_dose
from livingdrug.bedside.tocilizumab import dose_mg
from livingdrug.evidence import Edition

_TOCILIZUMAB = "scales.tocilizumab.mg_per_kg_"
_RESCUE = "scales.rescue_drugs."
_TAPER = "scales.rescue_drugs.methylprednisolone_taper"
_PER_KG = ("mg/kg", "ug/kg")


@dataclass(frozen=True)
class OptionDose:
    """A dose as stated and for one patient.

    Attributes
    ----------
    stated : str
        Amount as the source states it.
    how_often : str
        Interval, limits and days.
    for_patient : (number, number) or None
        Least and greatest single dose in ``unit``; None where the weight it needs is not known.
    unit : str
        mg or ug.
    """

    stated: str
    how_often: str
    for_patient: tuple[float, float] | None
    unit: str


def dose_of(row: OptionRow, weight_kg: float | None, rules: Edition) -> OptionDose | None:
    """Return the dose of an option; None where its source states none.

    Raises
    ------
    BadInput
        A weight that is not positive.
    """
    cell = row.figures["dose"]
    if not cell:
        return None
    weight = np.array([np.nan if weight_kg is None else weight_kg])
    if cell == _TOCILIZUMAB:
        mg = float(dose_mg(weight, rules)[0])
        return OptionDose(_tocilizumab_words(rules), _how_often(row, rules), _known(mg, mg), "mg")
    if cell == _TAPER:
        return _taper(rules)
    if cell.startswith(_RESCUE):
        return _rescue(RescueDrug(cell.removeprefix(_RESCUE)), row, weight, rules)
    return _own(row, weight, rules)


def _known(low: float, high: float) -> tuple[float, float] | None:
    return None if np.isnan(low) else (float(low), float(high))


def _tocilizumab_words(rules: Edition) -> str:
    limit = rules.number("scales.tocilizumab.weight_limit_kg")
    below, from_limit = (rules.number(f"{_TOCILIZUMAB}{side}") for side in ("below", "from"))
    most = rules.number("scales.tocilizumab.max_mg")
    return f"{below:g} mg/kg below {limit:g} kg, {from_limit:g} mg/kg from {limit:g} kg, at most {most:g} mg"


def _span(low: float, high: float | None) -> str:
    return f"{low:g}" if high is None or high == low else f"{low:g} to {high:g}"


def _own(row: OptionRow, weight: np.ndarray, rules: Edition) -> OptionDose | None:
    """Return a dose that the row itself states, or by the key of a single number."""
    low, high = (figure(row.figures[name], rules) for name in ("dose", "dose_high"))
    if low is None:
        return None
    most = figure(row.figures["most_mg"], rules)
    by_weight = row.unit in _PER_KG
    ends = np.array([low, low if high is None else high]) * (weight[0] if by_weight else 1.0)
    ends = ends if most is None else np.minimum(ends, most)
    uncapped = ", no cap stated" if row.drug == "tocilizumab" else ""
    capped = uncapped if most is None else f", at most {most:g} mg"
    stated = f"{_span(low, high)} {row.unit}{capped}"
    return OptionDose(stated, _how_often(row, rules), _known(ends[0], ends[1]), row.unit.removesuffix("/kg"))


def _rescue(drug: RescueDrug, row: OptionRow, weight: np.ndarray, rules: Edition) -> OptionDose:
    """Return the dose of a drug beside tocilizumab; how often by the row where it says so."""
    found = rescue_dose(drug, weight, rules)
    mg = float(found.mg[0])
    stated = ", at most ".join(
        f"{rules.number(value.key):g} {value.unit}"
        for value in found.limits
        if value.key.endswith(("mg", "mg_per_kg"))
    )
    often = _how_often(row, rules, found.interval_hours)
    if not np.isnan(found.max_mg_per_day):
        often = f"{often}, at most {found.max_mg_per_day:g} mg a day"
    return OptionDose(stated, often, _known(mg, mg), "mg")


def _taper(rules: Edition) -> OptionDose:
    steps = methylprednisolone_taper(rules)
    words = [
        f"{step.mg:g} mg {_every(step.interval_hours, step.interval_hours)}"
        + ("" if np.isnan(step.days) else f" for {step.days:g} days")
        for step in steps
    ]
    return OptionDose(", then ".join(words), "", (steps[0].mg, steps[0].mg), "mg")


def _every(low: float, high: float) -> str:
    return "" if np.isnan(low) else f"every {_span(low, high)} hours"


def _how_often(row: OptionRow, rules: Edition, usual_hours: tuple[float, float] = (np.nan, np.nan)) -> str:
    """Write interval and limits of a row; the usual interval of the drug where the row states none."""
    low, high = (figure(row.figures[name], rules) for name in ("interval_hours", "interval_hours_high"))
    per_day, in_all = (figure(row.figures[name], rules) for name in ("most_per_day", "most_in_all"))
    days = figure(row.figures["days"], rules)
    parts = [
        _every(*usual_hours) if low is None else _every(low, low if high is None else high),
        "" if per_day is None else f"at most {per_day:g} in 24 hours",
        "" if in_all is None else f"at most {in_all:g} in all",
        "" if days is None else f"for {days:g} days",
    ]
    return ", ".join(part for part in parts if part)
