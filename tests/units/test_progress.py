"""The progress bar: silent for two seconds, then how many, how fast and how long still."""

import pytest

from livingdrug.runs import progress
from livingdrug.runs.progress import Bar, time_in_words


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "00:00"), (59.6, "01:00"), (3599, "59:59"), (7325, "2:02:05")]
)
def test_a_time_is_written_as_on_a_clock(seconds, words):
    assert time_in_words(seconds) == words


def test_nothing_is_said_in_the_first_two_seconds(clock, capsys):
    bar = Bar("simulating", 100, "patients")
    clock[0] += 1.9
    bar.advance(10)
    bar.close()
    assert capsys.readouterr().err == ""


def test_rate_and_time_left_count_only_what_was_worked_on(clock, monkeypatch, capsys):
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    bar = Bar("simulating", 1000, "patients")
    bar.skip(400)
    clock[0] += 10
    bar.advance(200)
    assert "simulating: 600 of 1000 patients, 20 patients/s, 00:20 left" in capsys.readouterr().err
    bar.close()
