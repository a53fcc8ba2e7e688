"""What was seen of the living drug in each patient: the record that grading and outcomes read."""

from dataclasses import dataclass

import numpy as np

from livingdrug.observations import Observations
from livingdrug.tables import describe


@dataclass(frozen=True)
class InVivo:
    """The course after infusion as a trial would have recorded it.

    Rows are patients (those never infused have ``reached`` False and nothing recorded). Days count
    from infusion; a day on which nothing happened is NaN. After death or loss from follow-up every
    observation is unknown.

    Attributes
    ----------
    days : tuple (times,), day
        Decision times shared by all rows.
    observations : Observations (patients, times)
        What ward and laboratory saw.
    crs_grade_penn, crs_grade_lee, icans_grade : array (patients, times), int8
        Grades at each decision as management saw them (-1: not assessable).
    tocilizumab_day : array (patients, 4), day
        The doses given.
    response : array (patients, visits), int8
        Response at each visit, as ``bedside.response`` read it (-1: not assessed).
    assessment_day : array (patients, visits), day
    relapse_antigen : array (patients,), int8
        CD19 on the relapsed disease: 1 positive, 0 negative, -1 no relapse or not known.
    death_cause : array (patients,), int8
        ``course.causes.DeathCause``.
    simulation_failed : array (patients,), int8
        ``engine.failure.Failure``: the body could not be integrated further; follow-up ends there.
    """

    reached: np.ndarray
    days: tuple[float, ...]
    visit_months: tuple[float, ...]
    observations: Observations
    crs_grade_penn: np.ndarray
    crs_grade_lee: np.ndarray
    icans_grade: np.ndarray
    tocilizumab_day: np.ndarray
    n_tocilizumab: np.ndarray
    steroid_first_day: np.ndarray
    ivig_first_day: np.ndarray
    icu_first_day: np.ndarray
    assessment_day: np.ndarray
    response: np.ndarray
    progression_day: np.ndarray
    relapse_antigen: np.ndarray
    next_therapy_day: np.ndarray
    transplant_day: np.ndarray
    infection_day_first: np.ndarray
    infection_grade_max: np.ndarray
    second_malignancy_day: np.ndarray
    death_day: np.ndarray
    death_cause: np.ndarray
    followed_until_day: np.ndarray
    withdrew: np.ndarray
    simulation_failed: np.ndarray

    def __repr__(self) -> str:
        return describe(self)
