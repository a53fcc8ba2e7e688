"""What the documents say is so: snippets run, the map is complete, links lead somewhere."""

import re
import tomllib
from pathlib import Path

import pytest

from livingdrug.course import s5_infusion, s7_toxicity, s8_outcomes
from livingdrug.evidence.schema import Entry, Stated

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "tests" / "README.md"])


def _snippets(path: Path, language: str) -> list[str]:
    return re.findall(
        rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_example_in_the_readme_runs(capsys):
    (snippet,) = _snippets(ROOT / "README.md", "python")
    exec(compile(snippet, "README.md", "exec"), {})
    assert "dose_cells" in capsys.readouterr().out


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
