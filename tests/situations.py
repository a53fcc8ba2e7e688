"""The situation of a simulated patient, by the functions that the simulation asks, to compare the options."""

import numpy as np

from livingdrug.bedside.answers import MET, NOT_MET, Graded
from livingdrug.bedside.bounds import Grade
from livingdrug.bedside.care import CareState, SteroidOrder, fever_days
from livingdrug.bedside.crs_axes import fever
from livingdrug.bedside.management import (
    goes_on,
    is_worse,
    no_better_on_steroid,
    not_better,
    presentation,
)
from livingdrug.bedside.options.situation import Scale, Situation
from livingdrug.evidence import Edition
from livingdrug.observations import Observations
from livingdrug.units import HOURS_PER_DAY


def situation_at(
    row: int,
    observations_now: Observations,
    lee: Graded,
    icans: Graded,
    care: CareState,
    weight_kg: np.ndarray,
    day: float,
    rules: Edition,
) -> tuple[Situation, Situation]:
    """Return the situation of one patient for the options in CRS and for those in ICANS.

    Parameters
    ----------
    row : int
        Which patient.
    observations_now : Observations (n,)
    lee, icans : Graded (n,)
    care : CareState (n,)
    weight_kg : array (n,), kg
    day : number, day
        Since infusion.
    rules : Edition
    """
    crs = _crs(observations_now, lee, care, weight_kg, day, rules, row)
    neuro = Situation(
        grade=_grade(icans, row),
        scale=Scale.ASTCT_2019,
        with_crs=_with_crs(lee, row),
        weight_kg=crs.weight_kg,
        days_since_infusion=day,
        tocilizumab_doses=crs.tocilizumab_doses,
        tocilizumab_hours_ago=crs.tocilizumab_hours_ago,
        icans_steroid=SteroidOrder(int(care.icans_steroid[row])),
        crs_steroid=crs.crs_steroid,
    )
    return crs, neuro


def _crs(
    now: Observations,
    lee: Graded,
    care: CareState,
    weight_kg: np.ndarray,
    day: float,
    rules: Edition,
    row: int,
) -> Situation:
    hot = fever(now, rules)
    began, _ = fever_days(care, hot, day, rules)
    known = bool(lee.grade[row] >= 0)
    unstable, distress, rapid = (
        _known(bool(flag[row]), known) for flag in presentation(now, lee, hot, care, rules)
    )
    weight = float(weight_kg[row])
    return Situation(
        grade=_grade(lee, row),
        scale=Scale.LEE_2014,
        with_crs=_with_crs(lee, row),
        weight_kg=None if np.isnan(weight) else weight,
        days_since_infusion=day,
        fever_days=_fever_days(int(hot[row]), day - float(began[row])),
        unstable_circulation=unstable,
        respiratory_distress=distress,
        rapid_deterioration=rapid,
        tocilizumab_doses=int(care.ledger.n_doses[row]),
        tocilizumab_hours_ago=_hours_ago(care, day, row),
        better_since_first_dose=_better(
            not_better(lee, hot, care.lee_at_first_dose, care.fever_at_first_dose),
            lee,
            care.lee_at_first_dose,
            row,
        ),
        better_since_last_dose=_better(
            not_better(lee, hot, care.lee_at_last_dose, care.fever_at_last_dose),
            lee,
            care.lee_at_last_dose,
            row,
        ),
        worse_since_first_dose=bool(is_worse(lee, care.lee_at_first_dose)[row]),
        crs_steroid=SteroidOrder(int(care.crs_steroid[row])),
        icans_steroid=SteroidOrder(int(care.icans_steroid[row])),
        hours_on_steroid=_hours_on_steroid(care, day, row),
        better_on_steroid=not no_better_on_steroid(lee, care)[row],
        still_supported=bool(goes_on(now, lee, care)[row]),
    )


def _known(flag: bool, known: bool) -> bool | None:
    """Return a flag, where what it rests on is not known only a certain yes."""
    return True if flag else False if known else None


def _grade(graded: Graded, row: int) -> int | None:
    grade = int(graded.grade[row])
    return None if grade == Grade.NOT_ASSESSABLE else grade


def _with_crs(lee: Graded, row: int) -> bool | None:
    grade = _grade(lee, row)
    return None if grade is None else grade > Grade.NONE


def _fever_days(hot: int, days: float) -> float | None:
    return {MET: days, NOT_MET: 0.0}.get(hot)


def _hours_ago(care: CareState, day: float, row: int) -> tuple[float, ...]:
    days = care.ledger.last_doses_day[row]
    return tuple(float((day - then) * HOURS_PER_DAY) for then in days if not np.isnan(then))


def _hours_on_steroid(care: CareState, day: float, row: int) -> float | None:
    began = float(care.crs_steroid_began_day[row])
    return None if np.isnan(began) else (day - began) * HOURS_PER_DAY


def _better(no_better: np.ndarray, lee: Graded, lee_then: np.ndarray, row: int) -> bool | None:
    """Return whether a patient is better than at a dose; unknown where either state is."""
    known = lee.grade[row] >= 0 and lee_then[row] >= 0
    return not no_better[row] if known else None
