"""Columns of a sampled patient that follow from others.

A baseline may hold auxiliary columns that no patient has; they are used up here:

- ``other_white_cells_e9_per_l``: white cells that are neither neutrophils nor lymphocytes;
- ``cd3_highest_share_of_alc``: T cells cannot outnumber this share of the lymphocytes;
- ``pregnancy_possible_from_years``, ``_below_years``: ages between which a girl or woman is counted as
  able to become pregnant;
- ``cockcroft_gault_age_years``, ``_divisor``, ``_female_factor``: creatinine of an adult from its clearance;
- ``schwartz_factor``: creatinine of a child from its clearance for 1.73 m2;
- ``relapsed_unless_refractory``: relapses of whoever is not refractory;
- ``months_since_transplant_if_any``: months since an allogeneic transplant of whoever had one.
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
    age = columns["age_years"]
    old_enough = age >= columns.pop("pregnancy_possible_from_years", np.zeros(len(age)))
    young_enough = age < columns.pop("pregnancy_possible_below_years")
    possible = (columns["sex"] == Sex.FEMALE) & old_enough & young_enough
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


def _creatinine_of_child(columns: Columns) -> Columns:
    """Creatinine by the bedside formula of Schwartz: k height / CrCl."""
    clearance = columns["creatinine_clearance_ml_per_min"]
    return {"creatinine_mg_per_dl": columns.pop("schwartz_factor") * columns["height_cm"] / clearance}


def _relapses(columns: Columns) -> Columns:
    """Who is not refractory to the last line has relapsed after it."""
    relapses = columns.pop("relapsed_unless_refractory")
    return {"n_relapses": np.where(columns["refractory"] == 1, 0.0, relapses)}


def _months_since_transplant(columns: Columns) -> Columns:
    """Whoever had a transplant knows how long ago; for others it means nothing."""
    months = columns.pop("months_since_transplant_if_any")
    had_one = columns["prior_allogeneic_transplant"] == 1
    return {"months_since_allogeneic_transplant": np.where(had_one, months, np.nan)}


_RULES = (
    ("other_white_cells_e9_per_l", _white_cells),
    ("cd3_highest_share_of_alc", _t_cells),
    ("pregnancy_possible_below_years", _pregnancy),
    ("cockcroft_gault_divisor", _creatinine),
    ("schwartz_factor", _creatinine_of_child),
    ("relapsed_unless_refractory", _relapses),
    ("months_since_transplant_if_any", _months_since_transplant),
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
