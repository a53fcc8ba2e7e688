"""The whole report of one patient, part by part, for terminal and page alike."""

from livingdrug.report.patient_blocks import Block, Judged, Listed, Part, Words, charted, joined
from livingdrug.report.patient_course import LIMITS, course_part
from livingdrug.report.patient_treatment import plan_part, treatment_part
from livingdrug.report.patient_verdict import verdict_part
from livingdrug.runs import OnePatient
from livingdrug.runs.plan_patient import plan_for


def title(result: Judged) -> str:
    """Return who this is about, in a line."""
    chart = result.chart
    parts = [
        result.indication.name,
        charted(chart, 0, "histology"),
        charted(chart, 0, "sex"),
        charted(chart, 0, "age_years"),
        charted(chart, 0, "weight_kg"),
    ]
    return ", ".join(part for part in parts if part != "not known")


def _refused_part() -> Part:
    text = (
        "The rules refuse treatment, so neither a plan by date nor a simulated course is shown. Another "
        "edition may differ: see --edition."
    )
    return Part("not-simulated", "Not planned, not simulated", (Words(text),))


def _changed_plan(result: OnePatient) -> str:
    """Say which fields of the plan the file changed."""
    default = vars(plan_for(result.chart, result.rules))
    now = vars(result.plan)
    changed = [name for name, value in now.items() if str(value) != str(default[name])]
    return joined([f"{name} = {now[name]}" for name in changed])


def _about_part(result: OnePatient) -> Part:
    of = result.provenance
    blocks: list[Block] = []
    if result.alike is not None:
        blocks.append(Listed(LIMITS))
        changed = _changed_plan(result)
        blocks.append(Words(f"Plan: the default one{f', with {changed}' if changed else ''}."))
    blocks.append(
        Words(
            f"File {result.place} ({of['design_hash']}); edition {of['edition']} ({of['edition_hash']}); "
            f"livingdrug {of['code_version']} ({of['code_hash']}); seed {of['seed']}, n {of['n']}."
        )
    )
    blocks.append(Words("For research and education; not a medical device.", loud=True))
    return Part("limits", "Limits, and where the numbers come from", tuple(blocks))


def patient_parts(result: OnePatient) -> tuple[Part, ...]:
    """Return the report of one patient, part by part."""
    parts = [verdict_part(result)]
    if result.refused:
        return (*parts, _refused_part(), _about_part(result))
    parts += [
        treatment_part(result),
        plan_part(result.dates, result.milestones, result.indication, result.rules),
        course_part(result),
    ]
    return (*parts, _about_part(result))
