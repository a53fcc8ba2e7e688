import numpy as np
import pytest

from livingdrug.body.stein import area_to, growth_per_day, transgene_level, typical_curve
from livingdrug.evidence import load_edition

CURVE = typical_curve(load_edition())


def test_the_typical_patient_doubles_in_0_78_days_and_declines_with_two_half_lives():
    assert np.log(2) / growth_per_day(CURVE) == pytest.approx(0.780, abs=5e-4)
    assert np.log(2) / CURVE.contraction_per_day == pytest.approx(4.33, abs=5e-3)
    assert np.log(2) / CURVE.persisting_loss_per_day == pytest.approx(216.6, abs=0.05)


@pytest.mark.parametrize(
    ("day", "level", "digit"),
    [(0, 6.15, 0.005), (9.3, 24000, 0.5), (28, 1373.6, 0.05), (90, 146.5, 0.05), (365, 60.7, 0.05)],
)
def test_levels_match_an_independent_evaluation(day, level, digit):
    assert transgene_level(np.array([float(day)]), CURVE)[0] == pytest.approx(level, abs=digit)


def test_the_area_to_day_28_matches_an_independent_evaluation_and_a_fine_sum():
    assert area_to(28.0, CURVE) == pytest.approx(171774, abs=1)
    days = np.linspace(0, 28, 200001)
    assert area_to(28.0, CURVE) == pytest.approx(np.trapezoid(transgene_level(days, CURVE), days), rel=1e-6)


def test_the_curve_is_continuous_at_its_peak():
    near = transgene_level(np.array([9.3 - 1e-9, 9.3 + 1e-9]), CURVE)
    assert near[0] == pytest.approx(near[1], rel=1e-7)
