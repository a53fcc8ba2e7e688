"""A trial from Python: keywords, tables, and a result that shows itself."""

import dataclasses
import json
import math
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.lively_result import lively_result, result_of
from tests.synthetic_pool import lively_pool, quiet_pool
from tests.whole_course import short_course

import livingdrug as ld
from livingdrug.course.stopping import StopReason
from livingdrug.endpoints.profiles import PROFILED
from livingdrug.errors import BadInput, UnknownName
from livingdrug.evidence import load_edition
from livingdrug.runs import Simulated, progress
from livingdrug.tables import describe, to_pandas
from livingdrug.trial import (
    LIMITS,
    RunSettings,
    TrialResult,
    arms,
    gathering,
    load_design,
    replicates,
    trial_json,
)  # fmt: skip
from livingdrug.trial.summary import as_html, as_text
from livingdrug.trial.words import name, published_text

ROOT = Path(__file__).parents[2]
TABLES = (
    "rows", "steps", "losses", "estimates", "medians", "patients", "samples", "assessments", "profiles",
)  # fmt: skip

WITH_A_UNIT = re.compile(
    r"(?:^|_)(?:day|days|day28|month|months|month3|percent|cells|ml|uniform|copies_per_ug|e9_per_l|g_per_dl|"
    r"per_ul|g_per_l)$|^n_|grade"
)
WORDS = {
    "id", "topic", "title", "study", "population", "endpoint", "stratum", "unit", "role", "use", "definition",
    "interval", "reason", "kind", "estimate", "step", "lost", "patient", "percentile", "response",
    "stop_reason", "indication", "best_response", "relapse_antigen", "death_cause",
}  # fmt: skip
IN_THE_UNIT_OF_THE_ROW = {
    "published", "ci_low", "ci_high", "simulated", "pi_low", "pi_high", "monte_carlo_error",
}  # fmt: skip
GRADES = {"crs_penn", "crs_lee", "crs_astct", "crs_as_fda_penn"}


def with_a_profile(pool):
    """Return the pool with profiles on three days; nobody is seen on the last."""
    days = np.tile([0.0, 7.0, np.nan], (len(pool), 1))
    level = np.arange(len(pool), dtype=float)[:, None] * np.array([1.0, 2.0, np.nan])
    return dataclasses.replace(pool, profile_day=days, **{f"profile_{name}": level for name in PROFILED})


@pytest.fixture(scope="module")
def result():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicates, "_PART_TRIALS", 3)
        yield result_of(with_a_profile(lively_pool(0, 400)), trials=20)


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_a_table_carries_its_unit_or_is_a_word(result, table):
    frame = getattr(result, table)()
    assert isinstance(frame, pd.DataFrame)
    assert len(frame) > 0
    for column, kind in frame.dtypes.items():
        if column in IN_THE_UNIT_OF_THE_ROW:
            assert "unit" in frame.columns
        else:
            flag = kind in ("bool", "boolean") or set(frame[column].dropna()) <= {0, 1}
            assert flag or column in WORDS | GRADES | {"n"} or WITH_A_UNIT.search(str(column)), column


def test_the_rows_say_what_the_json_says(result):
    frame, written = result.rows(), json.loads(trial_json(result))
    assert frame["id"].tolist() == written["provenance"]["row_ids"]
    for (_, found), expected in zip(frame.iterrows(), written["rows"], strict=True):
        for key, value in expected.items():
            if value is None:
                assert pd.isna(found[key]) or math.isinf(found[key]), (found["id"], key)
            else:
                assert found[key] == value, (found["id"], key)
    assert frame.loc[frame["counted"], "id"].tolist() == written["provenance"]["counted"]


def test_the_rows_outside_are_found_with_one_expression(result):
    rows = result.rows()
    outside = rows[rows["counted"] & ~rows["inside"]]
    counts = [result.comparison.inside(role) for role in ("calibration", "validation")]
    assert 0 < len(outside) == sum(of - inside for inside, of in counts)


def test_steps_and_losses_add_up(result):
    steps = result.steps().set_index("step")["n_patients"]
    losses = result.losses()
    assert steps["sampled"] == len(result.pool)
    assert losses["n_patients"].sum() == steps["sampled"] - steps["infused"]
    assert losses["percent"].to_numpy() == pytest.approx(100 * losses["n_patients"] / steps["enrolled"])


def test_estimates_and_medians_are_those_of_the_result(result):
    estimates, medians = result.estimates(), result.medians()
    first = result.survival[0]
    mine = estimates[(estimates["kind"] == "survival") & (estimates["estimate"] == first.name)]
    assert mine["month"].tolist() == [12.0, 24.0, 60.0]
    np.testing.assert_equal(mine["percent"].tolist(), [at.value for at in first.percent])
    assert mine["n_at_risk"].tolist() == list(first.at_risk)
    told = mine[mine["percent"].notna()]
    assert len(told) > 0
    assert (told["low_percent"] < told["percent"]).all()
    assert set(estimates["kind"]) == {"survival", "incidence"}
    assert medians["estimate"].tolist() == [item.name for item in result.survival]
    assert medians["median_months"].iloc[0] == first.median_months.value


def test_the_patients_are_the_pool_with_words_for_codes(result):
    pool, frame = result.pool, result.patients()
    assert frame["patient"].tolist() == pool.patient.tolist()
    assert frame["infused"].sum() == pool.infused.sum()
    assert "response" not in frame.columns
    assert (frame["stop_reason"] == "Died before the infusion").sum() == (
        pool.stop_reason == StopReason.DIED_BEFORE_INFUSION
    ).sum()
    assert frame["stop_reason"].isna().sum() == (pool.stop_reason == StopReason.NOT_STOPPED).sum()
    assert set(frame["relapse_antigen"].dropna()) == {"CD19-negative", "CD19-positive"}


def test_a_grade_that_is_not_known_is_missing_and_never_a_number():
    grades = np.array([-1, 0, 3, -1], dtype=np.int8)
    frame = to_pandas(quiet_pool(4, crs_penn=grades))
    assert frame["crs_penn"].isna().tolist() == [True, False, False, True]
    assert frame["crs_penn"].mean() == 1.5


def test_samples_and_assessments_have_one_row_for_each_that_was_taken(result):
    pool = result.pool
    assert len(result.samples()) == (~np.isnan(pool.sampling_day)).sum()
    one = result.samples().query("patient == 5")
    assert one["transgene_copies_per_ug"].tolist() == pool.transgene_copies_per_ug[5].tolist()
    assert len(result.assessments()) == pool.response.size
    assert set(result.assessments()["response"]) == {"CR", "PR", "PD"}


def test_profiles_are_percentiles_of_the_patients_seen(result):
    frame = result.profiles()
    assert frame["day"].unique().tolist() == [0.0, 7.0]
    middle = frame[(frame["day"] == 7.0) & (frame["percentile"] == 50)].iloc[0]
    assert middle["n_patients"] == len(result.pool)
    assert [middle[name] for name in PROFILED] == [len(result.pool) - 1.0] * len(PROFILED)
    unseen = dataclasses.replace(result.pool, profile_day=np.full_like(result.pool.profile_day, np.nan))
    assert dataclasses.replace(result, pool=unseen).profiles().empty


def test_the_summary_counts_and_lists_what_lies_outside(result):
    text = str(result)
    assert text == as_text(result)
    assert text.startswith(result.design.title)
    assert text.endswith(LIMITS)
    assert f"{len(result.pool):,} virtual patients (seed 1)" in text
    for role in ("calibration", "validation"):
        inside, of = result.comparison.inside(role)
        assert f"{inside} of {of} {role} figures inside, {of - inside} outside" in text
    outside = [row for row in result.comparison.rows if row.counted and not row.inside]
    assert outside
    for row in outside:
        (line,) = [line for line in text.splitlines() if _tells(line, row)]
        assert line.endswith(f"n {row.n_drawn:,}")
    inside = [row for row in result.comparison.rows if row.inside]
    assert not any(_tells(line, row) for row in inside for line in text.splitlines())


def _tells(line, row):
    month = f", month {row.target.time_months:.3g}" if math.isfinite(row.target.time_months) else ""
    return line.strip().startswith(f"{name(row)}{month} ") and f"published {published_text(row)} " in line


def test_the_name_of_a_result_is_one_line(result):
    assert "\n" not in repr(result)
    assert repr(result).startswith("<TrialResult juliet: 400 virtual patients; ")
    assert len(repr(result)) < 200


class Reader(HTMLParser):
    """Collects tags and text, and counts tags that are left open."""

    def __init__(self):
        super().__init__()
        self.tags, self.text, self.depth = [], [], 0

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.depth += 1

    def handle_endtag(self, tag):
        self.depth -= 1

    def handle_data(self, data):
        self.text.append(data)


def test_a_notebook_shows_headlines_and_what_lies_outside_with_every_text_escaped(result):
    nasty = "<script>alert('&')</script>"
    odd = dataclasses.replace(
        result, design=dataclasses.replace(result.design, title=nasty), warning=f"<b>{nasty}"
    )
    reader = Reader()
    reader.feed(as_html(odd))
    reader.close()
    assert reader.depth == 0
    assert "script" not in reader.tags
    text = " ".join(reader.text)
    assert nasty in text
    assert LIMITS in text
    assert reader.tags.count("table") == 2
    assert "Best overall response, %" in text
    assert len(result._repr_html_()) < 40_000


def test_an_empty_pool_shows_itself_too():
    nobody = result_of(quiet_pool(3, infused=np.zeros(3, dtype=bool)), trials=2)
    assert "0 infused" in str(nobody)
    assert "0 infused" in nobody._repr_html_()
    assert "no published figure was counted" in repr(nobody)
    for table in TABLES:
        assert isinstance(getattr(nobody, table)(), pd.DataFrame)


def test_a_design_that_counts_nothing_shows_its_figures_and_says_why():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicates, "_PART_TRIALS", 2)
        registry = result_of(lively_pool(0, 100), trials=3, name="cibmtr_lbcl")
    shown = [row for row in registry.comparison.rows if row.n_drawn]
    assert shown
    for told in (str(registry), registry._repr_html_()):
        assert "no published figure was counted" in told
        assert "baseline is assumed" in told
        assert all(published_text(row) in told for row in shown)
        assert "inside" not in told
    assert "Not counted" not in str(result_of(lively_pool(0, 100), trials=3))


def test_a_result_offers_every_table_and_nothing_else():
    public = [key for key in vars(TrialResult) if not key.startswith("_")]
    assert [key for key in public if callable(getattr(TrialResult, key))] == list(TABLES)


@pytest.fixture
def settings_used(monkeypatch):
    """Return what ``run_trial`` was asked for, without running it."""
    asked = []
    run_arm = arms.run_arm

    def remember(design, settings):
        asked.append((design, settings))
        return run_arm(design, settings)

    def made_up(first, n, task):
        return Simulated(load_edition(task.edition), None, lively_pool(first, n))

    monkeypatch.setattr(arms, "run_arm", remember)
    monkeypatch.setattr(gathering, "simulate_patients", made_up)
    return asked


def test_settings_are_keywords_or_a_record(settings_used, tmp_path):
    design = load_design("juliet")
    by_name = ld.run_trial("juliet", n=np.int64(7), seed=3, replicates=2, out=str(tmp_path))
    ld.run_trial(design, RunSettings(n=7, seed=3, replicates=2, out=tmp_path))
    (first, keywords), (second, record) = settings_used
    assert keywords == record
    assert type(keywords.n) is int
    assert first.hash == second.hash == design.hash
    assert by_name.provenance["n"] == 7


def test_a_design_is_named_or_read_from_a_file(settings_used, tmp_path):
    file = tmp_path / "mine.toml"
    packaged = ROOT / "src" / "livingdrug" / "trial" / "designs" / "juliet.toml"
    file.write_text(packaged.read_text(encoding="utf-8"), encoding="utf-8")
    for design in (file, str(file)):
        ld.run_trial(design, n=5, replicates=2)
    assert [design.hash for design, _ in settings_used] == [load_design("juliet").hash] * 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"n": 0}, "n: got 0, expected at least 1"),
        ({"n": 100.0}, "n: got 100.0, expected a whole number"),
        ({"replicates": "many"}, "replicates: got 'many', expected a whole number"),
        ({"seed": True}, "seed: got True, expected a whole number"),
        ({"seed": -1}, "seed: got -1, expected at least 0"),
        ({"patients": 5}, "unknown setting 'patients'"),
        ({"sed": 5}, "unknown setting 'sed': did you mean seed"),
        ({"settings": RunSettings(), "n": 5}, "and not both"),
        ({"settings": {"n": 5}}, "settings: expected RunSettings"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(given, message):
    with pytest.raises(BadInput, match=re.escape(message)):
        ld.run_trial("juliet", **given)


def test_a_design_that_does_not_exist_is_named():
    with pytest.raises(UnknownName, match="unknown design 'julie': did you mean juliet"):
        ld.run_trial("julie", n=5)


def test_a_course_says_how_far_its_patients_came():
    course = short_course(1, 0, 12)
    text = str(course)
    assert text.startswith("Course of 12 patients\n")
    assert f"  {int(course.infusion.infused.sum()):>2}  infused" in text
    for reason in StopReason:
        n = int((course.infusion.stop_reason == reason).sum())
        stands = f"  {reason.text.rstrip('.')}" in text
        assert stands == (n > 0 and reason != StopReason.NOT_STOPPED)
    assert "Worst CRS grade (ASTCT): " in text
    assert str(short_course(1, 0, 1)).startswith("Course of 1 patient\n")


def test_the_tables_of_a_course_show_themselves_column_by_column():
    course = short_course(1, 0, 12)
    stages = [getattr(course, field.name) for field in dataclasses.fields(course)]
    for table in (*stages, course.in_vivo.observations):
        text = repr(table)
        assert text == describe(table)
        assert text.startswith(f"{type(table).__name__}: 12 patients\n")
        assert len(text.splitlines()) == 1 + len(dataclasses.fields(table))
        assert max(len(line) for line in text.splitlines()) < 140


def test_a_table_is_described_by_counts_medians_and_what_is_missing():
    text = describe(quiet_pool(5, crs_penn=np.array([-1, 0, 0, 2, 4], dtype=np.int8),
                               dose_cells=np.array([np.nan, 1e8, 2e8, 3e8, 4e8]),
                               infused=np.array([False, True, True, True, True])))  # fmt: skip
    lines = {line.split()[0]: line.split(maxsplit=1)[1].strip() for line in text.splitlines()[1:]}
    assert lines["crs_penn"] == "0 in 2, 2 in 1, 4 in 1, 1 without"
    assert lines["dose_cells"] == "median 2.5e+08 (1e+08 to 4e+08), 1 without"
    assert lines["infused"] == "4 yes, 1 no"
    assert lines["death_day"] == "5 without"
    assert lines["response"] == "5 by 6 values"


def run_script(text, folder):
    script = folder / "script.py"
    script.write_text(text, encoding="utf-8")
    return subprocess.run([sys.executable, str(script)], cwd=folder, capture_output=True, text=True)


def test_the_six_lines_run_as_a_script(tmp_path):
    text = (ROOT / "examples" / "six_lines.py").read_text(encoding="utf-8")
    statements = [line for line in text.split('"""')[2].splitlines() if line.strip()]
    assert len(statements) == 6
    assert "n=1000" in text
    answer = run_script(text.replace("n=1000", "n=20, replicates=5"), tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "20 virtual patients (seed 1)" in answer.stdout
    assert LIMITS in answer.stdout
    assert (tmp_path / "survival.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_a_script_asks_for_workers_without_a_guard(tmp_path):
    text = (
        "import livingdrug as ld\nfrom functools import partial\nfrom livingdrug.trial import arms\n"
        "arms.split = partial(arms.split, size=1)\n"
        "print(ld.run_trial('juliet', n=2, replicates=1, workers=2).provenance['n'])\n"
    )
    answer = run_script(text, tmp_path)
    assert answer.stderr == ""
    assert answer.stdout == "2\n"


def test_a_small_result_of_the_lively_pool_is_a_table_in_every_method():
    small = lively_result(60, trials=2)
    for table in TABLES[:-1]:
        assert len(getattr(small, table)()) > 0, table


def test_a_notebook_is_told_how_far_a_run_is_in_one_line(monkeypatch, capsys):
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    monkeypatch.setattr(progress, "_SILENT_SECONDS", -1.0)
    bar = progress.Bar("counting", 5, "patients")
    bar.skip(3)
    bar.advance(0)
    bar.close()
    line = "counting: 3 of 5 patients"
    assert capsys.readouterr().err == f"\r{line}\r{' ' * len(line)}\r"
