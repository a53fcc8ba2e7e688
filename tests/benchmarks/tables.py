"""The tables of the comparison, for the terminal and for the page."""

from dataclasses import dataclass

from rich import box
from rich.table import Table as RichTable
from tests.benchmarks.curves import Measure, median_error, rate_at, worst_error
from tests.benchmarks.results import Comparison, Curve

KERNEL = "livingdrug kernel"
_TOLERANCE = 1e-6
_ACCURACIES: tuple[tuple[str, Measure, float], ...] = (
    ("median error 1e-5", median_error, 1e-5),
    ("median error 1e-6", median_error, 1e-6),
    ("99.9% within 1e-4", worst_error, 1e-4),
    ("99.9% within 1e-5", worst_error, 1e-5),
    ("99.9% within 1e-6", worst_error, 1e-6),
)
_AIMED_RATE = 6000.0
_AIMED_RATIOS = {"numbalsoda LSODA": 8.0, "libRoadRunner CVODE": 30.0, "AMICI CVODES": 30.0}
"""Set before the kernel was written, from measurements on a smaller model."""

AIM_HEADINGS = ("", "aim", "found", "reached")
_WHOLE_FROM = 100.0
_NONE = "–"
_MIB = 2**20


@dataclass(frozen=True)
class Table:
    """Rows of text under a heading each; the first column is to the left, the others to the right."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def peers_at_one_tolerance(found: Comparison) -> Table:
    """Return every engine at a relative tolerance of 1e-6."""
    headings = (
        "engine", "version", "patients/s", "least to most", "median error", "99.9% within", "largest",
        "ready in", "memory",
    )  # fmt: skip
    rows = [_at_tolerance(curve) for curve in found.curves if not curve.missing]
    return Table("At a relative tolerance of 1e-6", headings, tuple(rows))


def _at_tolerance(curve: Curve) -> tuple[str, ...]:
    (point,) = [point for point in curve.points if point.tolerance == _TOLERANCE]
    return (
        curve.engine,
        curve.version,
        rounded(point.rate),
        f"{rounded(min(point.rates))} to {rounded(max(point.rates))}",
        f"{point.error.median:.0e}",
        f"{point.error.percentile_99_9:.0e}",
        f"{point.error.largest:.0e}",
        f"{curve.ready_wall_seconds:.1f} s",
        f"{point.peak_bytes / _MIB:.0f} MiB",
    )


def peers_at_one_accuracy(found: Comparison) -> Table:
    """Return every engine's rate where it reaches the same accuracy, and how many times slower it is."""
    kernel = next((curve for curve in found.curves if curve.engine == KERNEL), None)
    headings = ("engine", *(name for name, _, _ in _ACCURACIES))
    rows = [
        (curve.engine, *(_at_accuracy(curve, kernel, measure, error) for _, measure, error in _ACCURACIES))
        for curve in found.curves
        if not curve.missing
    ]
    return Table("Patients per second at the same achieved accuracy (kernel / engine)", headings, tuple(rows))


def _at_accuracy(curve: Curve, kernel: Curve | None, measure: Measure, error: float) -> str:
    rate = rate_at(curve, measure, error)
    if rate is None:
        return _NONE
    ratio = None if kernel is None or curve is kernel else _ratio(kernel, curve, measure, error)
    if ratio is None:
        return rounded(rate)
    return f"{rounded(rate)} ({f'{ratio:.1f}' if ratio < _WHOLE_FROM else rounded(ratio)})"


def rounded(rate: float) -> str:
    """Return a rate with three digits and no decimals where it is large."""
    return f"{float(f'{rate:.3g}'):,.0f}" if rate >= _WHOLE_FROM else f"{rate:.2g}"


def printed(table: Table) -> RichTable:
    """Return a table for the terminal."""
    shown = RichTable(title=table.title, title_justify="left", box=box.SIMPLE)
    for i, heading in enumerate(table.headings):
        shown.add_column(heading, justify="left" if i == 0 else "right")
    for row in table.rows:
        shown.add_row(*row)
    return shown


def as_markdown(table: Table) -> str:
    """Return a table for the page."""
    rule = ["---", *["---:"] * (len(table.headings) - 1)]
    lines = [table.headings, rule, *table.rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def peers_against_aims(found: Comparison) -> Table:
    """Return what was aimed at on the kernel's equations beside what was found, reached or not."""
    kernel = next((curve for curve in found.curves if curve.engine == KERNEL), None)
    rows = []
    if kernel is not None and not kernel.missing:
        (point,) = [point for point in kernel.points if point.tolerance == _TOLERANCE]
        rows.append(
            aim_at_least("patient-years per second of one processor at 1e-6", _AIMED_RATE, point.rate)
        )
        for curve in found.curves:
            for name, measure, error in _ACCURACIES:
                ratio = _ratio(kernel, curve, measure, error)
                if curve.engine in _AIMED_RATIOS and ratio is not None:
                    rows.append(
                        aim_at_least(f"times {curve.engine}, {name}", _AIMED_RATIOS[curve.engine], ratio)
                    )
    return Table("Aims beside other engines", AIM_HEADINGS, tuple(rows))


def aim_at_least(what: str, aim: float, value: float) -> tuple[str, ...]:
    """Return the row of an aim that is reached from below."""
    return what, f"at least {aim:,.0f}", rounded(value), reached(value >= aim)


def reached(whether: bool) -> str:
    """Return the word for an aim reached or missed."""
    return "yes" if whether else "**no**"


def _ratio(kernel: Curve, curve: Curve, measure: Measure, error: float) -> float | None:
    ours, theirs = rate_at(kernel, measure, error), rate_at(curve, measure, error)
    return None if ours is None or theirs is None else ours / theirs
