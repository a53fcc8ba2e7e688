"""Why a patient died."""

from enum import IntEnum


class DeathCause(IntEnum):
    """Cause of death after infusion, as a trial would code it."""

    NONE = 0
    DISEASE = 1
    CRS = 2
    NEUROTOXICITY = 3
    INFECTION = 4
    HLH = 5
    TRANSPLANT = 6
    SECOND_MALIGNANCY = 7
    OTHER = 8
