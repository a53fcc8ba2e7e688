"""A process of its own that answers calls: it reads a function and its argument and writes the result.

It never imports the script that started the run, so that a script needs no ``__main__`` guard.
"""

import contextlib
import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import IO, Any

from livingdrug.errors import BadInput, LivingdrugError

Call = Callable[[Callable[[Any], Any], Any], Any]
"""From a function and its argument to the result."""

_START = (
    "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); "
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from livingdrug.runs.processes import serve; serve()"
)
"""What the process runs; it ignores Ctrl-C from the first: the run that is interrupted ends it itself."""

_ENDING_SECONDS = 5.0
"""Time for a process that no longer answers to end by itself, and so to tell why."""


def answer(function: Callable[[Any], Any], argument: Any) -> tuple[bool, Any]:
    """Call a function; return whether it succeeded, and its result or an error that can be sent."""
    try:
        return True, function(argument)
    except LivingdrugError as problem:
        return False, BadInput(str(problem))
    except Exception as problem:
        return False, RuntimeError("".join(traceback.format_exception(problem)))


def result_of(answered: tuple[bool, Any]) -> Any:
    """Return the result of an answer, or raise its error."""
    succeeded, found = answered
    if not succeeded:
        raise found
    return found


def _sendable(answered: tuple[bool, Any]) -> bytes:
    """Return an answer as bytes, or the error that says why its result cannot be sent."""
    try:
        return pickle.dumps(answered)
    except Exception as problem:
        return pickle.dumps((False, RuntimeError("".join(traceback.format_exception(problem)))))


def serve() -> None:
    """Answer calls from standard input until it ends; whatever is printed goes to standard error."""
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with contextlib.suppress(EOFError, BrokenPipeError), answers:
        while True:
            function, argument = pickle.load(asked)
            answers.write(_sendable(answer(function, argument)))
            answers.flush()


def _exit_code(process: "subprocess.Popen[bytes]") -> int:
    """Return the exit code of a process that no longer answers, which is killed if it does not end."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        return process.wait(_ENDING_SECONDS)
    process.kill()
    return process.wait()


def _ask(process: subprocess.Popen[bytes], to: IO[bytes], back: IO[bytes], message: Any) -> Any:
    try:
        pickle.dump(message, to)
        to.flush()
        return pickle.load(back)
    except (EOFError, BrokenPipeError, pickle.UnpicklingError) as problem:
        code = _exit_code(process)
        raise BadInput(
            f"workers: one of the processes ended (exit code {code}) before its work was done; expected "
            "enough memory for them: try fewer"
        ) from problem


@contextlib.contextmanager
def process_of_its_own() -> Iterator[Call]:
    """Start a process that calls functions, and end it."""
    process = subprocess.Popen([sys.executable, "-c", _START], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    to, back = process.stdin, process.stdout
    try:
        pickle.dump(sys.path, to)
        yield lambda function, argument: result_of(_ask(process, to, back, (function, argument)))
    finally:
        process.kill()
        process.wait()
        with contextlib.suppress(BrokenPipeError):
            to.close()
        back.close()
