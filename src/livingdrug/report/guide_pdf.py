"""The patient guide as PDF, to print and to hand over: page numbers and the status on every page."""

import io
from datetime import date
from html import escape
from typing import Any

from livingdrug.bedside.guide import Card, Guide, Kind, Section, Statement
from livingdrug.errors import BadInput
from livingdrug.report.guide_words import (
    HELP,
    LOCAL,
    LOCAL_EMPTY,
    PHONE,
    SOURCES,
    STATUS,
    edition_words,
    numbers_of,
    own_marks,
    source_lines,
    title,
)
from livingdrug.runs import optional

_MARGIN = 54.0
"""Points."""
_BODY = 12.0
_SMALL = 9.0
_RED, _BLUE, _GREEN, _GREY = "#a12d00", "#0b5c92", "#14663a", "#444444"
_SIGNS = {
    Kind.URGENT: ("!", _RED),
    Kind.PLAIN: ("•", "#000000"),
    Kind.DO: ("+", _GREEN),
    Kind.DONT: ("×", _RED),
}
_BLANK = "_" * 30
_LONGEST_BOXED = 1500
"""Letters of the centre's own text that are put into a frame; a frame cannot break over a page."""
_PRINTED = "cp1252"
"""What the fonts that every reader of PDF has can show."""


def _refuse_unprintable(guide: Guide) -> None:
    """Refuse letters that would be printed as empty boxes."""
    for text, option in ((guide.local, "--local"), (guide.phone, "--team-phone")):
        strange = sorted({letter for letter in text if not _is_printed(letter)})
        if strange:
            raise BadInput(
                f"{option}: the PDF cannot print {', '.join(strange)}, expected Western European letters; "
                "--html prints them all"
            )


def _is_printed(letter: str) -> bool:
    try:
        return bool(letter.encode(_PRINTED))
    except UnicodeEncodeError:
        return False


def _styles(of: Any) -> dict[str, Any]:
    """Return the looks of each kind of paragraph."""
    style = of.ParagraphStyle
    body = style("body", fontName="Helvetica", fontSize=_BODY, leading=_BODY * 1.35, spaceAfter=4)
    bold = {"parent": body, "fontName": "Helvetica-Bold"}
    listed = {"leftIndent": 16, "bulletIndent": 3}
    return {
        "body": body,
        "title": style("title", **bold, fontSize=20, leading=24, spaceAfter=8),
        "head": style(
            "head", **bold, fontSize=14.5, leading=18, spaceBefore=12, spaceAfter=5, keepWithNext=1
        ),
        "item": style("item", parent=body, **listed),
        "sign": style("sign", **bold, **listed),
        "small": style("small", parent=body, fontSize=_SMALL, leading=_SMALL * 1.3, textColor=_GREY),
        "phone": style("phone", **bold, fontSize=14, leading=20),
        "card": style("card", parent=body, spaceAfter=7),
    }


def _said(statement: Statement, within: Section, guide: Guide) -> str:
    numbers = ", ".join(str(n) for n in numbers_of(statement, guide))
    small = f'<super size="7">{numbers}</super>' if numbers else ""
    marks = "".join(
        f'<br/><font size="{_SMALL:g}" color="{_GREY}"><i>{escape(mark)}</i></font>'
        for mark in own_marks(statement, within)
    )
    return f"{escape(statement.text)}{small}{marks}"


def _boxed(content: list[Any], colour: str, width: float, dashed: bool = False) -> Any:
    """Return content in a frame that does not break over a page."""
    tables = optional("reportlab.platypus", "--pdf", "pdf")
    line = ("BOX", (0, 0), (-1, -1), 1.8, colour, None, (5, 3) if dashed else None)
    look = [line, ("LEFTPADDING", (0, 0), (-1, -1), 10), ("RIGHTPADDING", (0, 0), (-1, -1), 10)]
    look += [("TOPPADDING", (0, 0), (-1, -1), 6), ("BOTTOMPADDING", (0, 0), (-1, -1), 8)]
    return tables.Table([[content]], colWidths=[width], style=look)


def _in_two(parts: list[Any]) -> Any:
    """Return short lines in two columns."""
    tables = optional("reportlab.platypus", "--pdf", "pdf")
    half = (len(parts) + 1) // 2
    tight = [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
    return tables.Table([[parts[:half], parts[half:]]], style=[("VALIGN", (0, 0), (-1, -1), "TOP"), *tight])


def _section(found: Section, guide: Guide, styles: dict[str, Any], width: float) -> list[Any]:
    of = optional("reportlab.platypus", "--pdf", "pdf")
    sign, colour = _SIGNS[found.kind]
    bullet = f'<font name="Helvetica-Bold" color="{colour}">{sign}</font>'
    look = styles["sign" if found.kind is Kind.URGENT else "item"]
    parts = [of.Paragraph(escape(found.title), styles["head"])]
    parts += [of.Paragraph(f"<i>{escape(mark)}</i>", styles["small"]) for mark in found.shared_marks]
    said = [
        of.Paragraph(f"<bullet>{bullet}</bullet>{_said(one, found, guide)}", look) for one in found.statements
    ]
    if found.kind is Kind.URGENT:
        return [of.Spacer(1, 8), _boxed([*parts, _in_two(said)], _RED, width)]
    return parts + said


def _local(guide: Guide, styles: dict[str, Any], width: float) -> list[Any]:
    of = optional("reportlab.platypus", "--pdf", "pdf")
    parts: list[Any] = [of.Paragraph(LOCAL, styles["head"])]
    lines = [line for line in guide.local.splitlines() if line.strip()]
    parts += [of.Paragraph(escape(line), styles["body"]) for line in lines]
    if not lines:
        parts += [of.Paragraph(LOCAL_EMPTY, styles["body"]), of.Spacer(1, 40)]
    parts.append(of.Paragraph(f"{PHONE}: {escape(guide.phone) or _BLANK}", styles["phone"]))
    if len(guide.local) > _LONGEST_BOXED:
        return parts
    return [of.Spacer(1, 8), _boxed(parts, _BLUE, width)]


def _card(card: Card, styles: dict[str, Any], width: float) -> list[Any]:
    of = optional("reportlab.platypus", "--pdf", "pdf")
    blanks = [f" {_BLANK}" if line.endswith(":") else "" for line in card.lines]
    lines = [
        of.Paragraph(escape(line) + blank, styles["card"])
        for line, blank in zip(card.lines, blanks, strict=True)
    ]
    head = of.Paragraph(escape(card.title), styles["head"])
    return [of.KeepTogether([head, _boxed(lines, "#000000", width * 0.75, dashed=True)])]


def _story(guide: Guide, made: date, width: float) -> list[Any]:
    of = optional("reportlab.platypus", "--pdf", "pdf")
    styles = _styles(optional("reportlab.lib.styles", "--pdf", "pdf"))
    story: list[Any] = [of.Paragraph(escape(title(guide)), styles["title"])]
    story += [of.Paragraph(f"<b>{escape(STATUS)}</b>", styles["body"])]
    story += [of.Paragraph(escape(edition_words(guide, made)), styles["small"])]
    if guide.info.warning:
        story.append(of.Paragraph(f"<b>Warning:</b> {escape(guide.info.warning)}", styles["small"]))
    story += _local(guide, styles, width)
    parts = {found.key: _section(found, guide, styles, width) for found in guide.sections}
    story.append(of.KeepTogether([part for key in HELP for part in parts[key]]))
    story += [part for key in parts if key not in HELP for part in parts[key]]
    if guide.card is not None:
        story += _card(guide.card, styles, width)
    story.append(of.Paragraph(SOURCES, styles["head"]))
    numbered = enumerate(source_lines(guide), start=1)
    return story + [of.Paragraph(f"{n}. {escape(line)}", styles["small"]) for n, line in numbered]


def _made(guide: Guide, made: date, pages: int) -> tuple[bytes, int]:
    """Return the PDF with a number of pages written below each, and the pages that it has."""
    of = optional("reportlab.platypus", "--pdf", "pdf")
    sizes = optional("reportlab.lib.pagesizes", "--pdf", "pdf")
    out, page = io.BytesIO(), sizes.A4
    sides = {f"{side}Margin": _MARGIN for side in ("left", "right", "top")}
    about = {"title": title(guide), "author": "livingdrug", "subject": edition_words(guide, made)}
    document = of.SimpleDocTemplate(
        out, pagesize=page, **sides, bottomMargin=_MARGIN * 1.4, **about, invariant=1, lang="en"
    )

    def footer(canvas: Any, _: Any) -> None:
        canvas.saveState()
        canvas.setFont("Helvetica", 8)
        half = STATUS.index(" This ")
        for k, line in enumerate((STATUS[:half], STATUS[half + 1 :])):
            canvas.drawString(_MARGIN, _MARGIN * 0.75 - 10 * k, line)
        canvas.drawRightString(page[0] - _MARGIN, _MARGIN * 0.75, f"{canvas.getPageNumber()} of {pages}")
        canvas.restoreState()

    document.build(_story(guide, made, document.width), onFirstPage=footer, onLaterPages=footer)
    return out.getvalue(), int(document.page)


def guide_pdf(guide: Guide, made: date) -> bytes:
    """Return the guide as PDF: same guide and day, same bytes.

    Parameters
    ----------
    guide : Guide
    made : date
        The day that the guide names as its own.

    Raises
    ------
    BadInput
        The package reportlab is not installed, or a text holds letters that its fonts do not have.
    """
    optional("reportlab", "--pdf", "pdf")
    _refuse_unprintable(guide)
    _, pages = _made(guide, made, 0)
    return _made(guide, made, pages)[0]
