"""How much is given, and how the bags are handled: dose window, bags, rate, thaw clock, identity."""

from dataclasses import dataclass
from enum import IntEnum

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
from livingdrug.bedside.limits import at_least, at_most, by_indication, number_or_nan, reason
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition
from livingdrug.patients import Indication

_DOSE = "label.dose"
_INFUSION = "label.infusion"
_DOSE_WORDS = {MET: "within the window", NOT_MET: "outside the window", NOT_ASSESSABLE: "not assessable"}


class DoseBand(IntEnum):
    """Which of the edition's bands a patient's dose is held against."""

    UNKNOWN = -1
    PER_KG = 0
    FLAT = 1
    MERGED = 2
    """The product brief's band above 50 kg, which merges two bands of the label."""


@dataclass(frozen=True)
class DoseWindow:
    """Lowest and highest dose for each patient, in CAR-positive viable T cells.

    Attributes
    ----------
    band : int8 array (n,)
        A ``DoseBand``.
    low_cells, high_cells : array (n,), cells
        Limits of the whole dose; NaN where the band is unknown.
    """

    band: np.ndarray
    low_cells: np.ndarray
    high_cells: np.ndarray


def merges_bands(rules: Edition) -> bool:
    """Return whether the edition merges the bands above 50 kg, as only the product brief does."""
    return rules.sourced(f"{_DOSE}.merged.high").value is not None


def dose_window(indication: np.ndarray, weight_kg: np.ndarray, rules: Edition) -> DoseWindow:
    """Return the dose window of each patient by indication and weight at leukapheresis.

    Leukaemia: per kilogram up to and including 50 kg, flat above. Lymphoma: flat at any weight. The
    product brief knows neither flat leukaemia band nor lymphoma band: up to 50 kg per kilogram, above
    one merged band for everybody.

    Parameters
    ----------
    indication : int8 array (n,)
    weight_kg : array (n,), kg
        Weight reported at leukapheresis; NaN unknown.
    rules : Edition

    Returns
    -------
    DoseWindow

    Raises
    ------
    BadInput
        A weight of 0 or less.

    Source
    ------
    label.dose: US section 2.1; EU section 4.2; product brief, statement 7.
    """
    if np.any(weight_kg <= 0):
        row = int(np.argmax(weight_kg <= 0))
        raise BadInput(f"weight_kg: row {row}: got {weight_kg[row]:g}, expected a weight above 0 kg")
    limit = rules.number(f"{_DOSE}.all.per_kg_up_to_kg")
    heavy = at_most(weight_kg, limit) == NOT_MET
    light = at_most(weight_kg, limit) == MET
    if merges_bands(rules):
        band = np.where(heavy, DoseBand.MERGED, np.where(light, DoseBand.PER_KG, DoseBand.UNKNOWN))
    else:
        leukaemia = np.where(heavy, DoseBand.FLAT, np.where(light, DoseBand.PER_KG, DoseBand.UNKNOWN))
        band = np.where(indication == Indication.ALL, leukaemia, DoseBand.FLAT)
    return DoseWindow(
        band=band.astype(np.int8),
        low_cells=_side("low", indication, weight_kg, band, rules),
        high_cells=_side("high", indication, weight_kg, band, rules),
    )


def _side(side: str, indication: np.ndarray, weight_kg: np.ndarray, band: np.ndarray, rules: Edition):
    per_kg = rules.number(f"{_DOSE}.all.{side}_per_kg") * weight_kg
    flat = by_indication(indication, lambda i: number_or_nan(rules, f"{_DOSE}.{i.key}.{side}"))
    merged = number_or_nan(rules, f"{_DOSE}.merged.{side}")
    choices = [(DoseBand.PER_KG, per_kg), (DoseBand.FLAT, flat), (DoseBand.MERGED, merged)]
    cells = np.full(band.shape, np.nan)
    for member, value in choices:
        cells = np.where(band == member, value, cells)
    return cells


def assess_dose(
    indication: np.ndarray, dose_cells: np.ndarray, weight_kg: np.ndarray, rules: Edition
) -> Verdict:
    """Answer whether a dose lies within the window of the edition, limits included.

    Under the product brief a dose inside the merged band is left open and referred to a label edition:
    such a dose can lie outside every label's window. The brief's per-kilogram band is no lymphoma dose
    in any label, so it is left open as well.

    Parameters
    ----------
    indication : int8 array (n,)
    dose_cells : array (n,), cells
        CAR-positive viable T cells of the whole dose.
    weight_kg : array (n,), kg
        Weight at leukapheresis.
    rules : Edition

    Returns
    -------
    Verdict
        answer (n,): 1 within, 0 outside, -1 not assessable (unknown dose or weight, or referred).

    Raises
    ------
    BadInput
        A weight of 0 or less, or a negative dose.
    """
    if np.any(dose_cells < 0):
        row = int(np.argmax(dose_cells < 0))
        raise BadInput(f"dose_cells: row {row}: got {dose_cells[row]:g}, expected 0 or more cells")
    window = dose_window(indication, weight_kg, rules)
    key = f"{_DOSE}.merged.high" if merges_bands(rules) else f"{_DOSE}.all.high"
    reasons = [
        reason(rules, key, "NOT_BELOW", "Dose not below the window", at_least(dose_cells, window.low_cells)),
        reason(rules, key, "NOT_ABOVE", "Dose not above the window", at_most(dose_cells, window.high_cells)),
    ]
    if merges_bands(rules):
        reasons.append(_referral(indication, window.band, rules))
    return combine(reasons)


def tell_dose(
    indication: np.ndarray, dose_cells: np.ndarray, weight_kg: np.ndarray, rules: Edition, row: int
) -> str:
    """Say for one patient what was given and what the edition expects, for example before an infusion.

    Parameters
    ----------
    indication, dose_cells, weight_kg : arrays (n,)
        As for ``assess_dose``.
    rules : Edition
    row : int
        Which patient.
    """
    answer = assess_dose(indication, dose_cells, weight_kg, rules).answer[row]
    window = dose_window(indication, weight_kg, rules)
    cells, weight = dose_cells[row], weight_kg[row]
    got = "unknown" if np.isnan(cells) else f"{cells:.3g}"
    if window.band[row] == DoseBand.UNKNOWN:
        return f"dose_cells: got {got}, not assessable: weight_kg at leukapheresis is unknown ({rules.name})"
    at_weight = "" if np.isnan(weight) else f" at {weight:g} kg"
    disease = Indication(int(indication[row])).name
    expected = f"{window.low_cells[row]:.3g} to {window.high_cells[row]:.3g} cells for {disease}{at_weight}"
    verdict = _DOSE_WORDS[int(answer)]
    if answer == NOT_ASSESSABLE and not np.isnan(cells):
        verdict = "referred to a label edition, for the product brief merges the bands"
    return f"dose_cells: got {got}, expected {expected}: {verdict} ({rules.name})"


def _referral(indication: np.ndarray, band: np.ndarray, rules: Edition) -> Reason:
    open_question = (band == DoseBand.MERGED) | ((band == DoseBand.PER_KG) & (indication != Indication.ALL))
    limit = rules.number(f"{_DOSE}.all.per_kg_up_to_kg")
    text = (
        f"The product brief merges the dose bands of the indications above {limit:g} kg and gives lymphoma "
        "no band of its own: check the dose against a label edition"
    )
    answer = np.where(open_question, NOT_ASSESSABLE, MET).astype(np.int8)
    return reason(rules, f"{_DOSE}.merged.high", "REFERRED_TO_A_LABEL_EDITION", text, answer)


def assess_bags(
    n_bags: np.ndarray, bag_volume_ml: np.ndarray, n_bags_given: np.ndarray, rules: Edition
) -> Verdict:
    """Answer whether the bags are as the edition describes them and all of them were given.

    Parameters
    ----------
    n_bags, n_bags_given : array (n,), count
        Bags that make up the dose, and bags given; all are needed for one dose.
    bag_volume_ml : array (n,), mL
        Volume of each bag.
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
    number = at_least(n_bags, least)
    if not np.isnan(most):
        number = all_of([number, at_most(n_bags, most)])
    low, high = (rules.number(f"{_INFUSION}.bags.volume_{side}_ml") for side in ("low", "high"))
    volume = all_of([at_least(bag_volume_ml, low), at_most(bag_volume_ml, high)])
    upper = "" if np.isnan(most) else f", at most {most:g}"
    complete = tri(n_bags_given == n_bags, ~np.isnan(n_bags_given) & ~np.isnan(n_bags))
    return combine(
        [
            reason(rules, f"{_INFUSION}.bags.most", "N_BAGS", f"At least {least:g} bag{upper}", number),
            reason(
                rules,
                f"{_INFUSION}.bags.volume_high_ml",
                "BAG_VOLUME",
                f"{low:g} to {high:g} mL in a bag",
                volume,
            ),
            reason(
                rules,
                f"{_INFUSION}.bags.all_needed",
                "WHOLE_DOSE",
                "All bags given: they make up one dose",
                complete,
            ),
        ]
    )


def infusion_minutes(volume_ml: np.ndarray, rate_ml_per_min: np.ndarray) -> np.ndarray:
    """Return how long a volume runs at a rate: minutes = volume / rate, arrays (n,)."""
    return volume_ml / rate_ml_per_min


def assess_rate(rate_ml_per_min: np.ndarray, rules: Edition) -> Verdict:
    """Answer whether an infusion rate lies within the edition's range (label.infusion.rate)."""
    low, high = (rules.number(f"{_INFUSION}.rate.{side}_ml_per_min") for side in ("low", "high"))
    answer = all_of([at_least(rate_ml_per_min, low), at_most(rate_ml_per_min, high)])
    text = f"{low:g} to {high:g} mL/min"
    return combine([reason(rules, f"{_INFUSION}.rate.high_ml_per_min", "RATE", text, answer)])


def assess_thaw(minutes_since_thaw: np.ndarray, rules: Edition) -> Verdict:
    """Answer whether a bag was infused in time after thaw; an unknown time is not assessable.

    The limit itself still counts as in time (label.infusion.thaw).
    """
    most = rules.number(f"{_INFUSION}.thaw.minutes_most")
    text = f"Infused within {most:g} minutes of thaw"
    answer = at_most(minutes_since_thaw, most)
    return combine([reason(rules, f"{_INFUSION}.thaw.minutes_most", "THAW_CLOCK", text, answer)])


def assess_premedication(minutes_before: np.ndarray, rules: Edition) -> Verdict:
    """Answer whether premedication was given in its window before the infusion (NaN: not known).

    Paracetamol (acetaminophen) and an H1 antihistamine, no corticosteroid (label.infusion.premedication).
    """
    latest, earliest = (rules.number(f"{_INFUSION}.premedication.minutes_{side}") for side in ("low", "high"))
    answer = all_of([at_least(minutes_before, latest), at_most(minutes_before, earliest)])
    text = f"Paracetamol and an H1 antihistamine {latest:g} to {earliest:g} minutes before"
    return combine([reason(rules, f"{_INFUSION}.premedication.minutes_low", "PREMEDICATION", text, answer)])


def assess_identity(bag_matches: np.ndarray, papers_match: np.ndarray, rules: Edition) -> Verdict:
    """Answer whether the product is this patient's; anything but a yes is a hard stop.

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


def assess_tocilizumab_stock(n_doses: np.ndarray, rules: Edition) -> Verdict:
    """Answer whether enough tocilizumab is at hand before the infusion (label.infusion.tocilizumab)."""
    least = rules.number(f"{_INFUSION}.tocilizumab.doses_least")
    hours = number_or_nan(rules, f"{_INFUSION}.tocilizumab.further_dose_hours")
    further = "" if np.isnan(hours) else f", a further one within {hours:g} hours of each"
    text = f"At least {least:g} tocilizumab dose{'s' if least > 1 else ''} at hand{further}"
    answer = at_least(n_doses, least)
    return combine([reason(rules, f"{_INFUSION}.tocilizumab.doses_least", "TOCILIZUMAB_STOCK", text, answer)])
