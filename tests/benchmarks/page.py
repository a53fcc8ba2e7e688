"""Writes the figures into docs/speed.md: ``python -m tests.benchmarks.page``; nothing is measured here."""

from pathlib import Path

from tests.benchmarks.dask_workers import DASK_FILE, read_on_dask
from tests.benchmarks.machine import Machine
from tests.benchmarks.picture import PICTURE, write_picture
from tests.benchmarks.results import Comparison, read_comparison
from tests.benchmarks.scaling import SCALING_FILE, read_scaling
from tests.benchmarks.start import START_FILE, read_start
from tests.benchmarks.tables import (
    Table,
    as_markdown,
    peers_against_aims,
    peers_at_one_accuracy,
    peers_at_one_tolerance,
)
from tests.benchmarks.tables_of_size import course_table, dask_table, kernel_table, start_table

PAGE = Path("docs/speed.md")
BEGIN, END = "<!-- speed: written by make benchmark -->", "<!-- speed: end -->"

_MRGSOLVE = (
    "mrgsolve needs R and was not run beside these. On 2026-11-22 it solved 882 to 1,078 patients per second "
    "of processor time at 1e-6 on a smaller model (18 states, 78 output times, no event), where numbalsoda "
    "solved 891, libRoadRunner 323, AMICI 210 and SciPy's LSODA 27."
)
_ALT = "Patients per second against the error reached, one line an engine"


def _section(table: Table) -> str:
    return f"## {table.title}\n\n{as_markdown(table)}"


def _where(machine: Machine) -> str:
    return (
        f"Taken on {machine.date}: {machine.processor}, {machine.n_processors} processors, "
        f"{machine.memory_gib:g} GiB, {machine.system}, Python {machine.python}, "
        f"kernel with {machine.instructions}; "
        f"other work kept {machine.load:g} processors busy when it began."
    )


def peers_text(found: Comparison) -> str:
    """Return the comparison as Markdown."""
    left_out = [f"{curve.engine} ({curve.missing})" for curve in found.curves if curve.missing]
    parts = [
        f"{_where(found.machine)} Median of {found.n_repeats} repeats.",
        _section(peers_against_aims(found)),
        _section(peers_at_one_tolerance(found)),
        _section(peers_at_one_accuracy(found)),
        "In brackets: how many times the kernel's rate is the engine's. –: outside the tolerances measured.",
        f"![{_ALT}]({PICTURE.relative_to('docs')})",
        _MRGSOLVE,
    ]
    if left_out:
        parts.append("Left out: " + "; ".join(left_out) + ".")
    return "\n\n".join(parts)


def size_text() -> str:
    """Return how time and memory grow, and starting and installing, of those that were measured."""
    parts = []
    if SCALING_FILE.exists():
        scaling = read_scaling()
        parts += [_section(kernel_table(scaling)), _section(course_table(scaling)), _where(scaling.machine)]
    if DASK_FILE.exists():
        on_dask = read_on_dask()
        parts += [_section(dask_table(on_dask)), _where(on_dask.machine)]
    if START_FILE.exists():
        start = read_start()
        parts += [_section(start_table(start)), _where(start.machine)]
    return "\n\n".join(parts)


def write_page(page: Path = PAGE) -> None:
    """Write what was measured last between the markers of the page."""
    text = page.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise ValueError(f"{page}: expected the markers {BEGIN} and {END}")
    content = f"{peers_text(read_comparison())}\n\n{size_text()}".strip()
    page.write_text(
        f"{text.split(BEGIN)[0]}{BEGIN}\n\n{content}\n\n{END}{text.split(END)[1]}", encoding="utf-8"
    )
    write_picture(read_comparison())


if __name__ == "__main__":
    write_page()
