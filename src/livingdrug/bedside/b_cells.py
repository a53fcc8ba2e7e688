"""B-cell aplasia and recovery, by the definition of each series."""

from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import Verdict, negated
from livingdrug.bedside.limits import at_least, below, reason
from livingdrug.evidence import Edition
from livingdrug.units import CELLS_PER_UL_PER_E9_PER_L, PERCENT

_SCALE = "scales.b_cells"


class BCellSeries(IntEnum):
    """Whose definition of aplasia: the registration trials' or the first trial's at Penn."""

    TRIALS = 0
    PENN = 1


def share_percent(b_cells_per_ul: np.ndarray, cells_e9_per_l: np.ndarray) -> np.ndarray:
    """Return B cells as a share of white cells or of lymphocytes in blood, in percent."""
    return PERCENT * b_cells_per_ul / (cells_e9_per_l * CELLS_PER_UL_PER_E9_PER_L)


def b_cells_recovered(
    b_cells_per_ul: np.ndarray, white_cells_e9_per_l: np.ndarray, rules: Edition
) -> np.ndarray:
    """Say whether B cells are back by the trials' definition: at least 1% of white cells.

    Returns
    -------
    array, int8
        1 recovered, 0 aplasia, -1 a count is unknown.

    Source
    ------
    ema_epar_2018; viable white cells there, all white cells here.
    """
    share = share_percent(b_cells_per_ul, white_cells_e9_per_l)
    return at_least(share, rules.number(f"{_SCALE}.recovered_from"))


def b_cell_aplasia(
    b_cells_per_ul: np.ndarray,
    white_cells_e9_per_l: np.ndarray,
    alc_e9_per_l: np.ndarray,
    series: BCellSeries,
    rules: Edition,
) -> Verdict:
    """Say whether B cells are absent by the definition of a series.

    Trials: below 1% of white cells. Penn: below 3% of lymphocytes.

    Parameters
    ----------
    b_cells_per_ul, white_cells_e9_per_l, alc_e9_per_l : array
        Of one shape; NaN where unknown. The trials' definition reads white cells, Penn's lymphocytes.
    series : BCellSeries
    rules : Edition

    Source
    ------
    ema_epar_2018 (trials); maude_2014 (Penn).
    """
    if series == BCellSeries.TRIALS:
        answer = negated(b_cells_recovered(b_cells_per_ul, white_cells_e9_per_l, rules))
        key, text = f"{_SCALE}.recovered_from", "B cells below the limit of recovery among white cells."
    else:
        key, text = f"{_SCALE}.penn_absent_below", "B cells below Penn's limit among lymphocytes."
        answer = below(share_percent(b_cells_per_ul, alc_e9_per_l), rules.number(key))
    return Verdict(answer, (reason(rules, key, "APLASIA", text, answer),))
