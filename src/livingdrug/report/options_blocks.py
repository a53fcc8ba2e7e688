"""Options as tables: criteria met or not assessable, dose and source; several guidelines side by side."""

from dataclasses import dataclass

from livingdrug.bedside.answers import MET, NOT_ASSESSABLE, NOT_MET
from livingdrug.bedside.options import (
    GUIDELINE_TITLES,
    Guideline,
    Judged,
    Kind,
    Option,
    Situation,
    Toxicity,
    scales_asked,
)
from livingdrug.bedside.options.situation import SCALE_TITLES
from livingdrug.evidence import Edition
from livingdrug.report.patient_blocks import Block, Grid, Listed, Words
from livingdrug.report.words import number

TITLES = {
    Toxicity.CRS: "cytokine release syndrome",
    Toxicity.ICANS: "neurotoxicity (ICANS)",
    Toxicity.HLH_LIKE: "HLH-like syndrome",
    Toxicity.CYTOPENIA: "low blood counts",
    Toxicity.INFECTION: "infection",
    Toxicity.HYPOGAMMAGLOBULINAEMIA: "low immunoglobulin",
    Toxicity.HYPERSENSITIVITY: "hypersensitivity",
}
ANSWERS = {MET: "criteria met", NOT_ASSESSABLE: "not assessable", NOT_MET: "not met"}
MARKS = {MET: "✓", NOT_ASSESSABLE: "?", NOT_MET: "✗"}
_NO_DOSE = "no dose stated"


@dataclass(frozen=True)
class Asked:
    """What was asked and what was found."""

    toxicity: Toxicity
    guidelines: tuple[Guideline, ...]
    situation: Situation
    rules: Edition
    options: tuple[Option, ...]


def title(asked: Asked) -> str:
    """Write what the tables are about."""
    named = "; ".join(GUIDELINE_TITLES[name] for name in asked.guidelines if name != Guideline.ANY)
    return f"Options in {TITLES[asked.toxicity]}, by {named}"


def grade_read(asked: Asked) -> str:
    """Write by which scale the grade is read; empty where none was stated or none is asked for."""
    scales = (asked.situation.scale,) if asked.situation.scale else scales_asked(asked.options)
    if asked.situation.grade is None or not scales:
        return ""
    return f"Grade {asked.situation.grade} is read by {' and '.join(SCALE_TITLES[s] for s in scales)}."


def reads(option: Option) -> str:
    """Write whether an option was read at its source."""
    return "unverified" if option.unverified else "checked"


def dose_texts(option: Option) -> tuple[str, str]:
    """Write a dose as stated with how often, and for this patient."""
    dose = option.dose
    if dose is None:
        return (_NO_DOSE if option.drug else ""), ""
    stated = ", ".join(part for part in (dose.stated, dose.how_often) if part)
    if dose.for_patient is None:
        return stated, "(weight not known)"
    low, high = dose.for_patient
    span = number(low) if low == high else f"{number(low)} to {number(high)}"
    return stated, f"= {span} {dose.unit}"


def option_blocks(asked: Asked) -> list[Block]:
    """Return the tables: treatments met and not assessable, care, cautions, and what is not met."""
    blocks: list[Block] = []
    together = len({option.guideline for option in asked.options if option.guideline != Guideline.ANY}) > 1
    for answer in (MET, NOT_ASSESSABLE):
        for kind, name in ((Kind.TREATMENT, "treatment"), (Kind.CARE, "care")):
            found = [option for option in asked.options if option.kind == kind and option.answer == answer]
            if found:
                caption = f"{ANSWERS[answer].capitalize()}: {name}"
                blocks.append(_grid(caption, sorted(found, key=_order) if together else found, together))
    cautions = tuple(_caution(o, together) for o in asked.options if o.kind == Kind.CAUTION and o.answer)
    if cautions:
        blocks.append(Listed(cautions))
    others = [option for option in asked.options if option.answer == NOT_MET and option.kind != Kind.CAUTION]
    if others:
        blocks.append(Words(f"Not met: {'; '.join(dict.fromkeys(_named(o, together) for o in others))}."))
    silent = [guideline for guideline in asked.guidelines if not _of(asked, guideline)]
    blocks += [Words(f"By {GUIDELINE_TITLES[guideline]}: nothing held on this.") for guideline in silent]
    return blocks


def _of(asked: Asked, guideline: Guideline) -> list[Option]:
    return [option for option in asked.options if option.guideline == guideline]


def _named(option: Option, together: bool) -> str:
    """Write what an option is, by whom where several guidelines stand together."""
    return f"{option.guideline}: {option.text}" if together else option.text


def _order(option: Option) -> str:
    """Put the same drug of several guidelines together, those without a drug last."""
    return option.drug or "~"


def _grid(caption: str, options: list[Option], together: bool) -> Grid:
    heads = ("option", "criteria (✓ met, ? not known)", "dose, and for this patient", "source")
    return Grid(caption, heads, (5, 6, 5, 4), tuple(_row(option, together) for option in options))


def _row(option: Option, together: bool) -> tuple[str, ...]:
    text = _named(option, together) + (f"\n({option.note})" if option.note else "")
    told = [_criterion(criterion) for criterion in option.criteria] or ["none beyond the toxicity"]
    told += [f"assumed: {key.rsplit('.', 1)[1]}" for key in option.assumed]
    dose = "\n".join(part for part in dose_texts(option) if part)
    return text, "\n".join(told), dose, f"{option.source}: {option.where} ({reads(option)})"


def _criterion(criterion: Judged) -> str:
    """Write a criterion with its mark, and what was seen where the words do not say so."""
    told = criterion.text == criterion.seen or criterion.answer == NOT_ASSESSABLE
    return f"{MARKS[criterion.answer]} {criterion.text}" + ("" if told else f" ({criterion.seen})")


def _caution(option: Option, together: bool) -> str:
    unknown = " and ".join(c.text for c in option.criteria if c.answer == NOT_ASSESSABLE)
    condition = f" (where {unknown}: not known)" if unknown else ""
    return f"{_named(option, together)}{condition}. {option.source}: {option.where} ({reads(option)})"
