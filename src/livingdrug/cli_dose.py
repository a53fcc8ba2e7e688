"""The dose command: one dose at the bedside held against the rules."""

import math
from pathlib import Path

import click

from livingdrug.cli_guard import check_writable, refuse_politely, write_results

_MATCH = {"yes": 1, "no": 0, "unknown": -1}
_MATCHES = click.Choice(list(_MATCH))


def _numbers(text: str | None, option: str) -> list[float] | None:
    """Return numbers written with commas between them."""
    from livingdrug.errors import BadInput

    if text is None:
        return None
    try:
        numbers = [float(word) for word in text.split(",")]
    except ValueError as problem:
        raise BadInput(f"{option}: got {text!r}, expected numbers with commas between them") from problem
    for value in numbers:
        _refuse_odd({option: value})
    return numbers


def _refuse_odd(given: dict[str, float]) -> None:
    """Refuse what is written as a number and is none: nan, inf."""
    from livingdrug.errors import BadInput

    for option, value in given.items():
        if not math.isfinite(value):
            raise BadInput(f"{option}: got {value}, expected a number")


@click.command(
    epilog="Example: livingdrug dose --indication ALL --weight-kg 27 --cells 8.1e7 --bag-volumes-ml 12,12 "
    "--cells-per-bag 4e7,4.1e7 --rate-ml-per-min 10 --thawed-at 2026-11-22T09:05+01:00 "
    "--now 2026-11-22T09:20+01:00"
)
@click.option("--indication", required=True, help="ALL, LBCL or FL.")
@click.option("--weight-kg", type=float, required=True, help="Weight at leukapheresis.")
@click.option("--cells", type=float, required=True, help="CAR-positive viable T cells of the whole dose.")
@click.option("--bag-volumes-ml", metavar="ML,ML", default=None, help="Volume of each bag.")
@click.option("--cells-per-bag", metavar="N,N", default=None, help="Cells in each bag.")
@click.option("--rate-ml-per-min", type=float, default=None, help="Infusion rate.")
@click.option("--thawed-at", metavar="TIME", default=None, help="When the bag in hand was thawed.")
@click.option("--now", "now_text", metavar="TIME", default=None, help="The time now, with its zone.")
@click.option("--bag-matches", type=_MATCHES, default="unknown", help="Identifiers on every bag match.")
@click.option("--papers-match", type=_MATCHES, default="unknown", help="The documents match.")
@click.option("--tocilizumab-at", metavar="TIME", multiple=True, help="A dose given; repeat for more.")
@click.option("--tocilizumab-at-hand", type=int, default=None, help="Doses at hand for this patient.")
@click.option(
    "--further-tocilizumab-hours",
    type=float,
    default=float("nan"),
    help="How soon a further dose can be had.",
)
@click.option("--edition", default=None, help="Label edition [default: us_2025_06].")
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), default=None, help="Write the result as JSON."
)
@refuse_politely
def dose(
    indication: str,
    weight_kg: float,
    cells: float,
    bag_volumes_ml: str | None,
    cells_per_bag: str | None,
    rate_ml_per_min: float | None,
    thawed_at: str | None,
    now_text: str | None,
    bag_matches: str,
    papers_match: str,
    tocilizumab_at: tuple[str, ...],
    tocilizumab_at_hand: int | None,
    further_tocilizumab_hours: float | None,
    edition: str | None,
    json_path: Path | None,
) -> None:
    """Hold one dose against the rules: window, bags, rate, thaw clock, identity, tocilizumab.

    Times are written with their zone, such as 2026-11-22T09:05+01:00. The answer never changes the exit
    code; only input that cannot be used does. For research and education; not a medical device.
    """
    check_writable(json_path, "--json")
    from livingdrug.bedside.clock import read_moment
    from livingdrug.bedside.dose_check import DoseAtHand, check_dose
    from livingdrug.errors import UnknownName
    from livingdrug.evidence import DEFAULT_EDITION, load_edition
    from livingdrug.patients import Indication

    _refuse_odd({"--weight-kg": weight_kg, "--cells": cells, "--rate-ml-per-min": rate_ml_per_min or 0.0})
    if indication.upper() not in Indication.__members__:
        raise UnknownName("--indication", indication, Indication.__members__)
    asked = DoseAtHand(
        indication=Indication[indication.upper()],
        weight_kg=weight_kg,
        dose_cells=cells,
        bag_volumes_ml=_numbers(bag_volumes_ml, "--bag-volumes-ml"),
        bag_cells=_numbers(cells_per_bag, "--cells-per-bag"),
        rate_ml_per_min=rate_ml_per_min,
        thawed_at=None if thawed_at is None else read_moment(thawed_at, "--thawed-at"),
        now=None if now_text is None else read_moment(now_text, "--now"),
        bag_matches=_MATCH[bag_matches],
        papers_match=_MATCH[papers_match],
        tocilizumab_given=[read_moment(text, "--tocilizumab-at") for text in tocilizumab_at],
        tocilizumab_at_hand=tocilizumab_at_hand,
        hours_to_further_tocilizumab=float("nan")
        if further_tocilizumab_hours is None
        else further_tocilizumab_hours,
    )
    check = check_dose(asked, load_edition(edition or DEFAULT_EDITION))

    from livingdrug.report import dose_json, print_dose

    print_dose(check)
    write_results(check, (json_path, dose_json))
