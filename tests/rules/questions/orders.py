"""Questions about what the simulation orders at one time, from a chart and what was done before.

``care`` holds what is remembered: ``doses_hours_ago`` of tocilizumab, in the order given; ``fever_hours``
that the fever has lasted; ``last_fever_hours_ago``; ``steroid_hours`` that a steroid for CRS has run; the
codes of ``CareState`` by name.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from tests.rules.cases import Answer, Question
from tests.rules.questions.observed import at_one_time
from tests.situations import situation_at

from livingdrug.bedside.answers import Graded
from livingdrug.bedside.care import (
    CareState,
    OptionReason,
    Orders,
    SteroidOrder,
    new_care_state,
    next_care_state,
)
from livingdrug.bedside.crs import grade_astct, grade_lee
from livingdrug.bedside.icans import grade_icans
from livingdrug.bedside.management import all_options
from livingdrug.bedside.options import Guideline, Toxicity, options_for
from livingdrug.bedside.steroid_dose import steroid_mg_per_day
from livingdrug.bedside.tocilizumab import TocilizumabLedger, empty_ledger
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition
from livingdrug.observations import Observations
from livingdrug.units import HOURS_PER_DAY

_DAY = 30.0
_ADULT_YEARS = 40.0
_IVIG_BELOW_G_PER_L = 4.0
_HOURS = {
    "fever_hours": "fever_began_day",
    "last_fever_hours_ago": "last_fever_day",
    "steroid_hours": "crs_steroid_began_day",
}
_SUPPORT = ("alternative", "icu", "ivig", "platelets", "red_cells", "gcsf")


def _care(given: dict[str, Any], day: float, rules: Edition) -> CareState:
    told = dict(given.get("care", {}))
    doses = told.pop("doses_hours_ago", [])
    days = empty_ledger(1, rules).last_doses_day
    days[0, : len(doses)] = [day - hours / HOURS_PER_DAY for hours in doses]
    columns = {"tocilizumab_first_day": days[:, 0]}
    for name, value in told.items():
        if name in _HOURS:
            columns[_HOURS[name]] = np.array([day - value / HOURS_PER_DAY])
        else:
            code = SteroidOrder[value.upper()] if isinstance(value, str) else value
            columns[name] = np.array([code], dtype=np.int8)
    return replace(
        new_care_state(1, rules), ledger=TocilizumabLedger(np.array([len(doses)]), days), **columns
    )


@dataclass(frozen=True)
class _Bedside:
    """One case as the rules of management take it."""

    now: Observations
    lee: Graded
    icans: Graded
    care: CareState
    weight_kg: np.ndarray
    day: float
    rules: Edition


def _bedside(given: dict[str, Any], rules: Edition) -> _Bedside:
    now, day = at_one_time([given]), float(given.get("day", _DAY))
    return _Bedside(
        now=now,
        lee=grade_lee(now, rules),
        icans=grade_icans(now, np.array([_ADULT_YEARS]), rules),
        care=_care(given, day, rules),
        weight_kg=np.array([float(given.get("weight_kg", np.nan))]),
        day=day,
        rules=rules,
    )


def _orders(bed: _Bedside) -> Orders:
    astct = grade_astct(bed.now, bed.rules)
    return all_options(
        bed.now, astct, bed.lee, bed.icans, bed.care, bed.weight_kg, bed.day, bed.rules, _IVIG_BELOW_G_PER_L
    )


def _tocilizumab(bed: _Bedside) -> Answer:
    orders = _orders(bed)
    mg = float(orders.tocilizumab_mg[0]) if orders.tocilizumab[0] else "none"
    return Answer(mg, frozenset({OptionReason(int(orders.tocilizumab_reason[0])).name.lower()}))


def _steroid(kind: str) -> Callable[[_Bedside], Answer]:
    def tell(bed: _Bedside) -> Answer:
        orders = _orders(bed)
        order, reason = getattr(orders, f"{kind}_steroid")[0], getattr(orders, f"{kind}_steroid_reason")[0]
        return Answer(
            SteroidOrder(int(order)).name.lower(), frozenset({OptionReason(int(reason)).name.lower()})
        )

    return tell


def _support(bed: _Bedside) -> Answer:
    orders = _orders(bed)
    return Answer([name for name in _SUPPORT if getattr(orders, name)[0]])


def _running(bed: _Bedside) -> Answer:
    """Return what the steroid for CRS that runs amounts to in a day, in mg of methylprednisolone."""
    return Answer(float(steroid_mg_per_day(bed.care.crs_steroid, bed.weight_kg, bed.rules)[0]))


def _hours_since(day: np.ndarray, bed: _Bedside) -> float | str:
    return "none" if np.isnan(day[0]) else round((bed.day - float(day[0])) * HOURS_PER_DAY, 6)


def _remembered(bed: _Bedside) -> Answer:
    """Return, after this time, doses so far and hours since the first, since a steroid, since one for CRS."""
    after = next_care_state(bed.care, _orders(bed), bed.now, bed.lee, bed.day, bed.rules)
    days = (after.tocilizumab_first_day, after.steroid_first_day, after.crs_steroid_began_day)
    return Answer([int(after.ledger.n_doses[0]), *(_hours_since(day, bed) for day in days)])


def _listed(bed: _Bedside) -> Answer:
    """Return the treatments of the label that a list from the chart shows, "?" where not assessable."""
    both = situation_at(0, bed.now, bed.lee, bed.icans, bed.care, bed.weight_kg, bed.day, bed.rules)
    found = [
        option
        for toxicity, situation in zip((Toxicity.CRS, Toxicity.ICANS), both, strict=True)
        for option in options_for(toxicity, situation, Guideline.LABEL, bed.rules)
        if option.drug and option.answer
    ]
    return Answer([option.id if option.answer == 1 else f"? {option.id}" for option in found])


def _each(tell: Callable[[_Bedside], Answer]) -> Question:
    def one(given: dict[str, Any], rules: Edition) -> Answer:
        try:
            return tell(_bedside(given, rules))
        except BadInput as problem:
            return Answer(f"refused: {problem}")

    return lambda cases, rules: [one(given, rules) for given in cases]


QUESTIONS: dict[str, Question] = {
    "ordered_tocilizumab": _each(_tocilizumab),
    "ordered_for_crs": _each(_steroid("crs")),
    "ordered_for_icans": _each(_steroid("icans")),
    "ordered_beside": _each(_support),
    "methylprednisolone_mg_a_day": _each(_running),
    "remembered": _each(_remembered),
    "listed_from_the_chart": _each(_listed),
}
