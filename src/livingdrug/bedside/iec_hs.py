"""HLH-like syndrome after CAR-T (IEC-HS): ferritin with other manifestations close in time, and its grade.

The whole definition and its grades stand from memory of the consensus, whose tables were not reached; every
limit says so. Whether CRS, infection or progression explains the picture is for the reader to say.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import (
    Graded,
    Reason,
    Verdict,
    all_of,
    any_of,
    choose,
    enough_of,
    negated,
    tri,
)
from livingdrug.bedside.blood_counts import grade_neutropenia, grade_thrombocytopenia
from livingdrug.bedside.bounds import per_patient
from livingdrug.bedside.grounds import Ground
from livingdrug.bedside.limits import above, below, reason
from livingdrug.bedside.severity import Condition, Sign, grade_by_signs
from livingdrug.evidence import Edition
from livingdrug.observations import Observations, observations_with, require_rising_days
from livingdrug.patients import Patients
from livingdrug.units import HOURS_PER_DAY

_SCALE = "scales.iec_hs"


@dataclass(frozen=True)
class IecHsFindings:
    """What a chart says beyond the observations, arrays of their shape. Flags are 1, 0, -1 unknown.

    Attributes
    ----------
    haemophagocytosis : int8
        In marrow or other tissue; -1 where none was examined.
    ferritin_rising_rapidly : int8
        As the reader judges it; the definition gives no number.
    otherwise_explained : int8
        CRS, infection or progression explains the picture.
    ast_x_uln : float
        NaN where unknown: a normal ALT then leaves open whether an aminotransferase is high.
    ferritin_upper_limit_ug_per_l, fibrinogen_lower_limit_mg_per_dl : float
        The laboratory's own; NaN where it gives none.
    """

    haemophagocytosis: np.ndarray
    ferritin_rising_rapidly: np.ndarray
    otherwise_explained: np.ndarray
    ast_x_uln: np.ndarray
    ferritin_upper_limit_ug_per_l: np.ndarray
    fibrinogen_lower_limit_mg_per_dl: np.ndarray


@dataclass(frozen=True)
class SupportingFindings:
    """Manifestations that often come with the syndrome, columns (n,). Flags are 1, 0, -1 unknown.

    Attributes
    ----------
    ldh_x_uln, triglycerides_mg_per_dl : float
        Triglycerides fasting.
    clotting_time_prolonged, direct_bilirubin_raised, spleen_newly_large : int8
    fever, neurotoxicity, lung_signs, kidney_newly_insufficient : int8
    """

    ldh_x_uln: np.ndarray
    triglycerides_mg_per_dl: np.ndarray
    clotting_time_prolonged: np.ndarray
    direct_bilirubin_raised: np.ndarray
    spleen_newly_large: np.ndarray
    fever: np.ndarray
    neurotoxicity: np.ndarray
    lung_signs: np.ndarray
    kidney_newly_insufficient: np.ndarray


@dataclass(frozen=True)
class IecHsCourse:
    """How severe the syndrome is, columns (n,), flags 1, 0, -1 unknown.

    Attributes
    ----------
    intervention_needed : int8
        Immunosuppression for it, or a product for low fibrinogen without bleeding.
    bleeding : int8
        Coagulopathy with bleeding that needs products.
    hospitalised_for_organs : int8
        For new kidney injury, low blood pressure or respiratory distress.
    life_threatening : int8
    died : int8
        Of the syndrome.
    """

    intervention_needed: np.ndarray
    bleeding: np.ndarray
    hospitalised_for_organs: np.ndarray
    life_threatening: np.ndarray
    died: np.ndarray


class IecHsCriterion(IntEnum):
    """What decided the grade."""

    NONE = 0
    NO_INTERVENTION = 1
    INTERVENTION = 2
    BLEEDING = 3
    ORGANS = 4
    LIFE_THREATENING = 5
    DEATH = 6
    SYNDROME_UNKNOWN = 20
    INTERVENTION_UNKNOWN = 21
    BLEEDING_UNKNOWN = 22
    ORGANS_UNKNOWN = 23
    LIFE_THREAT_UNKNOWN = 24
    DEATH_UNKNOWN = 25


GROUNDS = {
    IecHsCriterion.NONE: Ground("no HLH-like syndrome"),
    IecHsCriterion.NO_INTERVENTION: Ground(
        "the syndrome without need of an intervention", (), (f"{_SCALE}.grades.no_intervention",)
    ),
    IecHsCriterion.INTERVENTION: Ground(
        "an intervention is needed", ("intervention_needed",), (f"{_SCALE}.grades.intervention",)
    ),
    IecHsCriterion.BLEEDING: Ground(
        "coagulopathy with bleeding", ("bleeding",), (f"{_SCALE}.grades.severe",)
    ),
    IecHsCriterion.ORGANS: Ground(
        "in hospital for kidney, blood pressure or breathing",
        ("hospitalised_for_organs",),
        (f"{_SCALE}.grades.severe",),
    ),
    IecHsCriterion.LIFE_THREATENING: Ground(
        "life-threatening", ("life_threatening",), (f"{_SCALE}.grades.life_threatening",)
    ),
    IecHsCriterion.DEATH: Ground("death of it", ("died",), (f"{_SCALE}.grades.death",)),
    IecHsCriterion.SYNDROME_UNKNOWN: Ground("not assessable: the syndrome itself"),
    IecHsCriterion.INTERVENTION_UNKNOWN: Ground(
        "not assessable: need of an intervention", ("intervention_needed",)
    ),
    IecHsCriterion.BLEEDING_UNKNOWN: Ground("not assessable: bleeding or none", ("bleeding",)),
    IecHsCriterion.ORGANS_UNKNOWN: Ground(
        "not assessable: hospital care for organs or none", ("hospitalised_for_organs",)
    ),
    IecHsCriterion.LIFE_THREAT_UNKNOWN: Ground("not assessable: threat to life", ("life_threatening",)),
    IecHsCriterion.DEATH_UNKNOWN: Ground("not assessable: alive or not", ("died",)),
}
"""What each criterion of the grade means and rests on; its inputs are fields of ``IecHsCourse``."""


def values_before_treatment(patients: Patients) -> Observations:
    """Return the values at enrolment with which new manifestations are compared."""
    known = ("ferritin_ug_per_l", "anc_e9_per_l", "platelets_e9_per_l")
    return observations_with(len(patients), {name: getattr(patients, name) for name in known})


def meets_iec_hs(
    observations: Observations,
    baseline: Observations,
    rules: Edition,
    findings: IecHsFindings | None = None,
) -> Verdict:
    """Say whether an HLH-like syndrome is present: high ferritin and at least two common manifestations.

    Required: ferritin above twice the upper limit or twice baseline, or rising rapidly. Common:
    aminotransferase above five times the limit, fibrinogen below 150 mg/dL or the laboratory's limit, a
    neutrophil or platelet count of grade 4 that baseline did not have, haemophagocytosis. Manifestations
    count together when seen within 72 hours.

    Parameters
    ----------
    observations : Observations
        (patients,) or (patients, times) on rising days.
    baseline : Observations (patients,)
        Before lymphodepletion. Without ferritin or counts there, what needs them is not assessable.
    rules : Edition
        The evidence.
    findings : IecHsFindings, optional
        Without them the answer says nothing of other explanations, haemophagocytosis is not assessable and
        ALT stands for both aminotransferases, as in the simulation, which makes no other.

    Returns
    -------
    Verdict
        Of the shape of the observations.

    Source
    ------
    hines_2023, from memory; number of common manifestations, ferritin limit and grade of cytopenia assumed.
    """
    unknown = np.full(observations.alt_x_uln.shape, -1, dtype=np.int8)
    answers = {
        "FERRITIN_HIGH": _ferritin(observations, baseline, rules, findings),
        "AMINOTRANSFERASE_HIGH": _aminotransferase(observations, rules, findings),
        "FIBRINOGEN_LOW": _fibrinogen(observations, rules, findings),
        "CYTOPENIA_NEW": _cytopenia(observations, baseline, rules),
        "HAEMOPHAGOCYTOSIS": unknown if findings is None else findings.haemophagocytosis,
    }
    together = {code: _lately(answer, observations.day, rules) for code, answer in answers.items()}
    common = [answer for code, answer in together.items() if code != "FERRITIN_HIGH"]
    enough = enough_of(common, rules.number(f"{_SCALE}.common_needed"))
    reasons = [reason(rules, _LIMITS[code], code, _TEXTS[code], answer) for code, answer in together.items()]
    needed = [together["FERRITIN_HIGH"], enough]
    if findings is not None:
        own = negated(findings.otherwise_explained)
        needed.append(own)
        code = "NOT_OTHERWISE_EXPLAINED"
        reasons.append(reason(rules, _LIMITS[code], code, _TEXTS[code], own))
    return Verdict(all_of(needed), tuple(reasons))


_LIMITS = {
    "FERRITIN_HIGH": f"{_SCALE}.ferritin.multiple",
    "AMINOTRANSFERASE_HIGH": f"{_SCALE}.alt.above",
    "FIBRINOGEN_LOW": f"{_SCALE}.fibrinogen.below",
    "CYTOPENIA_NEW": f"{_SCALE}.within_hours",
    "HAEMOPHAGOCYTOSIS": f"{_SCALE}.within_hours",
    "NOT_OTHERWISE_EXPLAINED": f"{_SCALE}.within_hours",
}
"""The consensus' limit on which each manifestation rests; its time window where it gives no other number."""
_TEXTS = {
    "FERRITIN_HIGH": "Ferritin above twice the upper limit or twice baseline, or rising (required).",
    "AMINOTRANSFERASE_HIGH": "Aminotransferase above five times the upper limit.",
    "FIBRINOGEN_LOW": "Fibrinogen below 150 mg/dL or below the laboratory's limit.",
    "CYTOPENIA_NEW": "Neutrophils or platelets newly at the lowest grade (from which grade is assumed).",
    "HAEMOPHAGOCYTOSIS": "Haemophagocytosis in marrow or tissue.",
    "NOT_OTHERWISE_EXPLAINED": "CRS, infection or progression does not explain it.",
}


def _ferritin(
    observations: Observations, baseline: Observations, rules: Edition, findings: IecHsFindings | None
) -> np.ndarray:
    multiple = rules.number(f"{_SCALE}.ferritin.multiple")
    usual = rules.number(f"{_SCALE}.ferritin.upper_limit")
    ferritin = observations.ferritin_ug_per_l
    before = per_patient(baseline.ferritin_ug_per_l, ferritin)
    own = np.nan if findings is None else findings.ferritin_upper_limit_ug_per_l
    upper = np.where(np.isnan(own), usual, own)
    high = any_of([above(ferritin, multiple * upper), above(ferritin, multiple * before)])
    return high if findings is None else any_of([high, findings.ferritin_rising_rapidly])


def _aminotransferase(
    observations: Observations, rules: Edition, findings: IecHsFindings | None
) -> np.ndarray:
    limit = rules.number(f"{_SCALE}.alt.above")
    high = above(observations.alt_x_uln, limit)
    return high if findings is None else any_of([high, above(findings.ast_x_uln, limit)])


def _fibrinogen(observations: Observations, rules: Edition, findings: IecHsFindings | None) -> np.ndarray:
    limit = rules.number(f"{_SCALE}.fibrinogen.below")
    own = np.nan if findings is None else findings.fibrinogen_lower_limit_mg_per_dl
    return below(observations.fibrinogen_mg_per_dl, np.fmax(limit, own))


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
    require_rising_days(day)
    within = rules.number(f"{_SCALE}.within_hours") / HOURS_PER_DAY
    last_met = np.maximum.accumulate(np.where(answer == 1, day, -np.inf), axis=1)
    return choose(day - last_met <= within, 1, answer)


def supporting_findings(findings: SupportingFindings, rules: Edition) -> tuple[Reason, ...]:
    """Say which of the other manifestations are there; none of them is needed for the syndrome.

    Source
    ------
    hines_2023, from memory.
    """
    key = f"{_SCALE}.triglycerides_above"
    high_ldh = above(findings.ldh_x_uln, rules.number(f"{_SCALE}.ldh_above"))
    answers = (
        ("LDH", "Lactate dehydrogenase above the upper limit.", high_ldh),
        ("CLOTTING", "Prolonged clotting time.", findings.clotting_time_prolonged),
        ("DIRECT_BILIRUBIN", "Raised direct bilirubin.", findings.direct_bilirubin_raised),
        ("SPLEEN", "A newly large spleen.", findings.spleen_newly_large),
        ("FEVER", "Fever.", findings.fever),
        ("NEUROTOXICITY", "Neurotoxicity.", findings.neurotoxicity),
        ("LUNG", "Lung signs.", findings.lung_signs),
        ("KIDNEY", "New kidney insufficiency.", findings.kidney_newly_insufficient),
        (
            "TRIGLYCERIDES",
            "High fasting triglycerides.",
            above(findings.triglycerides_mg_per_dl, rules.number(key)),
        ),
    )
    return tuple(reason(rules, key, code, text, answer) for code, text, answer in answers)


def grade_iec_hs(syndrome: Verdict, course: IecHsCourse, rules: Edition) -> Graded:
    """Grade the syndrome: no intervention 1, an intervention 2, severe 3, life-threatening 4, death 5.

    Parameters
    ----------
    syndrome : Verdict (n,)
        From ``meets_iec_hs`` at one time.
    course : IecHsCourse, (n,) columns
    rules : Edition

    Returns
    -------
    Graded
        ``criterion`` is an ``IecHsCriterion``.

    Source
    ------
    hines_2023, from memory.
    """

    def grade(name: str) -> float:
        return rules.number(f"{_SCALE}.grades.{name}")

    criteria = IecHsCriterion
    signs = (
        Sign(
            course.intervention_needed,
            grade("intervention"),
            criteria.INTERVENTION,
            criteria.INTERVENTION_UNKNOWN,
        ),
        Sign(course.bleeding, grade("severe"), criteria.BLEEDING, criteria.BLEEDING_UNKNOWN),
        Sign(course.hospitalised_for_organs, grade("severe"), criteria.ORGANS, criteria.ORGANS_UNKNOWN),
        Sign(
            course.life_threatening,
            grade("life_threatening"),
            criteria.LIFE_THREATENING,
            criteria.LIFE_THREAT_UNKNOWN,
        ),
        Sign(course.died, grade("death"), criteria.DEATH, criteria.DEATH_UNKNOWN),
    )
    condition = Condition(
        present=syndrome.answer,
        least=grade("no_intervention"),
        criterion=criteria.NO_INTERVENTION,
        absent=criteria.NONE,
        missing=criteria.SYNDROME_UNKNOWN,
    )
    return grade_by_signs(condition, signs, rules.sourced(f"{_SCALE}.grades.severe").source)
