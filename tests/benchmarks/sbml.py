"""The body's equations as SBML, for the engines that read it.

Level 3 version 1: parameters with rate rules, intermediate values as assignment rules, explicit time.
"""

import libsbml
import sympy
from tests.benchmarks.symbols import DAY, PARAMETERS, STATES, Equations

_LEVEL, _VERSION = 3, 1
_MOST_WRITTEN_OUT = 8


class _Formula(sympy.printing.str.StrPrinter):
    """Infix formulas of libSBML; a small whole power is written as a product."""

    def _print_Pow(self, expr, rational=False):
        base, power = expr.as_base_exp()
        if power.is_Integer and 1 < abs(int(power)) <= _MOST_WRITTEN_OUT:
            product = "*".join([f"({self.doprint(base)})"] * abs(int(power)))
            return f"({product})" if power > 0 else f"(1/({product}))"
        if power == -1:
            return f"(1/({self.doprint(base)}))"
        return f"pow({self.doprint(base)}, {self.doprint(power)})"

    def _print_Rational(self, expr):
        return f"({expr.p}/{expr.q})" if expr.q != 1 else str(expr.p)

    def _print_log(self, expr):
        return f"ln({self.doprint(expr.args[0])})"


def write_sbml(equations: Equations) -> str:
    """Return the SBML text of scaled equations; a state starts at 0 until the caller sets it."""
    document = libsbml.SBMLDocument(_LEVEL, _VERSION)
    model = document.createModel()
    model.setId("livingdrug_body")
    shared, rates = sympy.cse(equations.rates, symbols=sympy.numbered_symbols("shared_"), order="none")
    used = set().union(*(rate.free_symbols for rate in equations.rates))
    for symbol in PARAMETERS:
        if symbol in used:
            _add_parameter(model, symbol, 1.0, constant=True)
    for symbol in STATES:
        _add_parameter(model, symbol, 0.0, constant=False)
    for symbol, part in shared:
        _add_parameter(model, symbol, None, constant=False)
        _add_rule(model.createAssignmentRule(), symbol, part)
    for symbol, rate in zip(STATES, rates, strict=True):
        _add_rule(model.createRateRule(), symbol, rate)
    return libsbml.writeSBMLToString(document)


def _add_parameter(model: libsbml.Model, symbol: sympy.Symbol, value: float | None, constant: bool) -> None:
    parameter = model.createParameter()
    parameter.setId(str(symbol))
    parameter.setConstant(constant)
    if value is not None:
        parameter.setValue(value)


def _add_rule(rule: libsbml.Rule, symbol: sympy.Symbol, expression: sympy.Expr) -> None:
    rule.setVariable(str(symbol))
    text = _Formula().doprint(expression.subs(DAY, sympy.Symbol("time")))
    tree = libsbml.parseL3Formula(text)
    if tree is None:
        raise ValueError(f"{symbol}: {text}: {libsbml.getLastParseL3Error()}")
    rule.setMath(tree)
