"""Ctrl-C ends a run and its processes promptly, and keeps what was finished."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_SECONDS = 10.0
CODE = (  # tests may run in the background of a shell, where Ctrl-C is ignored
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "from livingdrug.cli import main; main()"
)


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()


def test_ctrl_c_ends_a_run_and_its_processes(tmp_path):
    command = [sys.executable, "-c", CODE, "trial", "juliet", "-n", "5000", "--workers", "2"]
    run = subprocess.Popen([*command, "--out", str(tmp_path / "out")], cwd=ROOT, stderr=subprocess.PIPE)
    with run:
        while len(workers := children_of(run.pid)) < 2:
            assert run.poll() is None
            time.sleep(0.05)
        time.sleep(1.0)
        run.send_signal(signal.SIGINT)
        try:
            _, told = run.communicate(timeout=MOST_SECONDS)
        finally:
            run.kill()
    assert run.returncode == 1
    assert told.decode().strip().endswith("Aborted!")
    assert "Traceback" not in told.decode()
    time.sleep(0.2)
    assert not any(is_alive(worker) for worker in workers)
