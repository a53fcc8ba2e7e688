"""How figures, intervals and units are written."""

import math

_UNITS = {
    "percent": "%",
    "count": "n",
    "day": "d",
    "month": "mo",
    "copies/ug": "c/µg",
    "copies/ug*day": "c·d/µg",
}


def number(value: float) -> str:
    """Write a figure with three significant digits; a dash where there is none, ∞ where never reached."""
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "∞"
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{round(value, 2 - int(math.log10(abs(value)))):,.0f}"
    return f"{value:.3g}"


def span(low: float, high: float) -> str:
    """Write an interval in brackets; nothing where there is none."""
    return "" if math.isnan(low) else f" ({number(low)}–{number(high)})"


def unit(name: str) -> str:
    """Write a unit of the evidence in as few signs as a table wants."""
    return _UNITS.get(name, name)
