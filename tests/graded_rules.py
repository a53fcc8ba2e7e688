"""Every graded rule as a function from a chart to a grade, with its inputs from the mildest to the worst.

A chart is a dict of values a patient; a rule with a record over days takes a list of charts, one a day.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.answers import Graded, Verdict
from livingdrug.bedside.antibody_levels import grade_hypogammaglobulinaemia
from livingdrug.bedside.blood_counts import (
    car_hematotox,
    grade_anaemia,
    grade_febrile_neutropenia,
    grade_lymphopenia,
    grade_neutropenia,
    grade_thrombocytopenia,
    prolonged_cytopenia,
)
from livingdrug.bedside.icaht import grade_icaht
from livingdrug.bedside.iec_hs import meets_iec_hs
from livingdrug.bedside.tumour_lysis import ctcae_tumour_lysis, grade_tumour_lysis, laboratory_tumour_lysis
from livingdrug.evidence import Edition
from livingdrug.observations import FLOAT_FIELDS, UNKNOWN, Observations, observations_with

Chart = dict[str, float]
Answer = Graded | Verdict | np.ndarray


@dataclass(frozen=True)
class Rule:
    """A rule that grades charts.

    Attributes
    ----------
    ask : function of (observations, rules)
        Returns a grade, a verdict, or an array.
    ladders : dict of field to values, the mildest first
    by_time : bool
        Whether the observations are (patients, times) rather than (patients,) or either.
    """

    ask: Callable[[Observations, Edition], Answer]
    ladders: dict[str, tuple[float, ...]]
    by_time: bool = False


COUNTS = {
    "anc_e9_per_l": (4.0, 2.0, 1.99, 1.5, 1.2, 1.19, 1.0, 0.99, 0.5, 0.49, 0.1, 0.0),
    "platelets_e9_per_l": (200.0, 175.0, 150.0, 149.0, 75.0, 74.0, 50.0, 49.0, 25.0, 24.0, 0.0),
    "alc_e9_per_l": (2.0, 1.0, 0.9, 0.8, 0.7, 0.5, 0.4, 0.2, 0.1),
    "haemoglobin_g_per_dl": (14.0, 12.0, 11.9, 10.0, 9.9, 9.0, 8.9, 8.0, 7.9),
    "red_cells_transfused": (0, 1),
}
TEMPERATURES = {"temperature_c": (36.8, 37.9, 38.0, 38.3, 38.4, 40.0)}
INFLAMMATION = {
    "crp_mg_per_l": (2.0, 29.9, 30.0, 300.0),
    "ferritin_ug_per_l": (100.0, 600.0, 601.0, 650.0, 2000.0, 2001.0, 9000.0),
    "alt_x_uln": (1.0, 5.0, 5.1),
    "fibrinogen_mg_per_dl": (300.0, 150.0, 149.0),
}
LYSIS = {
    "urate_mg_per_dl": (4.0, 5.0, 7.9, 8.0),
    "potassium_mmol_per_l": (4.0, 5.0, 5.9, 6.0),
    "phosphate_mg_per_dl": (3.0, 4.4, 4.5, 6.5),
    "calcium_mg_per_dl": (9.0, 7.1, 7.0, 6.0),
    "creatinine_mg_per_dl": (0.8, 1.8, 1.9, 3.7, 7.3),
    "seizure": (0, 1, 2),
    "dialysis": (0, 1),
}
ADULT_YEARS = 40.0


def baseline(n: int) -> Observations:
    """Return the values before treatment with which a change is compared, the same for every patient."""
    known = {
        "ferritin_ug_per_l": 250.0,
        "anc_e9_per_l": 3.0,
        "platelets_e9_per_l": 180.0,
        "urate_mg_per_dl": 4.0,
        "potassium_mmol_per_l": 4.0,
        "phosphate_mg_per_dl": 3.0,
        "calcium_mg_per_dl": 9.0,
    }
    return observations_with(n, {name: np.full(n, value) for name, value in known.items()})


def _laboratory(observations: Observations, rules: Edition) -> Verdict:
    n = observations.day.shape[0]
    return laboratory_tumour_lysis(observations, baseline(n), np.full(n, ADULT_YEARS), rules)


def _clinical(observations: Observations, rules: Edition) -> Graded:
    return grade_tumour_lysis(observations, _laboratory(observations, rules), rules)


def _alive(observations: Observations) -> np.ndarray:
    return np.full(observations.day.shape[0], np.nan)


def _only(*names: str) -> dict[str, tuple[float, ...]]:
    everything = {**COUNTS, **TEMPERATURES, **INFLAMMATION, **LYSIS}
    return {name: everything[name] for name in names}


RULES: dict[str, Rule] = {
    "neutropenia": Rule(grade_neutropenia, _only("anc_e9_per_l")),
    "thrombocytopenia": Rule(grade_thrombocytopenia, _only("platelets_e9_per_l")),
    "lymphopenia": Rule(grade_lymphopenia, _only("alc_e9_per_l")),
    "anaemia": Rule(grade_anaemia, _only("haemoglobin_g_per_dl", "red_cells_transfused")),
    "febrile_neutropenia": Rule(grade_febrile_neutropenia, _only("temperature_c", "anc_e9_per_l")),
    "hypogammaglobulinaemia": Rule(
        lambda observations, rules: grade_hypogammaglobulinaemia(observations.igg_g_per_l, rules),
        {"igg_g_per_l": (9.0, 7.0, 6.9, 4.0, 3.9, 0.5)},
    ),
    "hematotox": Rule(
        lambda observations, rules: car_hematotox(observations, rules).high_risk,
        _only(
            "anc_e9_per_l", "platelets_e9_per_l", "haemoglobin_g_per_dl", "crp_mg_per_l", "ferritin_ug_per_l"
        ),
    ),
    "iec_hs": Rule(
        lambda observations, rules: meets_iec_hs(observations, baseline(len(observations.day)), rules),
        _only("anc_e9_per_l", "platelets_e9_per_l", "ferritin_ug_per_l", "alt_x_uln", "fibrinogen_mg_per_dl"),
    ),
    "laboratory_tumour_lysis": Rule(
        _laboratory,
        _only("urate_mg_per_dl", "potassium_mmol_per_l", "phosphate_mg_per_dl", "calcium_mg_per_dl"),
        by_time=True,
    ),
    "clinical_tumour_lysis": Rule(_clinical, LYSIS, by_time=True),
    "ctcae_tumour_lysis": Rule(
        lambda observations, rules: ctcae_tumour_lysis(observations, _clinical(observations, rules), rules),
        LYSIS,
        by_time=True,
    ),
    "icaht_early": Rule(
        lambda observations, rules: grade_icaht(observations, _alive(observations), rules).early,
        _only("anc_e9_per_l"),
        by_time=True,
    ),
    "icaht_late": Rule(
        lambda observations, rules: grade_icaht(observations, _alive(observations), rules).late,
        _only("anc_e9_per_l"),
        by_time=True,
    ),
    "prolonged_cytopenia": Rule(
        lambda observations, rules: prolonged_cytopenia(observations, 28.0, rules).prolonged,
        _only("anc_e9_per_l", "platelets_e9_per_l", "haemoglobin_g_per_dl", "red_cells_transfused"),
        by_time=True,
    ),
}


def grades(answer: Answer) -> np.ndarray:
    """Return what a rule answers as small integers."""
    if isinstance(answer, Graded):
        return answer.grade
    return answer.answer if isinstance(answer, Verdict) else answer


def _column(name: str, rows: Sequence[Sequence[Chart]]) -> np.ndarray:
    kind = float if name in FLOAT_FIELDS else np.int8
    return np.array([[chart.get(name, UNKNOWN[name]) for chart in row] for row in rows], dtype=kind)


def observed(rows: Sequence[Sequence[Chart]]) -> Observations:
    """Return records of several patients, each a chart a time, as (patients, times)."""
    names = sorted({name for row in rows for chart in row for name in chart})
    columns = {name: _column(name, rows) for name in names}
    return observations_with((len(rows), len(rows[0])), columns)


def observed_once(charts: Sequence[Chart]) -> Observations:
    """Return one chart of each patient as (patients,)."""
    names = sorted({name for chart in charts for name in chart})
    columns = {name: _column(name, [charts])[0] for name in names}
    return observations_with(len(charts), columns)
