"""Who may be treated: the three indications and their limits, as one edition of the label states them."""

from dataclasses import dataclass

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
from livingdrug.bedside.limits import (
    at_least,
    at_most,
    by_indication,
    flag,
    indications_of,
    number_or_nan,
    reason,
    shared_reason,
    texts,
)
from livingdrug.evidence import Edition
from livingdrug.patients import Histology, Indication, Patients
from livingdrug.units import DAYS_PER_MONTH, DAYS_PER_WEEK

_KEY = "label.indications"


@dataclass(frozen=True)
class DaysToStep:
    """Days from the day on which months were counted to the planned steps, (n,); NaN without a date."""

    leukapheresis: np.ndarray
    infusion: np.ndarray


def no_steps(n: int) -> DaysToStep:
    """Return n patients of whose steps none has a date."""
    return DaysToStep(np.full(n, np.nan), np.full(n, np.nan))


def assess_indication(patients: Patients, rules: Edition, ahead: DaysToStep | None = None) -> Verdict:
    """Answer whether the edition's indications cover each patient, criterion by criterion.

    All criteria of the own indication must be met: that the edition holds the indication, histology,
    age in completed years, state of the disease, earlier lines, and (EU) CD19 and the interval since an
    allogeneic transplant. A criterion that does not concern an indication counts as met there.

    Parameters
    ----------
    patients : Patients, (n,) columns
    rules : Edition
    ahead : DaysToStep, optional
        To the steps that have a date, for the interval since a transplant.

    Returns
    -------
    Verdict
        answer (n,): 1 covered, 0 not covered, -1 something needed is unknown or not named by the edition.

    Source
    ------
    label.indications: section 1 of the US prescribing information; sections 4.1, 4.2 and 4.4 of the EU text.
    """
    reasons = [
        _indicated(patients, rules),
        _histology(patients, rules),
        _age(patients, rules),
        _disease_state(patients, rules),
        _lines(patients, rules),
        *_cd19(patients, rules),
        *_transplant_interval(patients, ahead or no_steps(len(patients)), rules),
    ]
    return combine(reasons)


def _is_leukaemia(patients: Patients) -> np.ndarray:
    return patients.indication == Indication.ALL


def _keys(patients: Patients, of_leukaemia: str, of_lymphoma: str) -> list[str]:
    """Return the keys of a criterion for the diseases of these patients."""
    return [
        f"{_KEY}.all.{of_leukaemia}" if member == Indication.ALL else f"{_KEY}.lymphoma.{of_lymphoma}"
        for member in indications_of(patients.indication)
    ]


def _indicated(patients: Patients, rules: Edition) -> Reason:
    held = by_indication(patients.indication, lambda i: float(flag(rules, f"{_KEY}.{i.key}.indicated")))
    names = ", ".join(i.name for i in Indication if flag(rules, f"{_KEY}.{i.key}.indicated"))
    text = f"The disease is an indication of this edition ({names})"
    return Reason("INDICATION", text, rules.info.source, at_least(held, 1))


def _among(histology: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    codes = [Histology[name.upper()] for name in names]
    return np.isin(histology, codes)


def _histology(patients: Patients, rules: Edition) -> Reason:
    """Answer yes for a type that the edition names, no for one that it rules out, and leave others open."""
    answer = np.full(len(patients), -1, dtype=np.int8)
    for member in Indication:
        named = _among(patients.histology, texts(rules, f"{_KEY}.{member.key}.histologies"))
        excluded = _among(patients.histology, texts(rules, f"{_KEY}.{member.key}.histologies_excluded"))
        own = tri(named, named | excluded)
        answer = np.where(patients.indication == member, own, answer).astype(np.int8)
    text = "Histology is one that the indication names (a type neither named nor ruled out is left open)"
    return Reason("HISTOLOGY", text, rules.info.source, answer)


def _age(patients: Patients, rules: Edition) -> Reason:
    oldest = rules.number(f"{_KEY}.all.completed_years_max")
    youngest = rules.number(f"{_KEY}.lymphoma.completed_years_min")
    completed = np.floor(patients.age_years)
    leukaemia = _is_leukaemia(patients)
    answer = np.where(leukaemia, at_most(completed, oldest), at_least(completed, youngest))
    text = f"Age in completed years: at most {oldest:g} in leukaemia, at least {youngest:g} in lymphoma"
    keys = _keys(patients, "completed_years_max", "completed_years_min")
    return shared_reason(rules, keys, "AGE", text, answer.astype(np.int8))


def _disease_state(patients: Patients, rules: Edition) -> Reason:
    relapses = rules.number(f"{_KEY}.all.relapses_min")
    ways = [patients.refractory, at_least(patients.n_relapses, relapses)]
    text = f"Refractory, or in relapse number {relapses:g} or later (leukaemia)"
    if flag(rules, f"{_KEY}.all.relapse_after_transplant"):
        ways.append(all_of([patients.prior_allogeneic_transplant, at_least(patients.n_relapses, 1)]))
        text = (
            f"Refractory, in relapse after transplant, or in relapse number {relapses:g} or later (leukaemia)"
        )
    lymphoma = any_of([patients.refractory, at_least(patients.n_relapses, 1)])
    answer = np.where(_is_leukaemia(patients), any_of(ways), lymphoma).astype(np.int8)
    text += "; relapsed or refractory (lymphoma)"
    # "Relapsed or refractory" stands in the sentence that also asks for the earlier lines.
    keys = _keys(patients, "relapses_min", "lines_min")
    return shared_reason(rules, keys, "DISEASE_STATE", text, answer)


def _lines(patients: Patients, rules: Edition) -> Reason:
    lines = rules.number(f"{_KEY}.lymphoma.lines_min")
    answer = np.where(_is_leukaemia(patients), MET, at_least(patients.prior_lines, lines)).astype(np.int8)
    text = f"At least {lines:g} earlier lines of systemic therapy (lymphoma)"
    return reason(rules, f"{_KEY}.lymphoma.lines_min", "EARLIER_LINES", text, answer)


def _cd19(patients: Patients, rules: Edition) -> list[Reason]:
    if not flag(rules, f"{_KEY}.all.cd19_required"):
        return []
    answer = np.where(_is_leukaemia(patients), patients.cd19_positive, MET).astype(np.int8)
    text = "Leukaemia confirmed CD19-positive"
    return [reason(rules, f"{_KEY}.all.cd19_required", "CD19", text, answer)]


def _transplant_interval(patients: Patients, ahead: DaysToStep, rules: Edition) -> list[Reason]:
    """Hold the time from an allogeneic transplant to each planned step against the edition.

    Months since the transplant grow until the infusion: while it has no date, too few today are no refusal.
    Leukapheresis without a date is taken to be due now.
    """
    months = number_or_nan(rules, f"{_KEY}.transplant.months_to_infusion_min")
    weeks = number_or_nan(rules, f"{_KEY}.transplant.weeks_to_leukapheresis_min")
    if np.isnan(months) or np.isnan(weeks):
        return []
    since_days = patients.months_since_allogeneic_transplant * DAYS_PER_MONTH
    none = negated(patients.prior_allogeneic_transplant)
    dated = ~np.isnan(ahead.infusion)
    long_enough = at_least(since_days + np.where(dated, ahead.infusion, 0.0), months * DAYS_PER_MONTH)
    waiting = np.where(~dated & (long_enough == NOT_MET), NOT_ASSESSABLE, long_enough).astype(np.int8)
    treatment = any_of([none, waiting])
    to_collection = np.where(np.isnan(ahead.leukapheresis), 0.0, ahead.leukapheresis)
    collection = any_of([none, at_least(since_days + to_collection, weeks * DAYS_PER_WEEK)])
    return [
        reason(
            rules,
            f"{_KEY}.transplant.months_to_infusion_min",
            "MONTHS_SINCE_TRANSPLANT",
            f"At least {months:g} months from an allogeneic transplant to the infusion (until then: wait)",
            treatment,
        ),
        reason(
            rules,
            f"{_KEY}.transplant.weeks_to_leukapheresis_min",
            "WEEKS_SINCE_TRANSPLANT",
            f"At least {weeks:g} weeks from an allogeneic transplant to leukapheresis",
            collection,
        ),
    ]
