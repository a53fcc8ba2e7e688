"""Reasons to delay at each step: before leukapheresis, before lymphodepletion, before the infusion."""

from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.answers import MET, NOT_MET, Reason, Verdict, all_of, any_of, combine, negated
from livingdrug.bedside.leukapheresis import judge_blood_before
from livingdrug.bedside.limits import at_most, beyond_or_open, enough_or_open, flag, is_asked, reason
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition
from livingdrug.patients import Indication, Patients
from livingdrug.patients.check import columns as schema
from livingdrug.patients.check import faulty_rows
from livingdrug.units import DAYS_PER_MONTH

_DELAY = "label.delay"
_FLAG_WORDS = {"yes": 1, "no": 0, "unknown": -1}
FLAG_SIGNS = (
    "product_available",
    "needs_oxygen",
    "chest_xray_worse",
    "new_uncontrolled_arrhythmia",
    "needs_vasopressor",
    "blood_culture_positive",
    "viral_pcr_positive",
    "influenza_positive",
    "influenza_course_complete",
    "accelerating_disease",
    "unresolved_toxicity",
    "worsening_disease",
)
"""Fields of ``Signs`` that are 1 (yes), 0 (no) or -1 (unknown)."""
_LIMITS = {
    "blood_blasts_percent": "marrow_blasts_percent",
    "spo2_percent": "spo2_percent",
    "lymphodepletion_toxicity_grade": "dyspnoea_grade",
}
"""For each other field the patients' column that can take the same values."""


@dataclass(frozen=True)
class Signs:
    """What is looked for at a step, beside what the patient's columns hold; NaN and -1 are unknown.

    Attributes
    ----------
    product_available : int8 array (n,)
        The finished product is there, or certain to come.
    blood_blasts_percent : array (n,), percent
        Blasts among the white cells of the blood.
    spo2_percent : array (n,), percent
        On the day of the step.
    needs_oxygen, chest_xray_worse, new_uncontrolled_arrhythmia, needs_vasopressor : int8 array (n,)
    blood_culture_positive : int8 array (n,)
        For bacteria or fungus.
    viral_pcr_positive, influenza_positive : int8 array (n,)
    influenza_course_complete : int8 array (n,)
        A full course of oseltamivir or zanamivir was given.
    accelerating_disease : int8 array (n,)
        Rising blasts, enlarging organs or new disease of the central nervous system.
    lymphodepletion_toxicity_grade : array (n,)
        Worst toxicity of lymphodepletion that persists above baseline, CTCAE grade.
    unresolved_toxicity, worsening_disease : int8 array (n,)
        What the label asks: serious reactions of earlier chemotherapy that persist; worsening of the disease.
    """

    product_available: np.ndarray
    blood_blasts_percent: np.ndarray
    spo2_percent: np.ndarray
    needs_oxygen: np.ndarray
    chest_xray_worse: np.ndarray
    new_uncontrolled_arrhythmia: np.ndarray
    needs_vasopressor: np.ndarray
    blood_culture_positive: np.ndarray
    viral_pcr_positive: np.ndarray
    influenza_positive: np.ndarray
    influenza_course_complete: np.ndarray
    accelerating_disease: np.ndarray
    lymphodepletion_toxicity_grade: np.ndarray
    unresolved_toxicity: np.ndarray
    worsening_disease: np.ndarray


def unknown_signs(n: int) -> Signs:
    """Return the signs of n patients of whom nothing is known."""
    return Signs(
        **{
            name: np.full(n, -1, dtype=np.int8) if name in FLAG_SIGNS else np.full(n, np.nan)
            for name in Signs.__dataclass_fields__
        }
    )


def _absent(rules: Edition, name: str, text: str, present: np.ndarray) -> Reason:
    """Return the criterion that a reason to delay is not there, met where the edition names none."""
    key = f"{_DELAY}.{name}"
    absent = np.where(flag(rules, key), negated(present), MET).astype(np.int8)
    return reason(rules, key, name.rpartition(".")[2].upper(), text, absent)


def assess_delay_before_leukapheresis(patients: Patients, signs: Signs, rules: Edition) -> Verdict:
    """Answer whether nothing speaks for delaying the collection of cells.

    No label names reasons at this step but the EU's interval since a transplant (``assess_indication``);
    these are published advice.

    Parameters
    ----------
    patients : Patients, (n,) columns
    signs : Signs
    rules : Edition

    Returns
    -------
    Verdict
        answer (n,): 1 no reason, 0 delay, -1 not assessable, or inside a range that the source leaves open.

    Source
    ------
    label.delay.collection: table on the timing of apheresis; EBMT criteria as reprinted.
    """
    where = f"{_DELAY}.collection"
    blasts = tuple(rules.number(f"{where}.blood_blasts_percent_{side}") for side in ("low", "high"))
    white = tuple(rules.number(f"{where}.white_cells_e9_per_l_{side}") for side in ("low", "high"))
    crowded = all_of(
        [
            beyond_or_open(signs.blood_blasts_percent, *blasts),
            beyond_or_open(patients.white_cells_e9_per_l, *white),
        ]
    )
    since = tuple(rules.number(f"{where}.days_since_transplant_{side}") for side in ("low", "high"))
    days = patients.months_since_allogeneic_transplant * DAYS_PER_MONTH
    late_enough = any_of([negated(patients.prior_allogeneic_transplant), enough_or_open(days, *since)])
    return combine(
        [
            _absent(rules, "collection.active_infection", "No active infection", patients.active_infection),
            _absent(
                rules, "collection.active_gvhd", "No sign of graft-versus-host disease", patients.active_gvhd
            ),
            reason(
                rules,
                f"{where}.blood_blasts_percent_high",
                "BLOOD_BLASTS",
                f"Not crowded by blasts: white cells above {white[0]:g} to {white[1]:g}e9/L with more than "
                f"{blasts[0]:g} to {blasts[1]:g}% blasts",
                negated(crowded),
            ),
            reason(
                rules,
                f"{where}.days_since_transplant_high",
                "DAYS_SINCE_TRANSPLANT",
                f"At least {since[0]:g} to {since[1]:g} days since an allogeneic transplant",
                late_enough,
            ),
            *judge_blood_before(patients.alc_e9_per_l, patients.cd3_cells_per_ul, rules).reasons,
        ]
    )


def assess_delay_before_lymphodepletion(signs: Signs, rules: Edition) -> Verdict:
    """Answer whether lymphodepletion may begin: the product must be there first.

    Source
    ------
    label.delay.lymphodepletion: US section 2.3, first step; EU section 4.2.
    """
    text = "The product is confirmed to be available"
    key = f"{_DELAY}.lymphodepletion.product_available"
    there = np.where(flag(rules, key), signs.product_available, MET).astype(np.int8)
    return combine([reason(rules, key, "PRODUCT_AVAILABLE", text, there)])


def assess_delay(
    patients: Patients,
    rules: Edition,
    unresolved_toxicity: np.ndarray | None = None,
    worsening_disease: np.ndarray | None = None,
) -> Verdict:
    """Answer whether nothing speaks for delaying the infusion.

    Parameters
    ----------
    patients : Patients, (n,) columns
    rules : Edition
    unresolved_toxicity, worsening_disease : int8 array (n,), optional
        What lymphodepletion left behind: 1 yes, 0 no, -1 unknown. Left out before lymphodepletion.

    Returns
    -------
    Verdict
        answer (n,): 1 no reason to delay, 0 delay, -1 not assessable.

    Source
    ------
    label.delay: US section 2.3 and boxed warning; EU section 4.4.
    """
    found = [
        ("active_infection", "No active uncontrolled infection", patients.active_infection),
        ("active_gvhd", "No active graft-versus-host disease", patients.active_gvhd),
        (
            "inflammatory_disorder",
            "No uncontrolled inflammatory disorder",
            patients.uncontrolled_inflammation,
        ),
    ]
    if unresolved_toxicity is not None:
        text = "No serious adverse reaction of earlier chemotherapy that persists (lung, heart, hypotension)"
        found.append(("unresolved_toxicity", text, unresolved_toxicity))
    if worsening_disease is not None:
        leukaemia = patients.indication == Indication.ALL
        for name, concerned in (("leukaemia", leukaemia), ("lymphoma", ~leukaemia)):
            worse = np.where(concerned, worsening_disease, NOT_MET).astype(np.int8)
            found.append((f"worsening_{name}", f"No worsening of {name} after lymphodepletion", worse))
    reasons = [
        reason(rules, f"{_DELAY}.{name}", name.upper(), text, negated(present))
        for name, text, present in found
        if flag(rules, f"{_DELAY}.{name}")
    ]
    return combine(reasons)


def assess_delay_as_in_eliana(signs: Signs, rules: Edition) -> Verdict:
    """Answer whether the numbers of ELIANA's protocol, beside the label's words, let the infusion go ahead.

    Parameters
    ----------
    signs : Signs
    rules : Edition

    Returns
    -------
    Verdict
        answer (n,): 1 no reason, 0 delay, -1 not assessable.

    Source
    ------
    label.delay.eliana: assessment report of the EMA, pages 62 and 63. How old cultures and tests may be is
    asked by ``assess_windows``.
    """
    where = f"{_DELAY}.eliana"
    most = rules.number(f"{where}.spo2_percent_most")
    worst = rules.number(f"{where}.toxicity_grade_most")
    lung = any_of([all_of([at_most(signs.spo2_percent, most), signs.needs_oxygen]), signs.chest_xray_worse])
    influenza = any_of([negated(signs.influenza_positive), signs.influenza_course_complete])
    toxicity = at_most(signs.lymphodepletion_toxicity_grade, worst)
    found = (
        (
            "spo2_percent_most",
            "LUNG_TOXICITY",
            f"No oxygen saturation of {most:g}% or less that needs oxygen, no worse chest X-ray",
            negated(lung),
        ),
        (
            "new_uncontrolled_arrhythmia",
            "ARRHYTHMIA",
            "No new uncontrolled arrhythmia",
            negated(signs.new_uncontrolled_arrhythmia),
        ),
        (
            "needs_vasopressor",
            "VASOPRESSOR",
            "No hypotension that depends on a vasopressor",
            negated(signs.needs_vasopressor),
        ),
        (
            "blood_culture_positive",
            "BLOOD_CULTURE",
            "No blood culture positive for bacteria or fungus",
            negated(signs.blood_culture_positive),
        ),
        ("viral_pcr_positive", "VIRAL_PCR", "No positive viral PCR", negated(signs.viral_pcr_positive)),
        ("influenza_positive", "INFLUENZA", "No influenza, or its course of treatment complete", influenza),
        (
            "accelerating_disease",
            "ACCELERATING_DISEASE",
            "No accelerating disease: blasts, organs, nervous system",
            negated(signs.accelerating_disease),
        ),
        (
            "toxicity_grade_most",
            "TOXICITY_GRADE",
            f"Toxicity of lymphodepletion of grade {worst:g} or less, or as before it",
            toxicity,
        ),
    )
    return combine(
        [
            reason(rules, f"{where}.{name}", code, text, answer)
            for name, code, text, answer in found
            if is_asked(rules, f"{where}.{name}")
        ]
    )


def _can_be(name: str, value: object) -> bool:
    """Return whether a sign can have a value: a number within the limits of such columns."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return not faulty_rows(schema()[_LIMITS[name]], np.array([float(value)]))[0]


def signs_of_one(table: dict[str, object], place: str) -> Signs:
    """Read the table ``[signs]`` of a patient's file: yes, no or unknown for a flag, else a number.

    Raises
    ------
    BadInput
        Unknown fields and values that cannot be read, all listed.
    """
    columns, faults = dict(vars(unknown_signs(1))), []
    for name, value in table.items():
        if name not in columns:
            faults.append(f"{name}: unknown field, expected one of {', '.join(columns)}")
        elif name in FLAG_SIGNS and value in ("yes", "no", "unknown"):
            columns[name] = np.array([_FLAG_WORDS[str(value)]], dtype=np.int8)
        elif name not in FLAG_SIGNS and _can_be(name, value):
            columns[name] = np.array([value], dtype=float)
        else:
            expected = "yes, no or unknown" if name in FLAG_SIGNS else schema()[_LIMITS[name]].expected
            faults.append(f"{name}: got {value!r}, expected {expected}")
    if faults:
        raise BadInput(f"{place}: {len(faults)} fault(s) in [signs]:\n  " + "\n  ".join(faults))
    return Signs(**columns)
