"""Packages that not everyone needs: loaded when asked for, and missed with the command that installs them."""

from importlib import import_module
from types import ModuleType

from livingdrug.errors import BadInput


def optional(module: str, wanted_for: str) -> ModuleType:
    """Return a module of the extra ``scale``.

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
            "install it with: pip install 'livingdrug[scale]'"
        ) from problem
