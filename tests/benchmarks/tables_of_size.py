"""The tables of growth with size, of starting and of installing."""

from statistics import median

from tests.benchmarks.dask_workers import OnDask
from tests.benchmarks.grading import Grading
from tests.benchmarks.managed import (
    HORIZONS_MONTHS,
    KERNEL_PART,
    OUTSIDE,
    PARTS,
    SIZES,
    STAGE_REST,
    Managed,
    fixed_seconds,
)
from tests.benchmarks.million import Million
from tests.benchmarks.scaling import SLOPE_FROM_PATIENTS, THREADS, Scaling
from tests.benchmarks.start import Start
from tests.benchmarks.tables import Table, rounded

_MIB = 2**20
_GB = 1e9


def kernel_table(found: Scaling) -> Table:
    """Return the kernel's time and memory at each size, and how time grows with it."""
    rows = [
        (
            f"{run.n_patients:,}",
            str(run.n_threads),
            f"{run.wall_seconds:.3g} s",
            f"{run.cpu_seconds:.3g} s",
            rounded(run.n_patients / run.wall_seconds),
            f"{run.peak_bytes / _MIB:,.0f} MiB",
        )
        for run in found.kernel
    ]
    slopes = ", ".join(f"{found.slope(n):.2f} on {n} thread{'s'[: n - 1]}" for n in THREADS)
    headings = ("patients", "threads", "clock", "processors", "patients/s by the clock", "memory")
    title = f"Kernel by size (log processor time on log patients, from {SLOPE_FROM_PATIENTS:,} up: {slopes})"
    return Table(title, headings, tuple(rows))


def course_table(found: Scaling) -> Table:
    """Return the whole course's time for one patient, and the part of it that the kernel alone would need."""
    single = [run for run in found.kernel if run.n_threads == 1][-1]
    alone = f"{1e3 * single.cpu_seconds / single.n_patients:.3g} ms"
    rows = [("body alone, kernel, no management", f"{single.n_patients:,}", "–", "12", "–", "–", alone, "–")]
    rows += [_course_row(run) for run in found.course]
    headings = (
        "what is run", "sampled", "infused", "months", "processors", "of one sampled", "of one infused",
        "infused patients/s",
    )  # fmt: skip
    return Table("With and without management", headings, tuple(rows))


def _course_row(run: Managed) -> tuple[str, ...]:
    seconds = median(run.cpu_seconds)
    return (
        "whole course, managed",
        f"{run.n_patients:,}",
        f"{run.n_infused:,}",
        f"{run.horizon_months:g}",
        f"{seconds:.3g} s ({min(run.cpu_seconds):.3g} to {max(run.cpu_seconds):.3g})",
        f"{1e3 * seconds / run.n_patients:.3g} ms",
        f"{1e3 * seconds / run.n_infused:.3g} ms",
        rounded(run.rate),
    )


_NAMES = {
    KERNEL_PART: "the body's equations (kernel)",
    "observe": "observe",
    "grade": "grade",
    "manage": "manage",
    STAGE_REST: "rest of the stage: chance, visits, records",
    OUTSIDE: "outside it: sampling, other stages, endpoints",
}


def split_table(found: Scaling) -> Table:
    """Return where the time of the large chunk goes, and what of it does not hang on its patients."""
    rows = []
    for name in (*PARTS, STAGE_REST, OUTSIDE):
        row = [_NAMES[name]]
        for months in HORIZONS_MONTHS:
            small, large = (found.managed(n, months) for n in SIZES)
            seconds, fixed = large.median_parts[name], fixed_seconds(small, large)[name]
            share = seconds / sum(large.median_parts.values())
            row += [f"{1e3 * seconds / large.n_infused:.3f} ms", f"{share:.0%}", f"{fixed:.2f} s"]
        rows.append(tuple(row))
    headings = ["part"]
    for months in HORIZONS_MONTHS:
        headings += [f"to month {months:g}, of one infused", "share", "fixed, of a chunk"]
    return Table(f"Where the time of {SIZES[-1]:,} sampled patients goes", tuple(headings), tuple(rows))


def split_sentence(found: Scaling, aimed_rate: float) -> str:
    """Return what would reach the aimed rate, from what was measured to the first horizon."""
    small, large = (found.managed(n, HORIZONS_MONTHS[0]) for n in SIZES)
    parts, fixed = large.median_parts, fixed_seconds(small, large)
    outside = sum(parts.values()) - parts[KERNEL_PART]
    still = sum(fixed.values()) - fixed[KERNEL_PART]
    most = large.n_infused / aimed_rate
    reach = large.n_infused / (sum(parts.values()) - still)
    return (
        f"Outside the kernel {outside:.2f} s of the processor are spent on a chunk to month "
        f"{HORIZONS_MONTHS[0]:g}, and {still:.2f} s of them ({still / outside:.0%}) "
        f"would be spent with nobody in it: the calls to NumPy at {large.n_decisions} decision times. "
        f"{aimed_rate:,.0f} patients per second leave {most:.2f} s for a chunk, "
        f"{parts[KERNEL_PART]:.2f} s of it for the kernel. "
        f"Larger chunks, which spread the fixed part, come to {rounded(reach)} at most; "
        "rules compiled as the equations are would save the fixed part and some of the rest."
    )


def million_table(found: Million) -> Table:
    """Return a large trial unbroken and resumed."""
    kills = " and ".join(
        f"a further {s:.0f} s" if k else f"{s:.0f} s" for k, s in enumerate(found.killed_after_seconds)
    )
    files = ", ".join(f"{name} {digest}…" for name, digest in found.sha256.items())
    rows = (
        ("unbroken", f"{found.wall_seconds:.1f} s", f"{found.peak_bytes / _GB:.2f} GB"),
        (f"killed after {kills}, and resumed, in all", f"{found.resumed_wall_seconds:.1f} s", "–"),
        (f"sha256 the same both times ({files})", "yes" if found.same else "**no**", "–"),
    )
    title = f"{found.n_patients:,} patients of JULIET to month 66, trial and page, {found.n_workers} workers"
    return Table(title, ("", "clock", "most memory, processes added up"), rows)


def dask_table(found: OnDask) -> Table:
    """Return a trial on workers of a Dask cluster on one machine."""
    rows = [
        (
            f"{run.n_patients:,}",
            str(run.n_workers),
            f"{run.median_seconds:.3g} s",
            f"{min(run.wall_seconds):.3g} to {max(run.wall_seconds):.3g} s",
        )
        for run in found.runs
    ]
    title = f"Trial of JULIET on Dask workers of one machine, {found.runs[0].n_replicates} replicates"
    return Table(title, ("patients", "workers", "clock, median", "least to most"), tuple(rows))


def start_table(found: Start) -> Table:
    """Return what a user waits for before anything is computed."""
    rows = (
        ("Python alone", found.empty_python),
        ("`import livingdrug`", found.import_package),
        ("`from livingdrug.course import run_course`", found.import_course),
        ("`livingdrug --help`", found.help_page),
        (f"build a wheel ({found.wheel_bytes / _MIB:.2g} MiB)", found.build_wheel),
        ("install it with its dependencies, compiled packages downloaded", found.install_with_dependencies),
        ("`livingdrug --help`, the first time after that", found.help_page_first_time),
    )
    return Table(
        "Start and installation", ("", "clock"), tuple((name, f"{seconds:,.3g} s") for name, seconds in rows)
    )


def grading_table(found: Grading) -> Table:
    """Return how long each rule takes to grade charts, and all of them together."""
    n = found.n_patient_days
    rows = [(name, *_grading_cells(n, median(seconds))) for name, seconds in found.seconds.items()]
    rows.append((f"all {len(found.seconds)}", *_grading_cells(n, found.total_seconds)))
    return Table(f"{n:,} patient-days graded", ("", "one processor", "patient-days/s"), tuple(rows))


def _grading_cells(n: int, seconds: float) -> tuple[str, str]:
    return f"{seconds:.2g} s", rounded(n / seconds)
