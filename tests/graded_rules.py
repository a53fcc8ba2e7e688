"""Every graded rule as a function from a chart to a grade, with its inputs from the mildest to the worst.

A chart is a dict of values a patient; a rule with a record over days takes a list of charts, one a day.
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from livingdrug.bedside.answers import Graded, Verdict
from livingdrug.bedside.antibody_levels import grade_hypogammaglobulinaemia
from livingdrug.bedside.blood_counts import (
    grade_anaemia,
    grade_leukopenia,
    grade_lymphopenia,
    grade_neutropenia,
    grade_thrombocytopenia,
    prolonged_cytopenia,
)
from livingdrug.bedside.car_hematotox import car_hematotox
from livingdrug.bedside.ctcae_electrolytes import grade_hyperkalaemia, grade_hypocalcaemia
from livingdrug.bedside.ctcae_laboratory import grade_bilirubin, grade_creatinine, grade_fibrinogen
from livingdrug.bedside.ctcae_neurology import (
    Limitation,
    SeizureKind,
    Term,
    grade_seizure,
    grade_symptom,
)
from livingdrug.bedside.febrile_neutropenia import grade_febrile_neutropenia
from livingdrug.bedside.hct_ci import Comorbidities, score_comorbidity
from livingdrug.bedside.hlh_2004 import Hlh2004Inputs, meets_hlh_2004
from livingdrug.bedside.hscore import HScoreInputs, score_haemophagocytosis
from livingdrug.bedside.hypersensitivity import (
    Reaction,
    grade_allergic_reaction,
    grade_anaphylaxis,
    grade_infusion_reaction,
)
from livingdrug.bedside.icaht import grade_icaht
from livingdrug.bedside.icaht_platelets import grade_icaht_platelets
from livingdrug.bedside.iec_hs import IecHsCourse, grade_iec_hs, meets_iec_hs
from livingdrug.bedside.mental_scores import CapdItems, IceItems, ScoreBounds, capd_score, ice_score
from livingdrug.bedside.points import Score
from livingdrug.bedside.sepsis import BloodCulture, grade_sepsis
from livingdrug.bedside.tumour_lysis import (
    ctcae_tumour_lysis,
    findings_in_window,
    grade_tumour_lysis,
    laboratory_tumour_lysis,
)
from livingdrug.evidence import Edition
from livingdrug.observations import Observations, observations_with

Chart = dict[str, float]
Answer = Graded | Verdict | Score | ScoreBounds | np.ndarray


@dataclass(frozen=True)
class Rule:
    """A rule that grades charts.

    Attributes
    ----------
    ask : function of (record, rules)
        Returns a grade, a verdict, a score or an array.
    ladders : dict of field to values
        The mildest first; whole numbers are flags and codes. A single value is not varied.
    by_time : bool
        Whether the observations are (patients, times) rather than (patients,).
    record : type
        What the rule reads: observations, or a record of columns with a ladder for each.
    """

    ask: Callable[[Any, Edition], Answer]
    ladders: dict[str, tuple[float, ...]]
    by_time: bool = False
    record: type = Observations

    @property
    def varied(self) -> tuple[str, ...]:
        """The fields that can be milder or worse."""
        return tuple(name for name, ladder in self.ladders.items() if len(ladder) > 1)

    def unknown(self, name: str) -> float:
        """Return what stands for not known in a field."""
        return np.nan if isinstance(self.ladders[name][0], float) else -1

    def read(self, rows: Sequence[Sequence[Chart]]) -> Any:
        """Return the record of several patients, each a chart a time."""
        columns = {
            name: np.array([[chart[name] for chart in row] for row in rows], dtype=self._kind(name))
            for name in rows[0][0]
            if name == "day" or name in self.ladders
        }
        if not self.by_time:
            columns = {name: column[:, 0] for name, column in columns.items()}
        if self.record is Observations:
            return observations_with(next(iter(columns.values())).shape, columns)
        return self.record(**columns)

    def _kind(self, name: str) -> type:
        return float if name == "day" or isinstance(self.ladders[name][0], float) else np.int8


def _flags(record: type, **ladders: tuple[float, ...]) -> dict[str, tuple[float, ...]]:
    """Return a ladder for every field of a record: no and yes where nothing else is said."""
    return {field.name: ladders.get(field.name, (0, 1)) for field in dataclasses.fields(record)}


COUNTS = {
    "anc_e9_per_l": (4.0, 2.0, 1.99, 1.5, 1.2, 1.19, 1.0, 0.99, 0.5, 0.49, 0.1, 0.0),
    "platelets_e9_per_l": (200.0, 175.0, 150.0, 149.0, 75.0, 74.0, 50.0, 49.0, 25.0, 24.0, 0.0),
    "alc_e9_per_l": (2.0, 1.0, 0.9, 0.8, 0.7, 0.5, 0.4, 0.2, 0.1),
    "haemoglobin_g_per_dl": (14.0, 12.0, 11.9, 10.0, 9.9, 9.0, 8.9, 8.0, 7.9),
    "white_cells_e9_per_l": (6.0, 4.0, 3.9, 3.0, 2.9, 2.0, 1.9, 1.0, 0.9),
    "platelets_transfused": (0, 1),
    "bilirubin_mg_per_dl": (0.8, 1.2, 1.3, 1.9, 3.7, 12.1),
    "creatinine_x_baseline": (1.0, 1.6, 3.1),
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
    return grade_tumour_lysis(
        findings_in_window(observations, rules), _laboratory(observations, rules), rules
    )


def _alive(observations: Observations) -> np.ndarray:
    return np.full(observations.day.shape[0], np.nan)


def _only(*names: str) -> dict[str, tuple[float, ...]]:
    everything = {**COUNTS, **TEMPERATURES, **INFLAMMATION, **LYSIS}
    return {name: everything[name] for name in names}


RULES: dict[str, Rule] = {
    "neutropenia": Rule(grade_neutropenia, _only("anc_e9_per_l")),
    "thrombocytopenia": Rule(grade_thrombocytopenia, _only("platelets_e9_per_l")),
    "lymphopenia": Rule(grade_lymphopenia, _only("alc_e9_per_l")),
    "leukopenia": Rule(grade_leukopenia, _only("white_cells_e9_per_l")),
    "anaemia": Rule(grade_anaemia, _only("haemoglobin_g_per_dl", "red_cells_transfused")),
    "febrile_neutropenia": Rule(grade_febrile_neutropenia, _only("temperature_c", "anc_e9_per_l")),
    "hypogammaglobulinaemia": Rule(
        lambda observations, rules: grade_hypogammaglobulinaemia(observations.igg_g_per_l, rules),
        {"igg_g_per_l": (9.0, 7.0, 6.9, 4.0, 3.9, 0.5)},
    ),
    "bilirubin": Rule(
        lambda observations, rules: grade_bilirubin(observations, rules).graded, _only("bilirubin_mg_per_dl")
    ),
    "creatinine": Rule(
        lambda observations, rules: grade_creatinine(observations, rules).graded,
        _only("creatinine_mg_per_dl", "creatinine_x_baseline"),
    ),
    "fibrinogen": Rule(
        lambda observations, rules: grade_fibrinogen(observations, rules).graded,
        {"fibrinogen_mg_per_dl": (300.0, 200.0, 199.0, 149.0, 99.0, 49.0)},
    ),
    "hyperkalaemia": Rule(
        lambda observations, rules: grade_hyperkalaemia(observations, rules).graded,
        {"potassium_mmol_per_l": (4.0, 5.0, 5.1, 5.6, 6.1, 7.1)},
    ),
    "hypocalcaemia": Rule(
        lambda observations, rules: grade_hypocalcaemia(observations, rules).graded,
        {"calcium_mg_per_dl": (9.0, 8.5, 8.4, 7.9, 6.9, 5.9)},
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
        lambda observations, rules: ctcae_tumour_lysis(
            findings_in_window(observations, rules), _clinical(observations, rules), rules
        ),
        LYSIS,
        by_time=True,
    ),
    "icaht_early": Rule(
        lambda observations, rules: grade_icaht(observations, _alive(observations), rules).early.graded,
        _only("anc_e9_per_l"),
        by_time=True,
    ),
    "icaht_late": Rule(
        lambda observations, rules: grade_icaht(observations, _alive(observations), rules).late,
        _only("anc_e9_per_l"),
        by_time=True,
    ),
    "platelets_early": Rule(
        lambda observations, rules: (
            grade_icaht_platelets(observations, _alive(observations), rules).early.graded
        ),
        _only("platelets_e9_per_l", "platelets_transfused"),
        by_time=True,
    ),
    "platelets_late": Rule(
        lambda observations, rules: (
            grade_icaht_platelets(observations, _alive(observations), rules).late.graded
        ),
        _only("platelets_e9_per_l", "platelets_transfused"),
        by_time=True,
    ),
    "prolonged_cytopenia": Rule(
        lambda observations, rules: prolonged_cytopenia(observations, 28.0, rules).prolonged,
        _only("anc_e9_per_l", "platelets_e9_per_l", "haemoglobin_g_per_dl", "red_cells_transfused"),
        by_time=True,
    ),
}

_HLH_BLOOD = {
    "temperature_c": (37.0, 38.3, 38.4, 38.5, 39.4, 39.5),
    "haemoglobin_g_per_dl": (14.0, 9.3, 9.2, 9.0, 8.9),
    "platelets_e9_per_l": (300.0, 111.0, 110.0, 100.0, 99.0),
    "ferritin_ug_per_l": (100.0, 499.0, 500.0, 2000.0, 6000.0, 6001.0),
    "triglycerides_mmol_per_l": (1.0, 1.5, 2.9, 3.0, 4.0, 4.1),
    "fibrinogen_g_per_l": (4.0, 2.6, 2.5, 1.6, 1.5),
}
_COMORBIDITY = _flags(
    Comorbidities,
    ejection_fraction_percent=(60.0, 51.0, 50.0),
    bilirubin_x_uln=(0.8, 1.1, 1.5, 1.6),
    aminotransferase_x_uln=(0.8, 1.1, 2.5, 2.6),
    age_years=(ADULT_YEARS,),
    body_mass_index_kg_per_m2=(24.0, 35.0, 35.1),
    body_mass_index_centile=(50.0,),
    creatinine_mg_per_dl=(0.8, 2.0, 2.1),
    dlco_percent=(90.0, 81.0, 80.0, 66.0, 65.0),
    fev1_percent=(90.0, 81.0, 80.0, 66.0, 65.0),
)


@dataclass(frozen=True)
class NeurologyChart:
    """What the neurological terms of CTCAE read, columns (n,)."""

    seizure: np.ndarray
    first: np.ndarray
    several_despite_treatment: np.ndarray
    generalised: np.ndarray
    limitation: np.ndarray


def _seizure(chart: NeurologyChart, rules: Edition) -> Graded:
    kind = SeizureKind(chart.first, chart.several_despite_treatment, chart.generalised)
    return grade_seizure(observations_with(len(chart.first), {"seizure": chart.seizure}), kind, rules)


def _symptom(term: Term) -> Callable[[NeurologyChart, Edition], Graded]:
    def grade(chart: NeurologyChart, rules: Edition) -> Graded:
        return grade_symptom(term, chart.limitation, observations_with(len(chart.first), {}), rules)

    return grade


_NEUROLOGY = _flags(
    NeurologyChart, seizure=(0, 1, 2), limitation=tuple(int(each) for each in Limitation if each >= 0)
)
_WANTED = 4
"""So many items of CAPD, the first, ask for behaviour that is wanted."""
_PRESENT = Verdict(np.ones(1, dtype=np.int8), ())

RULES |= {
    "hscore": Rule(
        lambda inputs, rules: score_haemophagocytosis(inputs, rules).score,
        _flags(
            HScoreInputs,
            **_HLH_BLOOD,
            white_cells_e9_per_l=(9.0, 5.1, 5.0),
            ast_u_per_l=(20.0, 29.0, 30.0),
        ),
        record=HScoreInputs,
    ),
    "hscore_reaches_cut_off": Rule(
        lambda inputs, rules: score_haemophagocytosis(inputs, rules).reaches_cut_off,
        _flags(
            HScoreInputs,
            **_HLH_BLOOD,
            white_cells_e9_per_l=(9.0, 5.1, 5.0),
            ast_u_per_l=(20.0, 29.0, 30.0),
        ),
        record=HScoreInputs,
    ),
    "hlh_2004": Rule(
        meets_hlh_2004,
        _flags(
            Hlh2004Inputs, **_HLH_BLOOD, anc_e9_per_l=(3.0, 1.0, 0.9), soluble_cd25_u_per_ml=(500.0, 2400.0)
        ),
        record=Hlh2004Inputs,
    ),
    "hct_ci": Rule(
        lambda inputs, rules: score_comorbidity(inputs, rules).score, _COMORBIDITY, record=Comorbidities
    ),
    "hct_ci_group": Rule(
        lambda inputs, rules: score_comorbidity(inputs, rules).group, _COMORBIDITY, record=Comorbidities
    ),
    "seizure": Rule(_seizure, _NEUROLOGY, record=NeurologyChart),
    **{term.key: Rule(_symptom(term), _NEUROLOGY, record=NeurologyChart) for term in Term},
    "ice_score": Rule(
        ice_score,
        _flags(
            IceItems,
            orientation=(0.0, 1.0, 4.0),
            naming=(0.0, 1.0, 3.0),
            **dict.fromkeys(("command", "writing", "attention"), (0.0, 1.0)),
        ),
        record=IceItems,
    ),
    "capd_score": Rule(
        capd_score,
        {
            field.name: (0.0, 1.0, 4.0) if i >= _WANTED else (4.0, 3.0, 0.0)
            for i, field in enumerate(dataclasses.fields(CapdItems))
        },
        record=CapdItems,
    ),
    "infusion_reaction": Rule(grade_infusion_reaction, _flags(Reaction), record=Reaction),
    "allergic_reaction": Rule(grade_allergic_reaction, _flags(Reaction), record=Reaction),
    "anaphylaxis": Rule(grade_anaphylaxis, _flags(Reaction), record=Reaction),
    "sepsis": Rule(grade_sepsis, _flags(BloodCulture), record=BloodCulture),
    "iec_hs_grade": Rule(
        lambda course, rules: grade_iec_hs(_PRESENT, course, rules), _flags(IecHsCourse), record=IecHsCourse
    ),
}


def grades(answer: Answer) -> np.ndarray:
    """Return what a rule answers as numbers; of a score the least and the most, along a last axis."""
    if isinstance(answer, Score):
        return np.stack([answer.lowest, answer.highest], axis=-1)
    if isinstance(answer, ScoreBounds):
        return np.stack([answer.least, answer.greatest], axis=-1)
    if isinstance(answer, Graded):
        return answer.grade
    return answer.answer if isinstance(answer, Verdict) else answer
