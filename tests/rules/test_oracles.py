"""Agreement, row by row, with the grades of CTCAE v5 that admiral's own tests and criteria give.

admiral (pharmaverse, Apache-2.0) grades laboratory values in R; ``oracles/admiral_ctcae.csv`` holds values
and grades, with the file, commit and place that each was read from. Units are ours: haemoglobin in g/dL,
fibrinogen in mg/dL, CD4 per microlitre. No grade stands for "cannot be graded".
"""

import csv
from pathlib import Path

import pytest
from tests.rules.questions import QUESTIONS

from livingdrug.evidence import load_edition

FILE = Path(__file__).parent / "oracles" / "admiral_ctcae.csv"
ROWS = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))
FIELDS = {
    "anaemia": "haemoglobin_g_per_dl",
    "neutropenia": "anc_e9_per_l",
    "thrombocytopenia": "platelets_e9_per_l",
    "lymphopenia": "alc_e9_per_l",
    "leukopenia": "white_cells_e9_per_l",
    "bilirubin": "bilirubin_mg_per_dl",
    "creatinine": "creatinine_mg_per_dl",
    "fibrinogen": "fibrinogen_mg_per_dl",
    "hyperkalaemia": "potassium_mmol_per_l",
    "hypokalaemia": "potassium_mmol_per_l",
    "hypocalcaemia": "calcium_mg_per_dl",
    "hyperuricaemia": "urate_mg_per_dl",
}
NOT_GRADED = -1


def number(row, name):
    return float(row[name]) if row[name] else float("nan")


def shown(value):
    return "unknown" if value != value else value


def case_of(row):
    """Return a row as a case says it."""
    term, value = row["term"], number(row, "value")
    given = {name: shown(number(row, name)) for name in ("lower_limit", "upper_limit", "baseline")}
    if term == "aminotransferase":
        upper = number(row, "upper_limit")
        given["baseline_x_uln"] = shown(number(row, "baseline") / upper)
        return {"observations": {"alt_x_uln": shown(value / upper)}, "given": given}
    if term == "cd4_lymphopenia":
        return {"given": {**given, "cd4_cells_per_ul": shown(value)}}
    observations = {FIELDS[term]: shown(value), "red_cells_transfused": "no"}
    if term == "creatinine":
        observations["creatinine_x_baseline"] = shown(value / number(row, "baseline"))
    return {"observations": observations, "given": given}


def ours(row):
    return QUESTIONS[row["term"]]([case_of(row)], load_edition())[0].value


def theirs(row):
    return int(row["grade"]) if row["grade"] else NOT_GRADED


def name_of(row):
    limits = "/".join(row[name] or "-" for name in ("lower_limit", "upper_limit", "baseline"))
    return f"{row['term']} {row['value'] or 'unknown'} ({limits}): {row['grade'] or 'not graded'}"


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_a_grade_is_that_of_admiral_or_differs_for_the_reason_given(row):
    assert "" not in (row["file"], row["commit"], row["place"])
    assert (ours(row) == theirs(row)) is (row["why_ours_differs"] == ""), (ours(row), theirs(row))


def test_where_ours_differs_it_is_never_a_milder_grade_of_a_known_value(capsys):
    different = [row for row in ROWS if ours(row) != theirs(row)]
    with capsys.disabled():
        print(f"\nCTCAE v5 beside admiral: {len(ROWS) - len(different)} of {len(ROWS)} grades agree")
        for row in different:
            print(f"  {name_of(row)}; ours {ours(row)}: {row['why_ours_differs']}")
    assert all(ours(row) == NOT_GRADED or theirs(row) == NOT_GRADED for row in different)
