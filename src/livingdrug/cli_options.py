"""The options command: what labels and guidelines name for a toxicity, and which criteria are met."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

import click

from livingdrug.bedside.care import SteroidOrder
from livingdrug.bedside.options.situation import Guideline, Scale, Toxicity
from livingdrug.cli_guard import check_outputs, refuse_politely, write_results
from livingdrug.errors import BadInput

_ALL = "all"
_NUMBERS = {
    "age_years": "Age; some rows are for adults, some for children.",
    "days_since_infusion": "Days since the infusion.",
    "crs_onset_hours": "Hours from the infusion to the beginning of CRS.",
    "fever_days": "Days of fever without a day's break.",
    "hours_on_steroid": "Hours on the steroid.",
    "anc_e9_per_l": "Neutrophils, e9/L.",
    "anc_low_days": "Days that neutrophils have been that low.",
    "platelets_e9_per_l": "Platelets, e9/L.",
    "haemoglobin_g_per_dl": "Haemoglobin, g/dL.",
    "cd4_cells_per_ul": "CD4 cells, /uL.",
    "igg_g_per_l": "IgG, g/L (400 mg/dL is 4.0 g/L).",
}
_FLAGS = {
    "with_crs": ("--with-crs/--without-crs", "CRS at the same time."),
    "refractory_fever": ("--refractory-fever/--no-refractory-fever", "Fever refractory to treatment."),
    "refractory_hypotension": (
        "--refractory-hypotension/--no-refractory-hypotension",
        "Hypotension refractory to fluids.",
    ),
    "cardiac_dysfunction": ("--cardiac-dysfunction/--no-cardiac-dysfunction", "Impaired heart."),
    "unstable_circulation": ("--unstable/--stable", "Unstable despite fluids and a vasopressor."),
    "respiratory_distress": ("--distress/--no-distress", "Worsening respiratory distress."),
    "rapid_deterioration": ("--rapid/--not-rapid", "Rapid deterioration."),
    "mild_presentation": ("--mild/--not-mild", "High fever, hypoxia or mild hypotension."),
    "better": ("--better/--not-better", "Since tocilizumab was given."),
    "worse_since_first_dose": ("--worse/--not-worse", "Since the first tocilizumab."),
    "better_on_steroid": ("--better-on-steroid/--not-better-on-steroid", "Since the steroid began."),
    "still_supported": ("--supported/--not-supported", "A vasopressor or oxygen still runs."),
    "seizure_risk": ("--seizure-risk/--no-seizure-risk", "Higher risk of seizures."),
    "high_risk": ("--high-risk/--no-high-risk", "High risk by the guideline that asks."),
    "febrile_neutropenia": ("--febrile-neutropenia/--no-febrile-neutropenia", "Febrile neutropenia."),
    "hepatitis_b_exposed": ("--hepatitis-b/--no-hepatitis-b", "Exposed to hepatitis B."),
    "recurrent_infection": ("--recurrent/--not-recurrent", "Recurrent infections."),
    "serious_infection": ("--serious/--not-serious", "A serious infection."),
    "serious_recurrent_infection": ("--serious-recurrent/--no-serious-recurrent", "Serious ones that recur."),
    "recurrent_sinopulmonary_infection": ("--sinopulmonary/--not-sinopulmonary", "Of sinuses or lungs."),
    "low_iga_or_igm": ("--low-iga-or-igm/--normal-iga-and-igm", "Low IgA or IgM."),
    "poor_vaccine_response": ("--poor-vaccine-response/--good-vaccine-response", "Response to vaccines."),
}
"""What is known as yes or no; what is not said is not known."""
_STEROIDS = [order.name.lower() for order in SteroidOrder]


def _choice(names: type[StrEnum]) -> click.Choice:
    return click.Choice([name.value for name in names])


def _what_is_known(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for every number and flag that a criterion may ask for."""
    for name, (spelled, text) in reversed(_FLAGS.items()):
        command = click.option(spelled, name, default=None, help=text)(command)
    for name, text in reversed(_NUMBERS.items()):
        option = click.option(f"--{name.replace('_', '-')}", name, type=float, default=None, help=text)
        command = option(command)
    return command


@click.command(
    epilog="Example: livingdrug options crs --grade 2 --scale lee_2014 --weight-kg 29.9 --guideline all"
)
@click.argument("toxicity", type=_choice(Toxicity))
@click.option("--grade", type=int, default=None, help="Grade by --scale.")
@click.option(
    "--scale",
    type=_choice(Scale),
    default=None,
    help="The scale by which it was graded [default: that of the table, where all tables have one].",
)
@click.option("--crs-grade", type=int, default=None, help="Of CRS beside another toxicity, by ASTCT 2019.")
@click.option(
    "--guideline",
    "named",
    type=click.Choice([*(g.value for g in Guideline), _ALL]),
    multiple=True,
    default=(Guideline.LABEL.value,),
    show_default=True,
    help="May be given more than once; all: side by side.",
)
@click.option("--edition", default=None, help="Label edition [default: us_2025_06].")
@click.option("--weight-kg", type=float, default=None, help="Weight, for doses by weight.")
@click.option("--tocilizumab-doses", type=int, default=None, help="Doses of tocilizumab so far.")
@click.option(
    "--hours-since-tocilizumab",
    "tocilizumab_hours_ago",
    type=float,
    multiple=True,
    help="Hours since a dose, the latest first; once for each dose whose time is known.",
)
@click.option("--crs-steroid", type=click.Choice(_STEROIDS), default=None, help="Running for CRS.")
@click.option("--icans-steroid", type=click.Choice(_STEROIDS), default=None, help="Running for ICANS.")
@_what_is_known
@click.option("--json", "json_path", type=click.Path(path_type=Path), default=None, help="Write all as JSON.")
@refuse_politely
def options(
    toxicity: str, named: tuple[str, ...], edition: str | None, json_path: Path | None, **known: Any
) -> None:
    """Show management options for a toxicity with the criteria that are met.

    What is not given is not known: an option that rests on it is listed as not assessable. Options, never
    orders; for research and education; not a medical device.
    """
    check_outputs({"--json": json_path})
    from livingdrug.bedside.options import guidelines_for, options_for
    from livingdrug.evidence import DEFAULT_EDITION, load_edition

    rules, asked_for = load_edition(edition or DEFAULT_EDITION), Toxicity(toxicity)
    guidelines = tuple(Guideline(name) for name in dict.fromkeys(named) if name != _ALL)
    if _ALL in named:
        guidelines = guidelines_for(asked_for)
    if Guideline.ANY not in guidelines and Guideline.ANY in guidelines_for(asked_for):
        guidelines = (*guidelines, Guideline.ANY)
    situation = _situation(known)
    found = [option for name in guidelines for option in options_for(asked_for, situation, name, rules)]

    _check_scale(situation, found)
    from livingdrug.report import Asked, options_json, print_options

    asked = Asked(asked_for, guidelines, situation, rules, tuple(found))
    print_options(asked)
    write_results(asked, (json_path, options_json))


def _check_scale(situation: Any, found: list[Any]) -> None:
    """Refuse one grade for tables that grade by several scales, where none is named."""
    from livingdrug.bedside.options import scales_asked

    scales = scales_asked(found)
    if situation.grade is not None and situation.scale is None and len(scales) > 1:
        raise BadInput(f"--scale: got none, expected one of {', '.join(scales)}: these tables grade by each")


def _situation(known: dict[str, Any]) -> Any:
    """Return what is known as the record that the rules read."""
    from livingdrug.bedside.options import Situation

    fields = dict(known)
    better = fields.pop("better")
    for name in ("crs_steroid", "icans_steroid"):
        fields[name] = None if fields[name] is None else SteroidOrder[fields[name].upper()]
    fields["scale"] = None if fields["scale"] is None else Scale(fields["scale"])
    return Situation(**fields, better_since_first_dose=better, better_since_last_dose=better)
