"""Response at each visit and best response, as stacked bars."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livingdrug.bedside.response import Response
from livingdrug.endpoints import PatientRecord
from livingdrug.endpoints.leukaemia import best_by
from livingdrug.report.figures import RULE, canvas, finished, inlined, style
from livingdrug.report.markup import Column, Markup, figure, table
from livingdrug.report.published import Share, draw_share, marks_of_shares, published_shares, share_text
from livingdrug.report.stacks import Part, draw_bar, draw_parts_key, prepare_percent_axis
from livingdrug.report.whole import infused_of, observed_whole
from livingdrug.trial import TrialResult
from livingdrug.units import DAYS_PER_MONTH, PERCENT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PARTS = (
    Part("CR", "#2b4a6b", "", "#ffffff"), Part("CRi", "#6f9cc4", "\\\\\\\\"), Part("PR", "#b3cde3", "////"),
    Part("stable, or no response", "#ffffff"), Part("progressed or relapsed", "#e3e3e3", "..."),
    Part("died", "#c4c4c4", "---"), Part("next therapy, or not seen", "#ffffff", "xxx"),
)  # fmt: skip
_RESPONSES = (Response.CR, Response.CRI, Response.PR)
_BAR = 0.62


@dataclass(frozen=True)
class Counted:
    """A kind of response with its published shares: words, mark, and definitions by when they count it.

    ``best`` (until the cut), ``within`` (at a visit up to a month) and ``at_visit`` are keys of definitions.
    """

    words: str
    mark: str
    best: tuple[str, ...]
    within: tuple[str, ...]
    at_visit: tuple[str, ...]


_ANY = Counted(
    "any response", "^", ("best_orr_40m", "registry_orr", "elara_best_orr"), ("all_remission_3_months",),
    ("orr_month_3", "orr_month_6"),
)  # fmt: skip
_COMPLETE = Counted(
    "complete", "s", ("best_cr_40m", "registry_cr", "elara_best_cr"), ("all_cr_3_months",),
    ("cr_month_3", "cr_month_6"),
)  # fmt: skip
COUNTED = (_ANY, _COMPLETE)


@dataclass(frozen=True)
class At:
    """The states of infused patients at one visit, or at best: percentages in the order of the parts.

    ``month`` is that of the visit, or the last that counts for the best; NaN for the best at any time.
    """

    words: str
    month: float
    percent: tuple[float, ...]
    best: bool = False


def best_within(result: TrialResult, month: float) -> At:
    """Return the best response of infused patients at the visits up to a month, as endpoints count it."""
    best = best_by(observed_whole(result), month)[result.pool.infused]
    return _best(best, f"best to\nmonth {month:g}", month)


def best_of(record: PatientRecord) -> At:
    """Return the best response of infused patients, before progression and next therapy."""
    return _best(record.best_response, "best", np.nan)


def _best(best: np.ndarray, words: str, month: float) -> At:
    n = max(1, len(best))
    counts = [int((best == kind).sum()) for kind in _RESPONSES]
    counts += [
        int(np.isin(best, (Response.SD, Response.NO_RESPONSE)).sum()),
        int((best == Response.PD).sum()),
        0,
    ]
    shares = [PERCENT * count / n for count in counts]
    return At(words, month, (*shares, PERCENT * int((best < 0).sum()) / n), best=True)


def state_at(record: PatientRecord, visit: int, month: float) -> At:
    """Return the states of infused patients at a visit; one who progressed, relapsed or died stays so."""
    day, n = month * DAYS_PER_MONTH, max(1, len(record))
    seen_day = np.where(np.isnan(record.assessment_day[:, visit]), day, record.assessment_day[:, visit])
    died = record.death_day <= seen_day
    progressed = ~died & (record.progression_day <= seen_day)
    away = ~died & ~progressed & (record.next_therapy_day <= seen_day)
    here = ~(died | progressed | away) & ~np.isnan(record.assessment_day[:, visit])
    response = record.response[:, visit]
    known = [here & (response == kind) for kind in _RESPONSES]
    known.append(here & np.isin(response, (Response.SD, Response.NO_RESPONSE)))
    progressed = progressed | (here & (response == Response.PD))
    placed = np.any([*known, progressed, died], axis=0)
    counts = [int(found.sum()) for found in (*known, progressed, died, ~placed)]
    return At(f"month {month:g}", month, tuple(PERCENT * count / n for count in counts))


def states_of(result: TrialResult) -> tuple[At, ...]:
    """Return the best response, also by each month for which one is published, and each visit's states."""
    record, months = infused_of(result), result.design.plan.visit_months
    visits = range(min(len(months), record.response.shape[1]))
    limited = {share.row.target.time_months for share in published_shares(result, _ANY.within)}
    best = [best_of(record), *(best_within(result, month) for month in sorted(limited))]
    return (*best, *(state_at(record, v, months[v]) for v in visits))


def _published(result: TrialResult, at: At, counted: Counted) -> list[Share]:
    """Return the published shares for one bar: at best, at best by a month, or at a visit."""
    if at.best and np.isnan(at.month):
        return published_shares(result, counted.best)
    shares = published_shares(result, counted.within if at.best else counted.at_visit)
    return [share for share in shares if share.row.target.time_months == at.month]


def _parts_seen(states: tuple[At, ...]) -> list[int]:
    """Return which parts any bar has: a disease without partial response has no place for it."""
    return [k for k in range(len(_PARTS)) if any(at.percent[k] > 0 for at in states)]


def _counted_beside(result: TrialResult, states: tuple[At, ...]) -> list[Counted]:
    """Return the kinds of response of which a published share stands beside any bar."""
    return [counted for counted in COUNTED if any(_published(result, at, counted) for at in states)]


def draw_visits(result: TrialResult) -> "Figure":
    """Return the best response and the states at each visit."""
    states = states_of(result)
    shown = [_PARTS[k] for k in _parts_seen(states)]
    with style("visits", text_as_paths=False):
        drawn = canvas(8.6, 4.1)
        axes = drawn.add_axes((0.065, 0.1, 0.925, 0.76))
        places = [k + (0.0 if at.best else 0.35) for k, at in enumerate(states)]
        for place, at in zip(places, states, strict=True):
            draw_bar(axes, place, _PARTS, at.percent, _BAR, level=False)
            for shift, counted in zip((0.38, 0.48), COUNTED, strict=True):
                for share in _published(result, at, counted)[:1]:
                    draw_share(axes, share, place + shift, counted.mark, level=False)
        prepare_percent_axis(axes, level=False, words="% of infused patients")
        axes.set_xticks(places, [at.words for at in states], fontsize=8)
        axes.set_xlim(-0.45, places[-1] + 0.6)
        axes.tick_params(axis="x", length=0)
        axes.grid(axis="y", color=RULE, linewidth=0.6)
        axes.set_axisbelow(True)
        marks = [(counted.mark, counted.words) for counted in _counted_beside(result, states)]
        draw_parts_key(drawn, shown, marks_of_shares(*marks))
        return finished(drawn)


def visits_table(result: TrialResult) -> Markup:
    """Return the best response and the states at each visit as a table, in percent of the infused."""
    states = states_of(result)
    seen, beside = _parts_seen(states), _counted_beside(result, states)
    columns = [Column("When"), *(Column(_PARTS[k].name, "figure") for k in seen)]
    columns += [Column(f"Published, {counted.words} (95%)") for counted in beside]
    rows = []
    for at in states:
        printed = [
            "; ".join(share_text(share) for share in _published(result, at, counted)) for counted in beside
        ]
        rows.append([at.words.replace(" ", "\u00a0"), *(f"{at.percent[k]:.1f}" for k in seen), *printed])
    return table("Best response, and state at each visit, % of infused patients", columns, rows)


def _told(at: At, seen: list[int]) -> str:
    """Say the shares of the responses at one bar in words."""
    kinds = [k for k in seen if k < len(_RESPONSES)]
    return ", ".join(f"{_PARTS[k].name} {at.percent[k]:.0f}%" for k in kinds) or "no response"


def show_visits(result: TrialResult) -> Markup:
    """Return the responses over the visits as a picture with its numbers."""
    states = states_of(result)
    told = "; ".join(f"{' '.join(at.words.split())}: {_told(at, _parts_seen(states))}" for at in states)
    alt = f"Stacked bars: response at best and at each visit, infused patients. {told}. Numbers: table below."
    caption = (
        "Best response, and what was seen at each visit. One who progressed, relapsed or died is counted so "
        "from then on."
    )
    if _counted_beside(result, states):
        caption += (
            " Open marks: published shares of the infused, to be read against the top of all responses "
            "together and the top of CR."
        )
    return figure(inlined(draw_visits(result), alt), caption, visits_table(result))
