"""Completion of scalars and enums: source text for values that are returned unchanged or after one call."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import Any
from uuid import UUID

from graphql import GraphQLBoolean, GraphQLEnumType, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLString

from bpmn_events.compiler.source import FunctionSource, ModuleSource

# Instances of exactly these classes are neither awaitable nor exceptions, and none of them means null.
ORDINARY = frozenset(
    (str, int, float, bool, bytes, list, tuple, dict, set, frozenset, date, datetime, time, timedelta, Decimal, UUID)
)

# The values that graphql-core's own scalars return unchanged, as a condition on ``value``.
_UNCHANGED: Mapping[Any, str] = {
    GraphQLString: "value.__class__ is str",
    GraphQLID: "value.__class__ is str",
    GraphQLBoolean: "value.__class__ is bool",
    GraphQLInt: "value.__class__ is int and -2147483648 <= value <= 2147483647",
    GraphQLFloat: "value.__class__ is float and isfinite(value)",
}

NAMES: Mapping[str, Any] = {"ordinary": ORDINARY, "isfinite": isfinite}


def write_leaf(text: FunctionSource, source: ModuleSource, leaf_type: Any, *, nullable: bool, complete: str) -> None:
    """Write the lines that complete ``value``, a scalar or an enum.

    ``complete`` is the expression that completes any value with graphql-core, which may call a scalar's
    ``coerce_output_value`` a second time with the same value.
    """
    otherwise = "elif value is not None:" if nullable else "else:"
    if leaf_type in _UNCHANGED:
        condition = f"not ({_UNCHANGED[leaf_type]})" + (" and value is not None" if nullable else "")
        text.line(f"if {condition}: value = {complete}")
        return
    if isinstance(leaf_type, GraphQLEnumType):
        names = source.name("names", EnumNames(leaf_type))
        text.line(f"name = {names}[value.__class__].get(value)")
        text.line("if name is not None: value = name")
    else:
        coerce = source.name("coerce", leaf_type.coerce_output_value)
        with text.block("if value.__class__ in ordinary:"):
            text.line(f"coerced = {coerce}(value)")
            text.line(f"value = coerced if coerced.__class__ in ordinary else {complete}")
    text.line(f"{otherwise} value = {complete}")


class EnumNames(dict[type, dict[Any, str]]):
    """The names of an enum's values, by the class of the value.

    A lookup adds the entry of a class. A class that no value of the enum can have gets an empty result, and no entry.
    """

    def __init__(self, enum_type: GraphQLEnumType) -> None:
        super().__init__()
        self._type = enum_type

    def __missing__(self, python_class: type) -> dict[Any, str]:
        values = self._values(python_class)
        if values is None:
            return _NO_NAMES
        self[python_class] = names = {}
        for value in values:
            name = self._name(value)
            if name.__class__ is str:
                names[value] = name
        return names

    def _values(self, python_class: type) -> Iterable[Any] | None:
        if issubclass(python_class, Enum):
            return list(python_class)
        if python_class is not str and python_class is not int:
            return None
        values = [name if member.value is None else member.value for name, member in self._type.values.items()]
        return [value for value in values if value.__class__ is python_class]

    def _name(self, value: Any) -> Any:
        try:
            return self._type.coerce_output_value(value)
        except Exception:
            return None


class _NoNames(dict[Any, str]):
    """An empty dict whose ``get`` accepts unhashable keys."""

    def get(self, _key: Any, _default: Any = None) -> Any:
        return None


_NO_NAMES = _NoNames()
