"""The measurement of grading measures what it says; no test fails on time."""

import dataclasses
import json

import numpy as np
from tests.benchmarks import grading
from tests.benchmarks.grading import RULES, measure_grading, read_grading
from tests.benchmarks.page import measured
from tests.benchmarks.tables_of_size import grading_table

from livingdrug.evidence import load_edition


def test_every_rule_is_timed_over_all_patient_days_and_the_page_shows_it(tmp_path, monkeypatch):
    found = measure_grading(1)
    path = tmp_path / "grading.json"
    path.write_text(json.dumps(dataclasses.asdict(found)))
    monkeypatch.setattr(grading, "GRADING_FILE", path)
    monkeypatch.setattr("tests.benchmarks.page.GRADING_FILE", path)
    assert read_grading() == found
    assert found.n_patient_days == 20_000
    names = [row[0] for row in grading_table(found).rows]
    assert names == [*RULES, f"all {len(RULES)}"]
    assert all(name in measured()["grading"] for name in names)


def test_the_charts_that_are_timed_reach_every_grade():
    charts, rules = grading._charts(np.random.default_rng(1)), load_edition()
    for name in ("CRS, ASTCT 2019", "CRS, Lee 2014", "CRS, Penn", "ICANS"):
        assert set(np.unique(RULES[name](charts, rules).grade)) == {-1, 0, 1, 2, 3, 4}, name
