"""The log of what happened to the bodies of a course, and the same log replayed by another integrator."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import livingdrug.course.s6_in_vivo.stage as in_vivo
from livingdrug.body.system import STATE_NAMES
from livingdrug.course import run_course
from livingdrug.draws import Draws
from livingdrug.engine.integrate import Carried, PreparedBody, advance, prepare
from livingdrug.engine.reference import integrate
from livingdrug.evidence import load_edition
from livingdrug.patients import sample_patients
from livingdrug.trial import load_design

RULES = load_edition()
_IS_LOGARITHM = np.array([name.startswith("log_") for name in STATE_NAMES])
_EXTINCT = RULES.number("body.tumour.extinct_log_cells")
Integrator = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Stretch:
    """One call of the kernel by a course.

    ``before`` and ``after`` are the states around it: what lies between one stretch's ``after`` and the
    next one's ``before`` was done to the body (drugs, infusion, transplant, chance deciding on a clone).
    """

    parameters: np.ndarray
    rows: np.ndarray
    day_from: np.ndarray
    day_to: np.ndarray
    before: np.ndarray
    after: np.ndarray


def log_of_course(design: str, n: int, seed: int, monkeypatch) -> list[Stretch]:
    """Take patients through the course and note every call of the kernel; nobody is set aside meanwhile."""
    known: list[tuple[PreparedBody, np.ndarray]] = []
    stretches: list[Stretch] = []

    def noted_prepare(parameters: np.ndarray) -> PreparedBody:
        known.append((prepare(parameters), parameters))
        return known[-1][0]

    def noted_advance(state, prepared, day_from, day_to, step_days=None, rows=None) -> Carried:
        moved = advance(state, prepared, day_from, day_to, step_days, rows)
        parameters = next(held for body, held in known if body is prepared)
        everyone = np.arange(state.shape[1]) if rows is None else rows
        stretches.append(Stretch(parameters, everyone, day_from, day_to, state, moved.state))
        return moved

    with monkeypatch.context() as patched:
        patched.setattr(in_vivo, "DAYS_PER_WEEK", np.inf)
        patched.setattr(in_vivo, "prepare", noted_prepare)
        patched.setattr(in_vivo, "advance", noted_advance)
        draws, chosen = Draws(seed, 0, n), load_design(design)
        run_course(sample_patients(chosen.baseline, draws, RULES), chosen.plan, RULES, draws)
    return stretches


def replay(log: list[Stretch], carry: Integrator) -> np.ndarray:
    """Return the states after every stretch, array (stretches, states, patients), by another integrator.

    What was done to the body between stretches is done again, as the same change.
    """
    state = log[0].before
    states = []
    for k, stretch in enumerate(log):
        if k > 0:
            state = _done_again(state, log[k - 1].after, stretch.before)
        state = carry(state, stretch.parameters, stretch.day_from, stretch.day_to, stretch.rows)
        states.append(state)
    return np.array(states)


def _done_again(state: np.ndarray, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Do to a state what was done to another: a dose is added, a loss takes its share, a reset sets."""
    with np.errstate(divide="ignore", invalid="ignore"):
        done = np.where(after < before, state * (after / before), state + (after - before))
    done = np.where(_IS_LOGARITHM[:, None], state + (after - before), done)
    reset = (after != before) & ((after == 0) | (after == 1) | (after == _EXTINCT))
    return np.where(after == before, state, np.where(reset, after, done))


def by_oracle(state, parameters, day_from, day_to, rows) -> np.ndarray:
    """Carry patients by SciPy, one after another."""
    after = state.copy()
    for i in rows:
        if day_to[i] > day_from[i]:
            after[:, i] = integrate(state[:, i], parameters[:, i], day_from[i], day_to[i], 1e-11)
    return after


def by_kernel(relative_tolerance: float) -> Integrator:
    """Return an integrator: the kernel with another tolerance."""

    def carry(state, parameters, day_from, day_to, rows) -> np.ndarray:
        body = prepare(parameters)
        return advance(state, body, day_from, day_to, rows=rows, relative_tolerance=relative_tolerance).state

    return carry
