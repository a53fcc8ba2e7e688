"""What CRS took: how long fever, intensive care and organ support lasted, and stays in hospital."""

from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.bounds import Grade
from livingdrug.bedside.crs_axes import raised_temperature, vasopressor_count
from livingdrug.bedside.episodes import days_with, ever, first_day, span_days
from livingdrug.evidence import Edition
from livingdrug.observations import Observations, OxygenDevice, PlaceOfCare
from livingdrug.units import DAYS_PER_MONTH

_KEY = "course.toxicity"


@dataclass(frozen=True)
class CrsCare:
    """Support during the episode of each patient; fields as in ``Toxicity``."""

    crs_grade4_day: np.ndarray
    fever_days: np.ndarray
    icu_days: np.ndarray
    ventilated_days: np.ndarray
    dialysis_days: np.ndarray
    crs_hypotension_treated: np.ndarray
    crs_low_fibrinogen: np.ndarray


def crs_care(observations: Observations, penn: np.ndarray, inside: np.ndarray, rules: Edition) -> CrsCare:
    """Read how long fever and support lasted within the CRS episode.

    Fever is any, as in the label's counting. A time lasts from the first to the last decision at which
    something held, and until the one after it.

    Parameters
    ----------
    observations : Observations (patients, times)
    penn : int8 array (patients, times)
        Penn grade of these observations.
    inside : bool array (patients, times)
        The investigators' episode.
    rules : Edition
        The evidence.
    """
    day = observations.day
    hot = raised_temperature(observations.temperature_c, rules) == 1
    treated = (observations.fluid_bolus == 1) | (vasopressor_count(observations)[0] >= 1)
    ventilated = observations.oxygen_device == OxygenDevice.VENTILATOR
    low_fibrinogen = observations.fibrinogen_mg_per_dl < rules.number(f"{_KEY}.crs.fibrinogen_below")
    return CrsCare(
        crs_grade4_day=first_day(penn == Grade.FOUR, inside, day),
        fever_days=span_days(hot, inside, day),
        icu_days=span_days(observations.place_of_care == PlaceOfCare.ICU, inside, day),
        ventilated_days=span_days(ventilated, inside, day),
        dialysis_days=span_days(observations.dialysis == 1, inside, day),
        crs_hypotension_treated=ever(treated, inside),
        crs_low_fibrinogen=ever(low_fibrinogen, inside),
    )


@dataclass(frozen=True)
class HospitalStay:
    """Stay in hospital in the first weeks of each patient; fields as in ``Toxicity``."""

    hospital_first_day: np.ndarray
    hospital_days: np.ndarray


def hospital_stay(observations: Observations, rules: Edition) -> HospitalStay:
    """Read from the place of care who was in hospital after infusion, from when and how long."""
    day = observations.day
    early = day <= rules.number(f"{_KEY}.hospital_months") * DAYS_PER_MONTH
    known = observations.place_of_care >= PlaceOfCare.OUTPATIENT
    admitted = observations.place_of_care >= PlaceOfCare.WARD
    return HospitalStay(
        hospital_first_day=first_day(admitted, early, day),
        hospital_days=days_with(admitted, known, day, early),
    )
