"""One patient held against the rules alone, as text and as JSON: verdict, tests, delay by step, options."""

import json
import math

from rich.console import Console

from livingdrug.bedside.answers import MET, NOT_MET, Verdict
from livingdrug.bedside.assessment import doses_by_day, drug_courses, stated_regimens
from livingdrug.bedside.fludarabine import BodySurfaceFormula, body_surface_m2
from livingdrug.bedside.lymphodepletion import DRUGS
from livingdrug.report.patient_blocks import Block, Grid, Listed, Part, Words
from livingdrug.report.patient_document import title
from livingdrug.report.patient_json import plain_judgement
from livingdrug.report.patient_text import print_document
from livingdrug.report.patient_treatment import REGIMENS, treatment_part
from livingdrug.report.patient_verdict import verdict_part
from livingdrug.report.tocilizumab_words import step_words
from livingdrug.report.verdict_blocks import plain_blocks, plain_verdict, verdict_grid
from livingdrug.runs import Readiness

_FORMULAS = {BodySurfaceFormula.MOSTELLER: "Mosteller", BodySurfaceFormula.DU_BOIS: "Du Bois"}
_WHOSE = {
    "collection_advice": "Time without other treatment (published advice)",
    "eliana": "Time without other treatment as in ELIANA",
    "juliet": "Time without other treatment as in JULIET",
}
_STEP_WORDS = {"leukapheresis": "leukapheresis", "infusion": "the infusion"}
_COUNTED = (
    "[days_since] of the file counts to this day; to a step with a date in [dates] the days until then are "
    "added, if nothing is given again."
)
_WINDOWS_NOTE = (
    "No label states a window for these tests; {trial} did. A test that is older, or has no date, counts as "
    "not known there, whatever its result. Dates of tests stand in [tests] of the file."
)
_NOT_TOLD = (
    "[signs] and [days_since] of the file hold what is looked for at each step; what is left out is unknown."
)


def _windows_part(result: Readiness) -> Part:
    blocks: list[Block] = [
        verdict_grid(
            f"How old the tests may be (counted to {result.day} or the step's own date)", result.windows
        )
    ]
    if len(result.windows.reasons) > 1:
        blocks.append(Words(_WINDOWS_NOTE.format(trial=result.trial_name.upper())))
    blocks += [
        verdict_grid(f"{_WHOSE[name]}, before {_STEP_WORDS[step]}", verdict)
        for name, step, verdict in result.wash_outs
    ]
    if result.wash_outs:
        blocks.append(Words(_COUNTED))
    return Part("windows", "How old tests may be, how long other treatment is over", tuple(blocks))


def _steps_part(result: Readiness) -> Part:
    head = "nothing to delay for"
    blocks: list[Block] = [
        verdict_grid("Before leukapheresis (published advice)", result.before_leukapheresis, head),
        verdict_grid("Before lymphodepletion", result.before_lymphodepletion, head),
        verdict_grid("Before the infusion, beside those above", _beside_those_above(result), head),
        verdict_grid("Before the infusion (the numbers of ELIANA's protocol)", result.as_in_eliana, head),
        *_after_lymphodepletion(result),
        Words(_NOT_TOLD),
    ]
    return Part("steps", "Reasons to delay, step by step", tuple(blocks))


def _after_lymphodepletion(result: Readiness) -> list[Block]:
    """Hold the dates of lymphodepletion and infusion against the window and the rule on repeating it."""
    last, infusion, blocks = result.last_lymphodepletion, result.infusion, []
    if result.window is not None and last is not None and infusion is not None:
        caption = (
            f"The infusion ({infusion}), {(infusion - last).days} days after lymphodepletion ends ({last})"
        )
        blocks.append(verdict_grid(caption, result.window))
        if result.window.answer[0] == NOT_MET:
            blocks.append(Words(f"{caption}, falls outside the edition's window.", loud=True))
    if result.repeat is not None:
        blocks.append(
            verdict_grid("Repeating lymphodepletion: are the edition's criteria met", result.repeat)
        )
    return blocks


def _beside_those_above(result: Readiness) -> Verdict:
    """Return the edition's reasons at the infusion without those that are looked for at any time."""
    shown = {reason.code for reason in result.assessment.delay.reasons}
    own = tuple(reason for reason in result.at_infusion.reasons if reason.code not in shown)
    return Verdict(result.at_infusion.answer, own)


def _by_day(result: Readiness) -> list[Block]:
    """Doses in mg for each day of each regimen that the edition names."""
    chart, rules = result.chart, result.rules
    surface = float(body_surface_m2(chart.height_cm, chart.weight_kg, rules, result.formula)[0])
    if math.isnan(surface):
        return [Words("Doses by day need height and weight.")]
    rows = []
    no_cyclophosphamide = result.assessment.alternative.answer[0] == MET
    for regimen in stated_regimens(chart, rules, 0):
        if no_cyclophosphamide and "cyclophosphamide" in DRUGS[regimen]:
            rows.append((REGIMENS[regimen], "", "ruled out for this patient"))
            continue
        days = doses_by_day(drug_courses(chart, regimen, rules, result.formula), 0)
        for number, given in enumerate(days, start=1):
            told = ", ".join(f"{drug} {mg:.1f} mg" for drug, mg in given)
            rows.append((REGIMENS[regimen] if number == 1 else "", str(number), told))
    caption = f"Doses by day for {surface:.2f} m2 ({_FORMULAS[result.formula]})"
    return [Grid(caption, ("option", "day", "doses"), (3, 0, 5), tuple(rows))]


def _options_part(result: Readiness) -> Part:
    part = treatment_part(result, result.omission)
    step = [Words(step_words(result.rules), loud=True)] if result.warn_of_the_step else []
    return Part(part.key, part.title, (*part.blocks, *_by_day(result), *step))


def check_parts(result: Readiness) -> tuple[Part, ...]:
    """Return the report of one patient held against the rules, part by part."""
    about = Part("about", "Where it comes from", (Listed((f"File {result.place} ({result.digest})",)),))
    parts = (verdict_part(result), _windows_part(result), _steps_part(result))
    return (*parts, about) if result.refused else (*parts, _options_part(result), about)


def print_check(result: Readiness, console: Console | None = None) -> None:
    """Print what the rules say of one patient."""
    print_document(title(result), result.rules, check_parts(result), console)


def _steps(result: Readiness) -> dict[str, Verdict]:
    return {
        "before_leukapheresis": result.before_leukapheresis,
        "before_lymphodepletion": result.before_lymphodepletion,
        "before_infusion": result.at_infusion,
        "before_infusion_as_in_eliana": result.as_in_eliana,
    }


def check_json(result: Readiness) -> str:
    """Return what the rules say of one patient as JSON: same input, same bytes."""
    mg = float(result.assessment.tocilizumab_mg[0])
    content = {
        **plain_judgement(result),
        "windows": plain_verdict(result.windows),
        "wash_outs": {
            f"{name}_before_{step}": plain_verdict(verdict) for name, step, verdict in result.wash_outs
        },
        "lymphodepletion_window": None if result.window is None else plain_verdict(result.window),
        "repeat_lymphodepletion": None if result.repeat is None else plain_verdict(result.repeat),
        "delay_by_step": {name: plain_verdict(verdict) for name, verdict in _steps(result).items()},
        "omit_lymphodepletion": plain_verdict(result.omission),
        "tocilizumab_mg": None if math.isnan(mg) else mg,
        "options": plain_blocks(check_parts(result), "options"),
        "provenance": {
            "file": result.place,
            "file_hash": result.digest,
            "edition": result.rules.name,
            "edition_hash": result.rules.hash,
            "day": str(result.day),
        },
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
