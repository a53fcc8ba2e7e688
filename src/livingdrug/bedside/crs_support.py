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
_MISSING = CrsCriterion.OXYGEN_UNKNOWN


def oxygen_by_device(observations: Observations, rules: Edition) -> Bounds:
    """Grade oxygen as ASTCT does: low flow or blow-by 2, high flow or mask 3, positive pressure 4.

    Nasal oxygen is graded by its flow; a low-flow cannula whose flow is unknown is 2 or 3.
    """
    device = observations.oxygen_device
    flow = observations.oxygen_flow_l_per_min
    low, high = steps_of_code(device, list(_ASTCT_GRADE.values()))
    nasal = (device == OxygenDevice.LOW_FLOW_NASAL.value) | (device == OxygenDevice.HIGH_FLOW_NASAL.value)
    unmeasured = np.isnan(flow)
    measured = nasal & ~unmeasured
    fast = flow > rules.number("scales.crs_astct.low_flow_l_per_min")
    by_flow = choose(fast, Grade.THREE, Grade.TWO)
    low = choose(measured, by_flow, low)
    high = choose(measured, by_flow, high)
    high = choose((device == OxygenDevice.LOW_FLOW_NASAL.value) & unmeasured, Grade.THREE, high)
    low = choose(_flow_seen(observations), Grade.TWO, low)
    criterion = choose(low == Grade.FOUR.value, CrsCriterion.POSITIVE_PRESSURE, CrsCriterion.OXYGEN_MASK)
    criterion = choose(device == OxygenDevice.BLOW_BY.value, CrsCriterion.BLOW_BY_OXYGEN, criterion)
    of_flow = choose(fast, CrsCriterion.HIGH_FLOW_OXYGEN, CrsCriterion.LOW_FLOW_OXYGEN)
    return _unless_contradicted(low, high, choose(measured, of_flow, criterion), observations, rules)


def contradicted(observations: Observations, rules: Edition) -> np.ndarray:
    """Return where what is said of oxygen cannot be: some without a device, or a cannula without a flow."""
    device, flow = observations.oxygen_device, observations.oxygen_flow_l_per_min
    some = (flow > 0) | (observations.fio2_percent > rules.number("scales.crs_astct.air_fio2_percent"))
    nasal = (device == OxygenDevice.LOW_FLOW_NASAL.value) | (device == OxygenDevice.HIGH_FLOW_NASAL.value)
    return ((device == OxygenDevice.NONE.value) & some) | (nasal & (flow == 0))


def _unless_contradicted(
    low: np.ndarray, high: np.ndarray, criterion: np.ndarray, observations: Observations, rules: Edition
) -> Bounds:
    """Return bounds of oxygen; any grade is possible where what is said of it cannot be."""
    wrong = contradicted(observations, rules)
    return bounds(
        low=choose(wrong, Grade.NONE, low),
        high=choose(wrong, Grade.FOUR, high),
        criterion=criterion,
        missing=choose(wrong, CrsCriterion.OXYGEN_CONTRADICTION, _MISSING),
    )


def _flow_seen(observations: Observations) -> np.ndarray:
    """Return where oxygen flows by a device that is not named: some oxygen, at least."""
    unnamed = observations.oxygen_device == OxygenDevice.UNKNOWN.value
    return unnamed & (observations.oxygen_flow_l_per_min > 0)


def oxygen_by_fraction(observations: Observations, rules: Edition) -> Bounds:
    """Grade oxygen as Lee does: inspired fraction below 40% 2, 40% or more 3, ventilator 4."""
    much_from_percent = rules.number("scales.crs_lee.fio2_percent")
    without_tube = int(rules.number("scales.crs_lee.noninvasive_ventilation_grade"))
    return _by_fraction(observations, much_from_percent, without_tube, Grade.FOUR, rules)


def oxygen_ctcae(observations: Observations, rules: Edition) -> Bounds:
    """Grade oxygen as CTCAE does: below 40% 2, 40% or more 3; a ventilator is read as life-threatening."""
    much_from_percent = rules.number("scales.crs_ctcae.fio2_percent")
    without_tube = int(rules.number("scales.crs_ctcae.noninvasive_ventilation_grade"))
    ventilator = int(rules.number("scales.crs_ctcae.ventilator_grade"))
    return _by_fraction(observations, much_from_percent, without_tube, ventilator, rules)


def _by_fraction(
    observations: Observations, much_from_percent: float, without_tube: int, ventilator: int, rules: Edition
) -> Bounds:
    device = observations.oxygen_device
    fraction = observations.fio2_percent
    much = fraction >= much_from_percent
    by_mask = (device == OxygenDevice.CPAP.value) | (device == OxygenDevice.BIPAP.value)
    by_tube = device == OxygenDevice.VENTILATOR.value
    given = device > OxygenDevice.NONE.value
    low = choose(given | _flow_seen(observations), Grade.TWO, Grade.NONE)
    low = choose(much, Grade.THREE, low)
    low = choose(by_mask, np.maximum(low, np.int8(without_tube)), low)
    low = choose(by_tube, ventilator, low)
    high = choose(given & np.isnan(fraction), Grade.THREE, low)
    high = choose(device == OxygenDevice.UNKNOWN.value, Grade.FOUR, high)
    criterion = choose(by_mask, CrsCriterion.POSITIVE_PRESSURE, CrsCriterion.LOW_FRACTION_OXYGEN)
    criterion = choose(much, CrsCriterion.HIGH_FRACTION_OXYGEN, criterion)
    criterion = choose(by_tube, CrsCriterion.VENTILATOR, criterion)
    return _unless_contradicted(low, high, criterion, observations, rules)


def oxygen_by_ventilation(observations: Observations, rules: Edition) -> Bounds:
    """Grade oxygen as the Penn scale does: any oxygen up to BiPAP 3, mechanical ventilation 4."""
    device = observations.oxygen_device
    low, high = steps_of_code(device, list(_PENN_GRADE.values()))
    low = choose(_flow_seen(observations), Grade.THREE, low)
    by_tube = device == OxygenDevice.VENTILATOR.value
    criterion = choose(by_tube, CrsCriterion.VENTILATOR, CrsCriterion.ANY_OXYGEN)
    return _unless_contradicted(low, high, criterion, observations, rules)


_STEPS = ("one", "two", "three")


def _organ(
    value: np.ndarray, name: str, grades: tuple[int, ...], criterion: CrsCriterion, rules: Edition
) -> Bounds:
    """Grade an organ value: ``grades`` are those above its CTCAE grade 1, 2 and so on."""
    limits = [rules.number(f"scales.crs_ctcae.{name}.above_grade_{step}") for step in _STEPS[: len(grades)]]
    low, high = steps(value, limits, grades)
    return bounds(low, high, criterion, CrsCriterion.ORGANS_UNKNOWN)


def _organs(
    observations: Observations,
    kidney: tuple[int, ...],
    bilirubin: tuple[Grade, ...],
    alt: tuple[Grade, ...],
    dialysis: int,
    rules: Edition,
) -> Bounds:
    """Grade organs; each tuple holds the grades on the scale of CTCAE grades 2, 3 and 4."""
    creatinine_uln = rules.number("scales.crs_ctcae.creatinine_upper_limit_mg_per_dl")
    bilirubin_uln = rules.number("scales.crs_ctcae.bilirubin_upper_limit_mg_per_dl")
    creatinine = observations.creatinine_mg_per_dl / creatinine_uln
    over_baseline = observations.creatinine_x_baseline
    of_baseline, of_creatinine = CrsCriterion.CREATININE_OVER_BASELINE, CrsCriterion.CREATININE
    of_bilirubin, unknown = CrsCriterion.BILIRUBIN, CrsCriterion.ORGANS_UNKNOWN
    return worst(
        [
            _flag(observations.dialysis, dialysis, CrsCriterion.DIALYSIS, unknown),
            _organ(observations.alt_x_uln, "alt_x_uln", alt, CrsCriterion.ALT, rules),
            _organ(over_baseline, "creatinine_x_baseline", kidney[:2], of_baseline, rules),
            _organ(creatinine, "creatinine_x_uln", kidney, of_creatinine, rules),
            _organ(
                observations.bilirubin_mg_per_dl / bilirubin_uln,
                "bilirubin_x_uln",
                bilirubin,
                of_bilirubin,
                rules,
            ),
        ]
    )


def organs_lee(observations: Observations, rules: Edition) -> Bounds:
    """Grade organs as Lee does: their CTCAE grade from 2 on, but grade 4 transaminases count as 3."""
    as_ctcae = (Grade.TWO, Grade.THREE, Grade.FOUR)
    dialysis = int(rules.number("scales.crs_lee.dialysis_grade"))
    return _organs(observations, as_ctcae, as_ctcae, (Grade.TWO, Grade.THREE), dialysis, rules)


def organs_penn(observations: Observations, rules: Edition) -> Bounds:
    """Grade organs as the Penn scale does: creatinine grade 2 or liver grade 3 is 2, one step more is 3."""
    kidney = (Grade.TWO, Grade.THREE, int(rules.number("scales.crs_penn.creatinine_grade_four_grade")))
    liver = (Grade.NONE, Grade.TWO, Grade.THREE)
    dialysis = int(rules.number("scales.crs_penn.dialysis_grade"))
    return _organs(observations, kidney, liver, liver, dialysis, rules)


def treatment_penn(observations: Observations, rules: Edition) -> Bounds:
    """Grade what was needed on the Penn scale: intravenous treatment or admission 2, plasma products 3."""
    missing = CrsCriterion.TREATMENT_UNKNOWN
    intravenous = CrsCriterion.INTRAVENOUS_TREATMENT
    return worst(
        [
            _flag(observations.intravenous_therapy, Grade.TWO, intravenous, missing),
            _flag(observations.hospitalised_for_crs, Grade.TWO, CrsCriterion.ADMISSION, missing),
            _flag(
                observations.plasma_or_fibrinogen_given,
                int(rules.number("scales.crs_penn.plasma_or_fibrinogen_grade")),
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
    vasopressin_alone_grade = int(rules.number("scales.crs_penn.vasopressin_alone_grade"))
    pressure = pressure_by_dose(
        observations,
        signs,
        observations.fluid_bolus,
        CrsCriterion.FLUIDS,
        grades=(fluid_grade, vasopressin_alone_grade, Grade.THREE, Grade.FOUR),
    )
    support = worst([pressure, oxygen_by_ventilation(observations, rules)])
    rest = [organs_penn(observations, rules), treatment_penn(observations, rules)]
    return Axes(support, worst([support, *rest]))


def _flag(flag: np.ndarray, grade: int, criterion: CrsCriterion, missing: CrsCriterion) -> Bounds:
    low, high = steps_of_code(flag, (Grade.NONE, grade))
    return bounds(low, high, criterion, missing)
