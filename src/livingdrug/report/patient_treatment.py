"""What the rules hold for one patient: dose window, chemotherapy and tocilizumab, then the plan by date."""

import math
from datetime import date

from livingdrug.bedside.answers import MET, NOT_ASSESSABLE, NOT_MET, Verdict
from livingdrug.bedside.assessment import drug_courses, stated_regimens
from livingdrug.bedside.dates import KeyDates, published_wait
from livingdrug.bedside.dosing import DoseBand, merges_bands
from livingdrug.bedside.lymphodepletion import Regimen, window_days
from livingdrug.bedside.milestones import Milestone
from livingdrug.evidence import Edition
from livingdrug.patients import Indication
from livingdrug.report.patient_blocks import (
    NOT_KNOWN,
    Block,
    Grid,
    Judged,
    Listed,
    Part,
    Words,
    cells,
    charted,
    joined,
    placed,
)
from livingdrug.report.tocilizumab_words import tocilizumab_words
from livingdrug.report.verdict_blocks import cited
from livingdrug.report.words import number

_CLEARANCE = "label.trial_eligibility.juliet.creatinine_clearance_ml_per_min_min"
_NO_ALTERNATIVE = (
    "this edition names no alternative, so the plan leaves the drugs open; the simulation gives the regimen "
    "above all the same"
)
REGIMENS = {
    Regimen.FLUDARABINE_CYCLOPHOSPHAMIDE: "fludarabine and cyclophosphamide",
    Regimen.BENDAMUSTINE: "bendamustine",
    Regimen.CYTARABINE_ETOPOSIDE: "cytarabine and etoposide",
}
HOW_TO_READ = (
    "rule: the edition says so; the days count from the infusion (or the collection) of this plan.",
    "typical wait: the model's median, no promise; every later date moves with it. Write known dates into "
    "[dates] of the file.",
    "given: a date from the file or from --from. plan: what the default plan, or [plan] of the file, does. "
    "advice, assumed: published advice, or ours; centre practice: what a centre or a registry does. No label "
    "says any of these.",
)


def _dose(result: Judged) -> list[Block]:
    window, rules = result.assessment.dose, result.rules
    weight = float(result.chart.weight_kg[0])
    low, high = cells(float(window.low_cells[0])), cells(float(window.high_cells[0]))
    key = f"label.dose.{result.indication.key}.high"
    if window.band[0] == DoseBand.MERGED or (merges_bands(rules) and result.indication != Indication.ALL):
        key = "label.dose.merged.high"
    elif window.band[0] == DoseBand.PER_KG:
        key = "label.dose.all.low_per_kg"
    found = rules.sourced(key)
    band = {
        DoseBand.PER_KG: f"{cells(rules.number('label.dose.all.low_per_kg'))} to "
        f"{cells(rules.number('label.dose.all.high_per_kg'))} per kg",
        DoseBand.MERGED: "a band that merges the indications",
        DoseBand.FLAT: f"above {rules.number('label.dose.all.per_kg_up_to_kg'):g} kg"
        if result.indication == Indication.ALL
        else "at any weight",
    }.get(DoseBand(int(window.band[0])), NOT_KNOWN)
    text = (
        f"Dose window at {number(weight)} kg: {low} to {high} CAR-positive viable T cells ({band}). "
        f"Weight at leukapheresis decides. Source: {cited(found)}."
    )
    blocks: list[Block] = [Words(text, loud=True)]
    if merges_bands(rules):
        referral = "The product brief merges dose bands: check the dose against a label edition."
        blocks.append(Words(referral, loud=True))
    return blocks


def _regimens(result: Judged, dated_omission: Verdict | None) -> list[Block]:
    """Options of lymphodepletion with doses a day for this body surface."""
    surface = float(result.assessment.surface_m2[0])
    first = "ruled out" if result.assessment.alternative.answer[0] == MET else "first choice"
    rows = []
    for regimen in stated_regimens(result.chart, result.rules, 0):
        role = first if regimen == Regimen.FLUDARABINE_CYCLOPHOSPHAMIDE else "alternative"
        for k, course in enumerate(drug_courses(result.chart, regimen, result.rules)):
            key = f"label.lymphodepletion.{result.indication.key}.{course.drug}.mg_per_m2_per_day"
            found = result.rules.sourced(key)
            mg = float(course.mg_per_day[0])
            rows.append((
                role if k == 0 else "",
                course.drug,
                f"1 to {course.days[0]:g}",
                f"{course.mg_per_m2_per_day[0]:g} mg/m2",
                "height not known" if math.isnan(mg) else f"{mg:.0f} mg",
                cited(found),
            ))  # fmt: skip
    at = "not known, for height is missing" if math.isnan(surface) else f"{surface:.2f} m2 (Mosteller)"
    heads = ("option", "drug", "days", "dose a day", "for this patient", "source")
    grid = Grid(f"Lymphodepletion; body surface {at}", heads, (0, 0, 0, 0, 0, 1), tuple(rows))
    return [grid, Listed(tuple(_lymphodepletion_notes(result, dated_omission)))]


def _lymphodepletion_notes(result: Judged, dated_omission: Verdict | None) -> list[str]:
    assessment, rules = result.assessment, result.rules
    notes = []
    others = [r for r in stated_regimens(result.chart, rules, 0) if r != Regimen.FLUDARABINE_CYCLOPHOSPHAMIDE]
    alternative = joined([REGIMENS[r] for r in others])
    if assessment.alternative.answer[0] == MET:
        met = joined([r.text.lower() for r in assessment.alternative.reasons if r.answer[0] == MET])
        called = f"the option is {alternative}" if alternative else _NO_ALTERNATIVE
        notes.append(f"Cyclophosphamide is ruled out ({met}): {called}.")
    elif alternative:
        notes.append(
            f"{alternative.capitalize()}: where cyclophosphamide is ruled out by resistance or by an earlier "
            "grade 4 haemorrhagic cystitis"
            + ("." if assessment.alternative.answer[0] == NOT_MET else " (not known here).")
        )
    else:
        notes.append("This edition names no alternative regimen for this disease.")
    first, last = (float(side[0]) for side in window_days(result.chart.indication, rules))
    if not math.isnan(last):
        notes.append(f"The infusion follows {first:g} to {last:g} days after its last dose.")
    return [*notes, *_kidney(result), _omission(result, dated_omission)]


def _kidney(result: Judged) -> list[str]:
    """Say that the doses above are not adapted to a low or unknown creatinine clearance."""
    name, limit = "creatinine_clearance_ml_per_min", result.rules.sourced(_CLEARANCE)
    least = result.rules.number(_CLEARANCE)
    if float(getattr(result.chart, name)[0]) >= least:
        return []
    return [
        f"Creatinine clearance {charted(result.chart, 0, name)}: fludarabine leaves by the kidney, and this "
        f"edition states no dose for a low clearance; those above are for every patient. JULIET asked for at "
        f"least {least:g} mL/min ({limit.source}, {limit.where})."
    ]


def _omission(result: Judged, dated: Verdict | None) -> str:
    verdict = dated or result.assessment.omission
    named, low = verdict.reasons[0].answer[0], verdict.reasons[1].answer[0]
    if named != MET:
        return "Omission because of low white cells: not named by this edition for this disease."
    white = charted(result.chart, 0, "white_cells_e9_per_l")
    now = {MET: "met by", NOT_MET: "not met by", NOT_ASSESSABLE: "to be seen;"}[int(low)]
    words = verdict.reasons[1].text
    if dated is not None and white != NOT_KNOWN:
        now = {MET: "met by", NOT_MET: "not met by"}.get(
            int(low), "not assessable: no date in its window for"
        )
        return f"May be omitted: {words[0].lower()}{words[1:]} ({now} the count of {white})."
    return f"May be omitted: {words[0].lower()}{words[1:]} ({now} today's count: {white})."


def treatment_part(result: Judged, dated_omission: Verdict | None = None) -> Part:
    """Return dose window, lymphodepletion and tocilizumab for this patient.

    ``dated_omission`` answers by the date of the white count; left out, the count is taken to be today's.
    """
    mg = float(result.assessment.tocilizumab_mg[0])
    tocilizumab = tocilizumab_words(float(result.chart.weight_kg[0]), mg, result.rules)
    blocks = [*_dose(result), *_regimens(result, dated_omission), Words(tocilizumab)]
    return Part("options", "Options for this patient, with source", tuple(blocks))


def _day(day: date, infusion: date) -> str:
    """Write a day relative to the infusion, which is day 0."""
    return f"{(day - infusion).days:d}".replace("-", "−")


def when(line: Milestone) -> str:
    """Write the date of a line: a day, a due date, a span, or from a day on."""
    if line.by:
        return f"by {line.first}"
    if line.onward:
        return f"from {line.first}"
    return str(line.first) if line.last is None else f"{line.first}\nto {line.last}"


def days(line: Milestone, infusion: date) -> str:
    """Write the days of a line relative to the infusion."""
    first = _day(line.first, infusion)
    if line.last is not None:
        return f"{first} to {_day(line.last, infusion)}"
    return f"{first} on" if line.onward else first


def source_of(line: Milestone) -> str:
    """Write where a line stands, and whether that was not read at its source."""
    if line.source == "plan":
        return f"plan: {line.where}"
    return placed(line.source, line.where) + (" (unverified)" if line.unverified else "")


def _row(line: Milestone, infusion: date) -> tuple[str, ...]:
    return when(line), days(line, infusion), line.what, str(line.standing), source_of(line)


def _wait(dates: KeyDates, indication: Indication, rules: Edition) -> str:
    """Say how long the whole wait is here and how long it was in the pivotal trial."""
    median, spread = published_wait(indication, rules)
    low, high = spread.value if isinstance(spread.value, list) else ("?", "?")
    study = median.label.split(",")[0]
    return (
        f"From referral to infusion {(dates.infusion - dates.referral).days} days here; from enrolment to "
        f"infusion a median of {median.value} days (range {low} to {high}) in {study} ({median.source}, "
        f"{median.where})."
    )


def plan_part(
    dates: KeyDates | None, milestones: tuple[Milestone, ...], indication: Indication, rules: Edition
) -> Part:
    """Return the plan by date, with what each date rests on."""
    assert dates is not None
    rows = tuple(_row(line, dates.infusion) for line in milestones)
    blocks: list[Block] = [Words(_wait(dates, indication, rules))]
    blocks += [Words(note, loud=True) for note in dates.notes]
    heads = ("date", "day", "what", "rests on", "source")
    blocks += [Grid("Plan by date; day 0 is the infusion", heads, (0, 0, 6, 0, 4), rows), Listed(HOW_TO_READ)]
    return Part("plan", "The plan by date", tuple(blocks))
