"""The problem that all engines solve: JULIET patients, from just after infusion through the first year.

The equations are the whole body. Rejection is left off, so that no engine has to stop for an event.
"""

from dataclasses import dataclass

import numpy as np

from livingdrug.body.construct import read_construct
from livingdrug.body.events import hold_lymphocytes, set_lymphodepletion
from livingdrug.body.events import infuse as infuse_cells
from livingdrug.body.individual import Individual, individual_parameters
from livingdrug.body.names import PARAMETER_NAMES, Parameters, State
from livingdrug.body.system import derivatives
from livingdrug.body.values import typical
from livingdrug.course.s1_eligibility import assess_eligibility
from livingdrug.course.s2_leukapheresis import collect_cells
from livingdrug.course.s3_manufacturing import manufacture
from livingdrug.course.s4_lymphodepletion import lymphodeplete
from livingdrug.course.s5_infusion import infuse
from livingdrug.course.s6_in_vivo.stage import _known
from livingdrug.draws import Draws
from livingdrug.engine.tolerances import state_scales
from livingdrug.evidence import load_edition
from livingdrug.patients import sample_patients
from livingdrug.tables import take
from livingdrug.trial import load_design

OUTPUT_DAYS = np.concatenate(
    [np.arange(1, 29) / 2, np.arange(15, 36), np.linspace(35, 365, 30)[1:]], dtype=float
)
"""78 days: half-daily for two weeks, daily to day 35, then every eleven days to day 365."""

_DESIGN = "juliet"
_SEED = 11
_STEPS = 100
_INFUSED_AT_LEAST = 0.5  # of those sampled; the course loses about a third


@dataclass(frozen=True)
class Problem:
    """Patients just after infusion, and the days on which their states are wanted.

    Attributes
    ----------
    state : array (states, patients)
        On day 0, in the units of the body.
    parameters : array (parameters, patients)
    output_days : array (outputs,), day
    scale : array (states,)
        What counts as small for each state: the absolute tolerance is the relative one times this.
    """

    state: np.ndarray
    parameters: np.ndarray
    output_days: np.ndarray
    scale: np.ndarray

    @property
    def n_patients(self) -> int:
        """Number of patients."""
        return self.state.shape[1]


def make_problem(n_patients: int) -> Problem:
    """Return the first patients of a virtual JULIET who are infused, on the day of infusion."""
    rules, plan = load_edition(), load_design(_DESIGN).plan
    draws = Draws(seed=_SEED, first=0, n=int(np.ceil(n_patients / _INFUSED_AT_LEAST)))
    patients = sample_patients(_DESIGN, draws, rules)
    eligible = assess_eligibility(patients, plan, rules)
    cells = collect_cells(patients, eligible.eligible == 1, plan, rules, draws, eligible.stop_reason)
    made = manufacture(patients, cells, plan, rules, draws)
    prepared = lymphodeplete(patients, made, plan, rules, draws)
    infusion = infuse(patients, cells, made, prepared, plan, rules, draws)
    rows = np.flatnonzero(infusion.infused)[:n_patients]
    if len(rows) < n_patients:
        raise RuntimeError(f"{len(rows)} of {draws.n} were infused, expected at least {n_patients}")
    treated, made, prepared = take(patients, rows), take(made, rows), take(prepared, rows)
    dose, luck = infusion.dose_cells[rows], draws.only(rows)
    who = individual_parameters(
        _known(treated, made, prepared, dose, rules), read_construct(rules), rules, luck
    )
    delay_days = typical("body.lymphodepletion.regrowth_delay_days", treated.indication, rules)
    before = _carry_to_infusion(who, prepared.end_day, delay_days)
    state = infuse_cells(before, np.ones(n_patients, dtype=bool), who, dose, rules)
    return Problem(state, who.parameters, OUTPUT_DAYS, state_scale())


def _carry_to_infusion(who: Individual, end_day: np.ndarray, delay_days: np.ndarray) -> np.ndarray:
    """Carry each body through lymphodepletion, and the wait until lymphocytes return, to day 0."""
    given = ~np.isnan(end_day)
    end = np.where(given, end_day, who.start_day)
    regrowth = np.where(given, np.minimum(end + delay_days, 0), end)
    state = _step_evenly(who.initial_state, set_lymphodepletion(who.parameters, given), who.start_day, end)
    state = _step_evenly(state, hold_lymphocytes(who.parameters), end, regrowth)
    return _step_evenly(state, who.parameters, regrowth, np.zeros_like(end))


def _step_evenly(
    state: np.ndarray, parameters: np.ndarray, day_from: np.ndarray, day_to: np.ndarray
) -> np.ndarray:
    """Take classical Runge-Kutta steps: the start needs no engine, and every engine gets the same one."""
    held, step = Parameters(*parameters), (day_to - day_from) / _STEPS

    def rates(day: np.ndarray, at: np.ndarray) -> np.ndarray:
        return np.array(derivatives(day, State(*at), held, np.exp, np.log))

    for k in range(_STEPS):
        day = day_from + step * k
        first = rates(day, state)
        second = rates(day + step / 2, state + step / 2 * first)
        third = rates(day + step / 2, state + step / 2 * second)
        fourth = rates(day + step, state + step * third)
        state = state + step / 6 * (first + 2 * (second + third) + fourth)
    return state


def state_scale() -> np.ndarray:
    """Return what counts as small for each state of a patient of reference size, array (states,)."""
    reference = np.ones((len(PARAMETER_NAMES), 1))
    return state_scales(reference)[:, 0]
