"""A trial's result in a line, as a short text and as a short piece of HTML for a notebook."""

import math
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from livingdrug.trial.comparison import Row
from livingdrug.trial.groups import in_order
from livingdrug.trial.words import LIMITS, name, number, published_text, span

if TYPE_CHECKING:
    from livingdrug.trial.result import TrialResult

_ROLES = ("calibration", "validation")
_HEADLINES_OF_A_TOPIC = 2
_VERDICTS = {True: "inside", False: "OUTSIDE", None: "not counted"}
_BESIDE = "Published figures beside their 95% prediction interval (PI)"


def _label(row: Row) -> str:
    month = f", month {number(row.target.time_months)}" if math.isfinite(row.target.time_months) else ""
    role = " (validation)" if row.target.role == "validation" else ""
    return name(row) + month + role


def _counted(result: "TrialResult") -> list[Row]:
    """Return the rows that count, in the order of the table of definitions."""
    return in_order([row for row in result.comparison.rows if row.counted])


def _outside(result: "TrialResult") -> list[Row]:
    return [row for row in _counted(result) if not row.inside]


def _only_shown(result: "TrialResult") -> dict[str, list[Row]]:
    """Return, where nothing counts, the rows that are shown without counting, by the reason why."""
    shown = [row for row in result.comparison.rows if row.n_drawn]
    reasons = dict.fromkeys(row.reason for row in shown) if not _counted(result) else {}
    return {reason: [row for row in shown if row.reason == reason] for reason in reasons}


def _headlines(result: "TrialResult") -> list[Row]:
    """Return the first rows of each topic: chosen by what they are about, never by how they came out."""
    topics: dict[str, list[Row]] = {}
    for row in _counted(result):
        if row.definition:
            topics.setdefault(row.definition.topic, []).append(row)
    return [row for rows in topics.values() for row in rows[:_HEADLINES_OF_A_TOPIC]]


def _counts(result: "TrialResult") -> str:
    """Say how many published figures lie inside and outside, calibration and validation apart."""
    found = []
    for role in _ROLES:
        inside, of = result.comparison.inside(role)
        if of:
            found.append(f"{inside} of {of} {role} figures inside, {of - inside} outside")
    return "; ".join(found) or "no published figure was counted"


def _pool(result: "TrialResult") -> str:
    flow, seed = result.flow, result.provenance["seed"]
    return (
        f"{flow.sampled:,} virtual patients (seed {seed}): {flow.eligible:,} eligible, "
        f"{flow.enrolled:,} enrolled, {flow.released:,} with a released product, {flow.infused:,} infused, "
        f"{flow.responded:,} responded"
    )


def in_a_line(result: "TrialResult") -> str:
    """Return the result in one line."""
    flow = result.flow
    return f"<TrialResult {result.design.name}: {flow.sampled:,} virtual patients; {_counts(result)}>"


def _figures(row: Row) -> tuple[str, str, str]:
    return published_text(row), number(row.simulated) + span(row.pi_low, row.pi_high), f"{row.n_drawn:,}"


def _lines(rows: list[Row]) -> list[str]:
    cells = [(_label(row), *_figures(row)) for row in rows]
    first = max((len(cell[0]) for cell in cells), default=0)
    second = max((len(cell[1]) for cell in cells), default=0)
    return [
        f"  {label:<{first}}  published {published:<{second}}  simulated {simulated}, n {n}"
        for label, published, simulated, n in cells
    ]


def as_text(result: "TrialResult") -> str:
    """Return title, pool, how many published figures lie inside, those that lie outside, and the limits."""
    outside = _outside(result)
    lines = [result.design.title, f"{_pool(result)}.", f"{_BESIDE}: {_counts(result)}."]
    if outside:
        lines += ["Outside:", *_lines(outside)]
    for reason, rows in _only_shown(result).items():
        lines += [f"Not counted ({reason}):", *_lines(rows)]
    lines += [f"Note: {note}" for note in result.notes]
    return "\n".join([*lines, LIMITS])


def _table(rows: list[Row]) -> str:
    cells = [(_label(row), *_figures(row), _VERDICTS[row.inside]) for row in rows]
    columns = pd.Index(["figure", "published (95%)", "simulated (95% PI)", "n", "published is"])
    frame = pd.DataFrame(cells, columns=columns)
    return frame.to_html(index=False, border=0, escape=True, justify="left")


def as_html(result: "TrialResult") -> str:
    """Return the summary as HTML, every text escaped: headline figures, and the figures that lie outside."""
    outside = _outside(result)
    parts = [f"<h4>{escape(result.design.title)}</h4>", f"<p>{escape(_pool(result))}.</p>"]
    parts.append(f"<p>{_BESIDE}: {escape(_counts(result))}.</p>")
    headlines = _headlines(result)
    if headlines:
        parts += ["<p><b>Headline figures</b></p>", _table(headlines)]
    if outside:
        parts += [f"<p><b>Outside ({len(outside)})</b></p>", _table(outside)]
    for reason, rows in _only_shown(result).items():
        parts += [f"<p><b>Not counted</b>: {escape(reason)}</p>", _table(rows)]
    notes = [*(f"Note: {note}" for note in result.notes), LIMITS]
    parts += [f"<p><small>{escape(note)}</small></p>" for note in notes]
    return f"<div>{''.join(parts)}</div>"
