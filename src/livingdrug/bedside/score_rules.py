"""How each rule that a file of scores may ask for is called, and its answers told in words."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from livingdrug.bedside.answers import MET, NOT_ASSESSABLE, NOT_MET, Verdict
from livingdrug.bedside.blood_counts import CD4_GROUNDS, LymphocyteSubsets, grade_cd4_lymphopenia
from livingdrug.bedside.ctcae_neurology import GROUNDS as NEUROLOGY_GROUNDS
from livingdrug.bedside.ctcae_neurology import (
    Limitation,
    NeurologyCriterion,
    SeizureKind,
    Term,
    grade_seizure,
    grade_symptom,
)
from livingdrug.bedside.hct_ci import Comorbidities, HctCiGroup, score_comorbidity
from livingdrug.bedside.hlh_2004 import Hlh2004Inputs, meets_hlh_2004
from livingdrug.bedside.hscore import HScoreInputs, score_haemophagocytosis
from livingdrug.bedside.iec_hs import GROUNDS as IEC_HS_GROUNDS
from livingdrug.bedside.iec_hs import (
    IecHsCourse,
    IecHsFindings,
    SupportingFindings,
    grade_iec_hs,
    meets_iec_hs,
    supporting_findings,
)
from livingdrug.bedside.lugano import GROUNDS as LUGANO_GROUNDS
from livingdrug.bedside.lugano import (
    OtherSites,
    TargetLesions,
    classify_by_ct,
)
from livingdrug.bedside.mental_scores import CapdItems, IceItems, capd_score, ice_score
from livingdrug.bedside.remission import GROUNDS as REMISSION_GROUNDS
from livingdrug.bedside.remission import (
    LeukaemiaFindings,
    Remission,
    Series,
    classify_remission,
    read_residual_disease,
    remission_held,
)
from livingdrug.bedside.response import Response
from livingdrug.bedside.score_answers import (
    OPEN,
    YES_OR_NO,
    Told,
    completed,
    told_bounds,
    told_grade,
    told_number,
    told_points,
    told_verdict,
)
from livingdrug.bedside.score_fields import fields_of, record_of
from livingdrug.bedside.score_inputs import (
    CalciumTest,
    IecHsValues,
    LowerLimit,
    RemissionDays,
    ResidualTest,
    SeizureSeen,
    Symptom,
)
from livingdrug.bedside.tumour_lysis import corrected_calcium_mg_per_dl
from livingdrug.evidence import Edition
from livingdrug.observations import Seizure, empty_observations, observations_with

Given = Mapping[type, Any]
"""Records of one patient by their type, columns (1,)."""

RESPONSES = {
    Response.CR: "complete response (CR)",
    Response.PR: "partial response (PR)",
    Response.SD: "no response, no progression (SD)",
    Response.PD: "progression (PD)",
}
_REMISSIONS = {
    Remission.CR: "complete remission (CR)",
    Remission.CRI: "remission with one count recovered (CRi)",
    Remission.MLFS: "leukaemia-free state, no count recovered (MLFS)",
    Remission.NO_RESPONSE: "no response",
    Remission.RELAPSE: "relapse",
    Remission.RELAPSE_UNCONFIRMED: "relapse that awaits confirming tests",
}
_GROUPS = {HctCiGroup.LOW: "low", HctCiGroup.INTERMEDIATE: "intermediate", HctCiGroup.HIGH: "high"}
_SERIES = {
    Series.CIBMTR: "By the registry (four weeks without transfusion)",
    Series.TRIALS: "By the trials (more than seven days without transfusion)",
}


def _source(rules: Edition, key: str) -> str:
    return rules.sourced(key).source


def tell_hscore(given: Given, rules: Edition) -> tuple[Told, ...]:
    """Tell the HScore and whether it reaches the cut-off, never a probability."""
    found = score_haemophagocytosis(given[HScoreInputs], rules)
    note = (
        f"In the series that the score was made from, the cut-off had a sensitivity of "
        f"{found.sensitivity_percent:g}% and a specificity of {found.specificity_percent:g}%; neither is the "
        f"chance that a patient has the syndrome."
    )
    return (
        told_points("Score", found.score, _source(rules, "scales.hscore.ferritin.from")),
        told_verdict(
            "At or above the cut-off",
            found.reaches_cut_off,
            _source(rules, "scales.hscore.cut_off.from"),
            note,
        ),
    )


def tell_hlh_2004(given: Given, rules: Edition) -> tuple[Told, ...]:
    """Tell whether the criteria of HLH-2004 are met."""
    verdict = meets_hlh_2004(given[Hlh2004Inputs], rules)
    return (told_verdict("Criteria of HLH-2004 met", verdict, _source(rules, "scales.hlh_2004.needed")),)


def tell_hct_ci(given: Given, rules: Edition) -> tuple[Told, ...]:
    """Tell the comorbidity index and its risk group."""
    found = score_comorbidity(given[Comorbidities], rules)
    source = _source(rules, "scales.hct_ci.groups.high_from")
    group = _GROUPS.get(HctCiGroup(int(found.group[0])), OPEN)
    return (told_points("Score", found.score, source), Told("Risk group", group, source=source))


def tell_iec_hs(given: Given, rules: Edition) -> tuple[Told, ...]:
    """Tell whether the HLH-like syndrome is there, its grade and what often comes with it."""
    values = given[IecHsValues]
    names = ("ferritin_ug_per_l", "alt_x_uln", "fibrinogen_mg_per_dl", "anc_e9_per_l", "platelets_e9_per_l")
    before = ("ferritin_ug_per_l", "anc_e9_per_l", "platelets_e9_per_l")
    now = observations_with(1, {name: getattr(values, name) for name in names})
    baseline = observations_with(1, {name: getattr(values, f"baseline_{name}") for name in before})
    syndrome = meets_iec_hs(now, baseline, rules, given[IecHsFindings])
    source = _source(rules, "scales.iec_hs.ferritin.multiple")
    course = given[IecHsCourse]
    others = supporting_findings(given[SupportingFindings], rules)
    seen = ", ".join(reason.text.rstrip(".") for reason in others if reason.answer[0] == 1)
    nothing = "none" if all(reason.answer[0] == NOT_MET for reason in others) else OPEN
    return (
        told_verdict("Syndrome present", syndrome, source),
        told_grade(
            "Grade",
            grade_iec_hs(syndrome, course, rules),
            IEC_HS_GROUNDS,
            course,
            rules,
            possible=lambda: _possible_iec_hs(syndrome, course, rules),
        ),
        Told("Supporting findings, none of them needed", seen or nothing, criteria=others, source=source),
    )


def _ways(answer: np.ndarray, every: tuple[int, ...]) -> tuple[int, ...]:
    """Return the flag or code of one patient where it is known, otherwise all that it may be."""
    return every if answer[0] == NOT_ASSESSABLE else (int(answer[0]),)


def _possible_iec_hs(syndrome: Verdict, course: IecHsCourse, rules: Edition) -> np.ndarray:
    rows = completed(course)
    every = (
        Verdict(np.full(len(rows.died), answer, dtype=np.int8), ())
        for answer in _ways(syndrome.answer, (NOT_MET, MET))
    )
    return np.concatenate([grade_iec_hs(verdict, rows, rules).grade for verdict in every])


def tell_remission(given: Given, rules: Edition) -> tuple[Told, ...]:
    """Tell the outcome of one assessment of leukaemia, by the registry and by the trials."""
    seen = given[LeukaemiaFindings]
    return tuple(
        told_grade(
            words, classify_remission(seen, series, rules), REMISSION_GROUNDS, seen, rules, _REMISSIONS
        )
        for series, words in _SERIES.items()
    )


def tell_held(given: Given, rules: Edition) -> tuple[Told, ...]:
    """Tell whether a remission was held."""
    days = given[RemissionDays]
    answer = int(remission_held(days.first_day, days.last_day, rules)[0])
    source = _source(rules, "scales.all_response.held_from_days")
    return (Told("Remission held for four weeks", YES_OR_NO[answer], source=source),)


def tell_residual(given: Given, rules: Edition) -> tuple[Told, ...]:
    """Tell whether residual disease is negative, and the level found."""
    test = given[ResidualTest]
    found = read_residual_disease(test.found_fraction, test.assay_limit_fraction, rules)
    source = _source(rules, "scales.all_response.mrd_negative_below")
    level = told_number(
        "Order of magnitude found", found.level_log10, "(log10 of the share of cells)", source
    )
    negative = Told("Residual disease negative", YES_OR_NO[int(found.negative[0])], source=source)
    return (negative,) if np.isnan(found.level_log10[0]) else (negative, level)


def tell_lugano_ct(given: Given, rules: Edition) -> tuple[Told, ...]:
    """Tell the response by CT; where the list of lesions is left out, only a progression elsewhere counts."""
    targets, sites = given[TargetLesions], given[OtherSites]
    if targets is None:
        none = record_of(TargetLesions, (), fields_of(TargetLesions, {}, {}), many=True)
        graded = classify_by_ct(none, sites, rules)
        told = told_grade("Response", graded, LUGANO_GROUNDS, sites, rules, RESPONSES)
        note = "The list of measured lesions (targets) is left out: not known, never none."
        stands = int(graded.grade[0]) == Response.PD
        return (told if stands else Told("Response", OPEN, source=graded.source, note=note),)
    graded = classify_by_ct(targets, sites, rules)
    return (told_grade("Response", graded, LUGANO_GROUNDS, sites, rules, RESPONSES),)


def tell_ice(given: Given, rules: Edition) -> tuple[Told, ...]:
    """Tell the ICE score."""
    source = _source(rules, "scales.icans.ice.orientation_points")
    return (told_bounds("ICE", ice_score(given[IceItems], rules), source),)


def tell_capd(given: Given, rules: Edition) -> tuple[Told, ...]:
    """Tell the CAPD score."""
    source = _source(rules, "scales.icans.capd.item_points")
    return (told_bounds("CAPD", capd_score(given[CapdItems], rules), source),)


def tell_calcium(given: Given, rules: Edition) -> tuple[Told, ...]:
    """Tell calcium corrected for albumin."""
    test = given[CalciumTest]
    value = corrected_calcium_mg_per_dl(test.calcium_mg_per_dl, test.albumin_g_per_dl, rules)
    source = _source(rules, "scales.tumour_lysis.calcium.per_g_per_dl")
    return (told_number("Calcium corrected for albumin", value, "mg/dL", source),)


def tell_cd4(given: Given, rules: Edition) -> tuple[Told, ...]:
    """Tell the grade of low CD4 cells."""
    cells, own = given[LymphocyteSubsets], given[LowerLimit]
    graded = grade_cd4_lymphopenia(cells, rules, own.lower_limit_cells_per_ul)
    return (
        told_grade(
            "Grade", graded, CD4_GROUNDS, cells, rules, possible=lambda: _possible_cd4(cells, own, rules)
        ),
    )


def _possible_cd4(cells: LymphocyteSubsets, own: LowerLimit, rules: Edition) -> np.ndarray:
    """Return the grades at the ends of what a count and a limit may be that are not known."""
    none_or_many = np.array([0.0, np.inf])
    value, limit = cells.cd4_cells_per_ul, own.lower_limit_cells_per_ul
    counts = LymphocyteSubsets(np.where(np.isnan(value), none_or_many, value))
    limits = np.where(np.isnan(limit), none_or_many[::-1], limit)
    return grade_cd4_lymphopenia(counts, rules, limits).grade


def tell_symptom(term: Term) -> Callable[[Given, Edition], tuple[Told, ...]]:
    """Return how a symptom is told that CTCAE grades by what it limits."""

    def tell(given: Given, rules: Edition) -> tuple[Told, ...]:
        seen = given[Symptom]
        known = {"ice_score": seen.ice_score, "consciousness": seen.consciousness}
        graded = grade_symptom(term, seen.limitation, observations_with(1, known), rules)
        is_open = graded.criterion[0] == NeurologyCriterion.LIMITATION_UNKNOWN
        possible = (lambda: _possible_symptom(term, rules)) if is_open else None
        return (told_grade("Grade", graded, NEUROLOGY_GROUNDS, seen, rules, possible=possible),)

    return tell


def _possible_symptom(term: Term, rules: Edition) -> np.ndarray:
    every = np.array([each for each in Limitation if each != Limitation.UNKNOWN], dtype=np.int8)
    return grade_symptom(term, every, empty_observations(len(every)), rules).grade


def _possible_seizure(seen: SeizureSeen, kind: SeizureKind, rules: Edition) -> np.ndarray:
    rows = completed(kind)
    every = _ways(seen.seizure, tuple(each for each in Seizure if each != Seizure.UNKNOWN))
    observed = (
        observations_with(len(rows.first), {"seizure": np.full(len(rows.first), code, dtype=np.int8)})
        for code in every
    )
    return np.concatenate([grade_seizure(one, rows, rules).grade for one in observed])


def tell_seizure(given: Given, rules: Edition) -> tuple[Told, ...]:
    """Tell the grade of a seizure by CTCAE."""
    seen = given[SeizureSeen]
    observed = observations_with(1, {"seizure": seen.seizure})
    kind = given[SeizureKind]
    graded = grade_seizure(observed, kind, rules)
    return (
        told_grade(
            "Grade",
            graded,
            NEUROLOGY_GROUNDS,
            seen,
            rules,
            possible=lambda: _possible_seizure(seen, kind, rules),
        ),
    )
