"""The whole body: its states, its parameters and their rates of change.

Written once in plain arithmetic, with ``exp`` and ``log`` passed in, so that the same equations serve
arrays of patients, one patient under a reference integrator, and symbols. There is no min, max or
condition: a switch is a parameter that an event changes.
"""

from typing import Any

from livingdrug.body.antibodies import antibody_rates
from livingdrug.body.b_cells import b_cell_rates
from livingdrug.body.blood_counts import (
    marrow_output,
    neutrophil_rates,
    platelet_rates,
    red_cell_rates,
    suppression_rate,
)
from livingdrug.body.car_t import car_t_rates, car_t_signals, lymphocyte_rate
from livingdrug.body.cytokines import early_rates, inflammation_rates
from livingdrug.body.drugs import drug_rates, receptor_occupancy, steroid_effect
from livingdrug.body.names import PARAMETER_NAMES as PARAMETER_NAMES
from livingdrug.body.names import STATE_NAMES as STATE_NAMES
from livingdrug.body.names import Parameters as Parameters
from livingdrug.body.names import State as State
from livingdrug.body.tumour import killing, tumour_rates

__all__ = ["PARAMETER_NAMES", "STATE_NAMES", "Parameters", "State", "derivatives"]


def derivatives(day: Any, state: State, parameters: Parameters, exp: Any, log: Any) -> State:
    """Return how fast every state of the body changes, per day.

    Parameters
    ----------
    day : array (patients,), day
        Days from infusion.
    state, parameters : State, Parameters
        One value, or array (patients,), a field.
    exp, log : functions
        ``numpy.exp`` and ``numpy.log``, or those of another arithmetic.

    Returns
    -------
    State
        Rates of change, in the unit of each state per day.
    """
    p = parameters
    occupancy = receptor_occupancy(state, p)
    steroid = steroid_effect(state, p)
    car = car_t_signals(state, p, exp)
    kill = killing(state, p, car.killers, exp)
    output = marrow_output(state, p)
    rates: list[Any] = [
        *car_t_rates(day, state, p, car, steroid),
        lymphocyte_rate(state, p, steroid, log),
        *tumour_rates(state, p, kill, car.killers, exp),
        *b_cell_rates(state, p, car.living),
        *early_rates(state, p, car, steroid, exp),
        *inflammation_rates(state, p, occupancy, steroid),
        *drug_rates(state, p),
        *neutrophil_rates(state, p, output, exp, log),
        *platelet_rates(state, p, output, exp, log),
        *red_cell_rates(state, p),
        suppression_rate(state, p),
        *antibody_rates(state, p),
    ]
    return State._make(rates)
