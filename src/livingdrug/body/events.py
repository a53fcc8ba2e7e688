"""What happens to the body at a moment: infusion, drugs, transplant; each returns a changed copy."""

import numpy as np

from livingdrug.body.individual import Individual
from livingdrug.body.system import STATE_NAMES, Parameters
from livingdrug.evidence import Edition

_ROW = {name: row for row, name in enumerate(STATE_NAMES)}
_MARROW = tuple(name for name in STATE_NAMES if "precursors" in name or "transit" in name)


def row(name: str) -> int:
    """Return the row of a state in a state array."""
    return _ROW[name]


def _set(state: np.ndarray, now: np.ndarray, values: dict[str, np.ndarray | float]) -> np.ndarray:
    changed = state.copy()
    for name, value in values.items():
        changed[_ROW[name]] = np.where(now, value, state[_ROW[name]])
    return changed


def infuse(
    state: np.ndarray, now: np.ndarray, who: Individual, dose_cells: np.ndarray, rules: Edition
) -> np.ndarray:
    """Infuse the CAR-T cells at day 0.

    E = F size K dose / (dose + K size), a saturable engraftment; M is a small share of E.

    Parameters
    ----------
    state : array (states, patients)
    now : bool array (patients,)
        Who is infused.
    who : Individual
    dose_cells : array (patients,), cells
        More than 0 where ``now``.
    rules : Edition
    """
    engrafted = np.where(now, who.engrafted_cells, 1)
    return _set(
        state,
        now,
        {
            "log_effector": np.log(engrafted),
            "memory": rules.number("body.car_t.memory_at_infusion") * engrafted,
            "infused_in_blood": rules.number("body.car_t.infused_share_in_blood") * dose_cells,
        },
    )


def _add(state: np.ndarray, name: str, amount: np.ndarray) -> np.ndarray:
    if not amount.any():
        return state
    changed = state.copy()
    changed[_ROW[name]] += amount
    return changed


def add_tocilizumab(state: np.ndarray, dose_mg: np.ndarray) -> np.ndarray:
    """Add a dose of tocilizumab, mg; 0 for those who get none."""
    return _add(state, "tocilizumab_mg", dose_mg)


def add_steroid(state: np.ndarray, dexamethasone_mg: np.ndarray, rules: Edition) -> np.ndarray:
    """Add a dose of corticosteroid, in mg of dexamethasone or its equivalent; 0 for those who get none."""
    return _add(state, "steroid", dexamethasone_mg / rules.number("body.drugs.dexamethasone_unit_mg"))


def add_immunoglobulin(state: np.ndarray, dose_g: np.ndarray) -> np.ndarray:
    """Add a dose of immunoglobulin, g; 0 for those who get none."""
    return _add(state, "ivig_central", dose_g)


def reject(parameters: np.ndarray, rejected: np.ndarray) -> np.ndarray:
    """Return parameters in which CAR-T cells are being rejected in these patients, and in no others."""
    changed = parameters.copy()
    when_on = parameters[Parameters._fields.index("rejection_when_on_per_day")]
    changed[Parameters._fields.index("rejection_per_day")] = np.where(rejected, when_on, 0)
    return changed


def set_lymphodepletion(parameters: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Return parameters in which the chemotherapy is running in these patients, and in no others."""
    changed = parameters.copy()
    changed[Parameters._fields.index("lymphodepletion_now")] = np.where(given, 1, 0)
    return changed


def hold_lymphocytes(parameters: np.ndarray) -> np.ndarray:
    """Return parameters under which the patient's own lymphocytes do not grow back yet."""
    changed = parameters.copy()
    changed[Parameters._fields.index("lymphocyte_growth_per_day")] = 0
    return changed


def transplant(state: np.ndarray, now: np.ndarray, rules: Edition) -> np.ndarray:
    """Transplant: tumour and B cells fall, CAR-T cells vanish, the marrow starts from little."""
    shift = np.log(rules.number("body.transplant.tumour_ratio"))
    left = rules.number("body.transplant.b_cell_ratio")
    marrow = rules.number("body.transplant.marrow_ratio")
    none = rules.number("body.tumour.extinct_log_cells")
    values: dict[str, np.ndarray | float] = {
        "log_effector": none,
        "memory": 0,
        "exhausted": 0,
        "log_tumour_cd19_positive": state[_ROW["log_tumour_cd19_positive"]] + shift,
        "log_tumour_cd19_negative": state[_ROW["log_tumour_cd19_negative"]] + shift,
        "b_progenitors": state[_ROW["b_progenitors"]] * left,
        "b_cells": state[_ROW["b_cells"]] * left,
    }
    values |= {name: state[_ROW[name]] * marrow for name in _MARROW}
    return _set(state, now, values)
