"""The guide command: printed or written, with the centre's own words, and refused with the field's name."""

import sys

import pytest
from click.testing import CliRunner

from livingdrug.cli import main


def run(*arguments):
    return CliRunner().invoke(main, ["guide", *map(str, arguments)])


def test_the_guide_is_printed_where_no_file_is_asked_for():
    answer = run("--indication", "lbcl", "--date", "2026-11-23")
    assert answer.exit_code == 0
    assert "CALL YOUR TEAM OR GET EMERGENCY HELP AT ONCE" in answer.output
    assert "Made on 2026-11-23." in " ".join(answer.output.split())


def test_it_is_written_as_text_page_and_pdf(tmp_path):
    local = tmp_path / "local.txt"
    local.write_text("Ask for ward 7.", encoding="utf-8")
    files = {name: tmp_path / f"guide.{name}" for name in ("text", "html", "pdf")}
    asked = [part for name, path in files.items() for part in (f"--{name}", path)]
    answer = run(
        "--indication", "ALL", "--edition", "eu_current", "--local", local, "--team-phone", "1", *asked
    )
    assert (answer.exit_code, answer.output) == (0, "")
    assert "Ask for ward 7." in files["text"].read_text("utf-8")
    assert files["html"].read_text("utf-8").startswith("<!DOCTYPE html>")
    assert files["pdf"].read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--indication", "AML"), "unknown --indication 'AML': did you mean ALL"),
        (("--indication", "FL", "--edition", "us_2018_05"), "which is no indication of edition us_2018_05"),
        (("--indication", "FL", "--edition", "us_2025_12"), "cannot be chosen"),
        (("--indication", "FL", "--date", "today"), "--date: got 'today', expected a date such as"),
        (("--indication", "FL", "--local", "nowhere.txt"), "--local: nowhere.txt: cannot be read"),
        (("--indication", "FL", "--pdf", "/nowhere/x.pdf"), "--pdf: /nowhere does not exist"),
        (("--indication", "FL", "--team-phone", "☎"), "--team-phone: the PDF cannot print ☎"),
    ],
)  # fmt: skip
def test_bad_input_ends_with_code_2_and_writes_nothing(tmp_path, options, message):
    page, pdf = tmp_path / "x.html", tmp_path / "x.pdf"
    answer = run("--html", page, "--pdf", pdf, *options)
    assert answer.exit_code == 2
    assert message in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_local_words_that_are_no_text_are_refused(tmp_path):
    local = tmp_path / "local.bin"
    local.write_bytes(b"\xff\xfe\x00")
    answer = run("--indication", "FL", "--local", local)
    assert answer.exit_code == 2
    assert "expected UTF-8 text" in answer.stderr


def test_without_reportlab_the_error_names_the_command_that_installs_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "reportlab", None)
    answer = run("--indication", "FL", "--pdf", tmp_path / "x.pdf", "--html", tmp_path / "x.html")
    assert answer.exit_code == 2
    assert "pip install 'livingdrug[pdf]'" in answer.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["guide", "calendar"])
def test_the_help_shows_an_example(command):
    answer = CliRunner().invoke(main, [command, "--help"])
    assert f"Example: livingdrug {command}" in answer.output
