"""Options in CRS and ICANS at one decision time, as the edition's own tables state them.

Two tables for CRS: by presentation (2018) and by Lee grade (2025). An edition without a table gives no
option. "Not better" is judged against the state when tocilizumab was given: the Lee grade has not
fallen, and if it is the same, a fever that was there still is. Unknown is never taken for worse.
"""

from dataclasses import replace

import numpy as np

from livingdrug.bedside.answers import Graded, choose
from livingdrug.bedside.bounds import Grade
from livingdrug.bedside.care import (
    CareState,
    OptionReason,
    Orders,
    SteroidOrder,
    fever_days,
    merge_orders,
    no_orders,
)
from livingdrug.bedside.crs_axes import (
    fever,
    fever_counts,
    high_dose_vasopressor,
    systolic_limit_mmhg,
    vasopressor_count,
)
from livingdrug.bedside.crs_support import oxygen_by_device, oxygen_by_fraction
from livingdrug.bedside.supportive import supportive_options
from livingdrug.bedside.tocilizumab import dose_mg, hours_since, may_dose
from livingdrug.evidence import Edition
from livingdrug.observations import Observations, OxygenDevice

_CRS = "scales.management_crs"
_ICANS = "scales.management_icans"


def all_options(
    observations_now: Observations,
    astct: Graded,
    lee: Graded,
    icans: Graded,
    care: CareState,
    weight_kg: np.ndarray,
    day: np.ndarray | float,
    rules: Edition,
    ivig_below_g_per_l: float,
) -> Orders:
    """Return every option met now: CRS, ICANS and support together.

    Parameters
    ----------
    observations_now : Observations (n,)
    astct, lee, icans : Graded (n,)
        Grades of these observations.
    care : CareState (n,)
    weight_kg : array (n,), kg
    day : number or array (n,), day
    rules : Edition
        The edition whose tables guide (a plan may name another than the trial's own).
    ivig_below_g_per_l : number, g/L
        The plan's limit; no label states one.
    """
    crs = crs_options(observations_now, lee, care, weight_kg, day, rules)
    neuro = icans_options(icans, lee, care, weight_kg, day, rules)
    support = supportive_options(observations_now, astct, lee, icans, day, rules, ivig_below_g_per_l)
    return merge_orders(crs, neuro, support)


def crs_options(
    observations_now: Observations,
    lee: Graded,
    care: CareState,
    weight_kg: np.ndarray,
    day: np.ndarray | float,
    rules: Edition,
) -> Orders:
    """Return the options that the edition's table for CRS gives at this time.

    By presentation: tocilizumab for circulation unstable despite fluids and a pressor, for worsening
    respiratory distress, or for rapid deterioration; again when not better; a steroid when not better
    12 hours after the first dose, or worse. By Lee grade: tocilizumab from grade 2 (grade 1 after three
    days of fever); a steroid when not better after 24 hours; methylprednisolone 1000 mg at grade 4, and
    at grade 3 that does not improve on a steroid, kept on until grade 1.

    Source
    ------
    scales.management_crs
    """
    algorithm = rules.sourced(f"{_CRS}.algorithm").value
    if algorithm is None:
        return no_orders(len(weight_kg), OptionReason.NO_ALGORITHM)
    hot = fever(observations_now, rules)
    if algorithm == "presentation":
        need = _need_by_presentation(observations_now, lee, hot, care, rules)
        steroid, why = _steroid_by_presentation(observations_now, lee, hot, care, day, rules)
    else:
        need = _need_by_lee_grade(lee, care, hot, day, rules)
        steroid, why = _steroid_by_lee_grade(observations_now, lee, hot, care, day, rules)
    need = choose((lee.grade == Grade.NOT_ASSESSABLE.value) & (need == 0), OptionReason.NOT_ASSESSABLE, need)
    orders = _with_tocilizumab(no_orders(len(weight_kg)), need, lee, hot, care, weight_kg, day, rules)
    spent = orders.tocilizumab_reason == OptionReason.DOSE_LIMIT.value
    severe = lee.grade >= Grade.THREE.value
    return replace(
        orders,
        crs_steroid=steroid,
        crs_steroid_reason=why,
        steroid=steroid,
        alternative=spent
        & severe
        & (steroid > 0)
        & not_better(lee, hot, care.lee_at_last_dose, care.fever_at_last_dose),
    )


def not_better(lee: Graded, hot: np.ndarray, lee_then: np.ndarray, fever_then: np.ndarray) -> np.ndarray:
    """Return whether a patient is certainly no better than when tocilizumab was given."""
    known = (lee.grade >= Grade.ONE.value) & (lee_then >= 0)
    fever_gone = (fever_then == 1) & (hot == 0)
    return known & ((lee.grade > lee_then) | ((lee.grade == lee_then) & ~fever_gone))


def is_worse(lee: Graded, lee_then: np.ndarray) -> np.ndarray:
    """Return whether the Lee grade is certainly higher than when tocilizumab was given."""
    return (lee_then >= 0) & (lee.grade > lee_then)


def no_better_on_steroid(lee: Graded, care: CareState) -> np.ndarray:
    """Return whether the Lee grade has not fallen since the steroid for CRS began."""
    return lee.grade >= care.lee_at_steroid


def _with_tocilizumab(
    orders: Orders,
    need: np.ndarray,
    lee: Graded,
    hot: np.ndarray,
    care: CareState,
    weight_kg: np.ndarray,
    day: np.ndarray | float,
    rules: Edition,
) -> Orders:
    """Add tocilizumab where a criterion is met, a repeat is due, and the limits leave room."""
    wanted = (need > 0) & (need != OptionReason.NOT_ASSESSABLE.value)
    again = not_better(lee, hot, care.lee_at_last_dose, care.fever_at_last_dose)
    wanted = wanted & ((care.ledger.n_doses == 0) | again)
    allowed = may_dose(care.ledger, day, rules).answer == 1
    given = wanted & allowed
    reason = choose(wanted & ~allowed, OptionReason.DOSE_LIMIT, choose(wanted, need, OptionReason.NOT_MET))
    reason = choose(need == OptionReason.NOT_ASSESSABLE.value, need, reason)
    return replace(
        orders,
        tocilizumab=given,
        tocilizumab_mg=np.where(given, dose_mg(weight_kg, rules), np.nan),
        tocilizumab_reason=reason,
    )


def _need_by_presentation(
    observations: Observations, lee: Graded, hot: np.ndarray, care: CareState, rules: Edition
) -> np.ndarray:
    """Return the criterion of the moderate to aggressive presentation that is met, if any."""
    unstable, distress, rapid = presentation(observations, lee, hot, care, rules)
    need = choose(rapid, OptionReason.RAPID_DETERIORATION, OptionReason.NOT_MET)
    need = choose(distress, OptionReason.RESPIRATORY_DISTRESS, need)
    return choose(unstable, OptionReason.UNSTABLE_CIRCULATION, need)


def presentation(
    observations: Observations, lee: Graded, hot: np.ndarray, care: CareState, rules: Edition
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return where circulation is certainly unstable, breathing in distress, or the course deteriorates.

    Each counts with a fever, or without one where its treatment may hide it.
    """
    least, greatest = vasopressor_count(observations)
    on_pressor = (least >= 1) | (observations.vasopressin_given == 1)
    still_low = observations.systolic_mmhg < systolic_limit_mmhg(None, observations.systolic_mmhg, rules)
    high_dose = high_dose_vasopressor(observations, rules, greatest) == 1
    unstable = (on_pressor & (still_low | high_dose)) | (least >= 2)
    distress = oxygen_by_device(observations, rules).low >= Grade.THREE.value
    distress |= oxygen_by_fraction(observations, rules).low >= Grade.THREE.value
    rise = lee.grade - care.lee_before >= rules.number(f"{_CRS}.presentation.fast_rise_grades")
    rapid = rise & (lee.grade >= rules.number(f"{_CRS}.presentation.fast_rise_to_grade"))
    counts = fever_counts(observations, hot) == 1
    return unstable & counts, distress & counts, rapid & counts


def _need_by_lee_grade(
    lee: Graded, care: CareState, hot: np.ndarray, day: np.ndarray | float, rules: Edition
) -> np.ndarray:
    began, _ = fever_days(care, hot, day, rules)
    long_fever = (hot == 1) & (day - began > rules.number(f"{_CRS}.lee_grade.fever_days"))
    need = choose((lee.grade == Grade.ONE.value) & long_fever, OptionReason.LONG_FEVER, OptionReason.NOT_MET)
    by_grade = lee.grade >= rules.number(f"{_CRS}.lee_grade.tocilizumab_from_grade")
    return choose(by_grade, OptionReason.LEE_GRADE, need)


def _supported(observations: Observations) -> np.ndarray:
    """Return whether a pressor or oxygen still runs, or may (unknown)."""
    _, greatest = vasopressor_count(observations)
    pressor = (greatest >= 1) | (observations.vasopressin_given != 0)
    return pressor | (observations.oxygen_device != OxygenDevice.NONE.value)


def goes_on(observations: Observations, lee: Graded, care: CareState) -> np.ndarray:
    """Return whether a steroid for CRS that runs is kept: CRS is not certainly over and support may run."""
    return (care.crs_steroid > 0) & (lee.grade != Grade.NONE.value) & _supported(observations)


def _steroid_by_presentation(
    observations: Observations,
    lee: Graded,
    hot: np.ndarray,
    care: CareState,
    day: np.ndarray | float,
    rules: Edition,
) -> tuple[np.ndarray, np.ndarray]:
    waited = hours_since(care.tocilizumab_first_day, day, rules) >= rules.number(
        f"{_CRS}.presentation.steroid_after_hours"
    )
    stuck = waited & not_better(lee, hot, care.lee_at_first_dose, care.fever_at_first_dose)
    worse = is_worse(lee, care.lee_at_first_dose)
    kept_on = goes_on(observations, lee, care)
    why = choose(kept_on, OptionReason.STILL_SUPPORTED, OptionReason.NOT_MET)
    why = choose(stuck, OptionReason.NOT_BETTER_AFTER_TOCILIZUMAB, why)
    why = choose(worse, OptionReason.WORSE_AFTER_TOCILIZUMAB, why)
    order = choose(why > 0, SteroidOrder.METHYLPREDNISOLONE_2_MG_PER_KG, SteroidOrder.NONE)
    return order, why


def _steroid_by_lee_grade(
    observations: Observations,
    lee: Graded,
    hot: np.ndarray,
    care: CareState,
    day: np.ndarray | float,
    rules: Edition,
) -> tuple[np.ndarray, np.ndarray]:
    def limit(name: str) -> float:
        return rules.number(f"{_CRS}.lee_grade.{name}")

    counted = lee.grade >= limit("tocilizumab_from_grade")
    waited = hours_since(care.tocilizumab_first_day, day, rules) >= limit("steroid_after_hours")
    stuck = counted & waited & not_better(lee, hot, care.lee_at_first_dose, care.fever_at_first_dose)
    kept_on = goes_on(observations, lee, care)
    why = choose(kept_on, OptionReason.STILL_SUPPORTED, OptionReason.NOT_MET)
    why = choose(stuck, OptionReason.NOT_BETTER_AFTER_TOCILIZUMAB, why)
    order = choose(why > 0, SteroidOrder.METHYLPREDNISOLONE_2_MG_PER_KG, SteroidOrder.NONE)
    long_on = hours_since(care.crs_steroid_began_day, day, rules) >= limit("escalate_after_hours")
    severe = lee.grade >= limit("escalate_from_grade")
    refractory = (care.crs_steroid > 0) & long_on & severe & no_better_on_steroid(lee, care)
    at_once = lee.grade >= limit("steroid_at_once_from_grade")
    upper = care.crs_steroid == SteroidOrder.METHYLPREDNISOLONE_1000_MG.value
    unknown = lee.grade == Grade.NOT_ASSESSABLE.value
    kept = upper & ((lee.grade > Grade.ONE.value) | (unknown & kept_on))
    why = choose(kept & (why == 0), OptionReason.LEE_GRADE, why)
    why = choose(refractory, OptionReason.NOT_BETTER_ON_STEROID, why)
    why = choose(at_once, OptionReason.LEE_GRADE, why)
    order = choose(at_once | refractory | kept, SteroidOrder.METHYLPREDNISOLONE_1000_MG, order)
    return order, why


def icans_options(
    icans: Graded,
    lee: Graded,
    care: CareState,
    weight_kg: np.ndarray,
    day: np.ndarray | float,
    rules: Edition,
) -> Orders:
    """Return the options that the edition's table for neurotoxicity gives at this time.

    Without CRS: dexamethasone from grade 2, methylprednisolone 1000 mg at grade 4. With CRS also a first
    dose of tocilizumab; at grade 2 the steroid follows a dose that did not help. It goes on until
    grade 1.

    Source
    ------
    scales.management_icans
    """
    n = len(weight_kg)
    if rules.sourced(f"{_ICANS}.algorithm").value is None:
        return no_orders(n, OptionReason.NO_ALGORITHM)

    def limit(name: str) -> float:
        return rules.number(f"{_ICANS}.{name}")

    with_crs = lee.grade >= Grade.ONE.value
    counted = icans.grade >= limit("dexamethasone_from_grade")
    first_dose = counted & with_crs & (care.ledger.n_doses == 0)
    allowed = may_dose(care.ledger, day, rules).answer == 1
    waits = with_crs & (icans.grade < limit("dexamethasone_at_once_from_grade")) & (care.ledger.n_doses == 0)
    waits &= allowed & (care.icans_steroid == 0)
    high = icans.grade >= limit("methylprednisolone_from_grade")
    steroid = choose(counted & ~waits, SteroidOrder.DEXAMETHASONE_10_MG, SteroidOrder.NONE)
    steroid = choose(high, SteroidOrder.METHYLPREDNISOLONE_1000_MG, steroid)
    unknown = icans.grade == Grade.NOT_ASSESSABLE.value
    steroid = choose(unknown, care.icans_steroid, steroid)
    otherwise = choose(unknown, OptionReason.NOT_ASSESSABLE, OptionReason.NOT_MET)
    given = first_dose & allowed
    return replace(
        no_orders(n),
        tocilizumab=given,
        tocilizumab_mg=np.where(given, dose_mg(weight_kg, rules), np.nan),
        tocilizumab_reason=choose(given, OptionReason.ICANS_WITH_CRS, otherwise),
        icans_steroid=steroid,
        icans_steroid_reason=choose(~unknown & (steroid > 0), OptionReason.ICANS_GRADE, otherwise),
        steroid=steroid,
    )
