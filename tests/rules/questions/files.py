"""Questions about a row of a file: the grade whatever the unit of its columns."""

import csv
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from tests.rules.cases import Answer, Question

from livingdrug.bedside.chart_grades import grade_chart
from livingdrug.bedside.chart_scales import LABORATORY, ROW_SCALES, Scale
from livingdrug.charts import Chart, read_observations
from livingdrug.evidence import Edition


def _written(cases: Sequence[dict[str, Any]], path: Path) -> None:
    """Write the row of each case as that of a patient of its own, on day 1 where it states none."""
    columns = list(dict.fromkeys(name for given in cases for name in given["row"] if name != "day"))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["patient", "day", *columns], restval="")
        writer.writeheader()
        for place, given in enumerate(cases, start=1):
            writer.writerow({"patient": place, "day": 1, **given["row"]})


def _read(cases: Sequence[dict[str, Any]]) -> Chart:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        _written(cases, path)
        return read_observations(path)


def _grade_on(scale: Scale) -> Question:
    def ask(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
        graded = grade_chart(_read(cases), rules).by_row[scale.key]
        named = next(type(criterion) for criterion in scale.grounds)
        return [
            Answer(int(grade), frozenset({named(int(why)).name}))
            for grade, why in zip(graded.grade, graded.criterion, strict=True)
        ]

    return ask


def _values(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    """Return the one value that each case asks for, as the record holds it."""
    seen = _read(cases).observations
    fields = (given["field"] for given in cases)
    return [Answer(float(np.asarray(getattr(seen, field))[i])) for i, field in enumerate(fields)]


def _hematotox(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    """Return the lowest and the highest score that each row allows."""
    score = grade_chart(_read(cases), rules).hematotox
    return [Answer([int(low), int(high)]) for low, high in zip(score.lowest, score.highest, strict=True)]


def _modified_easix(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    return [Answer(float(value)) for value in grade_chart(_read(cases), rules).easix.modified]


QUESTIONS: dict[str, Question] = {
    **{f"file_{scale.key}": _grade_on(scale) for scale in ROW_SCALES if scale not in LABORATORY},
    "file_value": _values,
    "file_hematotox": _hematotox,
    "file_modified_easix": _modified_easix,
}
