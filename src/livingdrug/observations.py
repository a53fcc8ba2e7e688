"""What a ward or a laboratory would have measured: one table, the same for a chart and a simulation.

Every array has one shape, (patients,) at one time or (patients, times). Unknown is NaN for a number
and -1 for a flag or a code; it never stands for normal or absent.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.errors import BadInput
from livingdrug.tables import describe


class OxygenDevice(IntEnum):
    """How oxygen is given."""

    UNKNOWN = -1
    NONE = 0
    LOW_FLOW_NASAL = 1
    BLOW_BY = 2
    HIGH_FLOW_NASAL = 3
    FACE_MASK = 4
    NON_REBREATHER = 5
    VENTURI = 6
    CPAP = 7
    BIPAP = 8
    VENTILATOR = 9


class Consciousness(IntEnum):
    """What wakes the patient: nothing needed, a voice, a touch, or nothing short of vigorous stimuli.

    Unknown where a sedating drug explains it.
    """

    UNKNOWN = -1
    AWAKE = 0
    VOICE = 1
    TOUCH = 2
    UNAROUSABLE = 3


class Seizure(IntEnum):
    """A seizure that resolved rapidly, or one that lasted or recurred without return to baseline."""

    UNKNOWN = -1
    NONE = 0
    RESOLVED = 1
    PROLONGED = 2


class CerebralOedema(IntEnum):
    """Focal oedema on imaging, or diffuse oedema and signs of raised intracranial pressure."""

    UNKNOWN = -1
    NONE = 0
    FOCAL = 1
    DIFFUSE = 2


class PlaceOfCare(IntEnum):
    """Where the patient is looked after."""

    UNKNOWN = -1
    OUTPATIENT = 0
    WARD = 1
    ICU = 2


@dataclass(frozen=True)
class Observations:
    """Bedside and laboratory observations of patients, at one time (n,) or at several (n, t).

    Floats are NaN where unknown. Flags (int8) are 1 yes, 0 no, -1 unknown. Codes (int8) are members
    of the enumerations above. ``anticytokine_given`` and ``antipyretic_given``: since the fever began.
    ``n_vasopressors`` leaves out vasopressin. ``infection_grade``: 0 no infection.
    ``cd19_positive_percent``: share of tumour cells that show CD19 in a sample of the tumour.
    """

    day: np.ndarray
    temperature_c: np.ndarray
    fever_otherwise_explained: np.ndarray
    antipyretic_given: np.ndarray
    anticytokine_given: np.ndarray
    systolic_mmhg: np.ndarray
    heart_rate_per_min: np.ndarray
    fluid_bolus: np.ndarray
    n_vasopressors: np.ndarray
    vasopressin_given: np.ndarray
    norepinephrine_ug_per_min: np.ndarray
    dopamine_ug_per_kg_per_min: np.ndarray
    epinephrine_ug_per_min: np.ndarray
    phenylephrine_ug_per_min: np.ndarray
    oxygen_device: np.ndarray
    oxygen_flow_l_per_min: np.ndarray
    fio2_percent: np.ndarray
    spo2_percent: np.ndarray
    ice_score: np.ndarray
    capd_score: np.ndarray
    consciousness: np.ndarray
    seizure: np.ndarray
    focal_weakness: np.ndarray
    cerebral_oedema: np.ndarray
    creatinine_mg_per_dl: np.ndarray
    creatinine_x_baseline: np.ndarray
    bilirubin_mg_per_dl: np.ndarray
    alt_x_uln: np.ndarray
    dialysis: np.ndarray
    hospitalised_for_crs: np.ndarray
    intravenous_therapy: np.ndarray
    plasma_or_fibrinogen_given: np.ndarray
    place_of_care: np.ndarray
    il6_pg_per_ml: np.ndarray
    ifn_gamma_pg_per_ml: np.ndarray
    crp_mg_per_l: np.ndarray
    ferritin_ug_per_l: np.ndarray
    fibrinogen_mg_per_dl: np.ndarray
    ldh_u_per_l: np.ndarray
    urate_mg_per_dl: np.ndarray
    potassium_mmol_per_l: np.ndarray
    phosphate_mg_per_dl: np.ndarray
    calcium_mg_per_dl: np.ndarray
    white_cells_e9_per_l: np.ndarray
    anc_e9_per_l: np.ndarray
    alc_e9_per_l: np.ndarray
    platelets_e9_per_l: np.ndarray
    haemoglobin_g_per_dl: np.ndarray
    platelets_transfused: np.ndarray
    red_cells_transfused: np.ndarray
    b_cells_per_ul: np.ndarray
    igg_g_per_l: np.ndarray
    transgene_copies_per_ug: np.ndarray
    marrow_blasts_percent: np.ndarray
    mrd_fraction: np.ndarray
    cd19_positive_percent: np.ndarray
    sum_product_diameters_cm2: np.ndarray
    deauville_score: np.ndarray
    new_lesion: np.ndarray
    infection_grade: np.ndarray

    def __repr__(self) -> str:
        return describe(self)


FLAG_FIELDS = (
    "fever_otherwise_explained",
    "antipyretic_given",
    "anticytokine_given",
    "fluid_bolus",
    "vasopressin_given",
    "focal_weakness",
    "dialysis",
    "hospitalised_for_crs",
    "intravenous_therapy",
    "plasma_or_fibrinogen_given",
    "platelets_transfused",
    "red_cells_transfused",
    "new_lesion",
)
"""Fields that are yes (1), no (0) or unknown (-1)."""

CODE_FIELDS: dict[str, type[IntEnum]] = {
    "oxygen_device": OxygenDevice,
    "consciousness": Consciousness,
    "seizure": Seizure,
    "cerebral_oedema": CerebralOedema,
    "place_of_care": PlaceOfCare,
}
"""Fields that hold a member of an enumeration."""

ALL_FIELDS = tuple(field.name for field in dataclasses.fields(Observations))
FLOAT_FIELDS = tuple(name for name in ALL_FIELDS if name not in FLAG_FIELDS and name not in CODE_FIELDS)
"""Fields that are numbers, NaN where unknown."""

UNKNOWN_FLAG = -1
UNKNOWN = {name: np.nan if name in FLOAT_FIELDS else UNKNOWN_FLAG for name in ALL_FIELDS}
"""What stands for not known in each field."""


def empty_observations(shape: int | tuple[int, ...]) -> Observations:
    """Return observations in which everything is unknown; fill them with ``dataclasses.replace``.

    Parameters
    ----------
    shape : int or tuple
        (patients,) or (patients, times).
    """
    return observations_with(shape, {})


def observations_with(shape: int | tuple[int, ...], known: Mapping[str, np.ndarray]) -> Observations:
    """Return observations in which these fields are known and all others unknown.

    Parameters
    ----------
    shape : int or tuple
        (patients,) or (patients, times).
    known : mapping of str to array
    """
    columns = {
        name: known[name]
        if name in known
        else np.full(shape, UNKNOWN[name], dtype=float if name in FLOAT_FIELDS else np.int8)
        for name in ALL_FIELDS
    }
    return Observations(**columns)


def at_time(observations: Observations, j: int) -> Observations:
    """Return the observations of the j-th time of a (patients, times) record, as (patients,)."""
    return Observations(**{name: getattr(observations, name)[:, j] for name in ALL_FIELDS})


def stack_times(records: Sequence[Observations]) -> Observations:
    """Join observations of single times, each (patients,), into one record (patients, times).

    Raises
    ------
    BadInput
        No record given.
    """
    if not records:
        raise BadInput("observations: no time to stack; expected at least one record")
    return Observations(
        **{name: np.stack([getattr(record, name) for record in records], axis=1) for name in ALL_FIELDS}
    )


def require_rising_days(day: np.ndarray) -> None:
    """Refuse a record whose times are not in order, for rules that read one time after the other.

    Parameters
    ----------
    day : array (patients, times)
        Equal days may follow each other.

    Raises
    ------
    BadInput
        A day that is earlier than the one before it.
    """
    falls = np.any(day[:, 1:] < day[:, :-1], axis=1)
    if np.any(falls):
        row = int(np.argmax(falls))
        raise BadInput(f"observations: day: row {row}: got days that fall, expected each time after the last")
