"""Looks up what a library does not promise to keep, and says by name what is missing.

Names are written as in entry points, ``package.module:Class.attribute``: a package may hold a function and a module of
one name.
"""

from importlib import import_module
from inspect import signature
from typing import Any


def member(name: str) -> Any:
    """Return what the name stands for.

    Raises:
        AssertionError: it is not there any more; the message names it.
    """
    module, _, path = name.partition(":")
    try:
        found: Any = import_module(module)
    except ModuleNotFoundError:
        raise AssertionError(f"{name} has moved or is gone, as its module is") from None
    for part in path.split("."):
        found = attribute(found, part, name)
    return found


def attribute(holder: object, part: str, name: str) -> Any:
    """Return the attribute of an object.

    Raises:
        AssertionError: it has none; the message names the whole.
    """
    assert hasattr(holder, part), f"{name} has moved or is gone"
    return getattr(holder, part)


def parameters(name: str) -> list[str]:
    """Return the names of a function's parameters; for a class those of its constructor, without ``self``."""
    return list(signature(member(name)).parameters)
