"""One dose of tocilizumab in words, for every report that names it."""

import math

from livingdrug.evidence import Edition
from livingdrug.report.verdict_blocks import cited

_KEY = "scales.tocilizumab"


def tocilizumab_words(weight_kg: float, mg: float, rules: Edition) -> str:
    """Say how much one dose is at a weight, how far apart and how many, with source."""
    found = rules.sourced(f"{_KEY}.mg_per_kg_from")
    if found.value is None:
        return f"Tocilizumab for CRS: not stated ({found.absent}). Source: {found.source}, {found.where}."
    if math.isnan(mg):
        return (
            f"Tocilizumab for CRS: not assessable without the weight. Source: {found.source}, {found.where}."
        )
    light = weight_kg < rules.number(f"{_KEY}.weight_limit_kg")
    per_kg = rules.number(f"{_KEY}.mg_per_kg_{'below' if light else 'from'}")
    hours, most = rules.number(f"{_KEY}.interval_hours"), rules.number(f"{_KEY}.max_doses")
    per_day = rules.sourced(f"{_KEY}.max_doses_per_day").value
    daily = "" if per_day is None else f", at most {per_day} in 24 hours"
    keys = ("mg_per_kg_from", "max_mg", "interval_hours", "max_doses")
    places = dict.fromkeys(cited(rules.sourced(f"{_KEY}.{name}")) for name in keys)
    a_day = cited(rules.sourced(f"{_KEY}.max_doses_per_day"))
    if daily and a_day not in places:
        daily += f" ({a_day})"
    return (
        f"Tocilizumab for CRS, if its criteria are met: {mg:.0f} mg a dose ({per_kg:g} mg/kg, at most "
        f"{rules.number(f'{_KEY}.max_mg'):g} mg), {hours:g} hours or more apart{daily}, {most:g} in all. "
        f"Source: {', '.join(places)}."
    )


def step_words(rules: Edition) -> str:
    """Say how the dose steps down at the weight limit, for a patient whom it concerns."""
    limit = rules.number(f"{_KEY}.weight_limit_kg")
    below, from_limit = (rules.number(f"{_KEY}.mg_per_kg_{side}") for side in ("below", "from"))
    return (
        f"The dose of tocilizumab steps down at {limit:g} kg, from {below * limit:g} mg just below to "
        f"{from_limit * limit:g} mg: at this weight a small difference of the weight changes much."
    )
