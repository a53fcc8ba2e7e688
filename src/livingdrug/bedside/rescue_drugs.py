"""Doses of the drugs that the management tables name beside tocilizumab: steroids, anakinra, siltuximab."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from livingdrug.errors import BadInput
from livingdrug.evidence import Edition, Sourced

_KEY = "scales.rescue_drugs"


class RescueDrug(Enum):
    """A drug with the regimen that a table names; the value is its place in ``scales.rescue_drugs``."""

    DEXAMETHASONE = "dexamethasone"
    METHYLPREDNISOLONE_BY_WEIGHT = "methylprednisolone_by_weight"
    METHYLPREDNISOLONE_PULSE = "methylprednisolone_pulse"
    ANAKINRA_ADULT = "anakinra_adult"
    ANAKINRA_CHILD = "anakinra_child"
    SILTUXIMAB = "siltuximab"
    INTRATHECAL_HYDROCORTISONE = "intrathecal_hydrocortisone"
    INTRATHECAL_METHOTREXATE = "intrathecal_methotrexate"


@dataclass(frozen=True)
class RescueDose:
    """One dose of a drug for each patient, and how often the source gives it.

    Attributes
    ----------
    mg : array (n,), mg
        NaN where the dose goes by weight and the weight is not known.
    interval_hours : (number, number), hour
        Shortest and longest time between doses; NaN where the source names none.
    max_mg_per_day : number, mg
        NaN where the source names none.
    limits : tuple of Sourced
        The values that the dose rests on, the amount first; ``evidence.is_unverified`` tells which of
        them were not read at their source.
    """

    mg: np.ndarray
    interval_hours: tuple[float, float]
    max_mg_per_day: float
    limits: tuple[Sourced, ...]


@dataclass(frozen=True)
class TaperStep:
    """One step of a falling dose: how much, how often, for how many days (NaN: until it is better)."""

    mg: float
    interval_hours: float
    days: float


def rescue_dose(drug: RescueDrug, weight_kg: np.ndarray, rules: Edition) -> RescueDose:
    """Return one dose of a drug by weight and cap, with its interval.

    mg = fixed amount, or min(mg/kg * weight, cap).

    Parameters
    ----------
    drug : RescueDrug
    weight_kg : array (n,), kg
        NaN unknown.
    rules : Edition

    Raises
    ------
    BadInput
        A weight that is not positive.

    Source
    ------
    scales.rescue_drugs: US label of 6/2025, ASCO 2021, CARTOX as reprinted, practice of centres.
    """
    if np.any(weight_kg <= 0):
        raise BadInput(f"weight_kg: got {np.min(weight_kg):g}, expected a positive weight")
    by_weight = _stated(drug, "mg_per_kg", rules)
    fixed, cap = _number(drug, "mg", rules), _number(drug, "max_mg", rules)
    mg = np.full(np.shape(weight_kg), fixed) if by_weight is None else weight_kg * rules.number(by_weight.key)
    shortest = _number(drug, "interval_hours_least", rules)
    longest = _number(drug, "interval_hours_most", rules)
    names = ("mg_per_kg", "mg", "max_mg", "interval_hours_least", "interval_hours_most", "max_mg_per_day")
    found = (_stated(drug, name, rules) for name in names)
    return RescueDose(
        mg=mg if np.isnan(cap) else np.minimum(mg, cap),
        interval_hours=(shortest, shortest if np.isnan(longest) else longest),
        max_mg_per_day=_number(drug, "max_mg_per_day", rules),
        limits=tuple(limit for limit in found if limit is not None),
    )


def _stated(drug: RescueDrug, name: str, rules: Edition) -> Sourced | None:
    """Return a value of the drug's table; None where its source states none."""
    return rules.values.get(f"{_KEY}.{drug.value}.{name}")


def _number(drug: RescueDrug, name: str, rules: Edition) -> float:
    found = _stated(drug, name, rules)
    return np.nan if found is None else rules.number(found.key)


def methylprednisolone_taper(rules: Edition) -> tuple[TaperStep, ...]:
    """Return the falling doses of methylprednisolone in CRS of grade 4 that tocilizumab does not help.

    Source
    ------
    santomasso_2021 (ASCO).
    """
    taper = f"{_KEY}.methylprednisolone_taper"
    amounts, lengths = rules.numbers(f"{taper}.mg"), rules.numbers(f"{taper}.days")
    hours = rules.number(f"{taper}.interval_hours")
    return tuple(TaperStep(mg, hours, days) for mg, days in zip(amounts, (*lengths, np.nan), strict=True))
