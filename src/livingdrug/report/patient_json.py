"""The report of one patient as JSON."""

import json
import math
from collections.abc import Sequence
from datetime import date
from typing import Any

from livingdrug.bedside.dosing import DoseWindow
from livingdrug.bedside.milestones import Milestone
from livingdrug.report.patient_blocks import Judged
from livingdrug.report.patient_document import patient_parts
from livingdrug.report.patient_verdict import headline, missing
from livingdrug.report.verdict_blocks import PLAIN_ANSWERS, STATUS, plain_blocks, plain_verdict
from livingdrug.runs import OnePatient


def milestone_rows(milestones: Sequence[Milestone], infusion: date | None) -> list[dict[str, Any]]:
    """Return the plan by date as plain data; days count from the infusion."""
    return [
        {
            "first": str(line.first),
            "last": None if line.last is None else str(line.last),
            "by": line.by,
            "onward": line.onward,
            "again": [str(day) for day in line.again],
            "day": None if infusion is None else (line.first - infusion).days,
            "what": line.what,
            "rests_on": str(line.standing),
            "source": f"{line.source}: {line.where}" if line.source else "",
            "unverified": line.unverified,
        }
        for line in milestones
    ]


def plain_judgement(result: Judged) -> dict[str, Any]:
    """Return what the rules say of one patient as plain data."""
    assessment = result.assessment
    return {
        "status": STATUS,
        "warning": result.rules.info.warning,
        "headline": headline(result),
        "eligible": PLAIN_ANSWERS[int(assessment.eligible[0])],
        "missing": list(missing(result)),
        "indication": plain_verdict(assessment.indication),
        "tests": plain_verdict(assessment.tests),
        "delay": plain_verdict(assessment.delay),
        "dose_window_cells": None if result.refused else _window(assessment.dose),
    }


def _window(dose: DoseWindow) -> list[float | None]:
    """Return the limits of the dose; None where they are not known."""
    sides = (float(dose.low_cells[0]), float(dose.high_cells[0]))
    return [None if math.isnan(side) else side for side in sides]


def patient_json(result: OnePatient) -> str:
    """Return verdict, plan by date and simulated course of one patient as JSON: same result, same bytes."""
    content = {
        **plain_judgement(result),
        "plan_by_date": milestone_rows(result.milestones, result.dates and result.dates.infusion),
        "course": plain_blocks(patient_parts(result), "course"),
        "provenance": result.provenance,
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
