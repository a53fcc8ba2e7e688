"""Patients as columns: what is known of each of them at enrolment.

Floats are NaN where unknown, flags are 1 (yes), 0 (no) or -1 (unknown), categories are -1 where
unknown. Nothing unknown is ever read as negative or normal.
"""

import dataclasses
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.tables import describe

UNKNOWN = -1


class Indication(IntEnum):
    """The disease for which the product is given."""

    ALL = 0
    LBCL = 1
    FL = 2

    @property
    def key(self) -> str:
        """Name of the indication inside evidence keys: "all", "lbcl" or "fl"."""
        return self.name.lower()


class Sex(IntEnum):
    """Sex as it enters reference values and pregnancy tests."""

    UNKNOWN = -1
    FEMALE = 0
    MALE = 1


class Histology(IntEnum):
    """Histological type, as far as a label or a trial distinguishes it."""

    UNKNOWN = -1
    B_CELL_PRECURSOR_ALL = 0
    DLBCL_NOS = 1
    HIGH_GRADE_B_CELL = 2
    TRANSFORMED_FOLLICULAR = 3
    PRIMARY_MEDIASTINAL = 4
    PRIMARY_CNS_LYMPHOMA = 5
    FOLLICULAR_1_3A = 6
    FOLLICULAR_3B = 7
    OTHER = 8


CATEGORIES: dict[str, type[IntEnum]] = {"indication": Indication, "histology": Histology, "sex": Sex}
"""Columns whose values are names."""


@dataclass(frozen=True)
class Patients:
    """One row a patient; every field has shape (patients,).

    Units stand in the names; what each column means and which values it can take is in the
    evidence table ``patients.columns``. ``dataclasses.replace`` changes single columns.
    """

    indication: np.ndarray
    histology: np.ndarray
    age_years: np.ndarray
    sex: np.ndarray
    weight_kg: np.ndarray
    height_cm: np.ndarray
    prior_lines: np.ndarray
    n_relapses: np.ndarray
    refractory: np.ndarray
    prior_allogeneic_transplant: np.ndarray
    months_since_allogeneic_transplant: np.ndarray
    prior_autologous_transplant: np.ndarray
    prior_anti_cd19: np.ndarray
    performance_ecog: np.ndarray
    performance_karnofsky: np.ndarray
    marrow_blasts_percent: np.ndarray
    extramedullary_disease: np.ndarray
    cns_disease: np.ndarray
    cd19_positive: np.ndarray
    sum_product_diameters_cm2: np.ndarray
    tumour_volume_ml: np.ndarray
    ldh_u_per_l: np.ndarray
    ldh_upper_limit_u_per_l: np.ndarray
    white_cells_e9_per_l: np.ndarray
    anc_e9_per_l: np.ndarray
    alc_e9_per_l: np.ndarray
    cd3_cells_per_ul: np.ndarray
    platelets_e9_per_l: np.ndarray
    haemoglobin_g_per_dl: np.ndarray
    crp_mg_per_l: np.ndarray
    ferritin_ug_per_l: np.ndarray
    creatinine_mg_per_dl: np.ndarray
    creatinine_clearance_ml_per_min: np.ndarray
    alt_x_uln: np.ndarray
    bilirubin_mg_per_dl: np.ndarray
    lvef_percent: np.ndarray
    spo2_percent: np.ndarray
    dyspnoea_grade: np.ndarray
    igg_g_per_l: np.ndarray
    b_cells_per_ul: np.ndarray
    hiv: np.ndarray
    hepatitis_b_active: np.ndarray
    hepatitis_c_active: np.ndarray
    pregnancy_test: np.ndarray
    could_be_pregnant: np.ndarray
    active_infection: np.ndarray
    active_gvhd: np.ndarray
    uncontrolled_inflammation: np.ndarray
    autoimmune_on_immunosuppression: np.ndarray
    cyclophosphamide_resistant: np.ndarray
    haemorrhagic_cystitis_grade4: np.ndarray
    steroid_hours_since_last: np.ndarray

    def __repr__(self) -> str:
        return describe(self)

    def __len__(self) -> int:
        return len(self.indication)


FLAGS = frozenset(
    {
        "refractory",
        "prior_allogeneic_transplant",
        "prior_autologous_transplant",
        "prior_anti_cd19",
        "extramedullary_disease",
        "cns_disease",
        "cd19_positive",
        "hiv",
        "hepatitis_b_active",
        "hepatitis_c_active",
        "pregnancy_test",
        "could_be_pregnant",
        "active_infection",
        "active_gvhd",
        "uncontrolled_inflammation",
        "autoimmune_on_immunosuppression",
        "cyclophosphamide_resistant",
        "haemorrhagic_cystitis_grade4",
    }
)
"""Columns that are 1 (yes), 0 (no) or -1 (unknown)."""

COLUMNS = tuple(field.name for field in dataclasses.fields(Patients))


def unknown_column(name: str, n: int) -> np.ndarray:
    """Return one column of which nothing is known: NaN, or -1 for flags and categories."""
    if name in FLAGS or name in CATEGORIES:
        return np.full(n, UNKNOWN, dtype=np.int8)
    return np.full(n, np.nan)


def unknown_patients(n: int) -> Patients:
    """Return n patients of whom nothing is known; fill columns with ``dataclasses.replace``.

    Parameters
    ----------
    n : int, patients

    Returns
    -------
    Patients
        Float columns NaN, flags and categories -1.
    """
    return Patients(**{name: unknown_column(name, n) for name in COLUMNS})
