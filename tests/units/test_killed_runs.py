"""Runs that are killed again and again end with the bytes of an unbroken run."""

import hashlib
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KILLS = 3


def start(what: str, folder: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "tests.short_runs", what, str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)


def finish(what: str, folder: Path) -> None:
    with start(what, folder) as process:
        _, told = process.communicate(timeout=300)
    assert process.returncode == 0, told.decode()


def kill_soon(what: str, folder: Path, more_files: int, pause_s: float) -> bool:
    """Kill a run a moment after it has written some more files; tell whether it was still at work."""
    wanted = len(checksums(folder)) + more_files
    with start(what, folder) as process:
        while process.poll() is None and len(checksums(folder)) < wanted:
            time.sleep(0.002)
        time.sleep(pause_s)
        at_work = process.poll() is None
        process.kill()
    return at_work


def checksums(folder: Path) -> dict[str, str]:
    """Return a checksum of every whole file of a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def every_name(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.mark.slow
@pytest.mark.parametrize("what", ["trial", "cohort"])
def test_a_run_that_is_killed_often_ends_with_the_bytes_of_an_unbroken_one(what, tmp_path):
    finish(what, tmp_path / "unbroken")
    expected = checksums(tmp_path / "unbroken")
    assert len(expected) >= 10
    chance = random.Random(7)
    killed = [
        kill_soon(what, tmp_path / "killed", chance.randint(1, 2), chance.random() * 0.2)
        for _ in range(KILLS)
    ]
    assert sum(killed) >= KILLS - 1
    assert 0 < len(checksums(tmp_path / "killed")) < len(expected)
    finish(what, tmp_path / "killed")
    assert checksums(tmp_path / "killed") == expected
    assert every_name(tmp_path / "killed") == every_name(tmp_path / "unbroken")
