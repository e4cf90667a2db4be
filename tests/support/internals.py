"""Lookup of internal names of libraries, which a release of the library may move or remove.

Names have the form of entry points, ``package.module:Class.attribute``, because a function and a module of a package
can have the same name.
"""

from importlib import import_module
from inspect import signature
from typing import Any


def load_member(name: str) -> Any:
    """Return the object with this name.

    Raises:
        AssertionError: the library has no such name; the message contains the name.
    """
    module, _, path = name.partition(":")
    try:
        value: Any = import_module(module)
    except ModuleNotFoundError:
        raise AssertionError(f"{name} has moved or is gone, as its module is") from None
    for part in path.split("."):
        value = get_attribute(value, part, name)
    return value


def get_attribute(owner: object, part: str, name: str) -> Any:
    """Return the attribute ``part`` of an object.

    Raises:
        AssertionError: the object has no such attribute; the message contains ``name``.
    """
    assert hasattr(owner, part), f"{name} has moved or is gone"
    return getattr(owner, part)


def parameter_names(name: str) -> list[str]:
    """Return the names of the parameters of a function, or of a class's constructor without ``self``."""
    return list(signature(load_member(name)).parameters)
