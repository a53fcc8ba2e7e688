"""Records of management: the options met at one decision time, and what is remembered until the next.

Options say which criteria of a label's table are met; what is done is for those who look after the
patient.
"""

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import Graded, choose
from livingdrug.bedside.bounds import Grade
from livingdrug.bedside.crs_axes import fever
from livingdrug.bedside.tocilizumab import TocilizumabLedger, empty_ledger, record_dose
from livingdrug.evidence import Edition
from livingdrug.observations import Observations
from livingdrug.units import HOURS_PER_DAY


class SteroidOrder(IntEnum):
    """Steroid regimens in force, the weakest first."""

    NONE = 0
    DEXAMETHASONE_10_MG = 1
    METHYLPREDNISOLONE_2_MG_PER_KG = 2
    METHYLPREDNISOLONE_1000_MG = 3


class OptionReason(IntEnum):
    """The criterion that makes an option met, or why it is not."""

    NOT_MET = 0
    UNSTABLE_CIRCULATION = 1
    RESPIRATORY_DISTRESS = 2
    RAPID_DETERIORATION = 3
    LEE_GRADE = 4
    LONG_FEVER = 5
    NOT_BETTER_AFTER_TOCILIZUMAB = 6
    WORSE_AFTER_TOCILIZUMAB = 7
    NOT_BETTER_ON_STEROID = 8
    STILL_SUPPORTED = 9
    ICANS_GRADE = 10
    ICANS_WITH_CRS = 11
    DOSE_LIMIT = 12
    NOT_ASSESSABLE = 13
    NO_ALGORITHM = 14


@dataclass(frozen=True)
class Orders:
    """Options met at one decision time, one entry a patient.

    Attributes
    ----------
    tocilizumab : array (n,), bool
        A dose is an option now, and within the limits.
    tocilizumab_mg : array (n,), mg
        Its size; NaN where it is no option.
    tocilizumab_reason, crs_steroid_reason, icans_steroid_reason : array (n,), int8 OptionReason
    crs_steroid, icans_steroid : array (n,), int8 SteroidOrder
        Regimen in force from now until the next decision time, for CRS and for ICANS.
    steroid : array (n,), int8 SteroidOrder
        The stronger of the two.
    alternative : array (n,), bool
        Other treatment (anakinra, siltuximab, ruxolitinib, cyclophosphamide, IVIG, ATG) is an option.
    icu, ivig, platelets, red_cells, gcsf : array (n,), bool
    """

    tocilizumab: np.ndarray
    tocilizumab_mg: np.ndarray
    tocilizumab_reason: np.ndarray
    crs_steroid: np.ndarray
    crs_steroid_reason: np.ndarray
    icans_steroid: np.ndarray
    icans_steroid_reason: np.ndarray
    steroid: np.ndarray
    alternative: np.ndarray
    icu: np.ndarray
    ivig: np.ndarray
    platelets: np.ndarray
    red_cells: np.ndarray
    gcsf: np.ndarray


@dataclass(frozen=True)
class CareState:
    """What management remembers of each patient; days are NaN where nothing happened.

    ``*_at_first_dose`` and ``*_at_last_dose``: Lee grade (-1 none given or not assessable) and
    fever (1, 0, -1) when the first and the latest tocilizumab was given. ``lee_before``: Lee grade at
    the decision before. ``crs_steroid_began_day``: of the steroid course now running for CRS.
    """

    ledger: TocilizumabLedger
    fever_began_day: np.ndarray
    last_fever_day: np.ndarray
    tocilizumab_first_day: np.ndarray
    lee_at_first_dose: np.ndarray
    fever_at_first_dose: np.ndarray
    lee_at_last_dose: np.ndarray
    fever_at_last_dose: np.ndarray
    lee_before: np.ndarray
    steroid_first_day: np.ndarray
    crs_steroid_began_day: np.ndarray
    lee_at_steroid: np.ndarray
    crs_steroid: np.ndarray
    icans_steroid: np.ndarray


def new_care_state(n: int, rules: Edition) -> CareState:
    """Return the state of n patients to whom nothing has been given."""
    unknown_day = np.full(n, np.nan)
    unknown = np.full(n, -1, dtype=np.int8)
    none = np.zeros(n, dtype=np.int8)
    return CareState(
        ledger=empty_ledger(n, rules),
        fever_began_day=unknown_day,
        last_fever_day=unknown_day,
        tocilizumab_first_day=unknown_day,
        lee_at_first_dose=unknown,
        fever_at_first_dose=unknown,
        lee_at_last_dose=unknown,
        fever_at_last_dose=unknown,
        lee_before=none,
        steroid_first_day=unknown_day,
        crs_steroid_began_day=unknown_day,
        lee_at_steroid=unknown,
        crs_steroid=none,
        icans_steroid=none,
    )


def no_orders(n: int, reason: OptionReason = OptionReason.NOT_MET) -> Orders:
    """Return orders in which no option is met."""
    no = np.zeros(n, dtype=bool)
    none = np.zeros(n, dtype=np.int8)
    why = np.full(n, reason, dtype=np.int8)
    return Orders(
        tocilizumab=no,
        tocilizumab_mg=np.full(n, np.nan),
        tocilizumab_reason=why,
        crs_steroid=none,
        crs_steroid_reason=why,
        icans_steroid=none,
        icans_steroid_reason=why,
        steroid=none,
        alternative=no,
        icu=no,
        ivig=no,
        platelets=no,
        red_cells=no,
        gcsf=no,
    )


def merge_orders(crs: Orders, icans: Orders, support: Orders) -> Orders:
    """Join the options for CRS, for ICANS and for support into one record."""
    dosed = crs.tocilizumab | icans.tocilizumab
    only_icans = icans.tocilizumab & ~crs.tocilizumab
    return replace(
        support,
        tocilizumab=dosed,
        tocilizumab_mg=np.where(only_icans, icans.tocilizumab_mg, crs.tocilizumab_mg),
        tocilizumab_reason=np.where(only_icans, icans.tocilizumab_reason, crs.tocilizumab_reason),
        crs_steroid=crs.crs_steroid,
        crs_steroid_reason=crs.crs_steroid_reason,
        icans_steroid=icans.icans_steroid,
        icans_steroid_reason=icans.icans_steroid_reason,
        steroid=np.maximum(crs.crs_steroid, icans.icans_steroid),
        alternative=crs.alternative | icans.alternative,
    )


def next_care_state(
    care: CareState,
    given: Orders,
    observations_now: Observations,
    lee: Graded,
    day: np.ndarray | float,
    rules: Edition,
) -> CareState:
    """Return what management remembers after a decision time, given what was done at it.

    ``given`` is the orders as carried out: where an option was not taken, clear it first.
    """
    hot = fever(observations_now, rules)
    dosed = given.tocilizumab
    first = dosed & (care.ledger.n_doses == 0)
    steroid_begins = (given.crs_steroid > 0) & (care.crs_steroid == 0)
    any_steroid = (given.crs_steroid > 0) | (given.icans_steroid > 0)
    fever_began_day, last_fever_day = fever_days(care, hot, day, rules)
    return CareState(
        ledger=record_dose(care.ledger, dosed, day),
        fever_began_day=fever_began_day,
        last_fever_day=last_fever_day,
        tocilizumab_first_day=np.where(first, day, care.tocilizumab_first_day),
        lee_at_first_dose=choose(first, lee.grade, care.lee_at_first_dose),
        fever_at_first_dose=choose(first, hot, care.fever_at_first_dose),
        lee_at_last_dose=choose(dosed, lee.grade, care.lee_at_last_dose),
        fever_at_last_dose=choose(dosed, hot, care.fever_at_last_dose),
        lee_before=choose(lee.grade == Grade.NOT_ASSESSABLE.value, care.lee_before, lee.grade),
        steroid_first_day=np.where(
            any_steroid & np.isnan(care.steroid_first_day), day, care.steroid_first_day
        ),
        crs_steroid_began_day=np.where(
            steroid_begins, day, np.where(given.crs_steroid > 0, care.crs_steroid_began_day, np.nan)
        ),
        lee_at_steroid=choose(steroid_begins, lee.grade, care.lee_at_steroid),
        crs_steroid=given.crs_steroid,
        icans_steroid=given.icans_steroid,
    )


def fever_days(
    care: CareState, hot: np.ndarray, day: np.ndarray | float, rules: Edition
) -> tuple[np.ndarray, np.ndarray]:
    """Return the day on which the present fever began (NaN: none) and the last day with fever."""
    gap_days = rules.number("scales.management_crs.fever_gap_hours") / HOURS_PER_DAY
    over = day - care.last_fever_day > gap_days
    began = np.where(over, np.nan, care.fever_began_day)
    began = np.where((hot == 1) & np.isnan(began), day, began)
    return began, np.where(hot == 1, day, care.last_fever_day)
