"""The command line: thin, and quick to start; each command loads what it needs."""

from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import click

from livingdrug.cli_guard import check_outputs, refuse_politely, wanted_workers, write_results

_ELSEWHERE = {
    "calendar": ("livingdrug.cli_calendar", "Show one patient's plan by date; write it for a calendar."),
    "check": ("livingdrug.cli_check", "Hold one patient against the rules alone, with reasons."),
    "cohort": ("livingdrug.cli_cohort", "Simulate a population and write its courses as tables."),
    "dose": ("livingdrug.cli_dose", "Check one dose: window, bags, thaw clock, tocilizumab."),
    "evidence": ("livingdrug.cli_evidence", "Show every number with its source, by edition."),
    "grade": ("livingdrug.cli_grade", "Grade a table of observations on every scale, with reasons."),
    "guide": ("livingdrug.cli_guide", "Write the patient guide of one edition in plain words."),
    "options": ("livingdrug.cli_options", "Show management options with the criteria that are met."),
    "patient": ("livingdrug.cli_patient", "Show one patient: rules, plan by date, course."),
    "score": ("livingdrug.cli_score", "Score one patient from a file: HScore, HCT-CI, Lugano and others."),
}
"""Commands in modules of their own, each with the module and a line for the list of commands."""


class _Lazy(click.Group):
    """The command group, with commands that live in modules of their own and load when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _ELSEWHERE:
            return getattr(import_module(_ELSEWHERE[cmd_name][0]), cmd_name)
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading those that live elsewhere."""
        told = {name: line for name, (_, line) in _ELSEWHERE.items()}
        told |= {name: command.get_short_help_str(limit=60) for name, command in self.commands.items()}
        with formatter.section("Commands"):
            formatter.write_dl([(name, told[name]) for name in self.list_commands(ctx)])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("livingdrug"), prog_name="livingdrug")
def main() -> None:
    """Run the tisagenlecleucel (CAR-T) treatment course as a system.

    For research and education; not a medical device.
    """


@main.command()
@click.argument("design")
@click.option("-n", "n", type=int, default=None, help="Virtual patients in the pool [default: 3000].")
@click.option("--replicates", type=int, default=None, help="Trials drawn from the pool [default: 500].")
@click.option("--seed", type=int, default=1, show_default=True, help="The luck of all patients and draws.")
@click.option("--edition", default=None, help="Label edition [default: us_2025_06].")
@click.option("--workers", type=int, default=None, help="How many compute [default: one for each core].")
@click.option(
    "--dask", metavar="ADDRESS", default=None, help="Compute on the Dask cluster of this scheduler."
)
@click.option(
    "--out", type=click.Path(path_type=Path), default=None, help="Folder of finished chunks; restarts there."
)
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), default=None, help="Write all rows to this file."
)
@click.option(
    "--html", "html_path", type=click.Path(path_type=Path), default=None, help="Write the result as one page."
)
@refuse_politely
def trial(
    design: str,
    n: int | None,
    replicates: int | None,
    seed: int,
    edition: str | None,
    workers: int | None,
    dask: str | None,
    out: Path | None,
    json_path: Path | None,
    html_path: Path | None,
) -> None:
    """Simulate a trial beside what was published.

    DESIGN is a name such as juliet, or a TOML file.

    Example: livingdrug trial juliet -n 1000 --json juliet.json --html juliet.html
    """
    from livingdrug.evidence import load_edition
    from livingdrug.trial.design import load_design

    check_outputs({"--json": json_path, "--html": html_path}, Path(design))
    wanted = load_design(design)
    cores = wanted_workers(workers, dask)
    given = {"n": n, "replicates": replicates, "edition": edition, "workers": cores}
    if edition is not None:
        load_edition(edition)

    from livingdrug.report import print_trial, trial_page
    from livingdrug.trial import RunSettings, run_trial, trial_json

    chosen = {name: value for name, value in given.items() if value is not None}
    result = run_trial(wanted, RunSettings(seed=seed, out=out, dask=dask, **chosen))
    print_trial(result)
    write_results(result, (json_path, trial_json), (html_path, trial_page))
