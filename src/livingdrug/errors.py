"""Every error a user of livingdrug can meet.

::

    LivingdrugError
      BadInput            a file, field or value that cannot be used (exit code 2)
        EvidenceFault     an evidence file with one or more faults, all listed
        UnknownName       an edition, design, key or column that does not exist
        NotStated         the edition chosen says nothing on this point
"""

import difflib
from collections.abc import Iterable


class LivingdrugError(Exception):
    """Base of every error that livingdrug raises on purpose."""


class BadInput(LivingdrugError):
    """Something given to livingdrug cannot be used; the message says what was expected."""


class EvidenceFault(BadInput):
    """One or more evidence files are faulty; every fault is listed with its path and value."""

    def __init__(self, faults: Iterable[str]):
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} fault(s) in the evidence:\n  " + "\n  ".join(self.faults))


class UnknownName(BadInput):
    """A name that does not exist; the message offers the nearest ones."""

    def __init__(self, kind: str, name: str, known: Iterable[str]):
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        near = near or [found for found in names if name and name in found][:3]
        hint = f"did you mean {', '.join(near)}?" if near else f"known: {', '.join(names[:12])}"
        super().__init__(f"unknown {kind} {name!r}: {hint}")


class NotStated(BadInput):
    """The edition chosen does not state this value; silence is never read as a number."""
