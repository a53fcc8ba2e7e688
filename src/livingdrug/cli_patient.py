"""The patient command: one patient held against the rules, planned by date and simulated."""

from datetime import date
from pathlib import Path

import click

from livingdrug.cli_guard import check_outputs, refuse_politely, write_results


@click.command(epilog="Example: livingdrug patient examples/all_child.toml --html child.html")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--edition", default=None, help="Label edition [default: us_2025_06].")
@click.option("-n", "n", type=int, default=200, show_default=True, help="Virtual patients like this one.")
@click.option("--seed", type=int, default=1, show_default=True, help="Their luck.")
@click.option(
    "--from",
    "referral",
    metavar="DATE",
    default=None,
    help="Date of referral [default: the file's, or today].",
)
@click.option(
    "--html", "html_path", type=click.Path(path_type=Path), default=None, help="Write the result as one page."
)
@click.option("--svg", "svg_path", type=click.Path(path_type=Path), default=None, help="Write the figure.")
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), default=None, help="Write the result as JSON."
)
@refuse_politely
def patient(
    file: Path,
    edition: str | None,
    n: int,
    seed: int,
    referral: str | None,
    html_path: Path | None,
    svg_path: Path | None,
    json_path: Path | None,
) -> None:
    """Show what the rules say of one patient, the plan by date, and the simulated course.

    FILE is a TOML file with the table [patient], and [dates] and [plan] where wanted.
    """
    check_outputs({"--html": html_path, "--svg": svg_path, "--json": json_path}, file)
    from livingdrug.bedside.dates import read_date
    from livingdrug.evidence import DEFAULT_EDITION, load_edition
    from livingdrug.patients import read_patient_file
    from livingdrug.runs import follow_patient

    rules = load_edition(edition or DEFAULT_EDITION)
    asked = None if referral is None else read_date(referral, "--from")
    result = follow_patient(read_patient_file(file), rules, n, seed, asked, date.today())

    from livingdrug.report import patient_json, patient_page, patient_picture, print_patient

    print_patient(result)
    write_results(result, (json_path, patient_json), (html_path, patient_page), (svg_path, patient_picture))
