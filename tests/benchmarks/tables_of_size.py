"""The tables of growth with size, of starting and of installing."""

from tests.benchmarks.dask_workers import OnDask
from tests.benchmarks.scaling import THREADS, Scaling
from tests.benchmarks.start import Start
from tests.benchmarks.tables import Table, rounded

_MIB = 2**20


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
    return Table(f"Kernel by size (slope of log time on log patients: {slopes})", headings, tuple(rows))


def course_table(found: Scaling) -> Table:
    """Return the whole course's time for one patient, and the part of it that the kernel alone would need."""
    single = [run for run in found.kernel if run.n_threads == 1][-1]
    rows = [
        (
            "body alone, kernel, no management",
            f"{single.n_patients:,}",
            "12",
            f"{1e3 * single.cpu_seconds / single.n_patients:.3g} ms",
        )
    ]
    rows += [
        (
            "whole course, managed",
            f"{run.n_patients:,}",
            f"{run.horizon_months:g}",
            f"{1e3 * run.cpu_seconds / run.n_patients:.3g} ms",
        )
        for run in found.course
    ]
    headings = ("what is run", "patients", "months", "processor time of one patient")
    return Table("With and without management", headings, tuple(rows))


def dask_table(found: OnDask) -> Table:
    """Return the whole course on workers of a Dask cluster on one machine."""
    rows = [(f"{run.n_patients:,}", str(run.n_workers), f"{run.wall_seconds:.3g} s") for run in found.runs]
    title = "Whole course to month 12 on Dask workers of one machine"
    return Table(title, ("patients", "workers", "clock"), tuple(rows))


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
