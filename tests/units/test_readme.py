import re
from pathlib import Path

import pytest
from tests.lively_result import lively_result, result_of
from tests.synthetic_pool import lively_pool

from livingdrug.endpoints import read_definitions
from livingdrug.errors import BadInput
from livingdrug.report import readme
from livingdrug.report.readme import (
    END,
    HEADLINES,
    OTHERS,
    OTHERS_END,
    OTHERS_START,
    PICTURE,
    START,
    others_table,
    readme_table,
    write_readme,
)
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


def test_the_readme_lists_the_figures_of_the_other_designs():
    """A figure that no patient of the pool enters (a hazard ratio without events) may be missing."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").split(OTHERS_START)[1].split(OTHERS_END)[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicates, "_PART_TRIALS", 3)
        found = [result_of(lively_pool(0, 600), 10, design) for design in OTHERS]
    expected = rows(others_table(found))
    assert [cell for cell in rows(text) if cell not in expected] == []
    missing = [cell for cell in expected if cell not in rows(text)]
    assert [cell for cell in missing if ", HR" not in cell] == []


def test_a_figure_that_does_not_count_says_so():
    result = result_of(lively_pool(0, 300), 10, "cibmtr_lbcl")
    assert others_table([result]).count("| not counted |") == 2


def test_the_picture_of_the_readme_is_there_and_is_shown():
    assert f"]({PICTURE.as_posix()})" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert (ROOT / PICTURE).read_text(encoding="utf-8").startswith("<?xml")


def test_the_open_part_of_the_table_names_definitions_that_count():
    definitions = read_definitions()
    assert [key for key in HEADLINES if definitions[key].simulated != "yes"] == []


def test_only_what_stands_between_the_markers_is_replaced(result, tmp_path, monkeypatch):
    monkeypatch.setattr(readme, "run_trial", lambda design, settings: result)
    path = tmp_path / "README.md"
    old = f"before\n{START}\nold\n{END}\nbetween\n{OTHERS_START}\nold\n{OTHERS_END}\nafter\n"
    path.write_text(old, encoding="utf-8")
    write_readme(tmp_path)
    text = path.read_text(encoding="utf-8")
    main = f"{START}\n\n{readme_table(result)}\n\n{END}"
    others = f"{OTHERS_START}\n\n{others_table([result] * len(OTHERS))}\n\n{OTHERS_END}"
    assert text == f"before\n{main}\nbetween\n{others}\nafter\n"
    first = (tmp_path / PICTURE).read_bytes()
    write_readme(tmp_path)
    assert path.read_text(encoding="utf-8") == text
    assert (tmp_path / PICTURE).read_bytes() == first


def test_a_readme_without_markers_is_refused_before_anything_is_run(tmp_path):
    (tmp_path / "README.md").write_text("text", encoding="utf-8")
    with pytest.raises(BadInput, match="expected the marker"):
        write_readme(tmp_path)
    assert not (tmp_path / PICTURE).exists()
