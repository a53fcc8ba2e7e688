"""One patient of each indication who meets every criterion, to be changed one column at a time."""

import dataclasses

import numpy as np

from livingdrug.patients import Histology, Indication, Patients, Sex, unknown_patients
from livingdrug.patients.record import CATEGORIES, FLAGS

_COMMON = {
    "sex": Sex.FEMALE,
    "refractory": 1,
    "n_relapses": 2,
    "prior_lines": 3,
    "prior_allogeneic_transplant": 0,
    "prior_autologous_transplant": 0,
    "prior_anti_cd19": 0,
    "performance_ecog": 1,
    "performance_karnofsky": 90,
    "extramedullary_disease": 0,
    "cns_disease": 0,
    "cd19_positive": 1,
    "white_cells_e9_per_l": 5,
    "anc_e9_per_l": 3,
    "alc_e9_per_l": 0.9,
    "cd3_cells_per_ul": 600,
    "platelets_e9_per_l": 180,
    "haemoglobin_g_per_dl": 10.5,
    "creatinine_clearance_ml_per_min": 96,
    "alt_x_uln": 0.8,
    "bilirubin_mg_per_dl": 0.6,
    "lvef_percent": 60,
    "spo2_percent": 98,
    "dyspnoea_grade": 0,
    "hiv": 0,
    "hepatitis_b_active": 0,
    "hepatitis_c_active": 0,
    "pregnancy_test": 0,
    "could_be_pregnant": 1,
    "active_infection": 0,
    "active_gvhd": 0,
    "uncontrolled_inflammation": 0,
    "autoimmune_on_immunosuppression": 0,
    "cyclophosphamide_resistant": 0,
    "haemorrhagic_cystitis_grade4": 0,
}
_OWN = {
    Indication.ALL: {
        "histology": Histology.B_CELL_PRECURSOR_ALL,
        "age_years": 11,
        "weight_kg": 39,
        "height_cm": 145,
        "marrow_blasts_percent": 74,
    },
    Indication.LBCL: {"histology": Histology.DLBCL_NOS, "age_years": 56, "weight_kg": 80, "height_cm": 180},
    Indication.FL: {
        "histology": Histology.FOLLICULAR_1_3A,
        "age_years": 57,
        "weight_kg": 75,
        "height_cm": 172,
    },
}


def _column(name: str, values: list) -> np.ndarray:
    return np.array(values, dtype=np.int8 if name in FLAGS or name in CATEGORIES else float)


def typical(indication: Indication, n: int = 1, **changes) -> Patients:
    """Return n such patients; a change is one value for all or a list with one value for each."""
    columns = {"indication": indication, **_COMMON, **_OWN[indication], **changes}
    lists = {
        name: list(value) if isinstance(value, list | tuple | np.ndarray) else [value] * n
        for name, value in columns.items()
    }
    return dataclasses.replace(
        unknown_patients(n), **{name: _column(name, values) for name, values in lists.items()}
    )
