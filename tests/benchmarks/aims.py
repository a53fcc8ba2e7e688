"""What was aimed at for whole runs, beside what was found."""

from tests.benchmarks.managed import HORIZONS_MONTHS, SIZES
from tests.benchmarks.million import Million
from tests.benchmarks.scaling import SLOPE_FROM_PATIENTS, THREADS, Scaling
from tests.benchmarks.tables import AIM_HEADINGS, Table, aim_at_least, reached

AIMED_MANAGED_RATE = 3000.0
_AIMED_SLOPE, _SLOPE_WITHIN = 1.0, 0.03
_AIMED_MINUTES, _AIMED_GB = 10.0, 2.0
_AIMED_PATIENTS = 1_000_000
"""Set before the kernel was written."""

_GB = 1e9


def runs_against_aims(scaling: Scaling, million: Million) -> Table:
    """Return the aims for whole runs; those for a million only where a million were run."""
    rows = [_managed_aim(scaling), *(_slope_aim(scaling, n) for n in THREADS)]
    if million.n_patients == _AIMED_PATIENTS:
        rows += _million_aims(million)
    return Table("Aims of whole runs", AIM_HEADINGS, tuple(rows))


def _managed_aim(scaling: Scaling) -> tuple[str, ...]:
    year = HORIZONS_MONTHS[0]
    what = (
        f"patient-years per second of one processor, managed (infused patients of the whole course to month "
        f"{year:g}, a chunk of {SIZES[-1]:,} sampled)"
    )
    return aim_at_least(what, AIMED_MANAGED_RATE, scaling.managed(SIZES[-1], year).rate)


def _slope_aim(scaling: Scaling, n_threads: int) -> tuple[str, ...]:
    slope = scaling.slope(n_threads)
    return (
        f"slope of log processor time on log patients, kernel, from {SLOPE_FROM_PATIENTS:,} up, "
        f"{n_threads} thread{'s'[: n_threads - 1]}",
        f"{_AIMED_SLOPE:.2f} ± {_SLOPE_WITHIN:.2f}",
        f"{slope:.3f}",
        reached(abs(slope - _AIMED_SLOPE) <= _SLOPE_WITHIN),
    )


def _million_aims(million: Million) -> list[tuple[str, ...]]:
    what = "a million patients of JULIET to month 66, two workers"
    minutes, held = million.wall_seconds / 60, million.peak_bytes / _GB
    return [
        (
            f"{what}: clock",
            f"at most {_AIMED_MINUTES:g} min",
            f"{minutes:.1f} min",
            reached(minutes <= _AIMED_MINUTES),
        ),
        (f"{what}: memory", f"at most {_AIMED_GB:g} GB", f"{held:.2f} GB", reached(held <= _AIMED_GB)),
        (
            f"{what}: the same bytes when killed twice and resumed",
            "yes",
            "yes" if million.same else "no",
            reached(million.same),
        ),
    ]
