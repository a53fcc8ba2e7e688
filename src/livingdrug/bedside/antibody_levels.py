"""Low IgG: below normal, and low enough that replacement is commonly given."""

from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import Graded, choose
from livingdrug.evidence import Edition


class AntibodyCriterion(IntEnum):
    """What decided the grade of an IgG value."""

    UNKNOWN = -1
    NORMAL = 0
    BELOW_NORMAL = 1
    BELOW_TREATMENT_THRESHOLD = 2


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
    key = "scales.hypogammaglobulinaemia"
    normal = rules.number(f"{key}.lower_normal") if lower_normal_g_per_l is None else lower_normal_g_per_l
    low = igg_g_per_l < normal
    grade = choose(low, int(rules.number(f"{key}.grade_low")), 0)
    criterion = choose(low, AntibodyCriterion.BELOW_NORMAL, AntibodyCriterion.NORMAL)
    treated = igg_g_per_l < rules.number(f"{key}.treated_below")
    grade = choose(treated, int(rules.number(f"{key}.grade_treated")), grade)
    criterion = choose(treated, AntibodyCriterion.BELOW_TREATMENT_THRESHOLD, criterion)
    unknown = np.isnan(igg_g_per_l)
    return Graded(
        choose(unknown, -1, grade),
        choose(unknown, AntibodyCriterion.UNKNOWN, criterion),
        rules.sourced(f"{key}.treated_below").source,
    )
