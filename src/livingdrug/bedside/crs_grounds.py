"""What each criterion of each CRS scale means, where it is seen, and which limits it rests on.

The same criterion rests on different limits on different scales: a vasopressor is grade 3 on ASTCT
whatever its dose, and on the Lee scale grade 2 only below a dose that was not read at its source.
Limits named are those by which the finding itself was placed, on either side of it; limits that other
findings did not reach are not repeated.
"""

from livingdrug.bedside.crs_axes import CrsCriterion
from livingdrug.bedside.grounds import Ground

_ADULT_KEYS = ("scales.crs_astct.hypotension.adult_systolic_mmhg",)
_CHILD_KEYS = (
    "scales.crs_astct.hypotension.child_systolic_mmhg",
    "scales.crs_astct.hypotension.child_systolic_mmhg_per_year",
    "scales.crs_astct.hypotension.child_from_years",
)
_DOSE_KEYS = (
    "scales.crs_lee.high_dose.norepinephrine_ug_per_min",
    "scales.crs_lee.high_dose.dopamine_ug_per_kg_per_min",
    "scales.crs_lee.high_dose.epinephrine_ug_per_min",
    "scales.crs_lee.high_dose.phenylephrine_ug_per_min",
    "scales.crs_lee.high_dose.equivalent_with_vasopressin_ug_per_min",
    "scales.crs_lee.high_dose.equivalent_combination_ug_per_min",
    "scales.crs_lee.high_dose.equivalent_of_dopamine",
    "scales.crs_lee.high_dose.equivalent_of_phenylephrine",
)
_FEVER_KEYS = ("scales.crs_astct.fever_c",)
_FEVER = ("temperature_c", "fever_otherwise_explained")
_DRUGS = ("antipyretic_given", "anticytokine_given")
_DOSES = (
    "norepinephrine_ug_per_min",
    "dopamine_ug_per_kg_per_min",
    "epinephrine_ug_per_min",
    "phenylephrine_ug_per_min",
)
_PRESSORS = ("n_vasopressors", *_DOSES)
_CIRCULATION = ("fluid_bolus", *_PRESSORS, "vasopressin_given")
_SUPPORT = ("systolic_mmhg", *_CIRCULATION, "oxygen_device")
_ORGANS = (
    "creatinine_x_baseline",
    "creatinine_mg_per_dl",
    "bilirubin_mg_per_dl",
    "alt_x_uln",
    "dialysis",
)
_BY_FLOW = ("oxygen_device", "oxygen_flow_l_per_min")
_BY_FRACTION = ("oxygen_device", "fio2_percent")

_COMMON = {
    CrsCriterion.NO_CRS: Ground(
        "no fever that counts, no hypotension and no hypoxia",
        (*_FEVER, *_SUPPORT),
        _FEVER_KEYS,
    ),
    CrsCriterion.FEVER: Ground("fever alone", _FEVER, _FEVER_KEYS),
    CrsCriterion.DEATH: Ground("death due to CRS"),
    CrsCriterion.FEVER_UNKNOWN: Ground(
        "not assessable: temperature, what explains the fever, or what may hide it, is not known",
        (*_FEVER, *_DRUGS),
        _FEVER_KEYS,
    ),
    CrsCriterion.SUPPORT_WITHOUT_FEVER: Ground(
        "not assessable: support without a fever that counts, ask", (*_FEVER, *_DRUGS, *_SUPPORT), _FEVER_KEYS
    ),
    CrsCriterion.OXYGEN_CONTRADICTION: Ground(
        "not assessable: oxygen flows without a device, or a nasal cannula runs without a flow; look again",
        ("oxygen_device", "oxygen_flow_l_per_min", "fio2_percent"),
        ("scales.crs_astct.air_fio2_percent",),
    ),
    CrsCriterion.CAUSE_OF_DEATH_UNKNOWN: Ground("not assessable: whether CRS was the cause of death"),
}
_LOW_PRESSURE = {
    CrsCriterion.LOW_PRESSURE: Ground(
        "low systolic pressure without a vasopressor", ("systolic_mmhg",), _ADULT_KEYS
    ),
    CrsCriterion.LOW_PRESSURE_OF_A_CHILD: Ground(
        "systolic pressure low for the child's age without a vasopressor", ("systolic_mmhg",), _CHILD_KEYS
    ),
    CrsCriterion.FLUIDS: Ground("hypotension that needed fluids, without a vasopressor", ("fluid_bolus",)),
    CrsCriterion.BLOOD_PRESSURE_UNKNOWN: Ground(
        "not assessable: blood pressure, fluids, or vasopressors and their doses not known",
        ("systolic_mmhg", *_CIRCULATION),
    ),
}


def _dialysis(scale: str) -> Ground:
    return Ground(
        "organ toxicity: dialysis, which the scale does not name",
        ("dialysis",),
        (f"scales.{scale}.dialysis_grade",),
    )


def _vasopressin_alone(scale: str) -> Ground:
    return Ground(
        "vasopressin and no other vasopressor: the scale is silent, ask",
        ("vasopressin_given", *_PRESSORS),
        (f"scales.{scale}.vasopressin_alone_grade",),
    )


def _by_fraction(scale: str) -> dict[CrsCriterion, Ground]:
    limit, mask = (f"scales.{scale}.{name}" for name in ("fio2_percent", "noninvasive_ventilation_grade"))
    return {
        CrsCriterion.LOW_FRACTION_OXYGEN: Ground("oxygen at a low concentration", _BY_FRACTION, (limit,)),
        CrsCriterion.HIGH_FRACTION_OXYGEN: Ground("oxygen at a high concentration", _BY_FRACTION, (limit,)),
        CrsCriterion.POSITIVE_PRESSURE: Ground(
            "ventilation by mask, which the scale does not name", ("oxygen_device",), (mask,)
        ),
        CrsCriterion.OXYGEN_UNKNOWN: Ground(
            "not assessable: oxygen device or concentration not known", _BY_FRACTION, (limit,)
        ),
    }


def _organ(words: str, value: str, *limits: str, keys: tuple[str, ...] = ()) -> Ground:
    of_ctcae = tuple(f"scales.crs_ctcae.{limit}" for limit in limits)
    return Ground(f"organ toxicity: {words}", (value,), (*of_ctcae, *keys))


def _above(name: str) -> tuple[str, ...]:
    return tuple(f"{name}.above_grade_{step}" for step in ("one", "two", "three"))


_CREATININE = (*_above("creatinine_x_uln"), "creatinine_upper_limit_mg_per_dl")
_TOXICITY = {
    CrsCriterion.CREATININE_OVER_BASELINE: _organ(
        "creatinine over its baseline", "creatinine_x_baseline", *_above("creatinine_x_baseline")[:2]
    ),
    CrsCriterion.CREATININE: _organ(
        "creatinine over its upper limit",
        "creatinine_mg_per_dl",
        *_CREATININE,
    ),
    CrsCriterion.BILIRUBIN: _organ(
        "bilirubin",
        "bilirubin_mg_per_dl",
        *_above("bilirubin_x_uln"),
        "bilirubin_upper_limit_mg_per_dl",
    ),
    CrsCriterion.ALT: _organ("ALT", "alt_x_uln", *_above("alt_x_uln")),
    CrsCriterion.ORGANS_UNKNOWN: Ground(
        "not assessable: creatinine, bilirubin, ALT or dialysis not known", _ORGANS
    ),
}
_DOSED = {
    CrsCriterion.VASOPRESSOR: Ground(
        "a vasopressor, not at a high dose", (*_PRESSORS, "vasopressin_given"), _DOSE_KEYS
    ),
    CrsCriterion.HIGH_DOSE_VASOPRESSOR: Ground(
        "a high-dose vasopressor", (*_DOSES, "vasopressin_given"), _DOSE_KEYS
    ),
}
_VENTILATOR = Ground("mechanical ventilation", ("oxygen_device",))

ASTCT_GROUNDS: dict[CrsCriterion, Ground] = {
    **_COMMON,
    **_LOW_PRESSURE,
    CrsCriterion.VASOPRESSOR: Ground("a vasopressor", _PRESSORS),
    CrsCriterion.VASOPRESSIN_ALONE: _vasopressin_alone("crs_astct"),
    CrsCriterion.SEVERAL_VASOPRESSORS: Ground("several vasopressors, vasopressin not counted", _PRESSORS),
    CrsCriterion.LOW_FLOW_OXYGEN: Ground(
        "nasal oxygen at low flow", _BY_FLOW, ("scales.crs_astct.low_flow_l_per_min",)
    ),
    CrsCriterion.HIGH_FLOW_OXYGEN: Ground(
        "nasal oxygen at high flow", _BY_FLOW, ("scales.crs_astct.low_flow_l_per_min",)
    ),
    CrsCriterion.BLOW_BY_OXYGEN: Ground("blow-by oxygen", ("oxygen_device",)),
    CrsCriterion.OXYGEN_MASK: Ground(
        "oxygen by mask, or by a high-flow cannula whose flow is not known", ("oxygen_device",)
    ),
    CrsCriterion.POSITIVE_PRESSURE: Ground("positive pressure ventilation", ("oxygen_device",)),
    CrsCriterion.OXYGEN_UNKNOWN: Ground(
        "not assessable: oxygen device or flow not known",
        _BY_FLOW,
        ("scales.crs_astct.low_flow_l_per_min",),
    ),
}

LEE_GROUNDS: dict[CrsCriterion, Ground] = {
    **_COMMON,
    **_LOW_PRESSURE,
    **_DOSED,
    CrsCriterion.VASOPRESSIN_ALONE: _vasopressin_alone("crs_lee"),
    CrsCriterion.SEVERAL_VASOPRESSORS: Ground("several vasopressors", _PRESSORS),
    CrsCriterion.BESIDE_VASOPRESSIN: Ground(
        "a vasopressor beside vasopressin, read as several",
        (*_PRESSORS, "vasopressin_given"),
        ("scales.crs_lee.beside_vasopressin_grade",),
    ),
    CrsCriterion.DIALYSIS: _dialysis("crs_lee"),
    **_by_fraction("crs_lee"),
    CrsCriterion.VENTILATOR: _VENTILATOR,
    **_TOXICITY,
}

PENN_GROUNDS: dict[CrsCriterion, Ground] = {
    **_COMMON,
    **_DOSED,
    CrsCriterion.FLUIDS: Ground(
        "hypotension that needed fluids, without a vasopressor",
        ("fluid_bolus",),
        ("scales.crs_penn.fluid_bolus_grade",),
    ),
    CrsCriterion.VASOPRESSIN_ALONE: _vasopressin_alone("crs_penn"),
    CrsCriterion.BLOOD_PRESSURE_UNKNOWN: Ground(
        "not assessable: fluids, or vasopressors and their doses, not known", _CIRCULATION
    ),
    CrsCriterion.ANY_OXYGEN: Ground("oxygen by any device but a ventilator", ("oxygen_device",)),
    CrsCriterion.VENTILATOR: _VENTILATOR,
    CrsCriterion.OXYGEN_UNKNOWN: Ground("not assessable: oxygen device not known", _BY_FLOW),
    **_TOXICITY,
    CrsCriterion.CREATININE: _organ(
        "creatinine over its upper limit",
        "creatinine_mg_per_dl",
        *_CREATININE,
        keys=("scales.crs_penn.creatinine_grade_four_grade",),
    ),
    CrsCriterion.DIALYSIS: _dialysis("crs_penn"),
    CrsCriterion.PLASMA_OR_FIBRINOGEN: Ground(
        "plasma, cryoprecipitate or fibrinogen for coagulopathy",
        ("plasma_or_fibrinogen_given",),
        ("scales.crs_penn.plasma_or_fibrinogen_grade",),
    ),
    CrsCriterion.INTRAVENOUS_TREATMENT: Ground("intravenous treatment for CRS", ("intravenous_therapy",)),
    CrsCriterion.ADMISSION: Ground("admission for CRS", ("hospitalised_for_crs",)),
    CrsCriterion.TREATMENT_UNKNOWN: Ground(
        "not assessable: intravenous treatment, admission or plasma not known",
        ("intravenous_therapy", "hospitalised_for_crs", "plasma_or_fibrinogen_given"),
    ),
}

CTCAE_GROUNDS: dict[CrsCriterion, Ground] = {
    **_COMMON,
    **_LOW_PRESSURE,
    CrsCriterion.VASOPRESSOR: Ground("one vasopressor", _PRESSORS),
    CrsCriterion.VASOPRESSIN_ALONE: _vasopressin_alone("crs_ctcae"),
    CrsCriterion.SEVERAL_VASOPRESSORS: Ground(
        "several vasopressors, read as life-threatening",
        _PRESSORS,
        ("scales.crs_ctcae.several_vasopressors_grade",),
    ),
    **_by_fraction("crs_ctcae"),
    CrsCriterion.VENTILATOR: Ground(
        "mechanical ventilation, read as life-threatening",
        ("oxygen_device",),
        ("scales.crs_ctcae.ventilator_grade",),
    ),
}
