"""The scales that grade each row of a chart: which there are, and their grades."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from livingdrug.bedside.answers import Graded
from livingdrug.bedside.antibody_levels import GROUNDS as IGG_GROUNDS
from livingdrug.bedside.antibody_levels import grade_hypogammaglobulinaemia
from livingdrug.bedside.blood_counts import (
    ANAEMIA_GROUNDS,
    LEUKOPENIA_GROUNDS,
    LYMPHOPENIA_GROUNDS,
    NEUTROPENIA_GROUNDS,
    THROMBOCYTOPENIA_GROUNDS,
    grade_anaemia,
    grade_leukopenia,
    grade_lymphopenia,
    grade_neutropenia,
    grade_thrombocytopenia,
)
from livingdrug.bedside.bounds import per_patient
from livingdrug.bedside.crs import grade_astct, grade_ctcae, grade_lee, grade_penn
from livingdrug.bedside.crs_axes import read_signs
from livingdrug.bedside.crs_grounds import ASTCT_GROUNDS, CTCAE_GROUNDS, LEE_GROUNDS, PENN_GROUNDS
from livingdrug.bedside.ctcae_electrolytes import (
    HYPERKALAEMIA_GROUNDS,
    HYPERURICAEMIA_GROUNDS,
    HYPOCALCAEMIA_GROUNDS,
    HYPOKALAEMIA_GROUNDS,
    HYPOPHOSPHATAEMIA_GROUNDS,
    grade_hyperkalaemia,
    grade_hyperuricaemia,
    grade_hypocalcaemia,
    grade_hypokalaemia,
    grade_hypophosphataemia,
)
from livingdrug.bedside.ctcae_laboratory import (
    AMINOTRANSFERASE_GROUNDS,
    BILIRUBIN_GROUNDS,
    CREATININE_GROUNDS,
    FIBRINOGEN_GROUNDS,
    grade_aminotransferase,
    grade_bilirubin,
    grade_creatinine,
    grade_fibrinogen,
)
from livingdrug.bedside.febrile_neutropenia import GROUNDS as FEBRILE_NEUTROPENIA_GROUNDS
from livingdrug.bedside.febrile_neutropenia import grade_febrile_neutropenia
from livingdrug.bedside.grade_range import GradeRange
from livingdrug.bedside.grounds import Ground
from livingdrug.bedside.icans import GROUNDS as ICANS_GROUNDS
from livingdrug.bedside.icans import grade_icans
from livingdrug.evidence import Edition
from livingdrug.observations import Observations


@dataclass(frozen=True)
class Scale:
    """One scale: its key (the name of its columns), its words, and what each of its criteria means."""

    key: str
    title: str
    grounds: Mapping[Any, Ground]


_CORE = (
    Scale("crs_astct", "CRS, ASTCT 2019", ASTCT_GROUNDS),
    Scale("crs_lee", "CRS, Lee 2014", LEE_GROUNDS),
    Scale("crs_penn", "CRS, Penn", PENN_GROUNDS),
    Scale("crs_ctcae", "CRS, CTCAE v5", CTCAE_GROUNDS),
    Scale("icans", "ICANS, ASTCT 2019", ICANS_GROUNDS),
    Scale("neutropenia", "Neutropenia, CTCAE v5", NEUTROPENIA_GROUNDS),
    Scale("thrombocytopenia", "Thrombocytopenia, CTCAE v5", THROMBOCYTOPENIA_GROUNDS),
    Scale("lymphopenia", "Lymphopenia, CTCAE v5", LYMPHOPENIA_GROUNDS),
    Scale("leukopenia", "Leukopenia, CTCAE v5", LEUKOPENIA_GROUNDS),
    Scale("anaemia", "Anaemia, CTCAE v5", ANAEMIA_GROUNDS),
    Scale("febrile_neutropenia", "Febrile neutropenia, CTCAE v5", FEBRILE_NEUTROPENIA_GROUNDS),
    Scale("hypogammaglobulinaemia", "Hypogammaglobulinaemia", IGG_GROUNDS),
)
"""Scales of cytokine release, neurotoxicity and blood counts."""
LABORATORY = (
    Scale("alt", "ALT increased, CTCAE v5, baseline taken as normal", AMINOTRANSFERASE_GROUNDS),
    Scale("bilirubin", "Bilirubin increased, CTCAE v5, baseline taken as normal", BILIRUBIN_GROUNDS),
    Scale("creatinine", "Creatinine increased, CTCAE v5", CREATININE_GROUNDS),
    Scale("fibrinogen", "Fibrinogen decreased, CTCAE v5, baseline taken as normal", FIBRINOGEN_GROUNDS),
    Scale("hypokalaemia", "Hypokalaemia, CTCAE v5", HYPOKALAEMIA_GROUNDS),
    Scale("hyperkalaemia", "Hyperkalaemia, CTCAE v5", HYPERKALAEMIA_GROUNDS),
    Scale("hypocalcaemia", "Hypocalcaemia, CTCAE v5", HYPOCALCAEMIA_GROUNDS),
    Scale("hyperuricaemia", "Hyperuricaemia, CTCAE v5", HYPERURICAEMIA_GROUNDS),
    Scale("hypophosphataemia", "Hypophosphataemia, CTCAE v5", HYPOPHOSPHATAEMIA_GROUNDS),
)
"""Terms of the laboratory."""
ROW_SCALES = (*_CORE, *LABORATORY)
"""Scales that grade every row."""


def scale_inputs(scale: Scale) -> frozenset[str]:
    """Return the fields of the record that a scale reads."""
    return frozenset(name for ground in scale.grounds.values() for name in ground.inputs)


def scales_with_input(scales: tuple[Scale, ...], fields: tuple[str, ...]) -> tuple[Scale, ...]:
    """Return the scales of which a record holds at least one input."""
    return tuple(scale for scale in scales if scale_inputs(scale) & set(fields))


_ADULT_FROM = "scales.tumour_lysis.laboratory.adult_from_years"


def grade_rows(
    observations: Observations, age_years: np.ndarray, rules: Edition, fields: tuple[str, ...]
) -> dict[str, Graded]:
    """Grade observations (k, t) on every scale of ``ROW_SCALES``.

    Laboratory terms only where the record holds their input: with nothing known there is nothing to grade.
    """
    signs = read_signs(observations, rules)
    graded = {
        "crs_astct": grade_astct(observations, rules, age_years, signs),
        "crs_lee": grade_lee(observations, rules, age_years, signs),
        "crs_penn": grade_penn(observations, rules, signs),
        "crs_ctcae": grade_ctcae(observations, rules, age_years),
        "icans": grade_icans(observations, age_years, rules),
        "neutropenia": grade_neutropenia(observations, rules),
        "thrombocytopenia": grade_thrombocytopenia(observations, rules),
        "lymphopenia": grade_lymphopenia(observations, rules),
        "leukopenia": grade_leukopenia(observations, rules),
        "anaemia": grade_anaemia(observations, rules),
        "febrile_neutropenia": grade_febrile_neutropenia(observations, rules),
        "hypogammaglobulinaemia": grade_hypogammaglobulinaemia(observations.igg_g_per_l, rules),
    }
    for scale in scales_with_input(LABORATORY, fields):
        graded[scale.key] = _with_bounds(_grade_term(scale.key, observations, age_years, rules))
    return graded


def _with_bounds(found: GradeRange) -> Graded:
    return dataclasses.replace(found.graded, lowest=found.lowest, highest=found.highest)


def _grade_term(key: str, observations: Observations, age_years: np.ndarray, rules: Edition) -> GradeRange:
    """Grade one laboratory term; a usual limit that holds for adults alone is no limit of a child."""
    if key in _TERMS:
        return _TERMS[key](observations, rules)
    adult = per_patient(age_years, observations.day) >= rules.number(_ADULT_FROM)
    if key == "creatinine":
        of_adults = np.where(adult, observations.creatinine_mg_per_dl, np.nan)
        return grade_creatinine(dataclasses.replace(observations, creatinine_mg_per_dl=of_adults), rules)
    of_adults = np.where(adult, observations.phosphate_mg_per_dl, np.nan)
    return grade_hypophosphataemia(dataclasses.replace(observations, phosphate_mg_per_dl=of_adults), rules)


def _grade_alt(observations: Observations, rules: Edition) -> GradeRange:
    return grade_aminotransferase(observations.alt_x_uln, rules)


_TERMS: Mapping[str, Callable[[Observations, Edition], GradeRange]] = {
    "alt": _grade_alt,
    "bilirubin": grade_bilirubin,
    "fibrinogen": grade_fibrinogen,
    "hypokalaemia": grade_hypokalaemia,
    "hyperkalaemia": grade_hyperkalaemia,
    "hypocalcaemia": grade_hypocalcaemia,
    "hyperuricaemia": grade_hyperuricaemia,
}
