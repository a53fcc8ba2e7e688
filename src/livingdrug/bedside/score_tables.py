"""The scores that a file may ask for: for each table its records of inputs, its rule and its words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from livingdrug.bedside.blood_counts import LymphocyteSubsets
from livingdrug.bedside.ctcae_neurology import Limitation, SeizureKind, Term
from livingdrug.bedside.hct_ci import Comorbidities
from livingdrug.bedside.hlh_2004 import Hlh2004Inputs
from livingdrug.bedside.hscore import HScoreInputs
from livingdrug.bedside.hypersensitivity import GROUNDS as REACTION_GROUNDS
from livingdrug.bedside.hypersensitivity import (
    Reaction,
    grade_allergic_reaction,
    grade_anaphylaxis,
    grade_infusion_reaction,
)
from livingdrug.bedside.iec_hs import (
    IecHsCourse,
    IecHsFindings,
    SupportingFindings,
)
from livingdrug.bedside.lugano import GROUNDS as LUGANO_GROUNDS
from livingdrug.bedside.lugano import (
    NonMeasured,
    OtherSites,
    PetFindings,
    TargetLesions,
    Uptake,
    classify_by_pet,
)
from livingdrug.bedside.mental_scores import CapdItems, IceItems
from livingdrug.bedside.remission import (
    LeukaemiaFindings,
)
from livingdrug.bedside.score_answers import (
    Told,
    graded_by,
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
from livingdrug.bedside.score_rules import (
    RESPONSES,
    Given,
    tell_calcium,
    tell_capd,
    tell_cd4,
    tell_hct_ci,
    tell_held,
    tell_hlh_2004,
    tell_hscore,
    tell_ice,
    tell_iec_hs,
    tell_lugano_ct,
    tell_remission,
    tell_residual,
    tell_seizure,
    tell_symptom,
)
from livingdrug.bedside.sepsis import GROUNDS as SEPSIS_GROUNDS
from livingdrug.bedside.sepsis import BloodCulture, grade_sepsis
from livingdrug.charts.score_file import Field, Filled, Form, ScoreFile, refuse_scores
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition
from livingdrug.observations import Consciousness, Seizure


@dataclass(frozen=True)
class Sheet:
    """One table of a file of scores.

    Attributes
    ----------
    title : str
    records : tuple of type
        Records of inputs whose fields the table holds.
    tell : callable
        From the records of one patient and an edition to the answers.
    grounds : tuple of str
        Groups of evidence keys that the rule rests on.
    note : str
        How the answer is to be read.
    codes, units : mapping
        Fields that hold a member of an enumeration; units that a name does not carry.
    lists : mapping of str to type
        Lists of smaller tables, each one record (1, items).
    """

    title: str
    records: tuple[type, ...]
    tell: Callable[[Given, Edition], tuple[Told, ...]]
    grounds: tuple[str, ...]
    note: str = ""
    codes: Mapping[str, type[IntEnum]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, type] = field(default_factory=dict)


_ICE_UNITS = {
    "orientation": "points, 0 to 4",
    "naming": "points, 0 to 3",
    "command": "points, 0 or 1",
    "writing": "points, 0 or 1",
    "attention": "points, 0 or 1",
}
_CAPD_UNITS = {
    name: "0 never to 4 always"
    for name in (
        "eye_contact",
        "purposeful_actions",
        "awareness",
        "communication",
        "restlessness",
        "inconsolability",
        "underactivity",
        "slow_response",
    )
}


_REACTION_NOTE = "CTCAE asks to report one event under one of its terms."
SHEETS: dict[str, Sheet] = {
    "hscore": Sheet(
        "HScore for haemophagocytic syndrome",
        (HScoreInputs,),
        tell_hscore,
        ("scales.hscore",),
        "Made for syndromes of other causes, not for CAR-T. Points, never a probability.",
    ),
    "hlh_2004": Sheet(
        "HLH-2004",
        (Hlh2004Inputs,),
        tell_hlh_2004,
        ("scales.hlh_2004",),
        "Made for the inherited disease; after CAR-T most criteria follow from the treatment itself.",
    ),
    "hct_ci": Sheet(
        "Comorbidity index before cell therapy (HCT-CI)",
        (Comorbidities,),
        tell_hct_ci,
        ("scales.hct_ci",),
        "Made and tested for transplantation; it describes patients, it does not refuse them.",
    ),
    "iec_hs": Sheet(
        "HLH-like syndrome after CAR-T (IEC-HS)",
        (IecHsValues, IecHsFindings, IecHsCourse, SupportingFindings),
        tell_iec_hs,
        ("scales.iec_hs",),
        "Values of one time. Whether CRS, infection or progression explains the picture is for the reader.",
    ),
    "infusion_reaction": Sheet(
        "Infusion related reaction (CTCAE 5)",
        (Reaction,),
        graded_by(grade_infusion_reaction, Reaction, REACTION_GROUNDS),
        ("scales.hypersensitivity.infusion_reaction",),
        _REACTION_NOTE,
    ),
    "allergic_reaction": Sheet(
        "Allergic reaction (CTCAE 5)",
        (Reaction,),
        graded_by(grade_allergic_reaction, Reaction, REACTION_GROUNDS),
        ("scales.hypersensitivity.allergic_reaction",),
        _REACTION_NOTE,
    ),
    "anaphylaxis": Sheet(
        "Anaphylaxis (CTCAE 5)",
        (Reaction,),
        graded_by(grade_anaphylaxis, Reaction, REACTION_GROUNDS),
        ("scales.hypersensitivity.anaphylaxis",),
        _REACTION_NOTE,
    ),
    "sepsis": Sheet(
        "Sepsis (CTCAE 5)",
        (BloodCulture,),
        graded_by(grade_sepsis, BloodCulture, SEPSIS_GROUNDS),
        ("scales.infection.sepsis",),
    ),
    "remission": Sheet(
        "Remission of acute lymphoblastic leukaemia",
        (LeukaemiaFindings,),
        tell_remission,
        ("scales.all_response",),
        "One assessment; whether it was held is asked in the table remission_held.",
    ),
    "remission_held": Sheet(
        "Remission held for four weeks", (RemissionDays,), tell_held, ("scales.all_response.held_from_days",)
    ),
    "residual_disease": Sheet(
        "Measurable residual disease",
        (ResidualTest,),
        tell_residual,
        ("scales.all_response.mrd_negative_below",),
        "Nothing found by an assay that cannot see 1 cell in 10,000 is not assessable.",
    ),
    "lugano_pet": Sheet(
        "Response of lymphoma by PET (Lugano 2014)",
        (PetFindings,),
        graded_by(classify_by_pet, PetFindings, LUGANO_GROUNDS, RESPONSES),
        ("scales.lugano",),
        codes={"uptake": Uptake},
    ),
    "lugano_ct": Sheet(
        "Response of lymphoma by CT (Lugano 2014)",
        (OtherSites,),
        tell_lugano_ct,
        ("scales.lugano",),
        codes={"non_measured": NonMeasured},
        lists={"targets": TargetLesions},
    ),
    "ice": Sheet(
        "ICE from its items, 0 to 10",
        (IceItems,),
        tell_ice,
        ("scales.icans.ice",),
        "A task that was tried and failed is 0; one that was not tried is left out.",
        units=_ICE_UNITS,
    ),
    "capd": Sheet(
        "CAPD from its items, 0 to 32",
        (CapdItems,),
        tell_capd,
        ("scales.icans.capd",),
        "How often each is seen; the first four are wanted behaviour and count the other way round.",
        units=_CAPD_UNITS,
    ),
    "corrected_calcium": Sheet(
        "Calcium corrected for albumin",
        (CalciumTest,),
        tell_calcium,
        ("scales.tumour_lysis.calcium",),
        "Ionised calcium is the better measure in severe illness.",
    ),
    "cd4": Sheet(
        "CD4 lymphocytes decreased (CTCAE 5)",
        (LymphocyteSubsets, LowerLimit),
        tell_cd4,
        ("scales.ctcae_blood.cd4",),
    ),
    **{
        term.key: Sheet(
            f"{term.key.capitalize()} (CTCAE 5)",
            (Symptom,),
            tell_symptom(term),
            (f"scales.ctcae_neurology.{term.key}",),
            "Beside ICANS, never instead of it.",
            codes={"limitation": Limitation, "consciousness": Consciousness},
        )
        for term in Term
    },
    "seizure": Sheet(
        "Seizure (CTCAE 5)",
        (SeizureSeen, SeizureKind),
        tell_seizure,
        ("scales.ctcae_neurology.seizure",),
        "Beside ICANS, never instead of it.",
        codes={"seizure": Seizure},
    ),
}
"""Every score that a file may ask for, by the name of its table."""


def _fields(sheet: Sheet, record: type) -> dict[str, Field]:
    return fields_of(record, sheet.codes, sheet.units)


def forms() -> dict[str, Form]:
    """Return what each table of a file may hold."""
    return {
        name: Form(
            {key: one for record in sheet.records for key, one in _fields(sheet, record).items()},
            {inner: _fields(sheet, record) for inner, record in sheet.lists.items()},
        )
        for name, sheet in SHEETS.items()
    }


def answer_scores(file: ScoreFile, rules: Edition) -> dict[str, tuple[Told, ...]]:
    """Answer every table of a file.

    Raises
    ------
    BadInput
        Lists every table with a value that its rule refuses.
    """
    answers, faults = {}, []
    for name, filled in file.tables.items():
        try:
            answers[name] = _answers(SHEETS[name], filled, rules)
        except BadInput as problem:
            faults.append(f"[{name}] {problem}")
    refuse_scores(file.place, faults)
    return answers


def _answers(sheet: Sheet, filled: Filled, rules: Edition) -> tuple[Told, ...]:
    given: dict[type, Any] = {
        record: record_of(record, (filled.values,), _fields(sheet, record)) for record in sheet.records
    }
    for inner, record in sheet.lists.items():
        rows = filled.lists.get(inner)
        given[record] = None if rows is None else record_of(record, rows, _fields(sheet, record), many=True)
    return sheet.tell(given, rules)


def left_out(name: str, filled: Filled) -> tuple[str, ...]:
    """Return the fields and lists of a table that are not known."""
    form = forms()[name]
    lists = (inner for inner in form.lists if inner not in filled.lists)
    return (*(key for key in form.fields if key not in filled.values), *lists)
