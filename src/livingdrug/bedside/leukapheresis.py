"""Leukapheresis: whether blood counts allow a collection and whether a collection can be manufactured."""

from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import Verdict, any_of, combine
from livingdrug.bedside.limits import above, at_least, enough_or_open, reason
from livingdrug.evidence import Edition


class CollectionCriterion(IntEnum):
    """What a collection is judged by."""

    NUCLEATED_CELLS = 0
    CD3_CELLS = 1
    CD3_SHARE = 2
    BLOOD_COUNT = 3


def judge_collection(nucleated_cells: np.ndarray, cd3_cells: np.ndarray, rules: Edition) -> Verdict:
    """Say whether the cells collected suffice for manufacturing.

    Nucleated cells, CD3-positive cells and the CD3-positive share must each reach their minimum.

    Parameters
    ----------
    nucleated_cells : array (patients,), cells
        In all collections together; NaN unknown.
    cd3_cells : array (patients,), cells
    rules : Edition

    Source
    ------
    Rossoff 2021 and Fong 2023, as held in ``label.leukapheresis.minimum``.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = cd3_cells / nucleated_cells
    checks = (
        (CollectionCriterion.NUCLEATED_CELLS, "nucleated_cells", "enough nucleated cells", nucleated_cells),
        (CollectionCriterion.CD3_CELLS, "cd3_cells", "enough CD3-positive cells", cd3_cells),
        (CollectionCriterion.CD3_SHARE, "cd3_share", "CD3-positive share high enough", share),
    )
    reasons = []
    for code, name, text, value in checks:
        key = f"label.leukapheresis.minimum.{name}"
        reasons.append(reason(rules, key, code.name, text, at_least(value, rules.number(key))))
    return combine(reasons)


def judge_blood_before(alc_e9_per_l: np.ndarray, cd3_cells_per_ul: np.ndarray, rules: Edition) -> Verdict:
    """Say whether the blood counts before collection promise enough cells: lymphocytes or T cells.

    Parameters
    ----------
    alc_e9_per_l : array (patients,), 10^9/L
    cd3_cells_per_ul : array (patients,), cells/uL
    rules : Edition

    Notes
    -----
    Advice, not a condition: one of the two counts suffices. The source gives the least number of T cells as
    a range; a count inside it is left open.

    Source
    ------
    ``label.leukapheresis.before``: table on the timing of apheresis.
    """
    key = "label.leukapheresis.before.alc_e9_per_l"
    cd3 = "label.leukapheresis.before.cd3_cells_per_ul"
    lymphocytes = above(alc_e9_per_l, rules.number(key))
    enough, few = rules.number(cd3), rules.number(f"{cd3}_low")
    t_cells = enough_or_open(cd3_cells_per_ul, few, enough)
    text = (
        f"Enough lymphocytes (more than {rules.number(key):g}e9/L) or T cells in blood (from {enough:g}/uL; "
        f"{few:g} to {enough:g} left open)"
    )
    code = CollectionCriterion.BLOOD_COUNT.name
    return combine([reason(rules, key, code, text, any_of([lymphocytes, t_cells]))])
