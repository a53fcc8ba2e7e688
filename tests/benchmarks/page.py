"""Writes the figures into docs/speed.md: ``python -m tests.benchmarks.page``; nothing is measured here.

Each section of the page stands between markers of its own. One without a measurement at hand keeps its text.
"""

import re
from pathlib import Path

from tests.benchmarks.aims import AIMED_MANAGED_RATE, runs_against_aims
from tests.benchmarks.dask_workers import DASK_FILE, read_on_dask
from tests.benchmarks.grading import GRADING_FILE, read_grading
from tests.benchmarks.machine import Machine
from tests.benchmarks.million import MILLION_FILE, Million, read_million
from tests.benchmarks.picture import PICTURE, write_picture
from tests.benchmarks.results import PEERS_FILE, Comparison, read_comparison
from tests.benchmarks.scaling import SCALING_FILE, Scaling, read_scaling
from tests.benchmarks.start import START_FILE, read_start
from tests.benchmarks.tables import (
    Table,
    as_markdown,
    peers_against_aims,
    peers_at_one_accuracy,
    peers_at_one_tolerance,
)
from tests.benchmarks.tables_of_size import (
    course_table,
    dask_table,
    grading_table,
    kernel_table,
    million_table,
    split_sentence,
    split_table,
    start_table,
)

PAGE = Path("docs/speed.md")

_DASK = (
    "The clock holds all of `run_trial`: comparison, survival and incidence are computed where the trial was "
    "asked for, and more workers do not shorten them."
)
_GRADING = (
    "Charts of made-up patients, 100 days each, from well to severely ill, with some findings unknown. Each "
    "rule is asked by itself and reads all that it needs anew."
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
        _section(peers_against_aims(found)),
        _section(peers_at_one_tolerance(found)),
        _section(peers_at_one_accuracy(found)),
        "In brackets: how many times the kernel's rate is the engine's. –: outside the tolerances measured.",
        f"{_where(found.machine)} Median of {found.n_repeats} repeats.",
        f"![{_ALT}]({PICTURE.relative_to('docs')})",
    ]
    if left_out:
        parts.append("Left out: " + "; ".join(left_out) + ".")
    return "\n\n".join(parts)


def scaling_text(found: Scaling) -> str:
    """Return how time and memory grow, and what management takes, as Markdown."""
    course = (
        "The course runs from sampling to endpoints in one chunk of a large run; its processor time is the "
        f"median of {len(found.course[0].parts)} repeats, least to most in brackets. Each size of the kernel "
        "was run once."
    )
    fixed = (
        "Medians of the same repeats. Fixed: what the part would take with nobody in it, on the "
        "straight line through the two sizes above."
    )
    return "\n\n".join(
        (
            _section(kernel_table(found)),
            _section(course_table(found)),
            course,
            _section(split_table(found)),
            f"{fixed} {split_sentence(found, AIMED_MANAGED_RATE)}",
            _where(found.machine),
        )
    )


def million_text(found: Million) -> str:
    """Return a large trial, unbroken and resumed, as Markdown."""
    return "\n\n".join((_section(million_table(found)), f"{found.note} {_where(found.machine)}".strip()))


def measured() -> dict[str, str]:
    """Return the sections whose measurements are at hand."""
    scaling = read_scaling() if SCALING_FILE.exists() else None
    million = read_million() if MILLION_FILE.exists() else None
    sections = {}
    if scaling is not None and million is not None:
        sections["aims"] = _section(runs_against_aims(scaling, million))
    if PEERS_FILE.exists():
        sections["peers"] = peers_text(read_comparison())
    if scaling is not None:
        sections["size"] = scaling_text(scaling)
    if million is not None:
        sections["million"] = million_text(million)
    if DASK_FILE.exists():
        on_dask = read_on_dask()
        sections["dask"] = f"{_section(dask_table(on_dask))}\n\n{_DASK} {_where(on_dask.machine)}"
    if GRADING_FILE.exists():
        grading = read_grading()
        sections["grading"] = f"{_section(grading_table(grading))}\n\n{_GRADING} {_where(grading.machine)}"
    if START_FILE.exists():
        start = read_start()
        sections["start"] = f"{_section(start_table(start))}\n\n{_where(start.machine)}"
    return sections


def put(page: str, name: str, content: str) -> str:
    """Return a page with one section between its markers written anew."""
    begin, end = f"<!-- speed: {name} -->", f"<!-- speed: end of {name} -->"
    if page.count(begin) != 1 or page.count(end) != 1:
        raise ValueError(f"{PAGE}: expected the markers {begin} and {end}, once each")
    between = re.compile(f"{re.escape(begin)}.*{re.escape(end)}", re.DOTALL)
    return between.sub(lambda _: f"{begin}\n\n{content}\n\n{end}", page)


def write_page(page: Path = PAGE) -> None:
    """Write what was measured last between the markers of the page; other sections stay as they are."""
    text = page.read_text(encoding="utf-8")
    for name, content in measured().items():
        text = put(text, name, content)
    page.write_text(text, encoding="utf-8")
    if PEERS_FILE.exists():
        write_picture(read_comparison())


if __name__ == "__main__":
    write_page()
