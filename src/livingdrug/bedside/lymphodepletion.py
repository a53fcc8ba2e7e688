"""Lymphodepleting chemotherapy: regimen and its alternative, doses, omission, window and repetition."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import MET, NOT_ASSESSABLE, Verdict, any_of, combine
from livingdrug.bedside.limits import (
    above,
    at_least,
    at_most,
    below,
    by_indication,
    flag,
    indications_of,
    number_or_nan,
    reason,
    shared_reason,
    texts,
    within_window,
)
from livingdrug.evidence import Edition
from livingdrug.patients import Indication
from livingdrug.units import DAYS_PER_WEEK

_KEY = "label.lymphodepletion"


class Regimen(IntEnum):
    """Which lymphodepleting chemotherapy is given."""

    NONE = 0
    FLUDARABINE_CYCLOPHOSPHAMIDE = 1
    BENDAMUSTINE = 2
    CYTARABINE_ETOPOSIDE = 3


DRUGS = {
    Regimen.FLUDARABINE_CYCLOPHOSPHAMIDE: ("fludarabine", "cyclophosphamide"),
    Regimen.BENDAMUSTINE: ("bendamustine",),
    Regimen.CYTARABINE_ETOPOSIDE: ("cytarabine", "etoposide"),
}
"""Drugs of each regimen; both of a pair start on the same day."""


@dataclass(frozen=True)
class RegimenDose:
    """Doses of one drug for each patient, by indication; NaN where the edition names no such drug.

    Attributes
    ----------
    mg_per_m2_per_day, days, mg_per_m2_total : array (n,)
    """

    mg_per_m2_per_day: np.ndarray
    days: np.ndarray
    mg_per_m2_total: np.ndarray


def regimen_dose(indication: np.ndarray, drug: str, rules: Edition) -> RegimenDose:
    """Return the edition's dose of one lymphodepleting drug for each patient's indication.

    Parameters
    ----------
    indication : int8 array (n,)
    drug : str
        Name of the drug in ``DRUGS``.
    rules : Edition

    Source
    ------
    label.lymphodepletion: US section 2.2; EU section 4.2.
    """

    def of(member: Indication, what: str) -> float:
        key = f"{_KEY}.{member.key}.{drug}.{what}"
        return number_or_nan(rules, key) if key in rules.values else np.nan

    per_day = by_indication(indication, lambda i: of(i, "mg_per_m2_per_day"))
    days = by_indication(indication, lambda i: of(i, "days"))
    return RegimenDose(per_day, days, per_day * days)


def needs_alternative(resistant: np.ndarray, cystitis: np.ndarray, rules: Edition) -> Verdict:
    """Answer whether cyclophosphamide is ruled out, so that the alternative regimen is called for.

    Parameters
    ----------
    resistant : int8 array (n,)
        Resistance to an earlier cyclophosphamide regimen.
    cystitis : int8 array (n,)
        Earlier grade 4 haemorrhagic cystitis with cyclophosphamide.
    rules : Edition

    Returns
    -------
    Verdict
        answer: 1 alternative, 0 first choice, -1 the history is not known. Its criteria answer whether
        each trigger is there; one is enough.
    """
    reasons = []
    for name, code, text, present in (
        ("after_resistance", "RESISTANCE", "Resistant to an earlier cyclophosphamide regimen", resistant),
        ("after_cystitis_grade_4", "CYSTITIS", "Earlier grade 4 haemorrhagic cystitis", cystitis),
    ):
        key = f"{_KEY}.alternative.{name}"
        if flag(rules, key):
            reasons.append(reason(rules, key, code, text, present))
    return Verdict(any_of([r.answer for r in reasons]), tuple(reasons))


def choose_regimen(
    indication: np.ndarray, alternative: np.ndarray, prefer_bendamustine: np.ndarray, rules: Edition
) -> np.ndarray:
    """Return the regimen for each patient.

    Leukaemia: cytarabine with etoposide where the alternative is called for. Lymphoma: bendamustine
    where it is called for or preferred. Everybody else, and whoever has no alternative in this edition:
    fludarabine with cyclophosphamide.

    Parameters
    ----------
    indication : int8 array (n,)
    alternative, prefer_bendamustine : bool array (n,)
    rules : Edition

    Returns
    -------
    int8 array (n,)
        ``Regimen``.

    Source
    ------
    label.lymphodepletion: US section 2.2 (no alternative in leukaemia); EU section 4.2.
    """
    leukaemia = indication == Indication.ALL
    regimen = np.full(indication.shape, Regimen.FLUDARABINE_CYCLOPHOSPHAMIDE)
    regimen = np.where(~leukaemia & (alternative | prefer_bendamustine), Regimen.BENDAMUSTINE, regimen)
    regimen = np.where(leukaemia & alternative, Regimen.CYTARABINE_ETOPOSIDE, regimen)
    stated = regimen_stated(indication, regimen, rules)
    return np.where(stated, regimen, Regimen.FLUDARABINE_CYCLOPHOSPHAMIDE).astype(np.int8)


def regimen_stated(indication: np.ndarray, regimen: np.ndarray, rules: Edition) -> np.ndarray:
    """Return whether the edition names each patient's regimen for the indication, bool array (n,)."""
    stated = regimen == Regimen.NONE
    for member, drugs in DRUGS.items():
        known_dose = ~np.isnan(regimen_dose(indication, drugs[0], rules).mg_per_m2_total)
        stated = stated | ((regimen == member) & known_dose)
    return stated


def assess_omission(
    indication: np.ndarray,
    white_cells_e9_per_l: np.ndarray,
    rules: Edition,
    count_days_before_infusion: np.ndarray | None = None,
) -> Verdict:
    """Answer whether lymphodepletion may be omitted because white cells are low already.

    US: strictly below 1e9/L, lymphoma only. EU: at or below 1e9/L, every indication. The count is one
    of the week before the infusion; an unknown count is not assessable.

    Parameters
    ----------
    indication : int8 array (n,)
    white_cells_e9_per_l : array (n,), e9/L
    rules : Edition
    count_days_before_infusion : array (n,), day, optional
        How long before the infusion the count was taken; one that is older than the window, or not dated,
        counts as not known. Left out, the count is taken to be recent.

    Source
    ------
    label.lymphodepletion.omission: US section 2.2; EU section 4.2.
    """
    named = texts(rules, f"{_KEY}.omission.indications")
    covered = by_indication(indication, lambda i: float(i.key in named))
    limit = rules.number(f"{_KEY}.omission.white_cells_e9_per_l")
    inclusive = flag(rules, f"{_KEY}.omission.inclusive")
    low = at_most(white_cells_e9_per_l, limit) if inclusive else below(white_cells_e9_per_l, limit)
    days = rules.number(f"{_KEY}.omission.within_days")
    if count_days_before_infusion is not None:
        recent = within_window(count_days_before_infusion, days)
        low = np.where(recent == MET, low, NOT_ASSESSABLE).astype(np.int8)
    sign = "at or below" if inclusive else "below"
    names = ", ".join(named).upper() or "none"
    return combine(
        [
            reason(
                rules,
                f"{_KEY}.omission.indications",
                "INDICATION",
                f"The edition names omission for: {names}",
                at_least(covered, 1),
            ),
            reason(
                rules,
                f"{_KEY}.omission.inclusive",
                "WHITE_CELLS",
                f"White cells {sign} {limit:g}e9/L within {days:g} days before the infusion",
                low,
            ),
        ]
    )


def window_days(indication: np.ndarray, rules: Edition) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and last day after lymphodepletion on which the infusion may fall, arrays (n,)."""
    first = by_indication(indication, lambda i: number_or_nan(rules, f"{_KEY}.window.{i.key}.first_day"))
    last = by_indication(indication, lambda i: number_or_nan(rules, f"{_KEY}.window.{i.key}.last_day"))
    return first, last


def assess_window(indication: np.ndarray, days_to_infusion: np.ndarray, rules: Edition) -> Verdict:
    """Answer whether the infusion falls into the window after the end of lymphodepletion, ends included.

    Parameters
    ----------
    indication : int8 array (n,)
    days_to_infusion : array (n,), day
        Days from the end of lymphodepletion to the infusion.
    rules : Edition

    Source
    ------
    label.lymphodepletion.window. What to do outside it only the EU states (see ``assess_repeat``).
    """
    first, last = window_days(indication, rules)
    own = [f"{_KEY}.window.{member.key}" for member in indications_of(indication)]
    return combine(
        [
            shared_reason(
                rules,
                [f"{key}.first_day" for key in own],
                "NOT_TOO_EARLY",
                "Not before the window after lymphodepletion",
                at_least(days_to_infusion, first),
            ),
            shared_reason(
                rules,
                [f"{key}.last_day" for key in own],
                "NOT_TOO_LATE",
                "Not after the window after lymphodepletion",
                at_most(days_to_infusion, last),
            ),
        ]
    )


def assess_repeat(days_since_end: np.ndarray, white_cells_e9_per_l: np.ndarray, rules: Edition) -> Verdict:
    """Answer whether lymphodepletion is to be repeated.

    EU: more than 4 weeks after it ended and with white cells above 1e9/L. US: not stated.

    Parameters
    ----------
    days_since_end : array (n,), day
        Days since lymphodepletion ended.
    white_cells_e9_per_l : array (n,), e9/L
    rules : Edition

    Returns
    -------
    Verdict
        -1 for everybody where the edition does not say.
    """
    weeks = number_or_nan(rules, f"{_KEY}.repeat.after_weeks")
    limit = number_or_nan(rules, f"{_KEY}.repeat.white_cells_above_e9_per_l")
    if np.isnan(weeks) or np.isnan(limit):
        open_answer = np.full(days_since_end.shape, NOT_ASSESSABLE, dtype=np.int8)
        text = "This edition does not say when lymphodepletion is repeated"
        return combine([reason(rules, f"{_KEY}.repeat.after_weeks", "NOT_STATED", text, open_answer)])
    late = above(days_since_end, weeks * DAYS_PER_WEEK)
    recovered = above(white_cells_e9_per_l, limit)
    return combine(
        [
            reason(
                rules, f"{_KEY}.repeat.after_weeks", "LATE", f"More than {weeks:g} weeks since it ended", late
            ),
            reason(
                rules,
                f"{_KEY}.repeat.white_cells_above_e9_per_l",
                "WHITE_CELLS",
                f"White cells above {limit:g}e9/L",
                recovered,
            ),
        ]
    )
