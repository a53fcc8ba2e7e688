"""The body's equations as symbols, for the engines that read text rather than call Python."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import sympy
from sympy.printing.pycode import PythonCodePrinter

from livingdrug.body.names import PARAMETER_NAMES, STATE_NAMES, Parameters, State
from livingdrug.body.system import derivatives

DAY = sympy.Symbol("day", real=True)
STATES = tuple(sympy.Symbol(name, real=True) for name in STATE_NAMES)
PARAMETERS = tuple(sympy.Symbol(name, real=True) for name in PARAMETER_NAMES)


@dataclass(frozen=True)
class Equations:
    """Rates of change of the scaled states, which are the states divided by a constant each.

    Engines that take one absolute tolerance for all states treat scaled states as if each had its own.

    Attributes
    ----------
    scale : array (states,)
    rates : tuple of sympy.Expr
        Per day, in ``DAY``, ``STATES`` (scaled) and ``PARAMETERS``.
    """

    scale: np.ndarray
    rates: tuple[sympy.Expr, ...]


@cache
def body_rates() -> tuple[sympy.Expr, ...]:
    """Return the body's own rates, one expression a state."""
    return tuple(derivatives(DAY, State(*STATES), Parameters(*PARAMETERS), sympy.exp, sympy.log))


def scaled_equations(scale: np.ndarray) -> Equations:
    """Write z' = f(z scale) / scale."""
    factors = [sympy.Rational(repr(float(size))) for size in scale]  # exact, so that they cancel
    inside = {state: state * factor for state, factor in zip(STATES, factors, strict=True)}
    rates = [rate.xreplace(inside) / factor for rate, factor in zip(body_rates(), factors, strict=True)]
    return Equations(np.asarray(scale, dtype=float), tuple(rates))


def write_function(equations: Equations, signature: str, ending: str) -> str:
    """Write a Python function of the rates, each shared part computed once, calling ``exp`` and ``log``.

    Parameters
    ----------
    equations : Equations
    signature : str
        Its name and arguments, among them ``day``, ``y`` (states first) and ``p`` (parameters first).
    ending : str
        The last line; ``{rates}`` in it stands for the rates, separated by commas.
    """
    shared, rates = sympy.cse(equations.rates, symbols=sympy.numbered_symbols("shared_"), order="none")
    printer = PythonCodePrinter({"fully_qualified_modules": False})
    used = set().union(*(rate.free_symbols for rate in equations.rates))
    lines = [f"{symbol} = y[{i}]" for i, symbol in enumerate(STATES)]
    lines += [f"{symbol} = p[{i}]" for i, symbol in enumerate(PARAMETERS) if symbol in used]
    lines += [f"{symbol} = {printer.doprint(part)}" for symbol, part in shared]
    lines += [f"rate_{i} = {printer.doprint(rate)}" for i, rate in enumerate(rates)]
    lines += ending.format(rates=", ".join(f"rate_{i}" for i in range(len(rates)))).splitlines()
    return "\n    ".join([f"def {signature}:", *lines]) + "\n"
