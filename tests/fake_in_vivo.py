"""Records of the in vivo stage made by hand: well patients, to be changed where a test needs it."""

from types import SimpleNamespace

import numpy as np

from livingdrug.course.causes import DeathCause
from livingdrug.observations import CODE_FIELDS, FLAG_FIELDS, FLOAT_FIELDS, Observations
from livingdrug.units import DAYS_PER_MONTH

VISIT_MONTHS = (1.0, 3.0, 6.0, 12.0)
DAYS = np.concatenate([np.arange(91) / 3, np.arange(31, 91), np.arange(3, 13) * DAYS_PER_MONTH])
_WELL = {
    "temperature_c": 36.8,
    "systolic_mmhg": 120.0,
    "heart_rate_per_min": 80.0,
    "fio2_percent": 21.0,
    "spo2_percent": 98.0,
    "ice_score": 10.0,
    "creatinine_mg_per_dl": 0.8,
    "creatinine_x_baseline": 1.0,
    "bilirubin_mg_per_dl": 0.5,
    "alt_x_uln": 0.5,
    "ferritin_ug_per_l": 200.0,
    "fibrinogen_mg_per_dl": 300.0,
    "ldh_u_per_l": 200.0,
    "crp_mg_per_l": 3.0,
    "urate_mg_per_dl": 5.0,
    "potassium_mmol_per_l": 4.0,
    "phosphate_mg_per_dl": 3.0,
    "calcium_mg_per_dl": 9.5,
    "white_cells_e9_per_l": 6.0,
    "anc_e9_per_l": 4.0,
    "alc_e9_per_l": 1.5,
    "platelets_e9_per_l": 200.0,
    "haemoglobin_g_per_dl": 13.0,
    "igg_g_per_l": 9.0,
}


def well(shape, **changes) -> Observations:
    """Return observations of well people; a change is a number for all or an array."""
    columns = {name: np.full(shape, _WELL.get(name, 0.0)) for name in FLOAT_FIELDS}
    columns |= {name: np.zeros(shape, dtype=np.int8) for name in (*FLAG_FIELDS, *CODE_FIELDS)}
    for name, value in changes.items():
        columns[name] = np.broadcast_to(value, columns[name].shape).astype(columns[name].dtype)
    return Observations(**columns)


def well_record(n: int, days=DAYS, **changes) -> Observations:
    """Return a record (patients, times) of well people."""
    return well((n, len(days)), day=np.asarray(days)[None, :], **changes)


def changed(observations: Observations, row: int, when, **values) -> Observations:
    """Change fields of one patient at the times at which ``when(day)`` holds."""
    columns = {name: np.array(getattr(observations, name)) for name in observations.__dataclass_fields__}
    times = when(observations.day[row])
    for name, value in values.items():
        columns[name][row, times] = value
    return Observations(**columns)


def unseen_after(observations: Observations, row: int, day: float) -> Observations:
    """Blank everything but the day after a day: dead, or lost."""
    unknown = {name: np.nan for name in FLOAT_FIELDS if name != "day"}
    unknown |= {name: -1 for name in (*FLAG_FIELDS, *CODE_FIELDS)}
    return changed(observations, row, lambda days: days > day, **unknown)


def in_vivo(observations: Observations, **changes) -> SimpleNamespace:
    """Return a record in which nothing happened to anyone but what the observations show."""
    n = observations.day.shape[0]
    nothing = np.full(n, np.nan)
    visits = len(VISIT_MONTHS)
    record = {
        "reached": np.ones(n, dtype=bool),
        "visit_months": VISIT_MONTHS,
        "observations": observations,
        "n_tocilizumab": np.zeros(n, dtype=np.int8),
        "steroid_first_day": nothing,
        "ivig_first_day": nothing,
        "assessment_day": np.tile(np.array(VISIT_MONTHS) * DAYS_PER_MONTH, (n, 1)),
        "response": np.full((n, visits), 2, dtype=np.int8),
        "progression_day": nothing,
        "relapse_antigen": np.full(n, -1, dtype=np.int8),
        "next_therapy_day": nothing,
        "transplant_day": nothing,
        "second_malignancy_day": nothing,
        "death_day": nothing,
        "death_cause": np.full(n, DeathCause.NONE, dtype=np.int8),
        "followed_until_day": np.full(n, observations.day[0, -1]),
        "withdrew": np.zeros(n, dtype=bool),
    }
    return SimpleNamespace(**(record | changes))


def infused(n: int) -> SimpleNamespace:
    """Return an infusion record of n infused patients."""
    return SimpleNamespace(infused=np.ones(n, dtype=bool))
