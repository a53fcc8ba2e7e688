"""HScore for reactive haemophagocytic syndrome: nine items, with bounds where some are unknown.

The score was made for syndromes of other causes, not for CAR-T. Its cut-off has a sensitivity and a
specificity; neither is the chance that a patient has the syndrome.
"""

from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.answers import Verdict, all_of, any_of, enough_of, tri
from livingdrug.bedside.limits import above, at_least, at_most, reason
from livingdrug.bedside.points import Item, Score, tiers, total
from livingdrug.evidence import Edition

_SCALE = "scales.hscore"


@dataclass(frozen=True)
class HScoreInputs:
    """What the score reads, columns (n,). Flags are 1 yes, 0 no, -1 unknown; numbers NaN where unknown.

    Attributes
    ----------
    immunosuppressed : int8
        Known underlying immunosuppression, by disease or long treatment.
    temperature_c, haemoglobin_g_per_dl, white_cells_e9_per_l, platelets_e9_per_l : float
    hepatomegaly, splenomegaly : int8
    ferritin_ug_per_l, triglycerides_mmol_per_l, fibrinogen_g_per_l, ast_u_per_l : float
    haemophagocytosis : int8
        Seen in a marrow aspirate; -1 where none was taken.
    """

    immunosuppressed: np.ndarray
    temperature_c: np.ndarray
    hepatomegaly: np.ndarray
    splenomegaly: np.ndarray
    haemoglobin_g_per_dl: np.ndarray
    white_cells_e9_per_l: np.ndarray
    platelets_e9_per_l: np.ndarray
    ferritin_ug_per_l: np.ndarray
    triglycerides_mmol_per_l: np.ndarray
    fibrinogen_g_per_l: np.ndarray
    ast_u_per_l: np.ndarray
    haemophagocytosis: np.ndarray


@dataclass(frozen=True)
class HScore:
    """The score with its bounds, and whether it reaches the published cut-off.

    Attributes
    ----------
    score : Score
    reaches_cut_off : Verdict
        Not assessable while what is missing could decide it.
    sensitivity_percent, specificity_percent : float
        Of the cut-off, in the series that the score was made from.
    """

    score: Score
    reaches_cut_off: Verdict
    sensitivity_percent: float
    specificity_percent: float


def score_haemophagocytosis(inputs: HScoreInputs, rules: Edition) -> HScore:
    """Add up the HScore, 0 to 337 points, and hold it against the cut-off of 169.

    Parameters
    ----------
    inputs : HScoreInputs, (n,) columns
    rules : Edition

    Source
    ------
    hscore_table_2020 (points); fardet_2014 (cut-off, unverified).
    """
    score = total(_items(inputs, rules), rules)
    key = f"{_SCALE}.cut_off.from"
    limit = rules.number(key)
    reached = tri(score.lowest >= limit, (score.lowest >= limit) | (score.highest < limit))
    text = "The score is at or above the cut-off; that is not a probability of the syndrome."
    return HScore(
        score=score,
        reaches_cut_off=Verdict(reached, (reason(rules, key, "CUT_OFF", text, reached),)),
        sensitivity_percent=rules.number(f"{_SCALE}.cut_off.sensitivity"),
        specificity_percent=rules.number(f"{_SCALE}.cut_off.specificity"),
    )


def _items(inputs: HScoreInputs, rules: Edition) -> tuple[Item, ...]:
    def number(name: str) -> float:
        return rules.number(f"{_SCALE}.{name}")

    def flag(code: str, text: str, name: str, answer: np.ndarray) -> Item:
        return tiers(code, text, f"{_SCALE}.{name}.points", [answer], [number(f"{name}.points")])

    def banded(code: str, text: str, name: str, value: np.ndarray) -> Item:
        return tiers(
            code,
            text,
            f"{_SCALE}.{name}.from",
            [at_least(value, number(f"{name}.from")), above(value, number(f"{name}.high_above"))],
            [number(f"{name}.points"), number(f"{name}.high_points")],
        )

    organs = [inputs.hepatomegaly, inputs.splenomegaly]
    return (
        flag("IMMUNOSUPPRESSION", "Known immunosuppression.", "immunosuppression", inputs.immunosuppressed),
        banded("TEMPERATURE", "High temperature.", "temperature", inputs.temperature_c),
        tiers(
            "ORGANOMEGALY",
            "Large liver or spleen.",
            f"{_SCALE}.organomegaly.points",
            [any_of(organs), all_of(organs)],
            [number("organomegaly.points"), number("organomegaly.both_points")],
        ),
        _cytopenia(inputs, rules),
        banded("FERRITIN", "High ferritin.", "ferritin", inputs.ferritin_ug_per_l),
        banded("TRIGLYCERIDES", "High triglycerides.", "triglycerides", inputs.triglycerides_mmol_per_l),
        flag(
            "FIBRINOGEN",
            "Low fibrinogen.",
            "fibrinogen",
            at_most(inputs.fibrinogen_g_per_l, number("fibrinogen.at_most")),
        ),
        flag(
            "AST",
            "Raised aspartate aminotransferase.",
            "ast",
            at_least(inputs.ast_u_per_l, number("ast.from")),
        ),
        flag(
            "HAEMOPHAGOCYTOSIS",
            "Haemophagocytosis in the marrow.",
            "haemophagocytosis",
            inputs.haemophagocytosis,
        ),
    )


def _cytopenia(inputs: HScoreInputs, rules: Edition) -> Item:
    def number(name: str) -> float:
        return rules.number(f"{_SCALE}.cytopenia.{name}")

    low = [
        at_most(inputs.haemoglobin_g_per_dl, number("haemoglobin_at_most")),
        at_most(inputs.white_cells_e9_per_l, number("white_cells_at_most")),
        at_most(inputs.platelets_e9_per_l, number("platelets_at_most")),
    ]
    return tiers(
        "CYTOPENIA",
        "Two or three blood cell lineages low.",
        f"{_SCALE}.cytopenia.some",
        [enough_of(low, number("some")), enough_of(low, number("all"))],
        [number("points"), number("all_points")],
    )
