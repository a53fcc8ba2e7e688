"""Patients whom the ward no longer sees, set aside: only their survival is followed."""

from dataclasses import dataclass

import numpy as np

from livingdrug.course.s6_in_vivo.events import outlive
from livingdrug.course.s6_in_vivo.journey import PATIENTS_LAST, Journey
from livingdrug.course.s6_in_vivo.survival import Exposure
from livingdrug.evidence import Edition
from livingdrug.tables import concatenate, take


@dataclass(frozen=True)
class Aside:
    """Those who are dead, lost or on another therapy.

    Attributes
    ----------
    rows : array (patients,), int
        Their places among all patients.
    journey : Journey
    """

    rows: np.ndarray
    journey: Journey


def nobody_aside(rows: np.ndarray, journey: Journey) -> Aside:
    """Return a list without patients, in the form of a cohort's journey."""
    none = np.zeros(0, dtype=int)
    return Aside(rows[none], take(journey, none, PATIENTS_LAST))


def set_aside(aside: Aside, rows: np.ndarray, journey: Journey) -> Aside:
    """Return the list with these patients added."""
    together = concatenate([aside.journey, journey], PATIENTS_LAST)
    return Aside(np.concatenate([aside.rows, rows]), together)


def survive(aside: Aside, day_before: float, day: float, rules: Edition) -> Aside:
    """Let an interval pass for those set aside; nothing of them is seen but whether they live."""
    journey = aside.journey
    n = len(aside.rows)
    unseen = np.full(n, -1, dtype=np.int8)
    exposure = Exposure(
        progressed=np.ones(n, dtype=bool),
        tumour_cells=np.zeros(n),
        crs_penn=unseen,
        icans=unseen,
        hlh_like=unseen,
        days_since_transplant=day_before - journey.transplant_day,
        has_second_malignancy=~np.isnan(journey.second_malignancy_day),
    )
    return Aside(aside.rows, outlive(journey, exposure, day_before, day, rules))


def in_order(aside: Aside) -> Journey:
    """Return the journeys in the order of their rows."""
    return take(aside.journey, np.argsort(aside.rows), PATIENTS_LAST)
