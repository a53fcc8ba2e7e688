"""The cohort command: the courses of a population, written as tables."""

from pathlib import Path

import click

from livingdrug.cli_guard import refuse_politely, wanted_workers


@click.command(
    epilog="Example: livingdrug cohort juliet -n 2000 --out cohort --observations crp_mg_per_l,igg_g_per_l"
)
@click.argument("design")
@click.option("-n", "n", type=int, default=1000, show_default=True, help="Virtual patients.")
@click.option("--seed", type=int, default=1, show_default=True, help="Their luck.")
@click.option("--edition", default=None, help="Label edition [default: us_2025_06].")
@click.option("--workers", type=int, default=None, help="How many compute [default: one for each core].")
@click.option(
    "--dask", metavar="ADDRESS", default=None, help="Compute on the Dask cluster of this scheduler."
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder of the tables; restarts there."
)
@click.option(
    "--observations",
    metavar="FIELD,...",
    multiple=True,
    help="Observations of every patient and day, such as crp_mg_per_l; may be given more than once.",
)
@refuse_politely
def cohort(
    design: str,
    n: int,
    seed: int,
    edition: str | None,
    workers: int | None,
    dask: str | None,
    out: Path,
    observations: tuple[str, ...],
) -> None:
    """Simulate a population and write its courses as tables (Parquet).

    DESIGN is a name such as juliet, or a TOML file: its baseline and plan.

    The folder gets patients/ (one row a patient), visits/ (one row a visit), observations/ (one row a
    patient and day, where fields are asked for) and provenance.json.
    """
    from livingdrug.evidence import DEFAULT_EDITION
    from livingdrug.trial.design import load_design

    wanted = load_design(design)

    from livingdrug.trial import RunSettings, write_cohort

    fields = tuple(name.strip() for given in observations for name in given.split(",") if name.strip())
    cores = wanted_workers(workers, dask)
    settings = RunSettings(
        n=n, seed=seed, edition=edition or DEFAULT_EDITION, workers=cores, out=out, dask=dask
    )
    written = write_cohort(wanted, settings, fields)
    tables = ", ".join(f"{name}/" for name in written.tables)
    click.echo(
        f"{written.n:,} patients of {wanted.name} in {written.folder}: {tables} and provenance.json. "
        f"Read a table with pandas.read_parquet('{written.folder / 'patients'}')."
    )
