"""A population's courses as Parquet: the tables say what the course says, and nothing changes their bytes."""

import dataclasses
import json
import sys
from functools import partial

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from tests.short_runs import FIELDS, SHORT

from livingdrug.cli import main
from livingdrug.draws import Draws
from livingdrug.endpoints import PatientRecord
from livingdrug.errors import BadInput
from livingdrug.evidence import load_edition
from livingdrug.observations import ALL_FIELDS, CODE_FIELDS, FLAG_FIELDS
from livingdrug.patients import Patients
from livingdrug.runs import simulate_patients, split, task_here
from livingdrug.trial import RunSettings, cohort, write_cohort
from livingdrug.trial.tables import observed

N = 9


def write(folder, observations=FIELDS, **settings):
    return write_cohort(SHORT, RunSettings(**{"n": N, "out": folder, **settings}), observations)


def contents(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def course():
    task = task_here(SHORT.baseline, SHORT.plan, "us_2025_06", 1)
    return simulate_patients(0, N, task)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder of a cohort in chunks of four patients."""
    place = tmp_path_factory.mktemp("cohort")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cohort, "split", partial(split, size=4))
        write(place)
    return place


def test_every_table_has_a_file_for_each_chunk_and_the_folder_says_where_it_comes_from(folder):
    spans = ("0000000-0000003", "0000004-0000007", "0000008-0000008")
    tables = ("patients", "visits", "observations")
    assert set(contents(folder)) == {
        "provenance.json",
        *(f"{table}/{table}-{span}.parquet" for table in tables for span in spans),
    }
    told = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    assert told["edition_hash"] == load_edition().hash
    assert (told["n"], told["seed"], told["design"]) == (N, 1, "juliet")
    assert told["observations"] == list(FIELDS)


def test_the_row_of_a_patient_holds_the_record_and_the_baseline(folder, course):
    frame = pd.read_parquet(folder / "patients")
    assert frame["patient"].tolist() == list(range(N))
    flat = [f.name for f in dataclasses.fields(PatientRecord) if getattr(course.record, f.name).ndim == 1]
    described = [f"baseline_{f.name}" for f in dataclasses.fields(Patients) if f.name != "indication"]
    assert list(frame.columns) == [*flat, *described]
    np.testing.assert_array_equal(frame["death_day"], course.record.death_day)
    np.testing.assert_array_equal(frame["crs_penn"].fillna(-1), course.record.crs_penn)
    np.testing.assert_array_equal(frame["baseline_weight_kg"], course.course.patients.weight_kg)
    assert set(frame["baseline_sex"].dropna()) <= {"female", "male"}
    assert (frame["indication"] == "LBCL").all()


def test_the_visits_hold_the_responses(folder, course):
    frame, record = pd.read_parquet(folder / "visits"), course.record
    assert len(frame) == np.count_nonzero(~np.isnan(record.assessment_day)) > 0
    assert list(frame.columns) == ["patient", "day", "response", "mrd_negative", "mrd_by_sequencing"]
    first = frame.iloc[0]
    assert first["day"] == record.assessment_day[first["patient"]][0]


def test_the_observations_hold_each_day_on_which_a_patient_was_seen(folder, course):
    frame, seen = pd.read_parquet(folder / "observations"), course.course.in_vivo.observations
    assert list(frame.columns) == ["patient", "day", *FIELDS]
    there = ~np.isnan(seen.day)
    np.testing.assert_array_equal(frame["day"], seen.day[there])
    np.testing.assert_array_equal(frame["crp_mg_per_l"], seen.crp_mg_per_l[there])
    np.testing.assert_array_equal(frame["fluid_bolus"].fillna(-1), seen.fluid_bolus[there])
    words = {0: "outpatient", 1: "ward", 2: "icu"}
    assert frame["place_of_care"].tolist() == [words[code] for code in seen.place_of_care[there]]


def test_every_observation_can_be_asked_for(course):
    fields = tuple(name for name in ALL_FIELDS if name != "day")
    frame = observed(course.record, course.course.in_vivo.observations, fields)
    assert {str(frame[name].dtype) for name in CODE_FIELDS} == {"category"}
    assert {str(frame[name].dtype) for name in FLAG_FIELDS} == {"Int8"}


def test_a_run_that_is_done_already_changes_nothing(folder, monkeypatch):
    def refuse(chunk):
        raise AssertionError(f"chunk {chunk.first} is computed again")

    monkeypatch.setattr(cohort, "split", partial(split, size=4))
    monkeypatch.setattr(cohort, "simulate_cohort_chunk", refuse)
    before = contents(folder)
    write(folder)
    assert contents(folder) == before


def test_a_lost_file_comes_back_with_the_same_bytes_by_any_worker(folder, monkeypatch):
    monkeypatch.setattr(cohort, "split", partial(split, size=4))
    before = contents(folder)
    for name in ("visits/visits-0000004-0000007.parquet", "patients/patients-0000008-0000008.parquet"):
        (folder / name).unlink()
    write(folder, workers=2)
    assert contents(folder) == before


@pytest.mark.parametrize("size", [3, 50])
def test_chunks_do_not_change_a_table(folder, tmp_path, size, monkeypatch):
    monkeypatch.setattr(cohort, "split", partial(split, size=size))
    write(tmp_path)
    for table in ("patients", "visits", "observations"):
        pd.testing.assert_frame_equal(
            pd.read_parquet(tmp_path / table), pd.read_parquet(folder / table), check_exact=True
        )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": 2}, "seed is 1, expected 2; give another --out"),
        ({"edition": "eu_current"}, "belongs to another run: edition is 'us_2025_06', expected 'eu_current'"),
        ({"n": 7}, r"holds \w+/\w+-0000004-0000007.parquet, which belongs to another run \(of another -n"),
        ({"observations": ()}, "holds observations/observations-0000000-0000003.parquet, which belongs"),
        ({"observations": ("igg_g_per_l",)}, r"fields is \['crp_mg_per_l'.*expected \['igg_g_per_l'\]"),
    ],
)
def test_a_folder_of_another_cohort_is_refused(folder, change, message, monkeypatch):
    monkeypatch.setattr(cohort, "split", partial(split, size=4))
    before = contents(folder)
    with pytest.raises(BadInput, match=message):
        write(folder, **change)
    assert contents(folder) == before


def test_numbers_of_numpy_and_a_path_in_words_serve_as_settings(tmp_path):
    written = write(str(tmp_path), n=np.int64(2), seed=np.int32(3), workers=np.int16(1))
    assert written.folder == tmp_path
    told = json.loads((tmp_path / "provenance.json").read_text(encoding="utf-8"))
    assert (told["n"], told["seed"]) == (2, 3)


def test_a_damaged_file_is_refused_by_name(tmp_path):
    write(tmp_path, n=1)
    file = tmp_path / "visits" / "visits-0000000-0000000.parquet"
    file.write_bytes(file.read_bytes()[:-3])
    with pytest.raises(BadInput, match=r"visits-0000000-0000000.parquet: damaged .*delete it"):
        write(tmp_path, n=1)


def test_an_unknown_observation_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(BadInput, match="unknown observation 'crp': did you mean"):
        write(tmp_path / "out", ("crp",))
    assert not (tmp_path / "out").exists()


def test_without_pyarrow_the_message_names_the_command_that_installs_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(BadInput, match=r"pyarrow is not installed; .*pip install 'livingdrug\[scale\]'"):
        write(tmp_path)


def test_the_command_writes_the_tables_and_says_how_to_read_them(tmp_path, monkeypatch):
    monkeypatch.setattr("livingdrug.trial.design.load_design", lambda name: SHORT)
    arguments = ["cohort", "juliet", "-n", "2", "--workers", "1", "--out", str(tmp_path / "mine")]
    answer = CliRunner().invoke(main, [*arguments, "--observations", "crp_mg_per_l, igg_g_per_l"])
    assert answer.exit_code == 0, answer.output
    told = answer.output.strip()
    assert told.startswith(f"2 patients of juliet in {tmp_path / 'mine'}: patients/, visits/, observations/")
    (read,) = (part for part in told.split("Read a table with ") if part.startswith("pandas."))
    frame = eval(read.rstrip("."), {"pandas": pd})
    assert len(frame) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("julia", "--out", "x"), "unknown design 'julia': did you mean juliet"),
        (("juliet", "-n", "0", "--out", "x"), "n: got 0, expected at least 1"),
        (("juliet", "--out", "x", "--edition", "us"), "unknown edition 'us'"),
        (("juliet", "--out", "x", "--observations", "il6"), "unknown observation 'il6': did you mean"),
        (("juliet", "--out", "x", "--workers", "2", "--dask", "tcp://a:1"), "expected one of them"),
        (("juliet",), "Missing option '--out'"),
    ],
)
def test_the_command_refuses_bad_input(arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(main, ["cohort", *arguments])
    assert answer.exit_code == 2
    assert message in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_help_shows_an_example():
    answer = CliRunner().invoke(main, ["cohort", "--help"])
    assert "Example: livingdrug cohort juliet -n 2000 --out" in " ".join(answer.output.split())


def test_patient_i_is_the_same_in_a_cohort_as_in_the_trial(course):
    assert course.record.patient.tolist() == np.arange(N).tolist()
    assert Draws(1, 0, N).uniform("endpoints/accrual").tolist() == course.record.accrual_uniform.tolist()
