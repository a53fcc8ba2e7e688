"""One dose at the bedside as text and as JSON: window, bags, minutes, thaw clock, identity, tocilizumab."""

import json
import math
from datetime import datetime
from typing import Any

from rich.console import Console

from livingdrug.bedside.answers import MET, NOT_MET, Verdict
from livingdrug.bedside.dose_check import DoseCheck
from livingdrug.report.patient_blocks import NOT_KNOWN, Block, Grid, Part, Words, cells, joined
from livingdrug.report.patient_text import print_document
from livingdrug.report.tocilizumab_words import step_words, tocilizumab_words
from livingdrug.report.verdict_blocks import (
    PLAIN_ANSWERS,
    STATUS,
    by_answer,
    plain_verdict,
    verdict_grid,
)
from livingdrug.report.words import number

_STOPPED = {
    "unknown": "STOP: the identity is not confirmed here (--bag-matches, --papers-match); the rule stops "
    "whatever else is answered.",
    "mismatch": "STOP: the identity does not match; the rule stops whatever else is answered.",
}


_NOT_TODAYS = (
    "Worked from the weight at leukapheresis; with --weight-now-kg it is worked from the weight of the day."
)
_NONE_ENTERED = (
    "No dose of tocilizumab was entered; if none was given (--no-tocilizumab-given), what follows holds."
)


def _headline(check: DoseCheck) -> str:
    """Say in a sentence whether all that was asked is met."""
    if check.identity.answer[0] != MET:
        return _STOPPED["mismatch" if check.identity.answer[0] == NOT_MET else "unknown"]
    if check.go_ahead.answer[0] == MET:
        return "All that was asked here is met."
    closed = [r for r in by_answer(check.go_ahead.reasons) if r.answer[0] != MET]
    said = "Not met" if check.go_ahead.answer[0] == NOT_MET else "Not assessable yet"
    return f"{said}: {'; '.join(r.text for r in closed)}."


def _dose_part(check: DoseCheck) -> Part:
    low, high = float(check.window.low_cells[0]), float(check.window.high_cells[0])
    expected = NOT_KNOWN if math.isnan(low) else f"{cells(low)} to {cells(high)} CAR-positive viable T cells"
    blocks: list[Block] = [
        Words(_headline(check), loud=True),
        Words(f"Window: {expected}; the weight at leukapheresis decides. {check.told}."),
        verdict_grid("The whole dose", check.dose),
    ]
    return Part("dose", "The dose", tuple(blocks))


def _bags_part(check: DoseCheck) -> Part:
    blocks: list[Block] = []
    volumes, counts = check.asked.bag_volumes_ml or (), check.asked.bag_cells
    rows = []
    for j, volume in enumerate(volumes):
        held = NOT_KNOWN if counts is None else cells(counts[j])
        runs = f"{check.minutes_per_bag[j]:.1f} min" if check.minutes_per_bag else "no rate given"
        rows.append((str(j + 1), f"{number(volume)} mL", held, runs))
    if rows:
        blocks.append(Grid("Bags", ("bag", "volume", "cells", "runs for"), (0, 0, 0, 1), tuple(rows)))
    for caption, verdict in (
        ("What a dose is made of", check.bags),
        ("Rate", check.rate),
        ("Push", check.push),
        ("Premedication", check.premedication),
        ("What was given so far", check.whole_dose),
    ):
        if verdict is not None:
            blocks.append(verdict_grid(caption, verdict))
    blocks.append(verdict_grid("Identity, at preparation and at the bedside", check.identity))
    return Part("bags", "Bags, rate and identity", tuple(blocks))


def _minutes(value: float) -> str:
    """Write how long is left in whole minutes that are really left, and how long ago it passed."""
    whole = math.floor(abs(value))
    told = f"{whole} minutes" if whole else "less than a minute"
    return f"{told} left" if value >= 0 else f"passed {told} ago"


def _thaw_part(check: DoseCheck) -> tuple[Part, ...]:
    clock = check.thaw
    if clock is None:
        return ()
    started = None if clock.started_now is None else int(clock.started_now.answer[0])
    ends = {
        None: "",
        MET: " Started now, the longest bag ends in time.",
        NOT_MET: " Started now, the longest bag ends too late.",
    }
    words = f"Thawed bag: in by {_moment(clock.deadline)}, {_minutes(clock.minutes_left)}."
    text = Words(words + ends[started], loud=True)
    return (Part("thaw", "Thaw clock", (text, verdict_grid("", clock.verdict))),)


def _moment(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="minutes")


def _tocilizumab_part(check: DoseCheck) -> Part:
    asked, charted, then = check.asked, check.charted, check.next_tocilizumab
    weight = asked.weight_kg if asked.weight_now_kg is None else asked.weight_now_kg
    blocks: list[Block] = [Words(tocilizumab_words(weight, check.tocilizumab_mg, check.rules))]
    if asked.weight_now_kg is None and not math.isnan(check.tocilizumab_mg):
        blocks.append(Words(_NOT_TODAYS))
    if check.warn_of_the_step:
        blocks.append(Words(step_words(check.rules), loud=True))
    if charted.entered_twice:
        told = joined([_moment(moment) for moment in charted.entered_twice])
        blocks.append(Words(f"Entered more than once, counted once, to be cleared up: {told}.", loud=True))
    if charted.out_of_order:
        blocks.append(Words("The doses were entered out of order; here they are put in order."))
    for moment, reason in charted.outside:
        blocks.append(Words(f"Outside a limit when given, {_moment(moment)}: {reason.text}.", loud=True))
    if then is not None and not charted.given and not asked.none_given:
        blocks.append(Words(_NONE_ENTERED, loud=True))
    if then is not None:
        blocks += [verdict_grid("Another dose now", then.verdict), Words(_left(check))]
    blocks.append(verdict_grid("At hand before the infusion", check.stock))
    return Part("tocilizumab", "Tocilizumab", tuple(blocks))


def _left(check: DoseCheck) -> str:
    then = check.next_tocilizumab
    assert then is not None
    told = []
    if then.earliest is not None:
        told.append(f"within the limits from {_moment(then.earliest)} on")
    elif then.left_in_all is not None:
        told.append("no further dose is within the limits")
    if then.left_in_all is not None:
        told.append(f"{then.left_in_all} left of the total that the edition states")
    if then.left_at_hand is not None:
        told.append(f"{max(0, then.left_at_hand)} at hand after one more")
    if then.left_at_hand is not None and then.left_at_hand < 0:
        told.append("none is at hand now")
    said = "; ".join(told)
    return f"{said[:1].upper()}{said[1:]}." if said else "This edition states no limits."


def dose_parts(check: DoseCheck) -> tuple[Part, ...]:
    """Return the report of one dose, part by part."""
    return (_dose_part(check), _bags_part(check), *_thaw_part(check), _tocilizumab_part(check))


def print_dose(check: DoseCheck, console: Console | None = None) -> None:
    """Print what the rules say of one dose."""
    asked = check.asked
    heading = f"{asked.indication.name}, {number(asked.weight_kg)} kg, {cells(asked.dose_cells)} cells"
    print_document(heading, check.rules, dose_parts(check), console)


def _number_or_none(value: float) -> float | None:
    return None if math.isnan(value) else value


def _maybe(verdict: Verdict | None) -> dict[str, Any] | None:
    return None if verdict is None else plain_verdict(verdict)


def _plain_tocilizumab(check: DoseCheck) -> dict[str, Any]:
    then, charted = check.next_tocilizumab, check.charted
    return {
        "dose_mg": _number_or_none(check.tocilizumab_mg),
        "step_at_the_weight_limit": check.warn_of_the_step,
        "worked_from": "weight at leukapheresis" if check.asked.weight_now_kg is None else "weight now",
        "none_given": check.asked.none_given,
        "given": [moment.isoformat() for moment in charted.given],
        "entered_twice": [moment.isoformat() for moment in charted.entered_twice],
        "out_of_order": charted.out_of_order,
        "outside_limits": [[moment.isoformat(), reason.code] for moment, reason in charted.outside],
        "another_now": None if then is None else plain_verdict(then.verdict),
        "earliest": None if then is None or then.earliest is None else then.earliest.isoformat(),
        "left_in_all": None if then is None else then.left_in_all,
        "left_at_hand": None if then is None else then.left_at_hand,
        "stock": plain_verdict(check.stock),
    }


def dose_json(check: DoseCheck) -> str:
    """Return what the rules say of one dose as JSON: same input, same bytes."""
    clock = check.thaw
    content = {
        "status": STATUS,
        "edition": check.rules.name,
        "edition_hash": check.rules.hash,
        "warning": check.rules.info.warning,
        "headline": _headline(check),
        "go_ahead": PLAIN_ANSWERS[int(check.go_ahead.answer[0])],
        "dose_window_cells": [
            _number_or_none(float(side[0])) for side in (check.window.low_cells, check.window.high_cells)
        ],
        "dose": plain_verdict(check.dose),
        "bags": _maybe(check.bags),
        "minutes_per_bag": list(check.minutes_per_bag),
        "rate": _maybe(check.rate),
        "push": _maybe(check.push),
        "premedication": _maybe(check.premedication),
        "whole_dose": _maybe(check.whole_dose),
        "identity": plain_verdict(check.identity),
        "thaw": None
        if clock is None
        else {
            "deadline": clock.deadline.isoformat(),
            "minutes_left": clock.minutes_left,
            "in_time": plain_verdict(clock.verdict),
            "started_now_ends_in_time": None
            if clock.started_now is None
            else PLAIN_ANSWERS[int(clock.started_now.answer[0])],
        },
        "tocilizumab": _plain_tocilizumab(check),
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
