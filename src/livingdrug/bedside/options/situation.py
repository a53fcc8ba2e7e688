"""What is known of one patient when options are looked up, and what they are looked up by."""

from dataclasses import dataclass
from enum import StrEnum

from livingdrug.bedside.care import SteroidOrder


class Toxicity(StrEnum):
    """What the options are for."""

    CRS = "crs"
    ICANS = "icans"
    HLH_LIKE = "hlh_like"
    CYTOPENIA = "cytopenia"
    INFECTION = "infection"
    HYPOGAMMAGLOBULINAEMIA = "hypogammaglobulinaemia"
    HYPERSENSITIVITY = "hypersensitivity"


class Guideline(StrEnum):
    """Who states the options; ``any`` holds beside each of them, ``simulation`` is this project's reading."""

    LABEL = "label"
    ASCO_2021 = "asco_2021"
    CARTOX = "cartox"
    MAHADEO_2019 = "mahadeo_2019"
    EHA_EBMT = "eha_ebmt"
    NCCN = "nccn"
    ASTCT_2023 = "astct_2023"
    IEC_HS_2026 = "iec_hs_2026"
    PAEDIATRIC_CENTRES = "paediatric_centres"
    ASH_EDUCATION = "ash_education"
    AAAAI_2022 = "aaaai_2022"
    HILL = "hill"
    HCT = "hct"
    ASBMT = "asbmt"
    UK = "uk"
    ITALY = "italy"
    SIMULATION = "simulation"
    ANY = "any"


GUIDELINE_TITLES = {
    Guideline.LABEL: "the label",
    Guideline.ASCO_2021: "ASCO guideline of 2021",
    Guideline.CARTOX: "CARTOX 2018, as a review reprints it",
    Guideline.MAHADEO_2019: "paediatric CARTOX guideline of 2019",
    Guideline.EHA_EBMT: "EHA and EBMT",
    Guideline.NCCN: "NCCN, from an unofficial transcription and a review",
    Guideline.ASTCT_2023: "ASTCT on HLH-like syndrome (Hines 2023), from memory",
    Guideline.IEC_HS_2026: "guideline on HLH-like syndrome of 2026, from a news digest",
    Guideline.PAEDIATRIC_CENTRES: "practice of single paediatric centres",
    Guideline.ASH_EDUCATION: "table on prophylaxis in Blood",
    Guideline.AAAAI_2022: "AAAAI work group of 2022",
    Guideline.HILL: "Hill and colleagues",
    Guideline.HCT: "guidelines for transplantation",
    Guideline.ASBMT: "ASBMT",
    Guideline.UK: "United Kingdom",
    Guideline.ITALY: "Italy",
    Guideline.SIMULATION: "limits of this project's simulation",
    Guideline.ANY: "beside every guideline",
}


class Scale(StrEnum):
    """The scale by which a table grades."""

    LEE_2014 = "lee_2014"
    ASTCT_2019 = "astct_2019"
    CARTOX_2018 = "cartox_2018"
    MAHADEO_2019 = "mahadeo_2019"
    HINES_2023 = "hines_2023"


SCALE_TITLES = {
    Scale.LEE_2014: "Lee 2014",
    Scale.ASTCT_2019: "ASTCT 2019",
    Scale.CARTOX_2018: "CARTOX 2018",
    Scale.MAHADEO_2019: "paediatric CARTOX 2019",
    Scale.HINES_2023: "IEC-HS, Hines 2023",
}


class Kind(StrEnum):
    """A drug or product that is an option, care around it, or a caution."""

    TREATMENT = "treatment"
    CARE = "care"
    CAUTION = "caution"


@dataclass(frozen=True)
class Situation:
    """One patient now; None is not known, and is never taken for normal or for no.

    Attributes
    ----------
    grade : int
        Of the toxicity asked about.
    scale : Scale
        By which it was graded; None: the scale of the table that is asked.
    with_crs : bool
        CRS at the same time.
    crs_grade : int
        Grade of that CRS by ASTCT 2019; says ``with_crs`` too, where that is not known.
    age_years : number, year
        Some rows are for adults, some for children.
    weight_kg : number, kg
    days_since_infusion : number, day
    crs_onset_hours : number, hour
        From infusion to the beginning of CRS.
    fever_days : number, day
        Without a day's break.
    refractory_fever, refractory_hypotension, cardiac_dysfunction : bool
        Hypotension: that fluids do not mend.
    unstable_circulation, respiratory_distress, rapid_deterioration, mild_presentation : bool
        Presentations of CRS that the label's table of 2018 goes by.
    tocilizumab_doses : int
        So far.
    tocilizumab_hours_ago : tuple of number, hour
        How long ago doses were given, as far as known: the latest ones.
    better_since_first_dose, better_since_last_dose, worse_since_first_dose : bool
        Compared with the state of the toxicity asked about when tocilizumab was given.
    crs_steroid, icans_steroid : SteroidOrder
        Regimen that runs for CRS and for ICANS.
    hours_on_steroid : number, hour
    better_on_steroid : bool
    still_supported : bool
        A vasopressor or oxygen still runs, or may.
    seizure_risk, high_risk : bool
        Higher risk of seizures; high-risk product or patient, by the guideline that asks.
    anc_e9_per_l, platelets_e9_per_l : number, e9/L
    anc_low_days : number, day
        That neutrophils have been below the limit that the guideline asks for.
    haemoglobin_g_per_dl : number, g/dL
    cd4_cells_per_ul : number, cells/uL
    igg_g_per_l : number, g/L
    febrile_neutropenia, hepatitis_b_exposed : bool
    recurrent_infection, serious_infection, serious_recurrent_infection : bool
        Bacterial; the last where the serious ones are those that recur.
    recurrent_sinopulmonary_infection, low_iga_or_igm, poor_vaccine_response : bool
    """

    grade: int | None = None
    scale: Scale | None = None
    with_crs: bool | None = None
    crs_grade: int | None = None
    age_years: float | None = None
    weight_kg: float | None = None
    days_since_infusion: float | None = None
    crs_onset_hours: float | None = None
    fever_days: float | None = None
    refractory_fever: bool | None = None
    refractory_hypotension: bool | None = None
    cardiac_dysfunction: bool | None = None
    unstable_circulation: bool | None = None
    respiratory_distress: bool | None = None
    rapid_deterioration: bool | None = None
    mild_presentation: bool | None = None
    tocilizumab_doses: int | None = None
    tocilizumab_hours_ago: tuple[float, ...] = ()
    better_since_first_dose: bool | None = None
    better_since_last_dose: bool | None = None
    worse_since_first_dose: bool | None = None
    crs_steroid: SteroidOrder | None = None
    icans_steroid: SteroidOrder | None = None
    hours_on_steroid: float | None = None
    better_on_steroid: bool | None = None
    still_supported: bool | None = None
    seizure_risk: bool | None = None
    high_risk: bool | None = None
    anc_e9_per_l: float | None = None
    anc_low_days: float | None = None
    platelets_e9_per_l: float | None = None
    haemoglobin_g_per_dl: float | None = None
    cd4_cells_per_ul: float | None = None
    igg_g_per_l: float | None = None
    febrile_neutropenia: bool | None = None
    hepatitis_b_exposed: bool | None = None
    recurrent_infection: bool | None = None
    serious_infection: bool | None = None
    serious_recurrent_infection: bool | None = None
    recurrent_sinopulmonary_infection: bool | None = None
    low_iga_or_igm: bool | None = None
    poor_vaccine_response: bool | None = None
