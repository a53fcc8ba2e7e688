"""How long the rules take to grade a million patient-days: ``python -m tests.benchmarks.grading``.

Made-up charts, from well to severely ill: every graded input at its mildest or drawn from values on both
sides of its limits, some of them unknown.
The page takes the result up when ``tests.benchmarks.page`` runs.
"""

import dataclasses
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np
from tests.benchmarks.machine import Machine, this_machine
from tests.benchmarks.results import FOLDER
from tests.charts import DOSES, KNOWN, OTHERS, SCALES

from livingdrug.bedside.blood_counts import (
    grade_anaemia,
    grade_lymphopenia,
    grade_neutropenia,
    grade_thrombocytopenia,
)
from livingdrug.bedside.febrile_neutropenia import grade_febrile_neutropenia
from livingdrug.evidence import load_edition
from livingdrug.observations import FLOAT_FIELDS, UNKNOWN, Observations, observations_with

GRADING_FILE = FOLDER / "grading.json"
N_PATIENT_DAYS = 1_000_000
_CHUNK_PATIENTS, _DAYS = 200, 100
_REPEATS = 3
_SEED = 11
_UNKNOWN_SHARE = 0.02
_MOSTLY_WELL = 4
"""Power of a uniform draw that is the share of abnormal findings on a day."""

_NAMES = {
    "astct": "CRS, ASTCT 2019",
    "lee": "CRS, Lee 2014",
    "penn": "CRS, Penn",
    "ctcae": "CRS, CTCAE v5",
    "icans": "ICANS",
}
RULES: dict[str, Callable] = {
    **{name: SCALES[scale] for scale, name in _NAMES.items()},
    "neutropenia, CTCAE v5": grade_neutropenia,
    "thrombocytopenia, CTCAE v5": grade_thrombocytopenia,
    "lymphopenia, CTCAE v5": grade_lymphopenia,
    "anaemia, CTCAE v5": grade_anaemia,
    "febrile neutropenia, CTCAE v5": grade_febrile_neutropenia,
}
_COUNTS = {
    "anc_e9_per_l": (4.0, 1.8, 1.2, 0.9, 0.4, 0.0),
    "platelets_e9_per_l": (250.0, 100.0, 60.0, 30.0, 5.0),
    "alc_e9_per_l": (2.0, 0.9, 0.6, 0.3, 0.1),
    "haemoglobin_g_per_dl": (14.0, 11.0, 9.0, 7.0),
    "red_cells_transfused": (0, 1),
    "n_vasopressors": tuple(float(n) for n in range(len(DOSES))),
}


@dataclass(frozen=True)
class Grading:
    """Seconds of one processor that each rule took for all patient-days, one a repeat."""

    machine: Machine
    n_patient_days: int
    seconds: dict[str, list[float]]

    @property
    def total_seconds(self) -> float:
        """All rules together, median of the repeats."""
        return median(sum(each) for each in zip(*self.seconds.values(), strict=True))


def _charts(chance: np.random.Generator) -> Observations:
    """Return made-up observations (patients, days), one a day."""
    shape = (_CHUNK_PATIENTS, _DAYS)
    abnormal = chance.random(shape) ** _MOSTLY_WELL
    columns = {}
    for name, ladder in {**KNOWN, **OTHERS, **_COUNTS}.items():
        drawn = chance.choice(np.array(ladder, dtype=float), size=shape)
        known = np.where(chance.random(shape) < abnormal, drawn, ladder[0])
        value = np.where(chance.random(shape) < _UNKNOWN_SHARE, UNKNOWN[name], known)
        columns[name] = value if name in FLOAT_FIELDS else value.astype(np.int8)
    columns["day"] = np.broadcast_to(np.arange(_DAYS, dtype=float), shape)
    return observations_with(shape, columns)


def measure_grading(n_patient_days: int = N_PATIENT_DAYS) -> Grading:
    """Time every rule over so many patient-days, in chunks as a large run is cut into."""
    rules, chance = load_edition(), np.random.default_rng(_SEED)
    charts = [_charts(chance) for _ in range(-(-n_patient_days // (_CHUNK_PATIENTS * _DAYS)))]
    machine = this_machine()
    seconds: dict[str, list[float]] = {}
    for name, grade in RULES.items():
        grade(charts[0], rules)
        seconds[name] = []
        for _ in range(_REPEATS):
            started = time.process_time()
            for chart in charts:
                grade(chart, rules)
            seconds[name].append(time.process_time() - started)
    return Grading(machine, len(charts) * _CHUNK_PATIENTS * _DAYS, seconds)


def read_grading() -> Grading:
    """Read the last measurement back."""
    found = json.loads(GRADING_FILE.read_text())
    return Grading(**(found | {"machine": Machine(**found["machine"])}))


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    result = measure_grading()
    GRADING_FILE.write_text(json.dumps(dataclasses.asdict(result), indent=1) + "\n")
    print(f"{result.n_patient_days:,} patient-days on {len(RULES)} scales: {result.total_seconds:.2f} s")
    for rule, taken in result.seconds.items():
        print(f"  {rule:32} {median(taken):6.3f} s  {result.n_patient_days / median(taken):,.0f} /s")
