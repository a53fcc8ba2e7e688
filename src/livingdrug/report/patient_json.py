"""The report of one patient as JSON."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from livingdrug.bedside.answers import Verdict
from livingdrug.bedside.milestones import Milestone
from livingdrug.report.patient_blocks import Grid, Listed, Words
from livingdrug.report.patient_document import STATUS, patient_parts
from livingdrug.report.patient_verdict import headline, missing, place
from livingdrug.runs import OnePatient

_ANSWERS = {1: "yes", 0: "no", -1: "not assessable"}


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "answer": _ANSWERS[int(verdict.answer[0])],
        "criteria": [
            {
                "code": reason.code,
                "criterion": reason.text,
                "answer": _ANSWERS[int(reason.answer[0])],
                "source": place(reason),
            }
            for reason in verdict.reasons
        ],
    }


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


def _blocks(result: OnePatient, key: str) -> list[Any]:
    """Return the blocks of one part as plain data: texts, and tables with their heads."""
    found: list[Any] = []
    for part in patient_parts(result):
        for block in part.blocks if part.key == key else ():
            if isinstance(block, Words):
                found.append(block.text)
            elif isinstance(block, Listed):
                found.append(list(block.items))
            elif isinstance(block, Grid):
                rows = [[cell.strip() for cell in row] for row in block.rows]
                found.append({"caption": block.caption, "heads": list(block.heads), "rows": rows})
    return found


def patient_json(result: OnePatient) -> str:
    """Return verdict, plan by date and simulated course of one patient as JSON: same result, same bytes."""
    assessment = result.assessment
    content = {
        "status": STATUS,
        "warning": result.rules.info.warning,
        "headline": headline(result),
        "eligible": _ANSWERS[int(assessment.eligible[0])],
        "missing": list(missing(result)),
        "indication": _verdict(assessment.indication),
        "tests": _verdict(assessment.tests),
        "delay": _verdict(assessment.delay),
        "dose_window_cells": None
        if result.refused
        else [float(assessment.dose.low_cells[0]), float(assessment.dose.high_cells[0])],
        "plan_by_date": milestone_rows(result.milestones, result.dates and result.dates.infusion),
        "course": _blocks(result, "course"),
        "provenance": result.provenance,
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
