"""Neurological terms of CTCAE version 5 beside ICANS: seizure, and symptoms graded by what they limit.

They do not change an ICANS grade. What the ward observations cannot tell, such as which activities of
daily living a symptom limits, is asked for in small records of its own.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import Graded, choose
from livingdrug.bedside.bounds import Bounds, Grade, bounds, steps_of_code, worst
from livingdrug.bedside.grounds import Ground
from livingdrug.evidence import Edition
from livingdrug.observations import Consciousness, Observations, Seizure


class Term(IntEnum):
    """A symptom that CTCAE grades by what it limits."""

    ENCEPHALOPATHY = 0
    CONFUSION = 1
    DELIRIUM = 2
    TREMOR = 3
    HEADACHE = 4

    @property
    def key(self) -> str:
        """Return the term as the evidence spells it."""
        return self.name.lower()


class Limitation(IntEnum):
    """What a symptom limits, as judged at the bedside."""

    UNKNOWN = -1
    NO_SYMPTOM = 0
    NOTHING = 1
    INSTRUMENTAL_ACTIVITIES = 2
    SELF_CARE = 3
    LIFE_THREATENING = 4


class NeurologyCriterion(IntEnum):
    """What decided a grade of a neurological term, or what is missing for one."""

    NONE = 0
    LIMITATION = 1
    PROLONGED_SEIZURE = 2
    NEW_OR_REPEATED_SEIZURE = 3
    GENERALISED_SEIZURE = 4
    PARTIAL_SEIZURE = 5
    LIMITATION_UNKNOWN = 20
    PRESENT_BUT_NOT_JUDGED = 21
    SEIZURE_UNKNOWN = 22
    KIND_OF_SEIZURE_UNKNOWN = 23


GROUNDS: dict[NeurologyCriterion, Ground] = {
    NeurologyCriterion.NONE: Ground("no symptom"),
    NeurologyCriterion.LIMITATION: Ground("what the symptom limits, as judged at the bedside"),
    NeurologyCriterion.PROLONGED_SEIZURE: Ground(
        "a seizure that lasted or recurred without return to baseline", ("seizure",)
    ),
    NeurologyCriterion.NEW_OR_REPEATED_SEIZURE: Ground(
        "a first seizure, or several in spite of treatment", ("seizure",)
    ),
    NeurologyCriterion.GENERALISED_SEIZURE: Ground("a brief generalised seizure", ("seizure",)),
    NeurologyCriterion.PARTIAL_SEIZURE: Ground("a brief partial seizure", ("seizure",)),
    NeurologyCriterion.LIMITATION_UNKNOWN: Ground("not assessable: symptom or none not known"),
    NeurologyCriterion.PRESENT_BUT_NOT_JUDGED: Ground(
        "not assessable: ICE or consciousness shows the symptom, what it limits was not judged or said to be "
        "no symptom",
        ("ice_score", "consciousness"),
        ("scales.icans.ice.normal",),
    ),
    NeurologyCriterion.SEIZURE_UNKNOWN: Ground("not assessable: seizure or none not known", ("seizure",)),
    NeurologyCriterion.KIND_OF_SEIZURE_UNKNOWN: Ground(
        "not assessable: whether the seizure was the first, generalised or repeated is not known",
        ("seizure",),
    ),
}


@dataclass(frozen=True)
class SeizureKind:
    """What is known of a seizure, int8 arrays of one shape: 1 yes, 0 no, -1 unknown.

    ``first``: the patient has had no seizure before. ``several_despite_treatment``. ``generalised``:
    generalised, or with loss of consciousness.
    """

    first: np.ndarray
    several_despite_treatment: np.ndarray
    generalised: np.ndarray


def grade_seizure(observations: Observations, kind: SeizureKind, rules: Edition) -> Graded:
    """Grade seizure by CTCAE: brief partial 1, brief generalised 2, first or repeated 3, prolonged 4.

    Parameters
    ----------
    observations : Observations, (n,) or (n, t)
    kind : SeizureKind, of the same shape
    rules : Edition

    Returns
    -------
    Graded
        Grade 0 to 4, or -1; ``criterion`` is a ``NeurologyCriterion``.

    Source
    ------
    ctcae_v5. A seizure that resolved rapidly is read as brief.
    """
    had = observations.seizure == Seizure.RESOLVED.value
    unknown = NeurologyCriterion.KIND_OF_SEIZURE_UNKNOWN
    severe = NeurologyCriterion.NEW_OR_REPEATED_SEIZURE
    of_kind = worst(
        [
            _of_code(kind.first, Grade.THREE, severe, unknown),
            _of_code(kind.several_despite_treatment, Grade.THREE, severe, unknown),
            _of_code(kind.generalised, Grade.TWO, NeurologyCriterion.GENERALISED_SEIZURE, unknown),
        ]
    )
    kind_low, kind_high = np.maximum(of_kind.low, Grade.ONE.value), np.maximum(of_kind.high, Grade.ONE.value)
    prolonged = int(rules.number("scales.ctcae_neurology.seizure.highest_grade"))
    low, high = steps_of_code(observations.seizure, (Grade.NONE, Grade.ONE, prolonged))
    low, high = choose(had, kind_low, low), choose(had, kind_high, high)
    milder = of_kind.low == Grade.NONE.value
    of_had = choose(milder, NeurologyCriterion.PARTIAL_SEIZURE, of_kind.criterion)
    criterion = choose(had, of_had, NeurologyCriterion.PROLONGED_SEIZURE)
    missing = choose(had, unknown, NeurologyCriterion.SEIZURE_UNKNOWN)
    return _told(low, high, criterion, missing, "seizure", rules)


def grade_symptom(term: Term, limitation: np.ndarray, observations: Observations, rules: Edition) -> Graded:
    """Grade a symptom by CTCAE: mild 1, limiting instrumental activities 2, self care 3, life-threatening 4.

    Tremor and headache have no grade 4. An ICE score below 10, or a patient who does not wake by himself,
    shows encephalopathy, but not what it limits: without that judgement, or where it says that there is no
    symptom, there is no grade.

    Parameters
    ----------
    term : Term
    limitation : int8 array (n,) or (n, t)
        Members of ``Limitation``.
    observations : Observations, of the same shape
    rules : Edition

    Returns
    -------
    Graded
        Grade 0 to 4, or -1; ``criterion`` is a ``NeurologyCriterion``.

    Source
    ------
    ctcae_v5
    """
    highest = int(rules.number(f"scales.ctcae_neurology.{term.key}.highest_grade"))
    steps = (Grade.NONE, Grade.ONE, Grade.TWO, Grade.THREE, highest)
    low, high = steps_of_code(limitation, steps)
    missing = np.full_like(limitation, NeurologyCriterion.LIMITATION_UNKNOWN)
    if term is Term.ENCEPHALOPATHY:
        shown = observations.ice_score < rules.number("scales.icans.ice.normal")
        unwoken = (observations.consciousness != Consciousness.AWAKE.value) & (
            observations.consciousness != Consciousness.UNKNOWN.value
        )
        missing = choose(shown | unwoken, NeurologyCriterion.PRESENT_BUT_NOT_JUDGED, missing)
        denied = (shown | unwoken) & (limitation == Limitation.NO_SYMPTOM.value)
        low, high = choose(denied, Grade.ONE, low), choose(denied, highest, high)
    criterion = np.full_like(limitation, NeurologyCriterion.LIMITATION)
    return _told(low, high, criterion, missing, term.key, rules)


def _of_code(flag: np.ndarray, grade: Grade, criterion: NeurologyCriterion, missing: int) -> Bounds:
    low, high = steps_of_code(flag, (Grade.NONE, grade))
    return bounds(low, high, criterion, missing)


def _told(
    low: np.ndarray, high: np.ndarray, criterion: np.ndarray, missing: np.ndarray, term: str, rules: Edition
) -> Graded:
    """Return the grade where its bounds meet, and what decided it or is missing."""
    definite = low == high
    decided = choose(low == Grade.NONE.value, NeurologyCriterion.NONE, criterion)
    source = rules.sourced(f"scales.ctcae_neurology.{term}.highest_grade").source
    return Graded(choose(definite, low, Grade.NOT_ASSESSABLE), choose(definite, decided, missing), source)
