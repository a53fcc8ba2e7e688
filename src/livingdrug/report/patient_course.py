"""The simulated course of patients like one patient, in plain words and tables."""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from livingdrug.bedside.answers import NOT_ASSESSABLE
from livingdrug.bedside.response import Response, is_complete, is_response
from livingdrug.course.stopping import StopReason
from livingdrug.endpoints import PatientRecord
from livingdrug.endpoints.survival import (
    Estimate,
    TimeToEvent,
    event_free_survival,
    kaplan_meier,
    kaplan_meier_median,
    overall_survival,
    progression_free_survival,
    relapse_free_survival,
)
from livingdrug.patients import Indication
from livingdrug.report.patient_blocks import (
    Block,
    Grid,
    Listed,
    Part,
    Words,
    cells,
    column_words,
    middle,
    share,
)
from livingdrug.report.words import number, span
from livingdrug.runs import Alike, OnePatient, Seen
from livingdrug.tables import take
from livingdrug.trial.flow import patient_flow, told_failures
from livingdrug.trial.incidence import MONTHS, incidence_in_pool
from livingdrug.units import DAYS_PER_MONTH

Clock = Callable[[PatientRecord], TimeToEvent]
"""From a record to time and event."""

LEVEL_DAYS = (0.0, 3.0, 7.0, 14.0, 28.0, *(DAYS_PER_MONTH * month for month in (3, 6, 12, 24)))
"""Days at which levels are tabled."""
_LEVEL_HEADS = ("day 0", "day 3", "day 7", "day 14", "day 28", "month 3", "month 6", "month 12", "month 24")
_NEAR = 0.2
"""An observation stands for a day when it lies within this share of it."""
LOWEST_TRANSGENE = "body.observe.transgene_limit"
_SHOWN_MONTHS = 2
_SEVERE = 3

LEVELS = (
    ("temperature_c", "Temperature, C"),
    ("crp_mg_per_l", "CRP, mg/L"),
    ("il6_pg_per_ml", "IL-6, pg/mL"),
    ("ferritin_ug_per_l", "Ferritin, µg/L"),
    ("transgene_copies_per_ug", "Transgene, copies/µg"),
    ("anc_e9_per_l", "Neutrophils, e9/L"),
    ("platelets_e9_per_l", "Platelets, e9/L"),
    ("haemoglobin_g_per_dl", "Haemoglobin, g/dL"),
    ("b_cells_per_ul", "B cells, /µL"),
    ("igg_g_per_l", "IgG, g/L"),
)
"""Levels over time, with their names and units."""

_OPEN = (
    "The rules cannot answer yet: what follows is shown in case they come to say yes. What is missing is "
    "drawn here as the pivotal trial had it, which takes the missing tests to come back acceptable; the "
    "rules themselves do not."
)
LIMITS = (
    "A population model: the course of many virtual patients, not a forecast of this patient's own. What the "
    "chart says is kept, what it leaves open is drawn from the pivotal trial's baseline, and later "
    "measurements of this patient do not weigh in.",
    "Part of the model is assumed, not estimated (“livingdrug evidence assumptions”). Losses before "
    "infusion, infections, next therapies and infusion reactions are put in at published or assumed rates: "
    "no prediction.",
    "Shares carry the 95% interval of chance among so many virtual patients; what is uncertain in the model "
    "itself is not in it. Times and levels: median and the middle 90% of patients.",
)


def _count(result: OnePatient) -> str:
    assert result.alike is not None
    n = len(result.alike.record)
    return f"{n} virtual patient{'s' if n > 1 else ''} like this one"


def infused_of(alike: Alike) -> PatientRecord:
    """Return the record of those who reached the infusion."""
    return take(alike.record, alike.record.infused)


def _drawn(result: OnePatient) -> str:
    """Say which values were drawn, because the chart does not know them."""
    assert result.alike is not None
    drawn = []
    for name, column in vars(result.chart).items():
        here = float(np.asarray(column)[0])
        unknown = np.isnan(here) or here == -1
        there = np.asarray(getattr(result.alike.patients, name))[0]
        if unknown and not np.isnan(there) and there != -1:
            drawn.append(column_words(name))
    if not drawn:
        return "Every value that the baseline holds was charted."
    trial = result.trial_name.upper()
    return f"Drawn from the baseline of {trial}, for the chart leaves them open: {', '.join(drawn)}."


def _about(dose: np.floating) -> str:
    """Write a dose with two significant digits."""
    return cells(float(f"{float(dose):.1e}"))


def _reaching(result: OnePatient) -> list[Block]:
    """Who reaches the infusion, and why the others do not."""
    assert result.alike is not None
    record = result.alike.record
    rows = [("Reach the infusion", *share(record.infused))]
    counts = [
        (reason, record.stop_reason == reason) for reason in StopReason if reason != StopReason.NOT_STOPPED
    ]
    for reason, stopped in sorted(counts, key=lambda pair: -int(pair[1].sum())):
        if stopped.any():
            rows.append((f"  lost: {reason.text.rstrip('.').lower()}", *share(stopped)))
    dose, window = record.dose_cells[record.infused], result.assessment.dose
    waits = record.infusion_day_from_enrolment
    told = []
    if len(dose):
        told.append(
            f"Days from referral to infusion: {middle(waits, decimals=0)}, by the plan's typical waits; "
            "dates in the file do not enter here."
        )
        low, high = (_about(np.percentile(dose, p)) for p in (5, 95))
        inside = (dose >= window.low_cells[0]) & (dose <= window.high_cells[0])
        told.append(
            f"Dose given: {_about(np.median(dose))} CAR-positive viable T cells ({low} to {high}); within "
            f"the edition's window in {int(inside.sum())} of {len(dose)}."
        )
    failures = told_failures(patient_flow(record))
    if failures:
        told.append(failures)
    if (
        not result.plan.accept_out_of_specification
        and (record.stop_reason == StopReason.OUT_OF_SPECIFICATION).any()
    ):
        told.append(
            "The plan gives no product outside its release limits; trials and managed access programmes gave "
            "some (accept_out_of_specification in [plan])."
        )
    heads = ("until the infusion", "patients", "share (95%)")
    return [Grid("", heads, (1, 0, 0), tuple(rows)), Listed(tuple(told))]


def _response(infused: PatientRecord, indication: Indication) -> list[Block]:
    best = infused.best_response
    rows = [("Respond", *share(is_response(best)))]
    if indication == Indication.ALL:
        rows += [
            ("  complete remission (CR or CRi) at best", *share(is_complete(best))),
            ("  complete remission with full counts (CR)", *share(best == Response.CR)),
            ("  residual disease negative in remission", *share(infused.mrd_negative_in_remission == 1)),
        ]
    else:
        rows += [
            ("  complete response at best", *share(best == Response.CR)),
            ("  partial response at best", *share(best == Response.PR)),
        ]
    if (~np.isnan(infused.transplant_day)).any():
        rows.append(
            ("Transplant in remission (put in by the plan)", *share(~np.isnan(infused.transplant_day)))
        )
    heads = ("response, of those infused", "patients", "share (95%)")
    day = middle(infused.first_response_day, decimals=0)
    first = "Nobody responds." if day == "-" else f"First response seen on day {day}, in those who respond."
    return [Grid("", heads, (1, 0, 0), tuple(rows)), Words(first)]


def _toxicity(infused: PatientRecord, result: OnePatient) -> list[Block]:
    crs, icans = infused.crs_astct, infused.icans_grade
    rows = [
        ("CRS, any grade (ASTCT)", *_graded(crs, 1)),
        ("CRS grade 3 or more (ASTCT)", *_graded(crs, _SEVERE)),
        ("Tocilizumab", *share(infused.n_tocilizumab > 0)),
        ("  two doses or more", *share(infused.n_tocilizumab > 1)),
        ("Steroid", *share(infused.steroid_given)),
        ("Immunoglobulin, at any time", *share(~np.isnan(infused.ivig_first_day))),
        ("Intensive care during CRS", *share(infused.icu)),
        ("Oxygen during CRS", *share(infused.oxygen_given)),
        ("ICANS, any grade (ASTCT)", *_graded(icans, 1)),
        ("ICANS grade 3 or more (ASTCT)", *_graded(icans, _SEVERE)),
        ("Neutropenia grade 3 or more at day 28", *_graded(infused.neutropenia_grade_day28, _SEVERE)),
        (
            "Low platelets grade 3 or more at day 28",
            *_graded(infused.thrombocytopenia_grade_day28, _SEVERE),
        ),
        (
            "Infection grade 3 or more within 8 weeks (put in)",
            *share(infused.infection_grade_8_weeks >= _SEVERE),
        ),
        ("Died of the treatment", *share(infused.treatment_related_death)),
    ]
    told = (
        _timed("CRS", crs >= 1, infused.crs_onset_day, infused.crs_resolved_day),
        _timed("ICANS", icans >= 1, infused.icans_onset_day, infused.icans_resolved_day),
        f"Tocilizumab and steroids are given here by the table of {result.plan.crs_protocol_edition}.",
    )
    heads = ("toxicity and treatment, of those infused", "patients", "share (95%)")
    return [Grid("", heads, (1, 0, 0), tuple(rows)), Listed(told)]


def _graded(grade: np.ndarray, least: int) -> tuple[str, str]:
    """Write the share with at least a grade, of those whose grade is known."""
    return share(grade[grade >= 0] >= least)


def _timed(name: str, who: np.ndarray, onset: np.ndarray, resolved: np.ndarray) -> str:
    """Say when a toxicity starts and how long it lasts in those who have it."""
    if not who.any():
        return f"Nobody has {name}."
    starts, lasts = middle(onset[who], decimals=1), middle((resolved - onset)[who], decimals=1)
    return f"{name} starts on day {starts} and lasts {lasts} days, in those who have it."


def level_at(seen: Seen, name: str, day: float) -> np.ndarray:
    """Return a level on a day, NaN where nothing was seen near it; shape (patients,)."""
    days = np.asarray(seen.days)
    nearest = int(np.abs(days - day).argmin())
    if abs(days[nearest] - day) > max(_NEAR * day, 1.0):
        return np.full(len(getattr(seen, name)), np.nan)
    return getattr(seen, name)[:, nearest]


def _levels(result: OnePatient, fewest: int) -> list[Block]:
    assert result.alike is not None
    seen = take(result.alike.seen, result.alike.record.infused)
    split = len(_LEVEL_HEADS) - 4
    lowest = {"transgene_copies_per_ug": result.rules.number(LOWEST_TRANSGENE)}
    blocks: list[Block] = []
    for part, caption in ((slice(None, split), "first weeks"), (slice(split, None), "later")):
        rows = tuple(
            (
                title,
                *(
                    middle(level_at(seen, name, day), fewest, lowest=lowest.get(name))
                    for day in LEVEL_DAYS[part]
                ),
            )
            for name, title in LEVELS
        )
        heads = ("level", *_LEVEL_HEADS[part])
        blocks.append(
            Grid(f"Levels, {caption}: median (middle 90%)", heads, (3, *(2 for _ in heads[1:])), rows)
        )
    blocks.append(
        Words(
            f"Of those still followed; a dash where fewer than {fewest} are. Relapse and death thin the "
            "later ones."
        )
    )
    return blocks


def _estimate(found: Estimate) -> str:
    """Write a share over time; without an interval where its width is unknown, which is not none."""
    low, high = found.low, found.high
    interval = "" if np.isnan(low) or low == high else f" ({low:.0f}–{high:.0f})"
    return "-" if np.isnan(found.value) else f"{found.value:.0f}%{interval}"


def free_of_disease(indication: Indication) -> tuple[str, Clock]:
    """Return how life without the disease is counted in an indication: in words, and by which clock."""
    if indication == Indication.ALL:
        return "event-free (no remission by month 3 is an event)", event_free_survival
    return "alive without progression or relapse", progression_free_survival


def _survival_row(title: str, record: PatientRecord, clock: Clock, fewest: int) -> tuple[str, ...]:
    times = clock(record)
    shown = tuple(_estimate(found) for found in kaplan_meier(times, MONTHS[:_SHOWN_MONTHS]))
    return (title, *shown, median_of(times, fewest))


def median_of(times: TimeToEvent, fewest: int) -> str:
    """Write a median time; nothing beyond the month when fewer than so many are at risk counts as reached.

    A death after the last visit, when everybody else was censored, would otherwise bring a curve to zero.
    """
    if len(times.months) < fewest:
        return "-"
    watched = float(np.sort(times.months)[-fewest])
    found = kaplan_meier_median(times)
    value, low, high = (
        np.inf if np.isnan(at) or at > watched else at for at in (found.value, found.low, found.high)
    )
    return "not reached" if np.isinf(value) else number(value) + span(low, high)


def _fate(result: OnePatient, fewest: int) -> list[Block]:
    """Survival and relapse by antigen."""
    assert result.alike is not None
    record = result.alike.record
    infused = infused_of(result.alike)
    responders = take(infused, ~np.isnan(infused.first_response_day))
    words, clock = free_of_disease(result.indication)
    rows = [
        _survival_row("Alive", infused, overall_survival, fewest),
        _survival_row(f"{words[0].upper()}{words[1:]}", infused, clock, fewest),
    ]
    if len(responders):
        words = "Responders: still without relapse (from response)"
        rows.append(_survival_row(words, responders, relapse_free_survival, fewest))
    heads = ("outcome", *(f"month {month:g}" for month in MONTHS[:_SHOWN_MONTHS]), "median, months")
    blocks: list[Block] = [
        Grid("Survival from infusion (Kaplan-Meier, 95%)", heads, (5, 2, 2, 3), tuple(rows))
    ]
    relapses = {
        "relapse, CD19-positive, responders": "Relapse, CD19-positive",
        "relapse, CD19-negative, responders": "Relapse, CD19-negative",
        "relapse, CD19 not known, responders": "Relapse, CD19 not known",
        "death without relapse, responders": "Death without relapse",
    }
    found = {item.name: item for item in incidence_in_pool(record, int(result.provenance["seed"]))}
    ends = tuple(
        (title, *("none" if at.value == 0 else _estimate(at) for at in found[key].percent[:_SHOWN_MONTHS]))
        for key, title in relapses.items()
        if key in found
    )
    if ends:
        title = "What ends a response, from first response (each competing with the others)"
        blocks.append(Grid(title, ("event", *heads[1:-1]), (5, 2, 2), ends))
    return blocks


def infusion_date(result: OnePatient) -> date:
    """Return the planned date of the infusion, which is day 0 of the course."""
    assert result.dates is not None
    return result.dates.infusion


def lead(result: OnePatient) -> str:
    """Say in a few sentences what becomes of patients like this one."""
    assert result.alike is not None
    infused = infused_of(result.alike)
    k = len(infused)
    if k == 0:
        return f"Infused: none of {_count(result)}."
    day28 = infusion_date(result) + timedelta(days=28)
    word = "remission" if result.indication == Indication.ALL else "response"
    complete, complete_share = share(is_complete(infused.best_response))
    severe, severe_share = _graded(infused.crs_astct, _SEVERE)
    (alive,) = kaplan_meier(overall_survival(infused), MONTHS[:1])
    return (
        f"Infused: {k} of {_count(result)}. Of those: complete {word} at best in {complete}, "
        f"{complete_share}; CRS of grade 3 or more in {severe}, {severe_share}; alive at one year "
        f"{_estimate(alive)}. Day 28 would be {day28}."
    )


def course_part(result: OnePatient) -> Part:
    """Return what became of virtual patients like this one."""
    assert result.alike is not None
    infused = infused_of(result.alike)
    blocks: list[Block] = [Words(lead(result), loud=True)]
    if result.assessment.eligible[0] == NOT_ASSESSABLE:
        blocks.append(Words(_OPEN, loud=True))
    blocks += [Words(_drawn(result)), *_reaching(result)]
    if not len(infused):
        return Part("course", f"The simulated course of {_count(result)}", tuple(blocks))
    fewest = int(result.rules.number("patients.alike.fewest_shown"))
    blocks += [*_response(infused, result.indication), *_toxicity(infused, result), *_fate(result, fewest)]
    blocks += _levels(result, fewest)
    return Part("course", f"The simulated course of {_count(result)}", tuple(blocks))
