"""Columns of a sampled patient that follow from others.

A baseline may hold auxiliary columns that no patient has; they are used up here:

- ``other_white_cells_e9_per_l``: white cells that are neither neutrophils nor lymphocytes;
- ``cd3_highest_share_of_alc``: T cells cannot outnumber this share of the lymphocytes;
- ``pregnancy_possible_below_years``: age below which a woman is counted as able to become pregnant;
- ``cockcroft_gault_age_years``, ``_divisor``, ``_female_factor``: creatinine from its clearance;
- ``relapsed_unless_refractory``: one relapse for whoever is not refractory.
"""

import numpy as np

from livingdrug import units
from livingdrug.patients.record import UNKNOWN, Sex

Columns = dict[str, np.ndarray]


def _white_cells(columns: Columns) -> Columns:
    """White = neutrophils + lymphocytes + others."""
    other = columns.pop("other_white_cells_e9_per_l")
    return {"white_cells_e9_per_l": columns["anc_e9_per_l"] + columns["alc_e9_per_l"] + other}


def _t_cells(columns: Columns) -> Columns:
    """T cells are lymphocytes: CD3 is at most a share of the lymphocyte count."""
    share = columns.pop("cd3_highest_share_of_alc")
    most = share * columns["alc_e9_per_l"] * units.CELLS_PER_UL_PER_E9_PER_L
    return {"cd3_cells_per_ul": np.minimum(columns["cd3_cells_per_ul"], most)}


def _pregnancy(columns: Columns) -> Columns:
    """Who could be pregnant has been tested, with a negative result; nobody else is tested."""
    possible = (columns["sex"] == Sex.FEMALE) & (
        columns["age_years"] < columns.pop("pregnancy_possible_below_years")
    )
    return {
        "could_be_pregnant": np.where(possible, 1.0, 0.0),
        "pregnancy_test": np.where(possible, 0.0, float(UNKNOWN)),
    }


def _creatinine(columns: Columns) -> Columns:
    """Creatinine by Cockcroft and Gault: (140 - age) W f / (72 CrCl), f = 0.85 in women."""
    years = columns.pop("cockcroft_gault_age_years") - columns["age_years"]
    divisor = columns.pop("cockcroft_gault_divisor")
    factor = np.where(columns["sex"] == Sex.FEMALE, columns.pop("cockcroft_gault_female_factor"), 1.0)
    clearance = columns["creatinine_clearance_ml_per_min"]
    return {"creatinine_mg_per_dl": years * columns["weight_kg"] * factor / (divisor * clearance)}


def _relapses(columns: Columns) -> Columns:
    """Who is not refractory to the last line has relapsed after it: one relapse at least."""
    return {"n_relapses": np.where(columns["refractory"] == 1, 0.0, 1.0)}


_RULES = (
    ("other_white_cells_e9_per_l", _white_cells),
    ("cd3_highest_share_of_alc", _t_cells),
    ("pregnancy_possible_below_years", _pregnancy),
    ("cockcroft_gault_divisor", _creatinine),
    ("relapsed_unless_refractory", _relapses),
)


def derive_columns(drawn: Columns) -> Columns:
    """Return the drawn columns with those that follow from them; auxiliary columns are gone.

    Parameters
    ----------
    drawn : dict
        Column name to array (patients,).
    """
    columns = dict(drawn)
    for trigger, rule in _RULES:
        if trigger in columns:
            columns.update(rule(columns))
            columns.pop(trigger, None)
    return columns
