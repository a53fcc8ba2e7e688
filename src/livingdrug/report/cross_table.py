"""CRS of one trial on three scales: cross-tables beside a published regrading, as text."""

from livingdrug.report.words import number
from livingdrug.trial import TrialResult
from livingdrug.trial.regrading import GRADES, Regrading, regrade
from livingdrug.units import PERCENT

_COLUMN, _TITLE = 14, 28
_HEADS = ("none", *(str(int(grade)) for grade in GRADES[1:]), "not assessable")


def _line(first: str, cells: list[str], widths: list[int]) -> str:
    padded = [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
    return "  ".join([first.ljust(_COLUMN), *padded]).rstrip()


def _counts(found: Regrading) -> list[str]:
    n = found.counts.sum()
    heads = [*_HEADS, "all"]
    widths = [max(len(head), 10) for head in heads]
    lines = [_line(f"Penn \\ {found.scale}", heads, widths)]
    for head, row in zip(_HEADS, found.counts, strict=True):
        shares = [f"{k} ({PERCENT * k / n:.1f}%)" if k else "-" for k in (*row, row.sum())]
        lines.append(_line(head, shares, widths))
    sums = [f"{k} ({PERCENT * k / n:.1f}%)" if k else "-" for k in (*found.counts.sum(axis=0), n)]
    return [*lines, _line("all", sums, widths)]


def _published(found: Regrading) -> list[str]:
    heads = ["published", "simulated", "difference", "95% of trials", "inside"]
    widths = [len(head) for head in heads]
    lines = []
    for row in found.published:
        title = row.definition.title if row.definition else row.target.endpoint
        cells = [
            f"{number(row.target.value)}/{row.n_drawn}",
            number(row.simulated),
            f"{row.simulated - row.target.value:+g}",
            f"{number(row.pi_low)} to {number(row.pi_high)}",
            {True: "yes", False: "no", None: "-"}[row.inside],
        ]
        lines.append(f"{title:<{_TITLE}}" + _line("", cells, widths)[_COLUMN:])
    return [" " * _TITLE + _line("", heads, widths)[_COLUMN:], *lines] if lines else []


def regrading_text(result: TrialResult) -> str:
    """Return the cross-tables of a trial, each beside the published counts where the design has them.

    Infused patients of the pool by their worst grade, in counts and percent; then patients of a trial of
    the published size: as published, median of simulated trials, difference and their middle 95%.
    """
    n = int(result.pool.infused.sum())
    lines = [f"{result.design.title}: CRS of {n:,} infused virtual patients on three scales"]
    for found in regrade(result):
        lines += ["", *_counts(found)]
        compared = _published(found)
        lines += ["", *compared] if compared else []
    return "\n".join(lines) + "\n"
