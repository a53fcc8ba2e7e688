"""The body's equations as symbols: rates, Jacobian, time derivative, and what depends on parameters alone."""

from dataclasses import dataclass
from typing import Any

import sympy

from livingdrug.body.system import PARAMETER_NAMES, STATE_NAMES, Parameters, State, derivatives


@dataclass(frozen=True)
class System:
    """The equations of the body, symbol by symbol.

    Attributes
    ----------
    day : Symbol
    states, parameters : tuple of Symbol
    rates : tuple of Expr
        One a state.
    jacobian : dict of (row, column) to Expr
        Entries that are not zero.
    time_derivative : dict of row to Expr
        Of the rates, where they hold the day explicitly.
    """

    day: sympy.Symbol
    states: tuple[sympy.Symbol, ...]
    parameters: tuple[sympy.Symbol, ...]
    rates: tuple[sympy.Expr, ...]
    jacobian: dict[tuple[int, int], sympy.Expr]
    time_derivative: dict[int, sympy.Expr]


def body_system() -> System:
    """Evaluate the body's equations on symbols and differentiate them."""
    day = sympy.Symbol("day")
    states = tuple(sympy.Symbol(name) for name in STATE_NAMES)
    parameters = tuple(sympy.Symbol(f"{name}_") for name in PARAMETER_NAMES)
    rates = tuple(derivatives(day, State(*states), Parameters(*parameters), sympy.exp, sympy.log))
    jacobian = {
        (row, column): sympy.diff(rate, state)
        for row, rate in enumerate(rates)
        for column, state in enumerate(states)
        if rate.has(state)
    }
    by_day = {row: sympy.diff(rate, day) for row, rate in enumerate(rates) if rate.has(day)}
    return System(
        day,
        states,
        parameters,
        rates,
        {place: slope for place, slope in jacobian.items() if slope != 0},
        {row: slope for row, slope in by_day.items() if slope != 0},
    )


class Constants:
    """What depends on parameters alone: collected once, worked out once a patient instead of at each step.

    ``taken(expression)`` returns the expression with every such part replaced by a symbol; ``values`` maps
    each symbol to what it stands for.
    """

    def __init__(self, parameters: tuple[sympy.Symbol, ...]):
        self._parameters = set(parameters)
        self.values: dict[sympy.Symbol, sympy.Expr] = {}
        self._symbols: dict[sympy.Expr, sympy.Symbol] = {}

    def taken(self, expression: Any) -> Any:
        """Replace every part of an expression that holds parameters and no state."""
        if expression.is_number or not expression.free_symbols & self._parameters:
            return expression
        if expression.free_symbols <= self._parameters:
            return self._symbol(expression)
        if isinstance(expression, sympy.Add | sympy.Mul):
            fixed = [part for part in expression.args if self._is_fixed(part)]
            moving = [self.taken(part) for part in expression.args if not self._is_fixed(part)]
            together = [self._symbol(expression.func(*fixed))] if fixed else []
            return expression.func(*together, *moving)
        return expression.func(*(self.taken(part) for part in expression.args))

    def _is_fixed(self, part: Any) -> bool:
        return not part.is_number and part.free_symbols <= self._parameters

    def _symbol(self, expression: sympy.Expr) -> sympy.Symbol:
        if expression not in self._symbols:
            symbol = sympy.Symbol(f"constant_{len(self._symbols)}")
            self._symbols[expression] = symbol
            self.values[symbol] = expression
        return self._symbols[expression]
