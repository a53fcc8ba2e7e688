"""The oracle: one patient through SciPy's stiff integrators, slow and simple."""

import numpy as np
from scipy.integrate import solve_ivp

from livingdrug.body.system import Parameters, State, derivatives
from livingdrug.errors import BadInput


def rates(day: np.ndarray, state: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """Return the rates of change of all states, array (states, patients), per day."""
    return np.array(derivatives(day, State(*state), Parameters(*parameters), np.exp, np.log))


def integrate(
    state: np.ndarray,
    parameters: np.ndarray,
    day_from: float,
    day_to: float,
    relative_tolerance: float = 1e-9,
    method: str = "LSODA",
) -> np.ndarray:
    """Carry one patient's body from one day to another with an adaptive, error-controlled method.

    Parameters
    ----------
    state : array (states,)
    parameters : array (parameters,)
    day_from, day_to : float, day
    relative_tolerance : float, 1
    method : str
        A stiff method of ``scipy.integrate.solve_ivp``: "LSODA" or "Radau".

    Returns
    -------
    array (states,)

    Raises
    ------
    BadInput
        The integrator gave up.
    """
    held = np.asarray(parameters, dtype=float)[:, None]

    def right_hand_side(day, flat):
        return rates(np.full(1, day), flat[:, None], held)[:, 0]

    answer = solve_ivp(
        right_hand_side,
        (day_from, day_to),
        state,
        method=method,
        rtol=relative_tolerance,
        atol=relative_tolerance,
    )
    if not answer.success:
        raise BadInput(f"reference integration from day {day_from} to {day_to}: {answer.message}")
    return answer.y[:, -1]
