"""Which state of its sources a kernel was built from."""

import functools
import hashlib
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_WRITERS = ("symbols", "elimination", "cpp", "generate")
_SOURCES = ("body/*.py", *(f"engine/{name}.py" for name in _WRITERS), "engine/kernel/*")


@functools.cache
def sources_hash() -> str:
    """Return a hash over the body's equations, what writes them as C++, and the kernel around them."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _SOURCES for path in _PACKAGE.glob(pattern)):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
