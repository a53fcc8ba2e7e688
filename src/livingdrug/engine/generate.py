"""Writes the body's equations as C++ for the kernel: rates, Jacobian, factors of the Newton matrix.

Run at install: ``python -m livingdrug.engine.generate FILE``. A change of an equation reaches the
kernel by building again, and the kernel refuses to run beside sources that it was not built from.
"""

import sys
from pathlib import Path

import sympy

from livingdrug.engine.cpp import written
from livingdrug.engine.elimination import Elimination, eliminate
from livingdrug.engine.sources import sources_hash
from livingdrug.engine.symbols import Constants, System, body_system

_HEAD = """\
// Written by livingdrug.engine.generate from the equations of livingdrug.body; not by hand.
// Included once for every instruction set, inside a namespace of its own, after V, number, exp and log.
"""


def _function(head: str, lines: list[str]) -> str:
    return head + " {\n" + "".join(f"    {line}\n" for line in lines) + "}\n\n"


def _block(results: list[tuple[str, sympy.Expr]], named: dict[sympy.Symbol, str], prefix: str) -> list[str]:
    """Return statements that set each target to its expression, common parts worked out once."""
    shared, reduced = sympy.cse([value for _, value in results], sympy.numbered_symbols(prefix))
    found = set().union(*(value.free_symbols for _, value in results))
    lines = [f"const V {symbol.name} = {place};" for symbol, place in named.items() if symbol in found]
    lines += [f"const V {symbol.name} = {written(value)};" for symbol, value in shared]
    targets = (target for target, _ in results)
    lines += [f"{target} = {written(value)};" for target, value in zip(targets, reduced, strict=True)]
    return lines


def _rates(system: System, named: dict[sympy.Symbol, str], constants: Constants) -> str:
    results = [(f"rate[{row}]", constants.taken(rate)) for row, rate in enumerate(system.rates)]
    head = (
        "static inline void rates(const V day, const V* RESTRICT state, const V* RESTRICT constant, "
        "V* RESTRICT rate)"
    )
    return _function(head, _block(results, named, "x"))


def _slopes(system: System, plan: Elimination, named: dict[sympy.Symbol, str], constants: Constants) -> str:
    """Write rates, Jacobian (in the places of the factors) and time derivative in one function."""
    results = [(f"rate[{row}]", constants.taken(rate)) for row, rate in enumerate(system.rates)]
    results += [
        (f"jacobian[{plan.places[place]}]", constants.taken(slope))
        for place, slope in system.jacobian.items()
    ]
    results += [
        (f"by_day[{k}]", constants.taken(slope)) for k, slope in enumerate(system.time_derivative.values())
    ]
    head = (
        "static inline void slopes(const V day, const V* RESTRICT state, const V* RESTRICT constant, "
        "V* RESTRICT rate, V* RESTRICT jacobian, V* RESTRICT by_day)"
    )
    return _function(head, _block(results, named, "x"))


def _prepare(system: System, constants: Constants) -> str:
    named = {symbol: f"parameter[{k}]" for k, symbol in enumerate(system.parameters)}
    results = [(f"constant[{k}]", value) for k, value in enumerate(constants.values.values())]
    head = "static inline void prepare(const V* RESTRICT parameter, V* RESTRICT constant)"
    return _function(head, _block(results, named, "x"))


def _factorise(system: System, plan: Elimination) -> str:
    """Write W = diagonal - J and its factors; a pivot is kept as its reciprocal.

    Returns the smallest pivot in size, for the caller to judge.
    """
    places = plan.places
    lines = []
    for (row, column), place in places.items():
        slope = f"jacobian[{place}]" if (row, column) in system.jacobian else ""
        if row == column:
            lines.append(f"V w{place} = diagonal{f' - {slope}' if slope else ''};")
        else:
            lines.append(f"V w{place} = {f'-{slope}' if slope else 'number<V>(0.0)'};")
    lines.append("V least = number<V>(1e300);")
    for step, pivot in enumerate(plan.order):
        left = plan.order[step + 1 :]
        at = places[pivot, pivot]
        lines.append(f"least = smaller_size(least, w{at});")
        lines.append(f"const V r{at} = number<V>(1.0) / w{at};")
        lines.append(f"factor[{at}] = r{at};")
        across = [column for column in left if (pivot, column) in places]
        lines += [f"factor[{places[pivot, column]}] = w{places[pivot, column]};" for column in across]
        for row in left:
            if (row, pivot) in places:
                below = places[row, pivot]
                lines.append(f"w{below} = w{below} * r{at};")
                lines.append(f"factor[{below}] = w{below};")
                lines += [
                    f"w{places[row, column]} = w{places[row, column]} - w{below} * w{places[pivot, column]};"
                    for column in across
                ]
    lines.append("return least;")
    head = "static inline V factorise(const V* RESTRICT jacobian, const V diagonal, V* RESTRICT factor)"
    return _function(head, lines)


def _solve(plan: Elimination) -> str:
    lines = []
    places = plan.places
    for step, row in enumerate(plan.order):
        terms = [f"factor[{places[row, k]}] * b{k}" for k in plan.order[:step] if (row, k) in places]
        lines.append(f"const V b{row} = {' - '.join([f'side[{row}]', *terms])};")
    for step, row in reversed(list(enumerate(plan.order))):
        terms = [f"factor[{places[row, k]}] * z{k}" for k in plan.order[step + 1 :] if (row, k) in places]
        above = " - ".join([f"b{row}", *terms])
        lines.append(f"const V z{row} = ({above}) * factor[{places[row, row]}];")
        lines.append(f"side[{row}] = z{row};")
    return _function("static inline void solve(const V* RESTRICT factor, V* RESTRICT side)", lines)


def _integers(name: str, values: list[int]) -> str:
    return f"static const int {name}[] = {{{', '.join(map(str, values))}}};\n"


def generate() -> str:
    """Return the C++ source of the body's equations."""
    system = body_system()
    plan = eliminate(len(system.states), set(system.jacobian))
    constants = Constants(system.parameters)
    for expression in (*system.rates, *system.jacobian.values(), *system.time_derivative.values()):
        constants.taken(expression)
    named = {symbol: f"state[{k}]" for k, symbol in enumerate(system.states)}
    named |= {symbol: f"constant[{k}]" for k, symbol in enumerate(constants.values)}
    entries = list(plan.places)
    sizes = {
        "N_STATES": len(system.states),
        "N_PARAMETERS": len(system.parameters),
        "N_CONSTANTS": len(constants.values),
        "N_ENTRIES": len(entries),
        "N_BY_DAY": len(system.time_derivative),
    }
    return "".join(
        [
            _HEAD,
            *(f"static const int {name} = {size};\n" for name, size in sizes.items()),
            f'static const char SOURCES_HASH[] = "{sources_hash()}";\n',
            _integers("BY_DAY_ROW", list(system.time_derivative)),
            _integers("ENTRY_ROW", [row for row, _ in entries]),
            _integers("ENTRY_COLUMN", [column for _, column in entries]),
            _integers("ENTRY_IN_JACOBIAN", [int(entry in system.jacobian) for entry in entries]),
            "\n",
            _prepare(system, constants),
            _rates(system, named, constants),
            _slopes(system, plan, named, constants),
            _factorise(system, plan),
            _solve(plan),
        ]
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(generate(), encoding="utf-8")
