"""Fixed-step Runge-Kutta integration of many patients at once, each with its own step."""

import numpy as np

from livingdrug.body.system import Parameters, State, derivatives


def rates(day: np.ndarray, state: np.ndarray, parameters: Parameters) -> np.ndarray:
    """Return the rates of change of all states, array (states, patients), per day."""
    return np.array(derivatives(day, State(*state), parameters, np.exp, np.log))


def advance(
    state: np.ndarray, parameters: np.ndarray, day_from: np.ndarray, day_to: np.ndarray, n_steps: int
) -> np.ndarray:
    """Carry the body of each patient from one day to another.

    Classical Runge-Kutta of order four in ``n_steps`` equal steps of (day_to - day_from) / n_steps,
    each patient's own. A patient for whom both days are equal does not change. Elementwise over
    patients, so a row alone gives the same bits as in a cohort.

    Parameters
    ----------
    state : array (states, patients)
    parameters : array (parameters, patients)
    day_from, day_to : array (patients,), day
    n_steps : int
        At least 1.

    Returns
    -------
    array (states, patients)
    """
    held = Parameters(*parameters)
    start = np.asarray(day_from, dtype=float)
    step = (np.asarray(day_to, dtype=float) - start) / n_steps
    half = step / 2
    sixth = step / (2 + 2 + 2)
    for k in range(n_steps):
        day = start + step * k
        first = rates(day, state, held)
        second = rates(day + half, state + half * first, held)
        third = rates(day + half, state + half * second, held)
        fourth = rates(day + step, state + step * third, held)
        state = state + sixth * (first + 2 * (second + third) + fourth)
    return state
