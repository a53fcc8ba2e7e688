"""Cytokine release syndrome by grade on each scale side by side, and neurotoxicity (ICANS)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livingdrug.report.figures import RULE, canvas, finished, inlined, style
from livingdrug.report.markup import Column, Markup, figure, table
from livingdrug.report.published import Share, draw_share, marks_of_shares, published_shares, share_text
from livingdrug.report.stacks import UNKNOWN, Part, draw_bar, draw_parts_key, prepare_percent_axis
from livingdrug.report.whole import infused_of
from livingdrug.trial import TrialResult
from livingdrug.units import PERCENT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GRADES = (5, 4, 3, 2, 1, 0)
"""From the left of a bar, so that all of a grade or more end at one point."""
_PARTS = (
    Part("grade 5", "#000000", "", "#ffffff"), Part("grade 4", "#2b4a6b", "", "#ffffff"),
    Part("grade 3", "#6f9cc4", "\\\\\\\\"), Part("grade 2", "#b3cde3", "////"),
    Part("grade 1", "#e3edf6"),
    Part("none", "#ffffff"), UNKNOWN,
)  # fmt: skip
_BAR = 0.44
_LEVELS = ((1, "any grade", "^"), (3, "grade 3 or more", "s"))


@dataclass(frozen=True)
class Scale:
    """One scale: its name, the grade's place in the record, and the definitions that count by it.

    ``any_grade`` and ``severe`` (grade 3 or more) are keys of definitions.
    """

    name: str
    field: str
    any_grade: tuple[str, ...]
    severe: tuple[str, ...]


SCALES = (
    Scale("CRS, Penn", "crs_penn", ("crs_any_penn",), ("crs_grade_3_4_penn",)),
    Scale("CRS, Lee", "crs_lee", ("crs_any_lee", "crs_count_lee"), ("crs_grade_3_lee",)),
    Scale("CRS, ASTCT", "crs_astct", ("crs_count_astct",), ()),
    Scale("ICANS, ASTCT", "icans_grade", ("icans_astct",), ()),
)


def grade_percent(result: TrialResult, scale: Scale) -> list[float]:
    """Return the percentage of infused patients by worst grade, 5 down to 0, then not assessable."""
    grade = getattr(infused_of(result), scale.field)
    n = max(1, len(grade))
    return [PERCENT * float((grade == g).sum()) / n for g in (*GRADES, -1)]


def published_at_least(result: TrialResult, scale: Scale, level: int) -> list[Share]:
    """Return the published shares of infused patients with grade 1 or more, or 3 or more, on a scale."""
    return published_shares(result, scale.any_grade if level == 1 else scale.severe)


def _is_published(result: TrialResult, level: int) -> bool:
    return any(published_at_least(result, scale, level) for scale in SCALES)


def draw_grades(result: TrialResult) -> "Figure":
    """Return the worst grades of CRS on each scale and of ICANS."""
    with style("grades", text_as_paths=False):
        drawn = canvas(8.4, 3.7)
        axes = drawn.add_axes((0.13, 0.125, 0.84, 0.7))
        for k, scale in enumerate(SCALES):
            draw_bar(axes, k - 0.12, _PARTS, grade_percent(result, scale), _BAR, level=True)
            for j, (level, _, mark) in enumerate(_LEVELS):
                for share in published_at_least(result, scale, level)[:1]:
                    draw_share(axes, share, k + 0.22 + 0.14 * j, mark, level=True)
        prepare_percent_axis(axes, level=True, words="% of infused patients, by worst grade")
        axes.set_ylim(len(SCALES) - 0.4, -0.45)
        axes.set_yticks(range(len(SCALES)), [scale.name for scale in SCALES])
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color=RULE, linewidth=0.6)
        axes.set_axisbelow(True)
        named = [(mark, words) for level, words, mark in _LEVELS if _is_published(result, level)]
        draw_parts_key(drawn, _PARTS, marks_of_shares(*named))
        return finished(drawn)


def grades_table(result: TrialResult) -> Markup:
    """Return the worst grades on each scale as a table, in percent of the infused."""
    columns = [Column("Scale")]
    columns += [
        Column(word, "figure")
        for word in ("None", "1", "2", "3", "4", "5", "Not assessable", "Any", "3 or more")
    ]
    levels = [(level, words) for level, words, _ in _LEVELS if _is_published(result, level)]
    columns += [Column(f"Published, {words} (95%)") for _, words in levels]
    rows = []
    for scale in SCALES:
        *grades, unknown = grade_percent(result, scale)
        five, four, three, two, one, none = grades
        cells = [
            none,
            one,
            two,
            three,
            four,
            five,
            unknown,
            five + four + three + two + one,
            five + four + three,
        ]
        printed = [
            "; ".join(share_text(share) for share in published_at_least(result, scale, level))
            for level, _ in levels
        ]
        rows.append([scale.name, *(f"{cell:.1f}" for cell in cells), *printed])
    return table("Worst grade on each scale, % of infused patients", columns, rows)


def show_grades(result: TrialResult) -> Markup:
    """Return the grades on each scale as a picture with its numbers."""
    told = "; ".join(
        f"{scale.name} any {sum(percent[:5]):.0f}%, grade 3 or more {sum(percent[:3]):.0f}%"
        for scale in SCALES
        for percent in [grade_percent(result, scale)]
    )
    alt = f"Stacked bars of worst grades in infused patients. {told}. Numbers: table below."
    caption = (
        "Worst grade of each infused virtual patient, the gravest at the left, on each scale from the same "
        "observations."
    )
    if any(_is_published(result, level) for level, _, _ in _LEVELS):
        caption += (
            " Open marks: published shares with 95% intervals; each is to be read against the end of the "
            "parts that it counts."
        )
    return figure(inlined(draw_grades(result), alt), caption, grades_table(result))
