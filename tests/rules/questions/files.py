"""Questions about a row of a file: the grade whatever the unit of its columns."""

import csv
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from tests.rules.cases import Answer, Question

from livingdrug.bedside.chart_grades import grade_chart, lysis_baseline
from livingdrug.bedside.chart_scales import LABORATORY, ROW_SCALES, Scale
from livingdrug.charts import Chart, read_observations
from livingdrug.evidence import Edition


def _rows(given: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a case: one, or those of a course."""
    return given["rows"] if "rows" in given else [given["row"]]


def _written(cases: Sequence[dict[str, Any]], path: Path) -> None:
    """Write the rows of each case as those of a patient of its own, on day 1 where they state none."""
    named = (name for given in cases for row in _rows(given) for name in row if name != "day")
    columns = list(dict.fromkeys(named))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["patient", "day", *columns], restval="")
        writer.writeheader()
        for place, given in enumerate(cases, start=1):
            writer.writerows({"patient": place, "day": 1, **row} for row in _rows(given))


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


def _lysis_baseline(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    """Return the urate from which laboratory lysis is told."""
    return [Answer(float(urate)) for urate in lysis_baseline(_read(cases), rules).urate_mg_per_dl]


def _modified_easix(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
    return [Answer(float(value)) for value in grade_chart(_read(cases), rules).easix.modified]


QUESTIONS: dict[str, Question] = {
    **{f"file_{scale.key}": _grade_on(scale) for scale in ROW_SCALES if scale not in LABORATORY},
    "file_creatinine": _grade_on(next(scale for scale in LABORATORY if scale.key == "creatinine")),
    "file_lysis_baseline": _lysis_baseline,
    "file_value": _values,
    "file_hematotox": _hematotox,
    "file_modified_easix": _modified_easix,
}
