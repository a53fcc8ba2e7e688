"""What the rules say of one patient, with sources: indication, tests, reasons to delay, what is missing."""

from collections.abc import Iterable

from livingdrug.bedside.answers import MET, NOT_ASSESSABLE, NOT_MET, Reason, Verdict
from livingdrug.bedside.assessment import open_reasons
from livingdrug.bedside.screening import not_judged
from livingdrug.patients import Indication
from livingdrug.patients.record import COLUMNS
from livingdrug.report.patient_blocks import (
    NOT_KNOWN,
    Block,
    Grid,
    Judged,
    Part,
    Words,
    charted,
    column_words,
    joined,
)
from livingdrug.report.verdict_blocks import ANSWERS, by_answer, place

_TEST_ANSWERS = {MET: "acceptable", NOT_MET: "REFUSED", NOT_ASSESSABLE: NOT_KNOWN}
_DELAY_ANSWERS = {MET: "no reason", NOT_MET: "DELAY", NOT_ASSESSABLE: NOT_KNOWN}
_OTHER_DISEASE = {
    Indication.ALL: ("EARLIER_LINES",),
    Indication.LBCL: ("CD19",),
    Indication.FL: ("CD19",),
}
"""Criteria that do not concern a disease and count as met there."""
_INPUTS = {
    "INDICATION": ("indication",),
    "HISTOLOGY": ("histology",),
    "TRIAL_HISTOLOGY": ("histology",),
    "AGE": ("age_years",),
    "DISEASE_STATE": ("refractory", "n_relapses"),
    "EARLIER_LINES": ("prior_lines",),
    "CD19": ("cd19_positive",),
    "MONTHS_SINCE_TRANSPLANT": ("prior_allogeneic_transplant", "months_since_allogeneic_transplant"),
    "WEEKS_SINCE_TRANSPLANT": ("prior_allogeneic_transplant", "months_since_allogeneic_transplant"),
    "PREGNANCY_TEST": ("could_be_pregnant", "pregnancy_test"),
    "HIV": ("hiv",),
    "HEPATITIS_B": ("hepatitis_b_active",),
    "HEPATITIS_C": ("hepatitis_c_active",),
    "HEART": ("lvef_percent",),
    "LUNG": ("spo2_percent", "dyspnoea_grade"),
    "KIDNEY": ("creatinine_clearance_ml_per_min",),
    "LIVER": ("alt_x_uln", "bilirubin_mg_per_dl"),
    "BLOOD_COUNT": ("alc_e9_per_l", "cd3_cells_per_ul"),
    "ACTIVE_INFECTION": ("active_infection",),
    "ACTIVE_GVHD": ("active_gvhd",),
    "INFLAMMATORY_DISORDER": ("uncontrolled_inflammation",),
    "RESISTANCE": ("cyclophosphamide_resistant",),
    "CYSTITIS": ("haemorrhagic_cystitis_grade4",),
}
"""Which columns of the chart each criterion reads."""
_OPEN = "open"
"""A known result that the edition neither accepts nor refuses."""
_DUE = {
    "PREGNANCY_TEST": "before treatment",
    "HIV": "before collection",
    "HEPATITIS_B": "before collection",
    "HEPATITIS_C": "before collection",
    "BLOOD_COUNT": "before collection",
}
"""When a test is due; the others before lymphodepletion."""
_SHORT = {
    "indication": "",
    "histology": "",
    "age_years": "",
    "n_relapses": "relapses",
    "prior_allogeneic_transplant": "allogeneic transplant",
    "months_since_allogeneic_transplant": "since it",
    "cd19_positive": "",
    "could_be_pregnant": "could be pregnant",
    "pregnancy_test": "test positive",
    "hiv": "positive",
    "hepatitis_b_active": "active",
    "hepatitis_c_active": "active",
    "lvef_percent": "LVEF",
    "spo2_percent": "SpO2",
    "dyspnoea_grade": "dyspnoea grade",
    "creatinine_clearance_ml_per_min": "clearance",
    "alt_x_uln": "ALT",
    "bilirubin_mg_per_dl": "bilirubin",
    "alc_e9_per_l": "lymphocytes",
    "cd3_cells_per_ul": "CD3",
    "prior_lines": "lines",
}
_ORGANS = (
    "Organ tests: this label lists none, but its reasons to delay cannot be judged without them, so they are "
    "asked for here (assumed)."
)


def inputs_of(code: str) -> tuple[str, ...]:
    """Return the columns of the chart that a criterion reads, also for a limit on one column."""
    if code in _INPUTS:
        return _INPUTS[code]
    name = code.lower().removeprefix("no_")
    found = [column for column in COLUMNS if name.startswith(column)]
    return (max(found, key=len),) if found else ()


def _seen(result: Judged, reason: Reason) -> str:
    """Write what the chart says on a criterion."""
    told = []
    for name in inputs_of(reason.code):
        if name == "pregnancy_test" and result.chart.could_be_pregnant[0] == 0:
            continue
        value = charted(result.chart, 0, name)
        label = _SHORT.get(name, name.replace("_", " ") if len(inputs_of(reason.code)) > 1 else "")
        told.append(f"{label} {value}".strip())
    return ", ".join(told)


def _answer(result: Judged, reason: Reason, words: dict[int, str]) -> str:
    """Write the answer to a criterion: open where the result is known but the edition is silent."""
    answer = int(reason.answer[0])
    return _OPEN if answer == NOT_ASSESSABLE and _charted_in_full(result, reason) else words[answer]


def _charted_in_full(result: Judged, reason: Reason) -> bool:
    return all(charted(result.chart, 0, name) != NOT_KNOWN for name in inputs_of(reason.code))


def _concerned(result: Judged, verdict: Verdict) -> list[Reason]:
    """Return the criteria that concern this disease: not met first, then not known, then met."""
    own = [r for r in verdict.reasons if r.code not in _OTHER_DISEASE[result.indication]]
    return by_answer(tuple(own))


def _criteria(result: Judged) -> Grid:
    rows = [
        (_answer(result, r, ANSWERS), r.text, _seen(result, r), place(r))
        for r in _concerned(result, result.assessment.indication)
    ]
    heads = ("", "criterion of the indication", "this patient", "source")
    return Grid("Indication", heads, (0, 5, 3, 4), tuple(rows))


def _tests(result: Judged) -> Grid:
    rows = [
        (_answer(result, r, _TEST_ANSWERS), r.text, _seen(result, r), _DUE.get(r.code, "before chemotherapy"),
         place(r))
        for r in _concerned(result, result.assessment.tests)
    ]  # fmt: skip
    blood = result.assessment.blood_before.reasons[0]
    word = {MET: "enough", NOT_MET: "LOW (advice)", NOT_ASSESSABLE: NOT_KNOWN}[int(blood.answer[0])]
    text = f"{blood.text} (advice, not a condition)"
    rows.append((word, text, _seen(result, blood), _DUE[blood.code], place(blood)))
    return Grid(
        "Tests before treatment", ("", "test", "this patient", "due", "source"), (0, 4, 3, 0, 3), tuple(rows)
    )


def _delay(result: Judged) -> Grid:
    rows = [
        (_DELAY_ANSWERS[int(r.answer[0])], r.text, _seen(result, r), place(r))
        for r in _concerned(result, result.assessment.delay)
    ]
    heads = ("", "looked for now, and again before the infusion", "this patient", "source")
    return Grid("Reasons to delay the infusion", heads, (0, 5, 3, 4), tuple(rows))


def missing(result: Judged) -> tuple[str, ...]:
    """Return the columns that the rules need and the chart does not know, in the order of the rules."""
    assessment = result.assessment
    found: list[str] = []
    for verdict in (assessment.indication, assessment.tests, assessment.delay):
        for reason in _open(verdict.reasons):
            named = inputs_of(reason.code)
            found += [name for name in named if charted(result.chart, 0, name) == NOT_KNOWN]
    return tuple(dict.fromkeys(found))


def _open(reasons: Iterable[Reason]) -> list[Reason]:
    return [r for r in reasons if r.answer[0] == NOT_ASSESSABLE]


def _coded(code: str) -> str:
    """Write the code of a criterion as words."""
    words = code.replace("_", " ").lower()
    return (
        words.replace("hiv", "HIV")
        .replace("cd19", "CD19")
        .replace("hepatitis b", "hepatitis B")
        .replace("hepatitis c", "hepatitis C")
    )


def headline(result: Judged) -> str:
    """Say in a sentence what the rules answer, and why."""
    assessment, edition = result.assessment, result.rules.name
    if result.refused:
        closed = [*assessment.indication.reasons, *assessment.tests.reasons]
        why = "; ".join(r.text for r in closed if r.answer[0] == NOT_MET)
        return f"Not eligible under {edition}. Not met: {why}."
    if assessment.eligible[0] == MET:
        return f"Eligible under {edition}: every criterion of the indication is met and no test rules it out."
    left = [_coded(r.code) for v in (assessment.indication, assessment.tests) for r in open_reasons(v, 0)]
    return f"Not assessable yet under {edition}. Open: {joined(left)}."


def _silent(result: Judged) -> str:
    """Say which positive results an edition neither accepts nor refuses."""
    known = [r for r in _open(result.assessment.tests.reasons) if _charted_in_full(result, r)]
    if not known:
        return ""
    named = joined([_coded(r.code) for r in known])
    return (
        f"A positive result ({named}) is neither accepted nor refused by this edition: a question for the "
        "manufacturer."
    )


def verdict_part(result: Judged) -> Part:
    """Return whether the patient may be treated, why, and what is missing."""
    blocks: list[Block] = [Words(headline(result), loud=True)]
    unknown = missing(result)
    if unknown:
        named = "; ".join(f"{column_words(name)} ({name})" for name in unknown)
        blocks.append(Words(f"Missing, and not assumed: {named}."))
    if silent := _silent(result):
        blocks.append(Words(silent))
    held_up = [r.text for r in result.assessment.delay.reasons if r.answer[0] == NOT_MET]
    if held_up:
        text = "A reason to delay the infusion is there today (no refusal); not met: " + "; ".join(held_up)
        blocks.append(Words(f"{text}.", loud=True))
    blocks += [_criteria(result), _tests(result), _delay(result)]
    if any(r.source.startswith("assumed") for r in result.assessment.tests.reasons):
        blocks.append(Words(_ORGANS))
    blocks.append(Words(_resemblance(result)))
    return Part("verdict", "What the rules say", tuple(blocks))


def _resemblance(result: Judged) -> str:
    """Say whether the patient could have entered the pivotal trial, on which the evidence rests: no rule."""
    name = result.trial_name.upper()
    if result.trial.answer[0] == MET:
        left_out = joined(list(not_judged(result.trial_name, result.rules)))
        return (
            f"Beside the label: this patient meets those entry criteria of {name} that are held here; not "
            f"judged: {left_out}."
        )
    failed = [f"{_entry(r)} ({_seen(result, r)})" for r in result.trial.reasons if r.answer[0] == NOT_MET]
    if failed:
        return f"Beside the label, and no rule: outside the entry criteria of {name}: {'; '.join(failed)}."
    open_ = [_entry(r) for r in result.trial.reasons if r.answer[0] == NOT_ASSESSABLE]
    return f"Beside the label: the entry criteria of {name} cannot be judged without: {'; '.join(open_)}."


def _entry(reason: Reason) -> str:
    """Write an entry criterion of a trial; what keeps a patient out by the words of its column."""
    if reason.code.startswith("NO_"):
        return column_words(inputs_of(reason.code)[0])
    return reason.text.partition(": ")[2] or reason.text
