import re
from pathlib import Path

import pytest
from tests.lively_result import lively_result

from livingdrug.endpoints import read_definitions
from livingdrug.errors import BadInput
from livingdrug.report import readme
from livingdrug.report.readme import END, HEADLINES, PICTURE, START, readme_table, write_readme
from livingdrug.trial import replicates

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def result():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicates, "_PART_TRIALS", 3)
        yield lively_result(600, trials=10)


def rows(text):
    """Return the first cells of the table rows in Markdown."""
    first = re.findall(r"^\| ([^|]*) \|", text, flags=re.MULTILINE)
    return [cell for cell in first if cell.strip() and "---" not in cell]


def test_the_readme_lists_the_figures_that_are_compared(result):
    """The endpoints, not their numbers: `make readme` writes it anew when they change."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    between = text.split(START)[1].split(END)[0]
    assert len(rows(between)) > 80
    assert rows(between) == rows(readme_table(result))


def test_the_picture_of_the_readme_is_there_and_is_shown():
    assert f"]({PICTURE.as_posix()})" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert (ROOT / PICTURE).read_text(encoding="utf-8").startswith("<?xml")


def test_the_open_part_of_the_table_names_definitions_that_count():
    definitions = read_definitions()
    assert [key for key in HEADLINES if definitions[key].simulated != "yes"] == []


def test_only_what_stands_between_the_markers_is_replaced(result, tmp_path, monkeypatch):
    monkeypatch.setattr(readme, "run_trial", lambda design, settings: result)
    path = tmp_path / "README.md"
    path.write_text(f"before\n{START}\nold\n{END}\nafter\n", encoding="utf-8")
    write_readme(tmp_path)
    text = path.read_text(encoding="utf-8")
    assert text == f"before\n{START}\n\n{readme_table(result)}\n\n{END}\nafter\n"
    first = (tmp_path / PICTURE).read_bytes()
    write_readme(tmp_path)
    assert path.read_text(encoding="utf-8") == text
    assert (tmp_path / PICTURE).read_bytes() == first


def test_a_readme_without_markers_is_refused_before_anything_is_run(tmp_path):
    (tmp_path / "README.md").write_text("text", encoding="utf-8")
    with pytest.raises(BadInput, match="expected the markers"):
        write_readme(tmp_path)
    assert not (tmp_path / PICTURE).exists()
