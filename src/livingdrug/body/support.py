"""Signs and the support that a ward gives for them: pressure, oxygen, and the state of the mind."""

from typing import Any

import numpy as np

from livingdrug.bedside.answers import choose
from livingdrug.body.sensitivities import Sensitivities
from livingdrug.evidence import Edition
from livingdrug.observations import CerebralOedema, Consciousness, OxygenDevice, Seizure


def pressure_support(
    endothelium: np.ndarray, who: Sensitivities, rules: Edition
) -> tuple[dict[str, Any], np.ndarray]:
    """Return systolic pressure with the fluids and vasopressors that it needs, and the depth of the fall.

    fall = greatest x signal / (signal + half-point of the patient)
    Clearly below the limit for age fluids are given; what they do not restore is met by norepinephrine, dose
    proportional to it; above its most, epinephrine is added. The reading is the one that made the ward
    act: before fluids, or on vasopressors. Doses are adult equivalents at every age.
    """

    def number(name: str) -> float:
        return rules.number(f"body.observe.{name}")

    collapse = endothelium / (endothelium + who.pressure_sensitivity)
    limit = who.systolic_limit_mmhg
    alone = limit + who.systolic_above_limit_mmhg - number("systolic_fall_mmhg") * collapse
    missing = np.maximum(limit - alone, 0)
    unmet = np.maximum(missing - number("fluid_gain_mmhg"), 0)
    on_pressor = unmet > 0
    wanted = number("norepinephrine_least_ug_per_min") + number("norepinephrine_per_mmhg") * unmet
    wanted = np.where(on_pressor, wanted, 0)
    most = number("norepinephrine_most_ug_per_min")
    second = number("epinephrine_share") * np.maximum(wanted - most, 0)
    n = len(endothelium)
    return {
        "systolic_mmhg": np.where(on_pressor, limit + number("pressure_on_support_mmhg"), alone),
        "fluid_bolus": (missing > number("fluid_from_mmhg")).astype(np.int8),
        "n_vasopressors": on_pressor + 1.0 * (second > 0),
        "vasopressin_given": (wanted > number("vasopressin_from_ug_per_min")).astype(np.int8),
        "norepinephrine_ug_per_min": np.minimum(wanted, most),
        "epinephrine_ug_per_min": second,
        "dopamine_ug_per_kg_per_min": np.zeros(n),
        "phenylephrine_ug_per_min": np.zeros(n),
    }, collapse


def oxygen_support(endothelium: np.ndarray, who: Sensitivities, rules: Edition) -> dict[str, Any]:
    """Return oxygen saturation with the device that it needs, from nasal cannula to ventilator.

    saturation on air = rest - greatest fall x signal / (signal + half-point of the patient)
    """

    def number(name: str) -> float:
        return rules.number(f"body.observe.{name}")

    air = who.spo2_rest_percent - number("spo2_fall_percent") * endothelium / (
        endothelium + who.lung_sensitivity
    )
    need = number("spo2_need_percent")
    nasal = number("low_flow_least_l_per_min") + number("low_flow_per_percent") * (need - air)
    added = number("fio2_air_percent") + number("fio2_per_l_per_min") * nasal
    high = number("fio2_high_percent")
    levels = (  # saturation below which a device is used, its flow and the share of oxygen that it gives
        (need, OxygenDevice.LOW_FLOW_NASAL, nasal, added),
        (
            number("mask_below_percent"),
            OxygenDevice.FACE_MASK,
            number("mask_flow_l_per_min"),
            number("fio2_mask_percent"),
        ),
        (
            number("high_flow_below_percent"),
            OxygenDevice.HIGH_FLOW_NASAL,
            number("high_flow_l_per_min"),
            high,
        ),
        (number("pressure_below_percent"), OxygenDevice.BIPAP, np.nan, high),
        (
            number("ventilator_below_percent"),
            OxygenDevice.VENTILATOR,
            np.nan,
            number("fio2_ventilator_percent"),
        ),
    )
    n = len(endothelium)
    device = np.full(n, OxygenDevice.NONE, dtype=np.int8)
    flow, share = np.zeros(n), np.full(n, number("fio2_air_percent"))
    for below, kind, flow_of_kind, share_of_kind in levels:
        needed = air < below
        device = choose(needed, kind, device)
        flow = np.where(needed, flow_of_kind, flow)
        share = np.where(needed, share_of_kind, share)
    without = device == OxygenDevice.NONE.value
    return {
        "oxygen_device": device,
        "oxygen_flow_l_per_min": flow,
        "fio2_percent": share,
        "spo2_percent": np.where(without, air, number("spo2_supported_percent")),
    }


def neurological_signs(neuro: np.ndarray, who: Sensitivities, rules: Edition) -> dict[str, Any]:
    """Return ICE and CAPD scores, consciousness, seizures and swelling from the share of function lost.

    excess = max(signal / threshold of the patient - 1, 0);  lost = slope excess / (1 + slope excess)
    """

    def number(name: str) -> float:
        return rules.number(f"body.observe.{name}")

    excess = number("neuro_slope") * np.maximum(neuro / who.neuro_threshold - 1, 0)
    lost = excess / (1 + excess)
    most = number("ice_most")
    consciousness = np.full(len(neuro), Consciousness.AWAKE, dtype=np.int8)
    for name in ("voice_from", "touch_from", "unarousable_from"):
        consciousness = consciousness + (lost >= number(name)).astype(np.int8)
    fits = lost * who.seizure_tendency
    seizure = np.full(len(neuro), Seizure.NONE, dtype=np.int8)
    for name in ("seizure_from", "seizure_prolonged_from"):
        seizure = seizure + (fits >= number(name)).astype(np.int8)
    swollen = lost >= number("oedema_from")
    return {
        "ice_score": most - np.round(most * lost),
        "capd_score": np.round(number("capd_most") * lost),
        "consciousness": consciousness.astype(np.int8),
        "seizure": seizure.astype(np.int8),
        "focal_weakness": (lost >= number("focal_from")).astype(np.int8),
        "cerebral_oedema": choose(swollen, CerebralOedema.DIFFUSE, CerebralOedema.NONE),
    }
