"""Pieces of a page: every text goes through here and is escaped; nothing is loaded from elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Markup:
    """Text that is HTML already; anything else is escaped."""

    html: str


Content = str | Markup


def html_of(content: Content) -> str:
    """Return content as HTML."""
    return content.html if isinstance(content, Markup) else escape(content)


def join(parts: Iterable[Content]) -> Markup:
    """Return several contents as one."""
    return Markup("\n".join(html_of(part) for part in parts))


def element(tag: str, *content: Content, **attributes: str) -> Markup:
    """Return an element; ``class_`` and ``aria_label`` stand for ``class`` and ``aria-label``."""
    named = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    written = "".join(f' {key}="{escape(value)}"' for key, value in named.items())
    return Markup(f"<{tag}{written}>{''.join(html_of(part) for part in content)}</{tag}>")


def listing(items: Iterable[Content]) -> Markup:
    """Return an unordered list."""
    return element("ul", join(element("li", item) for item in items))


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, and the class that places its cells."""

    head: str
    look: str = ""


def table(caption: str, columns: Sequence[Column], rows: Iterable[Sequence[Content]]) -> Markup:
    """Return a table whose column heads and first cells name their scope; wide ones scroll by themselves."""
    heads = [element("th", column.head, scope="col", class_=column.look) for column in columns]
    body = [element("tr", *_cells(columns, row)) for row in rows]
    whole = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *heads)),
        element("tbody", join(body)),
    )
    return element("div", whole, class_="wide", role="region", aria_label=caption, tabindex="0")


def _cells(columns: Sequence[Column], row: Sequence[Content]) -> list[Markup]:
    first = element("th", row[0], scope="row", class_=columns[0].look)
    others = [
        element("td", cell, class_=column.look) for column, cell in zip(columns[1:], row[1:], strict=True)
    ]
    return [first, *others]


def numbers(summary: str, *tables: Markup, unfolded: bool = False) -> Markup:
    """Return the numbers behind a picture as tables that can be folded away; on paper they are open."""
    head, state = element("summary", summary), {"open": "open"} if unfolded else {}
    return element("details", head, join(tables), **state)


def figure(picture: str, caption: str, *beside: Content) -> Markup:
    """Return a picture (SVG that names itself) with its caption and, in the same figure, its numbers."""
    named = {"role": "group", "aria_label": caption, "tabindex": "0"}  # a wide one scrolls by itself
    drawn = element("div", Markup(picture), class_="picture", **named)
    return element("figure", drawn, element("figcaption", caption), join(beside))


def section(key: str, title: str, *content: Content) -> Markup:
    """Return a section with its heading, that a link can lead to."""
    heading = element("h2", title, id=key)
    return element("section", heading, join(content), aria_labelledby=key)
