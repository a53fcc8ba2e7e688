"""What cytokine release syndrome is graded on besides fever and blood pressure: oxygen, organs, treatment."""

from dataclasses import dataclass

import numpy as np

from livingdrug.bedside.answers import choose
from livingdrug.bedside.bounds import Bounds, Grade, bounds, steps, steps_of_code, worst
from livingdrug.bedside.crs_axes import CrsCriterion, Signs, pressure_by_dose
from livingdrug.evidence import Edition
from livingdrug.observations import Observations, OxygenDevice

_ASTCT_GRADE = {
    OxygenDevice.NONE: Grade.NONE,
    OxygenDevice.LOW_FLOW_NASAL: Grade.TWO,
    OxygenDevice.BLOW_BY: Grade.TWO,
    OxygenDevice.HIGH_FLOW_NASAL: Grade.THREE,
    OxygenDevice.FACE_MASK: Grade.THREE,
    OxygenDevice.NON_REBREATHER: Grade.THREE,
    OxygenDevice.VENTURI: Grade.THREE,
    OxygenDevice.CPAP: Grade.FOUR,
    OxygenDevice.BIPAP: Grade.FOUR,
    OxygenDevice.VENTILATOR: Grade.FOUR,
}
_PENN_GRADE = {
    device: {OxygenDevice.NONE: Grade.NONE, OxygenDevice.VENTILATOR: Grade.FOUR}.get(device, Grade.THREE)
    for device in _ASTCT_GRADE
}


def oxygen_by_device(observations: Observations, rules: Edition) -> Bounds:
    """Grade oxygen as ASTCT does: low flow or blow-by 2, high flow or mask 3, positive pressure 4.

    Nasal oxygen is graded by its flow; a low-flow cannula whose flow is unknown is 2 or 3.
    """
    device = observations.oxygen_device
    flow = observations.oxygen_flow_l_per_min
    limit = rules.number("scales.crs_astct.low_flow_l_per_min")
    low, high = steps_of_code(device, list(_ASTCT_GRADE.values()))
    nasal = (device == OxygenDevice.LOW_FLOW_NASAL.value) | (device == OxygenDevice.HIGH_FLOW_NASAL.value)
    by_flow = choose(flow > limit, Grade.THREE, Grade.TWO)
    measured = nasal & ~np.isnan(flow)
    low = choose(measured, by_flow, low)
    high = choose(measured, by_flow, high)
    high = choose((device == OxygenDevice.LOW_FLOW_NASAL.value) & np.isnan(flow), Grade.THREE, high)
    low = choose((device == OxygenDevice.UNKNOWN.value) & (flow > 0), Grade.TWO, low)
    return bounds(low, high, _criterion(low, CrsCriterion.POSITIVE_PRESSURE), CrsCriterion.OXYGEN_UNKNOWN)


def oxygen_by_fraction(observations: Observations, rules: Edition) -> Bounds:
    """Grade oxygen as Lee and CTCAE do: inspired fraction below 40% 2, 40% or more 3, ventilator 4."""
    device = observations.oxygen_device
    fraction = observations.fio2_percent
    much = fraction >= rules.number("scales.crs_lee.fio2_percent")
    without_tube = int(rules.number("scales.crs_lee.noninvasive_ventilation_grade"))
    pressure = (device == OxygenDevice.CPAP.value) | (device == OxygenDevice.BIPAP.value)
    some = (device > OxygenDevice.NONE.value) | (
        (device == OxygenDevice.UNKNOWN.value) & (observations.oxygen_flow_l_per_min > 0)
    )
    low = choose(some, Grade.TWO, Grade.NONE)
    low = choose(much & (device != OxygenDevice.NONE.value), Grade.THREE, low)
    low = choose(pressure, np.maximum(low, np.int8(without_tube)), low)
    low = choose(device == OxygenDevice.VENTILATOR.value, Grade.FOUR, low)
    high = choose((device > OxygenDevice.NONE.value) & np.isnan(fraction), Grade.THREE, low)
    high = choose(device == OxygenDevice.UNKNOWN.value, Grade.FOUR, high)
    return bounds(low, high, _criterion(low, CrsCriterion.VENTILATOR), CrsCriterion.OXYGEN_UNKNOWN)


def oxygen_by_ventilation(observations: Observations) -> Bounds:
    """Grade oxygen as the Penn scale does: any oxygen up to BiPAP 3, mechanical ventilation 4."""
    device = observations.oxygen_device
    low, high = steps_of_code(device, list(_PENN_GRADE.values()))
    low = choose(
        (device == OxygenDevice.UNKNOWN.value) & (observations.oxygen_flow_l_per_min > 0), Grade.THREE, low
    )
    return bounds(low, high, _criterion(low, CrsCriterion.VENTILATOR), CrsCriterion.OXYGEN_UNKNOWN)


def _criterion(low: np.ndarray, at_four: CrsCriterion) -> np.ndarray:
    criterion = choose(low >= Grade.THREE.value, CrsCriterion.MUCH_OXYGEN, CrsCriterion.LITTLE_OXYGEN)
    return choose(low >= Grade.FOUR.value, at_four, criterion)


def _organ(value: np.ndarray, name: str, grades: tuple[Grade, ...], rules: Edition) -> Bounds:
    limits = [rules.number(f"scales.crs_ctcae.{name}.above_grade_{step}") for step in _CTCAE_STEPS[name]]
    low, high = steps(value, limits, grades)
    return bounds(low, high, CrsCriterion.ORGAN, CrsCriterion.ORGANS_UNKNOWN)


_CTCAE_STEPS = {
    "creatinine_x_baseline": ("one", "two"),
    "creatinine_x_uln": ("one", "two", "three"),
    "bilirubin_x_uln": ("one", "two", "three"),
    "alt_x_uln": ("one", "two", "three"),
}


def organs_lee(observations: Observations, rules: Edition) -> Bounds:
    """Grade organs as Lee does: their CTCAE grade from 2 on, but grade 4 transaminases count as 3."""
    creatinine_uln = rules.number("scales.crs_ctcae.creatinine_upper_limit_mg_per_dl")
    bilirubin_uln = rules.number("scales.crs_ctcae.bilirubin_upper_limit_mg_per_dl")
    two_to_four = (Grade.TWO, Grade.THREE, Grade.FOUR)
    return worst(
        [
            _organ(observations.creatinine_x_baseline, "creatinine_x_baseline", two_to_four[:-1], rules),
            _organ(
                observations.creatinine_mg_per_dl / creatinine_uln, "creatinine_x_uln", two_to_four, rules
            ),
            _organ(observations.bilirubin_mg_per_dl / bilirubin_uln, "bilirubin_x_uln", two_to_four, rules),
            _organ(observations.alt_x_uln, "alt_x_uln", (Grade.TWO, Grade.THREE, Grade.THREE), rules),
            _flag(observations.dialysis, Grade.FOUR, CrsCriterion.ORGAN, CrsCriterion.ORGANS_UNKNOWN),
        ]
    )


def organs_penn(observations: Observations, rules: Edition) -> Bounds:
    """Grade organs as the Penn scale does: creatinine grade 2 or liver grade 3 is 2, one step more is 3."""
    creatinine_uln = rules.number("scales.crs_ctcae.creatinine_upper_limit_mg_per_dl")
    bilirubin_uln = rules.number("scales.crs_ctcae.bilirubin_upper_limit_mg_per_dl")
    kidney = (Grade.TWO, Grade.THREE, Grade.THREE)
    liver = (Grade.NONE, Grade.TWO, Grade.THREE)
    return worst(
        [
            _organ(observations.creatinine_x_baseline, "creatinine_x_baseline", kidney[:-1], rules),
            _organ(observations.creatinine_mg_per_dl / creatinine_uln, "creatinine_x_uln", kidney, rules),
            _organ(observations.bilirubin_mg_per_dl / bilirubin_uln, "bilirubin_x_uln", liver, rules),
            _organ(observations.alt_x_uln, "alt_x_uln", liver, rules),
            _flag(observations.dialysis, Grade.THREE, CrsCriterion.ORGAN, CrsCriterion.ORGANS_UNKNOWN),
        ]
    )


def treatment_penn(observations: Observations) -> Bounds:
    """Grade what was needed on the Penn scale: intravenous treatment or admission 2, plasma products 3."""
    missing = CrsCriterion.TREATMENT_UNKNOWN
    need = CrsCriterion.TREATMENT_OR_ADMISSION
    return worst(
        [
            _flag(observations.intravenous_therapy, Grade.TWO, need, missing),
            _flag(observations.hospitalised_for_crs, Grade.TWO, need, missing),
            _flag(
                observations.plasma_or_fibrinogen_given,
                Grade.THREE,
                CrsCriterion.PLASMA_OR_FIBRINOGEN,
                missing,
            ),
        ]
    )


@dataclass(frozen=True)
class Axes:
    """The worst axis of a scale besides fever: of support (pressure and oxygen), and of everything graded."""

    support: Bounds
    everything: Bounds


def axes_penn(observations: Observations, signs: Signs, rules: Edition) -> Axes:
    """Grade all that the Penn scale grades besides the fever."""
    fluid_grade = int(rules.number("scales.crs_penn.fluid_bolus_grade"))
    pressure = pressure_by_dose(
        observations,
        signs,
        observations.fluid_bolus,
        grades=(fluid_grade, Grade.THREE, Grade.FOUR),
        several_are_high=False,
    )
    support = worst([pressure, oxygen_by_ventilation(observations)])
    rest = [organs_penn(observations, rules), treatment_penn(observations)]
    return Axes(support, worst([support, *rest]))


def _flag(flag: np.ndarray, grade: Grade, criterion: CrsCriterion, missing: CrsCriterion) -> Bounds:
    low, high = steps_of_code(flag, (Grade.NONE, grade))
    return bounds(low, high, criterion, missing)
