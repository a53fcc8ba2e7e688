"""How inputs and criteria of options are written."""

from dataclasses import dataclass

import numpy as np

UNITS_UNSAID = ("1", "count", "")


@dataclass(frozen=True)
class InputWords:
    """An input in a clinician's words, with the unit of what is seen, or the words where a flag is down."""

    text: str
    unit: str = ""
    negated: str = ""

    @property
    def flag(self) -> bool:
        """Whether it is a yes or no."""
        return bool(self.negated)


def _flag(text: str, negated: str = "") -> InputWords:
    """Return the words of a yes or no; where none are given for no, they begin with it."""
    return InputWords(text, negated=negated or f"no {text}")


INPUT_WORDS = {
    "grade": InputWords("grade"),
    "with_crs": _flag("CRS at the same time"),
    "crs_grade": InputWords("grade of CRS by ASTCT 2019"),
    "age_years": InputWords("age", "year"),
    "days_since_infusion": InputWords("time since the infusion", "day"),
    "crs_onset_hours": InputWords("onset of CRS after the infusion", "hour"),
    "fever_days": InputWords("fever for", "day"),
    "refractory_fever": _flag("fever refractory to treatment"),
    "refractory_hypotension": _flag("hypotension refractory to fluids"),
    "cardiac_dysfunction": _flag("impaired function of the heart"),
    "moderate_to_aggressive": _flag(
        "moderate to aggressive presentation (unstable circulation, distress of breathing, fast decline)"
    ),
    "mild_presentation": _flag("mild presentation (high fever, hypoxia or mild hypotension)"),
    "tocilizumab_doses": InputWords("doses of tocilizumab so far"),
    "tocilizumab_due": _flag(
        "no tocilizumab so far, or not better since the last dose",
        "better since the last dose of tocilizumab",
    ),
    "tocilizumab_room": _flag(
        "another dose within the limits of the table", "no further dose within the limits of the table"
    ),
    "hours_since_first_tocilizumab": InputWords("time since the first tocilizumab", "hour"),
    "better_since_first_dose": _flag(
        "better since the first tocilizumab", "not better since the first tocilizumab"
    ),
    "better_since_last_dose": _flag(
        "better since the last tocilizumab", "not better since the last tocilizumab"
    ),
    "worse_since_first_dose": _flag(
        "worse since the first tocilizumab", "not worse since the first tocilizumab"
    ),
    "crs_steroid_running": _flag("a steroid for CRS runs", "no steroid for CRS runs"),
    "icans_steroid_running": _flag("a steroid for ICANS runs", "no steroid for ICANS runs"),
    "upper_steroid_running": _flag("methylprednisolone in the upper regimen runs"),
    "lower_steroid_running": _flag("methylprednisolone in the lower regimen runs"),
    "on_steroid": _flag("a steroid runs", "no steroid runs"),
    "hours_on_steroid": InputWords("time on the steroid", "hour"),
    "better_on_steroid": _flag("better on the steroid", "not better on the steroid"),
    "still_supported": _flag(
        "a vasopressor or oxygen still runs, or may", "neither vasopressor nor oxygen runs any more"
    ),
    "seizure_risk": _flag("higher risk of seizures"),
    "high_risk": _flag("high risk by this guideline"),
    "anc_e9_per_l": InputWords("neutrophils", "e9/L"),
    "anc_low_days": InputWords("neutrophils that low for", "day"),
    "platelets_e9_per_l": InputWords("platelets", "e9/L"),
    "haemoglobin_g_per_dl": InputWords("haemoglobin", "g/dL"),
    "cd4_cells_per_ul": InputWords("CD4 cells", "cells/uL"),
    "igg_g_per_l": InputWords("IgG", "g/L"),
    "igg_mg_per_dl": InputWords("IgG", "mg/dL"),
    "febrile_neutropenia": _flag("febrile neutropenia"),
    "hepatitis_b_exposed": _flag("exposed to hepatitis B", "not exposed to hepatitis B"),
    "recurrent_infection": _flag("recurrent infections"),
    "serious_or_recurrent_infection": _flag("serious or recurrent bacterial infections"),
    "serious_recurrent_infection": _flag("serious, recurrent infections"),
    "recurrent_sinopulmonary_infection": _flag("recurrent infections of sinuses or lungs"),
    "low_iga_or_igm": _flag("low IgA or IgM", "IgA and IgM not low"),
    "poor_vaccine_response": _flag("poor response to vaccines"),
}
COMPARISON_WORDS = {"at_least": "at least", "at_most": "at most", "above": "more than", "below": "less than"}
NOT_KNOWN = "not known"


def with_unit(value: float, unit: str) -> str:
    """Write a number with its unit."""
    if unit in UNITS_UNSAID:
        return f"{value:g}"
    plural = "s" if unit in ("year", "day", "hour") and value != 1 else ""
    return f"{value:g} {unit}{plural}"


def flag_words(name: str, up: bool) -> str:
    """Write that a yes or no is so, or that it is not."""
    words = INPUT_WORDS[name]
    return words.text if up else words.negated


def comparison_words(name: str, comparison: str, limit: float | None, unit: str) -> str:
    """Write a criterion that compares an input with a limit."""
    text = INPUT_WORDS[name].text
    if limit is None:
        return f"{text}: this edition states no limit"
    return f"{text} {COMPARISON_WORDS[comparison]} {with_unit(limit, unit)}"


def said(name: str, seen: tuple[float, float]) -> str:
    """Write what was seen of an input: a value, its bounds, or that it is not known."""
    low, high = seen
    words = INPUT_WORDS[name]
    if words.flag:
        return flag_words(name, bool(low)) if low == high else NOT_KNOWN
    if low == high:
        return with_unit(low, words.unit) if np.isfinite(low) else "none"
    if np.isfinite(low):
        return f"at least {with_unit(low, words.unit)}"
    return NOT_KNOWN
