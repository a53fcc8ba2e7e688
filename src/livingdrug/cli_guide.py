"""The guide command: what one edition tells a patient, in plain words."""

from datetime import date
from pathlib import Path

import click

from livingdrug.cli_guard import check_outputs, refuse_politely, write_results
from livingdrug.errors import BadInput, UnknownName


def _own_words(path: Path | None) -> str:
    """Return the centre's own instructions."""
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise BadInput(
            f"--local: {path}: cannot be read: {problem.strerror}, expected a text file"
        ) from problem
    except UnicodeDecodeError as problem:
        raise BadInput(f"--local: {path}: cannot be read: expected UTF-8 text: {problem}") from problem


@click.command(epilog="Example: livingdrug guide --indication LBCL --html guide.html --pdf guide.pdf")
@click.option("--indication", "disease", required=True, help="ALL, LBCL or FL.")
@click.option("--edition", default=None, help="Label edition [default: us_2025_06].")
@click.option("--team-phone", "phone", default="", help="The team's number [default: a line to fill in].")
@click.option(
    "--local",
    "local_path",
    type=click.Path(path_type=Path),
    default=None,
    help="Text file with the centre's own instructions, which stand first.",
)
@click.option("--date", "made", metavar="DATE", default=None, help="Day of the guide [default: today].")
@click.option(
    "--text", "text_path", type=click.Path(path_type=Path), default=None, help="Write it as plain text."
)
@click.option(
    "--html", "html_path", type=click.Path(path_type=Path), default=None, help="Write it as one page."
)
@click.option("--pdf", "pdf_path", type=click.Path(path_type=Path), default=None, help="Write it as PDF.")
@refuse_politely
def guide(
    disease: str,
    edition: str | None,
    phone: str,
    local_path: Path | None,
    made: str | None,
    text_path: Path | None,
    html_path: Path | None,
    pdf_path: Path | None,
) -> None:
    """Write the patient guide of one edition in plain English.

    It says what the treatment is, what comes before, during and after, what to do and not to do, and when
    to call at once. Without a file to write, it is printed.
    """
    check_outputs({"--text": text_path, "--html": html_path, "--pdf": pdf_path}, local_path)
    from livingdrug.bedside.dates import read_date
    from livingdrug.bedside.guide import write_guide
    from livingdrug.evidence import DEFAULT_EDITION, load_edition
    from livingdrug.patients import Indication

    if disease.upper() not in Indication.__members__:
        raise UnknownName("--indication", disease, Indication.__members__)
    day = date.today() if made is None else read_date(made, "--date")
    rules = load_edition(edition or DEFAULT_EDITION)
    found = write_guide(Indication[disease.upper()], rules, _own_words(local_path), phone)

    from livingdrug.report import guide_page, guide_pdf, guide_text

    if not (text_path or html_path or pdf_path):
        click.echo(guide_text(found, day), nl=False)
    write_results(
        found,
        (text_path, lambda one: guide_text(one, day)),
        (html_path, lambda one: guide_page(one, day)),
        (pdf_path, lambda one: guide_pdf(one, day)),
    )
