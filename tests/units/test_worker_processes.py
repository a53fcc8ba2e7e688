"""Processes of workers: what goes wrong in one is told as what it is, and none is left behind."""

import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from livingdrug.errors import BadInput
from livingdrug.runs import Chunk, Workers, processes, split, stream_chunks

TWO = Workers(2)


def give_what_cannot_be_sent(chunk: Chunk) -> object:
    return lambda: chunk


def test_a_result_that_cannot_be_sent_is_told_as_what_it_is():
    with pytest.raises(RuntimeError, match="give_what_cannot_be_sent"):
        list(stream_chunks(split(20, None, 10), give_what_cannot_be_sent, TWO))


def stop_answering(chunk: Chunk) -> None:
    """Close what the answers go to, and live on."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    os.closerange(3, min(limit, 4096))
    time.sleep(60)


def test_a_process_that_neither_answers_nor_ends_is_killed(monkeypatch):
    monkeypatch.setattr(processes, "_ENDING_SECONDS", 0.1)
    begun = time.monotonic()
    with pytest.raises(BadInput, match=r"one of the processes ended \(exit code -9\)"):
        list(stream_chunks(split(20, None, 10), stop_answering, TWO))
    assert time.monotonic() - begun < 30


def ignores_ctrl_c(pid: int) -> bool:
    """Tell whether a process ignores the signal, by its mask of what it ignores."""
    (mask,) = re.findall(r"^SigIgn:\s*(\w+)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return bool(int(mask, 16) >> (signal.SIGINT - 1) & 1)


def test_a_process_ignores_ctrl_c_before_it_is_told_anything():
    """Ctrl-C reaches it while it is still importing: the run that is interrupted ends it, without a word."""
    command = [sys.executable, "-c", processes._START]
    with subprocess.Popen(command, stdin=subprocess.PIPE, preexec_fn=heed_ctrl_c) as process:
        late = time.monotonic() + 30
        while not (ignored := ignores_ctrl_c(process.pid)) and time.monotonic() < late:
            time.sleep(0.02)
        process.kill()
    assert ignored


def heed_ctrl_c() -> None:
    """Undo what tests in the background of a shell inherit."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
