"""How much is given: the dose window by indication, weight and edition."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import (
    MET,
    NOT_ASSESSABLE,
    NOT_MET,
    Reason,
    Verdict,
    combine,
)
from livingdrug.bedside.limits import (
    at_least,
    at_most,
    by_indication,
    indications_of,
    number_or_nan,
    reason,
    shared_reason,
)
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition
from livingdrug.patients import Indication

_DOSE = "label.dose"
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
    wrong = weight_kg <= 0
    if np.any(wrong):
        row = int(np.argmax(wrong))
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

    Doses and limits are compared as whole cells, so that no rounding of the arithmetic decides at a limit.
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
    wrong = dose_cells < 0
    if np.any(wrong):
        row = int(np.argmax(wrong))
        raise BadInput(f"dose_cells: row {row}: got {dose_cells[row]:g}, expected 0 or more cells")
    window = dose_window(indication, weight_kg, rules)
    low, high = (_keys(side, indication, window.band) for side in ("low", "high"))
    whole, least, most = (np.rint(cells) for cells in (dose_cells, window.low_cells, window.high_cells))
    reasons = [
        shared_reason(rules, low, "NOT_BELOW", "Dose not below the window", at_least(whole, least)),
        shared_reason(rules, high, "NOT_ABOVE", "Dose not above the window", at_most(whole, most)),
    ]
    if merges_bands(rules):
        reasons.append(_referral(indication, window.band, rules))
    return combine(reasons)


def _keys(side: str, indication: np.ndarray, band: np.ndarray) -> list[str]:
    """Return the keys of the evidence on which one side of the window rests, for all patients together."""
    names = {
        DoseBand.UNKNOWN: f"{_DOSE}.all.per_kg_up_to_kg",
        DoseBand.PER_KG: f"{_DOSE}.all.{side}_per_kg",
        DoseBand.MERGED: f"{_DOSE}.merged.{side}",
    }
    flat = [f"{_DOSE}.{i.key}.{side}" for i in indications_of(indication[band == DoseBand.FLAT])]
    return [key for member, key in names.items() if np.any(band == member)] + flat


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
    disease = Indication(int(indication[row])).name
    if np.isnan(window.low_cells[row]):
        return (
            f"dose_cells: got {got}, but this edition has no dose for {disease}: not an indication "
            f"({rules.name})"
        )
    at_weight = "" if np.isnan(weight) else f" at {weight:g} kg"
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
