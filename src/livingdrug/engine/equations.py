"""Which state of the equations a kernel was built from."""

import functools
import hashlib
import sys
from pathlib import Path

from livingdrug.body import system


@functools.cache
def equations_hash() -> str:
    """Return a hash over the source files that hold the body's equations."""
    modules = {value.__module__ for value in vars(system).values() if hasattr(value, "__module__")}
    digest = hashlib.sha256()
    for name in sorted(module for module in modules if module.startswith("livingdrug.body.")):
        digest.update(name.encode() + b"\0" + Path(str(sys.modules[name].__file__)).read_bytes())
    return digest.hexdigest()[:16]
