"""Why the body of a patient could not be carried on."""

from enum import IntEnum


class Failure(IntEnum):
    """What stopped the integration of one patient; the numbers are those of the kernel."""

    NONE = 0
    TOO_MANY_STEPS = 1
    NOT_FINITE = 2
    STEP_TOO_SMALL = 3
