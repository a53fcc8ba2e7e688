"""What stage 7 reads of the stages before, and the record that it writes."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from livingdrug.observations import Observations
from livingdrug.tables import describe


class Infused(Protocol):
    """What this stage reads of the infusion record, columns (n,)."""

    @property
    def infused(self) -> np.ndarray: ...  # noqa: D102


class Followed(Protocol):
    """What this stage reads of the in vivo record."""

    @property
    def reached(self) -> np.ndarray: ...  # noqa: D102
    @property
    def observations(self) -> Observations: ...  # noqa: D102
    @property
    def n_tocilizumab(self) -> np.ndarray: ...  # noqa: D102
    @property
    def steroid_first_day(self) -> np.ndarray: ...  # noqa: D102
    @property
    def death_day(self) -> np.ndarray: ...  # noqa: D102
    @property
    def death_cause(self) -> np.ndarray: ...  # noqa: D102
    @property
    def followed_until_day(self) -> np.ndarray: ...  # noqa: D102


DRAWN_COLUMNS = (
    "neurological_event_grade",
    "neurological_onset_day",
    "neurological_resolved_day",
    "headache",
    "encephalopathy",
    "delirium",
    "infection_grade_8_weeks",
    "reactions",
)
"""Columns of ``Toxicity`` that rest on rates drawn as published: inputs, never predictions."""


@dataclass(frozen=True)
class Toxicity:
    """The toxicity of each infused patient; -1 or NaN where not infused or not assessable.

    Grades and codes are int8, days count from infusion, flags marked *tri* are 1, 0 or -1.

    Attributes
    ----------
    crs_penn, crs_lee, crs_astct : (n,)
        Worst grade of the CRS episode as investigators count it: fever that an infection explains is left
        out. 5 when CRS was the cause of death.
    crs_onset_day, crs_resolved_day : (n,), day
    crs_as_fda_penn, crs_as_fda_onset_day : (n,)
        Any fever, hypotension or hypoxia near infusion counts, whatever explains it.
    crs_with_fever, crs_with_hypotension, crs_with_hypoxia, crs_with_tachycardia : bool (n,)
        Signs during the episode by either counting; what was given, below, during the investigators'.
    n_tocilizumab : (n,), count
    steroid_given : bool (n,)
    icu, oxygen_given, intubated, high_dose_vasopressor, dialysis : bool (n,)
        Support during the episode.
    crs_grade4_day : (n,), day
        First day with Penn grade 4 in the episode.
    fever_days, icu_days, ventilated_days, dialysis_days : (n,), day
        From first to last within the episode; NaN where there was none.
    crs_hypotension_treated, crs_low_fibrinogen : bool (n,)
        Low pressure given fluid or a pressor, and fibrinogen below the limit, in the episode.
    hospital_first_day, hospital_days : (n,), day
        First day in hospital after infusion and days spent there, in the first weeks.
    icans_grade, icans_onset_day, icans_resolved_day : (n,)
    neurological_event_grade, neurological_onset_day, neurological_resolved_day : (n,)
        ICANS or any drawn neurological symptom (the label's wide sense).
    headache, encephalopathy, delirium : bool (n,)
        Drawn.
    neutropenia_grade_day28, thrombocytopenia_grade_day28, ..._month3 : (n,)
        CTCAE grade of the count nearest to the landmark.
    neutropenia_grade_worst, thrombocytopenia_grade_worst, anaemia_grade_worst, lymphopenia_grade_worst : (n,)
        Worst CTCAE grade to month 3.
    lowest_anc_e9_per_l, lowest_platelets_e9_per_l : (n,), e9/L
        To month 3.
    days_anc_below_0_5 : (n,), day
        Time below the limit of grade 4, to month 3.
    icaht_early, icaht_late : (n,)
    febrile_neutropenia : tri (n,)
        CTCAE criteria met in the early weeks, outside CRS or with a fever that something else explains.
    febrile_neutropenia_any_fever : tri (n,)
        The same criteria with any fever, CRS included.
    infection_grade_8_weeks : (n,)
        Drawn in vivo, with a hazard set to the published rate.
    hypogammaglobulinaemia, hlh_like, tumour_lysis_laboratory : tri (n,)
    hypogammaglobulinaemia_grade : (n,)
    tumour_lysis_grade : (n,)
        CTCAE: 0 also where the laboratory alone shows it.
    treatment_related_death : bool (n,)
        Death of CRS, neurotoxicity or an HLH-like syndrome.
    reactions : (n, reactions)
        Drawn: 0 none, 1 below grade 3, 3 grade 3 or more, -1 no published rate.
    reaction_names : tuple of str
    """

    reached: np.ndarray
    crs_penn: np.ndarray
    crs_lee: np.ndarray
    crs_astct: np.ndarray
    crs_onset_day: np.ndarray
    crs_resolved_day: np.ndarray
    crs_as_fda_penn: np.ndarray
    crs_as_fda_onset_day: np.ndarray
    crs_with_fever: np.ndarray
    crs_with_hypotension: np.ndarray
    crs_with_hypoxia: np.ndarray
    crs_with_tachycardia: np.ndarray
    n_tocilizumab: np.ndarray
    steroid_given: np.ndarray
    icu: np.ndarray
    oxygen_given: np.ndarray
    intubated: np.ndarray
    high_dose_vasopressor: np.ndarray
    dialysis: np.ndarray
    crs_grade4_day: np.ndarray
    fever_days: np.ndarray
    icu_days: np.ndarray
    ventilated_days: np.ndarray
    dialysis_days: np.ndarray
    crs_hypotension_treated: np.ndarray
    crs_low_fibrinogen: np.ndarray
    hospital_first_day: np.ndarray
    hospital_days: np.ndarray
    icans_grade: np.ndarray
    icans_onset_day: np.ndarray
    icans_resolved_day: np.ndarray
    neurological_event_grade: np.ndarray
    neurological_onset_day: np.ndarray
    neurological_resolved_day: np.ndarray
    headache: np.ndarray
    encephalopathy: np.ndarray
    delirium: np.ndarray
    neutropenia_grade_day28: np.ndarray
    neutropenia_grade_month3: np.ndarray
    thrombocytopenia_grade_day28: np.ndarray
    thrombocytopenia_grade_month3: np.ndarray
    neutropenia_grade_worst: np.ndarray
    thrombocytopenia_grade_worst: np.ndarray
    anaemia_grade_worst: np.ndarray
    lymphopenia_grade_worst: np.ndarray
    lowest_anc_e9_per_l: np.ndarray
    lowest_platelets_e9_per_l: np.ndarray
    days_anc_below_0_5: np.ndarray
    icaht_early: np.ndarray
    icaht_late: np.ndarray
    febrile_neutropenia: np.ndarray
    febrile_neutropenia_any_fever: np.ndarray
    infection_grade_8_weeks: np.ndarray
    hypogammaglobulinaemia: np.ndarray
    hypogammaglobulinaemia_grade: np.ndarray
    hlh_like: np.ndarray
    tumour_lysis_laboratory: np.ndarray
    tumour_lysis_grade: np.ndarray
    treatment_related_death: np.ndarray
    reactions: np.ndarray
    reaction_names: tuple[str, ...]

    def __repr__(self) -> str:
        return describe(self)
