"""What expressions compute with: JSON values, compared and combined without any coercion."""

from collections.abc import Callable
from math import fmod, isfinite
from typing import Any

MAX_TEXT = 65_536
MAX_INTEGER = 2**63
MAX_PARTS = 10_000
MAX_DEPTH = 64


class ExpressionError(Exception):
    """The expression is not valid, or has no value for these variables. The message says why."""


class MissingValue(ExpressionError):
    """The expression is about a variable, member or item that does not exist."""


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def kind_of(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a truth value"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"


def equal(left: Any, right: Any) -> bool:
    """JSON equality: unlike in Python, true is not 1, at any depth."""
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(value, right[name]) for name, value in left.items())
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    return bool(left == right)


def ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """A comparison of two numbers or two texts; anything else has no order."""

    def checked(left: Any, right: Any) -> bool:
        if (is_number(left) and is_number(right)) or (isinstance(left, str) and isinstance(right, str)):
            return compare(left, right)
        raise ExpressionError(f"{kind_of(left)} and {kind_of(right)} have no order")

    return checked


def contains(container: Any, item: Any) -> bool:
    """Whether a text has this part, a list this item, an object a member of this name."""
    if isinstance(container, str):
        if not isinstance(item, str):
            raise ExpressionError(f"a text cannot contain {kind_of(item)}")
        return item in container
    if isinstance(container, list):
        return any(equal(each, item) for each in container)
    if isinstance(container, dict):
        return isinstance(item, str) and item in container
    raise ExpressionError(f"{kind_of(container)} has no members")


def is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def member(value: Any, name: Any) -> Any:
    """The member of an object by name, or the item of a list by number, from 0; negative ones count from the end."""
    if isinstance(value, dict) and isinstance(name, str):
        if name in value:
            return value[name]
        raise MissingValue(f"there is no member `{name[:80]}`")
    if isinstance(value, list) and isinstance(name, int) and not isinstance(name, bool):
        if -len(value) <= name < len(value):
            return value[name]
        raise MissingValue(f"the list has no item {name}")
    if value is None:
        raise MissingValue(f"null has no member `{str(name)[:80]}`")
    raise ExpressionError(f"{kind_of(value)} has no such member")


def truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise ExpressionError(f"{kind_of(value)} is neither true nor false")


def added(left: Any, right: Any) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        return bounded_text(left + right)
    _numbers(left, right)
    return number(left + right)


def subtracted(left: Any, right: Any) -> Any:
    _numbers(left, right)
    return number(left - right)


def multiplied(left: Any, right: Any) -> Any:
    _numbers(left, right)
    return number(left * right)


def divided(left: Any, right: Any) -> Any:
    _numbers(left, right)
    if right == 0:
        raise ExpressionError("a division by zero")
    return number(left / right)


def remainder(left: Any, right: Any) -> Any:
    """What is left of a division, with the sign of the dividend (as in Java and JavaScript)."""
    _numbers(left, right)
    if right == 0:
        raise ExpressionError("a division by zero")
    if isinstance(left, int) and isinstance(right, int):
        rest = abs(left) % abs(right)
        return -rest if left < 0 else rest
    return number(fmod(left, right))


def negated(value: Any) -> Any:
    if not is_number(value):
        raise ExpressionError(f"{kind_of(value)} has no sign")
    return number(-value)


def number(value: float) -> int | float:
    """A result of arithmetic, within the limits; a whole one is an integer.

    Raises:
        ExpressionError: it is not finite, or an integer beyond 64 bits.
    """
    if isinstance(value, float):
        if not isfinite(value):
            raise ExpressionError("the result is not finite")
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise ExpressionError("the result is too large")
    return value


def bounded_text(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise ExpressionError(f"the result is too large: a text has at most {MAX_TEXT} characters")
    return text


def bounded(value: Any) -> Any:
    """A list or object that an expression has built, within the limits of what can be stored.

    Raises:
        ExpressionError: it has too many parts, too much text, or is nested too deeply.
    """
    _weigh(value, MAX_PARTS, MAX_DEPTH)
    return value


def _weigh(value: Any, parts_left: int, depth_left: int) -> int:
    """How many parts may still come; a text counts as one part for every 64 characters."""
    parts_left -= 1
    if isinstance(value, str):
        parts_left -= len(value) // 64
    elif isinstance(value, list | dict):
        if depth_left == 0:
            raise ExpressionError("the result is nested too deeply")
        for each in value.values() if isinstance(value, dict) else value:
            if parts_left < 0:
                break
            parts_left = _weigh(each, parts_left, depth_left - 1)
    if parts_left < 0:
        raise ExpressionError("the result is too large")
    return parts_left


def _numbers(left: Any, right: Any) -> None:
    if not (is_number(left) and is_number(right)):
        raise ExpressionError(f"no arithmetic with {kind_of(left)} and {kind_of(right)}")
