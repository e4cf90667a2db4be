"""Operations on JSON values. Nothing is converted from one type to another."""

from collections.abc import Callable
from itertools import repeat
from math import fmod, isfinite
from typing import Any, TypeAlias

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation

MAX_TEXT = 65_536
MAX_INTEGER = 2**63
MAX_PARTS = 10_000
MAX_DEPTH = 64

# The types of the values that may be large.
DATA_TYPES = frozenset({str, list, dict})

Comparison: TypeAlias = Callable[[Any, Any, Evaluation], bool]


class ExpressionError(Exception):
    """The expression is not valid, or has no value for these variables. The message gives the reason."""


class MissingValue(ExpressionError):
    """The expression refers to a variable, member or item that does not exist."""


def is_number(value: Any) -> bool:
    """Return True if the value is a JSON number. Unlike in Python, a boolean is not a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def kind_of(value: Any) -> str:
    """Return the type of a JSON value with its article, for messages."""
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


def equal(left: Any, right: Any, evaluation: Evaluation) -> bool:
    """Return True if two JSON values are equal. Unlike in Python, true does not equal 1, at any depth."""
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and _all_equal(left, right, evaluation)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and _all_equal(
            list(left.values()), [right[name] for name in left], evaluation
        )
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    return bool(left == right)


def _all_equal(left: list[Any], right: list[Any], evaluation: Evaluation) -> bool:
    parts = zip(evaluation.in_parts(left), evaluation.in_parts(right), strict=True)
    return all(all(map(equal, *pair, repeat(evaluation))) for pair in parts)


def ordering(compare: Callable[[Any, Any], bool]) -> Comparison:
    """Return a comparison of two numbers or two texts that raises ``ExpressionError`` for all other operands."""

    def checked(left: Any, right: Any, _evaluation: Evaluation) -> bool:
        if (is_number(left) and is_number(right)) or (isinstance(left, str) and isinstance(right, str)):
            return compare(left, right)
        raise ExpressionError(f"{kind_of(left)} and {kind_of(right)} have no order")

    return checked


def contains(container: Any, item: Any, evaluation: Evaluation) -> bool:
    """Return True if a text contains the text, a list the item, or an object a member of that name.

    Raises:
        ExpressionError: The container is of another type, or the item of a text is no text.
    """
    if isinstance(container, str):
        if not isinstance(item, str):
            raise ExpressionError(f"a text cannot contain {kind_of(item)}")
        evaluation.count_size(len(container))
        return item in container
    if isinstance(container, list):
        return _has_item(container, item, evaluation)
    if isinstance(container, dict):
        return isinstance(item, str) and item in container
    raise ExpressionError(f"{kind_of(container)} has no members")


def _has_item(items: list[Any], item: Any, evaluation: Evaluation) -> bool:
    return any(any(map(equal, part, repeat(item), repeat(evaluation))) for part in evaluation.in_parts(items))


def is_empty(value: Any) -> bool:
    """Return True for null and for a text, list or object of size 0."""
    return value is None or (isinstance(value, str | list | dict) and not value)


def get_member(value: Any, name: Any) -> Any:
    """Return the member of an object by name, or the item of a list by index.

    The first item has index 0. A negative index counts from the end of the list.

    Raises:
        MissingValue: There is no such member or item, or the value is null.
        ExpressionError: The value has no members of this kind.
    """
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


def require_boolean(value: Any) -> bool:
    """Return the value. Raise ``ExpressionError`` if it is neither true nor false."""
    if isinstance(value, bool):
        return value
    raise ExpressionError(f"{kind_of(value)} is neither true nor false")


def add(left: Any, right: Any) -> Any:
    """Return the sum of two numbers, or two texts joined."""
    if isinstance(left, str) and isinstance(right, str):
        return check_text_size(left + right)
    _require_numbers(left, right)
    return normalize_number(left + right)


def subtract(left: Any, right: Any) -> Any:
    """Return the difference of two numbers."""
    _require_numbers(left, right)
    return normalize_number(left - right)


def multiply(left: Any, right: Any) -> Any:
    """Return the product of two numbers."""
    _require_numbers(left, right)
    return normalize_number(left * right)


def divide(left: Any, right: Any) -> Any:
    """Return the quotient of two numbers. Raise ``ExpressionError`` for a division by zero."""
    _require_numbers(left, right)
    if right == 0:
        raise ExpressionError("a division by zero")
    return normalize_number(left / right)


def remainder(left: Any, right: Any) -> Any:
    """Return the remainder of a division, with the sign of the dividend, as in Java and JavaScript.

    Raises:
        ExpressionError: The divisor is zero, or an operand is no number.
    """
    _require_numbers(left, right)
    if right == 0:
        raise ExpressionError("a division by zero")
    if isinstance(left, int) and isinstance(right, int):
        magnitude = abs(left) % abs(right)
        return -magnitude if left < 0 else magnitude
    return normalize_number(fmod(left, right))


def negate(value: Any) -> Any:
    """Return the number with the opposite sign. Raise ``ExpressionError`` if the value is no number."""
    if not is_number(value):
        raise ExpressionError(f"{kind_of(value)} has no sign")
    return normalize_number(-value)


def normalize_number(value: float) -> int | float:
    """Return the number. A whole float below 2**53 becomes an integer.

    Raises:
        ExpressionError: The number is not finite, or an integer beyond 64 bits.
    """
    if isinstance(value, float):
        if not isfinite(value):
            raise ExpressionError("the result is not finite")
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise ExpressionError("the result is too large")
    return value


def check_text_size(text: str) -> str:
    """Return the text. Raise ``ExpressionError`` if it is too long."""
    if len(text) > MAX_TEXT:
        raise ExpressionError(f"the result is too large: a text has at most {MAX_TEXT} characters")
    return text


def check_size(value: Any, evaluation: Evaluation) -> Any:
    """Return a list or object that an expression has built, if it is small enough to be stored.

    Raises:
        ExpressionError: It has too many parts or too much text, or is nested too deeply.
    """
    evaluation.count_size(count_parts(value))
    return value


def count_parts(value: Any) -> int:
    """Return the number of parts of a list or object that is small enough to be stored.

    Raises:
        ExpressionError: It has too many parts or too much text, or is nested too deeply.
    """
    return MAX_PARTS - _remaining_parts(value, MAX_PARTS, MAX_DEPTH)


def _remaining_parts(value: Any, parts_left: int, depth_left: int) -> int:
    """Return the number of parts that may follow this value. A text counts one more part per 64 characters."""
    parts_left -= 1
    if isinstance(value, str):
        parts_left -= len(value) // 64
    elif isinstance(value, list | dict):
        if depth_left == 0:
            raise ExpressionError("the result is nested too deeply")
        for part in value.values() if isinstance(value, dict) else value:
            if parts_left < 0:
                break
            parts_left = _remaining_parts(part, parts_left, depth_left - 1)
    if parts_left < 0:
        raise ExpressionError("the result is too large")
    return parts_left


def _require_numbers(left: Any, right: Any) -> None:
    if not (is_number(left) and is_number(right)):
        raise ExpressionError(f"no arithmetic with {kind_of(left)} and {kind_of(right)}")
