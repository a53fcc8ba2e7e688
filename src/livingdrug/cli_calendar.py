"""The calendar command: one patient's plan by date, and the same for a calendar program."""

from datetime import UTC, datetime
from pathlib import Path

import click

from livingdrug.cli_guard import check_outputs, refuse_politely, write_results


@click.command(epilog="Example: livingdrug calendar examples/adult_lbcl.toml --ics plan.ics")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--edition", default=None, help="Label edition [default: us_2025_06].")
@click.option(
    "--from",
    "referral",
    metavar="DATE",
    default=None,
    help="Date of referral [default: the file's, or today].",
)
@click.option(
    "--time-zone",
    "zone_name",
    metavar="ZONE",
    default=None,
    help="Time zone of the centre, such as Europe/Zurich; needed where a date has a time of day.",
)
@click.option(
    "--course",
    metavar="NAME",
    default=None,
    help="Name of this course: a calendar knows the plan again by it, so each patient needs one of their own "
    "[default: the file's name].",
)
@click.option(
    "--stamp",
    metavar="TIME",
    default=None,
    help="When the calendar file is written, such as 2026-11-22T09:05+01:00 [default: now].",
)
@click.option(
    "--ics", "ics_path", type=click.Path(path_type=Path), default=None, help="Write the plan as iCalendar."
)
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), default=None, help="Write the plan as JSON."
)
@refuse_politely
def calendar(
    file: Path,
    edition: str | None,
    referral: str | None,
    zone_name: str | None,
    course: str | None,
    stamp: str | None,
    ics_path: Path | None,
    json_path: Path | None,
) -> None:
    """Show one patient's plan by date, and write it for a calendar.

    FILE is a TOML file with the table [patient], and [dates] and [plan] where wanted. A date in [dates]
    may carry a time (2027-01-11T22:50:00+01:00); without an offset it is the local time of the centre.
    Reading a later plan into the same calendar moves its events. The name of the course is not written into
    the file, but who guesses it can tell: take a code, no patient's name.
    """
    check_outputs({"--ics": ics_path, "--json": json_path}, file)
    from livingdrug.bedside.clock import read_moment, read_zone
    from livingdrug.bedside.dates import read_date
    from livingdrug.evidence import DEFAULT_EDITION, load_edition
    from livingdrug.patients import read_patient_file

    rules = load_edition(edition or DEFAULT_EDITION)
    zone = None if zone_name is None else read_zone(zone_name, "--time-zone")
    asked = None if referral is None else read_date(referral, "--from")
    written = datetime.now(UTC) if stamp is None else read_moment(stamp, "--stamp")
    found = read_patient_file(file)

    from livingdrug.report import calendar_file, calendar_json, print_calendar
    from livingdrug.runs import plan_on_calendar

    planned = plan_on_calendar(found, rules, asked, datetime.now(zone).date(), zone)
    print_calendar(planned, zone)
    write_results(
        planned,
        (ics_path, lambda plan: calendar_file(plan, zone, written, course)),
        (json_path, lambda plan: calendar_json(plan, zone)),
    )
