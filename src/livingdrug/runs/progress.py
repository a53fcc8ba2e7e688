"""How far a long job is, on stderr."""

import sys
import time

_SILENT_SECONDS = 2.0
_MINUTE, _HOUR = 60, 3600
_WHOLE_RATE = 10
"""Rate from which on its decimals tell nothing."""


def time_in_words(seconds: float) -> str:
    """Write a time as minutes and seconds, from an hour on with hours before them."""
    whole = round(seconds)
    minutes = f"{whole % _HOUR // _MINUTE:02d}:{whole % _MINUTE:02d}"
    return f"{whole // _HOUR}:{minutes}" if whole >= _HOUR else minutes


class Bar:
    """A progress bar on stderr with rate and time left; it owns no thread.

    It appears once the work has lasted two seconds, and only where there is a terminal. A notebook gets one
    line of text that is written over: a bar there would need further packages.
    """

    def __init__(self, title: str, total: int, what: str):
        from rich.console import Console  # loaded here: a test needs no terminal
        from rich.progress import BarColumn, Progress, TextColumn

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn(f"{{task.completed}}/{{task.total}} {what}{{task.fields[pace]}}"),
        )
        self._in_notebook = Console().is_jupyter
        console = Console(stderr=True, force_jupyter=False)
        self._bar = Progress(*columns, console=console, transient=True, auto_refresh=False)
        self._task = self._bar.add_task(title, total=total, pace="")
        self._line = f"{title}: {{done}} of {total} {what}{{pace}}"
        self._what, self._left, self._worked = what, total, 0
        self._written = ""
        self._since = time.monotonic()

    def advance(self, n: int = 1) -> None:
        """Count n more and show the bar if it is time."""
        self._worked += n
        self._left -= n
        self._bar.update(self._task, advance=n, pace=self._pace())
        if time.monotonic() - self._since <= _SILENT_SECONDS:
            return
        if self._in_notebook:
            self._write(self._line.format(done=int(self._bar.tasks[0].completed), pace=self._pace()))
        elif self._bar.console.is_interactive:
            self._bar.start()
            self._bar.refresh()

    def skip(self, n: int) -> None:
        """Count n that were there already: they say nothing of the rate."""
        self._left -= n
        self._bar.update(self._task, advance=n)

    def close(self) -> None:
        """Take the bar away."""
        if self._in_notebook:
            self._write("")
        elif self._bar.live.is_started:
            self._bar.stop()

    def _pace(self) -> str:
        """Say the rate and the time left; nothing before the first is done."""
        lasted = time.monotonic() - self._since
        if self._worked == 0 or lasted <= 0:
            return ""
        rate = self._worked / lasted
        written = f"{rate:,.0f}" if rate >= _WHOLE_RATE else f"{rate:.2g}"
        return f", {written} {self._what}/s, {time_in_words(self._left / rate)} left"

    def _write(self, line: str) -> None:
        """Write a line over the one before it."""
        if line != self._written:
            print(f"\r{line:<{len(self._written)}}", end="" if line else "\r", file=sys.stderr, flush=True)
            self._written = line
