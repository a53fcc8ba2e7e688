"""Low IgG: below normal, and low enough that replacement is commonly given."""

from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import Graded, choose
from livingdrug.bedside.grounds import Ground
from livingdrug.evidence import Edition


class AntibodyCriterion(IntEnum):
    """What decided the grade of an IgG value."""

    UNKNOWN = -1
    NORMAL = 0
    BELOW_NORMAL = 1
    BELOW_TREATMENT_THRESHOLD = 2


_KEY = "scales.hypogammaglobulinaemia"
_NORMAL, _TREATED = f"{_KEY}.lower_normal", f"{_KEY}.treated_below"
GROUNDS = {
    AntibodyCriterion.UNKNOWN: Ground("not assessable: IgG not known", ("igg_g_per_l",)),
    AntibodyCriterion.NORMAL: Ground("IgG not below normal", ("igg_g_per_l",), (_NORMAL,)),
    AntibodyCriterion.BELOW_NORMAL: Ground("IgG below normal", ("igg_g_per_l",), (_NORMAL, _TREATED)),
    AntibodyCriterion.BELOW_TREATMENT_THRESHOLD: Ground(
        "IgG below the level at which it is commonly replaced", ("igg_g_per_l",), (_TREATED,)
    ),
}


def grade_hypogammaglobulinaemia(
    igg_g_per_l: np.ndarray, rules: Edition, lower_normal_g_per_l: float | np.ndarray | None = None
) -> Graded:
    """Grade a low IgG: 1 below the laboratory's normal, 2 below the level at which it is replaced.

    Parameters
    ----------
    igg_g_per_l : array
    rules : Edition
        The evidence.
    lower_normal_g_per_l : float or array, optional
        The laboratory's lower limit; without it a usual adult limit (assumed).

    Source
    ------
    igg_recommendations_2024. Hypogammaglobulinaemia is not a CTCAE v5 term: graded as "other".
    """
    normal = rules.number(_NORMAL) if lower_normal_g_per_l is None else lower_normal_g_per_l
    low = igg_g_per_l < normal
    grade = choose(low, int(rules.number(f"{_KEY}.grade_low")), 0)
    criterion = choose(low, AntibodyCriterion.BELOW_NORMAL, AntibodyCriterion.NORMAL)
    treated = igg_g_per_l < rules.number(_TREATED)
    grade = choose(treated, int(rules.number(f"{_KEY}.grade_treated")), grade)
    criterion = choose(treated, AntibodyCriterion.BELOW_TREATMENT_THRESHOLD, criterion)
    unknown = np.isnan(igg_g_per_l)
    return Graded(
        choose(unknown, -1, grade),
        choose(unknown, AntibodyCriterion.UNKNOWN, criterion),
        rules.sourced(_TREATED).source,
    )
