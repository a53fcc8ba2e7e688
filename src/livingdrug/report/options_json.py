"""Options as JSON."""

import json
from dataclasses import asdict
from typing import Any

from livingdrug.bedside.options import Option
from livingdrug.report.options_blocks import ANSWERS, Asked, grade_read, title
from livingdrug.report.verdict_blocks import STATUS


def options_json(asked: Asked) -> str:
    """Return what was asked and every option, met or not, as JSON."""
    told = {
        "title": title(asked),
        "status": STATUS,
        "edition": {"name": asked.rules.name, "hash": asked.rules.hash, "warning": asked.rules.info.warning},
        "toxicity": asked.toxicity,
        "grade_read": grade_read(asked),
        "situation": asdict(asked.situation),
        "options": [_option(option) for option in asked.options],
    }
    return json.dumps(told, indent=2, allow_nan=False) + "\n"


def _option(option: Option) -> dict[str, Any]:
    criteria = [
        {"input": c.input, "criterion": c.text, "answer": ANSWERS[c.answer], "seen": c.seen}
        for c in option.criteria
    ]
    return {
        **asdict(option),
        "answer": ANSWERS[option.answer],
        "criteria": criteria,
        "verified": not option.unverified,
    }
