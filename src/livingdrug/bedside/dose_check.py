"""One dose at the bedside: window, bags, rate, thaw clock, identity and tocilizumab, for one patient."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from livingdrug.bedside.answers import NOT_ASSESSABLE, Verdict
from livingdrug.bedside.dosing import DoseWindow, assess_dose, dose_window, tell_dose
from livingdrug.bedside.infusion import (
    ThawClock,
    assess_bags,
    assess_identity,
    assess_premedication,
    assess_push,
    assess_rate,
    assess_tocilizumab_stock,
    assess_whole_dose,
    bags_of_one,
    infusion_minutes,
    may_go_ahead,
    thaw_clock,
    total,
)
from livingdrug.bedside.tocilizumab import dose_mg, states_dose
from livingdrug.bedside.tocilizumab_chart import (
    ChartedTocilizumab,
    NextTocilizumab,
    chart_tocilizumab,
    next_tocilizumab,
    warn_of_the_step,
)
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition
from livingdrug.patients import Indication


@dataclass(frozen=True)
class DoseAtHand:
    """What is known of one dose at the bedside; None, NaN and -1 are unknown.

    Attributes
    ----------
    indication : Indication
    weight_kg : number, kg
        At leukapheresis.
    weight_now_kg : number or None, kg
        On the day, for tocilizumab; without it the dose is worked from the weight at leukapheresis.
    dose_cells : number, cells
        CAR-positive viable T cells of the whole dose.
    bag_volumes_ml, bag_cells : sequence of number or None
        One for each bag.
    rate_ml_per_min : number or None
    thawed_at, now : datetime or None
        Of the bag in hand.
    bag_matches, papers_match : int
        Identifiers: 1 match, 0 mismatch, -1 not checked.
    minutes_since_premedication : number or None
        From premedication to the infusion.
    n_bags_given : int or None
    tocilizumab_given : sequence of datetime
    none_given : bool
        It is known that no tocilizumab was given; otherwise no entry says only that none was entered.
    tocilizumab_at_hand : int or None
    hours_to_further_tocilizumab : number, hour
        How soon a further dose could be had.
    """

    indication: Indication
    weight_kg: float
    dose_cells: float
    bag_volumes_ml: Sequence[float] | None = None
    bag_cells: Sequence[float] | None = None
    rate_ml_per_min: float | None = None
    weight_now_kg: float | None = None
    minutes_since_premedication: float | None = None
    n_bags_given: int | None = None
    thawed_at: datetime | None = None
    now: datetime | None = None
    bag_matches: int = NOT_ASSESSABLE
    papers_match: int = NOT_ASSESSABLE
    tocilizumab_given: Sequence[datetime] = ()
    none_given: bool = False
    tocilizumab_at_hand: int | None = None
    hours_to_further_tocilizumab: float = np.nan


@dataclass(frozen=True)
class DoseCheck:
    """What the rules say of one dose.

    ``bags``, ``rate``, ``push``, ``thaw``, ``premedication`` and ``whole_dose`` are None where nothing was
    said of them; ``minutes_per_bag`` is empty without bags and rate. ``go_ahead`` joins all that was asked,
    but for ``whole_dose``, which looks back; without a confirmed identity it is no. ``tocilizumab_mg`` is
    NaN where the edition states no dose, ``next_tocilizumab`` None without the time now.
    """

    asked: DoseAtHand
    rules: Edition
    window: DoseWindow
    told: str
    dose: Verdict
    bags: Verdict | None
    rate: Verdict | None
    push: Verdict | None
    premedication: Verdict | None
    whole_dose: Verdict | None
    minutes_per_bag: tuple[float, ...]
    thaw: ThawClock | None
    identity: Verdict
    stock: Verdict
    go_ahead: Verdict
    tocilizumab_mg: float
    warn_of_the_step: bool
    charted: ChartedTocilizumab
    next_tocilizumab: NextTocilizumab | None


def check_dose(asked: DoseAtHand, rules: Edition) -> DoseCheck:
    """Hold one dose, its bags, its clock and its papers against one edition.

    Parameters
    ----------
    asked : DoseAtHand
    rules : Edition

    Raises
    ------
    BadInput
        A weight, dose, volume or rate out of range, times without a zone, a thaw without the time now, or
        doses of tocilizumab beside the word that none was given.

    Source
    ------
    label.dose, label.infusion, scales.tocilizumab
    """
    indication, weight, cells = (
        np.array([value]) for value in (int(asked.indication), asked.weight_kg, asked.dose_cells)
    )
    dose = assess_dose(indication, cells, weight, rules)
    matches = np.array([[asked.bag_matches], [asked.papers_match]], dtype=np.int8)
    identity = assess_identity(matches[0], matches[1], rules)
    bags, push = _bags(asked, rules)
    rate = None if asked.rate_ml_per_min is None else assess_rate(np.array([asked.rate_ml_per_min]), rules)
    minutes = _minutes(asked)
    thaw = _thaw(asked, minutes, rules)
    at_hand = np.nan if asked.tocilizumab_at_hand is None else float(asked.tocilizumab_at_hand)
    stock = assess_tocilizumab_stock(
        np.array([at_hand]), rules, np.array([asked.hours_to_further_tocilizumab])
    )
    premedication = _premedication(asked, rules)
    weight_now = weight if asked.weight_now_kg is None else np.array([asked.weight_now_kg])
    if asked.none_given and asked.tocilizumab_given:
        raise BadInput("tocilizumab_given: got doses, expected none beside the word that none was given")
    clock = () if thaw is None else (thaw.verdict, thaw.started_now)
    others = [
        dose,
        stock,
        *(verdict for verdict in (bags, rate, premedication, *clock) if verdict is not None),
    ]
    charted = chart_tocilizumab(asked.tocilizumab_given, rules)
    stated = states_dose(rules)
    return DoseCheck(
        asked=asked,
        rules=rules,
        window=dose_window(indication, weight, rules),
        told=tell_dose(indication, cells, weight, rules, 0),
        dose=dose,
        bags=bags,
        rate=rate,
        push=push,
        premedication=premedication,
        whole_dose=_whole_dose(asked, rules),
        minutes_per_bag=minutes,
        thaw=thaw,
        identity=identity,
        stock=stock,
        go_ahead=may_go_ahead(identity, others),
        tocilizumab_mg=float(dose_mg(weight_now, rules)[0]) if stated else np.nan,
        warn_of_the_step=stated and bool(warn_of_the_step(weight_now, rules)[0]),
        charted=charted,
        next_tocilizumab=None
        if asked.now is None
        else next_tocilizumab(charted, asked.now, asked.tocilizumab_at_hand, rules),
    )


def _bags(asked: DoseAtHand, rules: Edition) -> tuple[Verdict | None, Verdict | None]:
    """Return what the rules say of the bags, and of a push of their whole volume."""
    if asked.bag_volumes_ml is None:
        if asked.bag_cells is not None:
            raise BadInput("bag_cells: got cells of bags without their volumes, expected both")
        return None, None
    bags = bags_of_one(asked.bag_volumes_ml, asked.bag_cells)
    verdict = assess_bags(bags, np.array([asked.dose_cells]), rules)
    return verdict, assess_push(total(bags, bags.volume_ml), rules)


def _premedication(asked: DoseAtHand, rules: Edition) -> Verdict | None:
    if asked.minutes_since_premedication is None:
        return None
    return assess_premedication(np.array([asked.minutes_since_premedication]), rules)


def _whole_dose(asked: DoseAtHand, rules: Edition) -> Verdict | None:
    """Return whether all bags were given."""
    if asked.n_bags_given is None:
        return None
    if asked.bag_volumes_ml is None:
        raise BadInput("n_bags_given: got bags given without their volumes, expected both")
    n_bags, n_given = float(len(asked.bag_volumes_ml)), float(asked.n_bags_given)
    return assess_whole_dose(np.array([n_bags]), np.array([n_given]), rules)


def _minutes(asked: DoseAtHand) -> tuple[float, ...]:
    """Return how long each bag runs."""
    rate = asked.rate_ml_per_min
    if rate is None or asked.bag_volumes_ml is None:
        return ()
    return tuple(float(m) for m in infusion_minutes(np.array(asked.bag_volumes_ml), np.array(rate)))


def _thaw(asked: DoseAtHand, minutes: tuple[float, ...], rules: Edition) -> ThawClock | None:
    if asked.thawed_at is None:
        return None
    if asked.now is None:
        raise BadInput("now: not given, expected the time now beside the time of thaw")
    return thaw_clock(asked.thawed_at, asked.now, rules, max(minutes) if minutes else None)
