"""Remission and relapse of acute lymphoblastic leukaemia, read from one assessment of a chart.

The simulation reads its own visits with ``response.classify_all``, by the same limits.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import (
    MET,
    NOT_ASSESSABLE,
    NOT_MET,
    Graded,
    all_of,
    any_of,
    choose,
    enough_of,
    negated,
)
from livingdrug.bedside.grounds import Ground
from livingdrug.bedside.limits import above, at_least, below
from livingdrug.evidence import Edition

_SCALE = "scales.all_response"


class Remission(IntEnum):
    """Outcome of one assessment.

    MLFS, the morphologic leukaemia-free state, has neither count recovered; it is told from CRI by the ELN
    series alone. Relapse that awaits its confirming tests is told from relapse.
    """

    NOT_ASSESSABLE = -1
    CR = 0
    CRI = 1
    MLFS = 2
    NO_RESPONSE = 3
    RELAPSE = 4
    RELAPSE_UNCONFIRMED = 5


class Series(IntEnum):
    """Whose rule holds: the registry's, the trials' or, with the leukaemia-free state, the ELN's."""

    CIBMTR = 0
    TRIALS = 1
    ELN = 2


class RemissionCriterion(IntEnum):
    """What decided the outcome, or what is missing for one."""

    COUNTS_RECOVERED = 0
    ONE_COUNT_RECOVERED = 1
    NO_COUNT_RECOVERED = 2
    MARROW = 3
    BLOOD = 4
    EXTRAMEDULLARY = 5
    TESTS_AWAITED = 6
    COUNTS_NOT_RECOVERED = 7
    MARROW_UNKNOWN = 20
    BLOOD_UNKNOWN = 21
    EXTRAMEDULLARY_UNKNOWN = 22
    COUNTS_UNKNOWN = 23
    TESTS_UNKNOWN = 24
    HISTORY_UNKNOWN = 25
    AGE_UNKNOWN = 26
    BETWEEN = 27


@dataclass(frozen=True)
class LeukaemiaFindings:
    """One assessment, columns (n,). Flags are 1 yes, 0 no, -1 unknown; numbers NaN where unknown.

    Attributes
    ----------
    marrow_blasts_percent, blood_blasts_percent : float
    extramedullary : int8
        Disease outside marrow and blood.
    anc_e9_per_l, platelets_e9_per_l : float
    since_transfusion_days : float
        Since the last platelet or red cell transfusion; infinite where none was given.
    was_in_remission : int8
        An earlier assessment after infusion found a remission.
    age_years : float
    other_positive_tests : float
        Further tests, of another method or another marrow, with at least 1% blasts.
    """

    marrow_blasts_percent: np.ndarray
    blood_blasts_percent: np.ndarray
    extramedullary: np.ndarray
    anc_e9_per_l: np.ndarray
    platelets_e9_per_l: np.ndarray
    since_transfusion_days: np.ndarray
    was_in_remission: np.ndarray
    age_years: np.ndarray
    other_positive_tests: np.ndarray


_COUNTS = ("anc_e9_per_l", "platelets_e9_per_l", "since_transfusion_days")
_BLOOD_KEYS = (f"{_SCALE}.blood_blasts_below", f"{_SCALE}.registry_blood_blasts_at_most")
_COUNT_KEYS = (f"{_SCALE}.anc_from", f"{_SCALE}.platelets_from")
_TESTS = tuple(
    f"{_SCALE}.child.{name}"
    for name in ("certain_from", "one_test_from", "two_tests_from", "one_test", "two_tests")
)
GROUNDS = {
    RemissionCriterion.COUNTS_RECOVERED: Ground(
        "remission with both counts recovered, free of transfusion", _COUNTS, _COUNT_KEYS
    ),
    RemissionCriterion.COUNTS_NOT_RECOVERED: Ground(
        "remission without recovery of both counts", _COUNTS, _COUNT_KEYS
    ),
    RemissionCriterion.BETWEEN: Ground(
        "not assessable: too many blasts for a remission, too few for a relapse",
        ("marrow_blasts_percent", "blood_blasts_percent"),
        (f"{_SCALE}.blasts_below", f"{_SCALE}.relapse_blasts_above", *_BLOOD_KEYS),
    ),
    RemissionCriterion.ONE_COUNT_RECOVERED: Ground(
        "remission with one count recovered",
        _COUNTS,
        (*_COUNT_KEYS, f"{_SCALE}.counts_for_cri"),
    ),
    RemissionCriterion.NO_COUNT_RECOVERED: Ground(
        "free of leukaemia with no count recovered",
        _COUNTS,
        (*_COUNT_KEYS, f"{_SCALE}.counts_for_cri"),
    ),
    RemissionCriterion.MARROW: Ground(
        "blasts in the marrow",
        ("marrow_blasts_percent", "other_positive_tests"),
        (f"{_SCALE}.blasts_below", f"{_SCALE}.relapse_blasts_above"),
    ),
    RemissionCriterion.BLOOD: Ground("blasts in the blood", ("blood_blasts_percent",), _BLOOD_KEYS),
    RemissionCriterion.EXTRAMEDULLARY: Ground("disease outside the marrow", ("extramedullary",)),
    RemissionCriterion.TESTS_AWAITED: Ground(
        "blasts in a child's marrow, not confirmed by enough tests",
        ("marrow_blasts_percent", "other_positive_tests"),
        _TESTS,
    ),
    RemissionCriterion.MARROW_UNKNOWN: Ground("not assessable: marrow blasts", ("marrow_blasts_percent",)),
    RemissionCriterion.BLOOD_UNKNOWN: Ground("not assessable: blood blasts", ("blood_blasts_percent",)),
    RemissionCriterion.EXTRAMEDULLARY_UNKNOWN: Ground(
        "not assessable: disease outside the marrow or none", ("extramedullary",)
    ),
    RemissionCriterion.COUNTS_UNKNOWN: Ground("not assessable: counts or transfusions", _COUNTS),
    RemissionCriterion.TESTS_UNKNOWN: Ground(
        "not assessable: tests that would confirm relapse", ("other_positive_tests",)
    ),
    RemissionCriterion.HISTORY_UNKNOWN: Ground(
        "not assessable: a remission before or none", ("was_in_remission",)
    ),
    RemissionCriterion.AGE_UNKNOWN: Ground("not assessable: child or adult", ("age_years",)),
}
"""What each criterion means and rests on; its inputs are fields of ``LeukaemiaFindings``."""


def classify_remission(findings: LeukaemiaFindings, series: Series, rules: Edition) -> Graded:
    """Say whether a leukaemia is in remission, and of which kind, unresponsive or relapsed.

    Remission: fewer than 5% marrow blasts, no blood blasts (trials: fewer than 1%), no disease elsewhere.
    Complete with neutrophils of at least 1.0e9/L and platelets of at least 100e9/L without transfusion.
    Relapse after a remission: more than 5% marrow blasts in an adult; in a child 25%, or less with further
    tests; 1% blood blasts; disease elsewhere. After a remission what is neither is not assessable.

    Parameters
    ----------
    findings : LeukaemiaFindings, (n,) columns
    series : Series
        Without a transfusion for four weeks (registry, ELN) or more than seven days (trials).
    rules : Edition

    Returns
    -------
    Graded
        ``grade`` is a ``Remission``, ``criterion`` a ``RemissionCriterion``.

    Source
    ------
    cibmtr_all_response; ema_epar_2018 (blood blasts, trials' transfusion rule);
    paediatric_relapse_consensus. The ELN's own text was not read: that it asks for no blood blasts and for
    four weeks without transfusion, and that no recovered count makes MLFS and one CRi, is assumed.
    """
    child = below(findings.age_years, rules.number(f"{_SCALE}.child.below_years"))
    before = _before_remission(findings, series, rules)
    of_child, of_adult = (
        _of_either(
            findings.was_in_remission,
            _after_remission(findings, before, is_child, rules),
            before,
            RemissionCriterion.HISTORY_UNKNOWN,
        )
        for is_child in (True, False)
    )
    grade, criterion = _of_either(child, of_child, of_adult, RemissionCriterion.AGE_UNKNOWN)
    return Graded(grade, criterion, rules.sourced(f"{_SCALE}.blasts_below").source)


Outcome = tuple[np.ndarray, np.ndarray]
"""Outcome and criterion of each patient."""


def _of_either(answer: np.ndarray, if_yes: Outcome, if_no: Outcome, missing: RemissionCriterion) -> Outcome:
    """Choose between two outcomes; where it is not known which holds, both must be the same."""
    same = if_yes[0] == if_no[0]
    grade = choose(same, if_yes[0], Remission.NOT_ASSESSABLE)
    criterion = choose(same, if_yes[1], missing)
    grade = choose(answer == MET, if_yes[0], choose(answer == NOT_MET, if_no[0], grade))
    return grade, choose(answer == MET, if_yes[1], choose(answer == NOT_MET, if_no[1], criterion))


def _signs(
    findings: LeukaemiaFindings, series: Series, rules: Edition
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Answer whether the marrow holds too many blasts for a remission, the blood does, and another site."""
    marrow = negated(below(findings.marrow_blasts_percent, rules.number(f"{_SCALE}.blasts_below")))
    if series == Series.TRIALS:
        return marrow, _relapse_in_blood(findings, rules), findings.extramedullary
    most = rules.number(f"{_SCALE}.registry_blood_blasts_at_most")
    return marrow, above(findings.blood_blasts_percent, most), findings.extramedullary


def _relapse_in_blood(findings: LeukaemiaFindings, rules: Edition) -> np.ndarray:
    return negated(below(findings.blood_blasts_percent, rules.number(f"{_SCALE}.blood_blasts_below")))


def _where(marrow: np.ndarray, blood: np.ndarray, elsewhere: np.ndarray, wanted: int) -> np.ndarray:
    """Name the first of marrow, blood and other sites whose answer is the one wanted."""
    named = RemissionCriterion
    known = wanted == MET
    marrow_name, blood_name, elsewhere_name = (
        (named.MARROW, named.BLOOD, named.EXTRAMEDULLARY)
        if known
        else (named.MARROW_UNKNOWN, named.BLOOD_UNKNOWN, named.EXTRAMEDULLARY_UNKNOWN)
    )
    later = choose(blood == wanted, blood_name, np.full_like(elsewhere, elsewhere_name))
    return choose(marrow == wanted, marrow_name, later)


def _before_remission(findings: LeukaemiaFindings, series: Series, rules: Edition) -> Outcome:
    """Classify a patient in whom no remission has been found so far."""
    signs = _signs(findings, series, rules)
    disease = any_of(signs)
    grade, criterion = _kind(findings, series, rules)
    grade = choose(disease == MET, Remission.NO_RESPONSE, grade)
    criterion = choose(disease == MET, _where(*signs, MET), criterion)
    unknown = disease == NOT_ASSESSABLE
    grade = choose(unknown, Remission.NOT_ASSESSABLE, grade)
    return grade, choose(unknown, _where(*signs, NOT_ASSESSABLE), criterion)


def _after_remission(findings: LeukaemiaFindings, before: Outcome, is_child: bool, rules: Edition) -> Outcome:
    """Classify a patient who was in remission before: relapse, or what it would be without one."""
    grade, criterion = before
    between = grade == Remission.NO_RESPONSE
    grade = choose(between, Remission.NOT_ASSESSABLE, grade)
    criterion = choose(between, RemissionCriterion.BETWEEN, criterion)
    blood, elsewhere = _relapse_in_blood(findings, rules), findings.extramedullary
    suspected, marrow = (
        _childs_marrow(findings, rules) if is_child else (None, _adults_marrow(findings, rules))
    )
    relapse = any_of([marrow, blood, elsewhere])
    if suspected is not None:
        awaited = suspected == MET
        grade = choose(awaited, Remission.RELAPSE_UNCONFIRMED, grade)
        criterion = choose(awaited, RemissionCriterion.TESTS_AWAITED, criterion)
    grade = choose(relapse == MET, Remission.RELAPSE, grade)
    criterion = choose(relapse == MET, _where(marrow, blood, elsewhere, MET), criterion)
    unknown = relapse == NOT_ASSESSABLE
    untested = unknown & (marrow == NOT_ASSESSABLE) & ~np.isnan(findings.marrow_blasts_percent)
    open_point = _where(marrow, blood, elsewhere, NOT_ASSESSABLE)
    open_point = choose(untested, RemissionCriterion.TESTS_UNKNOWN, open_point)
    return choose(unknown, Remission.NOT_ASSESSABLE, grade), choose(unknown, open_point, criterion)


def _adults_marrow(findings: LeukaemiaFindings, rules: Edition) -> np.ndarray:
    return above(findings.marrow_blasts_percent, rules.number(f"{_SCALE}.relapse_blasts_above"))


def _childs_marrow(findings: LeukaemiaFindings, rules: Edition) -> tuple[np.ndarray, np.ndarray]:
    """Answer whether a child's marrow raises the question of relapse, and whether it settles it."""

    def number(name: str) -> float:
        return rules.number(f"{_SCALE}.child.{name}")

    blasts, tests = findings.marrow_blasts_percent, findings.other_positive_tests
    suspected = at_least(blasts, number("two_tests_from"))
    one = all_of([at_least(blasts, number("one_test_from")), at_least(tests, number("one_test"))])
    two = all_of([suspected, at_least(tests, number("two_tests"))])
    return suspected, any_of([at_least(blasts, number("certain_from")), one, two])


def _kind(findings: LeukaemiaFindings, series: Series, rules: Edition) -> Outcome:
    """Tell complete remission, CRi and (ELN) the leukaemia-free state apart by the counts."""
    neutrophils = at_least(findings.anc_e9_per_l, rules.number(f"{_SCALE}.anc_from"))
    platelets = at_least(findings.platelets_e9_per_l, rules.number(f"{_SCALE}.platelets_from"))
    platelets = all_of([platelets, _free_of_transfusion(findings.since_transfusion_days, series, rules)])
    counts = [neutrophils, platelets]
    complete, named = all_of(counts), RemissionCriterion
    unknown = complete == NOT_ASSESSABLE
    grade = np.full(complete.shape, Remission.CRI, dtype=np.int8)
    criterion = np.full(complete.shape, named.COUNTS_NOT_RECOVERED, dtype=np.int8)
    if series == Series.ELN:
        some = enough_of(counts, rules.number(f"{_SCALE}.counts_for_cri"))
        grade = choose(some == MET, Remission.CRI, Remission.MLFS)
        criterion = choose(some == MET, named.ONE_COUNT_RECOVERED, named.NO_COUNT_RECOVERED)
        unknown = unknown | (some == NOT_ASSESSABLE)
    grade = choose(complete == MET, Remission.CR, grade)
    criterion = choose(complete == MET, named.COUNTS_RECOVERED, criterion)
    grade = choose(unknown, Remission.NOT_ASSESSABLE, grade)
    return grade, choose(unknown, named.COUNTS_UNKNOWN, criterion)


def _free_of_transfusion(days: np.ndarray, series: Series, rules: Edition) -> np.ndarray:
    if series == Series.TRIALS:
        return above(days, rules.number(f"{_SCALE}.transfusion.trials_within_days"))
    return at_least(days, rules.number(f"{_SCALE}.transfusion.registry_free_days"))


def remission_held(first_day: np.ndarray, last_day: np.ndarray, rules: Edition) -> np.ndarray:
    """Say whether a remission has been held for four weeks: 1, 0, or -1 where a day is unknown.

    Parameters
    ----------
    first_day, last_day : array (n,), day
        First and last assessment that found it, with none between that did not.

    Source
    ------
    cibmtr_all_response; us_pi_2025_06, section 14.1.
    """
    return at_least(last_day - first_day, rules.number(f"{_SCALE}.held_from_days"))


@dataclass(frozen=True)
class ResidualDisease:
    """Measurable residual disease of each patient (n,).

    Attributes
    ----------
    negative : int8
        1 negative, 0 positive, -1 not assessable.
    level_log10 : float
        Order of magnitude found; NaN where nothing was found or measured.
    """

    negative: np.ndarray
    level_log10: np.ndarray


def read_residual_disease(
    found_fraction: np.ndarray, assay_limit_fraction: np.ndarray, rules: Edition
) -> ResidualDisease:
    """Read residual disease: negative below 1 cell in 10,000, by an assay that sees as little as that.

    Parameters
    ----------
    found_fraction : array (n,)
        Share of cells; 0 where none was found.
    assay_limit_fraction : array (n,)
        Least share that the assay finds in this sample; NaN where it is not stated.

    Source
    ------
    us_pi_2025_06, section 14.1. Nothing found by a coarser assay is not assessable.
    """
    limit = rules.number(f"{_SCALE}.mrd_negative_below")
    small, fine = below(found_fraction, limit), negated(above(assay_limit_fraction, limit))
    negative = choose(small == MET, choose(fine == MET, MET, NOT_ASSESSABLE), small)
    level = np.log10(np.where(found_fraction > 0, found_fraction, np.nan))
    return ResidualDisease(negative, level)
