"""What the documents say is so: snippets run, the map is complete, links lead somewhere."""

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from livingdrug import report
from livingdrug.charts.columns import PLACES, columns
from livingdrug.cli import main
from livingdrug.course import s5_infusion, s7_toxicity, s8_outcomes
from livingdrug.evidence.schema import Entry, Stated
from livingdrug.trial import LIMITS, TrialResult

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "tests" / "README.md"])


def _snippets(path: Path, language: str) -> list[str]:
    return re.findall(
        rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _quick(snippet: str) -> str:
    """Return a snippet with a trial small enough for a test."""
    return snippet.replace("n=1000", "n=20, replicates=5")


def test_the_example_in_the_readme_runs(capsys, tmp_path, monkeypatch):
    (snippet,) = _snippets(ROOT / "README.md", "python")
    assert "n=1000" in snippet
    monkeypatch.chdir(tmp_path)
    exec(compile(_quick(snippet), "README.md", "exec"), {})
    told = capsys.readouterr().out
    assert "20 virtual patients (seed 1)" in told
    assert LIMITS in told
    assert (tmp_path / "survival.svg").stat().st_size > 0


def test_the_examples_for_python_run_one_after_the_other(capsys, tmp_path, monkeypatch):
    snippets = _snippets(ROOT / "docs" / "python.md", "python")
    assert len(snippets) >= 5
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for snippet in snippets:
        exec(compile(_quick(snippet), "docs/python.md", "exec"), names)
    told = capsys.readouterr().out
    assert "20 virtual patients (seed 1)" in told
    assert "Course of 20 patients" in told
    assert "dose_cells" in told


def test_the_page_on_grading_shows_what_the_command_shows(tmp_path):
    sample, refused = _snippets(ROOT / "docs" / "grading.md", "text")
    ward = str(ROOT / "examples" / "ward.csv")
    told = CliRunner().invoke(main, ["grade", ward, "--patient", "W-017"]).output
    shown = {line.rstrip() for line in told.splitlines()}
    assert [line for line in sample.splitlines() if line not in shown and line != "..."] == []
    bad = tmp_path / "bad.csv"
    bad.write_text("patient,day,temperature_c,oxigen_device,fio2_percent\na,0,101.3,none,0.4\n")
    told = CliRunner().invoke(main, ["grade", str(bad)])
    assert told.exit_code == 2
    assert told.output.replace(str(bad), "bad.csv") == refused


def test_the_snippet_of_the_page_on_grading_runs(capsys, monkeypatch):
    (snippet,) = _snippets(ROOT / "docs" / "grading.md", "python")
    monkeypatch.chdir(ROOT)
    exec(compile(snippet, "docs/grading.md", "exec"), {})
    assert capsys.readouterr().out.startswith("('K-004', 'W-017')")


def test_the_snippet_of_the_page_on_the_bedside_runs(capsys):
    (snippet,) = _snippets(ROOT / "docs" / "bedside.md", "python")
    exec(compile(snippet, "docs/bedside.md", "exec"), {})
    told = capsys.readouterr().out
    assert told.startswith("[-1]\nnot assessable: ")


def test_the_page_on_the_bedside_names_every_module_of_it():
    page = (ROOT / "docs" / "bedside.md").read_text(encoding="utf-8")
    found = [
        path.stem
        for path in (ROOT / "src" / "livingdrug" / "bedside").iterdir()
        if (path.suffix == ".py" or (path / "__init__.py").exists()) and path.stem != "__init__"
    ]
    assert len(found) > 50
    assert [name for name in found if f"`{name}`" not in page] == []


def test_the_page_on_grading_names_every_column_of_a_file():
    page = (ROOT / "docs" / "grading.md").read_text(encoding="utf-8")
    assert len(columns()) > 80
    assert [name for name in (*PLACES, *columns()) if f"`{name}`" not in page] == []


@pytest.mark.slow
def test_the_cross_tables_of_the_page_are_what_its_example_prints(capsys):
    example = (ROOT / "examples" / "regrading.py").read_text(encoding="utf-8")
    exec(compile(example, "examples/regrading.py", "exec"), {})
    (printed,) = _snippets(ROOT / "docs" / "regrading.md", "text")
    assert capsys.readouterr().out.strip() == printed.strip()


def test_the_page_on_python_names_every_table_and_every_picture():
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    tables = [name for name in vars(TrialResult) if not name.startswith("_")]
    tables = [f"{name}()" for name in tables if callable(getattr(TrialResult, name))]
    pictures = [name for name in report.__all__ if name.startswith("draw_")]
    assert len(tables) > 5
    assert len(pictures) > 3
    assert [name for name in [*tables, *pictures] if f"`{name}" not in page] == []


def test_the_entry_in_the_evidence_page_has_the_form_that_it_describes():
    written = "\n".join(_snippets(ROOT / "docs" / "evidence.md", "toml"))
    example = tomllib.loads(written)["example"]["cap"]
    entry = Entry.model_validate(example)
    assert entry.by_edition["us_2022_05"].absent == "the sentence was removed"
    page = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
    fields = {*Entry.model_fields, *Stated.model_fields}
    assert [field for field in sorted(fields) if f"`{field}`" not in page] == []


def test_contributing_maps_every_module_and_folder():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    modules = {
        path.stem for path in (ROOT / "src" / "livingdrug").iterdir() if not path.stem.startswith("__")
    }
    folders = {name for name in ("docs", "tests", "examples", ".ci") if (ROOT / name).exists()}
    mapped = set(re.findall(r"`([\w.]+?)(?:/|\.py)`", text))
    assert modules
    assert modules | folders <= mapped


def test_the_tests_page_names_every_folder_of_tests():
    text = (ROOT / "tests" / "README.md").read_text(encoding="utf-8")
    folders = [path.name for path in (ROOT / "tests").iterdir() if any(path.glob("*.*"))]
    assert [name for name in folders if f"`{name}/`" not in text] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_links_inside_the_repository_lead_somewhere(path):
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8"))
    missing = [t for t in targets if "://" not in t and not (path.parent / t).exists()]
    assert missing == []


@pytest.mark.parametrize("stage", [s5_infusion, s7_toxicity, s8_outcomes])
def test_the_page_of_the_stages_names_every_column_that_is_put_in(stage):
    page = (ROOT / "docs" / "stages.md").read_text(encoding="utf-8")
    assert [name for name in stage.DRAWN_COLUMNS if f"`{name}`" not in page] == []
