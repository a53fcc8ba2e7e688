"""Death by cause: hazards against numbers worked out by hand, and which cause comes first."""

import numpy as np
import pytest

from livingdrug.course.causes import DeathCause
from livingdrug.course.s6_in_vivo.survival import (
    CAUSES,
    Exposure,
    Mortality,
    draw_mortality,
    first_to_pass,
    hazards_per_day,
)
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition
from livingdrug.patients import Indication

RULES = load_edition()
DEATH = "course.in_vivo.death"
NAN = np.nan


def of(*rows):
    """Return hazards (causes, patients) that are zero but for the first two causes."""
    table = np.zeros((len(CAUSES), len(rows[0])))
    table[: len(rows)] = rows
    return table


def hazards(n=1, half_burden=1e12, after_progression=0.01, other=0.0, **changes):
    healthy = {
        "progressed": False,
        "tumour_cells": 0.0,
        "crs_penn": 0,
        "icans": 0,
        "hlh_like": 0,
        "days_since_transplant": NAN,
        "has_second_malignancy": False,
    }
    exposure = Exposure(**{name: np.broadcast_to(v, n) for name, v in (healthy | changes).items()})
    mortality = Mortality(
        np.ones((len(CAUSES), n)), np.full(n, after_progression), np.full(n, other), np.full(n, half_burden)
    )
    return dict(zip(CAUSES, hazards_per_day(mortality, exposure, RULES), strict=True))


def test_the_first_cause_to_pass_its_threshold_kills_at_the_moment_of_passing():
    wait, cause = first_to_pass(
        cumulative=of([0.5, 0.5], [0.9, 0.0]),
        hazard=of([0.1, 0.1], [0.2, 0.05]),
        threshold=of([1.0, 1.0], [1.0, 1.0]),
        days=10.0,
    )
    assert wait == pytest.approx([0.5, 5.0])
    assert cause.tolist() == [CAUSES[1], CAUSES[0]]


def test_who_passes_no_threshold_in_the_interval_lives():
    threshold = of([1.0, 1.0])
    wait, cause = first_to_pass(of([0.0, 0.0]), of([0.1, 0.1001]), threshold, days=9.995)
    assert wait[0] == np.inf
    assert wait[1] == pytest.approx(1 / 0.1001)
    assert cause.tolist() == [DeathCause.NONE, CAUSES[0]]


def test_without_a_hazard_nobody_dies_whatever_the_threshold():
    wait, cause = first_to_pass(of([0.0]), of([0.0]), of([0.0]), days=1e6)
    assert (wait[0], cause[0]) == (np.inf, DeathCause.NONE)


def test_nobody_is_no_fault():
    none = np.zeros((len(CAUSES), 0))
    wait, cause = first_to_pass(none, none, none, days=1.0)
    assert (wait.shape, cause.shape) == ((0,), (0,))


def test_a_transplant_carries_its_hazard_for_a_year_and_none_for_those_without_one():
    seen = hazards(4, days_since_transplant=np.array([NAN, 0.0, 364.9, 365.0]))[DeathCause.TRANSPLANT]
    rate = RULES.number("course.in_vivo.transplant.hazard_per_day")
    assert seen.tolist() == [0, rate, rate, 0]


def test_the_burden_kills_at_half_its_rate_at_the_half_burden():
    rate = RULES.number(f"{DEATH}.burden_hazard_per_day")
    seen = hazards(3, half_burden=1e12, tumour_cells=np.array([0.0, 1e12, 2e12]))[DeathCause.DISEASE]
    assert seen == pytest.approx([0, rate / 2, rate * 4 / 5])


def test_the_half_burden_goes_by_disease_and_body_size():
    indication = np.array([Indication.ALL, Indication.LBCL, Indication.FL, Indication.ALL], dtype=np.int8)
    size = np.array([1.0, 1.0, 1.0, 0.5])
    drawn = draw_mortality(indication, np.full(4, 30.0), size, RULES, Draws(1, 0, 4)).burden_half_cells
    stated = [RULES.number(f"{DEATH}.burden_half_cells.{kind}") for kind in ("all", "lbcl", "fl")]
    assert drawn == pytest.approx([*stated, stated[0] / 2])


def test_progression_adds_the_patients_own_hazard():
    assert hazards(progressed=True, after_progression=0.02)[DeathCause.DISEASE][0] == 0.02


@pytest.mark.parametrize(
    ("field", "cause", "key"),
    [("crs_penn", DeathCause.CRS, "crs"), ("icans", DeathCause.NEUROTOXICITY, "icans")],
)
def test_only_the_gravest_toxicity_kills_and_an_unknown_grade_does_not(field, cause, key):
    seen = hazards(3, **{field: np.array([-1, 3, 4])})[cause]
    assert seen.tolist() == [0, 0, RULES.number(f"{DEATH}.{key}_hazard_per_day")]


def test_an_hlh_like_syndrome_kills_while_it_is_seen_and_an_unknown_one_does_not():
    seen = hazards(3, hlh_like=np.array([-1, 0, 1]))[DeathCause.HLH]
    assert seen.tolist() == [0, 0, RULES.number(f"{DEATH}.hlh_hazard_per_day")]


def test_every_cause_but_infection_has_a_hazard():
    assert set(DeathCause) - set(CAUSES) == {DeathCause.NONE, DeathCause.INFECTION}


def test_a_second_malignancy_kills_at_its_rate():
    seen = hazards(2, has_second_malignancy=np.array([False, True]))[DeathCause.SECOND_MALIGNANCY]
    assert seen.tolist() == [0, RULES.number("course.in_vivo.second_malignancy.fatal_hazard_per_day")]


def test_other_causes_double_with_age_and_progression_goes_by_indication():
    reference = RULES.number(f"{DEATH}.other_reference_age_years")
    older = reference + RULES.number(f"{DEATH}.other_doubling_years")
    indication = np.array([Indication.LBCL, Indication.LBCL, Indication.FL], dtype=np.int8)
    drawn = draw_mortality(indication, np.array([reference, older, older]), np.ones(3), RULES, Draws(1, 0, 3))
    rate = RULES.number(f"{DEATH}.other_hazard_per_day")
    assert drawn.other_per_day == pytest.approx([rate, 2 * rate, 2 * rate])
    same_luck = draw_mortality(indication[[2, 2, 2]], np.ones(3), np.ones(3), RULES, Draws(1, 0, 3))
    key = f"{DEATH}.median_months_after_progression"
    ratio = RULES.number(f"{key}.fl") / RULES.number(f"{key}.lbcl")
    assert drawn.after_progression_per_day[:2] == pytest.approx(
        same_luck.after_progression_per_day[:2] * ratio
    )
    assert drawn.after_progression_per_day[2] == same_luck.after_progression_per_day[2]
    assert (drawn.threshold > 0).all()
