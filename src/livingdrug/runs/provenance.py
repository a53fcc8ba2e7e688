"""What a result was computed from: code, evidence, design, seed and size."""

import functools
import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

from livingdrug.engine.integrate import kernel_in_use
from livingdrug.evidence import Edition

_PACKAGE = Path(__file__).parents[1]
_HASHED = (".py", ".toml", ".csv", ".cpp", ".hpp")


@functools.cache
def code_hash() -> str:
    """Return a hash over all code and evidence of the package, so that an edit is noticed."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        if path.suffix in _HASHED:
            digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def state_provenance(rules: Edition, seed: int, design_name: str, design_hash: str) -> dict[str, Any]:
    """Return the statement that goes with every chunk and every table of a run."""
    return {
        "edition": rules.name,
        "edition_hash": rules.hash,
        "code_version": version("livingdrug"),
        "code_hash": code_hash(),
        "kernel": kernel_in_use(),
        "design": design_name,
        "design_hash": design_hash,
        "seed": seed,
    }
