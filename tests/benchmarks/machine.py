"""What machine and which versions figures were taken on."""

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from livingdrug.engine.integrate import instruction_set

_GIB = 2**30


@dataclass(frozen=True)
class Machine:
    """Where and when; ``load`` is how many processes wanted a processor just before.

    ``instructions`` is the instruction set that the kernel uses there.
    """

    processor: str
    n_processors: int
    memory_gib: float
    system: str
    python: str
    date: str
    load: float
    instructions: str


def this_machine() -> Machine:
    """Describe the machine that this runs on, today."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB
    return Machine(
        processor=_processor(),
        n_processors=os.cpu_count() or 1,
        memory_gib=round(memory, 1),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        date=datetime.now(UTC).date().isoformat(),
        load=round(os.getloadavg()[0], 1),
        instructions=instruction_set(),
    )


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    names = (
        [line.split(":")[1].strip() for line in listed.read_text().splitlines() if "model name" in line]
        if listed.exists()
        else []
    )
    return names[0] if names else platform.processor()


def version_of(package: str) -> str:
    """Return the version of an installed package; nothing where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
