"""The dose command: one dose at the bedside held against the rules."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from livingdrug.cli_guard import check_outputs, refuse_politely, write_results

if TYPE_CHECKING:
    from livingdrug.bedside.dose_check import DoseAtHand
    from livingdrug.patients import Indication

_FROM_ZERO = (
    "cells",
    "premedication_minutes",
    "bags_given",
    "tocilizumab_at_hand",
    "further_tocilizumab_hours",
)
"""Options that cannot be below 0."""
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
    return numbers


def _refuse_below_zero(given: dict[str, float | list[float] | None], zero: bool = True) -> None:
    """Refuse what is no number (nan, inf) or below 0, and 0 too where it cannot be."""
    from livingdrug.errors import BadInput

    for option, value in given.items():
        for each in value if isinstance(value, list) else [value]:
            if each is None or (math.isfinite(each) and (each > 0 or (zero and each == 0))):
                continue
            raise BadInput(
                f"{option}: got {each:g}, expected a number {'of 0 or more' if zero else 'above 0'}"
            )


def _refuse_odd_weight(given: dict[str, float | None]) -> None:
    """Refuse a weight that no patient can have."""
    from livingdrug.errors import BadInput
    from livingdrug.patients.check import columns

    column = columns()["weight_kg"]
    for option, value in given.items():
        if value is not None and not column.low <= value <= column.high:
            raise BadInput(f"{option}: got {value:g}, expected {column.expected}")


@click.command(
    epilog="Example: livingdrug dose --indication ALL --weight-kg 27 --cells 8.1e7 --bag-volumes-ml 12,12 "
    "--cells-per-bag 4e7,4.1e7 --rate-ml-per-min 10 --thawed-at 2026-11-22T09:05+01:00 "
    "--now 2026-11-22T09:20+01:00"
)
@click.option("--indication", required=True, help="ALL, LBCL or FL.")
@click.option("--weight-kg", type=float, required=True, help="Weight at leukapheresis.")
@click.option("--weight-now-kg", type=float, default=None, help="Weight now, for tocilizumab.")
@click.option("--cells", type=float, required=True, help="CAR-positive viable T cells of the whole dose.")
@click.option("--bag-volumes-ml", metavar="ML,ML", default=None, help="Volume of each bag.")
@click.option("--cells-per-bag", metavar="N,N", default=None, help="Cells in each bag.")
@click.option("--rate-ml-per-min", type=float, default=None, help="Infusion rate.")
@click.option("--premedication-minutes", type=float, default=None, help="From premedication to infusion.")
@click.option("--bags-given", type=int, default=None, help="Bags that were given so far.")
@click.option("--thawed-at", metavar="TIME", default=None, help="When the bag in hand was thawed.")
@click.option("--now", "now_text", metavar="TIME", default=None, help="The time now, with its zone.")
@click.option("--bag-matches", type=_MATCHES, default="unknown", help="Identifiers on every bag match.")
@click.option("--papers-match", type=_MATCHES, default="unknown", help="The documents match.")
@click.option("--tocilizumab-at", metavar="TIME", multiple=True, help="A dose given; repeat for more.")
@click.option("--no-tocilizumab-given", is_flag=True, help="It is known that none was given.")
@click.option("--tocilizumab-at-hand", type=int, default=None, help="Doses at hand for this patient.")
@click.option(
    "--further-tocilizumab-hours",
    type=float,
    default=None,
    help="How soon a further dose can be had.",
)
@click.option("--edition", default=None, help="Label edition [default: us_2025_06].")
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), default=None, help="Write the result as JSON."
)
@refuse_politely
def dose(indication: str, edition: str | None, json_path: Path | None, **told: Any) -> None:
    """Hold one dose against the rules: window, bags, rate, thaw clock, identity, tocilizumab.

    Times are written with their zone, such as 2026-11-22T09:05+01:00. The answer never changes the exit
    code; only input that cannot be used does. For research and education; not a medical device.
    """
    check_outputs({"--json": json_path})
    from livingdrug.bedside.dose_check import check_dose
    from livingdrug.errors import UnknownName
    from livingdrug.evidence import DEFAULT_EDITION, load_edition
    from livingdrug.patients import Indication

    if indication.upper() not in Indication.__members__:
        raise UnknownName("--indication", indication, Indication.__members__)
    asked = _asked(Indication[indication.upper()], told)
    check = check_dose(asked, load_edition(edition or DEFAULT_EDITION))

    from livingdrug.report import dose_json, print_dose

    print_dose(check)
    write_results(check, (json_path, dose_json))


def _asked(disease: "Indication", told: dict[str, Any]) -> "DoseAtHand":
    """Return what the options tell of one dose; refuse what cannot be."""
    from livingdrug.bedside.clock import read_moment
    from livingdrug.bedside.dose_check import DoseAtHand

    volumes = _numbers(told["bag_volumes_ml"], "--bag-volumes-ml")
    held = _numbers(told["cells_per_bag"], "--cells-per-bag")
    thawed_at, now = told["thawed_at"], told["now_text"]
    _refuse_odd_weight({"--weight-kg": told["weight_kg"], "--weight-now-kg": told["weight_now_kg"]})
    _refuse_below_zero(
        {"--rate-ml-per-min": told["rate_ml_per_min"], "--bag-volumes-ml": volumes}, zero=False
    )
    counted = {f"--{name.replace('_', '-')}": told[name] for name in _FROM_ZERO}
    _refuse_below_zero({**counted, "--cells-per-bag": held})
    further = told["further_tocilizumab_hours"]
    return DoseAtHand(
        indication=disease,
        weight_kg=told["weight_kg"],
        dose_cells=told["cells"],
        bag_volumes_ml=volumes,
        bag_cells=held,
        rate_ml_per_min=told["rate_ml_per_min"],
        weight_now_kg=told["weight_now_kg"],
        minutes_since_premedication=told["premedication_minutes"],
        n_bags_given=told["bags_given"],
        thawed_at=None if thawed_at is None else read_moment(thawed_at, "--thawed-at"),
        now=None if now is None else read_moment(now, "--now"),
        bag_matches=_MATCH[told["bag_matches"]],
        papers_match=_MATCH[told["papers_match"]],
        tocilizumab_given=[read_moment(text, "--tocilizumab-at") for text in told["tocilizumab_at"]],
        none_given=told["no_tocilizumab_given"],
        tocilizumab_at_hand=told["tocilizumab_at_hand"],
        hours_to_further_tocilizumab=math.nan if further is None else further,
    )
