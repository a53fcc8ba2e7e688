"""Immunoglobulin replacement: which criteria of which guideline an IgG value and its circumstances meet."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import Reason, Verdict, all_of, any_of
from livingdrug.bedside.limits import above, at_most, below, reason
from livingdrug.evidence import Edition

_SCALE = "scales.immunoglobulin"


class Guideline(IntEnum):
    """Who recommends."""

    AAAAI_2022 = 1
    HILL = 2
    TRANSPLANT = 3
    ASBMT = 4
    NCCN = 5
    UK = 6


@dataclass(frozen=True)
class AntibodyChart:
    """IgG and what guidelines ask beside it; arrays (patients,). Flags are 1 yes, 0 no, -1 unknown.

    Attributes
    ----------
    igg_g_per_l : array, g/L
        NaN where unknown.
    months_since_infusion : array, month
        Negative before the infusion; NaN where unknown.
    recurrent_infection, serious_infection : int8 array
        Bacterial.
    recurrent_sinopulmonary_infection : int8 array
    low_iga_or_igm, poor_vaccine_response : int8 array
    """

    igg_g_per_l: np.ndarray
    months_since_infusion: np.ndarray
    recurrent_infection: np.ndarray
    serious_infection: np.ndarray
    recurrent_sinopulmonary_infection: np.ndarray
    low_iga_or_igm: np.ndarray
    poor_vaccine_response: np.ndarray


def replacement_criteria(chart: AntibodyChart, rules: Edition) -> Mapping[Guideline, Verdict]:
    """Say for each guideline whether its criteria for considering immunoglobulin replacement are met.

    Any one reason of a guideline suffices. The guidelines differ, and neither label gives a number. ASBMT
    names no level: its answer says whether its condition, a recurrent infection, is there.

    Source
    ------
    igg_recommendations_2024 (AAAAI, Hill, transplantation, ASBMT); igg_recommendations_2022 (NCCN, UK; second
    hand and unverified). What EBMT and EHA recommend after CAR-T was not reached and is left out.
    """
    return {
        Guideline.AAAAI_2022: _any(_aaaai(chart, rules)),
        Guideline.HILL: _any(_hill(chart, rules)),
        Guideline.TRANSPLANT: _any(
            [
                _reason(
                    rules,
                    "transplant.below",
                    "IGG",
                    "IgG low (not routinely).",
                    _less(chart, rules, "transplant.below"),
                )
            ]
        ),
        Guideline.ASBMT: _any(
            [
                _reason(
                    rules,
                    "asbmt.without_infection",
                    "RECURRENT_INFECTION",
                    "Recurrent infection; without it, against replacement at any IgG.",
                    chart.recurrent_infection,
                )
            ]
        ),
        Guideline.NCCN: _any(_nccn(chart, rules)),
        Guideline.UK: _any(
            [
                _reason(
                    rules,
                    "uk.below",
                    "INFECTION",
                    "IgG low with recurrent or severe infection.",
                    all_of(
                        [
                            _less(chart, rules, "uk.below"),
                            any_of([chart.recurrent_infection, chart.serious_infection]),
                        ]
                    ),
                )
            ]
        ),
    }


def _any(reasons: list[Reason]) -> Verdict:
    return Verdict(any_of([one.answer for one in reasons]), tuple(reasons))


def _reason(rules: Edition, name: str, code: str, text: str, answer: np.ndarray) -> Reason:
    return reason(rules, f"{_SCALE}.{name}", code, text, answer)


def _less(chart: AntibodyChart, rules: Edition, name: str) -> np.ndarray:
    return below(chart.igg_g_per_l, rules.number(f"{_SCALE}.{name}"))


def _aaaai(chart: AntibodyChart, rules: Edition) -> list[Reason]:
    infection = chart.recurrent_infection
    impaired = [infection, chart.low_iga_or_igm, chart.poor_vaccine_response]
    vaccine = all_of([_less(chart, rules, "aaaai.vaccine_below"), *impaired])
    recurrent = all_of([_less(chart, rules, "aaaai.recurrent_below"), infection])
    alone = _less(chart, rules, "aaaai.alone_below")
    return [
        _reason(rules, "aaaai.alone_below", "IGG", "IgG very low.", alone),
        _reason(rules, "aaaai.recurrent_below", "INFECTION", "IgG low with recurrent infection.", recurrent),
        _reason(
            rules,
            "aaaai.vaccine_below",
            "VACCINE_RESPONSE",
            "IgG reduced with recurrent infection, low IgA or IgM and poor vaccine response.",
            vaccine,
        ),
    ]


def _hill(chart: AntibodyChart, rules: Edition) -> list[Reason]:
    igg = chart.igg_g_per_l
    low, middle = (rules.number(f"{_SCALE}.hill.{name}") for name in ("early_at_most", "infection_at_most"))
    month = rules.number(f"{_SCALE}.hill.last_month")
    early = all_of([at_most(igg, low), at_most(chart.months_since_infusion, month)])
    infection = [chart.serious_infection, chart.recurrent_infection]
    late = all_of([at_most(igg, low), any_of(infection)])
    moderate = all_of([at_most(igg, middle), *infection])
    vaccine = all_of([above(igg, middle), chart.poor_vaccine_response])
    return [
        _reason(rules, "hill.early_at_most", "EARLY", "IgG low, before infusion or to month 3.", early),
        _reason(
            rules, "hill.early_at_most", "INFECTION", "IgG low with serious or recurrent infection.", late
        ),
        _reason(
            rules,
            "hill.infection_at_most",
            "MODERATE",
            "IgG reduced with serious recurrent infection.",
            moderate,
        ),
        _reason(
            rules,
            "hill.infection_at_most",
            "VACCINE_RESPONSE",
            "IgG not low, but poor vaccine response.",
            vaccine,
        ),
    ]


def _nccn(chart: AntibodyChart, rules: Edition) -> list[Reason]:
    serious = all_of(
        [_less(chart, rules, "nccn.serious_below"), chart.recurrent_infection, chart.serious_infection]
    )
    sinopulmonary = all_of(
        [_less(chart, rules, "nccn.sinopulmonary_below"), chart.recurrent_sinopulmonary_infection]
    )
    return [
        _reason(
            rules, "nccn.serious_below", "INFECTION", "IgG low with recurrent serious infection.", serious
        ),
        _reason(
            rules,
            "nccn.sinopulmonary_below",
            "SINOPULMONARY",
            "IgG low with recurrent sinopulmonary infection.",
            sinopulmonary,
        ),
    ]
