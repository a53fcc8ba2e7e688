"""How every command refuses bad input: the message alone, and exit code 2."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import click

from livingdrug.errors import LivingdrugError

BAD_INPUT = 2
"""Exit code for anything given that cannot be used."""

Command = TypeVar("Command", bound=Callable[..., Any])


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
