"""How far a long job is, on stderr."""

import sys
import time

_SILENT_SECONDS = 2.0


class Bar:
    """A progress bar on stderr that appears once the work has lasted two seconds; it owns no thread.

    A notebook gets one line of text that is written over: a bar there would need further packages.
    """

    def __init__(self, title: str, total: int, what: str):
        from rich.console import Console  # loaded here: a test needs no terminal
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        counts = TextColumn(f"{{task.completed}}/{{task.total}} {what}")
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            counts,
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        self._in_notebook = Console().is_jupyter
        console = Console(stderr=True, force_jupyter=False)
        self._bar = Progress(*columns, console=console, transient=True, auto_refresh=False)
        self._task = self._bar.add_task(title, total=total)
        self._line = f"{title}: {{done}} of {total} {what}"
        self._written = ""
        self._since = time.monotonic()

    def advance(self, n: int = 1) -> None:
        """Count n more and show the bar if it is time."""
        self._bar.advance(self._task, n)
        if time.monotonic() - self._since <= _SILENT_SECONDS:
            return
        if self._in_notebook:
            self._write(self._line.format(done=int(self._bar.tasks[0].completed)))
        else:
            self._bar.start()
            self._bar.refresh()

    def close(self) -> None:
        """Take the bar away."""
        if self._in_notebook:
            self._write("")
        else:
            self._bar.stop()

    def _write(self, line: str) -> None:
        """Write a line over the one before it."""
        if line != self._written:
            print(f"\r{line:<{len(self._written)}}", end="" if line else "\r", file=sys.stderr, flush=True)
            self._written = line
