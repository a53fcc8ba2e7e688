"""Common reactions that no stage models: drawn at the rates that the label prints, more with severe CRS.

The odds of a reaction are multiplied by a factor for its CRS class; the base odds are chosen so that, over
the label's own mix of CRS grades, the reaction is exactly as frequent as the label prints.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from livingdrug.draws import Draws
from livingdrug.evidence import Edition, library, load_table
from livingdrug.patients import Indication
from livingdrug.units import PERCENT

_KEY = "course.toxicity.reactions"
_CLASSES = ("none", "mild", "severe")
_LEFT_OUT = ("observed", "infection", "laboratory", "other_stage")


@dataclass(frozen=True)
class ReactionRates:
    """Published rates of the drawn reactions, NaN where the edition prints none.

    Attributes
    ----------
    names : tuple of str
    any_grade, grade3_up : array (reactions, indications), 1
        Fraction of the infused; ``grade3_up`` is 0 where only the total is printed.
    """

    names: tuple[str, ...]
    any_grade: np.ndarray
    grade3_up: np.ndarray


def reaction_rates(rules: Edition) -> ReactionRates:
    """Read the rates of the reactions that are drawn, as the edition or one it inherits from prints them.

    The reactions are the same under every edition; under one that prints no rate they stay unknown.
    """
    left_out = {name for why in _LEFT_OUT for name in _words(rules, f"{_KEY}.left_out.{why}")}
    rows = [
        row
        for row in load_table("label.adverse_reactions")
        if row["any_grade"]
        and row["reaction"] not in left_out
        and row["indication"].upper() in Indication.__members__
    ]
    names = tuple(dict.fromkeys(row["reaction"] for row in rows))
    shape = (len(names), len(Indication))
    any_grade, grade3_up = np.full(shape, np.nan), np.full(shape, np.nan)
    for edition in _oldest_first(rules.name):
        for row in rows:
            if row["edition"] == edition:
                place = names.index(row["reaction"]), Indication[row["indication"].upper()]
                any_grade[place] = float(row["any_grade"]) / PERCENT
                grade3_up[place] = float(row["grade3_up"] or 0) / PERCENT
    return ReactionRates(names, any_grade, grade3_up)


def _words(rules: Edition, key: str) -> list[str]:
    value = rules.stated(key)
    return [str(word) for word in value] if isinstance(value, list) else []


def neurological_names(rules: Edition) -> tuple[str, ...]:
    """Return the drawn reactions that count as neurological events."""
    return tuple(_words(rules, f"{_KEY}.neurological"))


def _oldest_first(edition: str) -> list[str]:
    chain = [edition]
    while (parent := library().editions[chain[0]].inherits) is not None:
        chain.insert(0, parent)
    return chain


def reference_mix(indication: Indication, rules: Edition) -> tuple[float, float, float]:
    """Return the label's shares of patients without CRS, with mild and with severe CRS."""
    with_crs = rules.number(f"{_KEY}.reference_crs_percent.{indication.key}") / PERCENT
    severe = rules.number(f"{_KEY}.reference_severe_crs_percent.{indication.key}") / PERCENT
    return 1 - with_crs, with_crs - severe, severe


def conditional_rates(
    marginal: float, mix: tuple[float, ...], odds_multipliers: tuple[float, ...]
) -> tuple[float, ...]:
    """Return the rate in each CRS class such that the average over a mix of classes is the published rate.

    rate_c = o m_c / (1 + o m_c), with o solving sum_c mix_c rate_c = marginal.
    """
    if math.isnan(marginal) or marginal <= 0 or marginal >= 1:
        return (marginal,) * len(mix)

    def rates(log_odds: float) -> tuple[float, ...]:
        return tuple(1 / (1 + math.exp(-log_odds) / factor) for factor in odds_multipliers)

    def excess(log_odds: float) -> float:
        return sum(share * rate for share, rate in zip(mix, rates(log_odds), strict=True)) - marginal

    middle = math.log(marginal / (1 - marginal))
    low = middle - math.log(max(odds_multipliers)) - 1
    high = middle - math.log(min(odds_multipliers)) + 1
    return rates(float(brentq(excess, low, high)))  # pyright: ignore[reportArgumentType]


def _rates_by_class(rates: ReactionRates, rules: Edition) -> np.ndarray:
    """Rates by reaction, indication and CRS class: array (reactions, indications, classes)."""
    multipliers = tuple(rules.number(f"{_KEY}.odds_multiplier.{name}") for name in _CLASSES)
    table = np.full((*rates.any_grade.shape, len(_CLASSES)), np.nan)
    for kind in Indication:
        mix = reference_mix(kind, rules)
        for r in range(len(rates.names)):
            table[r, kind] = conditional_rates(float(rates.any_grade[r, kind]), mix, multipliers)
    return table


def draw_reactions(
    indication: np.ndarray, crs_grade: np.ndarray, reached: np.ndarray, rules: Edition, draws: Draws
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Draw the common reactions of each infused patient.

    Parameters
    ----------
    indication, crs_grade : int8 array (patients,)
        CRS as the label counts it; -1 (unknown) is drawn as the label's mix, unconditionally.
    reached : bool array (patients,)
    rules : Edition
        The evidence.
    draws : Draws
        The patients' luck: one number a reaction, which also decides whether it is severe.

    Returns
    -------
    int8 array (patients, reactions)
        0 none, 1 below grade 3, 3 grade 3 or more, -1 not infused or no published rate.
    tuple of str
        Names of the reactions.
    """
    rates = reaction_rates(rules)
    by_class = _rates_by_class(rates, rules)
    severe = rules.number(f"{_KEY}.severe_from_grade")
    crs_class = (crs_grade >= 1).astype(int) + (crs_grade >= severe)
    code = np.full((len(indication), len(rates.names)), -1, dtype=np.int8)
    for r, name in enumerate(rates.names):
        luck = draws.uniform(f"toxicity/reaction {name}")
        p_any = np.where(crs_grade >= 0, by_class[r, indication, crs_class], rates.any_grade[r, indication])
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.nan_to_num(rates.grade3_up[r, indication] / rates.any_grade[r, indication])
        drawn = np.where(luck < p_any * share, severe, luck < p_any)
        code[:, r] = np.where(reached & ~np.isnan(p_any), drawn, -1)
    return code, rates.names
