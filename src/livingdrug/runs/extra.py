"""Packages that not everyone needs: loaded when asked for, and missed with the command that installs them."""

from importlib import import_module
from types import ModuleType

from livingdrug.errors import BadInput


def optional(module: str, wanted_for: str, extra: str = "scale") -> ModuleType:
    """Return a module of an extra.

    Parameters
    ----------
    module : str
    wanted_for : str
        What asked for it, for the message.
    extra : str
        The extra that it belongs to.

    Raises
    ------
    BadInput
        It is not installed.
    """
    try:
        return import_module(module)
    except ImportError as problem:
        raise BadInput(
            f"{wanted_for}: the package {module.split('.')[0]} is not installed; "
            f"install it with: pip install 'livingdrug[{extra}]'"
        ) from problem
