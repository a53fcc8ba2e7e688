"""The check command: one patient held against the rules alone."""

from datetime import date
from pathlib import Path

import click

from livingdrug.cli_guard import check_outputs, refuse_politely, write_results

_FORMULAS = ("mosteller", "du-bois")


@click.command(epilog="Example: livingdrug check examples/all_child.toml --edition eu_current")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--edition", default=None, help="Label edition [default: us_2025_06].")
@click.option("--on", "day", metavar="DATE", default=None, help="The day tests count to [default: today].")
@click.option(
    "--surface",
    type=click.Choice(_FORMULAS),
    default=_FORMULAS[0],
    show_default=True,
    help="Body surface by.",
)
@click.option("--time-zone", metavar="NAME", default=None, help="Of the centre, such as Europe/Zurich.")
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), default=None, help="Write the result as JSON."
)
@refuse_politely
def check(
    file: Path,
    edition: str | None,
    day: str | None,
    surface: str,
    time_zone: str | None,
    json_path: Path | None,
) -> None:
    """Hold one patient against the rules: verdict, tests, reasons to delay, doses, each with source.

    FILE is a TOML file with the table [patient], and where known [dates], [tests] (dates of tests),
    [days_since] (other treatment) and [signs]. The verdict never changes the exit code; only input that
    cannot be used does. For research and education; not a medical device.
    """
    check_outputs({"--json": json_path}, file)
    from livingdrug.bedside.clock import read_zone
    from livingdrug.bedside.dates import read_date
    from livingdrug.bedside.fludarabine import BodySurfaceFormula
    from livingdrug.evidence import DEFAULT_EDITION, load_edition
    from livingdrug.patients import read_patient_file

    rules = load_edition(edition or DEFAULT_EDITION)
    zone = None if time_zone is None else read_zone(time_zone, "--time-zone")
    asked = date.today() if day is None else read_date(day, "--on")
    chart = read_patient_file(file)

    from livingdrug.report import check_json, print_check
    from livingdrug.runs import check_patient

    formula = BodySurfaceFormula[surface.upper().replace("-", "_")]
    result = check_patient(chart, rules, asked, formula, zone)
    print_check(result)
    write_results(result, (json_path, check_json))
