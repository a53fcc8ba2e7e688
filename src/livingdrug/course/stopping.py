"""Why a patient's course ended before, or at, a stage."""

from enum import IntEnum


class StopReason(IntEnum):
    """Why a patient went no further; carried unchanged through every later stage."""

    NOT_STOPPED = 0
    NOT_ELIGIBLE = 1
    ELIGIBILITY_NOT_ASSESSABLE = 2
    COLLECTION_FAILED = 3
    MANUFACTURING_FAILED = 4
    DIED_BEFORE_INFUSION = 5
    ADVERSE_EVENT_BEFORE_INFUSION = 6
    PROGRESSED_BEFORE_INFUSION = 7
    WITHDREW = 8
    OUT_OF_SPECIFICATION = 9
    IDENTITY_MISMATCH = 10
    NO_TOCILIZUMAB = 11
    DOSE_NOT_ASSESSABLE = 12

    @property
    def text(self) -> str:
        """The reason as a sentence for a report."""
        return _TEXTS[self]


_TEXTS = {
    StopReason.NOT_STOPPED: "Went on to the next stage.",
    StopReason.NOT_ELIGIBLE: "A criterion for treatment is not met.",
    StopReason.ELIGIBILITY_NOT_ASSESSABLE: "A test that the criteria ask for is missing.",
    StopReason.COLLECTION_FAILED: "Too few cells could be collected.",
    StopReason.MANUFACTURING_FAILED: "The product could not be made.",
    StopReason.DIED_BEFORE_INFUSION: "Died before the infusion.",
    StopReason.ADVERSE_EVENT_BEFORE_INFUSION: "An adverse event ruled the infusion out.",
    StopReason.PROGRESSED_BEFORE_INFUSION: "The disease progressed beyond treatment before the infusion.",
    StopReason.WITHDREW: "The patient or the physician withdrew.",
    StopReason.OUT_OF_SPECIFICATION: "The product was not released, or its dose is outside the window.",
    StopReason.IDENTITY_MISMATCH: "Identifiers of patient and bag do not match: must not be given.",
    StopReason.NO_TOCILIZUMAB: "Fewer tocilizumab doses are at hand than the edition asks for.",
    StopReason.DOSE_NOT_ASSESSABLE: "The dose cannot be checked: dose or weight at leukapheresis is unknown.",
}
