"""The functions of the expression language.

Each function checks the types of its arguments and raises ``ExpressionError`` for a wrong one. None has side effects or
keeps state.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from math import ceil, floor
from typing import Any

import isodate

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.values import (
    MAX_TEXT,
    ExpressionError,
    check_size,
    check_text_size,
    contains,
    is_empty,
    is_number,
    kind_of,
    normalize_number,
)


@dataclass(frozen=True, slots=True)
class Function:
    """A function and the number of arguments it accepts.

    Attributes:
        call: The implementation. It takes the circumstances of the evaluation first, then the arguments.
        min_args: The minimum number of arguments.
        max_args: The maximum number of arguments.
    """

    call: Callable[..., Any]
    min_args: int
    max_args: int


def _require_text(value: Any) -> str:
    if not isinstance(value, str):
        raise ExpressionError(f"a text is needed, not {kind_of(value)}")
    return value


def _require_number(value: Any) -> int | float:
    if not is_number(value):
        raise ExpressionError(f"a number is needed, not {kind_of(value)}")
    return value  # type: ignore[no-any-return]


def _require_integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ExpressionError(f"a whole number is needed, not {kind_of(value)}")
    return value


def _require_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ExpressionError(f"a list is needed, not {kind_of(value)}")
    return value


def _require_numbers(evaluation: Evaluation, *values: Any) -> list[int | float]:
    """Return all arguments, or the items of the only argument, which must be a list."""
    items = _require_list(values[0]) if len(values) == 1 else list(values)
    if not items:
        raise ExpressionError("an empty list has none")
    return [_require_number(value) for part in evaluation.in_parts(items) for value in part]


def _to_number(value: Any) -> int | float:
    if is_number(value):
        return value  # type: ignore[no-any-return]
    text = _require_text(value).strip()
    if len(text) <= 40 and text.isascii() and "_" not in text:
        try:
            return normalize_number(int(text))
        except ValueError:
            pass
        try:
            return normalize_number(float(text))
        except ValueError:
            pass
    raise ExpressionError("the text is no number")


def _to_text(value: Any) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
    raise ExpressionError(f"{kind_of(value)} has no text")


def _size(value: Any) -> int:
    if isinstance(value, str | list | dict):
        return len(value)
    raise ExpressionError(f"{kind_of(value)} has no size")


def _round(value: Any, digits: Any = 0) -> int | float:
    if not -15 <= _require_integer(digits) <= 15:
        raise ExpressionError("a number is rounded to at most 15 digits")
    if isinstance(_require_number(value), int) and digits >= 0:
        return value  # type: ignore[no-any-return]
    step = Decimal(1).scaleb(-digits)
    exact = Decimal(repr(value))
    if exact.adjusted() - step.adjusted() > 25:  # a float has at most 17 digits: none is left to round
        return value  # type: ignore[no-any-return]
    return normalize_number(float(exact.quantize(step, ROUND_HALF_UP)))


def _rounding(round_to_integer: Callable[[float], int]) -> Callable[[Any], int | float]:
    return lambda value: normalize_number(round_to_integer(_require_number(value)))


def _substring(text: Any, start: Any, end: Any = None) -> str:
    if _require_integer(start) < 0 or (end is not None and _require_integer(end) < 0):
        raise ExpressionError("a position in a text counts from 0")
    return _require_text(text)[start:end]


def _replace(text: Any, old: Any, new: Any) -> str:
    if not _require_text(old):
        raise ExpressionError("an empty text cannot be replaced")
    occurrences = _require_text(text).count(old)
    if len(text) + occurrences * (len(_require_text(new)) - len(old)) > MAX_TEXT:
        raise ExpressionError("the result is too large")
    return text.replace(old, new)  # type: ignore[no-any-return]


def _split(evaluation: Evaluation, text: Any, separator: Any) -> list[str]:
    if not _require_text(separator):
        raise ExpressionError("a text cannot be split at an empty one")
    evaluation.count_size(len(_require_text(text)))
    return check_size(text.split(separator), evaluation)  # type: ignore[no-any-return]


def _join(evaluation: Evaluation, items: Any, separator: Any) -> str:
    texts = [_to_text(item) for part in evaluation.in_parts(_require_list(items)) for item in part]
    if sum(map(len, texts)) + len(texts) * len(_require_text(separator)) > MAX_TEXT:
        raise ExpressionError("the result is too large")
    return separator.join(texts)  # type: ignore[no-any-return]


def _parse_date(value: Any) -> datetime:
    """Return a date or date-time in ISO 8601 as an instant. Without an offset, it is in UTC."""
    text = _require_text(value)
    try:
        date = datetime.fromisoformat(text)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ExpressionError("the text is no ISO 8601 date such as 2026-12-24T18:00:00Z") from None


def _format_date(date: datetime) -> str:
    return date.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plus(value: Any, duration: Any) -> str:
    text = _require_text(duration)
    is_negative = text.startswith("-")
    try:
        if len(text) > 40 or not text.removeprefix("-").startswith("P"):
            raise ValueError
        span = isodate.parse_duration(text.removeprefix("-"))
        date = _parse_date(value)
        return _format_date(date - span if is_negative else date + span)
    except (ValueError, ArithmeticError):
        raise ExpressionError("the text is no ISO 8601 duration such as PT15M, or leads too far") from None


def _seconds_between(earlier: Any, later: Any) -> int | float:
    return normalize_number((_parse_date(later) - _parse_date(earlier)).total_seconds())


def _pure(call: Callable[..., Any], min_args: int, max_args: int | None = None) -> Function:
    """Return a function of its arguments alone. By default, it takes ``min_args`` exactly."""
    return Function(lambda _, *arguments: call(*arguments), min_args, min_args if max_args is None else max_args)


def _linear(call: Callable[..., Any], min_args: int, max_args: int | None = None) -> Function:
    """Return a function of its arguments alone that reads the whole of its first one, which is a text."""

    def counted(evaluation: Evaluation, *arguments: Any) -> Any:
        evaluation.count_size(len(_require_text(arguments[0])))
        return call(*arguments)

    return Function(counted, min_args, min_args if max_args is None else max_args)


FUNCTIONS: dict[str, Function] = {
    # any value
    "size": _pure(_size, 1),
    "contains": Function(lambda evaluation, container, item: contains(container, item, evaluation), 2, 2),
    "number": _pure(_to_number, 1),
    "string": _pure(_to_text, 1),
    "isEmpty": _pure(is_empty, 1),
    # texts
    "lower": _linear(lambda text: check_text_size(_require_text(text).lower()), 1),
    "upper": _linear(lambda text: check_text_size(_require_text(text).upper()), 1),
    "trim": _linear(lambda text: _require_text(text).strip(), 1),
    "startsWith": _pure(lambda text, part: _require_text(text).startswith(_require_text(part)), 2),
    "endsWith": _pure(lambda text, part: _require_text(text).endswith(_require_text(part)), 2),
    "indexOf": _linear(lambda text, part: _require_text(text).find(_require_text(part)), 2),
    "substring": _pure(_substring, 2, 3),
    "replace": _linear(_replace, 3),
    "split": Function(_split, 2, 2),
    "join": Function(_join, 2, 2),
    # numbers
    "abs": _pure(lambda value: normalize_number(abs(_require_number(value))), 1),
    "round": _pure(_round, 1, 2),
    "floor": _pure(_rounding(floor), 1),
    "ceil": _pure(_rounding(ceil), 1),
    "min": Function(lambda *arguments: min(_require_numbers(*arguments)), 1, 8),
    "max": Function(lambda *arguments: max(_require_numbers(*arguments)), 1, 8),
    "sum": Function(lambda *arguments: normalize_number(sum(_require_numbers(*arguments))), 1, 8),
    # dates
    "now": Function(lambda evaluation: _format_date(evaluation.now), 0, 0),
    "today": Function(lambda evaluation: evaluation.now.astimezone(UTC).date().isoformat(), 0, 0),
    "plus": _pure(_plus, 2),
    "before": _pure(lambda left, right: _parse_date(left) < _parse_date(right), 2),
    "after": _pure(lambda left, right: _parse_date(left) > _parse_date(right), 2),
    "secondsBetween": _pure(_seconds_between, 2),
    "daysBetween": _pure(lambda earlier, later: (_parse_date(later).date() - _parse_date(earlier).date()).days, 2),
    "year": _pure(lambda value: _parse_date(value).year, 1),
    "month": _pure(lambda value: _parse_date(value).month, 1),
    "day": _pure(lambda value: _parse_date(value).day, 1),
    "hour": _pure(lambda value: _parse_date(value).hour, 1),
    "weekday": _pure(lambda value: _parse_date(value).isoweekday(), 1),
}
