"""The score command: scores and gradings of one patient from a file, with reasons."""

from pathlib import Path

import click

from livingdrug.cli_guard import check_outputs, refuse_politely, write_results


@click.command(epilog="Example: livingdrug score examples/scores.toml --json scores.json")
@click.argument("file", metavar="FILE.toml", required=False, type=click.Path(path_type=Path))
@click.option("--fields", "asked", metavar="NAME", default=None, help="Show the fields of one table instead.")
@click.option("--edition", default=None, help="Label edition [default: us_2025_06].")
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), default=None, help="Write everything as JSON."
)
@refuse_politely
def score(file: Path | None, asked: str | None, edition: str | None, json_path: Path | None) -> None:
    """Score one patient: the answer in words, why, and what is missing.

    FILE.toml has one table a score, of those wanted. Before and beside treatment: hct_ci, iec_hs, hscore,
    hlh_2004, corrected_calcium, cd4. Reactions: infusion_reaction, allergic_reaction, anaphylaxis, sepsis.
    Nervous system: ice, capd, encephalopathy, confusion, delirium, tremor, headache, seizure. Response:
    remission, remission_held, residual_disease, lugano_pet, lugano_ct (with a list of targets).

    Numbers have their unit in the name; others are "yes", "no" or the name of a code. What is left out is
    unknown, never negative or normal. For research and education; not a medical device.

    A table of one: [hscore], and below it temperature_c = 39.4 and splenomegaly = "yes".
    """
    check_outputs({"--json": json_path}, file)
    if (file is None) == (asked is None):
        raise click.UsageError("expected a file of scores, or --fields with the name of a table")
    from livingdrug.bedside.score_tables import SHEETS, answer_scores, forms
    from livingdrug.errors import UnknownName

    if asked is not None:
        if asked not in SHEETS:
            raise UnknownName("score", asked, SHEETS)
        from livingdrug.report import print_fields

        print_fields(asked)
    if file is None:
        return
    from livingdrug.charts.score_file import read_score_file
    from livingdrug.evidence import DEFAULT_EDITION, load_edition

    rules = load_edition(edition or DEFAULT_EDITION)
    found = read_score_file(file, forms())
    answers = answer_scores(found, rules)

    from livingdrug.report import Scored, print_scores, scores_json

    result = Scored(found, answers, rules)
    print_scores(result)
    write_results(result, (json_path, scores_json))
