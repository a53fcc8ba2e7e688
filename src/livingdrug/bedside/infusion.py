"""The product at the bedside: its bags, rate and thaw clock, premedication, identity and what is at hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from livingdrug.bedside.answers import (
    MET,
    NOT_ASSESSABLE,
    NOT_MET,
    Reason,
    Verdict,
    all_of,
    combine,
    tri,
)
from livingdrug.bedside.clock import minutes_after, minutes_between
from livingdrug.bedside.limits import at_least, at_most, flag, number_or_nan, reason
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition

_INFUSION = "label.infusion"


@dataclass(frozen=True)
class Bags:
    """The bags of one dose for each patient; columns from ``n_bags`` on stand for no bag.

    Attributes
    ----------
    n_bags : array (n,), count
    volume_ml : array (n, bags), mL
        NaN where the volume of a bag is not known.
    cells : array (n, bags), cells
        CAR-positive viable T cells in each bag; NaN where not known.
    """

    n_bags: np.ndarray
    volume_ml: np.ndarray
    cells: np.ndarray


def bags_of_one(volumes_ml: Sequence[float], cells: Sequence[float] | None = None) -> Bags:
    """Return the bags of one patient.

    Raises
    ------
    BadInput
        No bag, a volume or a number of cells below 0, or lists of different lengths.
    """
    cells = [np.nan] * len(volumes_ml) if cells is None else cells
    if not volumes_ml or len(cells) != len(volumes_ml):
        raise BadInput(
            f"bags: got {len(volumes_ml)} volumes and {len(cells)} numbers of cells, expected one each"
        )
    _refuse_below_zero("bag_volumes_ml", volumes_ml, "mL")
    _refuse_below_zero("bag_cells", cells, "cells")
    return Bags(
        n_bags=np.array([float(len(volumes_ml))]),
        volume_ml=np.array([volumes_ml], dtype=float),
        cells=np.array([cells], dtype=float),
    )


def _refuse_below_zero(field: str, values: Sequence[float], unit: str) -> None:
    for value in values:
        if value < 0:
            raise BadInput(f"{field}: got {value:g}, expected 0 {unit} or more")


def _columns(bags: Bags, values: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return, bag by bag, whether each patient has that bag, and its value."""
    return [(bags.n_bags > j, values[:, j]) for j in range(values.shape[1])]


def total(bags: Bags, values: np.ndarray) -> np.ndarray:
    """Return the sum over the bags that each patient has, (n,); NaN where one is not known."""
    whole = np.where(np.isnan(bags.n_bags), np.nan, 0.0)
    for there, value in _columns(bags, values):
        whole = whole + np.where(there, value, 0.0)
    return whole


def assess_bags(bags: Bags, dose_cells: np.ndarray, rules: Edition) -> Verdict:
    """Answer whether the bags are as the edition describes them and hold the whole dose.

    Parameters
    ----------
    bags : Bags
    dose_cells : array (n,), cells
        The whole dose; the cells of the bags must add up to it, but for the rounding of the papers.
    rules : Edition

    Returns
    -------
    Verdict
        An upper number of bags that the edition does not state limits nothing.

    Source
    ------
    label.infusion.bags: US sections 2.3 and 3; EU sections 4.2 and 6.5.
    """
    least, most = rules.number(f"{_INFUSION}.bags.least"), number_or_nan(rules, f"{_INFUSION}.bags.most")
    number = at_least(bags.n_bags, least)
    if not np.isnan(most):
        number = all_of([number, at_most(bags.n_bags, most)])
    upper = "" if np.isnan(most) else f", at most {most:g}"
    limit = "least" if np.isnan(most) else "most"
    return combine(
        [
            reason(rules, f"{_INFUSION}.bags.{limit}", "N_BAGS", f"At least {least:g} bag{upper}", number),
            _bag_volumes(bags, rules),
            _cells_of_bags(bags, dose_cells, rules),
        ]
    )


def assess_whole_dose(n_bags: np.ndarray, n_bags_given: np.ndarray, rules: Edition) -> Verdict:
    """Answer whether all bags were given: they make up one dose (label.infusion.bags.all_needed)."""
    complete = tri(n_bags_given == n_bags, ~np.isnan(n_bags_given) & ~np.isnan(n_bags))
    key, text = f"{_INFUSION}.bags.all_needed", "All bags given: they make up one dose"
    asked = np.where(flag(rules, key), complete, MET).astype(np.int8)
    return combine([reason(rules, key, "WHOLE_DOSE", text, asked)])


def _bag_volumes(bags: Bags, rules: Edition) -> Reason:
    """Hold the volume of every bag against the range."""
    low, high = (rules.number(f"{_INFUSION}.bags.volume_{side}_ml") for side in ("low", "high"))
    answers = [
        np.where(there, all_of([at_least(volume, low), at_most(volume, high)]), MET)
        for there, volume in _columns(bags, bags.volume_ml)
    ]
    known_number = tri(np.ones(bags.n_bags.shape, dtype=bool), ~np.isnan(bags.n_bags))
    text = f"{low:g} to {high:g} mL in each bag"
    return reason(
        rules, f"{_INFUSION}.bags.volume_high_ml", "BAG_VOLUME", text, all_of([known_number, *answers])
    )


def _cells_of_bags(bags: Bags, dose_cells: np.ndarray, rules: Edition) -> Reason:
    """Hold the sum over the bags against the dose, within the rounding of the papers."""
    key = f"{_INFUSION}.bags.rounding_share"
    share = rules.number(key)
    whole = total(bags, bags.cells)
    off = np.abs(whole - dose_cells)
    text = f"The cells of the bags add up to the dose, within {share:.1%} for rounding"
    return reason(rules, key, "CELLS_ADD_UP", text, at_most(off, share * dose_cells))


def infusion_minutes(volume_ml: np.ndarray, rate_ml_per_min: np.ndarray) -> np.ndarray:
    """Return how long a volume runs at a rate: minutes = volume / rate, arrays (n,).

    Raises
    ------
    BadInput
        A rate of 0 or less.
    """
    _refuse_no_rate(rate_ml_per_min)
    return volume_ml / rate_ml_per_min


def _refuse_no_rate(rate_ml_per_min: np.ndarray) -> None:
    if np.any(rate_ml_per_min <= 0):
        raise BadInput(f"rate_ml_per_min: got {np.nanmin(rate_ml_per_min):g}, expected a rate above 0 mL/min")


def assess_rate(rate_ml_per_min: np.ndarray, rules: Edition) -> Verdict:
    """Answer whether an infusion rate lies within the edition's range (label.infusion.rate).

    A slower one is left open: the label slows down for small children and small volumes, without a number.

    Raises
    ------
    BadInput
        A rate of 0 or less.
    """
    _refuse_no_rate(rate_ml_per_min)
    low, high = (rules.number(f"{_INFUSION}.rate.{side}_ml_per_min") for side in ("low", "high"))
    slow = np.where(at_least(rate_ml_per_min, low) == NOT_MET, NOT_ASSESSABLE, MET).astype(np.int8)
    return combine(
        [
            reason(
                rules,
                f"{_INFUSION}.rate.low_ml_per_min",
                "NOT_TOO_SLOW",
                f"At least {low:g} mL/min (slower in small children and for small volumes)",
                slow,
            ),
            reason(
                rules,
                f"{_INFUSION}.rate.high_ml_per_min",
                "NOT_TOO_FAST",
                f"At most {high:g} mL/min",
                at_most(rate_ml_per_min, high),
            ),
        ]
    )


def assess_push(volume_ml: np.ndarray, rules: Edition) -> Verdict:
    """Answer whether an intravenous push is allowed for a volume (label.infusion.push).

    The EU names it for small volumes; where an edition names none, silence is no permission: -1.
    """
    key = f"{_INFUSION}.push.volume_most_ml"
    most = number_or_nan(rules, key)
    text = "This edition names no push" if np.isnan(most) else f"A push is named for up to {most:g} mL"
    return combine([reason(rules, key, "PUSH", text, at_most(volume_ml, most))])


def assess_thaw(minutes_since_thaw: np.ndarray, rules: Edition) -> Verdict:
    """Answer whether a bag was infused in time after thaw; an unknown time is not assessable.

    The limit itself still counts as in time (label.infusion.thaw).
    """
    most = rules.number(f"{_INFUSION}.thaw.minutes_most")
    text = f"Infused within {most:g} minutes of thaw"
    answer = at_most(minutes_since_thaw, most)
    return combine([reason(rules, f"{_INFUSION}.thaw.minutes_most", "THAW_CLOCK", text, answer)])


@dataclass(frozen=True)
class ThawClock:
    """The clock of one thawed bag.

    Attributes
    ----------
    deadline : datetime
        When the limit since thaw is reached, in the zone of the time now.
    minutes_left : number, minute
        From now to then; negative where it has passed.
    verdict : Verdict
        Whether the bag is in time now.
    started_now : Verdict or None
        Whether its infusion, begun now, ends in time; None where its length is not known.
    """

    deadline: datetime
    minutes_left: float
    verdict: Verdict
    started_now: Verdict | None


def thaw_clock(
    thawed_at: datetime, now: datetime, rules: Edition, bag_minutes: float | None = None
) -> ThawClock:
    """Say by when a thawed bag must be in, and how many minutes are left.

    deadline = thaw + 30 minutes, counted in universal time: right across midnight and daylight saving.

    Parameters
    ----------
    thawed_at, now : datetime
        With their time zones.
    rules : Edition
    bag_minutes : number, optional
        How long the bag runs.

    Raises
    ------
    BadInput
        A time without its zone, or a thaw that lies ahead.

    Source
    ------
    label.infusion.thaw
    """
    since = minutes_between(thawed_at, now, "thaw")
    if since < 0:
        raise BadInput(f"thawed_at: got {thawed_at.isoformat()}, expected a time before {now.isoformat()}")
    most = rules.number(f"{_INFUSION}.thaw.minutes_most")
    return ThawClock(
        deadline=minutes_after(thawed_at, most).astimezone(now.tzinfo),
        minutes_left=most - since,
        verdict=assess_thaw(np.array([since]), rules),
        started_now=None if bag_minutes is None else _started_now(since + bag_minutes, rules),
    )


def _started_now(minutes_since_thaw: float, rules: Edition) -> Verdict:
    """Answer whether a bag begun now is in by the limit; its infusion ends so long after thaw."""
    key = f"{_INFUSION}.thaw.minutes_most"
    most = rules.number(key)
    text = f"Started now, the longest bag is in within {most:g} minutes of thaw"
    return combine([reason(rules, key, "ENDS_IN_TIME", text, at_most(np.array([minutes_since_thaw]), most))])


def assess_premedication(minutes_before: np.ndarray, rules: Edition) -> Verdict:
    """Answer whether premedication was given in its window before the infusion (NaN: not known).

    Paracetamol (acetaminophen) and an H1 antihistamine, no corticosteroid (label.infusion.premedication).
    """
    latest, earliest = (rules.number(f"{_INFUSION}.premedication.minutes_{side}") for side in ("low", "high"))
    answer = all_of([at_least(minutes_before, latest), at_most(minutes_before, earliest)])
    text = f"Paracetamol and an H1 antihistamine {latest:g} to {earliest:g} minutes before"
    return combine([reason(rules, f"{_INFUSION}.premedication.minutes_low", "PREMEDICATION", text, answer)])


def assess_identity(bag_matches: np.ndarray, papers_match: np.ndarray, rules: Edition) -> Verdict:
    """Answer whether the product is this patient's; anything but a yes is a hard stop (``may_go_ahead``).

    Parameters
    ----------
    bag_matches, papers_match : int8 array (n,)
        Identifiers on every bag, and on the accompanying documents: 1 match, 0 mismatch, -1 not checked.
    rules : Edition

    Source
    ------
    label.infusion.identity: checked at preparation and at the bedside.
    """
    key = f"{_INFUSION}.identity.checks"
    return combine(
        [
            reason(rules, key, "BAG_IDENTITY", "Patient and identifiers on each bag match", bag_matches),
            reason(rules, key, "PAPERS_IDENTITY", "Patient and accompanying documents match", papers_match),
        ]
    )


def assess_tocilizumab_stock(
    n_doses: np.ndarray, rules: Edition, hours_to_further_dose: np.ndarray | None = None
) -> Verdict:
    """Answer whether enough tocilizumab is at hand before the infusion (label.infusion.tocilizumab).

    Parameters
    ----------
    n_doses : array (n,), count
    rules : Edition
    hours_to_further_dose : array (n,), hour, optional
        How soon a further dose could be had, which the EU asks for; left out, it is not asked.
    """
    key = f"{_INFUSION}.tocilizumab.doses_least"
    least = rules.number(key)
    text = f"At least {least:g} tocilizumab dose{'' if least == 1 else 's'} at hand"
    reasons = [reason(rules, key, "TOCILIZUMAB_STOCK", text, at_least(n_doses, least))]
    further = f"{_INFUSION}.tocilizumab.further_dose_hours"
    hours = number_or_nan(rules, further)
    if hours_to_further_dose is not None and not np.isnan(hours):
        text = f"A further dose within {hours:g} hours of each"
        reasons.append(reason(rules, further, "FURTHER_DOSE", text, at_most(hours_to_further_dose, hours)))
    return combine(reasons)


def may_go_ahead(identity: Verdict, others: Sequence[Verdict]) -> Verdict:
    """Join the checks at the bedside: an identity that is not confirmed stops whatever else is answered.

    Parameters
    ----------
    identity : Verdict
        From ``assess_identity``. A mismatch and an identifier that was not checked both answer no.
    others : sequence of Verdict
        Dose, bags, thaw and so on; all must be met.

    Source
    ------
    label.infusion.identity
    """
    confirmed = np.where(identity.answer == MET, MET, NOT_MET).astype(np.int8)
    reasons = tuple(reason for verdict in (identity, *others) for reason in verdict.reasons)
    return Verdict(all_of([confirmed, *(verdict.answer for verdict in others)]), reasons)
