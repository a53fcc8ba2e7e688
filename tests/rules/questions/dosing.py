"""Questions about the dose, its bags and clock, tocilizumab and other drugs, at one bedside.

``given`` holds numbers, lists and times as a chart would; what is left out is unknown. A rule that refuses
its input answers "refused", an edition that says nothing on it "not stated".
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from tests.rules.cases import Answer, Question
from tests.rules.questions.who import told

from livingdrug.bedside.care import SteroidOrder
from livingdrug.bedside.clock import read_moment
from livingdrug.bedside.dose_check import DoseAtHand, check_dose
from livingdrug.bedside.dosing import tell_dose
from livingdrug.bedside.infusion import (
    Bags,
    assess_bags,
    assess_identity,
    assess_premedication,
    assess_push,
    assess_rate,
    assess_thaw,
    assess_tocilizumab_stock,
    assess_whole_dose,
    bags_of_one,
    infusion_minutes,
    may_go_ahead,
    thaw_clock,
)
from livingdrug.bedside.rescue_drugs import RescueDrug, methylprednisolone_taper, rescue_dose
from livingdrug.bedside.steroid_dose import steroid_mg_per_day
from livingdrug.bedside.tocilizumab import TocilizumabLedger, dose_mg, empty_ledger, may_dose, record_dose
from livingdrug.bedside.tocilizumab_chart import chart_tocilizumab, next_tocilizumab, warn_of_the_step
from livingdrug.errors import BadInput, NotStated
from livingdrug.evidence import Edition
from livingdrug.patients import Indication

_FLAGS = {"yes": 1, "no": 0, "unknown": -1}


def number(given: dict[str, Any], name: str) -> np.ndarray:
    """Return a number as a column of one row; NaN where it is not given."""
    return np.array([float(given.get(name, np.nan))])


def flag(given: dict[str, Any], name: str) -> np.ndarray:
    """Return yes, no or unknown as a column of one row."""
    return np.array([_FLAGS[given.get(name, "unknown")]], dtype=np.int8)


def _moment(given: dict[str, Any], name: str) -> datetime:
    """Return a time with its offset, or the time of the case's ``zone`` by the clock on its wall."""
    if "zone" in given:
        return datetime.fromisoformat(given[name]).replace(tzinfo=ZoneInfo(given["zone"]))
    return read_moment(given[name], name)


def _moments(given: dict[str, Any], name: str) -> list[datetime]:
    texts = given.get(name, [])
    return [_moment(given | {name: text}, name) for text in texts]


def each(ask: Callable[[dict[str, Any], Edition], Answer]) -> Question:
    """Ask a rule of one case at a time."""

    def asked(given: dict[str, Any], rules: Edition) -> Answer:
        try:
            return ask(given.get("given", {}), rules)
        except NotStated:
            return Answer("not stated")
        except BadInput:
            return Answer("refused")

    return lambda cases, rules: [asked(given, rules) for given in cases]


def _bags(given: dict[str, Any]) -> Bags:
    cells = given.get("bag_cells")
    bags = bags_of_one(given["bag_volumes_ml"], cells)
    return Bags(number(given, "n_bags"), bags.volume_ml, bags.cells) if "n_bags" in given else bags


def _thaw_left(given: dict[str, Any], rules: Edition) -> Answer:
    return Answer(thaw_clock(_moment(given, "thawed_at"), _moment(given, "now"), rules).minutes_left)


def _thaw_deadline(given: dict[str, Any], rules: Edition) -> Answer:
    clock = thaw_clock(_moment(given, "thawed_at"), _moment(given, "now"), rules)
    return Answer(clock.deadline.isoformat(timespec="minutes"))


def _thaw_started_now(given: dict[str, Any], rules: Edition) -> Answer:
    minutes = float(infusion_minutes(number(given, "volume_ml"), number(given, "rate_ml_per_min"))[0])
    clock = thaw_clock(_moment(given, "thawed_at"), _moment(given, "now"), rules, minutes)
    return Answer(None if clock.started_now is None else int(clock.started_now.answer[0]))


def _go_ahead(given: dict[str, Any], rules: Edition) -> Answer:
    identity = assess_identity(flag(given, "bag_matches"), flag(given, "papers_match"), rules)
    others = [assess_thaw(number(given, "minutes_since_thaw"), rules)]
    return told(may_go_ahead(identity, others))


def _tocilizumab_now(given: dict[str, Any], rules: Edition) -> Answer:
    """Ask on the axis of the simulation, in days; ``hours`` of the doses and ``now`` in hours."""
    hours = given.get("hours", [])
    days = np.full((1, max(len(hours), int(rules.number("scales.tocilizumab.doses_recorded")))), np.nan)
    days[0, : len(hours)] = np.array(hours) / 24
    ledger = TocilizumabLedger(np.array([len(hours)]), days)
    return told(may_dose(ledger, given["now"] / 24, rules))


def _tocilizumab_record(given: dict[str, Any], rules: Edition) -> Answer:
    """Record so many doses, a day apart, in a ledger of the simulation."""
    ledger = empty_ledger(1, rules)
    for day in range(given["n_doses"]):
        ledger = record_dose(ledger, np.array([True]), float(day))
    return Answer(int(ledger.n_doses[0]))


def _tocilizumab_chart(given: dict[str, Any], rules: Edition) -> Answer:
    charted = chart_tocilizumab(_moments(given, "doses"), rules)
    odd = {"ENTERED_TWICE"} if charted.entered_twice else set()
    odd |= {"OUT_OF_ORDER"} if charted.out_of_order else set()
    odd |= {f"OUTSIDE_{reason.code}" for _, reason in charted.outside}
    return Answer(len(charted.given), frozenset(odd))


def _tocilizumab_next(given: dict[str, Any], rules: Edition) -> Answer:
    charted = chart_tocilizumab(_moments(given, "doses"), rules)
    found = next_tocilizumab(charted, _moment(given, "now"), given.get("at_hand"), rules)
    earliest = "none" if found.earliest is None else found.earliest.isoformat(timespec="minutes")
    because = frozenset(r.code for r in found.verdict.reasons if r.answer[0] != 1)
    return Answer(earliest, because)


def _tocilizumab_left(given: dict[str, Any], rules: Edition) -> Answer:
    charted = chart_tocilizumab(_moments(given, "doses"), rules)
    found = next_tocilizumab(charted, _moment(given, "now"), given.get("at_hand"), rules)
    return Answer([found.left_in_all, found.left_at_hand])


def _dose_told(given: dict[str, Any], rules: Edition) -> Answer:
    """Return what is said of a dose at its end: the verdict in words."""
    disease = np.array([int(Indication[given["indication"].upper()])])
    weight, cells = number(given, "weight_kg"), number(given, "dose_cells")
    words = tell_dose(disease, cells, weight, rules, 0)
    return Answer(words.rpartition(": ")[2].removesuffix(f" ({rules.name})"))


def _checked(given: dict[str, Any], rules: Edition) -> Answer:
    """Hold one dose at the bedside with identity and stock in order."""
    moments = {name: _moment(given, name) for name in ("thawed_at", "now") if name in given}
    known = {
        name: given[name] for name in ("bag_volumes_ml", "bag_cells", "rate_ml_per_min") if name in given
    }
    asked = DoseAtHand(
        Indication[given["indication"].upper()],
        given["weight_kg"],
        given["dose_cells"],
        bag_matches=1,
        papers_match=1,
        tocilizumab_at_hand=2,
        **moments,
        **known,
    )
    return told(check_dose(asked, rules).go_ahead)


def _rescue(given: dict[str, Any], rules: Edition) -> Answer:
    """Return one dose in mg, the shortest and longest interval in hours and the most in a day in mg."""
    found = rescue_dose(RescueDrug(given["drug"]), number(given, "weight_kg"), rules)
    return Answer([float(found.mg[0]), *found.interval_hours, found.max_mg_per_day])


def _taper(given: dict[str, Any], rules: Edition) -> Answer:
    return Answer([[step.mg, step.interval_hours, step.days] for step in methylprednisolone_taper(rules)])


QUESTIONS: dict[str, Question] = {
    "bags": each(lambda given, rules: told(assess_bags(_bags(given), number(given, "dose_cells"), rules))),
    "whole_dose": each(
        lambda given, rules: told(
            assess_whole_dose(number(given, "n_bags"), number(given, "n_bags_given"), rules)
        )
    ),
    "rate": each(lambda given, rules: told(assess_rate(number(given, "rate_ml_per_min"), rules))),
    "push": each(lambda given, rules: told(assess_push(number(given, "volume_ml"), rules))),
    "minutes": each(
        lambda given, rules: Answer(
            float(infusion_minutes(number(given, "volume_ml"), number(given, "rate_ml_per_min"))[0])
        )
    ),
    "thaw": each(lambda given, rules: told(assess_thaw(number(given, "minutes_since_thaw"), rules))),
    "thaw_minutes_left": each(_thaw_left),
    "thaw_deadline": each(_thaw_deadline),
    "thaw_in_time_when_started_now": each(_thaw_started_now),
    "premedication_in_time": each(
        lambda given, rules: told(assess_premedication(number(given, "minutes_before"), rules))
    ),
    "identity": each(
        lambda given, rules: told(
            assess_identity(flag(given, "bag_matches"), flag(given, "papers_match"), rules)
        )
    ),
    "go_ahead": each(_go_ahead),
    "checked_at_the_bedside": each(_checked),
    "dose_told": each(_dose_told),
    "tocilizumab_stock": each(
        lambda given, rules: told(
            assess_tocilizumab_stock(
                number(given, "at_hand"),
                rules,
                number(given, "further_within_hours") if "further_within_hours" in given else None,
            )
        )
    ),
    "tocilizumab_mg": each(lambda given, rules: Answer(float(dose_mg(number(given, "weight_kg"), rules)[0]))),
    "tocilizumab_step_warning": each(
        lambda given, rules: Answer(int(warn_of_the_step(number(given, "weight_kg"), rules)[0]))
    ),
    "tocilizumab_now": each(_tocilizumab_now),
    "tocilizumab_record": each(_tocilizumab_record),
    "tocilizumab_chart": each(_tocilizumab_chart),
    "tocilizumab_next": each(_tocilizumab_next),
    "tocilizumab_left": each(_tocilizumab_left),
    "rescue_dose": each(_rescue),
    "steroid_mg_per_day": each(
        lambda given, rules: Answer(
            float(
                steroid_mg_per_day(
                    np.array([SteroidOrder[given["order"].upper()]]), number(given, "weight_kg"), rules
                )[0]
            )
        )
    ),
    "methylprednisolone_taper": each(_taper),
}
