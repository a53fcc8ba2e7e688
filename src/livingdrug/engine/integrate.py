"""Carries the body of many patients through time, each with its own steps, by the compiled kernel."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from livingdrug.body.system import STATE_NAMES
from livingdrug.engine import _kernel  # pyright: ignore[reportMissingModuleSource]
from livingdrug.engine.sources import sources_hash
from livingdrug.engine.tolerances import RELATIVE_TOLERANCE, state_scales
from livingdrug.errors import BadInput, UnknownName

ISA_VARIABLE = "LIVINGDRUG_ISA"
"""Environment variable that forces an instruction set: "baseline", "avx2" or "avx512"."""

BASELINE = "baseline"
"""The instruction set of every processor, on which results have the same bits wherever they are computed."""

MOST_STEPS = 100_000
"""Steps of one patient in one call, beyond which it is given up."""

LEAST_PIVOT = 1e-8
"""Relative to the diagonal: below it the equations of a step are solved with exchange of rows."""

if sources_hash() != _kernel.SOURCES_HASH:
    raise BadInput(
        f"livingdrug.engine: the kernel was built from sources {_kernel.SOURCES_HASH}, "
        f"expected {sources_hash()}; build it again with: make setup"
    )


@dataclass(frozen=True)
class PreparedBody:
    """The parameters of many patients, as the kernel reads them.

    Attributes
    ----------
    constants : array (patients, constants)
        What the equations need that depends on parameters alone.
    scales : array (states, patients)
        Size of each state below which an error is absolute (``tolerances.state_scales``).
    """

    constants: np.ndarray
    scales: np.ndarray


@dataclass(frozen=True)
class Carried:
    """Where patients stand after a stretch of time.

    Attributes
    ----------
    state : array (states, patients)
    step_days : array (patients,), day
        Step with which each would go on; 0 where none was taken yet.
    failed : array (patients,), int8
        ``engine.failure.Failure``; the state is the last good one.
    n_steps, n_rejected, n_exchanged : array (patients,), count
        Steps tried, steps refused, and steps solved with exchange of rows.
    at_outputs : array (outputs, states, patients)
        The states asked for at the output days; NaN outside the patient's days, for a patient that failed
        before, and for those not among the rows.
    """

    state: np.ndarray
    step_days: np.ndarray
    failed: np.ndarray
    n_steps: np.ndarray
    n_rejected: np.ndarray
    n_exchanged: np.ndarray
    at_outputs: np.ndarray


def instruction_sets() -> tuple[str, ...]:
    """Return the instruction sets that this processor can use, the fastest last."""
    return tuple(_kernel.names())


def instruction_set() -> str:
    """Return the instruction set in use: that of ``LIVINGDRUG_ISA``, else the fastest.

    Raises
    ------
    UnknownName
        The variable names one that this processor or build does not have.
    """
    usable = instruction_sets()
    wanted = os.environ.get(ISA_VARIABLE, "") or usable[-1]
    if wanted not in usable:
        raise UnknownName(f"{ISA_VARIABLE}: instruction set", wanted, usable)
    return wanted


def kernel_in_use() -> str:
    """Return what decides the last bits of a result: the instruction set, and but for baseline the build."""
    isa = instruction_set()
    return isa if isa == BASELINE else f"{isa}, {_kernel.BUILD}"


def prepare(parameters: np.ndarray) -> PreparedBody:
    """Work out once what the equations need of parameters, array (parameters, patients)."""
    held = np.ascontiguousarray(parameters, dtype=float)
    constants = np.empty((held.shape[1], _kernel.N_CONSTANTS))
    _kernel.prepare(instruction_set(), held, constants)
    return PreparedBody(constants, state_scales(held))


def advance(
    state: np.ndarray,
    prepared: PreparedBody,
    day_from: np.ndarray,
    day_to: np.ndarray,
    step_days: np.ndarray | None = None,
    rows: np.ndarray | None = None,
    output_days: np.ndarray | None = None,
    output_states: Sequence[str] = STATE_NAMES,
    relative_tolerance: float = RELATIVE_TOLERANCE,
    least_pivot: float = LEAST_PIVOT,
    most_steps: int = MOST_STEPS,
    threads: int = 1,
) -> Carried:
    """Carry the body of each patient from one day to another.

    Rodas5P, a linearly implicit method of order 5, with steps of each patient's own, held by an
    embedded method to ``|error| <= relative_tolerance (scale + |state|)``, in the root mean square over
    states. The last step ends on ``day_to``; outputs in between are interpolated with order 4. A patient
    has the same bits alone as in a cohort, in any order and with any number of threads, on one
    instruction set.

    Parameters
    ----------
    state : array (states, patients)
    prepared : PreparedBody
    day_from, day_to : array (patients,), day
        A patient whose ``day_to`` is not later does not change.
    step_days : array (patients,), day, optional
        Step to begin with; 0 leaves the choice to the method.
    rows : int array, optional
        Which patients to carry; all of them by default. The others do not change.
    output_days : array (outputs,), day, optional
        Days, rising, on which states are wanted as well.
    output_states : names of states
        Which of them, in the order wanted; all by default.
    relative_tolerance, least_pivot : float, 1
    most_steps : int
    threads : int

    Raises
    ------
    BadInput
        A day is not finite, output days do not rise, or a setting is out of range.
    KeyboardInterrupt
        Ctrl-C was pressed meanwhile.

    Source
    ------
    Steinebach, BIT Numerical Mathematics 2023;63:27, doi 10.1007/s10543-023-00967-x (method, coefficients).
    """
    n = state.shape[1]
    chosen = _rows(rows, n)
    _check_days(day_from, day_to)
    _check_settings(relative_tolerance, least_pivot, most_steps, threads)
    outputs = np.zeros(0) if output_days is None else _rising(output_days)
    kept = np.array([_place(name) for name in output_states], dtype=np.int32)
    given = np.ascontiguousarray(state, dtype=float)
    after = given.copy()
    step = np.zeros(n) if step_days is None else np.array(step_days, dtype=float)
    seen = np.full((n, len(outputs), len(kept)), np.nan)
    failed = np.zeros(n, dtype=np.int8)
    n_steps, n_rejected, n_exchanged = (np.zeros(n, dtype=np.int32) for _ in range(3))
    _kernel.run(
        instruction_set(),
        chosen,
        given,
        prepared.constants,
        prepared.scales,
        np.ascontiguousarray(day_from, dtype=float),
        np.ascontiguousarray(day_to, dtype=float),
        outputs,
        kept,
        relative_tolerance,
        least_pivot,
        most_steps,
        threads,
        step,
        after,
        seen,
        failed,
        n_steps,
        n_rejected,
        n_exchanged,
    )
    return Carried(after, step, failed, n_steps, n_rejected, n_exchanged, seen.transpose(1, 2, 0))


def _rows(rows: np.ndarray | None, n: int) -> np.ndarray:
    if rows is None:
        return np.arange(n)
    if not np.issubdtype(rows.dtype, np.integer):
        raise BadInput(f"engine: rows: got {rows.dtype}, expected whole numbers, one a patient")
    if len(rows) and not (rows.min() >= 0 and rows.max() < n and np.bincount(rows).max() == 1):
        raise BadInput(f"engine: rows: expected each patient once at most, from 0 to {n - 1}")
    return np.ascontiguousarray(rows, dtype=np.int64)


def _check_days(day_from: np.ndarray, day_to: np.ndarray) -> None:
    if not (np.isfinite(day_from).all() and np.isfinite(day_to).all()):
        raise BadInput("engine: a day from or to which a patient is carried is not finite")


def _check_settings(relative_tolerance: float, least_pivot: float, most_steps: int, threads: int) -> None:
    if not 0 < relative_tolerance < 1:
        raise BadInput(f"engine: relative_tolerance: got {relative_tolerance:g}, expected between 0 and 1")
    if not least_pivot >= 0:
        raise BadInput(f"engine: least_pivot: got {least_pivot:g}, expected at least 0")
    if not 1 <= most_steps <= np.iinfo(np.int32).max:
        raise BadInput(f"engine: most_steps: got {most_steps}, expected at least 1")
    if threads < 1:
        raise BadInput(f"engine: threads: got {threads}, expected at least 1")


def _place(name: str) -> int:
    if name not in STATE_NAMES:
        raise UnknownName("state", name, STATE_NAMES)
    return STATE_NAMES.index(name)


def _rising(output_days: np.ndarray) -> np.ndarray:
    days = np.ascontiguousarray(output_days, dtype=float)
    if not (np.isfinite(days).all() and (np.diff(days) > 0).all()):
        raise BadInput("engine: output_days: expected finite days, each later than the one before")
    return days
