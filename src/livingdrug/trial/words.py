"""How figures, intervals, units and published rows are written."""

import math

from livingdrug.trial.comparison import Row
from livingdrug.trial.design import Design

LIMITS = "For research and education; not a medical device, and no advice for any patient."

_UNITS = {
    "percent": "%",
    "count": "n",
    "day": "d",
    "month": "mo",
    "copies/ug": "c/µg",
    "copies/ug*day": "c·d/µg",
}
_NO_INTERVAL = {"range": "range", "iqr": "IQR"}


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


def published_text(row: Row) -> str:
    """Write the published figure with its interval; an interval computed here carries a tilde."""
    target = row.target
    written = span(row.ci_low, row.ci_high)
    if row.interval == "computed":
        written = written.replace("(", "(~", 1)
    if target.interval_kind in _NO_INTERVAL:
        kind = _NO_INTERVAL[target.interval_kind]
        written = f" [{kind} {number(target.ci_low)}–{number(target.ci_high)}]"
    return number(target.value) + written


def name(row: Row) -> str:
    """Return what a row is about, with its unit."""
    title = row.definition.title if row.definition else row.target.endpoint
    return f"{title}, {unit(row.target.unit)}"


def infused_as_published(design: Design) -> str:
    """Say how many of the enrolled were infused in the published trial, as far as that was recorded."""
    if design.n_enrolled is None:
        return f"{design.n_infused:,}, enrolment and losses before infusion not recorded"
    share = design.n_infused / design.n_enrolled
    return f"{design.n_infused:,} of {design.n_enrolled:,} enrolled, {share:.1%}"
