"""Tests before treatment, and who could enter a pivotal trial."""

from collections.abc import Callable

import numpy as np

from livingdrug.bedside.answers import (
    MET,
    NOT_ASSESSABLE,
    NOT_MET,
    Reason,
    Verdict,
    all_of,
    any_of,
    combine,
    negated,
    tri,
)
from livingdrug.bedside.limits import above, at_least, at_most, below, flag, is_asked, known, reason, texts
from livingdrug.errors import UnknownName
from livingdrug.evidence import Edition
from livingdrug.patients import Histology, Patients, Sex

_SCREENING = "label.screening"
_TRIALS = "label.trial_eligibility"
_NOT_JUDGED = "not_judged"
_COMPARE: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "min": at_least,
    "max": at_most,
    "above": above,
    "below": below,
}
_SIGNS = {"min": "at least", "max": "at most", "above": "above", "below": "below"}


def assess_tests(patients: Patients, rules: Edition) -> Verdict:
    """Answer whether the tests before treatment are known and none of them rules treatment out.

    A missing test is not assessable and its reason names it; it never counts as negative or normal.
    No label limits organ function by a number: these tests must be known, the trials' limits are in
    ``assess_trial``.

    Parameters
    ----------
    patients : Patients, (n,) columns
    rules : Edition

    Returns
    -------
    Verdict
        answer (n,): 1 all known and acceptable, 0 one rules treatment out, -1 one is missing, or positive
        where the edition neither accepts nor refuses it.

    Source
    ------
    label.screening: US sections 5.5, 8.1, 8.3; EU sections 4.2, 4.6 and leaflet.
    """
    return combine([*_pregnancy(patients, rules), *_serology(patients, rules), *_organs(patients, rules)])


def _pregnancy(patients: Patients, rules: Edition) -> list[Reason]:
    key = f"{_SCREENING}.pregnancy.test_required"
    if not flag(rules, key):
        return []
    man = tri(patients.sex == Sex.MALE, patients.sex != Sex.UNKNOWN)
    answer = any_of([man, negated(patients.could_be_pregnant), negated(patients.pregnancy_test)])
    if not flag(rules, f"{_SCREENING}.pregnancy.treated"):
        answer = np.where(patients.pregnancy_test == MET, NOT_MET, answer).astype(np.int8)
    text = "Pregnancy test negative, in those who could be pregnant"
    return [reason(rules, key, "PREGNANCY_TEST", text, answer)]


def _serology(patients: Patients, rules: Edition) -> list[Reason]:
    """Refuse a positive result where the edition refuses it, leave it open where the edition is silent."""
    if not flag(rules, f"{_SCREENING}.serology.test_required"):
        return []
    key = f"{_SCREENING}.serology.positive_accepted"
    stated = rules.sourced(key).value
    if_positive = NOT_ASSESSABLE if stated is None else MET if stated is True else NOT_MET
    tests = (
        ("HIV", "HIV test", patients.hiv),
        ("HEPATITIS_B", "Hepatitis B test", patients.hepatitis_b_active),
        ("HEPATITIS_C", "Hepatitis C test", patients.hepatitis_c_active),
    )
    return [
        reason(
            rules,
            key,
            code,
            f"{name} before the cells are collected: known and negative",
            np.where(result == MET, if_positive, negated(result)).astype(np.int8),
        )
        for code, name, result in tests
    ]


def _organs(patients: Patients, rules: Edition) -> list[Reason]:
    key = f"{_SCREENING}.organ_function.test_required"
    if not flag(rules, key):
        return []
    tests = (
        ("HEART", "Heart: left ventricular ejection fraction known", [patients.lvef_percent]),
        (
            "LUNG",
            "Lung: oxygen saturation and dyspnoea known",
            [patients.spo2_percent, patients.dyspnoea_grade],
        ),
        ("KIDNEY", "Kidney: creatinine clearance known", [patients.creatinine_clearance_ml_per_min]),
        ("LIVER", "Liver: ALT and bilirubin known", [patients.alt_x_uln, patients.bilirubin_mg_per_dl]),
    )
    return [
        reason(rules, key, code, text, all_of([known(column) for column in columns]))
        for code, text, columns in tests
    ]


def trial_names(rules: Edition) -> tuple[str, ...]:
    """Return the trials whose entry criteria are held."""
    return tuple(sorted({key.split(".")[2] for key in rules.values if key.startswith(f"{_TRIALS}.")}))


def not_judged(trial: str, rules: Edition) -> tuple[str, ...]:
    """Return which entry criteria of a pivotal trial are not held here, in words."""
    return texts(rules, f"{_TRIALS}.{trial}.{_NOT_JUDGED}")


def assess_trial(patients: Patients, trial: str, rules: Edition) -> Verdict:
    """Answer whether each patient meets the published entry criteria of a pivotal trial.

    Each entry ``<column>_min``, ``_max``, ``_above`` or ``_below`` of the trial limits that column,
    ``excludes.<flag>`` keeps out whoever has it, ``excluded_histologies`` whoever is of that type.
    The months since a transplant only concern those who had one.

    Parameters
    ----------
    patients : Patients, (n,) columns
    trial : str
        "juliet", "eliana" or "elara".
    rules : Edition

    Returns
    -------
    Verdict
        answer (n,): 1 could enter, 0 could not, -1 a result that the trial asks for is missing.

    Raises
    ------
    UnknownName
        No criteria are held for a trial of this name.

    Source
    ------
    label.trial_eligibility. Left out: what is not public (ELARA's organ limits) and what is no column here.
    """
    if trial not in trial_names(rules):
        raise UnknownName("trial", trial, trial_names(rules))
    prefix = f"{_TRIALS}.{trial}."
    told = (f"{prefix}other_wordings.", f"{prefix}{_NOT_JUDGED}")
    named = [key for key in rules.values if key.startswith(prefix) and not key.startswith(told)]
    reasons = []
    for key in (key for key in named if is_asked(rules, key)):
        name = key[len(prefix) :]
        if name == "excluded_histologies":
            reasons.append(_trial_histology(patients, key, rules))
        elif name.startswith("excludes."):
            column = name.removeprefix("excludes.")
            reasons.append(_trial_exclusion(patients, column, key, rules))
        else:
            reasons.append(_trial_limit(patients, name, key, rules))
    return combine(reasons)


def _trial_limit(patients: Patients, name: str, key: str, rules: Edition) -> Reason:
    column, _, sign = name.rpartition("_")
    limit = rules.number(key)
    answer = _COMPARE[sign](getattr(patients, column), limit)
    if column == "months_since_allogeneic_transplant":
        answer = any_of([negated(patients.prior_allogeneic_transplant), answer])
    found = rules.sourced(key)
    text = f"{found.label}: {_SIGNS[sign]} {limit:g} {found.unit if found.unit != '1' else ''}".rstrip()
    return reason(rules, key, name.upper(), text, answer)


def _trial_exclusion(patients: Patients, column: str, key: str, rules: Edition) -> Reason:
    text = f"No {column.replace('_', ' ')}"
    return reason(rules, key, f"NO_{column.upper()}", text, negated(getattr(patients, column)))


def _trial_histology(patients: Patients, key: str, rules: Edition) -> Reason:
    names = texts(rules, key)
    excluded = np.isin(patients.histology, [Histology[name.upper()] for name in names])
    answer = tri(~excluded, patients.histology != Histology.UNKNOWN)
    text = f"Histology is none of: {', '.join(name.replace('_', ' ') for name in names)}"
    return reason(rules, key, "TRIAL_HISTOLOGY", text, answer)
