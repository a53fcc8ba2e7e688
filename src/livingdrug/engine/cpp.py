"""Expressions as C++ on vectors of doubles: sums, products, quotients, whole powers, exp and log."""

from typing import Any

import sympy

from livingdrug.errors import BadInput


def written(expression: Any) -> str:
    """Write an expression in C++.

    Raises
    ------
    BadInput
        The equations hold something other than plain arithmetic, exp and log.
    """
    if isinstance(expression, sympy.Symbol):
        return expression.name
    if expression.is_number:
        return _number(expression)
    if isinstance(expression, sympy.Add):
        return _sum(expression)
    if isinstance(expression, sympy.Mul):
        return _product(expression)
    if isinstance(expression, sympy.Pow):
        return _power(expression)
    if isinstance(expression, sympy.exp | sympy.log):
        return f"{expression.func.__name__}({written(expression.args[0])})"
    raise BadInput(f"equations: {expression}: expected sums, products, whole powers, exp and log only")


def _number(value: Any) -> str:
    return f"number<V>({float(value)!r})"


def _sum(expression: Any) -> str:
    # The first summand without a minus leads, so that a - b is a subtraction.
    parts = sorted(expression.args, key=lambda part: (part.could_extract_minus_sign(), part.sort_key()))
    text = _in_brackets(parts[0])
    for part in parts[1:]:
        negative = part.could_extract_minus_sign()
        text += (" - " if negative else " + ") + _in_brackets(-part if negative else part)
    return text


def _product(expression: Any) -> str:
    above, below, negative = [], [], False
    for factor in expression.args:
        if factor == -1:
            negative = not negative
        elif isinstance(factor, sympy.Pow) and factor.exp.is_negative:
            below.append(factor.base**-factor.exp)
        else:
            above.append(factor)
    text = " * ".join(_in_brackets(factor) for factor in above) if above else _number(sympy.Integer(1))
    if below:
        text += " / " + ("(" if len(below) > 1 else "") + " * ".join(_in_brackets(f) for f in below)
        text += ")" if len(below) > 1 else ""
    return f"-({text})" if negative else text


def _power(expression: Any) -> str:
    if not expression.exp.is_Integer:
        raise BadInput(f"equations: {expression}: expected whole powers; write others as exp(a * log(x))")
    times = abs(int(expression.exp))
    text = " * ".join([_in_brackets(expression.base)] * times)
    return text if expression.exp > 0 else f"{_number(sympy.Integer(1))} / ({text})"


def _in_brackets(expression: Any) -> str:
    text = written(expression)
    plain = isinstance(expression, sympy.Symbol | sympy.exp | sympy.log) or (
        expression.is_number and not text.startswith("-")
    )
    return text if plain else f"({text})"
