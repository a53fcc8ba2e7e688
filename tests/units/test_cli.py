import json
import subprocess
import sys

import pytest
from click.testing import CliRunner
from tests.lively_result import lively_result

from livingdrug import __version__
from livingdrug.cli import main
from livingdrug.report import trial_page


def invoke(*arguments):
    return CliRunner().invoke(main, list(arguments))


def test_help_lists_the_commands():
    answer = invoke("--help")
    assert answer.exit_code == 0
    assert "trial" in answer.output
    assert "not a medical device" in answer.output


def test_version_is_that_of_the_package():
    assert __version__ in invoke("--version").output


def test_help_loads_no_package_but_click_and_no_command_that_lives_elsewhere():
    code = (
        "import sys\nfrom livingdrug.cli import main\nmain(['--help'], standalone_mode=False)\n"
        "print('loaded:', *{name.split('.')[0] for name in sys.modules} - set(sys.stdlib_module_names))\n"
        "print('modules:', *sorted(name for name in sys.modules if name.startswith('livingdrug')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    told = dict(line.split(": ", 1) for line in done.stdout.splitlines() if line.startswith(("loa", "mod")))
    own = {"livingdrug", "livingdrug.cli", "livingdrug.cli_guard", "livingdrug.errors"}
    assert set(told["modules"].split()) == own
    heavy = {"numpy", "scipy", "pandas", "pydantic", "rich", "matplotlib", "lifelines", "pyarrow", "dask"}
    assert not set(told["loaded"].split()) & heavy


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("trial", "julia"), "unknown design 'julia': did you mean juliet"),
        (("trial", "juliet", "--edition", "us_2025_07"), "edition 'us_2025_07': did you mean us_2025_06"),
        (("trial", "juliet", "--edition", "us_2025_12"), "cannot be chosen"),
        (("trial", "juliet", "-n", "0"), "n: got 0, expected at least 1"),
        (("trial", "juliet", "--replicates", "0"), "replicates: got 0, expected at least 1"),
        (("trial", "juliet", "--workers", "0"), "workers: got 0, expected at least 1"),
        (("trial", "juliet", "--workers", "2", "--dask", "tcp://a:1"), "--workers: got 2 and --dask tcp://a:1"),
        (("trial", "juliet", "--seed", "-1"), "seed: got -1, expected at least 0"),
        (("trial", "juliet", "--json", "/nowhere/rows.json"), "/nowhere does not exist, expected a folder"),
        (("trial", "juliet", "--html", "/nowhere/page.html"), "/nowhere does not exist, expected a folder"),
    ],
)  # fmt: skip
def test_bad_input_ends_with_code_2_and_says_what_was_expected(arguments, message):
    answer = invoke(*arguments)
    assert answer.exit_code == 2
    assert message in answer.stderr
    assert answer.stdout == ""


def test_a_refused_run_writes_no_file(tmp_path):
    path = tmp_path / "rows.json"
    assert invoke("trial", "juliet", "-n", "0", "--json", str(path)).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_the_result_is_written_as_rows_and_as_a_page(tmp_path, monkeypatch):
    result = lively_result(300, trials=3)
    monkeypatch.setattr("livingdrug.trial.run_trial", lambda design, settings: result)
    rows, page = tmp_path / "rows.json", tmp_path / "page.html"
    answer = invoke("trial", "juliet", "--json", str(rows), "--html", str(page))
    assert answer.exit_code == 0
    assert json.loads(rows.read_text(encoding="utf-8"))["rows"]
    assert page.read_text(encoding="utf-8") == trial_page(result)
    assert sorted(tmp_path.iterdir()) == [page, rows]


def test_an_unknown_option_ends_with_code_2():
    assert invoke("trial", "juliet", "--pdf", "x").exit_code == 2
