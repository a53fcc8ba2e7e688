"""The shared ground of all pictures: colours, canvas and repeatable SVG."""

import io
import re
from contextlib import AbstractContextManager
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INSIDE = "#0072B2"
OUTSIDE = "#D55E00"
"""Blue and vermilion of Okabe and Ito, told apart by most colour-blind readers; shapes differ as well."""
INK = "#1b1f24"
FAINT = "#6b7280"
RULE = "#d9dde3"
BAND = "#f5f7f9"

_POINTS_PER_INCH = 72
_STYLE = "_livingdrug_style"
"""Name under which a picture keeps what ``style`` it is written in."""


def style(salt: str, text_as_paths: bool) -> AbstractContextManager[None]:
    """Return the settings under which a picture is drawn and written.

    ``salt`` keeps the ids of one picture apart from another's on the same page and the same in each run.
    ``text_as_paths`` draws letters as outlines, for a picture that stands alone; otherwise they stay text.
    """
    from matplotlib import rc_context

    settings: dict[Any, Any] = {
        "svg.hashsalt": salt,
        "svg.fonttype": "path" if text_as_paths else "none",
        "font.family": ["DejaVu Sans"],
        "font.size": 9,
        "axes.edgecolor": FAINT,
        "axes.labelcolor": INK,
        "axes.linewidth": 0.8,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "text.color": INK,
        "xtick.color": FAINT,
        "xtick.labelcolor": INK,
        "ytick.color": FAINT,
        "ytick.labelcolor": INK,
    }
    return rc_context(settings)


def canvas(width: float, height: float) -> "Figure":
    """Return an empty picture of a size in inches that needs no screen; it is written in the style of now."""
    from matplotlib import rcParams
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), facecolor="white")
    FigureCanvasSVG(figure)
    setattr(figure, _STYLE, (rcParams["svg.hashsalt"], rcParams["svg.fonttype"] == "path"))
    return figure


def finished(figure: "Figure") -> "Figure":
    """Return a picture with all its parts made in the style of now, which a notebook shows as it is."""
    figure.draw_without_rendering()  # the marks on the axes are made only when a picture is drawn
    setattr(figure, "_repr_svg_", partial(written, figure))  # noqa: B010 - a notebook asks for it by name
    return figure


def written(figure: "Figure") -> str:
    """Return a picture as an SVG file, without date and maker: the same bytes in every run."""
    stream = io.StringIO()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with style(*getattr(figure, _STYLE)):
        figure.savefig(stream, format="svg", metadata=nothing)
    return stream.getvalue()


def inlined(picture: "Figure | str", alt: str) -> str:
    """Return a picture as an element of a page: named for screen readers, ids unique, scaling with it."""
    svg = picture if isinstance(picture, str) else written(picture)
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", body, flags=re.DOTALL)
    body = re.sub(r'<g id="[^"]*"', "<g", body)  # every picture has a figure_1 and an axes_1
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', body)
    if box is None:
        raise ValueError("the picture has no viewBox")
    inches = float(box.group(1)) / _POINTS_PER_INCH
    opening = (
        f'<svg role="img" aria-label="{escape(alt)}" viewBox="{box.group(0)[9:-1]}" '
        f'style="max-width:{inches:.3g}in" focusable="false">'
    )
    return opening + body[body.index(">") + 1 :]
