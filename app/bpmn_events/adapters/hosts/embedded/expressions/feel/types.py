"""Types of FEEL values for ``instance of`` (DMN 1.5, section 10.3.2.9)."""

from collections.abc import Callable
from typing import Any, TypeAlias

from bpmn_events.adapters.hosts.embedded.expressions.feel.values import Function, Range, kind_of

TypeTest: TypeAlias = Callable[[Any], bool]

SIMPLE_TYPES = frozenset(
    {
        *("number", "string", "boolean", "date", "time", "date and time", "list", "context", "range", "function"),
        *("days and time duration", "years and months duration"),
    }
)
# The words with which the names of several words continue.
LONG_TYPES = ("date and time", "days and time duration", "years and months duration")


def simple_type(name: str) -> TypeTest | None:
    """Return the test of a type without parameters, or None if there is no such type."""
    match name:
        case "Any":
            return lambda value: value is not None
        case "Null":
            return lambda value: value is None
        case "day-time duration":
            name = "days and time duration"
    return (lambda value: kind_of(value) == name) if name in SIMPLE_TYPES else None


def list_of(item: TypeTest) -> TypeTest:
    """Return the test of a list whose items have the type."""
    return lambda value: isinstance(value, list) and all(map(item, value))


def range_of(end: TypeTest) -> TypeTest:
    """Return the test of a range whose ends have the type."""
    return lambda value: (
        isinstance(value, Range) and all(end(part) for part in (value.low, value.high) if part is not None)
    )


def context_of(entries: dict[str, TypeTest]) -> TypeTest:
    """Return the test of a context that has at least these entries."""
    return lambda value: (
        isinstance(value, dict) and all(name in value and test(value[name]) for name, test in entries.items())
    )


def function_of(count: int) -> TypeTest:
    """Return the test of a function with so many parameters. Their types are not checked."""
    return lambda value: isinstance(value, Function) and len(value.parameters) == count
