"""HLH-like syndrome after CAR-T (IEC-HS): ferritin with other manifestations close in time.

The whole definition stands from memory of the consensus (its table was not reached) and its grades,
which rest on the intervention needed, are not given here.
"""

import numpy as np

from livingdrug.bedside.answers import Reason, Verdict, all_of, any_of, choose, tri
from livingdrug.bedside.blood_counts import grade_neutropenia, grade_thrombocytopenia
from livingdrug.bedside.bounds import per_patient
from livingdrug.evidence import Edition
from livingdrug.observations import Observations, observations_with
from livingdrug.patients import Patients
from livingdrug.units import HOURS_PER_DAY

_SCALE = "scales.iec_hs"


def values_before_treatment(patients: Patients) -> Observations:
    """Return the values at enrolment with which new manifestations are compared."""
    known = ("ferritin_ug_per_l", "anc_e9_per_l", "platelets_e9_per_l")
    return observations_with(len(patients), {name: getattr(patients, name) for name in known})


def meets_iec_hs(observations: Observations, baseline: Observations, rules: Edition) -> Verdict:
    """Say whether an HLH-like syndrome is present: high ferritin and at least two common manifestations.

    Required: ferritin above twice the upper limit or twice baseline. Common: aminotransferase above five
    times the limit, fibrinogen below 150 mg/dL, a neutrophil or platelet count of grade 4 that baseline
    did not have, haemophagocytosis (not among the observations). Manifestations count together when seen
    within 72 hours. Whether CRS, infection or progression explains them is for the reader to say.

    Parameters
    ----------
    observations : Observations
        (patients,) or (patients, times).
    baseline : Observations (patients,)
        Before lymphodepletion. Unknown ferritin there leaves the upper limit alone; unknown counts
        make the cytopenia not assessable.
    rules : Edition
        The evidence.

    Returns
    -------
    Verdict
        Of the shape of the observations.

    Source
    ------
    hines_2023, from memory; number of common manifestations, ferritin limit and grade of cytopenia assumed.
    """
    answers = {
        "FERRITIN_HIGH": _ferritin(observations, baseline, rules),
        "AMINOTRANSFERASE_HIGH": tri(
            observations.alt_x_uln > rules.number(f"{_SCALE}.alt.above"), ~np.isnan(observations.alt_x_uln)
        ),
        "FIBRINOGEN_LOW": tri(
            observations.fibrinogen_mg_per_dl < rules.number(f"{_SCALE}.fibrinogen.below"),
            ~np.isnan(observations.fibrinogen_mg_per_dl),
        ),
        "CYTOPENIA_NEW": _cytopenia(observations, baseline, rules),
        "HAEMOPHAGOCYTOSIS": np.full_like(observations.alt_x_uln, -1, dtype=np.int8),
    }
    together = {code: _lately(answer, observations.day, rules) for code, answer in answers.items()}
    common = [answer for code, answer in together.items() if code != "FERRITIN_HIGH"]
    enough = _enough(common, rules.number(f"{_SCALE}.common_needed"))
    source = rules.sourced(f"{_SCALE}.ferritin.multiple").source
    reasons = tuple(Reason(code, _TEXTS[code], source, answer) for code, answer in together.items())
    return Verdict(all_of([together["FERRITIN_HIGH"], enough]), reasons)


_TEXTS = {
    "FERRITIN_HIGH": "Ferritin above twice the upper limit of normal or twice baseline (required).",
    "AMINOTRANSFERASE_HIGH": "Aminotransferase above five times the upper limit.",
    "FIBRINOGEN_LOW": "Fibrinogen below 150 mg/dL.",
    "CYTOPENIA_NEW": "Neutrophils or platelets newly at the lowest grade.",
    "HAEMOPHAGOCYTOSIS": "Haemophagocytosis in marrow or tissue (not among the observations).",
}


def _ferritin(observations: Observations, baseline: Observations, rules: Edition) -> np.ndarray:
    multiple = rules.number(f"{_SCALE}.ferritin.multiple")
    ferritin = observations.ferritin_ug_per_l
    before = per_patient(baseline.ferritin_ug_per_l, ferritin)
    high = ferritin > multiple * rules.number(f"{_SCALE}.ferritin.upper_limit")
    return tri(high | (ferritin > multiple * before), ~np.isnan(ferritin))


def _cytopenia(observations: Observations, baseline: Observations, rules: Edition) -> np.ndarray:
    limit = rules.number(f"{_SCALE}.cytopenia.from_grade")
    answers = []
    for grader in (grade_neutropenia, grade_thrombocytopenia):
        now = grader(observations, rules).grade
        before = grader(baseline, rules).grade
        before = before.reshape(before.shape + (1,) * (now.ndim - before.ndim))
        without = tri(before < limit, before >= 0)
        answers.append(all_of([tri(now >= limit, now >= 0), np.broadcast_to(without, now.shape)]))
    return any_of(answers)


def _lately(answer: np.ndarray, day: np.ndarray, rules: Edition) -> np.ndarray:
    """Carry a manifestation that was met over the time within which manifestations count together."""
    if answer.ndim == 1:
        return answer
    within = rules.number(f"{_SCALE}.within_hours") / HOURS_PER_DAY
    last_met = np.maximum.accumulate(np.where(answer == 1, day, -np.inf), axis=1)
    return choose(day - last_met <= within, 1, answer)


def _enough(answers: list[np.ndarray], needed: float) -> np.ndarray:
    """Return 1 where enough answers are yes, 0 where even the unknown ones would not suffice, else -1."""
    met = np.zeros_like(answers[0])
    possible = met
    for answer in answers:
        met = met + (answer == 1)
        possible = possible + (answer != 0)
    return tri(met >= needed, (met >= needed) | (possible < needed))
