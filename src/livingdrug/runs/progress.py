"""How far a long job is, on stderr."""

import time

_SILENT_SECONDS = 2.0


class Bar:
    """A progress bar on stderr that appears once the work has lasted two seconds; it owns no thread."""

    def __init__(self, title: str, total: int, what: str):
        from rich.console import Console  # loaded here: a run in a notebook or a test needs no terminal
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        counts = TextColumn(f"{{task.completed}}/{{task.total}} {what}")
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            counts,
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        console = Console(stderr=True)
        self._bar = Progress(*columns, console=console, transient=True, auto_refresh=False)
        self._task = self._bar.add_task(title, total=total)
        self._since = time.monotonic()

    def advance(self, n: int = 1) -> None:
        """Count n more and show the bar if it is time."""
        self._bar.advance(self._task, n)
        if time.monotonic() - self._since > _SILENT_SECONDS:
            self._bar.start()
            self._bar.refresh()

    def close(self) -> None:
        """Take the bar away."""
        self._bar.stop()
