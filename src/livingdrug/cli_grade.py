"""The grade command: a table of observations graded on every scale, with reasons."""

from pathlib import Path

import click

from livingdrug.cli_guard import check_outputs, refuse_politely, write_results


@click.command(epilog="Example: livingdrug grade examples/ward.csv --out grades.csv --json grades.json")
@click.argument("file", metavar="OBS.csv", type=click.Path(path_type=Path))
@click.option("--edition", default=None, help="Label edition [default: us_2025_06].")
@click.option("--patient", default=None, help="Grade this patient alone.")
@click.option("--all-times", is_flag=True, help="Show every time, also where no grade changed.")
@click.option("--time-zone", metavar="ZONE", default=None, help="Zone of times without one: Europe/Berlin.")
@click.option("--infusion", metavar="TIME", default=None, help="Infusion of every patient, beside times.")
@click.option(
    "--out",
    "csv_path",
    type=click.Path(path_type=Path),
    default=None,
    help="Write all grades to this CSV file.",
)
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), default=None, help="Write everything as JSON."
)
@click.option(
    "--html", "html_path", type=click.Path(path_type=Path), default=None, help="Write the result as one page."
)
@refuse_politely
def grade(
    file: Path,
    edition: str | None,
    patient: str | None,
    all_times: bool,
    time_zone: str | None,
    infusion: str | None,
    csv_path: Path | None,
    json_path: Path | None,
    html_path: Path | None,
) -> None:
    """Grade observations on every scale, side by side and with reasons.

    OBS.csv has one row a patient and time: patient, day (0 is the infusion), and columns with their unit in
    the name; an empty cell is not known, never normal. See docs/grading.md, and
    livingdrug evidence show patients.observation_columns for the columns.
    """
    check_outputs({"--out": csv_path, "--json": json_path, "--html": html_path}, file)
    from livingdrug.bedside.chart_grades import grade_chart
    from livingdrug.charts import one_patient, read_observations
    from livingdrug.evidence import DEFAULT_EDITION, load_edition

    rules = load_edition(edition or DEFAULT_EDITION)
    chart = read_observations(file, time_zone, infusion)
    chart = chart if patient is None else one_patient(chart, patient)

    from livingdrug.report import GradedChart, grades_csv, grades_json, grades_page, print_grades
    from livingdrug.runs import Bar

    bar = Bar("Grading", len(chart.lines), "times")
    try:
        graded = grade_chart(chart, rules, bar.advance)
    finally:
        bar.close()
    result = GradedChart(chart, graded, rules)
    print_grades(result, all_times)
    write_results(result, (csv_path, grades_csv), (json_path, grades_json), (html_path, grades_page))
