"""Response of lymphoma by Lugano 2014, read lesion by lesion from a chart: by PET, and by CT.

The simulation, which knows only a sum of products, reads it with ``response.classify_lugano`` by the same
limits.
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
    negated,
    tri,
)
from livingdrug.bedside.grounds import Ground
from livingdrug.bedside.limits import above, at_least, at_most
from livingdrug.bedside.response import Response
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition
from livingdrug.units import PERCENT

_SCALE = "scales.lugano"


class Uptake(IntEnum):
    """Uptake of the lesions compared with baseline."""

    UNKNOWN = -1
    REDUCED = 0
    UNCHANGED = 1
    INCREASED = 2


class NonMeasured(IntEnum):
    """Lesions that are followed without measuring: gone or normal, still there, or clearly worse."""

    UNKNOWN = -1
    NORMAL = 0
    PRESENT = 1
    PROGRESSED = 2


class LuganoCriterion(IntEnum):
    """What decided the response, or what is missing for one."""

    NOT_ASSESSABLE = -1
    DEAUVILLE = 0
    UPTAKE = 1
    NEW_FOCI = 2
    ALL_NORMAL = 3
    SUM_OF_PRODUCTS = 4
    LESION_GROWN = 5
    SPLEEN_GROWN = 6
    NON_MEASURED = 7
    NEW_LESION = 8
    NO_CHANGE = 9
    PROGRESSION_UNKNOWN = 20
    COMPLETE_UNKNOWN = 21
    PARTIAL_UNKNOWN = 22


@dataclass(frozen=True)
class PetFindings:
    """PET of the lesions, columns (n,).

    Attributes
    ----------
    deauville_score : float
        1 to 5 of the most active lesion; NaN where unknown.
    uptake : int8
        Member of ``Uptake``.
    new_foci : int8
        New avid foci of lymphoma: 1, 0, or -1 unknown.
    """

    deauville_score: np.ndarray
    uptake: np.ndarray
    new_foci: np.ndarray


@dataclass(frozen=True)
class TargetLesions:
    """Measured lesions, arrays (n, lesions) of at most six, in cm; one of which nothing is known is none.

    Where nothing is known of any, they were not measured: a response is then not assessable.

    Attributes
    ----------
    ldi_cm, sdi_cm : float
        Longest diameter now and the shortest at right angles to it; 0 where it has gone, NaN where unknown.
    baseline_ldi_cm, baseline_sdi_cm : float
    nadir_ldi_cm, nadir_sdi_cm : float
        When the product was smallest so far, baseline included.
    extranodal : int8
        Outside lymph nodes: 1, 0, or -1 unknown.
    """

    ldi_cm: np.ndarray
    sdi_cm: np.ndarray
    baseline_ldi_cm: np.ndarray
    baseline_sdi_cm: np.ndarray
    nadir_ldi_cm: np.ndarray
    nadir_sdi_cm: np.ndarray
    extranodal: np.ndarray


@dataclass(frozen=True)
class OtherSites:
    """What CT shows beside the measured lesions, columns (n,).

    Attributes
    ----------
    spleen_cm, baseline_spleen_cm : float
        Length.
    non_measured : int8
        Member of ``NonMeasured``.
    new_lesion : int8
    marrow_involved : int8
        Now. Flags are 1 yes, 0 no, -1 unknown.
    """

    spleen_cm: np.ndarray
    baseline_spleen_cm: np.ndarray
    non_measured: np.ndarray
    new_lesion: np.ndarray
    marrow_involved: np.ndarray


_GROWTH_KEYS = tuple(
    f"{_SCALE}.{name}"
    for name in (
        "normal_diameter",
        "progression_rise_percent",
        "growth.small_at_most",
        "growth.small_from",
        "growth.large_from",
    )
)
_SPLEEN_KEYS = tuple(
    f"{_SCALE}.spleen.{name}" for name in ("normal_at_most", "growth_percent_above", "new_from")
)
_TARGETS = ("ldi_cm", "sdi_cm", "baseline_ldi_cm", "baseline_sdi_cm")
GROUNDS = {
    LuganoCriterion.NOT_ASSESSABLE: Ground("not assessable: PET score, uptake or new foci"),
    LuganoCriterion.DEAUVILLE: Ground(
        "the Deauville score", ("deauville_score",), (f"{_SCALE}.deauville_complete_at_most",)
    ),
    LuganoCriterion.UPTAKE: Ground(
        "uptake compared with baseline",
        ("deauville_score", "uptake"),
        (f"{_SCALE}.deauville_complete_at_most",),
    ),
    LuganoCriterion.NEW_FOCI: Ground("new avid foci", ("new_foci",)),
    LuganoCriterion.ALL_NORMAL: Ground(
        "all sites normal", (), (f"{_SCALE}.normal_diameter", f"{_SCALE}.spleen.normal_at_most")
    ),
    LuganoCriterion.SUM_OF_PRODUCTS: Ground(
        "the sum of products of the lesions",
        (),
        (f"{_SCALE}.partial_fall_percent", f"{_SCALE}.spleen.partial_fall_percent_above"),
    ),
    LuganoCriterion.LESION_GROWN: Ground("a lesion has grown", (), _GROWTH_KEYS),
    LuganoCriterion.SPLEEN_GROWN: Ground(
        "the spleen has grown", ("spleen_cm", "baseline_spleen_cm"), _SPLEEN_KEYS
    ),
    LuganoCriterion.NON_MEASURED: Ground("a lesion that is not measured is clearly worse", ("non_measured",)),
    LuganoCriterion.NEW_LESION: Ground("a new lesion", ("new_lesion",)),
    LuganoCriterion.NO_CHANGE: Ground("neither response nor progression"),
    LuganoCriterion.PROGRESSION_UNKNOWN: Ground("not assessable: progression or none"),
    LuganoCriterion.COMPLETE_UNKNOWN: Ground("not assessable: whether all sites are normal"),
    LuganoCriterion.PARTIAL_UNKNOWN: Ground("not assessable: the fall from baseline"),
}
"""What each criterion means and rests on; inputs are fields of ``PetFindings`` or ``OtherSites``."""


def classify_by_pet(pet: PetFindings, rules: Edition) -> Graded:
    """Classify metabolic response: complete at Deauville 1 to 3, otherwise by uptake and new foci.

    Parameters
    ----------
    pet : PetFindings, (n,) columns
    rules : Edition

    Returns
    -------
    Graded
        ``grade`` is a ``Response`` (SD: no metabolic response), ``criterion`` a ``LuganoCriterion``.

    Raises
    ------
    BadInput
        A score that is not 1 to 5.

    Source
    ------
    lugano_by_site_table; lugano_2014.
    """
    score, worst_score = pet.deauville_score, rules.number(f"{_SCALE}.deauville_highest")
    if np.any((score < 1) | (score > worst_score)):
        raise BadInput(f"PET: got a Deauville score outside 1 to {worst_score:g}, or NaN if unknown")
    faint = at_most(score, rules.number(f"{_SCALE}.deauville_complete_at_most"))
    more = (faint == NOT_MET) & (pet.uptake == Uptake.INCREASED)
    named, unknown = LuganoCriterion, np.full(score.shape, LuganoCriterion.NOT_ASSESSABLE, dtype=np.int8)
    grade, criterion = np.full(score.shape, Response.NOT_ASSESSED, dtype=np.int8), unknown
    without_new = pet.new_foci == NOT_MET
    for uptake, response in ((Uptake.REDUCED, Response.PR), (Uptake.UNCHANGED, Response.SD)):
        here = without_new & (faint == NOT_MET) & (pet.uptake == uptake)
        grade, criterion = choose(here, response, grade), choose(here, named.UPTAKE, criterion)
    complete = without_new & (faint == MET)
    grade, criterion = choose(complete, Response.CR, grade), choose(complete, named.DEAUVILLE, criterion)
    grade, criterion = choose(more, Response.PD, grade), choose(more, named.UPTAKE, criterion)
    foci = pet.new_foci == MET
    grade, criterion = choose(foci, Response.PD, grade), choose(foci, named.NEW_FOCI, criterion)
    return Graded(grade, criterion, rules.sourced(f"{_SCALE}.deauville_complete_at_most").source)


def classify_by_ct(targets: TargetLesions, sites: OtherSites, rules: Edition) -> Graded:
    """Classify radiological response: progression by any site, else complete, partial or none.

    Progression: a lesion longer than 1.5 cm whose product rose by at least 50% from its smallest and one of
    whose diameters grew by 0.5 cm (1 cm where it was longer than 2 cm); a grown spleen; a clearly worse
    non-measured or a new lesion. Complete: all lesions at most 1.5 cm (outside nodes gone), spleen and
    marrow normal. Partial: the sum of products down by at least 50%, a large spleen down by more than half
    of its excess.

    Parameters
    ----------
    targets : TargetLesions, (n, lesions)
    sites : OtherSites, (n,) columns
    rules : Edition

    Returns
    -------
    Graded
        ``grade`` is a ``Response``, ``criterion`` a ``LuganoCriterion``.

    Raises
    ------
    BadInput
        More lesions than the criteria measure, or a length below 0.

    Source
    ------
    lugano_ct_table. Its limit of 2 cm is read at the smallest size; recurrence of a spleen that had become
    normal is read against baseline only.
    """
    most = rules.number(f"{_SCALE}.targets_at_most")
    if targets.ldi_cm.shape[1] > most:
        raise BadInput(f"target lesions: got {targets.ldi_cm.shape[1]}, expected at most {most:g}")
    _require_lengths(targets, sites)
    named = LuganoCriterion
    spleen, worse = _spleen_grown(sites, rules), sites.non_measured
    progression = (
        (_any_lesion(lesions_grown(targets, rules), targets), named.LESION_GROWN),
        (spleen, named.SPLEEN_GROWN),
        (tri(worse == NonMeasured.PROGRESSED, worse >= 0), named.NON_MEASURED),
        (sites.new_lesion, named.NEW_LESION),
    )
    complete, partial = _complete(targets, sites, rules), _partial(targets, sites, rules)
    grade = choose(partial == MET, Response.PR, Response.SD)
    criterion = choose(partial == MET, named.SUM_OF_PRODUCTS, named.NO_CHANGE)
    grade = choose(partial == NOT_ASSESSABLE, Response.NOT_ASSESSED, grade)
    criterion = choose(partial == NOT_ASSESSABLE, named.PARTIAL_UNKNOWN, criterion)
    grade = choose(complete == NOT_ASSESSABLE, Response.NOT_ASSESSED, grade)
    criterion = choose(complete == NOT_ASSESSABLE, named.COMPLETE_UNKNOWN, criterion)
    grade, criterion = (
        choose(complete == MET, Response.CR, grade),
        choose(complete == MET, named.ALL_NORMAL, criterion),
    )
    open_point = any_of([answer for answer, _ in progression]) == NOT_ASSESSABLE
    grade = choose(open_point, Response.NOT_ASSESSED, grade)
    criterion = choose(open_point, named.PROGRESSION_UNKNOWN, criterion)
    for answer, what in progression:
        grade, criterion = choose(answer == MET, Response.PD, grade), choose(answer == MET, what, criterion)
    return Graded(grade, criterion, rules.sourced(f"{_SCALE}.growth.small_from").source)


def _require_lengths(targets: TargetLesions, sites: OtherSites) -> None:
    lengths = {name: getattr(targets, name) for name in (*_TARGETS, "nadir_ldi_cm", "nadir_sdi_cm")}
    lengths |= {name: getattr(sites, name) for name in ("spleen_cm", "baseline_spleen_cm")}
    for name, length in lengths.items():
        if np.any(length < 0):
            raise BadInput(f"CT: {name}: got a length below 0, expected 0 or more, or NaN if unknown")


def _rounded(value: np.ndarray) -> np.ndarray:
    """Drop the digits below those of a measurement: 3.3 - 2.3 is 1, not a little less."""
    return value.astype(np.float32).astype(float)


def _there(targets: TargetLesions) -> np.ndarray:
    """Return which places hold a lesion: those of which any diameter is known."""
    sizes = (targets.ldi_cm, targets.sdi_cm, targets.baseline_ldi_cm, targets.baseline_sdi_cm)
    there = ~np.isnan(targets.nadir_ldi_cm) | ~np.isnan(targets.nadir_sdi_cm)
    for size in sizes:
        there = there | ~np.isnan(size)
    return there


def _any_lesion(answer: np.ndarray, targets: TargetLesions) -> np.ndarray:
    """Answer whether something holds for any of the lesions that there are."""
    none = np.zeros(len(answer), dtype=np.int8)
    among = np.where(_there(targets), answer, NOT_MET).astype(np.int8)
    return any_of([none, *among.T])


def lesions_grown(targets: TargetLesions, rules: Edition) -> np.ndarray:
    """Say of each measured lesion whether it has progressed by itself.

    Returns
    -------
    array (n, lesions), int8
        1 yes, 0 no, -1 not assessable, also where there is no lesion.

    Source
    ------
    lugano_ct_table
    """

    def number(name: str) -> float:
        return rules.number(f"{_SCALE}.{name}")

    rise = 1 + number("progression_rise_percent") / PERCENT
    nadir = targets.nadir_ldi_cm * targets.nadir_sdi_cm
    product = at_least(_rounded(targets.ldi_cm * targets.sdi_cm), _rounded(rise * nadir))
    small = targets.nadir_ldi_cm <= number("growth.small_at_most")
    needed = np.where(small, number("growth.small_from"), number("growth.large_from"))
    longer = at_least(_rounded(targets.ldi_cm - targets.nadir_ldi_cm), needed)
    wider = at_least(_rounded(targets.sdi_cm - targets.nadir_sdi_cm), needed)
    abnormal = above(targets.ldi_cm, number("normal_diameter"))
    return all_of([abnormal, product, any_of([longer, wider])])


def _spleen_grown(sites: OtherSites, rules: Edition) -> np.ndarray:
    """Answer whether a large spleen grew by more than half of its excess, or one by 2 cm to a large one."""

    def number(name: str) -> float:
        return rules.number(f"{_SCALE}.spleen.{name}")

    excess = sites.baseline_spleen_cm - number("normal_at_most")
    growth = _rounded(sites.spleen_cm - sites.baseline_spleen_cm)
    of_large = above(growth, _rounded(excess * number("growth_percent_above") / PERCENT))
    newly_large = all_of(
        [at_least(growth, number("new_from")), above(sites.spleen_cm, number("normal_at_most"))]
    )
    return choose(excess > 0, of_large, newly_large)


def _complete(targets: TargetLesions, sites: OtherSites, rules: Edition) -> np.ndarray:
    in_node = above(targets.ldi_cm, rules.number(f"{_SCALE}.normal_diameter"))
    outside = above(targets.ldi_cm, 0.0)
    either = choose(in_node == outside, in_node, NOT_ASSESSABLE)
    large = choose(targets.extranodal == MET, outside, choose(targets.extranodal == NOT_MET, in_node, either))
    left = tri(sites.non_measured != NonMeasured.NORMAL, sites.non_measured >= 0)
    spleen = above(sites.spleen_cm, rules.number(f"{_SCALE}.spleen.normal_at_most"))
    measured = np.logical_or.reduce(_there(targets), axis=1)
    lesions = choose(measured, _any_lesion(large, targets), NOT_ASSESSABLE)
    abnormal = any_of([lesions, left, spleen, sites.marrow_involved])
    return negated(abnormal)


def _partial(targets: TargetLesions, sites: OtherSites, rules: Edition) -> np.ndarray:
    there = _there(targets)
    now = np.where(there, targets.ldi_cm * targets.sdi_cm, 0.0)
    before = np.where(there, targets.baseline_ldi_cm * targets.baseline_sdi_cm, 0.0)
    total, total_before = np.zeros(len(now)), np.zeros(len(now))
    for j in range(now.shape[1]):
        total, total_before = total + now[:, j], total_before + before[:, j]
    left = 1 - rules.number(f"{_SCALE}.partial_fall_percent") / PERCENT
    measured = np.where(total_before > 0, _rounded(total), np.nan)
    smaller = at_most(measured, _rounded(left * total_before))
    normal = rules.number(f"{_SCALE}.spleen.normal_at_most")
    excess = sites.baseline_spleen_cm - normal
    kept = 1 - rules.number(f"{_SCALE}.spleen.partial_fall_percent_above") / PERCENT
    still_large = at_least(_rounded(sites.spleen_cm - normal), _rounded(kept * excess))
    still_large = choose(excess > 0, still_large, tri(np.zeros(len(excess), dtype=bool), excess <= 0))
    return all_of([smaller, negated(still_large)])
