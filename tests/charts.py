"""What a chart may say: every graded input with values from the least to the most severe, and the scales."""

import numpy as np

from livingdrug.bedside.crs import grade_astct, grade_ctcae, grade_lee, grade_penn
from livingdrug.bedside.icans import grade_icans
from livingdrug.observations import OxygenDevice

AGE = 40.0
SCALES = {
    "astct": grade_astct,
    "lee": grade_lee,
    "penn": grade_penn,
    "ctcae": grade_ctcae,
    "icans": lambda observations, rules: grade_icans(
        observations, np.full(observations.day.shape[0], AGE), rules
    ),
}
DOSES = (
    "norepinephrine_ug_per_min",
    "dopamine_ug_per_kg_per_min",
    "epinephrine_ug_per_min",
    "phenylephrine_ug_per_min",
)
# Values of each graded input, the least severe first.
LADDERS = {
    "temperature_c": (36.8, 37.9, 38.0, 40.0),
    "fluid_bolus": (0, 1),
    "systolic_mmhg": (130.0, 90.0, 89.0, 60.0),
    "vasopressin_given": (0, 1),
    "oxygen_device": tuple(int(device) for device in OxygenDevice if device >= 0),
    "oxygen_flow_l_per_min": (0.0, 2.0, 6.0, 6.1, 40.0),
    "fio2_percent": (21.0, 30.0, 40.0, 90.0),
    "creatinine_mg_per_dl": (0.8, 2.0, 4.0, 9.0),
    "creatinine_x_baseline": (1.0, 1.6, 3.5),
    "bilirubin_mg_per_dl": (0.5, 2.0, 5.0, 20.0),
    "alt_x_uln": (0.5, 4.0, 6.0, 25.0),
    "dialysis": (0, 1),
    "hospitalised_for_crs": (0, 1),
    "intravenous_therapy": (0, 1),
    "plasma_or_fibrinogen_given": (0, 1),
    "ice_score": (10.0, 9.0, 6.0, 2.0, 0.0),
    "consciousness": (0, 1, 2, 3),
    "seizure": (0, 1, 2),
    "focal_weakness": (0, 1),
    "cerebral_oedema": (0, 1, 2),
}
DOSE_LADDERS = {
    "norepinephrine_ug_per_min": (0.0, 5.0, 12.0, 25.0),
    "dopamine_ug_per_kg_per_min": (0.0, 4.0, 15.0),
    "epinephrine_ug_per_min": (0.0, 3.0, 11.0),
    "phenylephrine_ug_per_min": (0.0, 40.0, 250.0),
}
OTHERS = {"fever_otherwise_explained": (0, 1), "antipyretic_given": (0, 1), "anticytokine_given": (0, 1)}
KNOWN = {**LADDERS, **DOSE_LADDERS}
