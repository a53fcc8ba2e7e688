"""How every command refuses bad input, with the message alone and exit code 2, and writes its files."""

import functools
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from livingdrug.errors import BadInput, LivingdrugError

BAD_INPUT = 2
"""Exit code for anything given that cannot be used."""

Command = TypeVar("Command", bound=Callable[..., Any])
Result = TypeVar("Result")


def refuse_politely(command: Command) -> Command:
    """Turn an error that livingdrug raises on purpose into its message and exit code 2."""

    @functools.wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except LivingdrugError as problem:
            click.echo(f"livingdrug: {problem}", err=True)
            raise click.exceptions.Exit(BAD_INPUT) from problem

    return guarded  # type: ignore[return-value]


def wanted_workers(given: int | None, dask: str | None) -> int:
    """Return how many compute on this machine: as many as asked for, or the cores this process may use."""
    if given is None:
        return len(os.sched_getaffinity(0))
    if dask is not None:
        raise BadInput(
            f"--workers: got {given} and --dask {dask}, expected one of them: the cluster has its own"
        )
    return given


def check_writable(path: Path | None, option: str) -> None:
    """Refuse a file that could not be written, before the work is done."""
    if path is None:
        return
    if path.is_dir():
        raise BadInput(f"{option}: {path} is a folder, expected a file")
    if not path.parent.is_dir():
        raise BadInput(f"{option}: {path.parent} does not exist, expected a folder")


def check_outputs(outputs: Mapping[str, Path | None], *read: Path | None) -> None:
    """Refuse files that could not be written, one named twice, and one that is read: it would be lost.

    Parameters
    ----------
    outputs : mapping of option to path
    read : paths
        What the command reads; a name that is no file is none.
    """
    taken = {_identity(path): f"the file read, {path}" for path in read if path is not None and path.exists()}
    for option, path in outputs.items():
        check_writable(path, option)
        if path is None:
            continue
        other = taken.setdefault(_identity(path), option)
        if other != option:
            raise BadInput(f"{option}: got {path}, which is {other}, expected another file")


def _identity(path: Path) -> tuple[int, int] | Path:
    """Return what tells a file from others, also under another name: a link to it is the same file."""
    if not path.exists():
        return path.resolve()
    found = path.stat()
    return found.st_dev, found.st_ino


def write_results(result: Result, *wanted: tuple[Path | None, Callable[[Result], str | bytes]]) -> None:
    """Write the files asked for, each by its own writer; none before all of them could be made."""
    from livingdrug.runs import write_atomically

    contents = [(path, written(result)) for path, written in wanted if path is not None]
    for path, content in contents:
        write_atomically(path, content if isinstance(content, bytes) else content.encode())
