"""Reactions to the cells, their cryoprotectant or a drug, graded by three terms of CTCAE version 5.

Which term fits is for the reader to say: CTCAE asks to report one of them for one event.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from livingdrug.bedside.answers import Graded, any_of
from livingdrug.bedside.grounds import Ground
from livingdrug.bedside.severity import Condition, Sign, grade_by_signs
from livingdrug.evidence import Edition

_SCALE = "scales.hypersensitivity"


@dataclass(frozen=True)
class Reaction:
    """What was seen of a reaction, columns (n,), flags 1 yes, 0 no, -1 unknown.

    Attributes
    ----------
    present : int8
        There was a reaction of the graded kind.
    interruption_indicated : int8
        Of the infusion or the therapy.
    symptoms_treated : int8
        Treatment of symptoms was indicated: antihistamine, fluids and the like.
    oral_treatment_indicated, intravenous_treatment_indicated : int8
    prolonged, recurred : int8
        Not rapidly better with treatment or a brief interruption; back after improvement.
    bronchospasm, hospital_care_indicated : int8
    life_threatening, died : int8
    """

    present: np.ndarray
    interruption_indicated: np.ndarray
    symptoms_treated: np.ndarray
    oral_treatment_indicated: np.ndarray
    intravenous_treatment_indicated: np.ndarray
    prolonged: np.ndarray
    recurred: np.ndarray
    bronchospasm: np.ndarray
    hospital_care_indicated: np.ndarray
    life_threatening: np.ndarray
    died: np.ndarray


class ReactionCriterion(IntEnum):
    """What decided the grade of a reaction."""

    NONE = 0
    MILD = 1
    INTERRUPTED_OR_TREATED = 2
    PROLONGED = 3
    ORAL_TREATMENT = 4
    SEVERE = 5
    ANAPHYLAXIS = 6
    LIFE_THREATENING = 7
    DEATH = 8
    REACTION_UNKNOWN = 20
    SEVERITY_UNKNOWN = 21


_TERMS = ("infusion_reaction", "allergic_reaction", "anaphylaxis")
GROUNDS = {
    ReactionCriterion.NONE: Ground("no reaction", ("present",)),
    ReactionCriterion.MILD: Ground(
        "a mild reaction without intervention",
        ("present",),
        (f"{_SCALE}.infusion_reaction.mild", f"{_SCALE}.allergic_reaction.mild"),
    ),
    ReactionCriterion.INTERRUPTED_OR_TREATED: Ground(
        "interrupted, or symptoms treated with prompt response",
        ("interruption_indicated", "symptoms_treated"),
        (f"{_SCALE}.infusion_reaction.interrupted",),
    ),
    ReactionCriterion.PROLONGED: Ground(
        "prolonged, recurring or in need of hospital care",
        ("prolonged", "recurred", "hospital_care_indicated"),
        (f"{_SCALE}.infusion_reaction.prolonged",),
    ),
    ReactionCriterion.ORAL_TREATMENT: Ground(
        "oral treatment indicated",
        ("oral_treatment_indicated",),
        (f"{_SCALE}.allergic_reaction.oral",),
    ),
    ReactionCriterion.SEVERE: Ground(
        "bronchospasm, hospital care or intravenous treatment",
        ("bronchospasm", "hospital_care_indicated", "intravenous_treatment_indicated"),
        (f"{_SCALE}.allergic_reaction.severe",),
    ),
    ReactionCriterion.ANAPHYLAXIS: Ground("anaphylaxis", ("present",), (f"{_SCALE}.anaphylaxis.present",)),
    ReactionCriterion.LIFE_THREATENING: Ground(
        "life-threatening",
        ("life_threatening",),
        tuple(f"{_SCALE}.{term}.life_threatening" for term in _TERMS),
    ),
    ReactionCriterion.DEATH: Ground(
        "death of it", ("died",), tuple(f"{_SCALE}.{term}.death" for term in _TERMS)
    ),
    ReactionCriterion.REACTION_UNKNOWN: Ground("not assessable: a reaction or none", ("present",)),
    ReactionCriterion.SEVERITY_UNKNOWN: Ground("not assessable: a sign that could make it worse"),
}
"""What each criterion means and rests on; its inputs are fields of ``Reaction``."""


def grade_infusion_reaction(reaction: Reaction, rules: Edition) -> Graded:
    """Grade an infusion related reaction: mild 1, interrupted or treated 2, prolonged or recurring 3.

    Parameters
    ----------
    reaction : Reaction, (n,) columns
    rules : Edition

    Returns
    -------
    Graded
        Grade 0 to 5; ``criterion`` is a ``ReactionCriterion``.

    Source
    ------
    ctcae_v5, Infusion related reaction.
    """
    interrupted = any_of([reaction.interruption_indicated, reaction.symptoms_treated])
    prolonged = any_of([reaction.prolonged, reaction.recurred, reaction.hospital_care_indicated])
    signs = (
        ("interrupted", interrupted, ReactionCriterion.INTERRUPTED_OR_TREATED),
        ("prolonged", prolonged, ReactionCriterion.PROLONGED),
    )
    return _graded("infusion_reaction", "mild", ReactionCriterion.MILD, signs, reaction, rules)


def grade_allergic_reaction(reaction: Reaction, rules: Edition) -> Graded:
    """Grade an allergic reaction: no systemic treatment 1, oral 2, bronchospasm, hospital or intravenous 3.

    Parameters and result as in ``grade_infusion_reaction``.

    Source
    ------
    ctcae_v5, Allergic reaction.
    """
    severe = any_of(
        [reaction.bronchospasm, reaction.hospital_care_indicated, reaction.intravenous_treatment_indicated]
    )
    signs = (
        ("oral", reaction.oral_treatment_indicated, ReactionCriterion.ORAL_TREATMENT),
        ("severe", severe, ReactionCriterion.SEVERE),
    )
    return _graded("allergic_reaction", "mild", ReactionCriterion.MILD, signs, reaction, rules)


def grade_anaphylaxis(reaction: Reaction, rules: Edition) -> Graded:
    """Grade anaphylaxis: at least 3; 4 where life is threatened. It has no grade 1 or 2.

    Parameters and result as in ``grade_infusion_reaction``.

    Source
    ------
    ctcae_v5, Anaphylaxis.
    """
    return _graded("anaphylaxis", "present", ReactionCriterion.ANAPHYLAXIS, (), reaction, rules)


def _graded(
    term: str,
    least: str,
    criterion: ReactionCriterion,
    signs: tuple[tuple[str, np.ndarray, ReactionCriterion], ...],
    reaction: Reaction,
    rules: Edition,
) -> Graded:
    def grade(name: str) -> float:
        return rules.number(f"{_SCALE}.{term}.{name}")

    everywhere = (
        ("life_threatening", reaction.life_threatening, ReactionCriterion.LIFE_THREATENING),
        ("death", reaction.died, ReactionCriterion.DEATH),
    )
    condition = Condition(
        present=reaction.present,
        least=grade(least),
        criterion=criterion,
        absent=ReactionCriterion.NONE,
        missing=ReactionCriterion.REACTION_UNKNOWN,
    )
    graded_signs = [
        Sign(flag, grade(name), what, ReactionCriterion.SEVERITY_UNKNOWN)
        for name, flag, what in (*signs, *everywhere)
    ]
    return grade_by_signs(condition, graded_signs, rules.sourced(f"{_SCALE}.{term}.{least}").source)
